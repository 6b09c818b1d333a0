"""One term of a side with another coefficient: which number in front of it would make a step true.

What a side comes to is a straight line in the coefficient of a term, so two values of it give the number:
a slip if it is the same simple fraction for every entry, at all points and for other sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

import numpy as np

from mdverify.attempt import attempt
from mdverify.case import Case
from mdverify.cloud import Budget, Context, Undefined
from mdverify.comparison import GOOD_POINTS, Outcome, model_of, start
from mdverify.evaluate import Model, quiet
from mdverify.operators import Array
from mdverify.reading import Options
from mdverify.shapes import SCALAR
from mdverify.source import Span
from mdverify.terms import Term

SUMMANDS = 12  # of a side that are looked at
LARGEST = 12  # numerator or denominator of a coefficient that somebody writes
EXACT = 1e-8  # how well the number has to come out, relative to itself
SLIGHT = 1e-6  # a term that contributes less, or varies less, says nothing
SUMS = frozenset({"add", "sub"})


def coefficients(case: Case, options: Options) -> Iterator[tuple[Span, Fraction]]:
    """The terms of the right side with the number by which each, alone, would have to be multiplied."""
    outcome = attempt(case, options)
    if outcome.kind != "differ" or outcome.counter is None or outcome.right is None:
        return
    assert outcome.reading is not None
    if outcome.reading.measures:
        return
    clouds = [_cloud(case, outcome, model) for model in _models(case, outcome, outcome.counter.model)]
    for term in islice(_summands(outcome.right), SUMMANDS) if None not in clouds else ():
        found = {_number(outcome.right, cloud, term) for cloud in clouds if cloud is not None}
        if len(found) == 1 and (number := found.pop()) is not None:
            yield term.span, number


@dataclass(frozen=True, slots=True)
class _Cloud:
    """The points of one model, the right side there, and by how much the left one is larger."""

    model: Model
    ctx: Context
    right: Array
    gap: Array


def _models(case: Case, outcome: Outcome, first: Model) -> Iterator[Model]:
    """Where the difference was seen, and other sizes if there are any."""
    yield first
    assert outcome.reading is not None
    sizes = outcome.reading.dims.sizes(1)
    if sizes is not None and sizes != first.sizes and outcome.reading.dims.consistent(sizes):
        yield model_of(case, outcome.reading, sizes, "mixed")


def _summands(term: Term) -> Iterator[Term]:
    """What is added up anywhere in a side; of a side that is no sum the whole."""
    if term.op not in SUMS:
        yield term
    yield from _inner_summands(term)


def _inner_summands(term: Term) -> Iterator[Term]:
    for arg in term.args:
        if term.op in SUMS and arg.op not in SUMS:
            yield arg
        yield from _inner_summands(arg)


def _cloud(case: Case, outcome: Outcome, model: Model) -> _Cloud | None:
    """Both sides at the points of a model, if they have values there."""
    reading, left, right = outcome.reading, outcome.left, outcome.right
    assert reading is not None
    assert left is not None
    assert right is not None
    try:
        with quiet():
            ctx = start(case, reading, model, left, right)
            a, b = model.value(left, ctx), model.value(right, ctx)
    except (Undefined, Budget):
        return None
    return _Cloud(model, ctx, b, a - b)


def _number(right: Term, at: _Cloud, term: Term) -> Fraction | None:
    """The simple number that makes both sides equal in front of a term."""
    try:
        with quiet():
            change = at.model.value(_twice(right, term), at.ctx) - at.right
    except (Undefined, Budget):
        return None
    return _solved(at.gap, change)


def _twice(side: Term, term: Term) -> Term:
    """The side with one of its terms twice as large."""
    if side is term:
        two = Term("num", (), 2.0, SCALAR, term.span)
        return Term("mul", (two, term), None, term.shape, term.span)
    args = tuple(_twice(arg, term) for arg in side.args)
    same = all(new is old for new, old in zip(args, side.args, strict=True))
    return side if same else replace(side, args=args)


def _solved(gap: Array, change: Array) -> Fraction | None:
    """The number in front of a term, from what is missing and what the term contributes."""
    good = np.isfinite(gap).all(axis=(1, 2)) & np.isfinite(change).all(axis=(1, 2))
    if good.sum() < GOOD_POINTS:
        return None
    missing, part = np.real(gap[good]), np.real(change[good])
    largest = np.abs(part).max()
    if not largest or np.ptp(part, axis=0).max() <= SLIGHT * largest:
        return None
    place = np.unravel_index(int(np.abs(part).argmax()), part.shape)
    number = Fraction(1 + float(missing[place] / part[place])).limit_denominator(LARGEST)
    if abs(number.numerator) > LARGEST or number in (0, 1):
        return None
    left_over = np.abs(missing - (float(number) - 1) * part).max()
    return number if left_over <= EXACT * max(largest, np.abs(missing).max()) else None
