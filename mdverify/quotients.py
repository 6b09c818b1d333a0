"""Quotients written loosely: `\\frac{\\partial wx + b}{\\partial w}`, `\\frac{\\partial a}{a\\partial z}`."""

from __future__ import annotations

import re
from functools import partial

from mdverify.derivatives import is_differentiator
from mdverify.syntax import Apply, Formula, Node, Number, rebuilt, walk

_D = r"\s*(?:\\partial|\\mathrm\s*\{?d|d)(?![A-Za-z]{2})"
_GROUPS = r"(?:[^{}]|\{[^{}]*\})*?"
_LOOSE = re.compile(rf"frac\s*\{{{_D}{_GROUPS}[-+]|\}}\s*\{{(?!{_D}){_GROUPS}\\(?:partial|mathrm\s*\{{?d)")


def with_quotients(formula: Formula, tex: str) -> Formula:
    """A formula with what is differentiated in brackets, and what a derivative is divided by before it."""
    return formula.with_sides(partial(rebuilt, change=_tidied)) if _LOOSE.search(tex) else formula


def _tidied(whole: Apply) -> Node:
    match whole:
        case Apply("frac", (above, Apply("juxt", factors) as below)) if any(map(is_differentiator, factors)):
            above = _bracketed(above)
            if is_differentiator(factors[0]):
                return Apply("frac", (above, below), span=whole.span)
            return _divided(above, factors, whole) if _differentiates(above) else whole
    return whole


def _bracketed(above: Node) -> Node:
    """`\\partial (wx + b)` of `\\partial wx + b`: a sum in which nothing else is differentiated."""
    match above:
        case Apply("+" | "-" as op, (left, right), detail):
            match _bracketed(left):
                case Apply("juxt", (sign, Apply("fence", (inner,), "()"))) if not _is_written(left):
                    terms = inner
                case Apply("juxt", (sign, *rest)):
                    terms = rest[0] if len(rest) == 1 else Apply("juxt", tuple(rest), span=left.span)
                case _:
                    return above
            if not is_differentiator(sign) or any(map(is_differentiator, walk(right))):
                return above
            total = Apply(op, (terms, right), detail, terms.span.cover(right.span))
            return Apply("juxt", (sign, Apply("fence", (total,), "()", total.span)), span=above.span)
    return above


def _is_written(node: Node) -> bool:
    """Whether a product was there before: its bracket is one of the author's."""
    return isinstance(node, Apply) and node.op == "juxt"


def _differentiates(above: Node) -> bool:
    return isinstance(above, Apply) and above.op == "juxt" and is_differentiator(above.args[0])


def _divided(above: Node, factors: tuple[Node, ...], whole: Apply) -> Node:
    """`\\frac{1}{a} \\frac{\\partial a}{\\partial z}`."""
    at = next(at for at, factor in enumerate(factors) if is_differentiator(factor))
    before, rest = factors[:at], factors[at:]
    divisor = before[0] if at == 1 else Apply("juxt", before, span=before[0].span.cover(before[-1].span))
    below = Apply("juxt", rest, span=rest[0].span.cover(rest[-1].span))
    one = Apply("frac", (Number("1", span=divisor.span), divisor), span=divisor.span)
    return Apply("juxt", (one, Apply("frac", (above, below), span=whole.span)), span=whole.span)
