"""Vectors and matrices written out, with blocks and with dots."""

from __future__ import annotations

from collections.abc import Sequence

from mdverify.ellipsis import COLUMN, ROW, is_dots, substitute
from mdverify.grids import Grid, on_diagonal
from mdverify.indices import collected, index_term
from mdverify.messages import message
from mdverify.operators import ShapeClash
from mdverify.piecewise import is_piecewise, piecewise
from mdverify.reading import Reading, Stuck
from mdverify.shapes import SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.sums import label_range
from mdverify.syntax import NOWHERE, Apply, Name, Node, Number, is_none
from mdverify.terms import Binder, Term, is_zero

DOTS = Apply("dots")
TUPLES = ((0.0, "row"), (0.3, "column"))
WRITTEN = frozenset({"matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array", "vmatrix", "Vmatrix"})


def matrix(reading: Reading, node: Apply) -> Term:
    """A matrix environment; `vmatrix` is its determinant, and a brace tells cases apart."""
    if is_piecewise(node):
        return piecewise(reading, node)
    if node.detail.rstrip("*") not in WRITTEN:
        raise Stuck(message("no-meaning", text=f"\\begin{{{node.detail}}}"), node.span)
    whole = written(reading, reading.derivation.patterns.rows(node), node.span)
    return reading.apply("det", whole, span=node.span) if node.detail == "vmatrix" else whole


def tuple_of(reading: Reading, node: Node, span: Span, round_bracket: bool = False) -> Term:
    """`[x_1, …, x_n]`: a row; `(x_1, …, x_n)` may be meant as a column as well; `[a, b; c, d]` two rows."""
    items = list(node.args) if isinstance(node, Apply) and node.op in ("list", "juxt") else [node]
    if len(items) > 1 and isinstance(node, Apply) and node.detail not in (",", "", ";"):
        raise Stuck(message("no-meaning", text=show(node)), span)
    if isinstance(node, Apply) and node.detail == ";" and not round_bracket:
        return written(reading, reading.derivation.patterns.rows(node), span)
    across = not round_bracket or reading.choose("(,)", TUPLES) == "row"
    return line(reading, items, span, across)


def written(reading: Reading, rows: list[list[Node]], span: Span) -> Term:
    """Rows of entries, which may be blocks, with or without dots."""
    rows = [row for row in rows if row and not all(is_none(cell) for cell in row)]
    if not any(is_dots(cell) for row in rows for cell in row):
        return blocks(reading, rows, span)
    pattern = reading.derivation.patterns.grid(rows)
    if pattern is not None:
        return from_grid(reading, pattern, span)
    diagonal = on_diagonal(rows)
    if diagonal is not None:
        return _diagonal(reading, diagonal, span)
    if all(len(row) == 1 for row in rows):
        return line(reading, [row[0] for row in rows], span, across=False)
    if len(rows) == 1:
        return line(reading, rows[0], span, across=True)
    return stacked_rows(reading, rows, span)


def _diagonal(reading: Reading, items: list[Node], span: Span) -> Term:
    """Numbers on the diagonal of a matrix in which nothing else is written."""
    column = line(reading, items, span, across=False)
    if reading.kind(column.shape) != "V" or column.op not in ("every", "stack"):
        raise Stuck(message("dots", text=show(items[0])), span)
    return reading.apply("diag", column, span=span)


def stacked_rows(reading: Reading, rows: list[list[Node]], span: Span) -> Term:
    """Rows of explicit width with dots between rows: `1 & t_1 \\\\ \\vdots & \\vdots \\\\ 1 & t_m`."""
    made = reading.derivation.patterns.node
    shown: list[Node] = []
    for row in rows:
        if all(is_dots(c) or is_none(c) for c in row):
            shown.append(DOTS)
        else:
            shown.append(made("fence", (made("list", tuple(row), ",", NOWHERE),), "[]", row[0].span))
    return line(reading, shown, span, across=False)


def line(reading: Reading, items: list[Node], span: Span, across: bool) -> Term:
    """A row or column of entries or blocks, dots expanded."""
    if not any(map(is_dots, items)):
        rows = [items] if across else [[item] for item in items]
        return blocks(reading, rows, span)
    found = reading.derivation.patterns.run(items)
    if found is None:
        raise Stuck(message("dots", text=show(items[0])), span)
    pieces = [reading.term(item) for item in found.before]
    pieces.append(_expanded(reading, found.pattern, found.letter, found.first, found.last, span, across))
    pieces.extend(reading.term(item) for item in found.after)
    return glue(reading, [pieces] if across else [[piece] for piece in pieces], span)


def _expanded(
    reading: Reading, pattern: Node, letter: str, first: Node, last: Node, span: Span, across: bool
) -> Term:
    dim, bounds = label_range(reading, first, last)
    if dim is None:
        dim = _length(reading, first, last)
        if dim is None:
            raise Stuck(message("dots", text=show(pattern)), span)
    with reading.binding([(letter, dim if bounds is None else None)]):
        body = reading.term(pattern)
    term = collected(reading, body, (letter,), (dim,), span, row=across)
    if bounds is None:
        return term
    return Term(term.op, (body,), Binder((letter,), (None,), (bounds,)), term.shape, span)


