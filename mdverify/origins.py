"""Letters whose entries are counted from 0: `\\sum_{k=0}^n θ_k x_k`, `(θ_0, θ_1, …, θ_n)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mdverify.claims import Site
from mdverify.ellipsis import is_dots
from mdverify.manuscript import Manuscript
from mdverify.symbols import Naming, symbols_in
from mdverify.syntax import Apply, Name, Node, Number, walk

ZERO, FIRST = Number("0"), Number("1")
LISTS = frozenset({"list", "row", "matrix", "+"})


@dataclass(frozen=True, slots=True)
class Origin:
    """The entries of `head` are summed or listed from 0, or from 1, up to something."""

    head: str
    position: int
    zero: bool
    upper: Node | None = None


def origins(script: Manuscript) -> tuple[Origin, ...]:
    """Where entries are summed or listed, in order of position."""
    found = [one for node in script.nodes for one in _origins(node, script)]
    return tuple(sorted(found, key=lambda one: one.position))


def _origins(node: Node, script: Manuscript) -> Iterator[Origin]:
    match node:
        case Apply("big", (body, Apply("rel", (Name() as index, low), "="), upper), "sum"):
            if low in (ZERO, FIRST):
                for head in _with_index(body, index, script):
                    yield Origin(head, node.span.start, low == ZERO, upper)
        case Apply(op) if op in LISTS and any(is_dots(part) for part in walk(node)):
            for head in _with_index(node, ZERO, script):
                yield Origin(head, node.span.start, True)


def _with_index(node: Node, index: Node, script: Manuscript) -> Iterator[str]:
    """The heads of the entries with one index below them."""
    return (symbol.base for symbol in symbols_in(node, script.naming) if symbol.indices == (index,))


def beginnings(sites: Iterable[Site], naming: Naming) -> dict[str, list[Site]]:
    """The steps that give the first member of a family a number or a letter: `v_0 = 0`."""
    found: dict[str, list[Site]] = {}
    for site in sites:
        if site.relation.sign == "=" and isinstance(site.rhs, Number | Name):
            symbol = naming.symbol(site.lhs)
            if symbol is not None and symbol.indices + symbol.sup_indices == (ZERO,):
                found.setdefault(symbol.key, []).append(site)
    return found


def counts_from_zero(found: Sequence[Origin], head: str, position: int, script: Manuscript) -> bool:
    """Whether entries begin at 0 here: as this section says, else as was said last.

    A sum from 1 to the same bound leaves out the entry 0 (`\\sum_{j=1}^n θ_j^2`) and says nothing.
    """
    mine = [one for one in found if one.head == head]
    bounds = [one.upper for one in mine if one.zero]
    telling = [one for one in mine if one.zero or one.upper not in bounds]
    if not bounds:
        return False
    section = script.note.section_of(position)
    here = [one for one in telling if script.note.section_of(one.position) == section]
    if here:
        return any(one.zero for one in here)
    before = [one for one in telling if one.position <= position]
    return before[-1].zero if before else script.apart(section, telling[0].position) < 2 and telling[0].zero
