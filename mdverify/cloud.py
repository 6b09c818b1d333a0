"""A cloud of sample points, and what is fixed while a term is evaluated at all of them at once.

Every value is a stack of matrices `(batch, rows, columns)`. A batch row is one sample point
together with one setting of the bound indices and one varied entry of a derivative's target, so
sums and derivatives widen the batch instead of looping.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import and_
from types import MappingProxyType

import numpy as np

from mdverify.circles import Circles
from mdverify.operators import Array
from mdverify.outcomes import Outcomes
from mdverify.places import Places
from mdverify.shapes import Shape
from mdverify.terms import Definition, Generic, Measure, Term

PAD = 3  # family members below index 1 (`h_0`, `h_{t-1}`) and above the last
MEMBERS = 20
LARGEST_BATCH = 60_000  # rows
MOST_NUMBERS = 20_000_000  # computed for one point cloud; real notes stay below 3 million
REMEMBERED = 256  # grids of indices
OUTCOME = "ω"  # the bound index of an expectation; with the name of a symbol that of one over it alone
DEEPEST = 60  # definitions within definitions


class Undefined(Exception):
    """The term has no value we can compute; the text says why."""


class Budget(Exception):
    """Evaluation would take more than a step is allowed."""


class Exhausted(Budget):
    """Too many numbers were computed; the text says of what."""


@dataclass(slots=True)
class Delta:
    """A variation of one symbol: of the members at `index`, or of everything."""

    values: Array
    index: tuple[Array, ...] | None = None


@dataclass(slots=True)
class Context:
    """What is fixed while a term is evaluated, for each of `batch` rows.

    `sample` is the number of the point, `index` holds the bound indices, `local` the parameters,
    `deltas` the variations of symbols and `opaque` those of whole expressions. `memo` keeps values
    by place, `members` those of defined members by index (with what they rest on, so that it lives as
    long), `spread` the context over all outcomes by measure, `depth` counts unfolded definitions. Rows of
    one `origin` differ in nothing but bound indices; without it all may differ.
    """

    batch: int
    sample: Array
    index: dict[str, Array] = field(default_factory=dict)
    local: dict[str, Array] = field(default_factory=dict)
    deltas: dict[str, tuple[Delta, ...]] = field(default_factory=dict)
    opaque: tuple[tuple[Term, Array], ...] = ()
    memo: dict[int, Array] = field(default_factory=dict)
    members: dict[tuple[object, ...], tuple[Array, tuple[Array, ...]]] = field(default_factory=dict)
    spread: dict[Measure, Spread] = field(default_factory=dict)
    depth: int = 0
    origin: Array | None = None

    def fresh(
        self,
        *,
        index: dict[str, Array] | None = None,
        local: dict[str, Array] | None = None,
        deltas: dict[str, tuple[Delta, ...]] | None = None,
        opaque: tuple[tuple[Term, Array], ...] | None = None,
    ) -> Context:
        """The context with changes, and nothing remembered but members where only indices change."""
        same = local is None and deltas is None and opaque is None
        return Context(
            self.batch,
            self.sample,
            self.index if index is None else index,
            self.local if local is None else local,
            self.deltas if deltas is None else deltas,
            self.opaque if opaque is None else opaque,
            depth=self.depth,
            members=self.members if same else {},
            origin=self.origin if same else None,
        )

    def rows(self, take: Callable[[Array], Array], batch: int) -> Context:
        """The context with other rows of the batch, which `take` makes of an array of all."""
        origin = np.arange(self.batch) if self.origin is None else self.origin
        return Context(
            batch,
            take(self.sample),
            {name: take(a) for name, a in self.index.items()},
            {name: take(a) for name, a in self.local.items()},
            {key: tuple(_taken(d, take) for d in deltas) for key, deltas in self.deltas.items()},
            tuple((term, take(a)) for term, a in self.opaque),
            depth=self.depth,
            origin=take(origin),
        )

    def unfolding(self, index: dict[str, Array]) -> Context:
        """The context inside a definition for some indices; without any, what is remembered holds there."""
        inner = self.fresh(index={**self.index, **index} if index else None)
        inner.depth += 1
        inner.members = self.members
        if not index:
            inner.memo, inner.spread = self.memo, self.spread
        return inner


@dataclass(frozen=True, slots=True)
class Spread:
    """A context over all outcomes, their weights, and where every row of the batch finds its mean."""

    over: Context
    weights: Array
    back: Array


class Cloud(ABC):
    """Sizes, sample values, definitions, and the method derivatives are taken by.

    `active` are the symbols that vary in differentials: name, shape, number of index slots.
    `nested` remembers which terms take a derivative, `met` which targets that are expressions
    occurred in what was evaluated.
    """

    def __init__(
        self,
        places: Places,
        sizes: dict[int, int],
        definitions: dict[str, Definition],
        generics: dict[str, Generic],
        sampler: Callable[[str, tuple[int, int], int], Array],
        points: int,
        assumptions: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self.places, self.dims, self.sizes = places, places.dims, sizes
        self.definitions, self.generics = definitions, generics
        self._sampler, self.assumptions = sampler, assumptions
        self.points = points
        self.method = "complex-step"
        self._shapes: dict[Shape, tuple[int, int]] = {}
        self._samples: dict[str, Array] = {}
        self._directions: dict[str, Array] = {}
        self.circles = Circles(definitions)
        self.nested: dict[int, bool] = {}
        self.met: set[int] = set()
        self._work = 0
        self.active: tuple[tuple[str, Shape, int], ...] = ()
        self.outcomes: Outcomes | None = None

    @abstractmethod
    def value(self, term: Term, ctx: Context) -> Array:
        """The value of a term, `(batch, rows, cols)`; raises Undefined, Budget or Exhausted."""

    def spend(self, numbers: int) -> None:
        """Count the numbers computed for this point cloud; raises Exhausted when there are too many."""
        self._work += numbers
        if self._work > MOST_NUMBERS:
            raise Exhausted("numbers")

    def start(self, index: dict[str, Array] | None = None, repeat: int = 1) -> Context:
        """All sample points, each `repeat` times, with the given free indices."""
        sample = np.repeat(np.arange(self.points), repeat)
        return Context(len(sample), sample, index or {})

    def size(self, dim: int) -> int:
        """The size of a dimension."""
        return self.sizes[self.dims.find(dim)]

    def shape(self, shape: Shape) -> tuple[int, int]:
        """Rows and columns as numbers."""
        found = self._shapes.get(shape)
        if found is None:
            found = self._shapes[shape] = self.size(shape.rows), self.size(shape.cols)
        return found

    def sampled(self, key: str, shape: Shape, slots: int = 0) -> Array:
        """Sample values of a free symbol, `(points, rows, cols)`, or of a family with index slots."""
        if key not in self._samples:
            self._samples[key] = self._sampler(key, self.shape(shape), slots)
        values = self._samples[key]
        if values.ndim != 3 + slots or values.shape[-2:] != self.shape(shape):
            raise Undefined(key)  # one letter read as two things
        return values

    def drawn_at(self, key: str, shape: Shape, slots: tuple[slice | Array, ...], ctx: Context) -> Array:
        """The values of a free symbol, or of members of a family, at every row; by outcome if random."""
        if self.outcomes is None or key not in self.outcomes.chances:
            whole = self.sampled(key, shape, len(slots))
            found: Array = whole[(ctx.sample, *slots)] if slots else whole.take(ctx.sample, axis=0)
            return found
        values = self.outcomes.values(key, self.shape(shape), (MEMBERS,) * len(slots))
        if values.ndim != 4 + len(slots) or values.shape[-2:] != self.shape(shape):
            raise Undefined(key)  # one letter read as two things
        outcome = ctx.index.get(f"{OUTCOME}{key}", ctx.index.get(OUTCOME, np.zeros(ctx.batch, int)))
        here: Array = values[(ctx.sample, outcome, *slots)]
        return here

    def drawn(self) -> Iterator[tuple[str, Array]]:
        """The values that were sampled, for a counterexample."""
        yield from sorted(self._samples.items())

    def direction(self, key: str, shape: Shape) -> Array:
        """The direction in which a symbol changes in differentials, `(points, rows, cols)`."""
        if key not in self._directions:
            self._directions[key] = self._sampler(f"d {key}", self.shape(shape), 0)
        return self._directions[key]

    def widen(self, ctx: Context, times: int) -> Context:
        """Every batch row repeated, for indices or variations that differ within."""
        if ctx.batch * times > LARGEST_BATCH:
            raise Budget("batch")

        return ctx.rows(lambda a: a.repeat(times, axis=0), ctx.batch * times)


@lru_cache(REMEMBERED)
def grid(*ranges: tuple[int, int]) -> tuple[Array, ...]:
    """The values of indices, each from a first one on so many; all combinations, the last index fastest."""
    values = [np.arange(low, low + count) for low, count in ranges]
    flat = [one.reshape(-1) for one in np.meshgrid(*values, indexing="ij")]
    for one in flat:
        one.flags.writeable = False
    return tuple(flat)


def in_turn(values: Array, times: int) -> Array:
    """The values one after the other, so many times; faster than `np.tile`."""
    return values[None].repeat(times, axis=0).reshape(-1)


def constant(value: complex, ctx: Context) -> Array:
    """A number, the same at every row of the batch."""
    return np.full((ctx.batch, 1, 1), value)


def whole(model: Cloud, term: Term, ctx: Context) -> Array:
    """An index term as whole numbers, one for every batch row."""
    if term.op == "index" and term.data in ctx.index:
        return ctx.index[term.data]
    return np.rint(model.value(term, ctx).real[:, 0, 0]).astype(int)


def _taken(delta: Delta, take: Callable[[Array], Array]) -> Delta:
    index = None if delta.index is None else tuple(take(w) for w in delta.index)
    return Delta(take(delta.values), index)


def with_delta(ctx: Context, key: str, delta: Delta) -> Context:
    """The context in which a symbol varies, besides all that varies already."""
    return ctx.fresh(deltas={**ctx.deltas, key: (*ctx.deltas.get(key, ()), delta)})


def at_members(delta: Delta, where: tuple[Array, ...]) -> Array:
    """The variation of the members at some indices."""
    if delta.index is None:
        return delta.values
    hit = reduce(and_, [w == v for w, v in zip(where, delta.index, strict=True)])
    return np.where(hit[:, None, None], delta.values, 0.0)


def is_complex(ctx: Context) -> bool:
    """Whether a complex step is being taken already."""
    return (
        any(np.iscomplexobj(d.values) for deltas in ctx.deltas.values() for d in deltas)
        or any(np.iscomplexobj(a) for a in ctx.local.values())
        or any(np.iscomplexobj(a) for _, a in ctx.opaque)
    )


def as_pair(where: list[Array], column: bool) -> list[Array]:
    """Row and column of an entry, counted from 0; one index is enough for a vector."""
    if len(where) == 2:
        return where
    return [where[0], np.zeros_like(where[0])] if column else [np.zeros_like(where[0]), where[0]]
