"""TeX to a flat list of tokens.

One regular expression finds where a token ends, the tables of `vocabulary` say what it is. Blanks,
comments and commands that only change the look are dropped here. Every character of the text is
either in a token or dropped on purpose; what nobody knows is a token of kind `unknown`.

Kinds of token (`text` is the canonical name):

    number letter name upright function big dots text     operands
    open close bar left right lbrace rbrace begin end       brackets, paired by `brackets`
    infix slash relation arrow comma period gap break amp   between operands
    script prime factorial                                  after operands
    frac sqrt accent font switch stack substack over …      commands with arguments
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from mdverify.vocabulary import (
    BIG,
    COMMANDS,
    DELIMITERS,
    DOUBLE_STRUCK,
    DROPPED,
    ENVIRONMENTS,
    ESCAPES,
    FUNCTIONS,
    GLUED,
    LEFT_RIGHT_ONLY,
    LOWERED,
    MARKS,
    PROSE,
    RAISED,
    RELATIONS,
    TEXT_FONTS,
    WORDS,
    Entry,
)


class Token(NamedTuple):
    """A piece of TeX; a bracketed group is one token with its content `inside`."""

    kind: str
    text: str
    start: int
    end: int
    inside: tuple[Token, ...] = ()


Tokens = list[Token]

OPERANDS = frozenset(
    [
        "number",
        "letter",
        "name",
        "upright",
        "bold-name",
        "dots",
        "text",
        "bad",
        "unknown",
        "script",
        "prime",
        "factorial",
        "brace",
        "switch",
        "fence",
        "env",
        "frac",
        "sqrt",
        "accent",
        "font",
        "brace-label",
        "stack",
        "substack",
        "function",
        "big",
    ]
)
"""Kinds of token that begin an operand (a script may have an empty base)."""

_DELIMITER = "|".join(
    re.escape(sign) + ("(?![A-Za-z])" if sign[-1].isalpha() else "")
    for sign in sorted((*DELIMITERS, *LEFT_RIGHT_ONLY), key=len, reverse=True)
)
_NESTED = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*"
_LONG_MARKS = "|".join(re.escape(sign) for sign in sorted(MARKS, key=len, reverse=True) if len(sign) > 1)
_TEXT = "|".join(TEXT_FONTS)
_RELATION = "|".join(name for name in RELATIONS if name.isalpha())
_THIN = r"\s*(?:[\u2009\u202f]|\\,|\\thinspace\s+|\{(?:,|\\,|\\thinspace)\})\s*"
_GROUPED = (  # `16\,777\,216`, `65{,}536`, `0.333\,333`: not after a script, which takes one digit
    rf"(?<![\d^_.])(?:[1-9]\d{{0,2}}(?:{_THIN}\d{{3}})+(?:\.\d+)?|\d+\.\d{{3}}(?:{_THIN}\d{{3}})+)(?!\d)"
)
_IDENTIFIER = r"\s*[A-Za-z](?:[A-Za-z0-9\s~]|\\[,;!:\ ])*"

_TOKEN = re.compile(
    rf"""
      (?P<blank>   \s+ | %[^\n]* )
    | (?P<letters> [A-Za-z]+ )
    | (?P<broken>  (?:\\\\)+ (?:[ \t]*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|px|in|mu)\s*\])? )
    | (?P<env>     \\(?P<edge>begin|end)\s*\{{\s*(?P<environment>[A-Za-z]+)\*?\s*\}} )
    | (?P<upright> \\(?:mathrm|operatorname\*?|{_TEXT})\s*\{{(?P<identifier>{_IDENTIFIER})\}} )
    | (?P<prose>   \\(?P<text>{_TEXT})\s*\{{(?P<words>{_NESTED})\}} )
    | (?P<dropped> \\(?:{"|".join(DROPPED)})(?![A-Za-z])\*?\s*
                   (?: \{{{_NESTED}\}} | [-\d.]+\s*(?:pt|em|ex|mm|cm|px|in|mu) )? )
    | (?P<fence>   \\(?P<side>left|right|middle|[Bb]igg?[lrm]?)\s*(?P<delimiter>{_DELIMITER}) )
    | (?P<assigned> \\colon\s*= )
    | (?P<argopt>  \\arg\s*(?:\\[,!;:\ ]\s*)*\\(?P<goal>max|min)(?![A-Za-z]) )
    | (?P<negated> \\not\s*(?P<relation>[=<>]|\\(?:{_RELATION})(?![A-Za-z])) )
    | (?P<command> \\(?P<name>[A-Za-z]+) )
    | (?P<escape>  \\(?P<sign>.|\n) )
    | (?P<grouped> {_GROUPED} )
    | (?P<number>  \d+(?:\.\d+)?(?!\.\.) | \.\d+ | \d+ )
    | (?P<dots>    \.\.+ )
    | (?P<quotes>  ['′’‘`´]+ | ″ )
    | (?P<raised>  [{"".join(RAISED)}]+ )
    | (?P<lowered> [{"".join(LOWERED)}]+ )
    | (?P<cjk>     [\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]+ )
    | (?P<shorten> \bs\.t\. | \bi\.i\.d\. )
    | (?P<mark>    {_LONG_MARKS} | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SPACING = re.compile(r"\\[,;!: ]|[\s~]+")
_NO_DIGIT = re.compile(r"[^\d.]+")
_COLUMNS = re.compile(r"\s*(?:\[[tbc]\])?\s*(?:\{(?:[^{}]|\{[^{}]*\})*\})?")

Match = re.Match[str]


def tokenize(text: str, start: int, end: int) -> Tokens:
    """The tokens of `text[start:end]`, with offsets into `text`."""
    out: Tokens = []
    at = start
    while at < end:
        at = _run(text, at, end, out)
    return out


def _run(text: str, at: int, end: int, out: Tokens) -> int:
    """Read on from `at` until a token says that what follows it is to be skipped."""
    for match in _TOKEN.finditer(text, at, end):
        skip = _RULES[match.lastgroup or "mark"](match, out)
        if skip:
            return min(skip, end)
    return end


def _blank(match: Match, out: Tokens) -> None:
    """Blanks separate letter runs, nothing else."""


_CALLED = re.compile(r"[A-Z](?=[a-z]*[aeiou])[a-z]{3,}\s*\(")  # `Gamma(a, b)`: a word, and no product


def _letters(match: Match, out: Tokens) -> None:
    run, at = match[0], match.start()
    if len(run) == 1:
        out.append(Token("letter", run, at, at + 1))
    elif run in WORDS:
        out.append(Token(*WORDS[run], at, match.end()))
    elif _CALLED.match(match.string, at):
        out.append(Token("upright", run, at, match.end()))
    else:
        out.extend([Token("letter", letter, i, i + 1) for i, letter in enumerate(run, at)])


def _number(match: Match, out: Tokens) -> None:
    out.append(Token("number", match[0], match.start(), match.end()))


def _grouped(match: Match, out: Tokens) -> None:
    """A number whose digits stand in groups of three."""
    out.append(Token("number", _NO_DIGIT.sub("", match[0]), match.start(), match.end()))


def _entry(entry: Entry, match: Match, out: Tokens) -> None:
    if entry[0] != "space":
        out.append(Token(*entry, match.start(), match.end()))


def _command(match: Match, out: Tokens) -> None:
    _entry(COMMANDS.get(match["name"]) or ("unknown", match[0]), match, out)


def _escape(match: Match, out: Tokens) -> None:
    _entry(ESCAPES.get(match["sign"]) or ("unknown", match[0]), match, out)


def _mark(match: Match, out: Tokens) -> None:
    sign = match[0]
    if sign in MARKS:
        out.append(Token(*MARKS[sign], match.start(), match.end()))
    else:
        out.extend(_rare(sign, match.start()))


def _rare(sign: str, at: int) -> Tokens:
    """Letters of other alphabets: blackboard bold, mathematical italic and bold."""
    if sign in DOUBLE_STRUCK:
        return [Token("font", "bb", at, at), Token("letter", DOUBLE_STRUCK[sign], at, at + 1)]
    plain = unicodedata.normalize("NFKC", sign)
    if "\U0001d400" <= sign <= "\U0001d7ff" and len(plain) == 1:
        bold = "BOLD" in unicodedata.name(sign, "")
        kind, text = MARKS.get(plain, ("number" if plain.isdigit() else "letter", plain))
        return [Token("font", "bf", at, at)] * bold + [Token(kind, text, at, at + 1)]
    if unicodedata.category(sign) in ("Cf", "Zs", "Mn"):
        return []
    return [Token("unknown", sign, at, at + 1)]


def _quotes(match: Match, out: Tokens) -> None:
    primes = "''" if match[0] == "″" else "'" * len(match[0])
    out.append(Token("prime", primes, match.start(), match.end()))


def _broken(match: Match, out: Tokens) -> None:
    out.append(Token("break", "\\\\", match.start(), match.end()))


def _dots(match: Match, out: Tokens) -> None:
    out.append(Token("dots", "ldots", match.start(), match.end()))


def _env(match: Match, out: Tokens) -> int | None:
    """`\\begin{array}[t]{c|c}`: position and columns say nothing about the mathematics."""
    name = match["environment"]
    out.append(Token(match["edge"], name, match.start(), match.end()))
    if match["edge"] == "end":
        return None
    takes_columns = name in ("array", "alignat", "alignedat", "tabular") or name not in ENVIRONMENTS
    pattern = _COLUMNS if takes_columns else _POSITION
    found = pattern.match(match.string, match.end(), match.endpos)
    return found.end() if found and found.end() > match.end() else None


_POSITION = re.compile(r"\s*\[[tbc]\]")
_CHANGE = re.compile(r"d(?:\s|~|\\[,;!:\ ])+([A-Za-z]+)")  # `\mathrm{d\,tr}`


def _upright(match: Match, out: Tokens) -> None:
    """`\\mathrm{d}`, `\\text{loss}`, `\\operatorname{arg\\,max}`: one name, or a few words of prose.

    Programs that read print glue a matrix to the function after it: `\\operatorname{Wdiag}`.
    """
    command = match[0][1 : match[0].index("{")].strip()
    words = match["identifier"].strip()
    name = _SPACING.sub("", words)
    start = match.start()
    if (change := _CHANGE.fullmatch(words)) and command not in TEXT_FONTS:
        begin = match.start("identifier") + match["identifier"].index("d")
        out.append(Token("upright", "d", start, begin + 1))
        start, name = begin + change.start(1), change[1]
    if name[1:] in GLUED and name[0].isupper():
        start = match.start("identifier") + match["identifier"].index(name[0]) + 1
        out.append(Token("letter", name[0], match.start(), start))
        name = name[1:]
    if name in FUNCTIONS:
        kind, text = "function", FUNCTIONS[name]
    elif name in BIG:
        kind, text = "big", name
    elif command in TEXT_FONTS and (_uncapitalised(name) in PROSE or " " in words):
        kind, text = "text", words
    else:
        kind, text = "bold-name" if command == "textbf" else "upright", name
    out.append(Token(kind, text, start, match.end()))


def _uncapitalised(name: str) -> str:
    return name.lower() if name == name.capitalize() else name


def _prose(match: Match, out: Tokens) -> None:
    words = match["words"].strip(" \t\n$~")
    if len(words) == 1 and words in DELIMITERS:
        out.append(Token(*DELIMITERS[words], match.start(), match.end()))
    elif words:
        out.append(Token("text", words, match.start(), match.end()))


def _cjk(match: Match, out: Tokens) -> None:
    out.append(Token("text", match[0], match.start(), match.end()))


_SIDES = {"left": "left", "right": "right", "middle": "middle", "l": "open", "r": "close", "m": "middle"}


def _fence(match: Match, out: Tokens) -> None:
    """`\\left(`, `\\bigr|`; `\\big` without a side leaves the sign what it is."""
    side = _SIDES.get(match["side"]) or _SIDES.get(match["side"][-1], "")
    sign = match["delimiter"]
    kind, text = DELIMITERS.get(sign) or ("space", LEFT_RIGHT_ONLY[sign])
    if side in ("left", "right"):
        kind = side
    elif kind == "bar":
        kind, text = {"middle": ("comma", "|"), "": ("bar", text)}.get(side, (side, text))
    elif sign == "/":
        kind = "slash"
    if kind != "space":
        out.append(Token(kind, text, match.start(), match.end()))


def _argopt(match: Match, out: Tokens) -> None:
    out.append(Token("big", "arg" + match["goal"], match.start(), match.end()))


def _assigned(match: Match, out: Tokens) -> None:
    out.append(Token("relation", ":=", match.start(), match.end()))


def _negated(match: Match, out: Tokens) -> None:
    name = match["relation"].lstrip("\\")
    text = RELATIONS.get("not" + name) or "not" + RELATIONS.get(name, name)
    out.append(Token("relation", text, match.start(), match.end()))


def _shifted(table: dict[str, str], script: str) -> Callable[[Match, Tokens], None]:
    """Unicode superscripts and subscripts: `x²` is `x^{2}`."""

    def rule(match: Match, out: Tokens) -> None:
        at = match.start()
        out += [Token("script", script, at, at), Token("lbrace", "{", at, at)]
        for i, sign in enumerate(match[0], at):
            plain = table[sign]
            kind = "number" if plain.isdigit() else "letter" if plain.isalpha() else ""
            out.append(Token(*(MARKS[plain] if not kind else (kind, plain)), i, i + 1))
        out.append(Token("rbrace", "}", match.end(), match.end()))

    return rule


_RULES: dict[str, Callable[[Match, Tokens], int | None]] = {
    "blank": _blank,
    "dropped": _blank,
    "letters": _letters,
    "grouped": _grouped,
    "number": _number,
    "command": _command,
    "escape": _escape,
    "mark": _mark,
    "quotes": _quotes,
    "broken": _broken,
    "dots": _dots,
    "env": _env,
    "upright": _upright,
    "prose": _prose,
    "cjk": _cjk,
    "shorten": _cjk,
    "fence": _fence,
    "argopt": _argopt,
    "assigned": _assigned,
    "negated": _negated,
    "raised": _shifted(RAISED, "^"),
    "lowered": _shifted(LOWERED, "_"),
}
