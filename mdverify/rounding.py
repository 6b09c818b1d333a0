"""Numbers that were rounded when they were written: `1/3 = 0.333` holds to the digits shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

import numpy as np

from mdverify.case import Case
from mdverify.closure import closure
from mdverify.cloud import Context
from mdverify.evaluate import Model
from mdverify.operators import Array
from mdverify.reading import Reading
from mdverify.terms import Term

HALF = 0.5 * (1 + 1e-6)  # of the last digit written, with room for the rounding of our own
BELOW = 1 - 1e-6
DIGITS_THAT_SAY_SOMETHING = 2  # significant ones: `1/3 = 0.3` agrees with too much
ROUNDED_DIGITS = 3  # a number of so many digits, or of two decimals, may itself have been rounded
MOST_LITERALS = 12
_DECIMAL = re.compile(r"\d*(?:[.,]|\{,\})(\d+)")
_NUMBER = re.compile(r"[\d.,{}]*$")


class Rounded(Enum):
    """Whether two sides agree to the digits of the one written out, or could if all were rounded."""

    TO_ITS_DIGITS = "to its digits"
    PERHAPS = "perhaps"


def rounded(
    case: Case, reading: Reading, model: Model, sides: tuple[Term, Term], gap: Array, ctx: Context
) -> Rounded | None:
    """How far rounding explains the gaps of two sides; None where it does not, or nothing was rounded."""
    results = set()
    for side in sides:
        alone = _alone(case, side)
        if alone is None:
            continue
        literal, factor = alone
        results.add(id(literal))
        unit = _unit(case, literal) * factor
        if _digits(case, literal) >= DIGITS_THAT_SAY_SOMETHING and np.all(gap <= HALF * unit):
            return Rounded.TO_ITS_DIGITS
        other = sides[side is sides[0]]
        if np.all(gap < BELOW * unit) and np.all(_size(model, side, ctx) <= _size(model, other, ctx)):
            return Rounded.PERHAPS
    found = _literals(case, reading, sides)
    literals = [term for term in found if id(term) in results or _inexact(case, term)]
    if not any(_inexact(case, term) for term in literals) or len(literals) > MOST_LITERALS:
        return None
    slack: Array = sum((_moved(case, model, sides, term, ctx) for term in literals), np.zeros(ctx.batch))
    return Rounded.PERHAPS if np.all(gap < BELOW * slack) else None


def _size(model: Model, side: Term, ctx: Context) -> Array:
    value: Array = np.abs(model.value(side, ctx)).reshape(ctx.batch, -1).max(axis=1)
    return value


def _moved(case: Case, model: Model, sides: tuple[Term, Term], literal: Term, ctx: Context) -> Array:
    """How much both sides change with half of the last digit of a number."""
    shift = np.full((ctx.batch, 1, 1), _unit(case, literal) * HALF)
    moved = ctx.fresh(opaque=(*ctx.opaque, (literal, shift)))
    changes = [np.abs(model.value(side, moved) - model.value(side, ctx)) for side in sides]
    total: Array = sum(change.reshape(ctx.batch, -1).max(axis=1) for change in changes)
    return total


def _alone(case: Case, side: Term) -> tuple[Term, float] | None:
    """The decimal a side consists of, and what it is multiplied by: a sign, or a unit such as a degree."""
    match side.op:
        case "neg":
            return _alone(case, side.args[0])
        case "num" if _decimals(case, side):
            return side, 1.0
        case "mul" if side.args[1].op == "num" and not _NUMBER.match(_written(case, side.args[1])):
            inner = _alone(case, side.args[0])
            return None if inner is None else (inner[0], inner[1] * abs(side.args[1].data))
    return None


def _literals(case: Case, reading: Reading, sides: tuple[Term, Term]) -> Iterator[Term]:
    seen: set[int] = set()
    for side in sides:
        for term in closure(reading, side):
            if term.op == "num" and id(term) not in seen and _decimals(case, term):
                seen.add(id(term))
                yield term


def _inexact(case: Case, literal: Term) -> bool:
    return len(_decimals(case, literal)) > 1 or _digits(case, literal) >= ROUNDED_DIGITS


def _decimals(case: Case, literal: Term) -> str:
    """The digits after the point, as written."""
    found = _DECIMAL.fullmatch(_written(case, literal))
    return found[1] if found else ""


def _digits(case: Case, literal: Term) -> int:
    return len(re.sub(r"\D", "", _written(case, literal)).lstrip("0"))


def _unit(case: Case, literal: Term) -> float:
    return float(10.0 ** -len(_decimals(case, literal)))


def _written(case: Case, literal: Term) -> str:
    return case.derivation.note.source.excerpt(literal.span).strip()
