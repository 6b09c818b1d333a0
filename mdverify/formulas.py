"""Where the formulas of a Markdown text are: every delimiter in use, and what only looks like one.

One pass over the text, from one interesting token to the next. Knowledge about a delimiter is its row in
`_DELIMITERS`; what code, comments, addresses and front matter contain is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mdverify.source import Span


@dataclass(frozen=True, slots=True)
class Math:
    """One formula. `text[start:end]` is what stands between the delimiters.

    `body` is that text with the markers of a surrounding block quote turned into spaces: same length,
    so an offset into `body` plus `start` is an offset into the note.
    """

    start: int
    end: int
    outer: Span
    display: bool
    delimiter: str
    body: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


_FRONT = re.compile(
    r"\ufeff?---[ \t]*\r?\n(?=\s*(?:[\w\"'-]+[ \t]*:|\{|#))"
    r"[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)"
)
_ENVIRONMENTS = "align|alignat|flalign|equation|eqnarray|gather|multline|aligned|gathered|alignedat|split"
_TOKEN = re.compile(
    rf"""
      (?P<fence>^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*
        (?P<ticks>`{{3,}}(?=[^`\n]*$)|~{{3,}})[ \t]*(?P<info>[^\n]*))
    | (?P<comment><!--)
    | (?P<raw><(?P<tag>pre|code|script|style|kbd|samp)\b)
    | (?P<skip>\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \t]+"[^"\n]*")?\)
        | <(?:https?|ftp|mailto):[^<>\s]*>
        | (?:https?|ftp)://[^\s<>()（），。；、"']+
        | <[a-zA-Z][\w-]*(?:\s+[\w:-]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*\s*/?>)
    | (?P<open>\$`|\$\$|\$|\\\\\[|\\\\\(|\\\[|\\\()
    | (?P<env>\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}})
    | (?P<escape>\\[\s\S])
    | (?P<span>`+)
    """,
    re.VERBOSE | re.MULTILINE,
)
_BLANK = re.compile(r"\n[ \t>\r]*(?=\n)")
_STRUCTURE = re.compile(r"^[ \t>]*(?:#{1,6}[ \t]|```)", re.MULTILINE)
_TEXT_BOX = re.compile(
    r"\\(?:text\w*|mbox|hbox|mathrm|mathit|operatorname|tag\*?)\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"
)
_TEX = re.compile(r"\\[a-zA-Z,;{|]|[_^=]|\w\s*[<>]\s*\w")
_WORD = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z]{2,}")
_QUOTE = re.compile(r"[ \t]{0,3}>[ \t]?")
PREFIX = re.compile(r"[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t\r]|$))[ \t]*)*")


def front_matter(text: str) -> Span:
    found = _FRONT.match(text)
    return Span(0, found.end()) if found else Span(0, 0)


def scan(text: str, opaque: tuple[Span, ...] = ()) -> Iterator[Math]:
    """The formulas of a text in order; nothing that begins inside an opaque span is read."""
    at = 0
    walls = iter(sorted(s for s in opaque if s.end > s.start))
    wall = next(walls, None)
    while (token := _TOKEN.search(text, at)) is not None:
        while wall is not None and wall.end <= token.start():
            wall = next(walls, None)
        if wall is not None and token.start() >= wall.start:
            at = wall.end
            continue
        math, at = _take(text, token)
        if math is not None:
            yield math


def _take(text: str, token: re.Match[str]) -> tuple[Math | None, int]:
    """The formula a token opens, if any, and where to go on."""
    match token.lastgroup:
        case "fence":
            return _fence(text, token)
        case "env":
            return _environment(text, token)
        case "open":
            return _delimited(text, token.start(), _DELIMITERS[token["open"]])
        case "raw":
            return None, _after(text, f"</{token['tag']}>", token.end())
        case "comment":
            return None, _after(text, "-->", token.end())
        case "span":
            return None, _code_span_end(text, token)
        case _:
            return None, token.end()


def _after(text: str, closer: str, at: int) -> int:
    found = text.find(closer, at)
    return at if found < 0 else found + len(closer)


def _code_span_end(text: str, token: re.Match[str]) -> int:
    """Past the closing run of as many backticks in the same paragraph, else past the opening run."""
    ticks = re.escape(token["span"])
    blank = _BLANK.search(text, token.end())
    limit = blank.start() if blank else len(text)
    closing = re.compile(rf"(?<!`){ticks}(?!`)").search(text, token.end(), limit)
    return closing.end() if closing else token.end()


_FENCE_LINE = re.compile(r"^[ \t>]*(?P<fence>(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*))$", re.MULTILINE)
_REMARK = "ad-"


def remark_fences(text: str) -> Iterator[tuple[Span, Span]]:
    """Where fences open and close whose text is no code but a remark in a box: `ad-theorem`, `ad-note`."""
    opened: re.Match[str] | None = None
    for line in _FENCE_LINE.finditer(text) if _REMARK in text else ():
        if opened is None:
            opened = line
        elif line["ticks"] == opened["ticks"] and not line["info"].strip():
            if opened["info"].startswith(_REMARK):
                yield Span(*opened.span("fence")), Span(*line.span("fence"))
            opened = None


_DOLLARS = re.compile(r"\s*\$\$(?P<body>[^$]*)\$\$\s*")  # written once more in a fence that says `math`


def _fence(text: str, token: re.Match[str]) -> tuple[Math | None, int]:
    """Skip a fenced block; one marked `math` is a formula, a remark is read. An unclosed one never ends."""
    ticks = token["ticks"]
    if token["info"].startswith(_REMARK):
        return None, token.end()
    closing = re.compile(rf"^[ \t>]*{re.escape(ticks)}{re.escape(ticks[0])}*[ \t]*\r?$", re.MULTILINE)
    close = closing.search(text, token.end())
    end = close.end() if close else len(text)
    if ">" in token["fence"][: token.start("ticks") - token.start()]:
        left = re.compile(r"^(?![ \t]*>)", re.MULTILINE).search(text, token.end() + 1)
        end = min(end, left.start()) if left and left.start() > token.end() else end
    if token["info"].strip().lower() not in ("math", "{math}") or close is None or end != close.end():
        return None, max(end, token.end())
    start = min(token.end() + 1, close.start())
    stop = max(start, close.start() - 1)
    dollars = _DOLLARS.fullmatch(text, start, stop)
    start, stop = dollars.span("body") if dollars is not None else (start, stop)
    return _math(text, start, stop, Span(token.start("ticks"), end), "```math", True), end


def _environment(text: str, token: re.Match[str]) -> tuple[Math | None, int]:
    close = text.find(f"\\end{{{token['name']}}}", token.end())
    if close < 0 or _STRUCTURE.search(text, token.end(), close):
        return None, token.end()
    span = Span(token.start(), close + len(token["name"]) + 6)
    return _math(text, *span, span, "env", True), span.end


@dataclass(frozen=True, slots=True)
class Delimiter:
    """A pair of delimiters. `fits` looks at content, what follows it, and whether it opens its line."""

    opener: str
    closer: str
    display: bool
    blank_lines: bool
    fits: Callable[[str, str, bool], bool]


def _delimited(text: str, start: int, delimiter: Delimiter) -> tuple[Math | None, int]:
    inner = start + len(delimiter.opener)
    close = _closing(text, inner, delimiter)
    line = text.rfind("\n", 0, start) + 1
    opens_line = PREFIX.fullmatch(text, line, start) is not None
    if close is None:
        return None, inner
    end = close + len(delimiter.closer)
    if not delimiter.fits(text[inner:close], text[end : end + 1], opens_line):
        return None, inner
    return _math(text, inner, close, Span(start, end), delimiter.opener, delimiter.display), end


def _closing(text: str, at: int, delimiter: Delimiter) -> int | None:
    """Where the closer stands: past escapes, before any heading or fence, and blank lines if they count."""
    if text.find(delimiter.closer, at) < 0:
        return None
    line_end = text.find("\n", at)
    row = text[text.rfind("\n", 0, at) + 1 : at].lstrip(" \t>").startswith("|")
    limit = line_end if row and line_end >= 0 else len(text)
    if not delimiter.blank_lines and (blank := _BLANK.search(text, at, limit)):
        limit = blank.start()
    for found in _CLOSERS[delimiter.closer].finditer(text, at, limit):
        if found.group() == delimiter.closer:
            return None if _STRUCTURE.search(text, at, found.start()) else found.start()
    return None


def _fits_dollars(content: str, after: str, opens_line: bool) -> bool:
    """`$$`: not empty, no sentence, and no dollar inside except in a text box (else the pair is askew)."""
    if not content.strip() or "$" in _TEXT_BOX.sub("", content).replace("\\$", ""):
        return False
    return opens_line or bool(_TEX.search(content)) or len(_WORD.findall(content)) < 3


def _fits_dollar(content: str, after: str, opens_line: bool) -> bool:
    """`$`: what a reader takes for a formula and not for an amount of money or a shell variable."""
    if not content.strip() or "`" in content:
        return False
    tex = bool(_TEX.search(content))
    strong = bool(re.search(r"[\\_^]", content))
    tight = not content[0].isspace() and not content[-1].isspace()
    words = len(_WORD.findall(_TEXT_BOX.sub("", content)))
    if after.isdigit():
        return tight and strong and not content[0].isdigit()
    if content[0].isdigit() and words and not strong:
        return False
    if after.isascii() and after.isalpha() and not tex and not re.fullmatch(r"\w", content):
        return False
    if tight:
        return tex or words < 4
    return strong or not words or (tex and words < 8)


def _fits_bracket(content: str, after: str, opens_line: bool) -> bool:
    r"""`\[`: Markdown's escaped bracket looks the same, so it must open its line or hold TeX."""
    return bool(content.strip()) and (opens_line or bool(_TEX.search(content)))


