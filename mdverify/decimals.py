"""Commas in numbers: `0,5` in languages that write so, `16,384` in others."""

from __future__ import annotations

import re

from mdverify.notes import Note

# Small words of languages with a decimal comma, and those of languages with a point.
COMMA_WORDS = (
    r"der|die|das|und|ist|mit|für|nicht|eine?|wir|aus|le|la|les|est|une|dans|pour|avec|nous|donc|el|los|las"
    r"|una|con|por|para|que|es|il|gli|della|che|di|per|os|uma|com|não|het|een|van|och|att|är|и|в|на|что|это"
)
POINT_WORDS = r"the|of|and|is|to|for|with|we|that|this|are|[\u3400-\u9fff\u3040-\u30ff]"
FEWEST_WORDS = 4
_COMMA_WORDS = re.compile(rf"\b(?:{COMMA_WORDS})\b")
_POINT_WORDS = re.compile(rf"\b(?:{POINT_WORDS})\b|[\u3400-\u9fff\u3040-\u30ff]")
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
    text = note.source.text
    if any(_POINT.search(math.body) for math in note.maths):
        return False
    if not any(_COMMA.search(math.body) for math in note.maths):
        return False
    prose = "".join(text[a:b] for a, b in _between(note)).lower()
    commas = len(_COMMA_WORDS.findall(prose))
    return commas >= FEWEST_WORDS and commas > len(_POINT_WORDS.findall(prose))


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


def _between(note: Note) -> list[tuple[int, int]]:
    """The stretches of a note that are no formulas."""
    edges = [0, *(edge for math in note.maths for edge in (math.outer.start, math.outer.end))]
    return list(zip(edges[::2], [*edges[1::2], len(note.source.text)], strict=True))
