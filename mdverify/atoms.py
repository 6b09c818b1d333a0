"""How each kind of operand is read: letters, groups, commands with their arguments, functions.

One function per kind of token; `ATOMS` is the table. A function gets the reader, which stands after the
token, and leaves it after the operand.
"""

from __future__ import annotations

import re
from dataclasses import replace

from mdverify.assemble import add, cover, differential, juxtaposed, listed, moved, split
from mdverify.expression import WORD_KINDS, Atoms, Reader
from mdverify.lexer import OPERANDS, Token
from mdverify.source import Span
from mdverify.syntax import Apply, Hole, Name, Node, Number, Trouble, is_none
from mdverify.vocabulary import (
    ARGUMENT_FENCES,
    BIG,
    ENVIRONMENTS,
    FUNCTION_WITHOUT_LIMITS,
    FUNCTIONS,
    INTEGRALS,
)

WIDE = re.compile(r"\\[;:> ]")  # spaces that end what a function without brackets is applied to
WORD_FONTS = frozenset({"rm", "sf", "bf"})  # in which functions are set


def number(reader: Reader, token: Token) -> Node:
    return Number(token.text, Span(token.start, token.end))


def name(reader: Reader, token: Token) -> Node:
    return Name(token.text, reader.font, Span(token.start, token.end))


def upright(reader: Reader, token: Token) -> Node:
    """`\\mathrm{d}`, `\\text{loss}`; `\\mathrm{dx}` is a differential."""
    span = Span(token.start, token.end)
    if len(token.text) == 2 and token.text[0] == "d" and token.text[1].isalpha():
        return Apply("juxt", (Name("d", "rm", span), Name(token.text[1], "rm", span)), "", span)
    return Name(token.text, "rm", span)


def bold_name(reader: Reader, token: Token) -> Node:
    return Name(token.text, "bf", Span(token.start, token.end))


def dots(reader: Reader, token: Token) -> Node:
    return Apply("dots", (), token.text, Span(token.start, token.end))


def text(reader: Reader, token: Token) -> Node:
    return Apply("text", (), token.text, Span(token.start, token.end))


def bad(reader: Reader, token: Token) -> Node:
    return reader.hole(token, token.text)


def unknown(reader: Reader, token: Token) -> Node:
    if not token.text.startswith("\\"):
        return reader.hole(token, f"unknown sign {token.text}")
    span = Span(token.start, token.end)
    reader.context.troubles.append(Trouble("undefined-macro", token.text, span))
    return Hole(token.text, f"undefined macro {token.text}", span)


def nothing(reader: Reader, token: Token) -> Node:
    """A script without a base."""
    reader.at -= 1
    return Apply("none", span=Span(token.start, token.start))


def brace(reader: Reader, token: Token) -> Node:
    """A group is what is in it; `{\\rm new}` is one upright name."""
    inside = token.inside
    if inside and inside[0].kind == "switch":
        rest = token._replace(inside=inside[1:])
        return in_font(reader, rest, inside[0].text)
    return reader.inside(token, reader.font)


def switch(reader: Reader, token: Token) -> Node:
    """`\\rm` holds to the end of the group."""
    reader.font = token.text
    if reader.tokens[reader.at].kind in OPERANDS:
        return reader.factor()
    return Apply("none", span=Span(token.end, token.end))


def fence(reader: Reader, token: Token) -> Node:
    body = reader.inside(token, reader.font)
    span = Span(token.start, token.end)
    if token.text[0] == "." and token.text[1:] in ("|", "]", ")") and reader.tokens[reader.at].text == "_":
        reader.at += 1
        condition = reader.argument("the condition of a bar")
        return Apply("at", (body, condition), "", Span(token.start, reader.end))
    return Apply("fence", (_aligned_entries(body),), token.text, span)


