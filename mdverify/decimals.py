"""Commas in numbers: `0,5` in languages that write so, `16,384` in others."""

from __future__ import annotations

import re

from mdverify.notes import Note

_POINT = re.compile(r"\d\.\d")
_COMMA = re.compile(r"(?<![\d,.}])(?P<whole>\d+)(?:,|\{,\})(?P<part>\d+)(?![\d.]|,\d|\{,\})")
_SIGN = r"^|[=+*<>{~-]\s*|(?:times|cdot|approx)\s*"  # what a number stands behind, no item of a list
_GROUPED = re.compile(rf"(?:{_SIGN})[1-9]\d{{0,2}}(?:,\d{{3}})+(?![\d,]|\{{,\}})")
THIN_SPACE = "\u2009"
_BRACKET = re.compile(r"[_^]\{|\\?[(\[{}\])]")
_OPENS = re.compile(r"_\{?$|\\\{$|[(\[]$")
_CLOSES = re.compile(r"\\?[)\]}]")


def writes_commas(note: Note) -> bool:
    """Whether a note is in a language with a decimal comma and writes no decimal point."""
    if not note.language or any(_POINT.search(math.body) for math in note.maths):
        return False
    return any(_COMMA.search(math.body) for math in note.maths)


def with_points(tex: str) -> str:
    """TeX with decimal commas turned into points, of the same length; pairs like `(0,1)` stay."""
    return _COMMA.sub(lambda match: _pointed(tex, match), tex)


def _pointed(tex: str, match: re.Match[str]) -> str:
    before, after = tex[: match.start()], tex[match.end() :]
    if _OPENS.search(before) and _CLOSES.match(after):
        return match[0]
    return f"{match['whole']}.{match['part']}".ljust(len(match[0]))


def with_thin_spaces(tex: str) -> str:
    """TeX with thin spaces for the commas of `16,384`; inside brackets a comma separates."""
    return _GROUPED.sub(lambda match: _spaced(tex, match), tex)


def _spaced(tex: str, match: re.Match[str]) -> str:
    return match[0] if _in_list(tex[: match.start()]) else match[0].replace(",", THIN_SPACE)


def _in_list(before: str) -> bool:
    """Whether a bracket that may hold a list, or a script, is open at the end; a group of TeX is none."""
    opened: list[str] = []
    for bracket in _BRACKET.findall(before):
        if bracket[-1] in "([{":
            opened.append(bracket)
        elif opened:
            opened.pop()
    return any(bracket != "{" for bracket in opened)
