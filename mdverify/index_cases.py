"""Cases of a claim: `For $i \\ne j$ …`, `if $i = j$, then …` say which free indices are meant."""

from __future__ import annotations

from typing import NamedTuple

from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.syntax import Name

FARTHEST = 60  # characters of prose between a condition and the formula it belongs to
ENDS = ("。", ". ", ".\n", "；", ";", "\n#", "\n\n\n")
SIGNS = frozenset({"=", "ne"})


class IndexCase(NamedTuple):
    """`i = j` or `i \\ne j`."""

    sign: str
    one: str
    two: str


def index_conditions(derivation: Derivation) -> tuple[tuple[Site, IndexCase], ...]:
    """Every condition on two indices in a note, in the order of the text."""
    found = ((site, _index_case(derivation, site)) for site in derivation.sites)
    return tuple((site, case) for site, case in found if case is not None)


def cases_of(
    derivation: Derivation, claim: Site, conditions: tuple[tuple[Site, IndexCase], ...]
) -> tuple[IndexCase, ...]:
    """The conditions written beside a claim, the nearest first."""
    gaps = ((_gap(derivation, site, claim), case) for site, case in conditions)
    near = sorted(((gap, case) for gap, case in gaps if gap is not None), key=lambda pair: pair[0])
    return tuple(dict.fromkeys(case for _, case in near))


def _index_case(derivation: Derivation, site: Site) -> IndexCase | None:
    letters = derivation.naming.index_letters
    match site.relation.sign, site.lhs, site.rhs:
        case sign, Name(one), Name(two) if sign in SIGNS and one != two and {one, two} <= letters:
            return IndexCase(sign, one, two)
    return None


def _gap(derivation: Derivation, condition: Site, claim: Site) -> int | None:
    """How much prose stands between a condition and a claim; None where they do not belong together."""
    if condition is claim or condition.section != claim.section:
        return None
    if condition.math == claim.math:
        return 0
    one, two = (derivation.note.maths[site.math].outer for site in (condition, claim))
    first, second = (one, two) if one.start < two.start else (two, one)
    between = derivation.note.source.text[first.end : second.start]
    if len(between) > FARTHEST or "$" in between or any(end in between for end in ENDS):
        return None
    return len(between.strip())
