"""Values of terms: the rows of the operator table, and what needs its context."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from mdverify import averages, binders, leaves
from mdverify.cloud import MEMBERS, Cloud, Context, Undefined, whole
from mdverify.differentiation import deriv, differential, differentiate
from mdverify.operators import OPERATORS, Array
from mdverify.smooth import smooth
from mdverify.terms import Call, Term


class Model(Cloud):
    """One point cloud that evaluates terms at all points at once."""

    def value(self, term: Term, ctx: Context) -> Array:
        """The value of a term, `(batch, rows, cols)`; raises Undefined, Budget or Exhausted."""
        # A whole expression that varies does so where it was written, not wherever it is said again.
        place = id(term) if ctx.opaque else self.places.of(term)
        found = ctx.memo.get(place)
        if found is not None:
            return found
        rows, cols = self.shape(term.shape)
        self.spend(ctx.batch * rows * cols)
        operator = OPERATORS.get(term.op)
        if operator is not None:
            result = operator.value(*[self.value(arg, ctx) for arg in term.args])
        else:
            result = EVALUATORS[term.op](self, term, ctx)
        if result.shape != (ctx.batch, rows, cols):
            raise Undefined(term.op)  # the value has not the shape that was inferred: nothing is said of it
        for target, shift in ctx.opaque:
            if alike(term, target) or _is_same_call(self, term, target, ctx):
                self.met.add(id(target))
                result = result + shift
        ctx.memo[place] = result
        return result


def _call(model: Cloud, term: Term, ctx: Context) -> Array:
    """A function applied: its body with the parameters set, its derivative, or a generic one."""
    function: Call = term.data
    args = [model.value(arg, ctx) for arg in term.args]
    if function.body is None:
        return _generic_call(model, function, term, args, ctx)
    if function.order:
        return _primes(model, function, function.body, args, ctx)
    local = {**ctx.local, **dict(zip(function.params, args, strict=True))}
    return model.value(function.body, ctx.fresh(local=local))


def _primes(model: Cloud, function: Call, body: Term, args: list[Array], ctx: Context) -> Array:
    """`f'(z)`: all entries vary at once, which is right for scalars and elementwise functions."""
    (param,), (arg,) = function.params, args

    def moved(child: Context, shift: Array) -> Array:
        value = np.repeat(arg, child.batch // ctx.batch, axis=0) + shift[:, None, None]
        return model.value(body, child.fresh(local={**child.local, param: value}))

    return differentiate(model, moved, body, function.order, ctx)


def _generic_call(model: Cloud, call: Call, term: Term, args: list[Array], ctx: Context) -> Array:
    """A smooth function; derivatives only of one number, or entry by entry."""
    if call.elementwise:
        where = tuple(whole(model, arg, ctx) for arg in term.args[1:])
        return leaves.smooth_entries(call.name, args[0], where, call.order)
    count = len(args) - call.members
    flat = np.concatenate([a.reshape(len(a), -1) for a in args[:count]], axis=1)
    rows, cols = model.shape(term.shape)
    if call.order and flat.shape[1] != 1:
        raise Undefined(call.name)
    model.spend(len(flat) * rows * cols * flat.shape[1] * MEMBERS**call.members)
    if call.members:
        where = tuple(whole(model, arg, ctx) for arg in term.args[count:])
        return leaves.smooth_member(call.name, flat, rows, cols, where, call.order)
    return smooth(call.name, flat, rows * cols, call.order).reshape(-1, rows, cols)


def _at_point(model: Cloud, term: Term, ctx: Context) -> Array:
    """A term where some parameters have given values."""
    keys, values = term.data, term.args[1:]
    local = {key: model.value(value, ctx) for key, value in zip(keys, values, strict=True)}
    return model.value(term.args[0], ctx.fresh(local={**ctx.local, **local}))


def _is_same_call(model: Cloud, term: Term, target: Term, ctx: Context) -> bool:
    """Whether a function is applied to what it is applied to in a target, by whatever name."""
    if term.op != "call" or target.op != "call" or len(term.args) != len(target.args):
        return False
    one, other = term.data, target.data
    if (one.name, one.order, one.members) != (other.name, other.order, other.members):
        return False
    return all(
        alike(mine, theirs) or np.array_equal(model.value(mine, ctx), model.value(theirs, ctx))
        for mine, theirs in zip(term.args, target.args, strict=True)
    )


def alike(a: Term, b: Term) -> bool:
    """Whether two terms are the same expression."""
    if a is b:
        return True
    return (
        a.op == b.op
        and a.op not in ("sum", "prod", "chain", "chain-down", "deriv", "call", "every")
        and a.data == b.data
        and len(a.args) == len(b.args)
        and all(alike(x, y) for x, y in zip(a.args, b.args, strict=True))
    )


EVALUATORS: dict[str, Callable[[Cloud, Term, Context], Array]] = {
    "num": leaves.num,
    "size": leaves.size,
    "index": leaves.index,
    "I": leaves.eye,
    "zeros": leaves.zeros,
    "ones": leaves.ones,
    "basis": leaves.basis,
    "delta": leaves.kronecker,
    "sym": leaves.sym,
    "member": leaves.member,
    "entry": leaves.entry,
    "row": leaves.line,
    "col": leaves.line,
    "sum": binders.reduce,
    "prod": binders.reduce,
    "chain": binders.chain,
    "chain-down": binders.chain,
    "every": binders.every,
    "beside": binders.every,
    "stack": binders.stack,
    "call": _call,
    "expect": averages.expect,
    "covary": averages.covary,
    "deriv": deriv,
    "differential": differential,
    "at": _at_point,
}


@contextmanager
def quiet() -> Iterator[None]:
    """Overflow and invalid values mark bad points; they are no news."""
    with np.errstate(all="ignore"):
        yield
