"""What keeps every renderer of TeX on the web from showing a formula, and where it stands.

MathJax and KaTeX put an error in place of a formula that is malformed. Nothing is understood here, `parser`
does that; and only what all of them reject is told: what one of them shows is no flaw. A command that none of
them knows may be a macro of the site, which may open or close anything: with one in sight, only braces count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import NamedTuple

from mdverify.messages import Message, message
from mdverify.source import Span
from mdverify.tex_names import TEX_COMMANDS, TEX_ENVIRONMENTS

TOKEN = re.compile(r"\\begin\s*\{[^{}]*\}|\\end\s*\{[^{}]*\}|\\(?:[a-zA-Z]+\*?|[\s\S]|$)|\s+|'+|[\s\S]")

TEXTS = frozenset(
    (
        *("text", "textbf", "textit", "textrm", "texttt", "textsf", "textnormal", "textup", "textmd"),
        *(
            "textsc",
            "mbox",
            "hbox",
            "fbox",
            "tag",
            "tag*",
            "label",
            "ref",
            "eqref",
            "intertext",
            "shortintertext",
        ),
        *("ce", "pu", "color", "textcolor", "colorbox", "fcolorbox", "href", "url", "class", "cssId"),
        *("style", "html", "htmlId", "htmlClass", "htmlData", "htmlStyle", "unicode"),
    )
)
"""Commands whose first argument is no mathematics."""

NO_COLUMNS = frozenset(("equation", "equation*", "multline", "multline*"))
COLUMN_COMMANDS = frozenset(
    (
        *("matrix", "pmatrix", "cases", "eqalign", "eqalignno", "leqalignno", "bordermatrix", "displaylines"),
        *("substack", "mqty", "pmqty", "Pmqty", "bmqty", "vmqty", "smqty", "matrixquantity"),
    )
)
"""Commands with rows and columns in their argument."""

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)(%[^\n]*)")
_DEFINES = re.compile(r"\\(?:g?def|let|(?:re)?new(?:command|environment)|providecommand|DeclareMath|verb)")
_BARE_COLUMNS = re.compile(rf"\\(?:{'|'.join(sorted(COLUMN_COMMANDS))})(?![A-Za-z])(?!\s*\{{)")
_HASHES = re.compile(r"color|bbox|href|html|class|style|cssId")

# How many arguments a command needs, an optional one in brackets left aside.
_NEEDED = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "binom", "overset", "underset", "stackrel"), 2),
    **dict.fromkeys(("sqrt", "hat", "bar", "tilde", "vec", "dot", "ddot", "widehat", "widetilde"), 1),
    **dict.fromkeys(("overline", "underline", "mathbf", "mathrm", "mathit", "mathsf", "mathtt"), 1),
    **dict.fromkeys(("mathcal", "mathbb", "mathfrak", "mathscr", "boldsymbol", "operatorname", "text"), 1),
    **dict.fromkeys(("underbrace", "overbrace"), 1),
}
# What takes one group as a script without braces around the whole: `x^\mathrm{T}`.
_FONTS = frozenset(("mathbf", "mathrm", "mathit", "mathsf", "mathtt", "mathcal", "mathbb", "text", "textrm"))
_NO_DELIMITER = re.compile(r"[A-Za-z0-9{}&=+,;:*^_'-]|\\\\|\\(?:begin|end|left|right|frac)\b|\Z")
_NO_ARGUMENT = re.compile(r"[}&]|\\(?:right|end|middle)(?![A-Za-z])|\Z")
_ENDS_GROUP = re.compile(r"[}&]|\\\\|\\(?:right|end|middle)(?![A-Za-z])|\Z")


class Fault(StrEnum):
    """Kinds of flaw."""

    UNCLOSED = auto()
    UNOPENED = auto()
    MISMATCH = auto()  # \begin and \end
    ENVIRONMENT = auto()  # one that nobody knows
    AMPERSAND = auto()  # outside of any alignment
    CELL = auto()  # an `&` that would cut a group
    SUPERSCRIPT = auto()
    SUBSCRIPT = auto()
    PRIME = auto()
    ARGUMENT = auto()
    SCRIPT = auto()
    DELIMITER = auto()
    MISPLACED = auto()


FLAWS = {
    Fault.UNCLOSED: ("MV401", "unclosed"),
    Fault.UNOPENED: ("MV401", "unopened"),
    Fault.MISMATCH: ("MV401", "mismatched"),
    Fault.ENVIRONMENT: ("MV404", "unknown-environment"),
    Fault.AMPERSAND: ("MV403", "stray-ampersand"),
    Fault.CELL: ("MV403", "ampersand-in-group"),
    Fault.SUPERSCRIPT: ("MV405", "second-superscript"),
    Fault.SUBSCRIPT: ("MV405", "second-subscript"),
    Fault.PRIME: ("MV405", "late-prime"),
    Fault.ARGUMENT: ("MV405", "no-argument"),
    Fault.SCRIPT: ("MV405", "empty-script"),
    Fault.DELIMITER: ("MV405", "no-delimiter"),
    Fault.MISPLACED: ("MV405", "misplaced"),
}
"""The rule and the message of each."""


class Flaw(NamedTuple):
    """The first thing that no renderer accepts; `span` is relative to the formula."""

    fault: Fault
    span: Span
    text: str

    @property
    def said(self) -> Message:
        """What is wrong, in one sentence."""
        return message(FLAWS[self.fault][1], text=self.text)


_NESTING = frozenset((Fault.UNCLOSED, Fault.UNOPENED))
_GUESSES = frozenset((Fault.MISMATCH, Fault.AMPERSAND, Fault.CELL, Fault.MISPLACED, Fault.ENVIRONMENT))


def without_comments(tex: str) -> str:
    """The formula with `%` comments turned into blanks, of the same length."""
    return _COMMENT.sub(lambda found: found[1] + " " * len(found[2]), tex) if "%" in tex else tex


def is_sound(tex: str) -> bool:
    """Whether everything in a formula is closed and in its place, macros or not."""
    return next(_Scan(tex).all_flaws(), None) is None


def flaw(tex: str) -> Flaw | None:
    """What keeps every renderer from showing a formula (without comments), if anything does."""
    return next(_Scan(tex).flaws(), None)


@dataclass(slots=True)
class _Frame:
    """A group that is open: what opened it and where, and the scripts of the base in work."""

    kind: str  # "{", "left" or the name of an environment
    span: Span
    columns: bool = False
    script: str = ""  # the sign whose argument the group is
    seen: set[str] = field(default_factory=set)
    inside: frozenset[str] = frozenset()  # "rows" and "left", as far as something around it is that


@dataclass(slots=True)
class _Scan:
    tex: str
    at: int = 0
    before: str = ""  # the command that was read last, if nothing stands between
    stack: list[_Frame] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)  # of groups, by their beginnings

    def flaws(self) -> Iterator[Flaw]:
        """Those that are beyond doubt, in order."""
        return filter(self._trusted(), self.all_flaws())

    def all_flaws(self) -> Iterator[Flaw]:
        """In order; a scan ends with the first that leaves the nesting in doubt."""
        self.stack = [_Frame("", Span(0, 0))]
        self.ends = _ends(self.tex)
        while self.at < len(self.tex):
            start = self.at
            found = TOKEN.match(self.tex, start)
            assert found is not None
            self.at = found.end()
            fault = self._token(found.group(), start)
            self.before = found.group()[1:] if found.group()[0] == "\\" else ""
            if fault is not None:
                yield fault
                if fault.fault in _NESTING:
                    return
        if len(self.stack) > 1:
            yield self._unclosed(self.stack[-1])

    def _trusted(self) -> Callable[[Flaw], bool]:
        """Which flaws are beyond doubt: fewer where a command is used that no renderer knows, or defined."""
        if _DEFINES.search(self.tex) or _BARE_COLUMNS.search(self.tex):
            return _is_of_braces
        names = re.findall(r"\\([A-Za-z]+)", self.tex.replace("\\\\", ""))
        return _is_sure if TEX_COMMANDS.issuperset(names) else _is_sure_with_macros

    def _token(self, token: str, start: int) -> Flaw | None:
        name = token[1:].rstrip("*") if token[0] == "\\" else ""
        frame = self.stack[-1]
        if token.isspace():
            return None
        if token in ("^", "_"):
            return self._script(token, start)
        if token[0] == "'":
            return self._flaw(Fault.PRIME, start) if "^" in frame.seen else None
        if name in ("limits", "nolimits"):
            return None
        frame.seen = set()
        if token == "{":
            self._open(_Frame("{", Span(start, self.at), columns=self.before in COLUMN_COMMANDS))
            return None
        if token == "}":
            return self._close("{", start)
        if token == "&":
            return self._cut(start)
        if token == "#" and not _HASHES.search(self.tex):
            return self._flaw(Fault.MISPLACED, start)
        return self._command(name, token, start) if name else None

    def _command(self, name: str, token: str, start: int) -> Flaw | None:
        if token.startswith(("\\begin", "\\end")) and "{" in token:
            return self._edge(token, start)
        if name in _STRUCTURE:
            return _STRUCTURE[name](self, start)
        if (missing := self._lacks(name, start)) is not None:
            return missing
        if name in TEXTS:
            self._skip_text()
        return None

    # ---- scripts ---------------------------------------------------------------------------------

    def _script(self, sign: str, start: int) -> Flaw | None:
        frame = self.stack[-1]
        if sign in frame.seen:
            return self._flaw(Fault.SUPERSCRIPT if sign == "^" else Fault.SUBSCRIPT, start)
        here = self._past_blanks(self.at)
        if _ENDS_GROUP.match(self.tex, here):
            return self._flaw(Fault.SCRIPT, start)
        token = TOKEN.match(self.tex, here)
        assert token is not None
        if token.group() == "{":
            frame.seen.add(sign)
            self.at = token.end()
            self._open(_Frame("{", Span(here, self.at), script=sign))
        elif self._is_one_token(token.group(), token.end()):
            frame.seen.add(sign)
            self.at = token.end()
        elif token.group()[1:] in _FONTS and (end := self.ends.get(self._past_blanks(token.end()))):
            frame.seen.add(sign)
            self.at = end
        return None

    def _is_one_token(self, token: str, end: int) -> bool:
        """A sign, or a command that takes nothing, as far as one can see."""
        if token[0] in "^_'&}":
            return False
        if token[0] != "\\":
            return True
        name = token[1:]
        takes = name in _NEEDED or name in _FONTS or name in _STRUCTURE or "{" in token
        after = self._past_blanks(end)
        return not takes and self.tex[after : after + 1] not in ("{", "[")

    # ---- arguments and fences ----------------------------------------------------------------------

    def _lacks(self, name: str, start: int) -> Flaw | None:
        """A command whose group ends before its arguments."""
        at = self.at
        for _ in range(_NEEDED.get(name, 0)):
            at = self._past_blanks(self._past_option(at))
            if _NO_ARGUMENT.match(self.tex, at):
                return self._flaw(Fault.ARGUMENT, start)
            end = self.ends.get(at) if self.tex[at] == "{" else at + 1
            if self.tex[at] == "\\" or end is None:
                break
            at = end
        return None

    def _left(self, start: int) -> Flaw | None:
        self._open(_Frame("left", Span(start, self.at)))
        return self._delimiter(start)

    def _right(self, start: int) -> Flaw | None:
        return self._close("left", start) or self._delimiter(start)

    def _middle(self, start: int) -> Flaw | None:
        if "left" not in self.stack[-1].inside:
            return self._flaw(Fault.MISPLACED, start)
        return self._delimiter(start)

    def _big(self, start: int) -> Flaw | None:
        end = self._past_blanks(self.at)
        return self._flaw(Fault.DELIMITER, start) if re.compile(r"\w|\Z").match(self.tex, end) else None

    def _delimiter(self, start: int) -> Flaw | None:
        at = self._past_blanks(self.at)
        if _NO_DELIMITER.match(self.tex, at):
            return self._flaw(Fault.DELIMITER, start)
        found = TOKEN.match(self.tex, at)
        assert found is not None
        self.at = found.end()
        if self.stack[-1].span.start == start:
            self.stack[-1].span = Span(start, self.at)
        return None

    # ---- nesting -----------------------------------------------------------------------------------

    def _edge(self, token: str, start: int) -> Flaw | None:
        name = token[token.index("{") + 1 : -1].strip()
        if token.startswith("\\begin"):
            self._open(_Frame(name, Span(start, self.at), name not in NO_COLUMNS))
            known = name.rstrip("*") in TEX_ENVIRONMENTS
            return None if known else self._flaw(Fault.ENVIRONMENT, start)
        top = self.stack[-1]
        if top.kind not in ("", "{", "left", name):
            self.stack.pop()
            return self._flaw(Fault.MISMATCH, start)
        return self._close(name, start)

    def _open(self, frame: _Frame) -> None:
        more = {"rows"} if frame.columns else {frame.kind} & {"left"}
        frame.inside = self.stack[-1].inside | more
        self.stack.append(frame)

    def _close(self, kind: str, start: int) -> Flaw | None:
        """Close the innermost group, which has to be of a kind."""
        top = self.stack[-1]
        if top.kind == kind and len(self.stack) > 1:
            self.stack.pop()
            self.stack[-1].seen = self.stack[-1].seen | {top.script} if top.script else set()
            return None
        return self._unclosed(top) if top.kind else self._flaw(Fault.UNOPENED, start)

    def _cut(self, start: int) -> Flaw | None:
        """A cell ends."""
        top = self.stack[-1]
        if top.columns:
            return None
        return self._flaw(Fault.CELL if "rows" in top.inside else Fault.AMPERSAND, start)

    def _rule(self, start: int) -> Flaw | None:
        return None if "rows" in self.stack[-1].inside else self._flaw(Fault.MISPLACED, start)

    def _unclosed(self, frame: _Frame) -> Flaw:
        return Flaw(Fault.UNCLOSED, frame.span, self.tex[frame.span.start : frame.span.end])

    def _flaw(self, fault: Fault, start: int) -> Flaw:
        return Flaw(fault, Span(start, self.at), self.tex[start : self.at])

    # ---- where things end --------------------------------------------------------------------------

    def _skip_text(self) -> None:
        self.at = self.ends.get(self._past_blanks(self._past_option(self.at)), self.at)

    def _past_option(self, at: int) -> int:
        found = re.compile(r"\s*\[[^\[\]{}&\\]*\]").match(self.tex, at)
        return found.end() if found else at

    def _past_blanks(self, at: int) -> int:
        while at < len(self.tex) and self.tex[at].isspace():
            at += 1
        return at


_STRUCTURE = {
    "left": _Scan._left,
    "right": _Scan._right,
    "middle": _Scan._middle,
    **dict.fromkeys(("big", "Big", "bigg", "Bigg", "bigl", "Bigl", "bigr", "Bigr"), _Scan._big),
    **dict.fromkeys(("cr", "hline"), _Scan._rule),
}


def _is_sure(found: Flaw) -> bool:
    return True


def _is_sure_with_macros(found: Flaw) -> bool:
    """A macro may open, close or align, but it cannot hold half a pair of braces."""
    return found.fault not in _GUESSES and (found.fault not in _NESTING or _is_of_braces(found))


def _is_of_braces(found: Flaw) -> bool:
    return found.fault in _NESTING and found.text in ("{", "}")


def _ends(tex: str) -> dict[int, int]:
    """The ends of all groups in braces, by their beginnings."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for sign in re.finditer(r"\\[\s\S]|[{}]", tex):
        if sign.group() == "{":
            opened.append(sign.start())
        elif sign.group() == "}" and opened:
            found[opened.pop()] = sign.end()
    return found


def closing(tex: str, start: int) -> int | None:
    """The end of the group that opens at `start`; None if none does, or it stays open."""
    if tex[start : start + 1] != "{":
        return None
    level = 0
    for found in re.compile(r"\\[\s\S]|[{}]").finditer(tex, start):
        level += {"{": 1, "}": -1}.get(found.group(), 0)
        if level == 0:
            return found.end()
    return None
