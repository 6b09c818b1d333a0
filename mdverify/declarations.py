"""Ranks and sizes given to symbols, by formulas and by prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mdverify import cues
from mdverify.manuscript import MEMBERSHIP, Manuscript
from mdverify.passages import Fact
from mdverify.source import Span
from mdverify.spaces import RANKS, is_space, space, space_of
from mdverify.symbols import BOLD, size_note, symbols_in
from mdverify.syntax import Apply, Name, Node, Number, Statement, items, walk

ARROWS = frozenset({"to", "rightarrow", "mapsto"})
CONSTANTS = ("I", "E", "0", "1")  # sized below like `I_{n\times n}`, but not declared by it
Sizes = tuple[Node | str, ...]
_SCALARS = re.compile(cues.SCALARS)
_OF_NUMBERS = re.compile(cues.OF_NUMBERS)
_OF_COLUMNS = re.compile(cues.OF_COLUMNS)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A rank (S, V, R, M) and sizes for a symbol; sizes are nodes or literal texts.

    One that is made `here_only` says nothing outside of its reach; a column that is `listed` as
    `x = (x_1, …, x_n)` may be meant as a row as well.
    """

    key: str
    rank: str
    sizes: Sizes
    position: int
    reach: Span
    function: bool = False
    here_only: bool = False
    listed: bool = False


def scalar_declarations(script: Manuscript, stated: Sequence[Declaration]) -> Iterator[Declaration]:
    """Under a heading like "a one-dimensional example" the vectors and matrices above are numbers.

    So they are under "Numbers", where "Vectors" stands beside it. They are what they were after it.
    """
    titles = [script.note.english(*section.title).lower() for section in script.note.sections]
    doubled = {
        section.parent
        for section, title in zip(script.note.sections, titles, strict=True)
        if _OF_COLUMNS.search(title)
    }
    for section, title in list(zip(script.note.sections, titles, strict=True))[1:]:
        twice = section.parent in doubled and _OF_NUMBERS.search(title) and not _OF_COLUMNS.search(title)
        if not twice and not _SCALARS.search(title):
            continue
        inside = [one for one in stated if section.span.start <= one.position < section.span.end]
        own = {one.key for one in inside}
        before = [one for one in stated if one.position < section.span.start and not one.function]
        above = {one.key for one in before if one.rank != "S"}
        here = {
            symbol.key
            for side in script.sides()
            if section.span.holds(side.span)
            for symbol in symbols_in(side, script.naming)
        }
        for key in sorted((above - own) & here):
            yield Declaration(key, "S", (), section.span.start, section.span, here_only=True)
    yield from _plain_letters(script, stated)


def _plain_letters(script: Manuscript, stated: Sequence[Declaration]) -> Iterator[Declaration]:
    """After "in one dimension" the vectors are numbers that are written plain, and bold before.

    They are so up to the formula that has one of them bold or with an index again.
    """
    starts = [fact.span.start for fact in script.facts if fact.kind == "one-dimension"]
    sides = script.sides() if starts else ()
    letters = [(side.span.start, one) for side in sides for one in symbols_in(side, script.naming)]
    for start in starts:
        above = {one.key: one.reach.start for one in stated if one.position < start and one.rank in "VR"}
        before = [one for at, one in letters if above.get(one.key, start) <= at < start]
        bold, plain = ({one.key for one in before if (one.font in BOLD) == asked} for asked in (True, False))
        end = script.note.sections[script.note.section_of(start)].span.end
        later = [(at, one) for at, one in letters if start <= at < end and one.base in bold - plain]
        stop = min((at for at, one in later if one.indices or one.font in BOLD), default=end)
        for key in sorted({one.key for at, one in later if at < stop}):
            yield Declaration(key, "S", (), start, Span(start, stop), here_only=True)


def written_declarations(script: Manuscript) -> Iterator[Declaration]:
    """Declarations written as formulas: `x, w ∈ R^n`, `f: R^n → R`, `A_{m×n}`, `[…]_{n×1}`."""
    for formula in script.formulas:
        pending: list[Node] = []
        for statement in formula.statements:
            signs = {relation.sign for relation in statement.relations}
            if not signs:
                pending.append(statement.sides[0])
                continue
            yield from _annotated(statement, script)
            if MEMBERSHIP & signs:
                yield from _membership(statement, pending, script)
            if ":" in signs and ARROWS & signs:
                yield from _mapping(statement, pending, script)
            pending = []


