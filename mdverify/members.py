"""`y` where `y_1 = …`, `y_2 = …`, `y_3 = …` are written one by one: the column of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from mdverify.claims import Site
from mdverify.definitions import Defined
from mdverify.manuscript import EQUALITIES, Manuscript
from mdverify.symbols import symbols_in
from mdverify.syntax import Apply, Node, Number

Bodies = dict[int, Site]


def listed_members(
    script: Manuscript, sites: Sequence[Site], definitions: Sequence[Defined]
) -> Iterator[tuple[Defined, tuple[Site, ...]]]:
    """A supposed definition for every family whose members are all written out, and where they are.

    Values (`x_1 = 3`) and members made of each other (`x_2 = A x_1`) are none.
    """
    known = {one.key for one in definitions}
    found = defaultdict[tuple[str, int], Bodies](dict)
    for site in sites:
        symbol = script.naming.symbol(site.lhs) if site.relation.sign in EQUALITIES and site.heads else None
        if symbol is not None and not symbol.sup_indices:
            match symbol.indices:
                case (Number(text),) if text.isdigit() and symbol.key not in known:
                    found[symbol.base, script.reach(site.position).start].setdefault(int(text), site)
    for (base, _), bodies in found.items():
        numbers = sorted(bodies)
        members = tuple(bodies[number] for number in numbers)
        complete = len(members) > 1 and numbers == list(range(1, len(members) + 1))
        formulas = all(_is_formula(site.rhs, f"{base}_", script) for site in members)
        if complete and formulas and base not in known:
            yield _column(base, members), members


def _is_formula(node: Node, key: str, script: Manuscript) -> bool:
    """More than a number, and not made of other members."""
    names = {symbol.key for symbol in symbols_in(node, script.naming)}
    return bool(names) and key not in names


def _column(base: str, sites: tuple[Site, ...]) -> Defined:
    last = max(sites, key=lambda site: site.position)
    rows = tuple(Apply("row", (site.rhs,), "", site.rhs.span) for site in sites)
    body = Apply("matrix", rows, "pmatrix", last.rhs.span)
    return Defined(base, body, last.rhs.span.end, last.section, span=last.rhs.span, supposed=True)
