"""Flat tokens to nested groups.

Braces, `\\left … \\right` and `\\begin … \\end` are hard: a bracket opened inside one ends with it. Round,
square and curly brackets and their relatives are soft: they pair up within a hard group, also as half-open
intervals, and one without a partner is reported and becomes a `bad` token in place.

What only shows when a group is complete is settled here too: which bars open and which close, blanks that
separate entries, signs set over signs. Runs in linear time and without recursion.
"""

from __future__ import annotations

from bisect import insort
from typing import NamedTuple

from mdverify.lexer import Token, Tokens
from mdverify.source import Span
from mdverify.syntax import Trouble
from mdverify.vocabulary import COUNTERPART, STACKED_SIGNS

FARTHEST = 64
"""How many open brackets a closing one may skip on the search for its partner."""

LONGEST_INTERVAL = 80
"""Tokens in a half-open interval."""

_OPERANDS = frozenset(
    [
        "number",
        "letter",
        "name",
        "upright",
        "bold-name",
        "brace",
        "fence",
        "env",
        "prime",
        "factorial",
        "dots",
        "text",
        "bad",
        "unknown",
    ]
)
_UNTIDY = frozenset(("bar", "gap", "stack", "sign-with-text"))
_ROW_KINDS = frozenset(("amp", "break"))
_HARD = {"lbrace": "rbrace", "left": "right", "begin": "end"}
_CLOSES = {"rbrace": "lbrace", "right": "left", "end": "begin"}
_KIND = {"lbrace": "brace", "left": "fence", "open": "fence", "begin": "env"}
_BARS = ("|", "‖")
_MISMATCHED = {"(": "]", "[": ")"}
_EDGES = {
    -1: frozenset(("", "infix", "relation", "lbrace", "left", "open", "begin")),
    1: frozenset(("", "infix", "relation", "rbrace", "right", "close", "end")),
}
"""What a bar has before it where it opens, and after it where it closes."""
_UNWRAPPED = frozenset(("function", "big"))
_BEFORE = frozenset(("lbrace", "open", "left", "relation", "infix", "comma", "gap", "amp", "break"))


class Grouped(NamedTuple):
    tokens: Tokens
    troubles: list[Trouble]


class _Nest:
    """The tokens so far, with the places of the openers that still wait for a partner."""

    __slots__ = ("hard", "open", "out", "text", "troubles", "untidy")

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: Tokens = []
        self.open: list[int] = []
        self.hard: list[int] = []
        self.untidy: list[int] = []
        self.troubles: list[Trouble] = []

    def blame(self, at: int, kind: str) -> None:
        token = self.out[at]
        brace = token.kind in ("lbrace", "rbrace")
        written = self.text[token.start : token.end]
        self.troubles.append(Trouble("stray-brace" if brace else kind, written, Span(token.start, token.end)))
        self.out[at] = Token("bad", "stray brace" if brace else f"{kind} bracket", token.start, token.end)

    def stray(self, token: Token) -> None:
        self.out.append(token)
        self.blame(len(self.out) - 1, "unopened")

    def drop_open(self, depth: int) -> None:
        """Give up on the openers above `depth`; a bar among them, as in `p(y \\lvert x)`, is one between."""
        for at in self.open[depth:]:
            if self.out[at].text in _BARS:
                self.out[at] = self.out[at]._replace(kind="bar")
                insort(self.untidy, at)
            else:
                self.blame(at, "unclosed")
        del self.open[depth:]
        while self.hard and self.hard[-1] >= depth:
            self.hard.pop()

    def close(self, depth: int, closer: Token) -> None:
        """Make one group of what stands between the opener at `depth` and the closer."""
        self.drop_open(depth + 1)
        at = self.open[depth]
        opener = self.out[at]
        del self.open[depth:]
        if self.hard and self.hard[-1] == depth:
            self.hard.pop()
        inside = self.out[at + 1 :]
        if self.untidy and self.untidy[-1] > at:
            inside = self.tidy(inside, opener)
        while self.untidy and self.untidy[-1] > at:
            self.untidy.pop()
        loose = (
            opener.kind == "lbrace" and _ends_open(inside) and (at == 0 or self.out[at - 1].kind in _BEFORE)
        )
        if loose:
            self.out[at:] = [inside[0]._replace(start=opener.start), *inside[1:]]
        else:
            self.out[at:] = [_group(opener, inside, closer)]

    def tidy(self, inside: Tokens, opener: Token) -> Tokens:
        rows = opener.kind not in ("open", "left")
        inside = _signs(_bars(inside, self))
        return _gaps(_conditions(inside) if opener.text in _CASES else inside, rows)


