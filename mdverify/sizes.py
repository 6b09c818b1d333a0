"""Letters that count something, and what a note says of their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mdverify.ellipsis import is_dots
from mdverify.prose import Fact
from mdverify.spaces import RANKS, is_space, space_of
from mdverify.symbols import bound_names, size_note
from mdverify.syntax import Apply, Formula, Name, Node, Number, walk

NEVER_SIZES = frozenset({"T", "top", "infty", "t", "x", "y"})


def counting_letters(
    nodes: Sequence[Node], told: tuple[Fact, ...], formulas: tuple[Formula, ...]
) -> frozenset[str]:
    """The letters that stand for sizes: written or told as such, and bound by no sum."""
    found: set[str] = set()
    bound: set[str] = set()
    known: set[str] = set()
    for node in nodes:
        if isinstance(node, Apply) and node.op in ("big", "sub", "sup"):
            found |= _written(node)
            bound |= _bound(node)
            known |= _last_time(node)
    found |= {letter for _, letter, _ in enumerated(nodes, formulas)}
    return frozenset(((found - NEVER_SIZES) | known | _told(told, formulas)) - bound)


def _written(node: Node) -> set[str]:
    """Exponents of R, upper bounds of sums, sizes written as a×b."""
    match node:
        case Apply("big", (_, _, upper), "sum" | "prod"):
            return letters(upper)
        case Apply("sup", (Name("R" | "S" | "C", _), size)) if is_space(node) and space_of(size) is not None:
            return letters(size)
        case Apply("sub") if (note := size_note(node)) is not None:
            return letters(note[0]) | letters(note[1])
    return set()


def _last_time(node: Node) -> set[str]:
    """The T of `\\sum_{t=1}^T`, which is no transpose there, and the L of `W_L W_{L-1}`."""
    match node:
        case Apply("big", (_, Apply("rel"), Name("T")), "sum" | "prod"):
            return {"T"}
        case Apply("sub", (_, Apply("-", (Name(text, ""), Number())))) if len(text) == 1 and text.isupper():
            return {text}
    return set()


def _bound(node: Node) -> frozenset[str]:
    """Index letters of a big operator."""
    if isinstance(node, Apply) and node.op == "big":
        return frozenset(bound_names(node.args[1]))
    return frozenset()


def enumerated(nodes: Iterable[Node], formulas: tuple[Formula, ...]) -> Iterator[tuple[Node, str, bool]]:
    """The `x_n` that ends `x_1, \\dots, x_n`, its n, and whether the list begins at 1.

    The list may be one formula or stand with commas between formulas.
    """
    rows = [node.args for node in nodes if isinstance(node, Apply) and node.op == "list"]
    rows += [tuple(statement.sides[-1] for statement in formula.statements) for formula in formulas]
    for row in rows:
        for at in range(1, len(row) - 1):
            if is_dots(row[at]):
                firsts = {one.args[0]: one.args[1] for item in row[at - 1 :: -1] for one in _members(item)}
                for one in _members(row[at + 1]):
                    if isinstance(one.args[1], Name) and isinstance(firsts.get(one.args[0]), Number):
                        yield one, one.args[1].text, firsts[one.args[0]] == Number("1")


def _members(item: Node) -> Iterator[Apply]:
    """The members in an item of a list: `(x_1, y_1)`."""
    for part in walk(item):
        if isinstance(part, Apply) and part.op == "sub":
            yield part


def _told(told: tuple[Fact, ...], formulas: tuple[Formula, ...]) -> set[str]:
    """Sizes named in prose: "an $n$-dimensional vector", "n 维向量"."""
    found: set[str] = set()
    for size in (size for fact in told if fact.kind in RANKS for size in fact.sizes):
        if isinstance(size, str):
            found |= {size} if size.isalpha() and len(size) == 1 else set()
        elif formulas[size].statements:
            found |= letters(formulas[size].statements[0].sides[0])
    return found


def letters(node: Node) -> set[str]:
    """The plain names of an expression."""
    return {part.text for part in walk(node) if isinstance(part, Name) and part.font in ("", "rm")}


def orders(formulas: tuple[Formula, ...], sizes: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Sizes said to be smaller than others, the smaller one first: `m > n`, `j < k`."""
    for statement in (statement for formula in formulas for statement in formula.statements):
        for a, relation, b in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
            if not (isinstance(a, Name) and isinstance(b, Name) and {a.text, b.text} <= sizes):
                continue
            if relation.sign in ("<", "le", "ll"):
                yield a.text, b.text
            elif relation.sign in (">", "ge", "gg"):
                yield b.text, a.text
