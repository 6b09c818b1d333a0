"""Primes as the note means them: those that are transposes become such.

Where the note does not say so, it shows it: by `w' A w`, by `X'X`, and by no prime that is anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from mdverify.passages import Fact
from mdverify.source import Span
from mdverify.syntax import Apply, Formula, Name, Node, Number, walk

TRANSPOSE, DERIVATIVE = "prime-transpose", "prime-derivative"
PRIMES = frozenset({TRANSPOSE, DERIVATIVE})
LEAST_TURNED = 2  # products that show a letter with a prime and without


def shown_transposes(formulas: Sequence[Formula], told: Sequence[Fact], whole: Span) -> tuple[Fact, ...]:
    """What is told, and that primes are transposes where nothing is said of them but the note shows it."""
    if any(fact.kind in PRIMES for fact in told):
        return tuple(told)
    sides = [side for formula in formulas for one in formula.statements for side in one.sides]
    places = [place for side in sides for place in _turned_factors(side)]
    primes = sum(_is_prime(part) for side in sides for part in walk(side))
    alone = any(_is_prime(side) and not _is_tuple(side) for side in sides)
    if not primes or len(places) < LEAST_TURNED or alone or any(map(_means_else, sides)):
        return tuple(told)
    return (*told, Fact(TRANSPOSE, (), (), whole, whole))


def _is_prime(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "prime"


def _is_tuple(node: Node) -> bool:
    """`(1, 3)'`, a row of numbers set upright."""
    match node:
        case Apply("prime", (Apply("fence", (Apply("list"),)),)):
            return True
    return False


def _turned_factors(side: Node) -> Iterator[Node]:
    """What stands in a product both with a prime and without: the w of `w' A w`."""
    for part in walk(side):
        if isinstance(part, Apply) and part.op == "juxt":
            plain = [factor for factor in part.args if not _is_prime(factor)]
            yield from (
                one for one in part.args if isinstance(one, Apply) and _is_prime(one) and one.args[0] in plain
            )


def _means_else(side: Node) -> bool:
    """Whether a prime here is a derivative, an index or another argument: `f'(x)`, `x_{i'}`, `k(x, x')`."""
    for part in walk(side):
        match part:
            case Apply("sub" | "big", (_, *scripts)):
                if any(_is_prime(inner) for script in scripts for inner in walk(script)):
                    return True
            case Apply("list", items) if any(map(_is_prime, items)):
                return True
            case Apply("prime", (Name(),), marks) if len(marks) > 1:
                return True
            case Apply("juxt", factors):
                if any(_applies(one, after) for one, after in pairwise(factors)):
                    return True
    return False


def _applies(head: Node, after: Node) -> bool:
    """Whether a primed letter stands before a bracket with one letter or number in it, its argument."""
    match head, after:
        case Apply("prime", (Name(),)), Apply("fence", (Name() | Number(),), "()"):
            return True
    return False


def with_transposes(formulas: tuple[Formula, ...], told: Sequence[Fact]) -> tuple[Formula, ...]:
    """The formulas with `A'` as `A^T`, `x'_i` as `(x_i)^T`, where the note means primes so."""
    said = [fact for fact in told if fact.kind in PRIMES]
    if not any(fact.kind == TRANSPOSE for fact in said):
        return formulas
    return tuple(formula.with_sides(partial(_turned, said=said)) for formula in formulas)


def _turned(node: Node, said: Sequence[Fact]) -> Node:
    if not isinstance(node, Apply):
        return node
    match node:
        case Apply("prime", (body,), marks) if _is_transpose(node, said):
            return _transposed(_turned(body, said), len(marks), node.span)
        case Apply("sup" | "sub", (Apply("prime", (body,), marks) as base, script)) if _is_transpose(
            base, said
        ):
            whole = _turned(replace(node, args=(body, script)), said)
            return _transposed(whole, len(marks), node.span)
    return replace(node, args=tuple(_turned(arg, said) for arg in node.args))


def _is_transpose(sign: Apply, said: Sequence[Fact]) -> bool:
    """Whether the latest statement that reaches a prime makes it a transpose."""
    here = [fact.kind for fact in said if fact.reach.start <= sign.span.start < fact.reach.end]
    return here[-1:] == [TRANSPOSE]


def _transposed(node: Node, times: int, span: Span) -> Node:
    for _ in range(times):
        node = Apply("sup", (node, Name("T", span=span)), span=span)
    return node