def _aligned_entries(body: Node) -> Node:
    """A matrix set with `aligned` in a bracket; a long sum or product broken over lines is none."""
    match body:
        case Apply("matrix", rows, detail) if ENVIRONMENTS[detail] == "align" and len(rows) > 1:
            cells = [[c for c in row.args if not is_none(c)] for row in rows if isinstance(row, Apply)]
            width = len(cells[0])
            even = width and all(len(row) == width for row in cells)
            if even and (width > 1 or not any(_goes_on(row[0]) for row in cells[1:])):
                return replace(body, detail="matrix")
    return body


def _goes_on(cell: Node) -> bool:
    """Whether a line begins with the sign that joins it to the line before."""
    while isinstance(cell, Apply) and cell.op in ("+", "-", "juxt"):
        cell = cell.args[0]
    joined = isinstance(cell, Apply) and cell.op in ("neg", "pos", "none")
    return joined or (isinstance(cell, Name) and cell.text in ("cdot", "times", "odot"))


def env(reader: Reader, token: Token) -> Node:
    if token.text not in ENVIRONMENTS:
        return reader.hole(token, f"unknown environment {token.text}")
    rows = [read_row(reader, tokens) for tokens in split(token.inside, "break")]
    if any(isinstance(cell, Apply) and cell.op == "dots" for row in rows for cell in row.args):
        rows = [*map(marked_gap, rows[:-1]), rows[-1]]
    rows = [row for row in rows if not all(map(is_none, row.args))]
    return Apply("matrix", tuple(rows), token.text, Span(token.start, token.end))


def marked_gap(row: Apply) -> Apply:
    """A row of blank cells between others is one of dots, where a matrix has any."""
    if len(row.args) == 1 or not all(map(is_none, row.args)):
        return row
    return Apply("row", tuple(Apply("dots", (), "vdots", cell.span) for cell in row.args), "", row.span)


def read_row(reader: Reader, tokens: list[Token]) -> Apply:
    cells = []
    for cell in split(tokens, "amp"):
        cells.append(read_cell(reader, cell))
    return Apply("row", tuple(cells), "", cover(cells[0], cells[-1]))


def read_cell(reader: Reader, tokens: list[Token]) -> Node:
    """A cell with nothing but `.` or `\\cdot` in it is one of a column of dots."""
    end = tokens[-1].end if tokens else reader.end
    if len(tokens) == 1 and (tokens[0].kind == "period" or tokens[0][:2] == ("infix", "cdot")):
        return Apply("dots", (), "vdots", Span(tokens[0].start, end))
    return Reader(tokens, end, reader.context, reader.font).content()


def fraction(reader: Reader, token: Token) -> Node:
    above = reader.argument("a numerator")
    below = reader.argument("a denominator")
    span = Span(token.start, reader.end)
    number, change = _number_before_change(below)
    if number is None or token.text != "frac" or not _is_change(above):
        return Apply(token.text, (above, below), "", span)
    inverse = Apply("frac", (Number("1", number.span), number), "", span)
    return Apply("juxt", (inverse, Apply("frac", (above, change), "", span)), "", span)


def _number_before_change(below: Node) -> tuple[Node | None, Node]:
    """`n \\cdot \\partial x`, `2 \\partial x`: what a derivative is divided by, and what it is by."""
    match below:
        case Apply("cdot" | "times", (number, change)) if _is_change(change):
            return number, change
        case Apply("juxt", factors):
            at = next((i for i, factor in enumerate(factors) if differential(factor) == "partial"), 0)
            if at and _is_change(change := juxtaposed([*factors[at:]])):
                return juxtaposed([*factors[:at]]), change
    return None, below


def _is_change(node: Node) -> bool:
    """`\\partial x`."""
    return isinstance(node, Apply) and node.op == "juxt" and differential(node.args[0]) == "partial"


def root(reader: Reader, token: Token) -> Node:
    degree: tuple[Node, ...] = ()
    if (group := reader.tokens[reader.at]).kind == "fence" and group.text == "[]":
        reader.at += 1
        degree = (reader.inside(group, ""),)
    body = reader.argument("what to take the root of")
    return Apply("sqrt", (body, *degree), "", Span(token.start, reader.end))


