"""Rows, matrices and diagonals with dots: from the entries shown to one entry with two indices.

Like `ellipsis`, purely about what is written. Where all lines but one follow a pattern, it is that of the
matrix, and the entries of that line which break it are kept as they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mdverify.ellipsis import COLUMN, ROW, Run, chain, is_dots, run, split_digits, substitute
from mdverify.source import Span
from mdverify.symbols import index_parts
from mdverify.syntax import Apply, Name, Node, Number, is_none

SHOWN_LINES = 3  # so many rows or columns are shown if one of them may be written otherwise


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix by one entry with a row and a column letter, and another one for its diagonal.

    `odd` are entries of one line that are shown and written otherwise, by the labels of row and column;
    `shown` is how many rows and columns are.
    """

    entry: Node
    diagonal: Node | None
    rows: tuple[Node, Node]
    columns: tuple[Node, Node]
    odd: tuple[tuple[Node, Node, Node], ...] = ()
    shown: int = 0


class Patterns:
    """Patterns already worked out, by the very nodes they were seen in (which are kept alive)."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Apply] = {}
        self._terms: dict[int, tuple[Apply, list[tuple[int, Node]]]] = {}
        self._rows: dict[int, tuple[Apply, list[list[Node]]]] = {}
        self._runs: dict[tuple[int, ...], tuple[tuple[Node, ...], Run | None]] = {}
        self._grids: dict[tuple[int, ...], tuple[tuple[Node, ...], Grid | None]] = {}

    def node(self, op: str, args: tuple[Node, ...], detail: str, span: Span) -> Apply:
        """A node made of others: of the same ones the same node, so that its pattern is found again."""
        key = op, detail, span, *map(id, args)
        if key not in self._made:
            self._made[key] = Apply(op, args, detail, span)
        return self._made[key]

    def terms(self, node: Apply) -> list[tuple[int, Node]]:
        """The terms of a sum, each with its sign."""
        if id(node) not in self._terms:
            self._terms[id(node)] = node, _flattened(node)
        return self._terms[id(node)][1]

    def rows(self, matrix: Apply) -> list[list[Node]]:
        """The entries of a matrix node, row by row."""
        if id(matrix) not in self._rows:
            self._rows[id(matrix)] = matrix, tidied([cells(row) for row in matrix.args])
        return self._rows[id(matrix)][1]

    def run(self, items: Sequence[Node]) -> Run | None:
        """`run`, once for the same nodes."""
        key = tuple(map(id, items))
        if key not in self._runs:
            self._runs[key] = tuple(items), run(items)
        return self._runs[key][1]

    def chain(self, items: Sequence[Node]) -> Run | None:
        """`chain`, once for the same nodes."""
        key = (-1, *map(id, items))
        if key not in self._runs:
            self._runs[key] = tuple(items), chain(items)
        return self._runs[key][1]

    def grid(self, rows: Sequence[Sequence[Node]]) -> Grid | None:
        """`grid`, once for the same nodes."""
        flat = tuple(node for row in rows for node in row)
        key = (*map(len, rows), *map(id, flat))
        if key not in self._grids:
            self._grids[key] = flat, grid(rows)
        return self._grids[key][1]


def _flattened(node: Node, sign: int = 1) -> list[tuple[int, Node]]:
    """The terms of a sum, each with its sign."""
    match node:
        case Apply("+", (a, b)):
            return _flattened(a, sign) + _flattened(b, sign)
        case Apply("-", (a, b)):
            return _flattened(a, sign) + _flattened(b, -sign)
        case Apply("neg", (a,)):
            return _flattened(a, -sign)
        case Apply("pos", (a,)):
            return _flattened(a, sign)
        case _:
            return [(sign, node)]


def tidied(rows: list[list[Node]]) -> list[list[Node]]:
    """Rows as they are meant: without a blank first column, several dots in line as one gap."""
    found: list[list[Node]] = []
    edge = all(len(row) > 1 and is_none(row[0]) for row in rows)
    for row in (row[1:] if edge else row for row in rows):
        dotted = any(map(is_dots, row))
        if dotted and _is_gap(row) and found and _is_gap(found[-1]):
            continue
        found.append(_without_blanks(row) if dotted and not _is_gap(row) else row)
    return found


def _is_gap(row: list[Node]) -> bool:
    return all(is_dots(cell) or is_none(cell) for cell in row)


def _without_blanks(row: list[Node]) -> list[Node]:
    """A row with dots, which may take several columns."""
    shown = [cell for cell in row if not is_none(cell)]
    pairs = zip(shown, shown[1:] + shown[:1], strict=True)
    return [cell for cell, after in pairs if not (is_dots(cell) and is_dots(after))]


def cells(row: Node) -> list[Node]:
    """The entries of a row of a matrix; one cell may hold a whole list."""
    args = row.args if isinstance(row, Apply) and row.op == "row" else (row,)
    found: list[Node] = []
    for cell in args:
        if isinstance(cell, Apply) and cell.op == "list":
            found.extend(part for item in cell.args for part in _after_dots(item))
        elif (
            isinstance(cell, Apply)
            and cell.op == "juxt"
            and any(is_dots(p) for p in cell.args)
            and len(args) == 1
        ):
            found.extend(cell.args)
        elif not is_none(cell) or len(args) > 1:
            found.append(cell)
    return found


def on_diagonal(rows: Sequence[Sequence[Node]]) -> list[Node] | None:
    """What stands on the diagonal, with its dots, of a matrix with nothing beside it."""
    if len(rows) < SHOWN_LINES or any(len(row) != len(rows) for row in rows):
        return None
    beside = [cell for r, row in enumerate(rows) for c, cell in enumerate(row) if r != c]
    found = [row[at] for at, row in enumerate(rows)]
    bare = all(is_none(cell) or cell == Number("0") for cell in beside) and any(map(is_none, beside))
    return found if bare and any(map(is_dots, found)) and not any(map(is_none, found)) else None


def _after_dots(item: Node) -> list[Node]:
    """`\\cdots\\, a_n x_n + b` without a comma: the dots and what follows them."""
    rest = _without_dots(item)
    return [item] if rest is None else [Apply("dots", (), "cdots", item.span), rest]


def _without_dots(item: Node) -> Node | None:
    match item:
        case Apply("juxt", (first, *rest)) if is_dots(first) and rest:
            return rest[0] if len(rest) == 1 else Apply("juxt", tuple(rest), span=item.span)
        case Apply("+" | "-" as op, (left, right), detail):
            inner = _without_dots(left)
            return None if inner is None else Apply(op, (inner, right), detail, item.span)
    return None


def grid(rows: Sequence[Sequence[Node]]) -> Grid | None:
    """The pattern of a matrix with dots both ways, perhaps with a diagonal of its own."""
    shown = [row for row in rows if not all(is_dots(c) or is_none(c) for c in row)]
    full = [row for row in shown if any(is_dots(c) for c in row)]
    if len(shown) < 2 or len(full) < len(shown) or len(shown) == len(rows):
        return None
    lines = [_labelled(row) for row in shown]
    if any(line is None for line in lines):
        return None
    entries = [[e for e in line if e is not None] for line in lines if line is not None]
    width = len(entries[0])
    if any(len(line) != width for line in entries) or width < 2:
        return None
    return _from_entries(entries)


def _labelled(row: Sequence[Node]) -> list[Node] | None:
    """The shown entries of a row, dots left out; the last one stands after them."""
    at = [i for i, cell in enumerate(row) if is_dots(cell)]
    if not at or at[-1] + 1 != len(row) - 1 or at[0] == 0:
        return None
    return [split_digits(c) for c in row if not is_dots(c)]


def _from_entries(entries: list[list[Node]]) -> Grid | None:
    """Labels are 1, 2, … for the first rows and columns and a letter for the last ones."""
    found = (_labelled_grid(entries, *last) for last in _last_labels(entries))
    return next((grid for grid in found if grid is not None), None)


def _labelled_grid(entries: list[list[Node]], last_row: Node, last_column: Node) -> Grid | None:
    """The pattern for two last labels; if there is none, that of all lines but one."""
    height, width = len(entries), len(entries[0])
    rows: list[Node] = [*(Number(str(i + 1)) for i in range(height - 1)), last_row]
    columns: list[Node] = [*(Number(str(i + 1)) for i in range(width - 1)), last_column]
    whole = _grid_of(entries, rows, columns, lambda r, c: True)
    if whole is not None:
        return whole
    left = [(r, -1) for r in range(height) if height >= SHOWN_LINES]
    left += [(-1, c) for c in range(width) if width >= SHOWN_LINES]
    found = (_grid_of(entries, rows, columns, _off_line(*line)) for line in left)
    fitting = [grid for grid in found if grid is not None]
    best = min(fitting, key=lambda grid: len(grid.odd), default=None)
    return best if best is None or len(best.odd) < min(height, width) else None


def _off_line(row: int, column: int) -> Callable[[int, int], bool]:
    """Whether an entry stands on neither a row nor a column; -1 is none."""
    return lambda r, c: r != row and c != column


def _grid_of(
    entries: list[list[Node]],
    rows: list[Node],
    columns: list[Node],
    wanted: Callable[[int, int], bool],
) -> Grid | None:
    """One pattern for the wanted entries, or one on and one off the diagonal."""
    ends = (Number("1"), rows[-1]), (Number("1"), columns[-1])
    off, on = _fit(entries, rows, columns, wanted), None
    if off is None:
        if rows != columns:
            return None
        off = _fit(entries, rows, columns, lambda r, c: wanted(r, c) and r != c)
        on = _fit(entries, rows, columns, lambda r, c: wanted(r, c) and r == c)
        if off is None or on is None:
            return None
    odd = tuple(
        (rows[r], columns[c], entry)
        for r, row in enumerate(entries)
        for c, entry in enumerate(row)
        if not wanted(r, c) and entry != _at(on if on is not None and r == c else off, rows[r], columns[c])
    )
    return Grid(off, on, *ends, odd, max(len(rows), len(columns)))


def _at(pattern: Node, row: Node, column: Node) -> Node:
    """The pattern at one row and column."""
    return substitute(substitute(pattern, ROW, row), COLUMN, column)


def _last_labels(entries: list[list[Node]]) -> list[tuple[Node, Node]]:
    """Candidates for the labels of the last row and column: labels seen there and not at the start."""
    first = set(_labels(entries[0][0]))
    corner = [label for label in dict.fromkeys(_labels(entries[-1][-1])) if label not in first]
    below, beside = set(_labels(entries[-1][0])), set(_labels(entries[0][-1]))
    downs = [label for label in corner if label in below] or corner
    rights = [label for label in corner if label in beside] or corner
    return [(row, column) for row in downs for column in rights]


def _labels(node: Node) -> list[Node]:
    match node:
        case Apply("sub", (body, index)):
            return [*_labels(body), *index_parts(index)]
        case Apply("sup", (body, Apply("fence", (index,), "()" | "[]"))):
            return [*_labels(body), index]
        case Apply(_, args):
            return [label for arg in args for label in _labels(arg)]
        case _:
            return []


def _fit(
    entries: list[list[Node]],
    row_labels: list[Node],
    column_labels: list[Node],
    wanted: Callable[[int, int], bool],
) -> Node | None:
    """One pattern for all wanted entries, its varying places named after row or column."""
    chosen = [
        (entries[r][c], row_labels[r], column_labels[c])
        for r in range(len(entries))
        for c in range(len(entries[0]))
        if wanted(r, c)
    ]
    return _common([item for item, _, _ in chosen], [r for _, r, _ in chosen], [c for _, _, c in chosen])


def _common(items: list[Node], rows: list[Node], columns: list[Node]) -> Node | None:
    if all(item == items[0] for item in items) and not (
        items[0] in rows[:1] and len(set(map(str, rows))) > 1
    ):
        return items[0]
    if items == rows:
        return Name(ROW)
    if items == columns:
        return Name(COLUMN)
    first = items[0]
    if isinstance(first, Apply) and all(
        isinstance(item, Apply)
        and item.op == first.op
        and item.detail == first.detail
        and len(item.args) == len(first.args)
        for item in items
    ):
        columns_of = list(zip(*[item.args for item in items if isinstance(item, Apply)], strict=True))
        parts = [_common(list(column), rows, columns) for column in columns_of]
        if all(part is not None for part in parts):
            return Apply(first.op, tuple(p for p in parts if p is not None), first.detail, first.span)
    return None
