"""Values of expectations and covariances: means over all outcomes."""

from __future__ import annotations

import numpy as np

from mdverify.cloud import OUTCOME, Cloud, Context, Spread, Undefined
from mdverify.operators import Array
from mdverify.terms import Measure, Term


def expect(model: Cloud, term: Term, ctx: Context) -> Array:
    """A mean over all outcomes."""
    spread = _spread(model, term.data, ctx)
    mean: Array = np.einsum("bsrc,s->brc", _by_outcome(model, term.args[0], spread), spread.weights)
    return mean[spread.back]


def covary(model: Cloud, term: Term, ctx: Context) -> Array:
    """The covariance of two columns."""
    spread = _spread(model, term.data, ctx)
    sides = []
    for side in term.args:
        value = _by_outcome(model, side, spread)[..., 0]
        sides.append(value - np.einsum("bsr,s->br", value, spread.weights)[:, None, :])
    covariance: Array = np.einsum("bsr,bsc,s->brc", *sides, spread.weights)
    return covariance[spread.back]


def magnitude(model: Cloud, term: Term, ctx: Context) -> Array:
    """How large an expectation or covariance is, at every row, before anything cancels."""
    spread = _spread(model, term.data, ctx)
    largest = np.ones(1)
    for part in term.args:
        values = np.abs(_by_outcome(model, part, spread))
        largest = largest * values.reshape(len(values), -1).max(axis=1)
    return largest[spread.back]


def _by_outcome(model: Cloud, term: Term, spread: Spread) -> Array:
    """The values of a term with the outcomes along the second axis."""
    value = model.value(term, spread.over)
    return value.reshape(-1, len(spread.weights), *value.shape[1:])


def _spread(model: Cloud, measure: Measure, ctx: Context) -> Spread:
    """The batch widened over all outcomes, of everything or of the symbols a measure binds."""
    if measure not in ctx.spread:
        ctx.spread[measure] = _widened(model, measure, ctx)
    return ctx.spread[measure]


def _widened(model: Cloud, measure: Measure, ctx: Context) -> Spread:
    if model.outcomes is None:
        raise Undefined("E")
    weights = model.outcomes.weights(measure.name)
    bound = {f"{OUTCOME}{key}" for key in model.outcomes.chances if key.partition("#")[0] in measure.bound}
    narrow, back = _narrowed(ctx, bound or {name for name in ctx.index if name.startswith(OUTCOME)})
    child = model.widen(narrow, len(weights))
    outcome = np.tile(np.arange(len(weights)), narrow.batch)
    over = dict.fromkeys(bound or (OUTCOME,), outcome)
    return Spread(child.fresh(index={**child.index, **over}), weights, back)


def _narrowed(ctx: Context, dropped: set[str]) -> tuple[Context, Array]:
    """The rows that differ in more than some indices, and which of them every row is one of."""
    kept = {name: a for name, a in ctx.index.items() if name not in dropped}
    if len(kept) == len(ctx.index) or ctx.deltas or ctx.local or ctx.opaque:
        return ctx.fresh(index=kept), np.arange(ctx.batch)
    rows = np.stack([ctx.sample, *kept.values()])
    _, first, back = np.unique(rows, axis=1, return_index=True, return_inverse=True)
    index = {name: a[first] for name, a in kept.items()}
    narrow = Context(len(first), ctx.sample[first], index, depth=ctx.depth)
    return narrow, back.reshape(-1)
