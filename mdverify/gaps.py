"""Sums whose dots lost their signs: `a_1 + a_2 \\ldots a_n`."""

from __future__ import annotations

from functools import partial

from mdverify.ellipsis import is_dots, run
from mdverify.syntax import Apply, Formula, Node, rebuilt


def with_signs(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with a plus on both sides of such dots, where two terms before them begin the pattern."""
    return tuple(formula.with_sides(partial(rebuilt, change=_signed)) for formula in formulas)


def _signed(whole: Apply) -> Node:
    match whole:
        case Apply("+", (before, Apply("juxt", factors))) if any(map(is_dots, factors)):
            return _parted(before, factors, whole)
    return whole


def _parted(before: Node, factors: tuple[Node, ...], whole: Apply) -> Node:
    """The sum with three terms in place of a product around dots, unless it is a product indeed."""
    at = next(at for at, factor in enumerate(factors) if is_dots(factor))
    if at == 0 or at + 1 == len(factors):
        return whole
    terms = [*_terms(before), _product(factors[:at]), factors[at], _product(factors[at + 1 :])]
    found = run(terms)
    if found is None or len(found.before) > len(terms) - 4:
        return whole
    total = before
    for term in terms[-3:]:
        total = Apply("+", (total, term), span=total.span.cover(term.span))
    return total


def _terms(node: Node) -> list[Node]:
    match node:
        case Apply("+", (a, b)):
            return [*_terms(a), b]
    return [node]


def _product(factors: tuple[Node, ...]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Apply("juxt", factors, span=factors[0].span.cover(factors[-1].span))
