"""`\\bar x` as the mean of the x_i, where the note sums them and says nothing else of the bar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mdverify.declarations import Declaration
from mdverify.definitions import Defined
from mdverify.manuscript import Manuscript
from mdverify.symbols import symbols_in
from mdverify.syntax import Apply, Name, Node, Number, walk

BARS = ("bar", "overline")


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum over a family: `\\sum_{i=1}^n x_i`, whatever else was summed there."""

    total: Apply
    last: Node
    position: int


def means(
    script: Manuscript, definitions: Sequence[Defined], declarations: Sequence[Declaration]
) -> Iterator[Defined]:
    """A supposed definition for every bar nobody explains, in each section from its first use on."""
    sums = _sums(script)
    explained = {one.key for one in definitions} | {one.key for one in declarations}
    settled: set[tuple[str, int]] = set()
    for side in script.sides() if sums.keys() & script.keys - explained else ():
        section = script.note.section_of(side.span.start)
        here = {symbol.key for symbol in symbols_in(side, script.naming)} & sums.keys()
        for key in sorted(here - explained):
            if (key, section) not in settled:
                settled.add((key, section))
                yield _supposed(key, side.span.start, section, sums, script)


def _supposed(
    key: str, position: int, section: int, sums: Mapping[str, Sequence[_Sum]], script: Manuscript
) -> Defined:
    """The mean over the sum that stands nearest."""

    def away(one: _Sum) -> tuple[int, int]:
        return script.distance(one.position, position), abs(one.position - position)

    nearest = min(sums[key], key=away)
    count = Apply("frac", (Number("1"), nearest.last))
    body = Apply("juxt", (count, nearest.total), span=nearest.total.span)
    return Defined(key, body, position, section, span=nearest.total.span, supposed=True)


def _sums(script: Manuscript) -> dict[str, list[_Sum]]:
    """The sums over families, by the key a bar over the letter of the family would have."""
    found: defaultdict[str, list[_Sum]] = defaultdict(list)
    for node in script.nodes:
        match node:
            case Apply(
                "big", (body, Apply("rel", (Name(index), Number("1")), "=") as first, Name() as last), "sum"
            ):
                for member in _members(body, index):
                    for key in _barred(member, script):
                        total = Apply("big", (member, first, last), "sum", node.span)
                        found[key].append(_Sum(total, last, node.span.start))
    return found


def _members(body: Node, index: str) -> Iterator[Apply]:
    """`x_i` and `x^{(i)}` in the body of a sum over i."""
    for node in walk(body):
        match node:
            case Apply("sub", (_, Name(text))) | Apply("sup", (_, Apply("fence", (Name(text),)))) if (
                text == index
            ):
                yield node


def _barred(member: Apply, script: Manuscript) -> Iterator[str]:
    for kind in BARS:
        symbol = script.naming.symbol(Apply("accent", (member.args[0],), kind))
        if symbol is not None:
            yield symbol.key
