"""`\\delta x` and `\\Delta X` as one name.

Where a note writes δ or Δ (almost) only directly before a letter, the two are one symbol (an increment, a
gradient by another name), not a product. The tree then holds them like an accent.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from mdverify.symbols import INCREMENTS, occurrence
from mdverify.syntax import Apply, Formula, Name, Node, walk, with_factors

SELDOM = 8  # times as often before a name as alone


def with_increments(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with increments joined, for each sign that stands alone nowhere or almost nowhere."""
    nodes = [_nodes(formula) for formula in formulas]
    counts = {sign: [_counted(sign, row) for row in nodes] for sign in sorted(INCREMENTS)}
    signs = frozenset(sign for sign, found in counts.items() if _only_before_names(found))
    if not signs:
        return formulas
    return tuple(
        formula.with_sides(partial(with_factors, change=partial(merged, signs=here)))
        for number, formula in enumerate(formulas)
        for here in [frozenset(sign for sign in signs if counts[sign][number].alone == 0)]
    )


class _Count(NamedTuple):
    """How often a sign stands before a name in a formula, and how often it does not."""

    joined: int
    alone: int


def _nodes(formula: Formula) -> list[Node]:
    return [node for one in formula.statements for side in one.sides for node in walk(side)]


def _counted(sign: str, nodes: list[Node]) -> _Count:
    joined = sum(_pairs(node, sign) for node in nodes)
    return _Count(joined, sum(isinstance(node, Name) and node.text == sign for node in nodes) - joined)


def _only_before_names(counts: list[_Count]) -> bool:
    """Whether all but a few of the signs stand before names; where one does not, it may be a letter."""
    alone = sum(count.alone for count in counts)
    return sum(count.joined for count in counts) > SELDOM * alone


def _pairs(node: Node, sign: str) -> int:
    if not (isinstance(node, Apply) and node.op == "juxt"):
        return 0
    return sum(_joins(a, b, sign) for a, b in zip(node.args, node.args[1:], strict=False))


def _joins(head: Node, after: Node, sign: str) -> bool:
    return isinstance(head, Name) and head.text == sign and _core(after) is not None


def _core(node: Node) -> Node | None:
    """The name at the front of what follows: X of `X^{-1}`, `x_i` of `x_i`."""
    if occurrence(node) is not None:
        return node
    if isinstance(node, Apply) and node.op in ("sup", "prime"):
        return _core(node.args[0])
    return None


def merged(factors: list[Node], signs: frozenset[str]) -> list[Node]:
    """The factors with every one of the signs on the name after it."""
    found: list[Node] = []
    at = 0
    while at < len(factors):
        head = factors[at]
        if (
            isinstance(head, Name)
            and head.text in signs
            and at + 1 < len(factors)
            and _core(factors[at + 1]) is not None
        ):
            found.append(_accented(head, factors[at + 1]))
            at += 2
        else:
            found.append(head)
            at += 1
    return found


def _accented(sign: Name, node: Node) -> Node:
    """The sign moved onto the name, inside powers: `ΔX^T` is `(ΔX)^T`."""
    span = sign.span.cover(node.span)
    if occurrence(node) is None and isinstance(node, Apply):
        return Apply(node.op, (_accented(sign, node.args[0]), *node.args[1:]), node.detail, span)
    return Apply("accent", (node,), sign.text, span)
