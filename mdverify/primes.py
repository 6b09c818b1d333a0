"""Primes as the note says it means them: those that are transposes become such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from mdverify.passages import Fact
from mdverify.source import Span
from mdverify.syntax import Apply, Formula, Name, Node

TRANSPOSE, DERIVATIVE = "prime-transpose", "prime-derivative"
PRIMES = frozenset({TRANSPOSE, DERIVATIVE})


def with_transposes(formulas: tuple[Formula, ...], told: Sequence[Fact]) -> tuple[Formula, ...]:
    """The formulas with `A'` as `A^T`, `x'_i` as `(x_i)^T`, where the note says that primes are such."""
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
