"""Values of terms, and numerical derivatives.

Every value is a stack of matrices `(batch, rows, columns)`. A batch row is one sample point
together with one setting of the bound indices and one varied entry of a derivative's target, so
sums and derivatives widen the batch instead of looping.

First derivatives are taken by complex step (exact to rounding). Where another derivative lies
inside, the argument is moved around a small circle in the complex plane and the derivative read
off by Cauchy's formula, which loses no digits to subtraction either; design notes spoke of
differences of complex-step gradients, the circle is more accurate for any order. `method`
"central" is the independent witness: a five-point difference on the real axis.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import factorial
from types import MappingProxyType
from typing import Any

import numpy as np

from mdverify.operators import ELEMENTWISE, OPERATORS, Array, undefined
from mdverify.shapes import Dims, Shape
from mdverify.terms import Binder, Call, Definition, Derivative, Generic, Target, Term

STEP = 1e-20  # complex step: far below rounding, so the truncation error h² vanishes
RADIUS = 0.02  # circle: aliasing (radius / distance to the next singularity)^8, rounding eps / radius^order
POINTS = 8
DIFFERENCE = 2e-3  # five-point difference: truncation h^4, rounding eps / h
PAD = 3  # family members below index 1 (`h_0`, `h_{t-1}`) and above the last
MEMBERS = 20
LARGEST_BATCH = 60_000
DEEPEST = 60


class Undefined(Exception):
    """The term has no value we can compute; the text says why."""


class Budget(Exception):
    """Evaluation would take more than a step is allowed."""


@dataclass(slots=True)
class Delta:
    """A variation of one symbol: of the members at `index`, or of everything."""

    values: Array
    index: tuple[Array, ...] | None = None
    family: bool = False


@dataclass(slots=True)
class Context:
    """What is fixed while a term is evaluated."""

    batch: int
    sample: Array
    index: dict[str, Array] = field(default_factory=dict)
    local: dict[str, Array] = field(default_factory=dict)
    deltas: dict[str, tuple[Delta, ...]] = field(default_factory=dict)
    opaque: tuple[tuple[Term, Array], ...] = ()
    memo: dict[int, Array] = field(default_factory=dict)
    depth: int = 0

    def fresh(self, **changes: Any) -> Context:
        return replace(self, memo={}, **changes)


class Model:
    """One point cloud: sizes, sample values, definitions; evaluates terms at all points at once."""

    def __init__(
        self,
        dims: Dims,
        sizes: dict[int, int],
        definitions: dict[str, Definition],
        generics: dict[str, Generic],
        sampler: Callable[[str, tuple[int, int], int], Array],
        points: int,
        assumptions: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self.dims, self.sizes = dims, sizes
        self.definitions, self.generics = definitions, generics
        self._sampler, self._assumptions = sampler, assumptions
        self.points = points
        self.method = "complex-step"
        self._samples: dict[str, Array] = {}
        self._directions: dict[str, Array] = {}
        self._inner: dict[int, bool] = {}
        self._met: set[int] = set()
        self.active: tuple[tuple[str, Shape, int], ...] = ()

    # --- points ----------------------------------------------------------------------------

    def start(self, index: dict[str, Array] | None = None, repeat: int = 1) -> Context:
        """All sample points, each `repeat` times, with the given free indices."""
        sample = np.repeat(np.arange(self.points), repeat)
        return Context(len(sample), sample, index or {})

    def size(self, dim: int) -> int:
        return self.sizes[self.dims.find(dim)]

    def shape(self, shape: Shape) -> tuple[int, int]:
        return self.size(shape.rows), self.size(shape.cols)

    def sampled(self, key: str, shape: Shape, slots: int = 0) -> Array:
        """Sample values of a free symbol, `(points, rows, cols)`, or of a family with index slots."""
        if key not in self._samples:
            self._samples[key] = self._sampler(key, self.shape(shape), slots)
        return self._samples[key]

    def drawn(self) -> Iterator[tuple[str, Array]]:
        """The values that were sampled, for a counterexample."""
        yield from sorted(self._samples.items())

    def direction(self, key: str, shape: Shape, slots: int = 0) -> Array:
        if key not in self._directions:
            self._directions[key] = self._sampler(f"d {key}", self.shape(shape), slots)
        return self._directions[key]

    # --- terms -----------------------------------------------------------------------------

    def value(self, term: Term, ctx: Context) -> Array:
        """The value of a term, `(batch, rows, cols)`; raises Undefined or Budget."""
        found = ctx.memo.get(id(term))
        if found is not None:
            return found
        operator = OPERATORS.get(term.op)
        if operator is not None:
            result = operator.value(*[self.value(arg, ctx) for arg in term.args])
        else:
            result = _EVALUATORS[term.op](self, term, ctx)
        for target, shift in ctx.opaque:
            if alike(term, target):
                self._met.add(id(target))
                result = result + shift
        ctx.memo[id(term)] = result
        return result

    def _constant(self, value: complex, ctx: Context) -> Array:
        return np.full((ctx.batch, 1, 1), value)

    def _num(self, term: Term, ctx: Context) -> Array:
        return self._constant(term.data, ctx)

    def _size(self, term: Term, ctx: Context) -> Array:
        return self._constant(float(self.size(term.data)), ctx)

    def _index(self, term: Term, ctx: Context) -> Array:
        if term.data not in ctx.index:
            raise Undefined(term.data)
        return ctx.index[term.data].astype(float)[:, None, None]

    def _eye(self, term: Term, ctx: Context) -> Array:
        rows, _ = self.shape(term.shape)
        return np.broadcast_to(np.eye(rows), (ctx.batch, rows, rows))

    def _zeros(self, term: Term, ctx: Context) -> Array:
        return np.zeros((ctx.batch, *self.shape(term.shape)))

    def _ones(self, term: Term, ctx: Context) -> Array:
        return np.ones((ctx.batch, *self.shape(term.shape)))

    def _basis(self, term: Term, ctx: Context) -> Array:
        rows, _ = self.shape(term.shape)
        where = self._whole(term.args[0], ctx)
        return (np.arange(1, rows + 1)[None, :] == where[:, None]).astype(float)[..., None]

    def _delta(self, term: Term, ctx: Context) -> Array:
        left, right = (self._whole(arg, ctx) for arg in term.args)
        return (left == right).astype(float)[:, None, None]

    def _indicator(self, term: Term, ctx: Context) -> Array:
        left, right = (self.value(arg, ctx).real for arg in term.args)
        return COMPARISONS[term.data](left, right).astype(float)

    def _whole(self, term: Term, ctx: Context) -> Array:
        """An index term as whole numbers, one for every batch row."""
        return np.rint(self.value(term, ctx).real[:, 0, 0]).astype(int)

    # --- symbols ---------------------------------------------------------------------------

    def _sym(self, term: Term, ctx: Context) -> Array:
        key = term.data
        if key in ctx.local:
            base = ctx.local[key]
        elif key in self.definitions:
            base = self._defined(self.definitions[key], {}, ctx)
        elif key in self.generics:
            base = self._generic(key, term, None, ctx)
        else:
            base = self.sampled(key, term.shape)[ctx.sample]
        for delta in ctx.deltas.get(key, ()):
            base = base + (delta.values[ctx.sample] if delta.family else delta.values)
        return base

    def _member(self, term: Term, ctx: Context) -> Array:
        key = term.data
        where = tuple(self._whole(arg, ctx) for arg in term.args)
        if key in self.definitions:
            base = self._member_defined(key, term, where, ctx)
        elif key in self.generics:
            base = self._generic(key, term, where, ctx)
        else:
            base = self._free_member(key, term, where, ctx)
        for delta in ctx.deltas.get(key, ()):
            base = base + _at(delta, where, ctx)
        return base

    def _free_member(self, key: str, term: Term, where: tuple[Array, ...], ctx: Context) -> Array:
        family = self.sampled(key, term.shape, len(where))
        slots = tuple(np.clip(w + PAD, 0, MEMBERS - 1) for w in where)
        return family[(ctx.sample, *slots)]

    def _member_defined(self, key: str, term: Term, where: tuple[Array, ...], ctx: Context) -> Array:
        """A recursive definition (`h_t` by `h_{t-1}`) ends at index 0, below which members are free."""
        definition = self.definitions[key]
        start = np.all([w <= 0 for w in where], axis=0)
        free = self._free_member(key, term, where, ctx)
        if np.all(start):
            return free
        shifts = definition.shifts or (0,) * len(where)
        index = {
            name: np.where(start, 1, w) - shift
            for name, w, shift in zip(definition.indices, where, shifts, strict=True)
        }
        value = self._defined(definition, index, ctx)
        return np.where(start[:, None, None], free, value) if np.any(start) else value

    def _defined(self, definition: Definition, index: dict[str, Array], ctx: Context) -> Array:
        if ctx.depth > DEEPEST:
            raise Budget("definitions")
        inner = ctx.fresh(index={**ctx.index, **index}, depth=ctx.depth + 1)
        value = self.value(definition.body, inner)
        if definition.power is None:
            return value
        exponent = self.value(definition.power, inner).real
        return OPERATORS["pow"].value(value, 1.0 / exponent)

    def _entry(self, term: Term, ctx: Context) -> Array:
        base = self.value(term.args[0], ctx)
        where = [self._whole(arg, ctx) - 1 for arg in term.args[1:]]
        if len(where) == 1:
            where = [where[0], np.zeros_like(where[0])] if base.shape[2] == 1 else [np.zeros_like(where[0]), where[0]]
        rows, cols = base.shape[1:]
        inside = (where[0] >= 0) & (where[0] < rows) & (where[1] >= 0) & (where[1] < cols)
        picked = base[np.arange(len(base)), np.clip(where[0], 0, rows - 1), np.clip(where[1], 0, cols - 1)]
        return np.where(inside, picked, undefined(picked))[:, None, None]

    def _line(self, term: Term, ctx: Context) -> Array:
        base = self.value(term.args[0], ctx)
        where = self._whole(term.args[1], ctx) - 1
        axis = 1 if term.op == "row" else 2
        inside = (where >= 0) & (where < base.shape[axis])
        safe = np.clip(where, 0, base.shape[axis] - 1)
        every = np.arange(len(base))
        picked = base[every, safe, :][:, None, :] if axis == 1 else base[every, :, safe][:, :, None]
        return np.where(inside[:, None, None], picked, undefined(picked))

    # --- binders ---------------------------------------------------------------------------

    def _ranges(self, binder: Binder, ctx: Context) -> tuple[Context, list[int], Array]:
        """The batch widened over all values of the bound indices, and which of them count."""
        counts, lows, masks = [], [], []
        for dim, bounds in zip(binder.dims, binder.bounds, strict=True):
            if bounds is None:
                assert dim is not None
                counts.append(self.size(dim))
                lows.append(1)
                masks.append(None)
            else:
                low, high = (self._whole(b, ctx) for b in bounds)
                lows.append(int(low.min()))
                counts.append(max(int(high.max()) - lows[-1] + 1, 0))
                masks.append((low, high))
        total = int(np.prod(counts))
        child = self.widen(ctx, total)
        grids = np.meshgrid(*[np.arange(low, low + n) for low, n in zip(lows, counts, strict=True)], indexing="ij")
        keep = np.ones((ctx.batch, total), bool)
        index = dict(child.index)
        for name, grid, mask in zip(binder.names, grids, masks, strict=True):
            flat = grid.reshape(-1)
            index[name] = np.tile(flat, ctx.batch)
            if mask is not None:
                keep &= (flat[None, :] >= mask[0][:, None]) & (flat[None, :] <= mask[1][:, None])
        child = child.fresh(index=index)
        if binder.condition is not None:
            sign, left, right = binder.condition
            holds = COMPARISONS[sign](self.value(left, child).real, self.value(right, child).real)
            keep &= holds.reshape(ctx.batch, total)
        return child, counts, keep

    def _reduce(self, term: Term, ctx: Context) -> Array:
        child, counts, keep = self._ranges(term.data, ctx)
        total = keep.shape[1]
        if total == 0:
            return self._constant(0.0 if term.op == "sum" else 1.0, ctx)
        body = self.value(term.args[0], child)
        body = body.reshape(ctx.batch, total, *body.shape[1:])
        mask = keep[:, :, None, None]
        if term.op == "sum":
            return np.where(mask, body, 0.0).sum(axis=1)
        return np.where(mask, body, 1.0).prod(axis=1)

    def _every(self, term: Term, ctx: Context) -> Array:
        """All members one below the other (or entries as a matrix for two indices)."""
        child, counts, _ = self._ranges(term.data, ctx)
        body = self.value(term.args[0], child)
        if len(counts) == 2:
            return body.reshape(ctx.batch, *counts)
        rows, cols = body.shape[1:]
        if term.op == "beside":
            return np.swapaxes(body.reshape(ctx.batch, counts[0], rows, cols), 1, 2).reshape(ctx.batch, rows, -1)
        return body.reshape(ctx.batch, counts[0] * rows, cols)

    def _stack(self, term: Term, ctx: Context) -> Array:
        rows = []
        values = iter([self.value(arg, ctx) for arg in term.args])
        for width in term.data:
            rows.append(np.concatenate([next(values) for _ in range(width)], axis=2))
        return np.concatenate(rows, axis=1)

    def widen(self, ctx: Context, times: int) -> Context:
        """Every batch row repeated, for indices or variations that differ within."""
        if ctx.batch * times > LARGEST_BATCH:
            raise Budget("batch")

        def repeat(a: Array) -> Array:
            return np.repeat(a, times, axis=0)

        return Context(
            ctx.batch * times,
            repeat(ctx.sample),
            {name: repeat(a) for name, a in ctx.index.items()},
            {name: repeat(a) for name, a in ctx.local.items()},
            {key: tuple(_repeated(d, repeat) for d in deltas) for key, deltas in ctx.deltas.items()},
            tuple((term, repeat(a)) for term, a in ctx.opaque),
            depth=ctx.depth,
        )

    # --- functions -------------------------------------------------------------------------

    def _call(self, term: Term, ctx: Context) -> Array:
        call: Call = term.data
        args = [self.value(arg, ctx) for arg in term.args]
        if call.body is None:
            return self._generic_call(call, term, args)
        if call.order:
            return self._primes(call, args, ctx)
        return self.value(call.body, ctx.fresh(local={**ctx.local, **dict(zip(call.params, args, strict=True))}))

    def _primes(self, call: Call, args: list[Array], ctx: Context) -> Array:
        """`f'(z)`: all entries vary at once, which is right for scalars and elementwise functions."""
        (param,), (arg,) = call.params, args
        assert call.body is not None

        def moved(child: Context, shift: Array) -> Array:
            value = np.repeat(arg, child.batch // ctx.batch, axis=0) + shift[:, None, None]
            assert call.body is not None
            return self.value(call.body, child.fresh(local={**child.local, param: value}))

        return self._differentiate(moved, call.body, call.order, ctx)

    def _generic_call(self, call: Call, term: Term, args: list[Array]) -> Array:
        if call.elementwise:
            return _smooth_scalar(call.name, args[0], call.order)
        flat = np.concatenate([a.reshape(len(a), -1) for a in args], axis=1)
        rows, cols = self.shape(term.shape)
        if call.order:
            if flat.shape[1] != 1:
                raise Undefined(call.name)
            return _smooth(call.name, flat, rows * cols, call.order).reshape(-1, rows, cols)
        return _smooth(call.name, flat, rows * cols).reshape(-1, rows, cols)

    def _generic(self, key: str, term: Term, where: tuple[Array, ...] | None, ctx: Context) -> Array:
        if ctx.depth > DEEPEST:
            raise Budget("definitions")
        inner = ctx.fresh(depth=ctx.depth + 1)
        args = [self.value(arg, inner) for arg in self.generics[key].arguments]
        flat = np.concatenate([a.reshape(len(a), -1) for a in args], axis=1)
        rows, cols = self.shape(term.shape)
        if where is None:
            value = _smooth(key, flat, rows * cols).reshape(-1, rows, cols)
            return _constrained(value, self._assumptions.get(key, frozenset()))
        slots = [np.clip(w + PAD, 0, MEMBERS - 1) for w in where]
        number = slots[0] if len(slots) == 1 else slots[0] * MEMBERS + slots[1]
        every = _smooth(key, flat, rows * cols * MEMBERS ** len(slots)).reshape(len(flat), -1, rows, cols)
        return every[np.arange(len(flat)), number]

    # --- derivatives -----------------------------------------------------------------------

    def _deriv(self, term: Term, ctx: Context) -> Array:
        (body,) = term.args
        detail: Derivative = term.data
        (target,) = detail.targets
        partials, rows, cols = self.partials(body, target, ctx)
        return arrange(partials, rows, cols, detail.arrangement)

    def partials(self, body: Term, target: Target, ctx: Context) -> tuple[Array, int, int]:
        """Derivatives of all entries of `body` by all entries of the target.

        Returns `(batch, k, rows, cols)`, target entries counted down the columns, and the target's
        own rows and columns.
        """
        rows, cols = self.shape(target.term.shape)
        count = rows * cols

        wide = self.widen(ctx, count)

        def moved(child: Context, shift: Array) -> Array:
            which = np.arange(child.batch) // (child.batch // wide.batch) % count
            return self.value(body, self._vary(target.term, child, shift, which))

        result = self._differentiate(moved, body, target.order, wide)
        if _is_whole(target.term) and id(target.term) not in self._met:
            raise Undefined("∂")
        return result.reshape(ctx.batch, count, *result.shape[1:]), rows, cols

    def _differentiate(
        self, moved: Callable[[Context, Array], Array], body: Term, order: int, ctx: Context
    ) -> Array:
        if self.method == "central":
            return self._central(moved, order, ctx)
        if order == 1 and not self._has_derivative(body) and not _is_complex(ctx):
            return moved(ctx, np.full(ctx.batch, 1j * STEP)).imag / STEP
        angles = 2 * np.pi * np.arange(POINTS) / POINTS
        child = self.widen(ctx, POINTS)
        shift = np.tile(RADIUS * np.exp(1j * angles), ctx.batch)
        values = moved(child, shift)
        values = values.reshape(ctx.batch, POINTS, *values.shape[1:])
        weights = np.exp(-1j * order * angles)[None, :, None, None]
        result: Array = (values * weights).sum(axis=1) * factorial(order) / (POINTS * RADIUS**order)
        return result if _is_complex(ctx) else result.real

    def _central(self, moved: Callable[[Context, Array], Array], order: int, ctx: Context) -> Array:
        if order > 2:
            raise Undefined("order")
        h = DIFFERENCE if order == 1 else 10 * DIFFERENCE
        offsets, weights = STENCILS[order]
        child = self.widen(ctx, len(offsets))
        values = moved(child, np.tile(h * np.array(offsets), ctx.batch))
        values = values.reshape(ctx.batch, len(offsets), *values.shape[1:])
        result: Array = (values * np.array(weights)[None, :, None, None]).sum(axis=1) / h**order
        return result

    def _has_derivative(self, term: Term, seen: frozenset[str] = frozenset()) -> bool:
        """Whether evaluating the term takes another derivative, definitions unfolded."""
        known = self._inner.get(id(term))
        if known is None:
            known = term.op in ("deriv", "differential") or (term.op == "call" and term.data.order > 0 and term.data.body is not None)
            if not known and term.op in ("sym", "member") and term.data not in seen:
                if term.data in self.definitions:
                    known = self._has_derivative(self.definitions[term.data].body, seen | {term.data})
                elif term.data in self.generics:
                    known = any(self._has_derivative(a, seen | {term.data}) for a in self.generics[term.data].arguments)
            if not known and term.op == "call" and term.data.body is not None:
                known = self._has_derivative(term.data.body, seen)
            known = known or any(self._has_derivative(arg, seen) for arg in term.args)
            self._inner[id(term)] = known
        return known

    def _vary(self, target: Term, ctx: Context, shift: Array, which: Array) -> Context:
        """The context in which entry `which` of the target, counted down the columns, moves by `shift`."""
        rows, cols = self.shape(target.shape)
        unit = np.zeros((ctx.batch, rows, cols), complex if np.iscomplexobj(shift) else float)
        unit[np.arange(ctx.batch), which % rows, which // rows] = shift
        return self._moved(target, ctx, unit)

    def _moved(self, target: Term, ctx: Context, unit: Array) -> Context:
        match target.op:
            case "sym" if target.data in ctx.local:
                local = {**ctx.local, target.data: ctx.local[target.data] + unit}
                return ctx.fresh(local=local)
            case "sym" if self._is_stacked(target):
                return self._moved_parts(self.definitions[target.data].body, ctx, unit)
            case "sym":
                return _with_delta(ctx, target.data, Delta(unit))
            case "member":
                where = tuple(self._whole(arg, ctx) for arg in target.args)
                return _with_delta(ctx, target.data, Delta(unit, where))
            case "entry":
                return self._moved(target.args[0], ctx, self._spread(target, ctx, unit))
            case "row" | "col":
                return self._moved(target.args[0], ctx, self._spread_line(target, ctx, unit))
            case "T":
                return self._moved(target.args[0], ctx, np.swapaxes(unit, 1, 2))
            case "every" if target.args[0].op == "member" and len(target.data.names) == 1:
                return self._moved_member(target, ctx, unit)
            case "pow" | "hpow" if target.args[0].op in ("sym", "member"):
                return self._moved_root(target, ctx, unit)
            case _:
                return ctx.fresh(opaque=(*ctx.opaque, (target, unit)))

    def _spread(self, target: Term, ctx: Context, unit: Array) -> Array:
        """A variation of one entry as a variation of the whole matrix."""
        rows, cols = self.shape(target.args[0].shape)
        where = [self._whole(arg, ctx) - 1 for arg in target.args[1:]]
        if len(where) == 1:
            where = [where[0], np.zeros_like(where[0])] if cols == 1 else [np.zeros_like(where[0]), where[0]]
        full = np.zeros((ctx.batch, rows, cols), unit.dtype)
        inside = (where[0] >= 0) & (where[0] < rows) & (where[1] >= 0) & (where[1] < cols)
        every = np.arange(ctx.batch)[inside]
        full[every, where[0][inside], where[1][inside]] = unit[inside, 0, 0]
        return full

    def _spread_line(self, target: Term, ctx: Context, unit: Array) -> Array:
        rows, cols = self.shape(target.args[0].shape)
        where = self._whole(target.args[1], ctx) - 1
        full = np.zeros((ctx.batch, rows, cols), unit.dtype)
        every = np.arange(ctx.batch)
        if target.op == "row":
            full[every, np.clip(where, 0, rows - 1), :] = unit[:, 0, :]
        else:
            full[every, :, np.clip(where, 0, cols - 1)] = unit[:, :, 0]
        return full

    def _is_stacked(self, target: Term) -> bool:
        """A vector defined by writing out free variables: `q = (r, θ)^T`."""
        definition = self.definitions.get(target.data)
        if definition is None or definition.power is not None:
            return False
        body = definition.body.args[0] if definition.body.op == "T" else definition.body
        return body.op == "stack" and all(
            part.op in ("sym", "member") and part.data not in self.definitions and self.shape(part.shape) == (1, 1)
            for part in body.args
        )

    def _moved_parts(self, body: Term, ctx: Context, unit: Array) -> Context:
        parts = body.args[0].args if body.op == "T" else body.args
        flat = unit.reshape(ctx.batch, -1)
        for number, part in enumerate(parts):
            ctx = self._moved(part, ctx, flat[:, number][:, None, None])
        return ctx

    def _moved_member(self, target: Term, ctx: Context, unit: Array) -> Context:
        """A variation of all members of a family, one entry at a time."""
        (member,) = target.args
        rows = self.shape(member.shape)[0]
        place = np.argmax(np.abs(unit[:, :, 0]), axis=1)
        moved = np.zeros((ctx.batch, rows, 1), unit.dtype)
        every = np.arange(ctx.batch)
        moved[every, place % rows, 0] = unit[every, place, 0]
        return _with_delta(ctx, member.data, Delta(moved, (place // rows + 1,)))

    def _moved_root(self, target: Term, ctx: Context, unit: Array) -> Context:
        """`∂/∂σ²`: σ moves so that σ² moves by the unit."""
        base, exponent = target.args
        now = self.value(base, ctx)
        power = self.value(exponent, ctx)
        moved = OPERATORS["hpow"].value(OPERATORS["hpow"].value(now, power) + unit, 1.0 / power)
        return self._moved(base, ctx, moved - now)

    def _differential(self, term: Term, ctx: Context) -> Array:
        (body,) = term.args
        if not self.active:
            raise Undefined("d")

        def moved(child: Context, shift: Array) -> Array:
            for key, shape, slots in self.active:
                along = self.direction(key, shape, slots)
                if slots:
                    raise Undefined("d")
                child = _with_delta(child, key, Delta(along[child.sample] * shift[:, None, None]))
            return self.value(body, child)

        return self._differentiate(moved, body, 1, ctx)

    def _at_point(self, term: Term, ctx: Context) -> Array:
        keys, values = term.data, term.args[1:]
        local = {key: self.value(value, ctx) for key, value in zip(keys, values, strict=True)}
        return self.value(term.args[0], ctx.fresh(local={**ctx.local, **local}))


# --- pieces ------------------------------------------------------------------------------------

STENCILS: dict[int, tuple[tuple[float, ...], tuple[float, ...]]] = {
    1: ((-2, -1, 1, 2), (1 / 12, -8 / 12, 8 / 12, -1 / 12)),
    2: ((-2, -1, 0, 1, 2), (-1 / 12, 16 / 12, -30 / 12, 16 / 12, -1 / 12)),
}
COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "=": lambda a, b: np.isclose(a, b),
    "ne": lambda a, b: ~np.isclose(a, b),
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "le": lambda a, b: a <= b,
    "ge": lambda a, b: a >= b,
}
_EVALUATORS: dict[str, Callable[[Model, Term, Context], Array]] = {
    "num": Model._num,
    "size": Model._size,
    "index": Model._index,
    "I": Model._eye,
    "zeros": Model._zeros,
    "ones": Model._ones,
    "basis": Model._basis,
    "delta": Model._delta,
    "indicator": Model._indicator,
    "sym": Model._sym,
    "member": Model._member,
    "entry": Model._entry,
    "row": Model._line,
    "col": Model._line,
    "sum": Model._reduce,
    "prod": Model._reduce,
    "every": Model._every,
    "beside": Model._every,
    "stack": Model._stack,
    "call": Model._call,
    "deriv": Model._deriv,
    "differential": Model._differential,
    "at": Model._at_point,
}


def arrange(partials: Array, rows: int, cols: int, arrangement: str) -> Array:
    """Partials `(batch, k, r, c)` as a matrix.

    "by-target": a scalar's partials in the shape of the target. "by-body": partials by a scalar in
    the shape of the numerator. "jacobian": numerator entries by rows, target entries by columns,
    both counted down the columns; "gradient" its transpose. A trailing "-T" transposes.
    """
    name, _, turned = arrangement.partition("-T")
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


VARIABLE = frozenset({"sym", "member", "entry", "row", "col", "T", "pow", "hpow"})


def _is_whole(target: Term) -> bool:
    """Whether a target is varied as an expression, wherever it occurs."""
    return target.op not in VARIABLE and not (target.op == "every" and target.args[0].op == "member")


def alike(a: Term, b: Term) -> bool:
    """Whether two terms are the same expression."""
    if a is b:
        return True
    return (
        a.op == b.op
        and a.op not in ("sum", "prod", "deriv", "call", "every")
        and a.data == b.data
        and len(a.args) == len(b.args)
        and all(alike(x, y) for x, y in zip(a.args, b.args, strict=True))
    )


def _repeated(delta: Delta, repeat: Callable[[Array], Array]) -> Delta:
    if delta.family:
        return delta
    index = None if delta.index is None else tuple(repeat(w) for w in delta.index)
    return Delta(repeat(delta.values), index)


def _with_delta(ctx: Context, key: str, delta: Delta) -> Context:
    return ctx.fresh(deltas={**ctx.deltas, key: (*ctx.deltas.get(key, ()), delta)})


def _at(delta: Delta, where: tuple[Array, ...], ctx: Context) -> Array:
    if delta.index is None:
        return delta.values
    hit = np.all([w == v for w, v in zip(where, delta.index, strict=True)], axis=0)
    return np.where(hit[:, None, None], delta.values, 0.0)


def _is_complex(ctx: Context) -> bool:
    return (
        any(np.iscomplexobj(d.values) for deltas in ctx.deltas.values() for d in deltas)
        or any(np.iscomplexobj(a) for a in ctx.local.values())
        or any(np.iscomplexobj(a) for _, a in ctx.opaque)
    )


def _coefficients(name: str, *shape: int) -> Array:
    return np.random.default_rng(zlib.crc32(name.encode())).uniform(0.4, 1.1, shape)


def _smooth(name: str, inputs: Array, outputs: int, order: int = 0) -> Array:
    """A generic smooth function R^k → R^outputs: waves with coefficients drawn from its name."""
    k = inputs.shape[1]
    table = _coefficients(f"{name}/{k}", outputs, 2, k + 2)
    sign = np.where(_coefficients(f"{name}/{k}/s", outputs, 2, k) > 0.75, 1.0, -1.0)
    weights = table[:, :, :k] * sign / np.sqrt(k)
    phase = np.einsum("bk,oqk->boq", inputs, weights) + table[None, :, :, k]
    if order == 0:
        return (table[None, :, :, k + 1] * np.sin(phase)).sum(axis=2)
    slope = weights[:, :, 0] ** order
    return (table[None, :, :, k + 1] * slope * np.sin(phase + order * np.pi / 2)).sum(axis=2)


def _constrained(value: Array, kinds: frozenset[str]) -> Array:
    """A generic matrix function made symmetric or positive definite where that is said of it."""
    if value.shape[-1] != value.shape[-2]:
        return value
    if kinds & {"positive-definite", "positive-semidefinite"}:
        return value @ np.swapaxes(value, -1, -2) + np.eye(value.shape[-1])
    if "symmetric" in kinds:
        return value + np.swapaxes(value, -1, -2)
    return value


def _smooth_scalar(name: str, z: Array, order: int) -> Array:
    """A generic smooth function R → R, applied to every entry, or its derivative of an order."""
    a, w, b, c = _coefficients(f"{name}/elementwise", 4)
    waves = a * w**order * np.sin(w * z + b + order * np.pi / 2)
    parabola = (c * z * z / 2, c * z, c + 0 * z)[order] if order <= 2 else 0 * z
    return waves + parabola


@contextmanager
def quiet() -> Iterator[None]:
    """Overflow and invalid values mark bad points; they are no news."""
    with np.errstate(all="ignore"):
        yield


__all__ = ["ELEMENTWISE", "Budget", "Context", "Model", "Undefined", "arrange", "quiet"]