def group(tokens: Tokens, text: str) -> Grouped:
    nest = _Nest(text)
    for token in _with_bars(tokens):
        kind = token.kind
        if kind in _KIND:
            if kind in _HARD:
                nest.hard.append(len(nest.open))
            nest.open.append(len(nest.out))
            nest.out.append(token)
        elif kind in _CLOSES:
            _close_hard(nest, token)
        elif kind == "close":
            _close_soft(nest, token)
        else:
            if kind in _UNTIDY or (kind in _ROW_KINDS and nest.open):
                nest.untidy.append(len(nest.out))
            nest.out.append(token)
    nest.drop_open(0)
    top = _signs(_bars(nest.out, nest)) if nest.untidy else nest.out
    return Grouped(top, nest.troubles)


def _with_bars(tokens: Tokens) -> Tokens:
    """`\\mid A \\mid` is `|A|` where nothing stands before or after it: `|` makes tables on some pages."""
    signs = [i for i, token in enumerate(tokens) if token.kind == "comma" and token.text == "|"]
    if len(signs) < 2:
        return tokens
    out = list(tokens)
    waiting: dict[tuple[int, ...], int] = {}
    groups = [0]
    for i, token in enumerate(tokens):
        if token.kind in _KIND:
            groups.append(i)
        elif (token.kind in _CLOSES or token.kind == "close") and len(groups) > 1:
            groups.pop()
        elif token.kind == "comma" and token.text == "|":
            first = waiting.pop(tuple(groups), None)
            if first is None or first == i - 1 or not (_is_edge(tokens, first, -1) or _is_edge(tokens, i, 1)):
                waiting[tuple(groups)] = i
                continue
            for at in (first, i):
                out[at] = Token("bar", "|", tokens[at].start, tokens[at].end)
    return out


def _is_edge(tokens: Tokens, i: int, step: int) -> bool:
    """Whether nothing stands next to a sign on one side."""
    beside = tokens[i + step].kind if 0 <= i + step < len(tokens) else ""
    return beside in _EDGES[step]


def _ends_open(inside: Tokens) -> bool:
    """Whether a sum sign ends a group in braces: `{\\frac{1}{n}\\sum_i} x_i` sums what stands behind it."""
    end = len(inside)
    while end > 2 and inside[end - 2].kind == "script":
        end -= 2
    return end > 1 and inside[end - 1].kind == "big"


def _group(opener: Token, inside: Tokens, closer: Token) -> Token:
    kind = _KIND[opener.kind]
    if kind == "brace" and len(inside) == 1 and inside[0].kind in _UNWRAPPED:
        return inside[0]
    text = opener.text + closer.text if kind == "fence" else opener.text
    return Token(kind, text, opener.start, closer.end, tuple(inside))


def _close_hard(nest: _Nest, closer: Token) -> None:
    """Pair with the nearest opener of the same sort; for an environment the same name comes first."""
    wanted = _CLOSES[closer.kind]
    nearest = -1
    for depth in reversed(nest.hard[-FARTHEST:]):
        opener = nest.out[nest.open[depth]]
        if opener.kind != wanted:
            continue
        if wanted != "begin" or opener.text == closer.text:
            return nest.close(depth, closer)
        nearest = depth if nearest < 0 else nearest
    if nearest >= 0:
        return nest.close(nearest, closer)
    nest.stray(closer)