def accent(reader: Reader, token: Token) -> Node:
    body = reader.argument(f"what stands under {reader.context.written(token)}")
    span = Span(token.start, reader.end)
    if token.text == "vec" and isinstance(body, Name | Number) and not getattr(body, "font", ""):
        return Name(body.text, "vec", span)
    return Apply("accent", (body,), token.text, span)


def with_font(reader: Reader, token: Token) -> Node:
    following = reader.tokens[reader.at]
    if following.kind in ("number", "letter", "name", "brace") or following.kind in OPERANDS:
        node = in_font(reader, one_token(reader, following), token.text)
        return moved(node, Span(token.start, reader.end))
    return reader.missing("what the font applies to")


def one_token(reader: Reader, token: Token) -> Token:
    """A group with the next token alone, unless it is a group or takes arguments."""
    reader.at += 1
    if token.kind == "brace":
        return token
    if token.kind in ("number", *WORD_KINDS) and reader.is_run(token):
        reader.at -= 1
        reader.first_of(
            token if token.kind == "number" else token._replace(text=reader.context.written(token))
        )
        token = reader.tokens[reader.at - 1]
    if token.kind not in ("number", "letter", "name", "function", "big", "upright", "fence"):
        return with_arguments(reader, token)
    return Token("brace", "{}", token.start, token.end, (token,))


def with_arguments(reader: Reader, token: Token) -> Token:
    """`\\mathbf\\hat x`: the command and what it takes."""
    start = reader.at - 1
    font_wanted = {"accent": 1, "font": 1, "frac": 2, "sqrt": 1}.get(token.kind, 0)
    reader.at = min(reader.at + font_wanted, len(reader.tokens) - 1)
    taken = tuple(reader.tokens[start : reader.at])
    return Token("brace", "{}", token.start, taken[-1].end, taken)


def in_font(reader: Reader, token: Token, font: str) -> Node:
    """A group in a font; `{\\rm tr}` is the function, as in `\\mathrm{tr}`."""
    inside = token.inside
    word = "".join(part.text for part in inside)
    if font in WORD_FONTS and word in FUNCTIONS:
        return function(reader, token._replace(text=FUNCTIONS[word]))
    if font in WORD_FONTS and word in BIG:
        return big(reader, token._replace(text=word))
    if font == "rm" and len(inside) > 1 and all(part.kind == "letter" for part in inside):
        return upright(reader, token._replace(text=word))
    return _figure_in(reader.inside(token, font), font)


def _figure_in(node: Node, font: str) -> Node:
    """`\\mathbf{1}` and `\\mathbf{1_n^T}`: a figure in a font is a name, whatever scripts it bears."""
    match node:
        case Number(text) if font:
            return Name(text, font, node.span)
        case Apply("sub" | "sup", (body, script)):
            return replace(node, args=(_figure_in(body, font), script))
    return node


def brace_label(reader: Reader, token: Token) -> Node:
    body = reader.argument("what the brace embraces")
    if reader.tokens[reader.at].kind != "script":
        return body
    reader.at += 1
    label = reader.script()
    return Apply("label", (body, label), token.text, Span(token.start, reader.end))


def stack(reader: Reader, token: Token) -> Node:
    label = reader.argument("what is set over or under")
    body = reader.argument("the base")
    return Apply("label", (body, label), token.text, Span(token.start, reader.end))


def substack(reader: Reader, token: Token) -> Node:
    group = reader.tokens[reader.at]
    if group.kind != "brace":
        return reader.missing("lines")
    reader.at += 1
    rows = [row for row in split(group.inside, "break") if row]
    nodes = [Reader(row, row[-1].end, reader.context).content() for row in rows]
    return (
        listed(nodes, [","] * (len(nodes) - 1)) if nodes else Apply("none", span=Span(group.start, group.end))
    )


# ---- functions and operators with limits --------------------------------------------------------


def function(reader: Reader, token: Token) -> Node:
    name: Node = Name(token.text, "", Span(token.start, token.end))
    if reader.tokens[reader.at].kind in ("script", "prime"):
        name = reader.scripts(name)
    argument = call_argument(reader)
    if argument is None:
        return name
    return Apply("call", (name, argument), "", Span(token.start, reader.end))


