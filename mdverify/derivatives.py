"""Fractions that are derivatives: which operand, by which variables, how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mdverify.syntax import Apply, Name, Node, Number, walk

DIFFERENTIATORS = frozenset({"partial", "d"})
INFIX_PRODUCTS = frozenset({"cdot", "times", "ast", "odot", "circ", "otimes"})
HELD_TOGETHER = INFIX_PRODUCTS | {"slash"}


@dataclass(frozen=True, slots=True)
class DerivativeParts:
    """`∂^k operand / ∂a ∂b^2`: operand None where the fraction is an operator; `partial` is False of `d`."""

    order: int
    operand: Node | None
    targets: tuple[tuple[Node, int], ...]
    partial: bool = True


def is_differentiator(node: Node) -> bool:
    return isinstance(node, Name) and node.text in DIFFERENTIATORS


def derivative_parts(node: Node) -> DerivativeParts | None:
    """A fraction read as a derivative, or None where it is an ordinary fraction."""
    if not (isinstance(node, Apply) and node.op in ("frac", "slash") and len(node.args) == 2):
        return None
    above, below = _factors(node.args[0]), _factors(_raised(node.args[1]))
    if not (below and is_differentiator(below[0]) and len(below) > 1):
        return None
    order = _order(above[0]) if above else 0
    if not order:
        return None
    targets = _targets(below, order)
    if targets is None:
        return None
    operand = _product(above[1:]) if len(above) > 1 else None
    return DerivativeParts(order, operand, targets, below[0] == Name("partial"))


def widened(first: Node, op: str, second: Node) -> Node | None:
    """`\\partial_x u + v` with the operator before the whole sum; None where a bracket ends it."""
    span = first.span.cover(second.span)
    match first:
        case Apply("big", (body, lower, upper), detail):
            inner = widened(body, op, second)
            return None if inner is None else Apply("big", (inner, lower, upper), detail, span)
        case Apply("+" | "-" as before, (left, right)):
            inner = widened(left, before, right)
            return None if inner is None else widened(inner, op, second)
        case Apply("juxt", args):
            at = next((i for i, arg in enumerate(args) if _is_operator(arg)), len(args))
            operand = _product(list(args[at + 1 :])) if at + 1 < len(args) else None
            if operand is None or (isinstance(operand, Apply) and operand.op == "fence"):
                return None
            whole = Apply(op, (operand, second), span=operand.span.cover(second.span))
            return Apply("juxt", (*args[: at + 1], whole), span=span)
    return None


def _is_operator(node: Node) -> bool:
    parts = derivative_parts(node)
    return parts is not None and parts.operand is None


def has_open_order(node: Apply) -> bool:
    """`\\frac{d^n}{dx^n}`: a derivative whose order is a letter."""
    above, below = _factors(node.args[0]), _factors(node.args[1])
    match above[0] if above else None:
        case Apply("sup", (Name(text), power)) if text in DIFFERENTIATORS and not isinstance(power, Number):
            return len(below) > 1 and is_differentiator(below[0])
    return False


def _raised(below: Node) -> Node:
    """`\\partial x` of a denominator that is written `\\partial_x`."""
    match below:
        case Apply("sub", (Name("partial") as sign, variable)):
            return Apply("juxt", (sign, variable), span=below.span)
    return below


def is_derivative(node: Node) -> bool:
    """Whether a derivative is written anywhere in an expression."""
    return any(derivative_parts(part) is not None for part in walk(node))


def _factors(node: Node) -> list[Node]:
    """The factors; `d A^T \\cdot X` is d before the whole of `A^T \\cdot X`, `d 1/s` before `1/s`."""
    match node:
        case Apply("fence", (Apply() as body,), "()"):
            inner = _factors(body)
            return inner if inner and _order(inner[0]) else [node]
        case Apply("juxt", args):
            return list(args)
        case Apply(op, (left, right), detail) if op in HELD_TOGETHER:
            first, *rest = _factors(left)
            if _order(first) and rest and not (op == "slash" and _order(_factors(right)[0])):
                whole = _product(rest)
                return [first, Apply(op, (whole, right), detail, whole.span.cover(right.span))]
    return [node]


def _order(node: Node) -> int:
    match node:
        case Name(text) if text in DIFFERENTIATORS:
            return 1
        case Apply("sup", (Name(text), Number(power))) if text in DIFFERENTIATORS and power.isdigit():
            return min(int(power), 9)
        case _:
            return 0


def _targets(below: list[Node], order: int) -> tuple[tuple[Node, int], ...] | None:
    """The variables of `∂x`, `∂x∂y`, `∂x^2`, `∂x ∂x^T`, and of the sloppy `∂x_1 x_2`."""
    groups: list[list[Node]] = []
    for factor in below:
        if is_differentiator(factor):
            groups.append([])
        elif groups:
            groups[-1].append(factor)
    if not groups or any(not group for group in groups):
        return None
    whole = len(groups) > 1 or order == 1
    found = [item for group in groups for item in ([_product(group)] if whole else group)]
    if order == 1 and len(found) == 1:
        return ((found[0], 1),)
    counted = [_with_power(node) for node in found]
    if sum(count for _, count in counted) == order:
        return tuple(counted)
    return tuple((node, 1) for node in found) if len(found) == order else None


def _with_power(node: Node) -> tuple[Node, int]:
    match node:
        case Apply("sup", (body, Number(power))) if power.isdigit():
            return body, int(power)
        case _:
            return node, 1


def _product(nodes: Sequence[Node]) -> Node:
    """Factors as one node; a single factor is itself."""
    if len(nodes) == 1:
        return nodes[0]
    return Apply("juxt", tuple(nodes), span=nodes[0].span.cover(nodes[-1].span))
