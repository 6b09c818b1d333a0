"""Macros the author of a note defines, and their expansion.

A macro call becomes the tokens of its body; tokens of the body carry the span of the call, tokens of
the arguments keep their own. Expansion stops after a fixed number of tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mdverify.lexer import Token, Tokens, tokenize
from mdverify.source import Span

MOST_TOKENS = 5_000
MOST_NESTING = 12


@dataclass(frozen=True, slots=True)
class Macro:
    """`\\newcommand{\\name}[parameters][default]{body}`."""

    name: str
    body: str
    parameters: int = 0
    default: str | None = None


DEFINING = ("command", "\\def", "\\gdef", "\\let", "\\DeclareMath")
"""Where none of these stands, nothing is defined."""

_BODY = r"\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.|\{(?:[^{}\\]|\\.)*\})*\})*\})*\}"
_DEFINITION = re.compile(
    rf"""\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator|def|gdef|let)\*?\s*
        (?:\{{\s*\\(?P<braced>[A-Za-z]+)\s*\}}|\\(?P<bare>[A-Za-z]+))\s*
        (?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\[\]]*)\])?\s*(?P<hashes>(?:\#\d)*)\s*=?\s*
        (?P<body>{_BODY}|\\[A-Za-z]+)""",
    re.VERBOSE | re.DOTALL,
)


def scan_macros(text: str) -> dict[str, Macro]:
    """Every macro defined anywhere in the text; a later definition replaces an earlier one."""
    found = (_macro(match) for match in _DEFINITION.finditer(text))
    return {macro.name: macro for macro in found}


def _macro(match: re.Match[str]) -> Macro:
    body = match["body"]
    if body.startswith("{"):
        body = body[1:-1]
    if "DeclareMathOperator" in match[0][:21]:
        body = f"\\operatorname{{{body}}}"
    parameters = int(match["count"] or 0) or len(match["hashes"]) // 2
    return Macro(match["braced"] or match["bare"], body, parameters, match["default"])


def without_definitions(text: str, span: Span) -> str:
    """The text with the definitions inside `span` blanked, so that offsets stay."""
    stretch = _DEFINITION.sub(lambda match: " " * len(match[0]), text[span.start : span.end])
    return text[: span.start] + stretch + text[span.end :]


def expand(tokens: Tokens, text: str, macros: Mapping[str, Macro]) -> Tokens:
    """The tokens with every macro call replaced by its body."""
    tokens = _expand_once(tokens, macros, [_written(token, text) for token in tokens])
    for _ in range(MOST_NESTING):
        if not any(token.kind == "unknown" and token.text[1:] in macros for token in tokens):
            break
        tokens = _expand_once(tokens, macros, [_unknown(token) for token in tokens])
    return tokens


def _expand_once(tokens: Tokens, macros: Mapping[str, Macro], called: list[str]) -> Tokens:
    out: Tokens = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        macro = macros.get(called[at])
        at += 1
        if macro is None or len(out) > MOST_TOKENS:
            out.append(token)
        else:
            arguments, at = _arguments(tokens, at, macro)
            call = token._replace(end=max(token.end, tokens[at - 1].end))
            out += _body(macro, call, arguments)
    return out


def _written(token: Token, text: str) -> str:
    """The command behind a token: a macro may redefine a command that has a meaning of its own."""
    written = text[token.start : token.end]
    return written[1:] if written.startswith("\\") else ""


def _unknown(token: Token) -> str:
    return token.text[1:] if token.kind == "unknown" else ""


def _arguments(tokens: Tokens, at: int, macro: Macro) -> tuple[list[Tokens], int]:
    arguments: list[Tokens] = []
    if macro.default is not None:
        arguments.append(tokenize(macro.default, 0, len(macro.default)))
    while len(arguments) < macro.parameters and at < len(tokens):
        argument, at = _argument(tokens, at)
        arguments.append(argument)
    return arguments, at


def _argument(tokens: Tokens, at: int) -> tuple[Tokens, int]:
    """One token or one group, as TeX takes it."""
    if tokens[at].kind != "lbrace":
        return [tokens[at]], at + 1
    depth, end = 0, at
    while end < len(tokens):
        depth += {"lbrace": 1, "rbrace": -1}.get(tokens[end].kind, 0)
        end += 1
        if depth == 0:
            break
    return tokens[at + 1 : end - 1], end


def _body(macro: Macro, call: Token, arguments: list[Tokens]) -> Tokens:
    out: Tokens = []
    hash_before = False
    for token in tokenize(macro.body, 0, len(macro.body)):
        if hash_before and token.kind == "number" and 0 < int(token.text[0]) <= len(arguments):
            out[-1:] = arguments[int(token.text[0]) - 1]
            if token.text[1:]:
                out.append(Token("number", token.text[1:], call.start, call.end))
        elif not (token.kind == "unknown" and token.text == "\\" + macro.name):
            out.append(Token(token.kind, token.text, call.start, call.end))
        hash_before = token.kind == "unknown" and token.text == "#"
    return out
