"""LaTeX to the formula tree of `syntax`.

    formula    = row { "\\\\" row }
    row        = { separator } statement { separator { separator } statement }
    statement  = chain | text
    separator  = "," | ";" | "." | "\\quad" | "\\Rightarrow" | …      kept in `Statement.lead`

Alignment environments, and systems of equations that open a statement, are transparent: their rows are
rows of the formula. A row that begins or ends with an operator goes on. Reading cannot fail; see
`expression` for what stands between two separators.
"""

from __future__ import annotations

from collections.abc import Mapping

from mdverify.atoms import ATOMS
from mdverify.brackets import group
from mdverify.expression import Context, Reader
from mdverify.lexer import Token, tokenize
from mdverify.macros import DEFINING, Macro, expand, scan_macros, without_definitions
from mdverify.rows import top_level
from mdverify.source import Span
from mdverify.syntax import Apply, Formula, Hole, Node, Statement, children

__all__ = ["Macro", "parse", "parse_expression", "scan_macros"]

TALLEST = 100
"""Trees are no higher than this, so that whoever walks them may recurse."""

SHORT = 80
"""A side of fewer characters cannot be too high."""

_SEPARATORS = frozenset(("comma", "period", "gap", "arrow", "amp"))
_NO_MACROS: Mapping[str, Macro] = {}


def parse(text: str, span: Span | None = None, macros: Mapping[str, Macro] = _NO_MACROS) -> Formula:
    """Read `text[span.start:span.end]`; all spans in the result are offsets into `text`."""
    span = span or Span(0, len(text))
    tokens, context = _grouped(text, span, macros)
    reader = Reader(top_level(tokens, context.troubles), span.end, context)
    reader.top = True
    statements = _statements(reader, bool(macros))
    return Formula(tuple(statements), tuple(sorted(context.troubles, key=lambda trouble: trouble.span)))


def parse_expression(text: str) -> Node:
    """Read all of `text` as one side, list or chain."""
    tokens, context = _grouped(text, Span(0, len(text)), _NO_MACROS)
    return _bounded(Reader(tokens, len(text), context).content(), text, checked=True)


def _grouped(text: str, span: Span, macros: Mapping[str, Macro]) -> tuple[list[Token], Context]:
    if any(text.find(sign, span.start, span.end) >= 0 for sign in DEFINING):
        text = without_definitions(text, span)
    tokens = tokenize(text, span.start, span.end)
    if macros:
        tokens = expand(tokens, text, macros)
    nested = group(tokens, text)
    return nested.tokens, Context(text, nested.troubles, ATOMS)


def _statements(reader: Reader, checked: bool) -> list[Statement]:
    found: list[Statement] = []
    lead: list[str] = []
    row = 0
    while (token := reader.tokens[reader.at]).kind != "end":
        if token.kind == "break":
            row, lead = row + 1, []
            reader.at += 1
        elif token.kind in _SEPARATORS:
            lead.append(token.text)
            reader.at += 1
        else:
            found.append(_statement(reader, tuple(lead), row, checked))
            lead = []
    return found


def _statement(reader: Reader, lead: tuple[str, ...], row: int, checked: bool) -> Statement:
    start = reader.at
    token = reader.tokens[start]
    if token.kind == "prose":
        reader.at += 1
        side = Apply("text", (), token.text, Span(token.start, token.end))
        return Statement((side,), (), lead, row, side.span)
    sides, relations = reader.relations(reader.side())
    if reader.tokens[reader.at].kind == "over":
        sides[-1] = _over(reader, sides[-1])
    if reader.at == start:
        reader.at += 1
        sides = [reader.hole(token, "unexpected here")]
    text = reader.context.text
    bounded = tuple(_bounded(side, text, checked) for side in sides)
    span = Span(token.start, max(token.end, reader.tokens[reader.at - 1].end))
    return Statement(bounded, tuple(relations), lead, row, span)


def _over(reader: Reader, above: Node) -> Node:
    token = reader.tokens[reader.at]
    reader.at += 1
    return reader.over(token, above)


def _bounded(side: Node, text: str, checked: bool) -> Node:
    """The side, or a hole if its tree is too high to walk by recursion."""
    if not checked and side.span.end - side.span.start < SHORT:
        return side
    level = [side]
    for _ in range(TALLEST):
        level = [child for node in level for child in children(node)]
        if not level:
            return side
    return Hole(text[side.span.start : side.span.end], "nested too deeply", side.span)
