"""A plain 1 that is transposed somewhere is the vector of ones: `1^T x`, and so the 1 of `A 1`."""

from __future__ import annotations

from mdverify.syntax import Apply, Formula, Name, Node, Number, walk

TRANSPOSED = frozenset({"T", "top"})


def with_ones(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with a bold 1 where a plain one is transposed, or multiplies from the right."""
    sides = (side for formula in formulas for one in formula.statements for side in one.sides)
    if not any(_is_turned_one(part) for side in sides for part in walk(side)):
        return formulas
    return tuple(formula.with_sides(_bold) for formula in formulas)


def _is_turned_one(node: Node) -> bool:
    match node:
        case Apply("sup", (Number("1" | "11"), Name(sign))):
            return sign in TRANSPOSED
    return False


def _bold(node: Node) -> Node:
    if not isinstance(node, Apply):
        return node
    if _is_turned_one(node):
        one = Name("1", "bf", node.args[0].span)
        turned = Apply("sup", (one, node.args[1]), span=node.span)
        return Apply("juxt", (one, turned), span=node.span) if node.args[0] == Number("11") else turned
    plain = len(node.args) if node.op not in ("sub", "sup", "big") else 1
    args = (*map(_bold, node.args[:plain]), *node.args[plain:])
    if node.op == "juxt":
        near = zip((None, *args), args, (*args[1:], None), strict=False)
        args = tuple(_ones(one) if _is_factor(before, after) else one for before, one, after in near)
    return node if args == node.args else Apply(node.op, args, node.detail, node.span)


def _is_factor(before: Node | None, after: Node | None) -> bool:
    """Whether a 1 between these multiplies as a vector: behind no number, or before its own transpose."""
    match after:
        case Apply("sup", (Name("1", "bf"), _)) if before is None:
            return True
    return before is not None and not isinstance(before, Number)


def _ones(node: Node) -> Node:
    match node:
        case Number("1"):
            return Name("1", "bf", node.span)
    return node
