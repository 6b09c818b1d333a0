"""A new name in the place of an expression: `w^T (\\sum_i a_i a_i^T) w = w^T S w` says what S is.

Where the sides of a step are written alike but for one place, and a symbol nobody explained stands
there for the first time, it is supposed to be what the other side has in its place.
"""

from __future__ import annotations

from collections.abc import Iterator

from mdverify.definitions import Defined, formal
from mdverify.symbols import Naming, mentions
from mdverify.syntax import Apply, Node

TRANSPARENT = frozenset({"()", "[]", "{}"})


def substituted(lhs: Node, rhs: Node, naming: Naming) -> Iterator[Defined]:
    """What either side would define by a name in the place of an expression of the other."""
    found = _differing(lhs, rhs)
    if found is None or found == (lhs, rhs):
        return
    for name, body in (found, found[::-1]):
        symbol = naming.symbol(name)
        if symbol is None or naming.symbol(body) is not None or not isinstance(body, Apply):
            continue
        defined = formal(symbol, _bare(body))
        if defined is not None and _explains(body, defined, naming):
            yield defined


def _explains(body: Node, defined: Defined, naming: Naming) -> bool:
    """Whether a body holds nothing but what a name with these indices can stand for."""
    return naming.loose_letters(body) <= set(defined.indices) and not mentions(body, defined.key, naming)


def _bare(node: Node) -> Node:
    """What a bracket holds."""
    match node:
        case Apply("fence", (body,), sign) if sign in TRANSPARENT:
            return body
    return node


def _differing(one: Node, other: Node) -> tuple[Node, Node] | None:
    """The smallest two parts in which expressions written alike differ; None where they are equal."""
    if one == other:
        return None
    if not (isinstance(one, Apply) and isinstance(other, Apply)):
        return one, other
    if (one.op, one.detail) != (other.op, other.detail):
        return one, other
    if one.op == "juxt":
        return _differing_factors(one, other)
    pairs = [(a, b) for a, b in zip(one.args, other.args, strict=False) if a != b]
    return _differing(*pairs[0]) if len(one.args) == len(other.args) and len(pairs) == 1 else (one, other)


def _differing_factors(one: Apply, other: Apply) -> tuple[Node, Node]:
    """The factors that are left when those both products begin and end with are taken away."""
    mine, theirs = list(one.args), list(other.args)
    while len(mine) > 1 and len(theirs) > 1 and mine[0] == theirs[0]:
        mine, theirs = mine[1:], theirs[1:]
    while len(mine) > 1 and len(theirs) > 1 and mine[-1] == theirs[-1]:
        mine, theirs = mine[:-1], theirs[:-1]
    a, b = _product(mine), _product(theirs)
    single = len(mine) == len(theirs) == 1
    return (_differing(a, b) if single else None) or (a, b)


def _product(factors: list[Node]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return Apply("juxt", tuple(factors), span=factors[0].span.cover(factors[-1].span))
