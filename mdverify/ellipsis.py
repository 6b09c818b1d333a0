"""Regular patterns with dots: from the entries shown to one entry with an index.

`a_1 x_1 + \\cdots + a_n x_n` is read as the entry `a_ι x_ι` for ι from 1 to n. Every place where the
shown entries differ must equal the label of its row or column (1, 2, …, n); places that do not
vary are constant. Purely about what is written; knows no shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mdverify.source import Span
from mdverify.symbols import index_parts
from mdverify.syntax import Apply, Name, Node, Number, is_none, walk

ROW, COLUMN = "ρ", "κ"
LETTERS = (COLUMN, "ι", "ν", ROW)


@dataclass(frozen=True, slots=True)
class Run:
    """Items before the pattern, the pattern with its index letter and bounds, items after it."""

    before: tuple[Node, ...]
    pattern: Node
    letter: str
    first: Node
    last: Node
    after: tuple[Node, ...]
    descends: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix by one entry with a row and a column letter, and another one for its diagonal."""

    entry: Node
    diagonal: Node | None
    rows: tuple[Node, Node]
    columns: tuple[Node, Node]


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
            self._rows[id(matrix)] = matrix, [cells(row) for row in matrix.args]
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


def is_dots(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "dots"


def split_digits(node: Node) -> Node:
    """`a_{11}` with two separate indices, as `a_{1n}` has them."""
    match node:
        case Apply("sub", (body, Number() as index), detail):
            parts = index_parts(index)
            if len(parts) > 1:
                return Apply(
                    "sub", (split_digits(body), Apply("juxt", parts, span=index.span)), detail, node.span
                )
        case Apply(op, args, detail):
            return Apply(op, tuple(split_digits(a) for a in args), detail, node.span)
    return node


def run(items: Sequence[Node]) -> Run | None:
    """The pattern of a list, sum or product with one run of dots, or None where there is none."""
    letter = _unused(items)
    where = [i for i, item in enumerate(items) if is_dots(item)]
    if len(where) != 1 or where[0] == 0 or where[0] + 1 >= len(items):
        return None
    at = where[0]
    shown = [split_digits(item) for item in items[:at]]
    last = split_digits(items[at + 1])
    for start in range(max(0, at - 3), at):
        found = _pattern(shown[start:], last, letter)
        if found is not None:
            pattern, low, high = found
            before, low = _from_first_power(list(shown[:start]), pattern, letter, low)
            return Run(tuple(before), pattern, letter, low, high, tuple(items[at + 2 :]))
    return None


def _from_first_power(before: list[Node], pattern: Node, letter: str, low: Node) -> tuple[list[Node], Node]:
    """`1, x, x^2, …` are powers from 0 on, `x, x^2, …` from 1 on."""
    match pattern:
        case Apply("sup", (base, Name(text))) if text == letter and low == Number("2"):
            for first, value in ((base, "1"), (Number("1"), "0")):
                if not before or before[-1] != first:
                    break
                before, low = before[:-1], Number(value)
    return before, low


def _unused(items: Sequence[Node]) -> str:
    """A pattern letter that an outer pattern has not taken."""
    taken = {part.text for item in items for part in walk(item) if isinstance(part, Name)}
    return next((letter for letter in LETTERS if letter not in taken), COLUMN)


def _pattern(firsts: Sequence[Node], last: Node, letter: str) -> tuple[Node, Node, Node] | None:
    """One pattern for `firsts` (labels low, low+1, …) and `last`."""
    varied: list[tuple[Node, Node]] = []
    pattern = _merge(firsts[0], last, letter, varied)
    if pattern is None or not varied:
        return None
    low, high = varied[0]
    if any(not _same_offset(low, high, a, b) for a, b in varied):
        return None
    start = _number(low)
    if start is None:
        return None
    for offset, item in enumerate(firsts):
        if substitute(pattern, letter, _shifted(low, offset)) != item:
            return None
    return pattern, low, high


def _merge(a: Node, b: Node, letter: str, varied: list[tuple[Node, Node]]) -> Node | None:
    """The common pattern of two entries; places that differ become the letter (with an offset)."""
    if a == b:
        return a
    if (
        isinstance(a, Apply)
        and isinstance(b, Apply)
        and a.op == b.op
        and a.detail == b.detail
        and len(a.args) == len(b.args)
    ):
        merged = [_merge(x, y, letter, varied) for x, y in zip(a.args, b.args, strict=True)]
        if all(m is not None for m in merged):
            return Apply(a.op, tuple(m for m in merged if m is not None), a.detail, a.span)
    return _place(a, b, letter, varied)


def _place(a: Node, b: Node, letter: str, varied: list[tuple[Node, Node]]) -> Node | None:
    number = _number(a)
    if number is None or not _is_label(b):
        return None
    if not varied:
        varied.append((a, b))
        return Name(letter, span=a.span)
    base = _number(varied[0][0])
    if base is None:
        return None
    offset = number - base
    varied.append((a, b))
    if offset == 0:
        return Name(letter, span=a.span)
    sign = "+" if offset > 0 else "-"
    return Apply(sign, (Name(letter), Number(str(abs(offset)))), span=a.span)


def _is_label(node: Node) -> bool:
    match node:
        case Name() | Number():
            return True
        case Apply("+" | "-", args):
            return all(_is_label(a) for a in args)
        case _:
            return False


def _number(node: Node) -> int | None:
    return int(node.text) if isinstance(node, Number) and node.text.isdigit() else None


def _shifted(low: Node, by: int) -> Node:
    return Number(str((_number(low) or 0) + by))


def _same_offset(low: Node, high: Node, a: Node, b: Node) -> bool:
    """Whether (a, b) differs from (low, high) by the same number at both ends."""
    first, second = _number(low), _number(a)
    if first is None or second is None:
        return False
    if first == second:
        return high == b
    return _offset_of(b, high) == second - first


def _offset_of(node: Node, base: Node) -> int | None:
    """How much `node` is more than `base`: `n+1` than `n` is 1."""
    one, two = _parts(node), _parts(base)
    return one[1] - two[1] if one[0] == two[0] else None


def _parts(node: Node) -> tuple[Node | None, int]:
    match node:
        case Number(text) if text.isdigit():
            return None, int(text)
        case Apply("+", (body, Number(text))) if text.isdigit():
            return body, int(text)
        case Apply("-", (body, Number(text))) if text.isdigit():
            return body, -int(text)
        case _:
            return node, 0


def substitute(node: Node, letter: str, value: Node) -> Node:
    """The pattern at one label; `ι+1` at a number is worked out."""
    match node:
        case Name(text) if text == letter:
            return value
        case Apply("+" | "-" as op, (Name(text), Number(digits))) if (
            text == letter and _number(value) is not None
        ):
            step = int(digits) if op == "+" else -int(digits)
            return Number(str((_number(value) or 0) + step))
        case Apply(op, args, detail):
            return Apply(op, tuple(substitute(a, letter, value) for a in args), detail, node.span)
        case _:
            return node


# --- factors, whose labels may run down and begin anywhere: `J_t J_{t-1} \\cdots J_{k+1}` -------------

LONGEST_GROUP = 4  # factors that recur together, as `W D_t` does


def chain(items: Sequence[Node]) -> Run | None:
    """The pattern of a product with one run of dots; several factors may recur together."""
    where = [i for i, item in enumerate(items) if is_dots(item)]
    if len(where) != 1:
        return None
    before, after = items[: where[0]], items[where[0] + 1 :]
    for size in range(1, LONGEST_GROUP + 1):
        for shown, closing in ((2, 1), (1, 2), (1, 1)):
            cut = len(before) - size * shown
            if cut < 0 or size * closing > len(after):
                continue
            firsts, lasts = _groups(before[cut:], size), _groups(after[: size * closing], size)
            found = _stepped(firsts, lasts, _unused(items))
            if found is not None:
                pattern, letter, first, last, descends = found
                rest = tuple(after[size * closing :])
                return Run(tuple(before[:cut]), pattern, letter, first, last, rest, descends)
    return None


def _groups(items: Sequence[Node], size: int) -> list[Node]:
    """The factors, so many at a time taken together."""
    parts = (items[at : at + size] for at in range(0, len(items), size))
    return [p[0] if size == 1 else Apply("juxt", tuple(p), span=p[0].span.cover(p[-1].span)) for p in parts]


def _stepped(
    firsts: Sequence[Node], lasts: Sequence[Node], letter: str
) -> tuple[Node, str, Node, Node, bool] | None:
    """Pattern, letter, lowest and highest label, and whether the labels run down from left to right."""
    firsts, lasts = [split_digits(n) for n in firsts], [split_digits(n) for n in lasts]
    ends: list[tuple[Node, Node]] = []
    pattern = _merged(firsts[0], lasts[-1], letter, False, ends)
    if pattern is None or not ends:
        return None
    left, right = ends[0]
    shown = [(item, left, at) for at, item in enumerate(firsts)]
    shown += [(item, right, at - len(lasts) + 1) for at, item in enumerate(lasts)]
    for step in (1, -1):
        if all(_labelled_by(pattern, letter, base, step * at) == item for item, base, at in shown):
            if len(shown) == 2 and step != _direction(left, right):
                continue
            return pattern, letter, *((left, right) if step > 0 else (right, left)), step < 0
    return None


def _direction(left: Node, right: Node) -> int:
    """Which way labels run that are shown only at both ends: a number is the lower end."""
    if _number(left) is not None:
        return 1
    return -1 if _number(right) is not None else 0


def _merged(a: Node, b: Node, letter: str, script: bool, ends: list[tuple[Node, Node]]) -> Node | None:
    """The common pattern of two factors; labels that differ, in scripts only, become the letter."""
    if a == b:
        return a
    if script and _is_label(a) and _is_label(b):
        if not ends:
            ends.append((a, b))
        one, two = _offset_of(a, ends[0][0]), _offset_of(b, ends[0][1])
        return None if one is None or one != two else _plus(Name(letter, span=a.span), one)
    if not (isinstance(a, Apply) and isinstance(b, Apply)):
        return None
    if a.op != b.op or a.detail != b.detail or len(a.args) != len(b.args):
        return None
    scripts = [script or (a.op in ("sub", "sup") and at == 1) for at in range(len(a.args))]
    parts = [_merged(x, y, letter, s, ends) for x, y, s in zip(a.args, b.args, scripts, strict=True)]
    return (
        Apply(a.op, tuple(p for p in parts if p is not None), a.detail, a.span) if None not in parts else None
    )


def _labelled_by(pattern: Node, letter: str, base: Node, step: int) -> Node:
    """The pattern at the label `base + step`."""
    match pattern:
        case Name(text) if text == letter:
            return _plus(base, step)
        case Apply("+" | "-" as op, (Name(text), Number(digits))) if text == letter:
            return _plus(base, step + (int(digits) if op == "+" else -int(digits)))
        case Apply(op, args, detail):
            return Apply(op, tuple(_labelled_by(a, letter, base, step) for a in args), detail, pattern.span)
    return pattern


def _plus(label: Node, number: int) -> Node:
    """A label and a number, written as an author would: `n-1+1` is `n`."""
    base, offset = _parts(label)
    offset += number
    if base is None:
        return Number(str(offset)) if offset >= 0 else Apply("neg", (Number(str(-offset)),))
    if offset == 0:
        return base
    return Apply("+" if offset > 0 else "-", (base, Number(str(abs(offset)))))


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
    height, width = len(entries), len(entries[0])
    for last_row, last_column in _last_labels(entries):
        row_labels: list[Node] = [*(Number(str(i + 1)) for i in range(height - 1)), last_row]
        column_labels: list[Node] = [*(Number(str(i + 1)) for i in range(width - 1)), last_column]
        whole = _fit(entries, row_labels, column_labels, lambda r, c: True)
        if whole is not None:
            return Grid(whole, None, (Number("1"), last_row), (Number("1"), last_column))
        if last_row == last_column and height == width:
            off = _fit(entries, row_labels, column_labels, lambda r, c: r != c)
            on = _fit(entries, row_labels, column_labels, lambda r, c: r == c)
            if off is not None and on is not None:
                return Grid(off, on, (Number("1"), last_row), (Number("1"), last_column))
    return None


def _last_labels(entries: list[list[Node]]) -> list[tuple[Node, Node]]:
    """Candidates for the labels of the last row and column: labels seen there and not at the start."""
    first = set(_labels(entries[0][0]))
    corner = [label for label in dict.fromkeys(_labels(entries[-1][-1])) if label not in first]
    downs = [label for label in dict.fromkeys(_labels(entries[-1][0])) if label not in first] or corner
    rights = [label for label in dict.fromkeys(_labels(entries[0][-1])) if label not in first] or corner
    return [(r, c) for r in downs for c in rights if r in corner and c in corner]


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
