"""Text, spans into it, and the way back to line and column.

Everything inside mdverify speaks of half-open offsets into the text of a note, counted in
Unicode code points; lines and columns appear only when a report is written.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of offsets `[start, end)` in the text of a note."""

    start: int
    end: int

    def cover(self, other: Span) -> Span:
        """The smallest span that holds both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def holds(self, other: Span) -> bool:
        """Whether the other lies in this one."""
        return self.start <= other.start and other.end <= self.end

    def shift(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)


class Place(NamedTuple):
    """Line and column as an editor shows them, both from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """The text of one note under the path its author knows it by."""

    path: str
    text: str

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where the lines begin; most notes of a site are not asked."""
        return tuple(accumulate((len(line) + 1 for line in self.text.split("\n")[:-1]), initial=0))

    def place(self, offset: int) -> Place:
        """Line and column of `offset`; an offset past the end counts as the end."""
        line = bisect_right(self._starts, min(offset, len(self.text)))
        return Place(line, offset - self._starts[line - 1] + 1)

    def offset(self, line: int, column: int = 1) -> int:
        """Offset of a line and column, both from 1; IndexError for a line that is not there."""
        if line < 1:
            raise IndexError(line)
        return self._starts[line - 1] + column - 1

    def line_text(self, line: int) -> str:
        """The text of a line without its line break."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    @property
    def lines(self) -> int:
        return len(self._starts)

    def excerpt(self, span: Span) -> str:
        return self.text[span.start : span.end]