def _fits_paren(content: str, after: str, opens_line: bool) -> bool:
    return bool(content.strip()) and (bool(_TEX.search(content)) or not re.search(r"[a-zA-Z]{3}", content))


def _fits_ticks(content: str, after: str, opens_line: bool) -> bool:
    return bool(content.strip()) and "`" not in content


_DELIMITERS = {
    row.opener: row
    for row in (
        Delimiter("$`", "`$", False, False, _fits_ticks),
        Delimiter("$$", "$$", True, True, _fits_dollars),
        Delimiter("$", "$", False, False, _fits_dollar),
        Delimiter("\\\\[", "\\\\]", True, True, _fits_bracket),
        Delimiter("\\\\(", "\\\\)", False, False, _fits_paren),
        Delimiter("\\[", "\\]", True, True, _fits_bracket),
        Delimiter("\\(", "\\)", False, False, _fits_paren),
    )
}
_CLOSERS = {row.closer: re.compile(rf"{re.escape(row.closer)}|\\[\s\S]") for row in _DELIMITERS.values()}


def _math(text: str, start: int, end: int, outer: Span, delimiter: str, display: bool) -> Math:
    line = text[text.rfind("\n", 0, outer.start) + 1 : outer.start]
    prefix = PREFIX.match(line)
    depth = prefix.group().count(">") if prefix else 0
    body = text[start:end]
    if depth and "\n" in body:
        first, *rest = body.split("\n")
        own_line = "\n" in text[outer.start : start]
        body = "\n".join((_unquote(first, depth) if own_line else first, *(_unquote(r, depth) for r in rest)))
    return Math(start, end, outer, display, delimiter, body)


def _unquote(line: str, depth: int) -> str:
    """The line with up to `depth` quote markers as spaces."""
    at = 0
    for _ in range(depth):
        if not (marker := _QUOTE.match(line, at)):
            break
        at = marker.end()
    return " " * at + line[at:]
