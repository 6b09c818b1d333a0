"""How a small change of the target of a derivative moves the symbols it is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from mdverify.cloud import (
    Cloud,
    Context,
    Delta,
    as_pair,
    whole,
    with_delta,
)
from mdverify.operators import OPERATORS, Array
from mdverify.terms import Term

VARIABLE = frozenset({"sym", "member", "entry", "row", "col", "T", "pow", "hpow"})


def is_whole(target: Term) -> bool:
    """Whether a target is varied as an expression, wherever it occurs."""
    if target.op == "vec":
        return is_whole(target.args[0])
    return target.op not in VARIABLE and not (target.op == "every" and target.args[0].op == "member")


def vary(model: Cloud, target: Term, ctx: Context, shift: Array, which: Array) -> Context:
    """The context in which entry `which` of the target, counted down the columns, moves by `shift`."""
    rows, cols = model.shape(target.shape)
    unit = _still(model, ctx, rows, cols, complex if np.iscomplexobj(shift) else float)
    unit[np.arange(ctx.batch), which % rows, which // rows] = shift
    return _moved(model, target, ctx, unit)


def _still(model: Cloud, ctx: Context, rows: int, cols: int, kind: DTypeLike) -> Array:
    """A stack of matrices of which nothing moves yet, counted before there is room made for it."""
    model.spend(ctx.batch * rows * cols)
    return np.zeros((ctx.batch, rows, cols), kind)


def _moved(model: Cloud, target: Term, ctx: Context, unit: Array) -> Context:
    """The context in which a target moves by `unit`, a stack of matrices of its shape."""
    match target.op:
        case "sym" if target.data in ctx.local:
            local = {**ctx.local, target.data: ctx.local[target.data] + unit}
            return ctx.fresh(local=local)
        case "sym" if _is_stacked(model, target):
            return _moved_parts(model, model.definitions[target.data].body, ctx, unit)
        case "sym" if _is_collected(model, target):
            return _moved_member(model, model.definitions[target.data].body, ctx, unit)
        case "sym":
            return with_delta(ctx, target.data, Delta(unit))
        case "member":
            where = tuple(whole(model, arg, ctx) for arg in target.args)
            return with_delta(ctx, target.data, Delta(unit, where))
        case "entry":
            return _moved(model, target.args[0], ctx, _spread(model, target, ctx, unit))
        case "row" | "col":
            return _moved(model, target.args[0], ctx, _spread_line(model, target, ctx, unit))
        case "T":
            return _moved(model, target.args[0], ctx, np.swapaxes(unit, 1, 2))
        case "vec" if not is_whole(target):
            rows, cols = model.shape(target.args[0].shape)
            return _moved(model, target.args[0], ctx, np.swapaxes(unit.reshape(-1, cols, rows), 1, 2))
        case "every" if target.args[0].op == "member" and len(target.data.names) == 1:
            return _moved_member(model, target, ctx, unit)
        case "pow" | "hpow" if target.args[0].op in ("sym", "member"):
            return _moved_root(model, target, ctx, unit)
        case _:
            return ctx.fresh(opaque=(*ctx.opaque, (target, unit)))


def _spread(model: Cloud, target: Term, ctx: Context, unit: Array) -> Array:
    """A variation of one entry as a variation of the whole matrix."""
    rows, cols = model.shape(target.args[0].shape)
    where = [whole(model, arg, ctx) - 1 for arg in target.args[1:]]
    where = as_pair(where, column=cols == 1)
    full = _still(model, ctx, rows, cols, unit.dtype)
    inside = (where[0] >= 0) & (where[0] < rows) & (where[1] >= 0) & (where[1] < cols)
    every = np.arange(ctx.batch)[inside]
    full[every, where[0][inside], where[1][inside]] = unit[inside, 0, 0]
    return full


def _spread_line(model: Cloud, target: Term, ctx: Context, unit: Array) -> Array:
    """A variation of a row or column as a variation of the whole matrix."""
    rows, cols = model.shape(target.args[0].shape)
    where = whole(model, target.args[1], ctx) - 1
    full = _still(model, ctx, rows, cols, unit.dtype)
    every = np.arange(ctx.batch)
    if target.op == "row":
        full[every, np.clip(where, 0, rows - 1), :] = unit[:, 0, :]
    else:
        full[every, :, np.clip(where, 0, cols - 1)] = unit[:, :, 0]
    return full


def _is_stacked(model: Cloud, target: Term) -> bool:
    """A vector defined by writing out free variables: `q = (r, θ)^T`."""
    definition = model.definitions.get(target.data)
    if definition is None or definition.power is not None:
        return False
    body = definition.body.args[0] if definition.body.op == "T" else definition.body
    return body.op == "stack" and all(
        part.op in ("sym", "member")
        and part.data not in model.definitions
        and model.shape(part.shape) == (1, 1)
        for part in body.args
    )


def _is_collected(model: Cloud, target: Term) -> bool:
    """A vector of which only `s_j = …` is said: what depends on a member depends on it."""
    definition = model.definitions.get(target.data)
    if definition is None or definition.body.op != "every" or definition.power is not None:
        return False
    return definition.body.args[0].op == "member" and len(definition.body.data.names) == 1


def _moved_parts(model: Cloud, body: Term, ctx: Context, unit: Array) -> Context:
    """A variation of a vector that is written out, part by part."""
    parts = body.args[0].args if body.op == "T" else body.args
    flat = unit.reshape(ctx.batch, -1)
    for number, part in enumerate(parts):
        ctx = _moved(model, part, ctx, flat[:, number][:, None, None])
    return ctx


def _moved_member(model: Cloud, target: Term, ctx: Context, unit: Array) -> Context:
    """A variation of all members of a family, one entry at a time."""
    (member,) = target.args
    rows = model.shape(member.shape)[0]
    place = np.argmax(np.abs(unit[:, :, 0]), axis=1)
    moved = _still(model, ctx, rows, 1, unit.dtype)
    every = np.arange(ctx.batch)
    moved[every, place % rows, 0] = unit[every, place, 0]
    return with_delta(ctx, member.data, Delta(moved, (place // rows + 1,)))


def _moved_root(model: Cloud, target: Term, ctx: Context, unit: Array) -> Context:
    """`∂/∂σ²`: σ moves so that σ² moves by the unit."""
    base, exponent = target.args
    now = model.value(base, ctx)
    power = model.value(exponent, ctx)
    moved = OPERATORS["hpow"].value(OPERATORS["hpow"].value(now, power) + unit, 1.0 / power)
    return _moved(model, base, ctx, moved - now)
