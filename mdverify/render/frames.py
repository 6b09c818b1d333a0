"""Source lines with carets under a range, aligned as a terminal shows them.

East Asian characters take two cells, combining marks none, a tab four; control characters of a note
never reach the terminal. A long line is cut to a window around the range.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import category, combining, east_asian_width

from mdverify.render.style import Style
from mdverify.source import Place, Source, Span

TAB = "    "
WIDTH = 100
LEAD = 30
MOST_LINES = 3


class Cell(NamedTuple):
    """What is shown for one character, and how many columns it takes."""

    shown: str
    width: int


def cell(char: str) -> Cell:
    if char == "\t":
        return Cell(TAB, len(TAB))
    if category(char) in {"Cc", "Cs", "Zl", "Zp"} or char in "\u202a\u202b\u202c\u202d\u202e":
        return Cell("\ufffd", 1)
    if combining(char) or category(char) in {"Mn", "Me", "Cf"}:
        return Cell(char, 0)
    return Cell(char, 2 if east_asian_width(char) in "WF" else 1)


def frame(source: Source, span: Span, style: Style, note: str = "", role: str = "error") -> Iterator[str]:
    """The place and the source lines of `span`, with carets under it and a note behind them."""
    first, last = source.place(span.start), source.place(max(span.end - 1, span.start))
    shown = min(last.line, first.line + MOST_LINES - 1)
    gutter = len(str(shown))
    bar = style.paint(f"{'':{gutter}} |", "frame")
    yield f"{'':{gutter}}{style.paint('-->', 'frame')} {source.path}:{first.line}:{first.column}"
    yield bar
    for line in range(first.line, shown + 1):
        text, carets = _marked(source.line_text(line), *_range(source, line, first, last))
        tail = f" {note}" if note and line == shown else ""
        yield f"{style.paint(f'{line:{gutter}} |', 'frame')} {text}".rstrip()
        yield f"{bar} {style.paint(carets + tail, role)}"
    if last.line > shown:
        yield f"{bar} …"


def _range(source: Source, line: int, first: Place, last: Place) -> tuple[int, int]:
    """The part of a line that belongs to the range, as offsets into the line."""
    text = source.line_text(line)
    start = first.column - 1 if line == first.line else len(text) - len(text.lstrip())
    end = last.column if line == last.line else len(text.rstrip())
    return start, max(end, start + 1)


def _marked(text: str, start: int, end: int) -> tuple[str, str]:
    """A line and the carets under `[start, end)` of it, both cut to a window."""
    left = 0 if _width(text) <= WIDTH else max(0, start - LEAD)
    right = _reach(text, left)
    before = "…" if left else ""
    shown = before + "".join(cell(char).shown for char in text[left:right])
    indent = len(before) + _width(text[left:start])
    carets = "^" * max(1, _width(text[start : min(end, right)]))
    return shown + ("…" if right < len(text) else ""), " " * indent + carets


def _reach(text: str, left: int) -> int:
    """The end of the window that begins at `left`."""
    room = WIDTH
    for index in range(left, len(text)):
        room -= cell(text[index]).width
        if room < 0:
            return index
    return len(text)


def _width(text: str) -> int:
    return sum(cell(char).width for char in text)
