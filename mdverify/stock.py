"""What keeps the stock set-up of a site from showing a formula that is right.

Sites commonly find formulas with `pymdownx.arithmatex`, which takes a display only where it is a block of its
own, and an inline formula only where no blank follows its opening dollar. The extension of mdverify shows the
rest too; authors will want to know what a site without it would leave as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mdverify.formulas import PREFIX, Math
from mdverify.messages import Message, message
from mdverify.notes import Note


@dataclass(frozen=True, slots=True)
class Hidden:
    """A formula that stays as typed, and what to do about it."""

    math: Math
    said: Message


def hidden(note: Note) -> Iterator[Hidden]:
    """The formulas of a note that the stock set-up does not find, in order."""
    for math in note.maths:
        block = note.block_of(math.outer.start)
        kind = note.blocks[block].kind if block is not None else ""
        if why := _why(note.source.text, math, kind):
            yield Hidden(math, message(why, text=math.delimiter))


def _why(text: str, math: Math, kind: str) -> str:
    """The key of a message; empty for a formula that is found."""
    if math.delimiter not in _KNOWN:
        return "stock-delimiter"
    if re.search(r"\n[ \t>]*\n", math.body):
        return "stock-blank-inside"
    if math.display:
        return _why_display(text, math)
    if math.delimiter == "$" and (math.body[:1].isspace() or math.body[-1:].isspace()):
        return "stock-blank-at-dollar"
    return "stock-bar" if kind == "cell" and re.search(r"(?<!\\)\|", math.body) else ""


_KNOWN = frozenset(("$", "$$", "\\[", "\\(", "env"))


def _why_display(text: str, math: Math) -> str:
    """A display has to be a block of its own, indented as its container or by multiples of four."""
    start = text.rfind("\n", 0, math.outer.start) + 1
    end = text.find("\n", math.outer.end)
    end = len(text) if end < 0 else end
    before, after = text[start : math.outer.start], text[math.outer.end : end]
    lead = PREFIX.match(before)
    assert lead is not None
    if lead.end() < len(before) or after.strip():
        return "stock-in-line"
    if not re.search(r"[-*+\d]", before) and _is_text(text[:start].splitlines()[-1:]):
        return "stock-text-above"
    if _is_text(text[end + 1 :].split("\n", 1)[:1]):
        return "stock-text-below"
    return "stock-indent" if len(before.rpartition(">")[2].expandtabs(4)) % 4 and not before.strip() else ""


def _is_text(line: list[str]) -> bool:
    """Whether a line goes on with the paragraph of the line next to it; a heading does not."""
    return any(part.strip(" \t>") and not part.lstrip(" \t>").startswith("#") for part in line)
