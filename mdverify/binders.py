"""Values under bound indices: sums, products, tables, and blocks put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from mdverify.cloud import (
    Cloud,
    Context,
    constant,
    grid,
    in_turn,
    whole,
)
from mdverify.leaves import family
from mdverify.operators import Array
from mdverify.terms import Binder, Term

COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "=": lambda a, b: np.isclose(a, b),
    "ne": lambda a, b: ~np.isclose(a, b),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "le": lambda a, b: a <= b,
    "ge": lambda a, b: a >= b,
}


@dataclass(frozen=True, slots=True)
class _Range:
    """The values of one bound index: `count` from `low` on, of which those from first to last count."""

    low: int
    count: int
    limits: tuple[Array, Array] | None = None


def _range(model: Cloud, dim: int | None, bounds: tuple[Term, Term] | None, ctx: Context) -> _Range:
    """From 1 to a size, or between bounds that may differ from row to row."""
    if bounds is None:
        assert dim is not None
        return _Range(1, model.size(dim))
    first, last = (whole(model, bound, ctx) for bound in bounds)
    low = int(first.min())
    return _Range(low, max(int(last.max()) - low + 1, 0), (first, last))


def _ranges(model: Cloud, binder: Binder, ctx: Context) -> tuple[Context, list[int], Array]:
    """The batch widened over all values of the bound indices, their counts, and which of them count."""
    ranges = [_range(model, *pair, ctx) for pair in zip(binder.dims, binder.bounds, strict=True)]
    counts = [one.count for one in ranges]
    total = prod(counts)
    child = model.widen(ctx, total)
    grids = grid(*((one.low, one.count) for one in ranges))
    keep = np.ones((ctx.batch, total), bool)
    index = dict(child.index)
    for name, flat, one in zip(binder.names, grids, ranges, strict=True):
        index[name] = in_turn(flat, ctx.batch)
        if one.limits is not None:
            first, last = one.limits
            keep &= (flat[None, :] >= first[:, None]) & (flat[None, :] <= last[:, None])
    child = child.fresh(index=index)
    if binder.condition is not None:
        sign, left, right = binder.condition
        holds = COMPARISONS[sign](model.value(left, child).real, model.value(right, child).real)
        keep &= holds.reshape(ctx.batch, total)
    return child, counts, keep


def reduce(model: Cloud, term: Term, ctx: Context) -> Array:
    """A sum or product; an empty one is 0 or 1."""
    child, _, keep = _ranges(model, term.data, ctx)
    total = keep.shape[1]
    if total == 0:
        return constant(0.0 if term.op == "sum" else 1.0, ctx)
    body = model.value(term.args[0], child)
    body = body.reshape(ctx.batch, total, *body.shape[1:])
    mask = keep[:, :, None, None]
    if term.op == "sum":
        return np.where(mask, body, 0.0).sum(axis=1)
    return np.where(mask, body, 1.0).prod(axis=1)


def chain(model: Cloud, term: Term, ctx: Context) -> Array:
    """A product of square matrices in the order of their index, or the other way; an empty one is I."""
    child, _, keep = _ranges(model, term.data, ctx)
    side, _ = model.shape(term.shape)
    result = np.broadcast_to(np.eye(side), (ctx.batch, side, side))
    if keep.shape[1] == 0:
        return result
    factors = model.value(term.args[0], child).reshape(*keep.shape, side, side)
    for at in range(keep.shape[1]):
        one = factors[:, at]
        product = result @ one if term.op == "chain" else one @ result
        result = np.where(keep[:, at, None, None], product, result)
    return result


def every(model: Cloud, term: Term, ctx: Context) -> Array:
    """All members one below the other (or entries as a matrix for two indices)."""
    if _is_whole_family(model, term):
        return _whole_family(model, term, ctx)
    child, counts, _ = _ranges(model, term.data, ctx)
    body = model.value(term.args[0], child)
    if len(counts) == 2:
        return body.reshape(ctx.batch, *counts)
    rows, cols = body.shape[1:]
    if term.op == "beside":
        beside = np.swapaxes(body.reshape(ctx.batch, counts[0], rows, cols), 1, 2)
        return beside.reshape(ctx.batch, rows, -1)
    return body.reshape(ctx.batch, counts[0] * rows, cols)


def _is_whole_family(model: Cloud, term: Term) -> bool:
    """Whether all members of a family without formula are put together: none need be picked one by one."""
    (body,), binder = term.args, term.data
    return (
        term.op == "every"
        and body.op == "member"
        and body.data not in model.definitions
        and all(bounds is None for bounds in binder.bounds)
        and tuple(arg.data for arg in body.args) == binder.names
        and all(arg.op == "index" for arg in body.args)
    )


def _whole_family(model: Cloud, term: Term, ctx: Context) -> Array:
    counts = [model.size(dim) for dim in term.data.dims]
    values = family(model, term.args[0], counts, ctx)
    if len(counts) == 2:
        return values.reshape(ctx.batch, *counts)
    return values.reshape(ctx.batch, -1, values.shape[-1])


def stack(model: Cloud, term: Term, ctx: Context) -> Array:
    """Blocks side by side and one below the other; `data` is the width of every row of blocks."""
    rows = []
    values = iter([model.value(arg, ctx) for arg in term.args])
    for width in term.data:
        rows.append(np.concatenate([next(values) for _ in range(width)], axis=2))
    return np.concatenate(rows, axis=1)
