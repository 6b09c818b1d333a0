"""Quantities named after the formula that contains them: `f = (x^2 + 1)^3`, and `u = x^2 + 1` for `df/du`.

A definition that does not know the name of what a step differentiates by is read with that name in
the place of the expression it stands for.
"""

from __future__ import annotations

from dataclasses import replace

from mdverify.definitions import Defined
from mdverify.reading import Reading
from mdverify.symbols import mentions
from mdverify.syntax import Apply, Name, Node

Bound = dict[str, Node]  # what stands for the formal indices of a name


def retold(reading: Reading, definition: Defined) -> Node:
    """The body of a definition in the quantities the step differentiates by, where they name parts of it."""
    body = spoken(reading, definition)
    for key in sorted(reading.targets - {definition.key}):
        part = _part(reading, key, definition)
        head = _written(reading, part) if part is not None else None
        if part is not None and head is not None:
            body = _renamed(body, part, head)
    return body


def spoken(reading: Reading, definition: Defined) -> Node:
    """The body of a definition, or a further expression of its chain, which another life may not have."""
    further = int(reading.asked("concluded", definition.key) or 0) if definition.others else 0
    return definition.others[further - 1] if 0 < further <= len(definition.others) else definition.body


def _part(reading: Reading, key: str, definition: Defined) -> Defined | None:
    """The formula of what a step differentiates by, if a definition of the same section may contain it."""
    derivation = reading.derivation
    life = derivation.life(key, reading.origin)
    part = life.definition if life is not None else None
    if part is None or part.params or part.power is not None or any(part.shifts):
        return None
    if not isinstance(part.body, Apply) or mentions(definition.body, key, derivation.naming):
        return None
    apart = derivation.distance(part.position, definition.position) > 0
    apart = apart and derivation.distance(definition.position, part.position) > 0
    return None if apart or mentions(part.body, key, derivation.naming) else part


def _written(reading: Reading, part: Defined) -> Node | None:
    """The name as its definition writes it."""
    return next((site.lhs for site in reading.derivation.sites if site.defines is part), None)


def _renamed(node: Node, part: Defined, head: Node) -> Node:
    """An expression with a name wherever it has what the name stands for."""
    bound: Bound = {}
    if _is_like(part.body, node, part.indices, bound):
        return _with_indices(head, bound, node)
    if not isinstance(node, Apply):
        return node
    args = node.args
    if node.op == "juxt" and isinstance(part.body, Apply) and part.body.op == "juxt":
        args = _among_factors(args, part, head)
    changed = tuple(_renamed(arg, part, head) for arg in args)
    return replace(node, args=changed) if changed != node.args else node


def _among_factors(factors: tuple[Node, ...], part: Defined, head: Node) -> tuple[Node, ...]:
    """The factors of a longer product, those that make up the named one replaced."""
    assert isinstance(part.body, Apply)
    count = len(part.body.args)
    for at in range(len(factors) - count + 1):
        product = Apply(
            "juxt", factors[at : at + count], span=factors[at].span.cover(factors[at + count - 1].span)
        )
        bound: Bound = {}
        if _is_like(part.body, product, part.indices, bound):
            return (*factors[:at], _with_indices(head, bound, product), *factors[at + count :])
    return factors


def _is_like(pattern: Node, node: Node, formal: tuple[str, ...], bound: Bound) -> bool:
    """Whether a node is written like a pattern, anything in the place of its formal indices."""
    if isinstance(pattern, Name) and pattern.text in formal:
        return bound.setdefault(pattern.text, node) == node
    if not (isinstance(pattern, Apply) and isinstance(node, Apply)):
        return pattern == node
    alike = (pattern.op, pattern.detail, len(pattern.args)) == (node.op, node.detail, len(node.args))
    pairs = zip(pattern.args, node.args, strict=False)
    return alike and all(_is_like(one, other, formal, bound) for one, other in pairs)


def _with_indices(head: Node, bound: Bound, place: Node) -> Node:
    """A name with indices of its own, in the place of something."""
    match head:
        case Name(text) if text in bound:
            return bound[text]
        case Name():
            return replace(head, span=place.span)
        case Apply():
            args = tuple(_with_indices(arg, bound, place) for arg in head.args)
            return replace(head, args=args, span=place.span)
    return head


__all__ = ["retold", "spoken"]
