"""Numerical derivatives.

First derivatives are taken by complex step (exact to rounding). Where another derivative lies
inside, the argument is moved around a small circle in the complex plane and the derivative read
off by Cauchy's formula, which loses no digits to subtraction either. The method "central" is the
independent witness: a five-point difference on the real axis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import factorial

import numpy as np

from mdverify.cloud import (
    Cloud,
    Context,
    Delta,
    Undefined,
    in_turn,
    is_complex,
    with_delta,
)
from mdverify.operators import Array
from mdverify.terms import Derivative, Target, Term
from mdverify.variation import is_whole, vary

STEP = 1e-20  # complex step: far below rounding, so the truncation error h² vanishes
RADIUS = 0.02  # circle: aliasing (radius / distance to the next singularity)^8, rounding eps / radius^order
POINTS = 8
DIFFERENCE = 2e-3  # five-point difference: truncation h^4, rounding eps / h
Moved = Callable[[Context, Array], Array]  # the values where something is shifted, by context and shift
STENCILS: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {
    1: ((-2, -1, 1, 2), (1 / 12, -8 / 12, 8 / 12, -1 / 12)),
    2: ((-2, -1, 0, 1, 2), (-1 / 12, 16 / 12, -30 / 12, 16 / 12, -1 / 12)),
}


def deriv(model: Cloud, term: Term, ctx: Context) -> Array:
    """A derivative as a matrix, arranged as its term says."""
    (body,) = term.args
    detail: Derivative = term.data
    (target,) = detail.targets
    rows, cols = model.shape(target.term.shape)
    return arrange(partials(model, body, target, ctx), rows, cols, detail.arrangement)


def partials(model: Cloud, body: Term, target: Target, ctx: Context) -> Array:
    """Derivatives of all entries of `body` by all entries of the target.

    Returns `(batch, k, rows, cols)`, target entries counted down the columns. Raises Undefined
    where the target is an expression that does not occur in the body.
    """
    rows, cols = model.shape(target.term.shape)
    count = rows * cols
    wide = model.widen(ctx, count)

    def moved(child: Context, shift: Array) -> Array:
        which = np.arange(child.batch) // (child.batch // wide.batch) % count
        return model.value(body, vary(model, target.term, child, shift, which))

    result = differentiate(model, moved, body, target.order, wide)
    if is_whole(target.term) and id(target.term) not in model.met:
        raise Undefined("∂")
    return result.reshape(ctx.batch, count, *result.shape[1:])


def differential(model: Cloud, term: Term, ctx: Context) -> Array:
    """The change of a value along a free direction of every symbol that has a `d` before it."""
    (body,) = term.args
    if not model.active:
        raise Undefined("d")

    def moved(child: Context, shift: Array) -> Array:
        for key, shape, slots in model.active:
            if slots:
                raise Undefined("d")
            along = model.direction(key, shape)
            child = with_delta(child, key, Delta(along[child.sample] * shift[:, None, None]))
        return model.value(body, child)

    return differentiate(model, moved, body, 1, ctx)


def differentiate(model: Cloud, moved: Moved, body: Term, order: int, ctx: Context) -> Array:
    """The derivative of `moved` at shift 0; `body` is what it evaluates."""
    if model.method == "central":
        return _central(model, moved, order, ctx)
    if order == 1 and not _has_derivative(model, body) and not is_complex(ctx):
        return moved(ctx, np.full(ctx.batch, 1j * STEP)).imag / STEP
    angles = 2 * np.pi * np.arange(POINTS) / POINTS
    child = model.widen(ctx, POINTS)
    shift = in_turn(RADIUS * np.exp(1j * angles), ctx.batch)
    values = moved(child, shift)
    values = values.reshape(ctx.batch, POINTS, *values.shape[1:])
    weights = np.exp(-1j * order * angles)[None, :, None, None]
    result: Array = (values * weights).sum(axis=1) * factorial(order) / (POINTS * RADIUS**order)
    return result if is_complex(ctx) else result.real


def _central(model: Cloud, moved: Moved, order: int, ctx: Context) -> Array:
    """A five-point difference on the real axis."""
    if order > 2:
        raise Undefined("order")
    h = DIFFERENCE if order == 1 else 10 * DIFFERENCE
    offsets, weights = STENCILS[order]
    child = model.widen(ctx, len(offsets))
    values = moved(child, in_turn(h * np.array(offsets), ctx.batch))
    values = values.reshape(ctx.batch, len(offsets), *values.shape[1:])
    result: Array = (values * np.array(weights)[None, :, None, None]).sum(axis=1) / h**order
    return result


def _has_derivative(model: Cloud, term: Term, seen: frozenset[str] = frozenset()) -> bool:
    """Whether evaluating the term takes another derivative, definitions unfolded."""
    known = model.nested.get(id(term))
    if known is None:
        known = term.op in ("deriv", "differential") or _is_primed(term)
        known = known or any(_has_derivative(model, *part) for part in _behind(model, term, seen))
        model.nested[id(term)] = known
    return known


def _is_primed(term: Term) -> bool:
    """`f'(x)` with a formula for f."""
    return term.op == "call" and term.data.order > 0 and term.data.body is not None


def _behind(model: Cloud, term: Term, seen: frozenset[str]) -> Iterator[tuple[Term, frozenset[str]]]:
    """The terms a value is made of, each with the symbols unfolded on the way to it."""
    if term.op in ("sym", "member") and term.data not in seen:
        if term.data in model.definitions:
            yield model.definitions[term.data].body, seen | {term.data}
        elif term.data in model.generics:
            yield from ((argument, seen | {term.data}) for argument in model.generics[term.data].arguments)
    if term.op == "call" and term.data.body is not None:
        yield term.data.body, seen
    yield from ((arg, seen) for arg in term.args)


def arrange(partials: Array, rows: int, cols: int, arrangement: str) -> Array:
    """Partials `(batch, k, r, c)` as a matrix.

    "by-target": a scalar's partials in the shape of the target. "by-body": partials by a scalar in
    the shape of the numerator. "jacobian": numerator entries by rows, target entries by columns,
    both counted down the columns; "gradient" its transpose. A trailing "-T" transposes.
    """
    name, _, _ = arrangement.partition("-T")
    batch, count, r, c = partials.shape
    if name == "by-target":
        result = np.swapaxes(partials.reshape(batch, cols, rows), 1, 2)
    elif name == "by-body":
        result = partials[:, 0]
    else:
        result = np.swapaxes(partials, 2, 3).reshape(batch, count, r * c)
        if name == "jacobian":
            result = np.swapaxes(result, 1, 2)
    return np.swapaxes(result, 1, 2) if arrangement.endswith("-T") else result
