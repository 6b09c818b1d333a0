"""Formulas with one thing changed: sign, factor, transpose, order, power, inverse, index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mdverify.syntax import Apply, Name, Node, Number, is_none

from .exact import TRANSPOSE, World, indices_of, key_of, takes_mean
from .worlds import INDICES

_CLOSED = ("sub", "accent", "call")
"""Only their index is changed, or the argument."""


@dataclass(frozen=True, slots=True)
class Mutant:
    kind: str
    node: Node


def mutants(node: Node, world: World) -> Iterator[Mutant]:
    """Every formula that is one change away, in a fixed order."""
    yield Mutant("sign", Apply("neg", (_fenced(node),)))
    yield Mutant("factor", Apply("juxt", (Number("2"), _fenced(node))))
    yield from _everywhere(node, world, lambda part: _local(part, world))


def _everywhere(node: Node, world: World, change: Callable[[Node], Iterator[Mutant]]) -> Iterator[Mutant]:
    yield from change(node)
    if not isinstance(node, Apply) or _is_derivative(node):
        return
    for place in _open_places(node):
        for mutant in _everywhere(node.args[place], world, change):
            args = (*node.args[:place], mutant.node, *node.args[place + 1 :])
            yield Mutant(mutant.kind, replace(node, args=args))


def _open_places(node: Apply) -> list[int]:
    match node.op:
        case "sub" | "accent" | "matrix" | "row" | "text":
            return []
        case "sup" | "big":
            return [0]
        case "call":
            return [1]
    return [place for place, part in enumerate(node.args) if not is_none(part)]


def _is_derivative(node: Apply) -> bool:
    if node.op not in ("frac", "slash"):
        return False
    above = node.args[0]
    first = above.args[0] if isinstance(above, Apply) and above.op == "juxt" else above
    return isinstance(first, Name) and first.text in ("partial", "d")


def _local(node: Node, world: World) -> Iterator[Mutant]:
    for kind, change in _CHANGES.items():
        for changed in change(node, world):
            yield Mutant(kind, changed)


def _signs(node: Node, world: World) -> Iterator[Node]:
    match node:
        case Apply("+", (left, _)) if not is_none(left):
            yield replace(node, op="-")
        case Apply("-", (left, _)) if not is_none(left):
            yield replace(node, op="+")
        case Apply("neg", (body,)):
            yield body


def _factors(node: Node, world: World) -> Iterator[Node]:
    match node:
        case Apply("juxt", args):
            for place in range(len(args)):
                rest = args[:place] + args[place + 1 :]
                if not _glued(args, place, world):
                    yield rest[0] if len(rest) == 1 else replace(node, args=rest)
        case Apply("cdot" | "odot" | "times", (left, right)):
            yield left
            yield right
        case Apply("+" | "-", (left, right)) if not is_none(left):
            yield replace(node, args=(left, Apply("juxt", (Number("2"), _fenced(right)))))
        case Number(text) if text in ("2", "3"):
            yield Number("4")


def _glued(args: tuple[Node, ...], place: int, world: World) -> bool:
    """A function and its argument, `d` and its symbol, an operator and its operand go together."""
    return any(_takes(args[i], args[i + 1], world) for i in (place - 1, place) if 0 <= i < len(args) - 1)


def _takes(head: Node, after: Node, world: World) -> bool:
    if isinstance(head, Apply) and _is_derivative(head):
        return True
    if takes_mean(head, after, world):
        return True
    stem = head
    while isinstance(stem, Apply) and stem.op in ("prime", "sub", "sup"):
        stem = stem.args[0]
    key = key_of(stem)
    fenced = isinstance(after, Apply) and after.op == "fence"
    function = key in world.definitions or "function" in world.shapes.get(key, ())
    return (key in ("d", "partial", "nabla") and key not in world.shapes) or (fenced and function)


def _transposes(node: Node, world: World) -> Iterator[Node]:
    match node:
        case Apply("sup", (base, Name(text))) if text in TRANSPOSE:
            yield base
        case Name() | Apply("sub" | "accent") if _is_array(node, world):
            yield Apply("sup", (node, Name("T")))


def _is_array(node: Node, world: World) -> bool:
    shape = world.shapes.get(key_of(node), ())
    return bool(shape) and shape[:2] != ("1", "1") and "function" not in shape


def _orders(node: Node, world: World) -> Iterator[Node]:
    if not isinstance(node, Apply) or node.op != "juxt":
        return
    args = node.args
    for i in range(len(args) - 1):
        if not (_glued(args, i, world) or _glued(args, i + 1, world)):
            yield replace(node, args=(*args[:i], args[i + 1], args[i], *args[i + 2 :]))


def _powers(node: Node, world: World) -> Iterator[Node]:
    match node:
        case Apply("sup", (base, Number(text))) if text.isdigit():
            yield replace(node, args=(base, Number(str(int(text) + 1))))
            yield base
        case Apply("sqrt", (body,)):
            yield _fenced(body)


def _inverses(node: Node, world: World) -> Iterator[Node]:
    minus_one = Apply("neg", (Number("1"),))
    match node:
        case Apply("sup", (base, exponent)) if exponent == minus_one:
            yield base
        case Apply("sup", (base, Apply("neg", (Name(text),)))) if text in TRANSPOSE:
            yield replace(node, args=(base, Name(text)))
            yield replace(node, args=(base, minus_one))
        case Name() if _is_array(node, world) and len(set(world.shapes[key_of(node)][:2])) == 1:
            yield Apply("sup", (node, minus_one))


def _indices(node: Node, world: World) -> Iterator[Node]:
    if not isinstance(node, Apply) or node.op != "sub":
        return
    index = node.args[1]
    parts = indices_of(index)
    if isinstance(index, Apply) and len(parts) == 2:
        yield replace(node, args=(node.args[0], replace(index, args=parts[::-1])))
    for other in ("i", "j"):
        if isinstance(index, Name) and index.text in INDICES and index.text != other:
            yield replace(node, args=(node.args[0], Name(other)))
    if isinstance(index, Number) and index.text in ("1", "2"):
        yield replace(node, args=(node.args[0], Number("2" if index.text == "1" else "1")))


_CHANGES: dict[str, Callable[[Node, World], Iterator[Node]]] = {
    "sign": _signs,
    "factor": _factors,
    "transpose": _transposes,
    "order": _orders,
    "power": _powers,
    "inverse": _inverses,
    "index": _indices,
}


def _fenced(node: Node) -> Node:
    atom = isinstance(node, Name | Number) or (
        isinstance(node, Apply) and node.op in ("sub", "sup", "fence", "frac")
    )
    return node if atom else Apply("fence", (node,), "()")
