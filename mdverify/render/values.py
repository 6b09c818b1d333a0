"""Numbers and arrays in few characters: `0.73`, `[1; 2]` for a column, `[1 2; 3 4]`."""

from __future__ import annotations

Rows = tuple[tuple[float, ...], ...]

MOST_ENTRIES = 12


def number(value: float) -> str:
    """Three digits, without an exponent where one can do without."""
    return f"{value:.3g}".replace("e+0", "e").replace("e-0", "e-")


def is_short(rows: Rows) -> bool:
    return sum(len(row) for row in rows) <= MOST_ENTRIES


def array(rows: Rows) -> str:
    """A scalar as a number, anything else in brackets with `;` between rows; a long one by its size."""
    if len(rows) == 1 and len(rows[0]) == 1:
        return number(rows[0][0])
    if not is_short(rows):
        return f"({len(rows)}×{len(rows[0])})"
    return "[" + "; ".join(" ".join(number(value) for value in row) for row in rows) + "]"
