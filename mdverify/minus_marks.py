"""`P^{-T}` beside `P^-`: the transpose of what bears a minus as its mark, such as what is known before.

Where nothing bears such a mark, or the head is inverted as well, it is the transpose of an inverse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from mdverify.symbols import occurrence
from mdverify.syntax import MINUS_ONE, Apply, Formula, Name, Node, rebuilt, statements, walk

MARK = Name("-")


def with_minus_marks(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with `P^{-T}` as `(P^-)^T` for heads that are marked so and never inverted."""
    raised = [*_raised(formulas)]
    marked = {head for head, script in raised if script == MARK}
    marked -= {head for head, script in raised if script == MINUS_ONE}
    if not marked:
        return formulas
    change = partial(_turned, marked=frozenset(marked))
    return tuple(formula.with_sides(partial(rebuilt, change=change)) for formula in formulas)


def _raised(formulas: tuple[Formula, ...]) -> Iterator[tuple[str, Node]]:
    """The heads with a superscript, and what that is."""
    for side in (side for one in statements(formulas) for side in one.sides):
        for part in walk(side):
            match part:
                case Apply("sup", (base, script)) if head := _head(base):
                    yield head, script


def _head(base: Node) -> str:
    seen = occurrence(base)
    return seen.head if seen is not None else ""


def _turned(node: Apply, marked: frozenset[str]) -> Node:
    """`P^{-T}` with the mark below the transpose."""
    match node:
        case Apply("sup", (base, Apply("neg", (Name("T" | "top") as sign,)) as script)):
            if _head(base) in marked:
                whole = Apply("sup", (base, replace(MARK, span=script.span)), "", node.span)
                return replace(node, args=(whole, sign))
    return node
