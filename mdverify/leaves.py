"""Values of constants, indices, symbols, members of families, and entries."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import numpy as np

from mdverify.cloud import (
    DEEPEST,
    MEMBERS,
    OUTCOME,
    PAD,
    Budget,
    Cloud,
    Context,
    Delta,
    Undefined,
    as_pair,
    at_members,
    constant,
    whole,
)
from mdverify.operators import OPERATORS, Array, undefined
from mdverify.smooth import constrained, smooth, smooth_scalar
from mdverify.terms import Definition, Term


def num(model: Cloud, term: Term, ctx: Context) -> Array:
    return constant(term.data, ctx)


def size(model: Cloud, term: Term, ctx: Context) -> Array:
    """The size of a dimension as a number."""
    return constant(float(model.size(term.data)), ctx)


def index(model: Cloud, term: Term, ctx: Context) -> Array:
    """The value of an index letter."""
    if term.data not in ctx.index:
        raise Undefined(term.data)
    return ctx.index[term.data].astype(float)[:, None, None]


def eye(model: Cloud, term: Term, ctx: Context) -> Array:
    rows, _ = model.shape(term.shape)
    return np.broadcast_to(np.eye(rows), (ctx.batch, rows, rows))


def zeros(model: Cloud, term: Term, ctx: Context) -> Array:
    return np.zeros((ctx.batch, *model.shape(term.shape)))


def ones(model: Cloud, term: Term, ctx: Context) -> Array:
    return np.ones((ctx.batch, *model.shape(term.shape)))


def basis(model: Cloud, term: Term, ctx: Context) -> Array:
    """A unit vector, by its index."""
    rows, _ = model.shape(term.shape)
    where = whole(model, term.args[0], ctx)
    return (np.arange(1, rows + 1)[None, :] == where[:, None]).astype(float)[..., None]


def kronecker(model: Cloud, term: Term, ctx: Context) -> Array:
    """The Kronecker delta of two indices."""
    left, right = (whole(model, arg, ctx) for arg in term.args)
    return (left == right).astype(float)[:, None, None]


def sym(model: Cloud, term: Term, ctx: Context) -> Array:
    """A parameter, a defined or generic symbol, or samples; with its variations."""
    key = term.data
    if key in ctx.local:
        base = ctx.local[key]
    elif key in model.definitions:
        base = _defined(model, model.definitions[key], {}, ctx)
    elif key in model.generics:
        base = _generic(model, key, term, None, ctx)
    else:
        base = model.drawn_at(key, term.shape, (), ctx)
    for delta in ctx.deltas.get(key, ()):
        if delta.values.shape[1:] != base.shape[1:]:
            raise Undefined(key)  # one letter read as two things
        base = base + delta.values
    return base


def member(model: Cloud, term: Term, ctx: Context) -> Array:
    """A member of a family, as `sym`."""
    key = term.data
    where = tuple(whole(model, arg, ctx) for arg in term.args)
    if key in model.definitions:
        base = _member_defined(model, key, term, where, ctx)
    elif key in model.generics:
        base = _generic(model, key, term, where, ctx)
    else:
        base = _free_member(model, key, term, where, ctx)
    for delta in ctx.deltas.get(key, ()):
        base = base + at_members(delta, where)
    return base


def _slot(where: Array) -> Array:
    """Where the members at some indices stand in the samples of a family."""
    return _within(where + PAD, MEMBERS)


def _number(where: tuple[Array, ...]) -> Array:
    """The number of a member among all of its family, by its index or its two indices."""
    slots = list(map(_slot, where))
    return slots[0] if len(slots) == 1 else slots[0] * MEMBERS + slots[1]


def _within(where: Array, count: int) -> Array:
    """Places from 0 below a count, those outside moved to the nearest; faster than `np.clip`."""
    inside: Array = np.minimum(np.maximum(where, 0), count - 1)
    return inside


def _free_member(model: Cloud, key: str, term: Term, where: tuple[Array, ...], ctx: Context) -> Array:
    """Samples of a free family, a little beyond its first and last index."""
    return model.drawn_at(key, term.shape, tuple(map(_slot, where)), ctx)


def _member_defined(model: Cloud, key: str, term: Term, where: tuple[Array, ...], ctx: Context) -> Array:
    """A recursive definition (`h_t` by `h_{t-1}`) ends at index 0, one by later members at the last index.

    Outside, members are free; without recursion the formula holds of `p_0` as well.
    """
    definition = model.definitions[key]
    outside, nearest = outside_of(model, key, where)
    free = _free_member(model, key, term, where, ctx)
    if definition.closed:
        free = np.zeros_like(free)
    if definition.first is not None:
        at_first = reduce(and_, [w == 0 for w in where])[:, None, None]
        free = np.where(at_first, model.value(definition.first, ctx), free)
    if outside.all():
        return free
    shifts = definition.shifts or (0,) * len(where)
    index = {
        name: np.where(outside, nearest, w) - shift
        for name, w, shift in zip(definition.indices, where, shifts, strict=True)
    }
    value = _remembered(model, key, definition, index, ctx)
    return np.where(outside[:, None, None], free, value) if outside.any() else value


def _remembered(
    model: Cloud, key: str, definition: Definition, index: dict[str, Array], ctx: Context
) -> Array:
    """The value of a definition for some indices; of a recursion, where many ask for one member, once."""
    others = {name: a for name, a in ctx.index.items() if name not in index}
    place = (key, *(a.tobytes() for a in index.values()), *((name, id(a)) for name, a in others.items()))
    if place not in ctx.members:
        ctx.members[place] = _once(model, key, definition, index, ctx), tuple(others.values())
    return ctx.members[place][0]


def _once(model: Cloud, key: str, definition: Definition, index: dict[str, Array], ctx: Context) -> Array:
    """The value of a definition; what a recursion asks for in many rows under sums is evaluated in one.

    `a_k^{l-1}` below a sum over k is asked for by every unit of the next layer.
    """
    if ctx.origin is None or not model.circles.recurs(key):
        return _defined(model, definition, index, ctx)
    outer = model.circles.outer(key)
    others = (a for name, a in ctx.index.items() if name not in index and _counts(name, outer))
    code = ctx.origin
    for one in (*index.values(), *others):
        code = code * (int(one.max()) - int(one.min()) + 1) + one - one.min()
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    if 2 * len(first) > ctx.batch:
        return _defined(model, definition, index, ctx)
    narrow = ctx.rows(lambda a: a[first], len(first))
    return _defined(model, definition, {name: a[first] for name, a in index.items()}, narrow)[back]


def _counts(name: str, outer: frozenset[str]) -> bool:
    """Whether an index letter bound further out makes a difference: outcomes always may."""
    return name in outer or name.startswith(OUTCOME)


def outside_of(model: Cloud, key: str, where: tuple[Array, ...]) -> tuple[Array, int]:
    """Where members are but first values, and the nearest index at which they have their formula."""
    definition = model.definitions[key]
    if not model.circles.recurs(key):
        return np.zeros(len(where[0]), bool), 1
    moving = [where[slot] for slot in model.circles.steps(key)] or list(where)
    if definition.ends is not None:
        last = model.size(definition.ends)
        return reduce(or_, [w > last for w in moving]), last
    return reduce(or_, [w <= 0 for w in moving]), 1


def _defined(model: Cloud, definition: Definition, index: dict[str, Array], ctx: Context) -> Array:
    """The value of a definition; of `x^2 = …` the positive root."""
    if ctx.depth > DEEPEST:
        raise Budget("definitions")
    inner = ctx.unfolding(index)
    value = model.value(definition.body, inner)
    if definition.power is None:
        return value
    exponent = model.value(definition.power, inner).real
    return OPERATORS["pow"].value(value, 1.0 / exponent)


def _generic(model: Cloud, key: str, term: Term, where: tuple[Array, ...] | None, ctx: Context) -> Array:
    """A smooth function of what a symbol is said to depend on."""
    if where is None:
        value = _smooth(model, key, term, 0, ctx)[:, 0]
        return constrained(value, model.assumptions.get(key, frozenset()))
    return _smooth(model, key, term, len(where), ctx)[np.arange(ctx.batch), _number(where)]


def _smooth(model: Cloud, key: str, term: Term, slots: int, ctx: Context) -> Array:
    """A smooth function of its arguments, or all members of a family of such, along the second axis."""
    if ctx.depth > DEEPEST:
        raise Budget("definitions")
    inner = ctx.unfolding({})
    args = [model.value(arg, inner) for arg in model.generics[key].arguments]
    flat = np.concatenate([a.reshape(len(a), -1) for a in args], axis=1)
    rows, cols = model.shape(term.shape)
    members = MEMBERS**slots
    model.spend(len(flat) * rows * cols * flat.shape[1] * members)
    return smooth(key, flat, rows * cols * members).reshape(len(flat), members, rows, cols)


def family(model: Cloud, term: Term, counts: list[int], ctx: Context) -> Array:
    """The members from index 1 on of a family without formula, `(batch, counts …, rows, cols)`."""
    key, part = term.data, tuple(slice(PAD + 1, PAD + 1 + count) for count in counts)
    shape = model.shape(term.shape)
    if key in model.generics:
        every = _smooth(model, key, term, len(counts), ctx)
        values = every.reshape(ctx.batch, *(MEMBERS for _ in counts), *shape)[(slice(None), *part)]
    else:
        values = model.drawn_at(key, term.shape, part, ctx)
    for delta in ctx.deltas.get(key, ()):
        values = values + _variation(delta, counts, shape)
    return values


def _variation(delta: Delta, counts: list[int], shape: tuple[int, int]) -> Array:
    """A variation of some members, or of everything, spread over a family."""
    batch = len(delta.values)
    if delta.index is None:
        return delta.values.reshape(batch, *(1 for _ in counts), *shape)
    spread = np.zeros((batch, *counts, *shape), delta.values.dtype)
    at = [where - 1 for where in delta.index]
    inside = np.all([(w >= 0) & (w < count) for w, count in zip(at, counts, strict=True)], axis=0)
    rows = np.flatnonzero(inside)
    spread[(rows, *(w[rows] for w in at))] = delta.values[rows]
    return spread


def smooth_member(
    name: str, inputs: Array, rows: int, cols: int, where: tuple[Array, ...], order: int = 0
) -> Array:
    """One of a family of smooth functions for every point, by its index or its two indices."""
    every = smooth(name, inputs, rows * cols * MEMBERS ** len(where), order).reshape(
        len(inputs), -1, rows, cols
    )
    return every[np.arange(len(inputs)), _number(where)]


def smooth_entries(name: str, values: Array, where: tuple[Array, ...], order: int) -> Array:
    """A smooth function of every entry; one of a family for every point, by its index."""
    if not where:
        return smooth_scalar(name, values, order)
    return smooth_scalar(name, values, order, _slot(where[0]), MEMBERS)


def entry(model: Cloud, term: Term, ctx: Context) -> Array:
    """One entry; undefined outside the matrix."""
    base = model.value(term.args[0], ctx)
    where = [whole(model, arg, ctx) - 1 for arg in term.args[1:]]
    where = as_pair(where, column=base.shape[2] == 1)
    rows, cols = base.shape[1:]
    inside = (where[0] >= 0) & (where[0] < rows) & (where[1] >= 0) & (where[1] < cols)
    picked = base[np.arange(len(base)), _within(where[0], rows), _within(where[1], cols)]
    return np.where(inside, picked, undefined(picked))[:, None, None]


def line(model: Cloud, term: Term, ctx: Context) -> Array:
    """A row or column; undefined outside the matrix."""
    base = model.value(term.args[0], ctx)
    where = whole(model, term.args[1], ctx) - 1
    axis = 1 if term.op == "row" else 2
    inside = (where >= 0) & (where < base.shape[axis])
    safe = _within(where, base.shape[axis])
    every = np.arange(len(base))
    picked = base[every, safe, :][:, None, :] if axis == 1 else base[every, :, safe][:, :, None]
    return np.where(inside[:, None, None], picked, undefined(picked))