def call_argument(reader: Reader) -> Node | None:
    """A fence or group that follows, else the factors up to the next sign, function or wide space."""
    while (token := reader.tokens[reader.at]).kind == "brace" and not token.inside:
        reader.at += 1
    if token.kind == "fence" and token.text in ARGUMENT_FENCES:
        reader.at += 1
        return reader.atom(token)
    if token.kind in ("fence", "brace", "env"):
        argument = reader.factor()
        return None if is_none(argument) else argument
    if token.kind not in OPERANDS or token.kind == "text":
        return None
    factors = list[Node]()
    add(factors, reader.factor())
    while argument_goes_on(reader):
        add(factors, reader.factor())
    return juxtaposed(factors) if factors else None


def argument_goes_on(reader: Reader) -> bool:
    here, following = reader.tokens[reader.at], reader.tokens[reader.at + 1 : reader.at + 2]
    differential = here.kind in ("letter", "upright") and here.text == "d"
    if differential and following and following[0].kind in ("letter", "name"):
        return False
    if WIDE.search(reader.context.text, reader.tokens[reader.at - 1].end, here.start):
        return False
    return here.kind in OPERANDS and here.kind not in ("function", "big", "text")


def big(reader: Reader, token: Token) -> Node:
    lower, upper = limits(reader)
    if is_none(lower) and is_none(upper) and token.text in FUNCTION_WITHOUT_LIMITS:
        return function(reader, token)
    body = integrand(reader) if token.text in INTEGRALS else None
    if body is None:
        body = big_body(reader, BIG[token.text])
    return Apply("big", (body, lower, upper), token.text, Span(token.start, reader.end))


def big_body(reader: Reader, power: int) -> Node:
    here = reader.tokens[reader.at]
    if reader.operand_ahead() and here.kind != "text":
        return reader.expression(power)
    return Apply("none", span=Span(here.start, here.start))


def integrand(reader: Reader) -> Node | None:
    """`\\int x + 1 \\, dx`: everything up to the differential, if there is one."""
    for i in range(reader.at, len(reader.tokens) - 1):
        if reader.tokens[i].kind in ("relation", "comma", "gap", "period", "break", "big"):
            break
        end = after_differential(reader, i)
        if end and i > reader.at:
            tokens = reader.tokens[reader.at : end]
            reader.at = end
            return Reader(tokens, tokens[-1].end, reader.context, reader.font).content()
    return None


def after_differential(reader: Reader, i: int) -> int:
    """The index after `dx` if it begins at `i`, with the scripts of `x`; else 0."""
    token, following = reader.tokens[i : i + 2]
    if token.kind not in ("letter", "upright") or token.text[0] != "d":
        return 0
    if len(token.text) == 2:
        return i + 1
    wide = 2 if following.kind in ("font", "accent") else 1
    if token.text != "d" or (wide == 1 and following.kind not in ("letter", "name")):
        return 0
    end = i + 1 + wide
    while end < len(reader.tokens) - 1 and reader.tokens[end].kind == "script":
        end += 2
    return min(end, len(reader.tokens) - 1)


def limits(reader: Reader) -> tuple[Node, Node]:
    found: dict[str, Node] = {}
    while (token := reader.tokens[reader.at]).kind == "script" and token.text not in found:
        reader.at += 1
        found[token.text] = reader.script()
    none = Apply("none", span=Span(token.start, token.start))
    return found.get("_", none), found.get("^", none)


ATOMS: Atoms = {
    "number": number,
    "letter": name,
    "name": name,
    "upright": upright,
    "bold-name": bold_name,
    "dots": dots,
    "text": text,
    "bad": bad,
    "unknown": unknown,
    "script": nothing,
    "prime": nothing,
    "factorial": nothing,
    "brace": brace,
    "switch": switch,
    "fence": fence,
    "env": env,
    "frac": fraction,
    "sqrt": root,
    "accent": accent,
    "font": with_font,
    "brace-label": brace_label,
    "stack": stack,
    "substack": substack,
    "function": function,
    "big": big,
}
"""The kinds of token that begin an operand."""
