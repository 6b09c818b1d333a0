"""Definitions that only name the entries of a vector or matrix, and so declare its shape."""

from __future__ import annotations

from mdverify.declarations import Declaration, Sizes
from mdverify.definitions import Defined
from mdverify.ellipsis import is_dots
from mdverify.grids import cells
from mdverify.manuscript import Manuscript
from mdverify.symbols import Symbol, size_note
from mdverify.syntax import Apply, Name, Node, Number, is_none


def enumeration(defined: Defined, script: Manuscript) -> Declaration | None:
    """`x = (x_1, …, x_n)^T`, `A = [a_{11} … a_{mn}]`: names the entries, and so declares a shape.

    `X = (x_1, …, x_n)^T` stays a definition where x stands for the vector too, or the members are vectors.
    """
    if defined.params or defined.indices or defined.power is not None:
        return None
    found = _whole_matrix(defined, script) or _enumerated(defined, script)
    if found is None:
        return None
    rank, sizes = found
    listed = rank == "R" and _lists_entries(defined.body)
    reach = script.note.sections[defined.section].span
    return Declaration(defined.key, "V" if listed else rank, sizes, defined.position, reach, listed=listed)


def _lists_entries(body: Node) -> bool:
    """`(x_1, …, x_n)`: with commas, which tell no row from a column."""
    match body:
        case Apply("fence", (Apply("list", _, ","),), "()" | "[]"):
            return True
    return False


def _whole_matrix(defined: Defined, script: Manuscript) -> tuple[str, Sizes] | None:
    """`A = (a_{ij})_{m\\times n}`, `W = \\{w_{ij}\\}`: a matrix by its entries."""
    body = defined.body
    sizes = size_note(body)
    if sizes is not None and isinstance(body, Apply):
        body = body.args[0]
    if not (isinstance(body, Apply) and body.op == "fence"):
        return None
    symbol = script.naming.symbol(body.args[0])
    if symbol is None or len(symbol.indices) != 2 or symbol.base.lower() != defined.key.lower():
        return None
    return "M", sizes or ()


def _enumerated(defined: Defined, script: Manuscript) -> tuple[str, Sizes] | None:
    """Rank and sizes where the body lists members of the family of the same letter."""
    rows, turned = _written_rows(defined.body)
    shown = [cell for row in rows for cell in row if not is_dots(cell)]
    symbols = [symbol for cell in shown if (symbol := script.naming.symbol(cell)) is not None]
    if len(shown) < 2 or len(symbols) < len(shown):
        return None
    if any(symbol.sup_indices or not symbol.indices for symbol in symbols):
        return None
    letter = symbols[0].key.rstrip("_")
    if len({symbol.key for symbol in symbols}) > 1:
        return None
    if letter.lower() != defined.key.lower().removeprefix("bf:").removeprefix("vec:"):
        return None
    if letter != defined.key and (letter in script.keys or _is_turned(symbols[0].key, script)):
        return None
    rank, sizes = _rank(rows, turned, symbols[-1])
    if symbols[0].indices == (Number("0"),):
        sizes = tuple(
            Apply("+", (size, Number("1")), span=size.span) for size in sizes if not isinstance(size, str)
        )
    return rank, sizes


def _is_turned(key: str, script: Manuscript) -> bool:
    """Whether `v_i^T` stands somewhere: members are vectors, and `V = (v_1, …, v_n)` a matrix of them."""
    turned = (node.args[0] for node in script.nodes if isinstance(node, Apply) and _is_transpose(node))
    return any(symbol.key == key for body in turned if (symbol := script.naming.symbol(body)) is not None)


def _is_transpose(node: Apply) -> bool:
    return node.op == "sup" and node.args[1] in (Name("T"), Name("top"))


def _rank(rows: list[list[Node]], turned: bool, last: Symbol) -> tuple[str, Sizes]:
    """The indices of the last entry are the sizes."""
    if len(last.indices) == 2:
        return "M", last.indices[::-1] if turned else last.indices
    column = len(rows) > 1
    if column == turned or (column and any(len(row) > 1 for row in rows)):
        return "R", last.indices
    return "V", last.indices


def _leaves_out(rows: list[list[Node]]) -> bool:
    """Whether a matrix has entries beside places where none is written: they are no list."""
    width = max(map(len, rows), default=0)
    used = [at for at in range(width) if any(len(row) > at and not is_none(row[at]) for row in rows)]
    shown = (row for row in rows if not all(is_none(cell) or is_dots(cell) for cell in row))
    return any(is_none(row[at]) for row in shown for at in used if at < len(row))


def _written_rows(node: Node) -> tuple[list[list[Node]], bool]:
    """The entries of a written vector or matrix, and whether it is transposed."""
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            rows, turned = _written_rows(body)
            return rows, not turned
        case Apply("sub", (body, _)) if size_note(node) is not None:
            return _written_rows(body)
        case Apply("fence", (Apply("list", items, ","),), "()" | "[]"):
            return [list(items)], False
        case Apply("fence", (Apply("juxt", items),), "()" | "[]") if any(is_dots(i) for i in items):
            return [list(items)], False
        case Apply("fence", (body,), "()" | "[]"):
            return _written_rows(body)
        case Apply("matrix", rows) if not _leaves_out([cells(row) for row in rows]):
            found = [[c for c in cells(row) if not is_none(c)] for row in rows]
            return [row for row in found if row], False
    return [], False