def _close_soft(nest: _Nest, closer: Token) -> None:
    for depth in range(len(nest.open) - 1, max(-1, len(nest.open) - FARTHEST), -1):
        opener = nest.out[nest.open[depth]]
        if opener.kind != "open":
            break
        matches = COUNTERPART.get(opener.text) == closer.text
        if matches or _is_interval(nest, depth, closer):
            return nest.close(depth, closer)
    if closer.text in _BARS:
        nest.untidy.append(len(nest.out))
        nest.out.append(Token("bar", closer.text, closer.start, closer.end))
    else:
        nest.stray(closer)


def _is_interval(nest: _Nest, depth: int, closer: Token) -> bool:
    """`(0, 1]`: the innermost open bracket, another shape, two items."""
    at = nest.open[depth]
    if len(nest.out) - at > LONGEST_INTERVAL:
        return False
    if depth != len(nest.open) - 1 or _MISMATCHED.get(nest.out[at].text) != closer.text:
        return False
    return [token.text for token in nest.out[at + 1 :] if token.kind in ("comma", "amp", "break")] == [","]


# ---- bars ----------------------------------------------------------------------------------------


def _bars(inside: Tokens, nest: _Nest) -> Tokens:
    """Settle which bars open, close, stand between (`p(x|y)`) or evaluate (`f|_{x=0}`)."""
    if not any(token.kind == "bar" for token in inside):
        return inside
    for part_ends in (_ends(inside), []):
        out, failed = _settle_parts(inside, part_ends)
        if not failed:
            return out
    out, failed = _settle(_single(inside))
    return out if not failed else _blame_bars(_settle(inside)[0], nest)


def _settle_parts(inside: Tokens, ends: list[int]) -> tuple[Tokens, bool]:
    out: Tokens = []
    start = 0
    failed = False
    for end in [*ends, len(inside)]:
        part, unmatched = _settle(inside[start:end])
        out += part + inside[end : end + 1]
        failed = failed or unmatched
        start = end + 1
    return out, failed


def _single(inside: Tokens) -> Tokens:
    """`||x|-|y||`: double bars as two single ones."""
    out: Tokens = []
    for token in inside:
        if token.kind == "bar" and token.text == "‖" and token.end - token.start == 2:
            middle = token.start + 1
            out += [Token("bar", "|", token.start, middle), Token("bar", "|", middle, token.end)]
        else:
            out.append(token)
    return out


def _ends(inside: Tokens) -> list[int]:
    """Bars do not reach over a comma, a cell or a row, if it can be helped."""
    return [i for i, token in enumerate(inside) if token.kind in ("comma", "amp", "break", "period", "gap")]


def _settle(part: Tokens) -> tuple[Tokens, bool]:
    out: Tokens = []
    open_at: list[int] = []
    left = sum(token.kind == "bar" for token in part)
    complete = False
    for i, token in enumerate(part):
        if token.kind != "bar":
            placeholder = token.kind == "infix" and bool(open_at) and open_at[-1] == len(out) - 1
            placeholder = placeholder or (i > 0 and part[i - 1].kind == "script")
            complete = token.kind in _OPERANDS or (token.kind == "gap" and complete) or placeholder
            out.append(token)
            continue
        left -= 1
        after = part[i + 1].text if i + 1 < len(part) and part[i + 1].kind == "script" else ""
        complete = _place_bar(token, complete, left, after, out, open_at)
    return out, bool(open_at)


def _place_bar(token: Token, complete: bool, left: int, after: str, out: Tokens, open_at: list[int]) -> bool:
    """Put one bar where it belongs; true if an operand is complete after it."""
    waiting = out[open_at[-1]].text if open_at else ""
    if complete and waiting == token.text:
        _fold(out, open_at, token)
        return True
    if complete and waiting == "|" and token.text == "‖" and token.end - token.start == 2:
        _fold(out, open_at, token)
        open_at.append(len(out))
        out.append(Token("bar", "|", token.end - 1, token.end))
        return False
    if complete and not waiting and after == "_":
        out.append(Token("at", token.text, token.start, token.end))
        return False
    if complete and left % 2 == 0:
        out.append(Token("comma", "|", token.start, token.end))
        return False
    open_at.append(len(out))
    out.append(token)
    return False


