"""Rows and statements of a whole formula, still as tokens.

Takes alignment environments apart, decides what an `&` means, which row breaks are real, and which pieces
of text are statements of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, takewhile

from mdverify.lexer import Token, Tokens
from mdverify.source import Span
from mdverify.syntax import Trouble
from mdverify.vocabulary import ENVIRONMENTS

_DEEPEST = 8
_LONGEST_NAME = 10  # tokens
_OF_NAMES = frozenset(
    ("letter", "name", "upright", "bold-name", "font", "accent", "brace", "script", "prime")
)
_SEPARATING = frozenset(("break", "comma", "period", "gap", "arrow"))
_STARTS = _SEPARATING | {"amp", "prose", "text"}
_JOINING = frozenset(("relation", "infix", "amp", "slash"))
_ROW_EDGES = frozenset(("break", "gap", "comma", "period", "arrow"))


def top_level(tokens: Sequence[Token], troubles: list[Trouble]) -> Tokens:
    """The tokens of a formula without its outer environments."""
    flat: Tokens = []
    _flatten(tokens, "", 0, flat, troubles)
    return _texts(_implications(_joined(flat)))


def _flatten(tokens: Sequence[Token], mode: str, depth: int, out: Tokens, troubles: list[Trouble]) -> None:
    """Append the tokens to `out`, environments opened; `mode` says what kind of environment holds them."""
    column = 0
    for i, token in enumerate(tokens):
        kind = token.kind
        if kind == "amp":
            column += 1
            _ampersand(tokens, i, column, mode, out, troubles)
        elif kind == "comma" and token.text == "|" and _kind(tokens, i - 1, -1) != "script":
            out.append(Token("relation", "mid", token.start, token.end))
        elif (kind == "gap" and token.text != "quad") or _is_spacer(tokens, i):
            if _parts_equations(tokens, i, out):
                out.append(Token("gap", "quad", token.start, token.end))
        elif kind in ("env", "fence", "brace") and depth < _DEEPEST:
            _open(token, _at_start(out), mode, depth, out, troubles)
        else:
            column = 0 if kind == "break" else column
            out.append(token)


def _parts_equations(tokens: Sequence[Token], i: int, out: Tokens) -> bool:
    """`a = b \\;\\; c = d`: several blanks between an equation and the next, which begins with a name."""
    if [token.kind for token in tokens[i : i + 2]] != ["gap", "gap"] or _kind(tokens, i - 1, -1) in _JOINING:
        return False
    row = takewhile(lambda token: token.kind not in _ROW_EDGES, reversed(out))
    if not any(token.kind == "relation" for token in row):
        return False
    rest = [token for token in tokens[i : i + _LONGEST_NAME] if token.kind != "gap"]
    name = list(takewhile(lambda token: token.kind in _OF_NAMES, rest))
    after = rest[len(name) : len(name) + 1]
    return bool(name) and name[0].kind != "script" and [token.kind for token in after] == ["relation"]


def _is_spacer(tokens: Sequence[Token], i: int) -> bool:
    """`& {} + b`: an empty group that only sets the space around a sign."""
    if tokens[i].kind != "brace" or tokens[i].inside:
        return False
    before, after = _kind(tokens, i - 1, -1), _kind(tokens, i + 1, 1)
    return before in ("", "amp", "break", "relation") and after in ("infix", "relation")


def _open(token: Token, at_start: bool, mode: str, depth: int, out: Tokens, troubles: list[Trouble]) -> None:
    """Put the rows of an environment in its place, if it is transparent."""
    inner = _transparent(token, at_start)
    if inner is None:
        out.append(token)
        return
    sort = ENVIRONMENTS[inner.text] if inner.kind == "env" else mode
    if sort == "display" and out and out[-1].kind != "break":
        out.append(Token("break", "\\\\", token.start, token.start))
    _flatten(inner.inside, sort, depth + 1, out, troubles)
    if sort == "display":
        out.append(Token("break", "\\\\", token.end, token.end))
    elif token.kind == "fence":
        out.append(Token("gap", "quad", token.end, token.end))  # what stands behind a system tells of it


def _transparent(token: Token, at_start: bool) -> Token | None:
    """The group whose content stands for the token."""
    if token.kind == "env":
        sort = ENVIRONMENTS.get(token.text)
        return token if sort in ("display", "align") or (sort == "system" and at_start) else None
    inside = [part for part in token.inside if part.kind != "gap"]
    if token.kind == "fence" and at_start and "." in token.text and set(token.text) & set("{}"):
        only = inside[0] if len(inside) == 1 else token
        return only if ENVIRONMENTS.get(only.text) in ("align", "system") else None
    if token.kind == "brace" and at_start and any(_is_statement_part(part) for part in inside):
        return token
    return None


def _is_statement_part(part: Token) -> bool:
    return part.kind in ("relation", "break") or (
        part.kind == "env" and ENVIRONMENTS.get(part.text) in ("display", "align")
    )


def _at_start(out: Tokens) -> bool:
    return not out or out[-1].kind in _STARTS


def _ampersand(
    tokens: Sequence[Token], i: int, column: int, mode: str, out: Tokens, troubles: list[Trouble]
) -> None:
    """Outside an alignment it is a mistake; between two expressions it separates statements."""
    token = tokens[i]
    if not mode:
        troubles.append(Trouble("stray-ampersand", "&", Span(token.start, token.end)))
    before = _kind(tokens, i - 1, -1)
    after = _kind(tokens, i + 1, 1)
    if before in ("", "break"):
        out.append(token)
        return
    joins = (
        before in _JOINING or after in _JOINING or not after or before in _ROW_EDGES or after in _ROW_EDGES
    )
    if joins or (mode in ("align", "display") and column % 2):
        return
    out.append(Token("gap", "quad", token.start, token.end))


def _kind(tokens: Sequence[Token], i: int, step: int) -> str:
    while 0 <= i < len(tokens) and tokens[i].kind == "gap" and tokens[i].text != "quad":
        i += step
    return tokens[i].kind if 0 <= i < len(tokens) else ""


# ---- row breaks ----------------------------------------------------------------------------------


def _joined(flat: Tokens) -> Tokens:
    """Drop the breaks between rows that are one expression, and the `&` that open rows."""
    out: Tokens = []
    related = False
    pending: Token | None = None
    for row in _rows(flat):
        ended = row.pop() if row and row[-1].kind == "break" else None
        if pending is not None and _continues(out, row, related):
            row = list(dropwhile(_is_edge, row))
        elif pending is not None:
            out.append(pending)
            related = False
        related = _related(row, related)
        out += [token for token in row if token.kind != "amp"]
        pending = ended
    return out if pending is None else [*out, pending]


def _rows(flat: Tokens) -> Iterator[Tokens]:
    """Stretches that end with a break."""
    row: Tokens = []
    for token in flat:
        row.append(token)
        if token.kind == "break":
            yield row
            row = []
    yield row


def _is_edge(token: Token) -> bool:
    return token.kind in ("gap", "amp")


def _related(row: Tokens, related: bool) -> bool:
    """Whether the last statement has a relation after `row`, if `related` says so before it."""
    for token in reversed(row):
        if token.kind == "relation":
            return True
        if token.kind in ("comma", "period", "arrow"):
            return False
    return related


def _continues(before: Tokens, row: Tokens, related: bool) -> bool:
    """Whether a row goes on with the expression that stands before it."""
    body = [token for token in row if not _is_edge(token)]
    if not before or not body or before[-1].kind in ("comma", "period", "break"):
        return False
    if before[-1].kind in ("infix", "slash"):
        return True
    if body[0].kind not in ("infix", "slash") or not related:
        return False
    own_relation = body[0].text in ("-", "+") and any(token.kind == "relation" for token in body)
    return not own_relation or row[0].kind == "amp"


# ---- arrows --------------------------------------------------------------------------------------


def _implications(flat: Tokens) -> Tokens:
    """The `\\to` of `a = b \\to c = d` stands between two statements."""
    if not any(_is_plain_arrow(token) for token in flat):
        return flat
    out: Tokens = []
    for i, token in enumerate(flat):
        if _is_plain_arrow(token) and _equates(reversed(flat[:i])) and _equates(flat[i + 1 :]):
            token = token._replace(kind="arrow", text="Rightarrow")
        out.append(token)
    return out


def _is_plain_arrow(token: Token) -> bool:
    return token.kind == "relation" and token.text == "to"


def _equates(tokens: Iterable[Token]) -> bool:
    """Whether an equality comes before anything that ends the statement or is another relation."""
    first = next((token for token in tokens if token.kind in _SEPARATING or token.kind == "relation"), None)
    return first is not None and first.kind == "relation" and first.text == "="


# ---- text ----------------------------------------------------------------------------------------


def _texts(flat: Tokens) -> Tokens:
    """A text between operands is a statement of its own; next to a relation or a script it is a quantity."""
    if not any(token.kind == "text" for token in flat):
        return flat
    return [token if token.kind != "text" else _text(flat, i) for i, token in enumerate(flat)]


def _text(flat: Tokens, i: int) -> Token:
    before = flat[i - 1] if i else None
    after = flat[i + 1] if i + 1 < len(flat) else None
    operand = (before is not None and before.kind in ("relation", "infix", "slash")) or (
        after is not None
        and (
            after.kind in ("relation", "script", "slash")
            or (after.kind == "infix" and after.text not in "+-")
        )
    )
    return flat[i] if operand else flat[i]._replace(kind="prose")
