"""What is one thing here and another there: `\\begin{cases} x & x > 0 \\\\ 0 & x < 0 \\end{cases}`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mdverify.braced import CASES, CONDITIONS, is_if, is_rest, is_word
from mdverify.indices import index_term
from mdverify.messages import message
from mdverify.reading import Reading, Stuck
from mdverify.shapes import SCALAR
from mdverify.show import show
from mdverify.syntax import Apply, Name, Node, Number, is_none, walk
from mdverify.terms import Term, is_zero


def is_piecewise(node: Node) -> bool:
    """Whether every row of a brace is a value with its condition, and no equation."""
    if not isinstance(node, Apply) or node.op != "matrix" or node.detail.rstrip("*") not in CASES:
        return False
    rows = [row.args for row in node.args if isinstance(row, Apply) and not all(map(is_none, row.args))]
    return len(rows) > 1 and all(
        len(row) == 2 and not (isinstance(row[0], Apply) and row[0].op == "rel") for row in rows
    )


class _Case(NamedTuple):
    """1 where a condition holds; `gaps` are the differences of numbers it compares."""

    holds: Term
    gaps: tuple[Term, ...]

    def seen(self) -> Term:
        if not self.gaps:
            return self.holds
        return Term("seen", (self.holds, _folded("add", self.gaps)), None, SCALAR, self.holds.span)


def piecewise(reading: Reading, node: Apply) -> Term:
    """The sum of the values, each times 1 where its condition holds and times 0 elsewhere."""
    rows = [row.args for row in node.args if isinstance(row, Apply) and not all(map(is_none, row.args))]
    cases: list[_Case] = []
    for _, condition in rows:
        last = len(cases) == len(rows) - 1
        cases.append(_rest(cases, condition) if last and is_rest(condition) else _case(reading, condition))
    values = [reading.term(value) for value, _ in rows]
    weighed = [
        reading.apply("mul", case.seen(), value, span=value.span)
        for case, value in zip(cases, values, strict=True)
        if not is_zero(value)
    ]
    if not weighed:
        return values[0]
    total = weighed[0]
    for one in weighed[1:]:
        total = reading.apply("add", total, one, span=node.span)
    return total


def _rest(cases: Sequence[_Case], condition: Node) -> _Case:
    one = Term("num", (), 1.0, SCALAR, condition.span)
    rest = _folded("sub", (one, *(case.holds for case in cases)))
    return _Case(rest, tuple(gap for case in cases for gap in case.gaps))


def _folded(op: str, terms: Sequence[Term]) -> Term:
    """Numbers put together from the left."""
    result = terms[0]
    for term in terms[1:]:
        result = Term(op, (result, term), None, SCALAR, term.span)
    return result


def _case(reading: Reading, condition: Node) -> _Case:
    """A condition, or a chain of them: all have to hold."""
    match condition:
        case Apply("rel", sides, signs) if set(signs.split()) <= CONDITIONS:
            spelled = (_without_if(sides[0], condition), *sides[1:])
        case _:
            raise Stuck(message("no-meaning", text=show(condition)), condition.span)
    links = [
        _link(reading, left, sign, right)
        for left, sign, right in zip(spelled, signs.split(), spelled[1:], strict=False)
    ]
    holds = _folded("mul", [link.holds for link in links])
    return _Case(holds, tuple(gap for link in links for gap in link.gaps))


def _without_if(side: Node, condition: Node) -> Node:
    """The left side of a condition without the `if` before it."""
    if not isinstance(side, Apply) or not side.args:
        return side
    first, *rest = side.args
    if side.op == "juxt" and is_word(first):
        if not is_if(first):
            raise Stuck(message("no-meaning", text=show(condition)), condition.span)
        return rest[0] if len(rest) == 1 else Apply("juxt", tuple(rest), side.detail, side.span)
    return Apply(side.op, (_without_if(first, condition), *rest), side.detail, side.span)


def _link(reading: Reading, left: Node, sign: str, right: Node) -> _Case:
    span = left.span.cover(right.span)
    one = Term("num", (), 1.0, SCALAR, span)
    by_index = _is_index(reading, left) and _is_index(reading, right)
    a, b = ((index_term if by_index else Reading.term)(reading, side) for side in (left, right))
    if not (reading.is_scalar(a) and reading.is_scalar(b)):
        raise Stuck(message("no-meaning", text=f"{show(left)}, {show(right)}"), span)
    over, under = (Term("above", pair, None, SCALAR, span) for pair in ((a, b), (b, a)))
    same = Term("delta", (a, b), None, SCALAR, span) if by_index else _folded("sub", (one, over, under))
    found = {"=": same, "ne": same, ">": over, "le": over, "<": under, "ge": under}[sign]
    holds = found if sign in ("=", "<", ">") else _folded("sub", (one, found))
    return _Case(holds, () if by_index else (_folded("sub", (a, b)),))


def _is_index(reading: Reading, side: Node) -> bool:
    """Whether one side of a condition is about indices: letters that count, and numbers."""
    derivation = reading.derivation
    letters = [part for part in walk(side) if isinstance(part, Name)]
    plain = all(isinstance(part, Name | Number | Apply) for part in walk(side))
    return plain and all(
        one.text in reading.index
        or one.text in derivation.sizes
        or (one.text in derivation.naming.index_letters and reading.life(one.text) is None)
        for one in letters
    )