def _fold(out: Tokens, open_at: list[int], closer: Token) -> None:
    at = open_at.pop()
    opener = out[at]
    out[at:] = [Token("fence", opener.text * 2, opener.start, closer.end, tuple(out[at + 1 :]))]


def _blame_bars(inside: Tokens, nest: _Nest) -> Tokens:
    for i, token in enumerate(inside):
        if token.kind == "bar":
            written = nest.text[token.start : token.end]
            nest.troubles.append(Trouble("unclosed", written, Span(token.start, token.end)))
            inside[i] = Token("bad", "unclosed bracket", token.start, token.end)
    return inside


# ---- signs over signs ----------------------------------------------------------------------------


def _signs(inside: Tokens) -> Tokens:
    """`\\overset{?}{=}` is a relation, `\\underset{x}{\\max}` an operator with a limit."""
    if not any(token.kind in ("stack", "sign-with-text") for token in inside):
        return inside
    out: Tokens = []
    at = 0
    while at < len(inside):
        made = _stacked(inside, at)
        out += made or inside[at : at + 1]
        at += 3 if made and inside[at].kind == "stack" else 2 if made else 1
    return out


def _stacked(inside: Tokens, at: int) -> Tokens:
    token = inside[at]
    if token.kind == "sign-with-text":
        end = inside[at + 1].end if at + 1 < len(inside) else token.end
        return [Token("relation", token.text, token.start, end)]
    if token.kind != "stack" or at + 2 >= len(inside):
        return []
    over, base = inside[at + 1], inside[at + 2]
    if base.kind == "brace" and len(base.inside) == 1:
        base = base.inside[0]
    if base.kind in ("relation", "arrow"):
        sign = _sign_over(over) if base.text == "=" else base.text
        return [Token("relation", sign, token.start, inside[at + 2].end)]
    if base.kind == "big":
        script = Token("script", "_" if token.text == "underset" else "^", token.start, token.start)
        return [base._replace(start=token.start), script, over]
    return []


def _sign_over(over: Token) -> str:
    label = "".join(token.text for token in over.inside or (over,))
    return STACKED_SIGNS.get(label, "=")


# ---- blanks between entries ----------------------------------------------------------------------


_CASES = frozenset({"cases", "dcases"})


def _conditions(inside: Tokens) -> Tokens:
    """Cases whose rows have a wide blank before the condition in place of an `&`."""
    if any(token.kind == "amp" for token in inside):
        return inside
    return [token._replace(kind="amp") if token[:2] == ("gap", "quad") else token for token in inside]


def _gaps(inside: Tokens, rows: bool) -> Tokens:
    """Blanks mean nothing inside a group, unless they separate entries around dots: `[x_1\\ \\cdots\\ x_n]`.

    Row breaks and `&` mean nothing inside brackets.
    """
    out: Tokens = []
    cell: Tokens = []
    for token in inside:
        if token.kind not in _ROW_KINDS:
            cell.append(token)
        elif rows:
            out += [*_entries(cell), token]
            cell = []
    return out + _entries(cell)


_JOINING = frozenset(("comma", "infix", "relation", "slash"))


def _entries(cell: Tokens) -> Tokens:
    kinds = {token.kind for token in cell}
    if "gap" not in kinds:
        return cell
    separate = "dots" in kinds and not kinds & _JOINING
    out: Tokens = []
    for token in cell:
        if token.kind != "gap":
            out.append(token)
        elif separate and out and out[-1].kind != "comma":
            out.append(Token("comma", ",", token.start, token.end))
    return out
