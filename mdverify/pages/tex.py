"""The structure of TeX as far as a mark needs it: what may be boxed, and where a box has to end.

Nothing is understood here; `parser` does that. A formula is a level of items; an item with levels of its
own (a fraction, an environment, a fenced group) can be entered, every other one is boxed whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum, auto

from mdverify.source import Span
from mdverify.typeset import TEXTS, TOKEN, closing


class Kind(StrEnum):
    ATOM = auto()
    BLANK = auto()
    CUT = auto()  # ends a cell or a row, or must stay outside of any box
    RELATION = auto()
    OPERATOR = auto()
    PUNCTUATION = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """One indivisible stretch of a level; `bare` is an environment that cannot stand inside a box."""

    kind: Kind
    span: Span
    levels: tuple[Level, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """Items in a row; `display` says whether they are set in display style."""

    span: Span
    items: tuple[Item, ...]
    display: bool
    whole: bool = False  # holds a switch or an infix fraction: a part of it means something else alone


# What each command takes: `m` mathematics in the same line, `d` mathematics in the same style, `o` an
# optional argument, `a` an argument that is not mathematics or has to stay with its command.
_ARGUMENTS = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"), "mm"),
    **dict.fromkeys(("underbrace", "overbrace", "boxed", "overline", "underline"), "d"),
    **dict.fromkeys(("overset", "underset", "stackrel"), "aa"),
    "sqrt": "om",
    "textcolor": "ad",
    "colorbox": "aa",
    "fcolorbox": "aaa",
    "href": "aa",
    **dict.fromkeys(("xrightarrow", "xleftarrow"), "oa"),
    **dict.fromkeys(
        (
            *(
                "hat",
                "bar",
                "tilde",
                "dot",
                "ddot",
                "vec",
                "check",
                "breve",
                "mathring",
                "widehat",
                "widetilde",
            ),
            *("overrightarrow", "overleftarrow", "mathbf", "mathrm", "mathit", "mathsf", "mathtt", "mathcal"),
            *("mathbb", "mathfrak", "mathscr", "boldsymbol", "bm", "pmb", "operatorname", "operatorname*"),
            *("text", "textbf", "textit", "textrm", "mbox", "hbox", "not", "substack", "mathop", "mathrel"),
        ),
        "a",
    ),
}
_CUTS = {
    **dict.fromkeys(("tag", "tag*", "label", "intertext", "shortintertext"), "a"),
    **dict.fromkeys(("notag", "nonumber", "hline", "cr", "newline", "middle", "limits", "nolimits"), ""),
}
_SWITCHES = frozenset(
    (
        *("over", "atop", "choose", "above", "middle", "color", "displaystyle", "textstyle", "scriptstyle"),
        *("bf", "rm", "it", "cal", "sf", "tt", "large", "Large", "small", "tiny", "scriptsize"),
    )
)
_SPACES = frozenset((",", ";", ":", "!", " ", "\n", "quad", "qquad", ">", "thinspace", "enspace"))
_RELATIONS = frozenset(
    (
        *("le", "ge", "leq", "geq", "neq", "ne", "approx", "equiv", "sim", "simeq", "cong", "propto", "in"),
        *("notin", "to", "mapsto", "rightarrow", "leftarrow", "Rightarrow", "Leftarrow", "Leftrightarrow"),
        *("implies", "iff", "triangleq", "coloneqq", "doteq", "therefore", "because", "leqslant", "geqslant"),
        *("longrightarrow", "Longrightarrow", "gets", "ll", "gg", "subset", "subseteq", "perp"),
    )
)
_OPERATORS = frozenset(("cdot", "times", "odot", "circ", "otimes", "oplus", "pm", "mp", "div", "ast"))
_ENVIRONMENT_ARGUMENTS = frozenset(("array", "alignat", "alignat*", "alignedat", "subarray", "darray"))
_BARE = frozenset(
    name + star
    for name in ("align", "alignat", "flalign", "equation", "eqnarray", "gather", "multline")
    for star in ("", "*")
)
_DISPLAY_STYLE = _BARE | {"aligned", "alignedat", "gathered", "split"}
# What reaches beyond its formula: links, and whatever takes styles, classes and names of the page.
_ACTING = re.compile(
    r"\\(style|class|cssId|html[A-Z][a-z]+|mmlToken|csname|url|href)(?![A-Za-z])|\\bbox\s*\[[^\]]*[:;]"
)
_SAFE_LINK = re.compile(r"\s*\{\s*(?:https?://|mailto:|#[\w-]*\s*\})[^{}\s]*\s*\}?")

MOST_NESTED = 40


def is_unsafe(tex: str) -> bool:
    """Whether a formula could act beyond itself."""
    return any(
        found[1] != "href" or not _SAFE_LINK.match(tex, found.end()) for found in _ACTING.finditer(tex)
    )


def holds_delimiter(tex: str) -> bool:
    """Whether a delimiter of formulas would end it before its end."""
    at = 0
    while at < len(tex):
        token = _token(tex, at)
        at += len(token)
        if token in _NOT_MATHEMATICS:
            return True
        if token[1:] in TEXTS:
            at = closing(tex, _past_blanks(tex, at)) or at
    return False


_NOT_MATHEMATICS = frozenset(("\\(", "\\)", "\\[", "\\]", "$", "\\"))


def depth(tex: str) -> int:
    """How deeply groups, environments and fences are nested."""
    deepest = now = 0
    for token in re.finditer(r"\\left\b|\\right\b|\\begin\b|\\end\b|\\[\s\S]|[{}]", tex):
        if token.group() in ("{", "\\left", "\\begin"):
            now += 1
            deepest = max(deepest, now)
        elif token.group() in ("}", "\\right", "\\end"):
            now -= 1
    return deepest


def read(tex: str, display: bool) -> Level:
    """The structure of a formula that has no fault and is nested no deeper than MOST_NESTED."""
    return _Reader(tex).level(0, "", display)


def _token(tex: str, at: int) -> str:
    found = TOKEN.match(tex, at)
    return found.group() if found else ""


def _past_blanks(tex: str, at: int) -> int:
    while at < len(tex) and tex[at].isspace():
        at += 1
    return at


def _environment(token: str) -> str:
    return token[token.index("{") + 1 : -1].strip()


class _Reader:
    """Recursive descent over the tokens of one formula."""

    def __init__(self, tex: str) -> None:
        self.tex = tex

    def level(self, at: int, closer: str, display: bool) -> Level:
        """level: (item)* up to the closer, which stays unread."""
        start, items, whole = at, list[Item](), False
        while at < len(self.tex):
            token = _token(self.tex, at)
            if closer and token.startswith(closer):
                break
            whole = whole or token[1:] in _SWITCHES
            items.append(self.item(at, token, display))
            at = items[-1].span.end
        return Level(Span(start, at), tuple(items), display, whole)

    def item(self, at: int, token: str, display: bool) -> Item:
        """item: nucleus (prime | ("_" | "^") argument)*, or a sign that takes no scripts."""
        name = token[1:] if token[0] == "\\" else ""
        if token.isspace() or token == "~" or name in _SPACES:
            return Item(Kind.BLANK, Span(at, at + len(token)))
        if token == "&" or name in ("\\", "\\*"):
            return Item(Kind.CUT, Span(at, self.past_option(at + len(token))))
        if name in _CUTS:
            return Item(Kind.CUT, Span(at, self.arguments(at + len(token), _CUTS[name], False)[0]))
        kind = self.kind(token, name)
        if kind is not Kind.ATOM:
            return Item(kind, Span(at, at + len(token)))
        end, levels = self.nucleus(at, token, name, display)
        return Item(Kind.ATOM, Span(at, self.scripts(end)), levels, _is_bare(token))

    @staticmethod
    def kind(token: str, name: str) -> Kind:
        if token in ("=", "<", ">") or name in _RELATIONS:
            return Kind.RELATION
        if token in ("+", "-", "*", "/") or name in _OPERATORS:
            return Kind.OPERATOR
        return Kind.PUNCTUATION if token in (",", ".", ";", "，", "。", "；", "、") else Kind.ATOM

    def nucleus(self, at: int, token: str, name: str, display: bool) -> tuple[int, tuple[Level, ...]]:
        """nucleus: environment | fenced | group | command arguments | character."""
        end = at + len(token)
        if token.startswith("\\begin") and "{" in token:
            environment = _environment(token)
            if environment in _ENVIRONMENT_ARGUMENTS:
                end = self.past_argument(self.past_option(end))
            inner = self.level(self.past_option(end), "\\end", display and environment in _DISPLAY_STYLE)
            return inner.span.end + len(_token(self.tex, inner.span.end)), (inner,)
        if name == "left":
            inner = self.level(self.past_sign(end), "\\right", display)
            return self.past_sign(inner.span.end + len("\\right")), (inner,)
        if token == "{":
            inner = self.level(end, "}", display)
            return inner.span.end + 1, (inner,)
        if token in ("_", "^"):
            return self.past_argument(end), ()
        return self.arguments(end, _ARGUMENTS.get(name, ""), display)

    def arguments(self, at: int, modes: str, display: bool) -> tuple[int, tuple[Level, ...]]:
        """The arguments of a command; groups right behind it beyond those belong to it too."""
        levels = []
        for mode in modes:
            start = _past_blanks(self.tex, at)
            if mode == "o":
                at = self.past_option(at)
            elif mode in "md" and self.tex[start : start + 1] == "{":
                levels.append(self.level(start + 1, "}", display and mode == "d"))
                at = levels[-1].span.end + 1
            else:
                at = self.past_argument(at)
        while self.tex[at : at + 1] == "{":
            at = closing(self.tex, at) or len(self.tex)
        return at, tuple(levels)

    def scripts(self, at: int) -> int:
        while True:
            start = _past_blanks(self.tex, at)
            token = _token(self.tex, start)
            if token in ("_", "^"):
                at = self.past_argument(start + 1)
            elif token.startswith("'") or token in ("\\limits", "\\nolimits", "\\prime"):
                at = start + len(token)
            else:
                return at

    def past_argument(self, at: int) -> int:
        start = _past_blanks(self.tex, at)
        if start >= len(self.tex) or self.tex[start] == "}":
            return at
        if self.tex[start] == "{":
            return closing(self.tex, start) or len(self.tex)
        token = _token(self.tex, start)
        name = token[1:] if token[0] == "\\" else ""
        if token == "&" or token.startswith(("\\begin", "\\end", "\\left", "\\right")) or name == "\\":
            return at
        return self.arguments(start + len(token), _ARGUMENTS.get(name, ""), False)[0]

    def past_option(self, at: int) -> int:
        start = _past_blanks(self.tex, at)
        if self.tex[start : start + 1] != "[":
            return at
        found = re.compile(r"\[[^\[\]{}&\\]*\]").match(self.tex, start)
        return found.end() if found else at

    def past_sign(self, at: int) -> int:
        start = _past_blanks(self.tex, at)
        return start + len(_token(self.tex, start))


def _is_bare(token: str) -> bool:
    return token.startswith("\\begin") and "{" in token and _environment(token) in _BARE
