"""Cases of a claim: `For $i \\ne j$ …`, `if $i = j$, then …` say which free indices are meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.syntax import Apply, Name, Node, Number

FARTHEST = 60  # characters of prose between a condition and the formula it belongs to
ENDS = ("。", ". ", ".\n", "；", ";", "\n#", "\n\n\n")
SIGNS = frozenset({"=", "ne"})
ABOVE = {">": 0, "ge": -1}  # how far below a bound lies what an index is not
FIRST = frozenset({"0", "1", "2"})  # what an index may begin with, and the next


class IndexCase(NamedTuple):
    """`i = j`, `i \\ne j` or `j \\ne 1`."""

    sign: str
    one: str
    two: str


class Condition(NamedTuple):
    """A condition and where it stands: its section and its formula; `at` is the place of its sign."""

    section: int
    math: int
    at: int
    case: IndexCase


def index_conditions(derivation: Derivation) -> tuple[Condition, ...]:
    """Every condition on indices in a note: those that stand for themselves, then those in brackets."""
    return (*_alone(derivation), *_in_brackets(derivation))


def _alone(derivation: Derivation) -> Iterator[Condition]:
    for site in derivation.sites:
        case = _index_case(derivation, site.relation.sign, site.lhs, site.rhs)
        if case is not None:
            yield Condition(site.section, site.math, site.position, case)


def _in_brackets(derivation: Derivation) -> Iterator[Condition]:
    """`\\quad (j \\ne 1)` behind a formula."""
    for number, formula in enumerate(derivation.formulas):
        for statement in formula.statements:
            match statement.sides[0]:
                case Apply("fence", (Apply("rel", (one, two), sign),)) if not statement.relations:
                    case = _index_case(derivation, sign, one, two)
                    section = derivation.note.section_of(statement.span.start)
                    if case is not None:
                        yield Condition(section, number, statement.span.start, case)


def cases_of(derivation: Derivation, claim: Site, conditions: tuple[Condition, ...]) -> tuple[IndexCase, ...]:
    """The conditions written beside a claim, the nearest first."""
    gaps = ((_gap(derivation, one, claim), one.case) for one in conditions)
    near = sorted(((gap, case) for gap, case in gaps if gap is not None), key=lambda pair: pair[0])
    return tuple(dict.fromkeys(case for _, case in near))


def _index_case(derivation: Derivation, sign: str, left: Node, right: Node) -> IndexCase | None:
    letters = derivation.naming.index_letters
    match sign, left, right:
        case _, Name(one), Name(two) if sign in SIGNS and one != two and {one, two} <= letters:
            return IndexCase(sign, one, two)
        case "ne", Name(one), Number(two) if one in letters and two.isdigit():
            return IndexCase("ne", one, two)
        case _, Name(one), Number(two) if sign in ABOVE and one in letters and two in FIRST:
            left_out = int(two) + ABOVE[sign]
            return IndexCase("ne", one, str(left_out)) if left_out >= 0 else None
    return None


def _gap(derivation: Derivation, condition: Condition, claim: Site) -> int | None:
    """How much prose stands between a condition and a claim; None where they do not belong together."""
    if condition.at == claim.position or condition.section != claim.section:
        return None
    if condition.math == claim.math:
        return 0
    one, two = (derivation.note.maths[number].outer for number in (condition.math, claim.math))
    first, second = (one, two) if one.start < two.start else (two, one)
    between = derivation.note.source.text[first.end : second.start]
    if len(between) > FARTHEST or "$" in between or any(end in between for end in ENDS):
        return None
    return len(between.strip())