def _length(reading: Reading, first: Node, last: Node) -> int | None:
    """How many entries from one label to another: 0 to n are n+1."""
    if first == Number("0"):
        return reading.dims.total([reading.size(last), reading.dims.const(1)])
    return None


def from_grid(reading: Reading, pattern: Grid, span: Span) -> Term:
    """A matrix by its entry (and its diagonal) over row and column indices."""
    rows, _ = label_range(reading, *pattern.rows)
    cols, _ = label_range(reading, *pattern.columns)
    if rows is None or cols is None:
        raise Stuck(message("dots", text=show(pattern.entry)), span)
    with reading.binding([(ROW, rows), (COLUMN, cols)]):
        entry = _number(reading, pattern.entry, span)
        if pattern.diagonal is not None:
            diagonal = _number(reading, pattern.diagonal, span)
            entry = _instead(entry, diagonal, [(_index(ROW, span), _index(COLUMN, span))], span)
        for row, column, node in pattern.odd if not (pattern.odd and reading.asked("regular")) else ():
            reading.dims.least_size = max(reading.dims.least_size, pattern.shown)
            at_row = _index(ROW, span), _label(reading, row, rows, span)
            at_column = _index(COLUMN, span), _label(reading, column, cols, span)
            other = _number(reading, _by_place(node, row, column), span)
            entry = _instead(entry, other, [at_row, at_column], span)
    return Term("every", (entry,), Binder((ROW, COLUMN), (rows, cols), (None, None)), Shape(rows, cols), span)


def _number(reading: Reading, node: Node, span: Span) -> Term:
    """An entry, which has to be a number."""
    term = reading.term(node)
    if reading.kind(term.shape) != "S":
        raise Stuck(message("dots", text=show(node)), span)
    return term


def _by_place(node: Node, row: Node, column: Node) -> Node:
    """An entry of the last row or column with the letter of that line as its index."""
    for label, letter in ((row, ROW), (column, COLUMN)):
        if isinstance(label, Name):
            node = substitute(node, label.text, Name(letter))
    return node


def _index(letter: str, span: Span) -> Term:
    return Term("index", (), letter, SCALAR, span)


def _label(reading: Reading, label: Node, last: int, span: Span) -> Term:
    """The number of a row or column: the one shown, or the last of all."""
    return index_term(reading, label) if isinstance(label, Number) else Term("size", (), last, SCALAR, span)


def _instead(usual: Term, other: Term, at: Sequence[tuple[Term, Term]], span: Span) -> Term:
    """`usual + δ (other - usual)`: another entry where pairs of indices are the same."""
    change = Term("sub", (other, usual), None, SCALAR, span)
    for pair in at:
        delta = Term("delta", pair, None, SCALAR, span)
        change = Term("mul", (delta, change), None, SCALAR, span)
    return Term("add", (usual, change), None, SCALAR, span)


def blocks(reading: Reading, rows: list[list[Node]], span: Span) -> Term:
    """A matrix of entries or blocks without dots."""
    return glue(reading, [[reading.term(cell) for cell in row] for row in rows], span)


def glue(reading: Reading, rows: list[list[Term]], span: Span) -> Term:
    """Blocks side by side and one below the other; a 0 takes the shape its place needs."""
    width = len(rows[0])
    if any(len(row) != width for row in rows):
        raise Stuck(message("ragged-matrix"), span)
    heights = [_common(reading, row, rows_wise=True) for row in rows]
    if any(reading.kind(term.shape) != "S" and not is_zero(term) for row in rows for term in row):
        for at, row in enumerate(rows):
            if all(is_zero(term) for term in row):
                heights[at] = reading.dims.fresh()
    widths = [_common(reading, [row[i] for row in rows], rows_wise=False) for i in range(width)]
    filled = [
        [_filled(reading, term, heights[r], widths[c]) for c, term in enumerate(row)]
        for r, row in enumerate(rows)
    ]
    for r, row in enumerate(filled):
        for c, term in enumerate(row):
            if not (
                reading.dims.unify(term.shape.rows, heights[r])
                and reading.dims.unify(term.shape.cols, widths[c])
            ):
                raise reading.clash(ShapeClash("sum", 0, 1), (row[0] if c else filled[0][c], term))
    shape = Shape(reading.dims.total(heights), reading.dims.total(widths))
    flat = tuple(term for row in filled for term in row)
    if len(flat) == 1:
        return flat[0]
    return Term("stack", flat, tuple(width for _ in rows), shape, span)


def _common(reading: Reading, terms: list[Term], rows_wise: bool) -> int:
    """The height of a row of blocks (or width of a column): that of the first that is no bare 0."""
    for term in terms:
        if not is_zero(term):
            return term.shape.rows if rows_wise else term.shape.cols
    return terms[0].shape.rows if rows_wise else terms[0].shape.cols


def _filled(reading: Reading, term: Term, rows: int, cols: int) -> Term:
    if is_zero(term):
        return Term("zeros", (), None, Shape(rows, cols), term.span)
    return term