def _membership(statement: Statement, pending: list[Node], script: Manuscript) -> Iterator[Declaration]:
    """`x, w \\in \\mathbb R^n`; `pending` are the names listed in statements of their own before it."""
    at = next(i for i, r in enumerate(statement.relations) if r.sign in MEMBERSHIP)
    found = space(statement.sides[at + 1])
    if found is None:
        return
    for node in (*pending, *statement.sides[: at + 1]):
        for item in items(node):
            yield from _declared(item, *found, statement.span.start, script)


def _declared(
    node: Node, rank: str, sizes: Sizes, position: int, script: Manuscript, function: bool = False
) -> Iterator[Declaration]:
    symbol = script.naming.symbol(node)
    if symbol is not None:
        yield Declaration(symbol.key, rank, sizes, position, script.reach(position), function)


def _mapping(statement: Statement, pending: list[Node], script: Manuscript) -> Iterator[Declaration]:
    """`f, g: \\mathbb R^n \\to \\mathbb R`: the rank of the values."""
    codomain = space(statement.sides[-1])
    if codomain is None:
        return
    for node in (*pending, statement.sides[0]):
        for item in items(node):
            yield from _declared(item, *codomain, statement.span.start, script, function=True)


def vector_maps(script: Manuscript) -> frozenset[str]:
    """The keys of functions declared on a space of vectors: `f: \\mathbb R^n \\to \\mathbb R`.

    A function of numbers may be meant entry by entry and tells nothing of what it is applied to.
    """
    found = set()
    for statement in (s for formula in script.formulas for s in formula.statements):
        signs = [relation.sign for relation in statement.relations]
        symbol = script.naming.symbol(statement.sides[0])
        domain = space(statement.sides[1]) if len(signs) == 2 and signs[0] == ":" else None
        if symbol is not None and domain is not None and signs[1] in ARROWS and domain[0] == "V":
            found.add(symbol.key)
    return frozenset(found)


def _annotated(statement: Statement, script: Manuscript) -> Iterator[Declaration]:
    """Sizes written below: `A_{n\\times n}`, and `x = […]_{n\\times 1}` for x."""
    position = statement.span.start
    for node in (node for side in statement.sides for node in walk(side)):
        found = _noted(node)
        if found is not None and not _is_constant(node):
            yield from _declared(node, *found, position, script)
    found = _noted(statement.sides[-1])
    if found is not None and not isinstance(statement.sides[0], Apply):
        yield from _declared(statement.sides[0], *found, position, script)


def _noted(node: Node) -> tuple[str, tuple[Node, ...]] | None:
    """Rank and sizes by the sizes written below a node."""
    note = size_note(node)
    return None if note is None else space_of(Apply("times", note))


def _is_constant(node: Node) -> bool:
    return isinstance(node, Apply) and isinstance(node.args[0], Name) and node.args[0].text in CONSTANTS


def told_declarations(script: Manuscript) -> Iterator[Declaration]:
    """Declarations made in prose."""
    for fact in script.facts:
        if fact.kind not in RANKS:
            continue
        sizes = tuple(size for told in fact.sizes if (size := script.told_size(told)) is not None)
        found = _flattened(RANKS[fact.kind], sizes, fact.kind)
        if RANKS[fact.kind] == "S" and _shows_array(fact, script):
            continue
        for node in script.subjects(fact) if found is not None else ():
            head = _applied(node, script)
            symbol = script.naming.symbol(head or node)
            if symbol is not None and found is not None:
                function = head is not None or fact.kind.endswith("-function")
                yield Declaration(symbol.key, *found, fact.span.start, fact.reach, function)


def _shows_array(fact: Fact, script: Manuscript) -> bool:
    """Whether what is called a number is written out as a matrix: "Numbers: A = …" begins an example."""
    return any(
        isinstance(side, Apply) and side.op == "matrix" and side.detail != "vmatrix"
        for number in fact.subjects
        for statement in script.formulas[number].statements
        for side in statement.sides
    )


def _applied(node: Node, script: Manuscript) -> Node | None:
    """f of `f(x)`, whose value is spoken of."""
    match node:
        case Apply("juxt", (head, Apply("fence", (arguments,), "()"))):
            named = all(script.naming.symbol(item) is not None for item in items(arguments))
            return head if named else None
    return None


def _flattened(rank: str, sizes: Sizes, kind: str) -> tuple[str, Sizes] | None:
    """Two sizes for "an n×n matrix" and "a square matrix of order n", one for "of size n×1"."""
    match sizes:
        case (rows, "1" | Number("1")) if rank == "M":
            return "V", (rows,)
        case ("1" | Number("1"), columns) if rank == "M":
            return "R", (columns,)
        case (Apply("times") as size,):
            return space_of(size)
        case (Apply() as size,) if is_space(size):
            return space(size)
        case (size,) if kind == "square":
            return rank, (size, size)
    return rank, sizes
