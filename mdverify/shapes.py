"""Dimensions and their unification; knows no LaTeX and no numpy.

A dimension is a small integer handed out by `Dims`. Dimension 0 is the constant 1. A dimension
may carry a name the author gave it ("n"), a fixed value, or be a sum of others (block matrices).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

ONE = 0
SIZES = (3, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
LARGEST = 40


class Shape(NamedTuple):
    """Rows and columns, as dimensions of a `Dims`."""

    rows: int
    cols: int

    @property
    def transposed(self) -> Shape:
        return Shape(self.cols, self.rows)


SCALAR = Shape(ONE, ONE)


@dataclass(slots=True)
class _Dim:
    name: str | None = None
    value: int | None = None
    big: bool = False
    parts: tuple[int, ...] = ()
    product: bool = False


class TooLarge(ValueError):
    """A size beyond what mdverify is willing to sample."""


class Dims:
    """Union-find over dimensions; a failed union leaves everything as it was."""

    def __init__(self) -> None:
        self._dims = [_Dim(value=1)]
        self._parents = [ONE]
        self._named: dict[str, int] = {}
        self.smaller: list[tuple[int, int]] = []
        self.least_size = 0
        self.alias: dict[str, str] = {}

    def fresh(self, big: bool = False) -> int:
        """A new unknown dimension; a big one is never 1."""
        return self._new(_Dim(big=big))

    def _new(self, row: _Dim) -> int:
        self._dims.append(row)
        self._parents.append(len(self._parents))
        return len(self._parents) - 1

    def named(self, name: str) -> int:
        """The dimension the author calls `name`, or by another name he said is equal."""
        name = self.alias.get(name, name)
        if name not in self._named:
            self._named[name] = self.fresh(big=True)
            self._dims[self._named[name]].name = name
        return self._named[name]

    def const(self, value: int) -> int:
        if value == 1:
            return ONE
        if value > LARGEST:
            raise TooLarge(str(value))
        name = f"#{value}"
        if name not in self._named:
            self._named[name] = self.fresh(big=True)
            self._dims[self._named[name]].value = value
        return self._named[name]

    def total(self, parts: Sequence[int]) -> int:
        """The dimension of stacked blocks."""
        parts = tuple(parts)
        if len(parts) == 1:
            return parts[0]
        if all(self.value(part) is not None for part in parts):
            return self.const(sum(self.value(part) or 0 for part in parts))
        return self._new(_Dim(big=True, parts=parts))

    def times(self, a: int, b: int) -> int:
        """The dimension of a Kronecker product."""
        if self.value(a) is not None and self.value(b) is not None:
            return self.const((self.value(a) or 1) * (self.value(b) or 1))
        return self._new(_Dim(big=True, parts=(a, b), product=True))

    def find(self, dim: int) -> int:
        parents = self._parents
        while parents[dim] != dim:
            parents[dim] = dim = parents[parents[dim]]
        return dim

    def is_one(self, dim: int) -> bool:
        return self.find(dim) == ONE

    def is_open(self, dim: int) -> bool:
        """Whether nothing is known of a dimension, not even that it is more than 1."""
        row = self._dims[self.find(dim)]
        return row.name is None and row.value is None and not row.big and not row.parts

    def value(self, dim: int) -> int | None:
        return self._dims[self.find(dim)].value

    def name(self, dim: int) -> str | None:
        return self._dims[self.find(dim)].name

    def parts(self, dim: int) -> tuple[tuple[int, ...], bool]:
        """The dimensions this one is the sum of, or (True) the product."""
        row = self._dims[self.find(dim)]
        return row.parts, row.product

    def known_names(self) -> tuple[str, ...]:
        return tuple(name for name in self._named if not name.startswith("#"))

    def unify(self, a: int, b: int) -> bool:
        """Make two dimensions equal; False (and nothing changed) where they cannot be."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        one, two = self._dims[a], self._dims[b]
        if self._occurs(a, b) or self._occurs(b, a):
            return False
        if one.name and two.name:
            return False
        if one.value is not None and two.value is not None:
            return one.value == two.value and self._join(a, b)
        if one.parts and two.parts and len(one.parts) == len(two.parts) and one.product == two.product:
            return all(self.unify(p, q) for p, q in self._paired(one.parts, two.parts))
        if (one.value == 1 and two.big) or (two.value == 1 and one.big):
            return False
        return self._join(a, b)

    def _paired(self, some: tuple[int, ...], others: tuple[int, ...]) -> list[tuple[int, int]]:
        """The parts of two sums or products, equal ones together: the order does not count."""
        pairs, rest, open_parts = [], [], list(others)
        for part in some:
            same = next((other for other in open_parts if self.find(other) == self.find(part)), None)
            if same is None:
                rest.append(part)
            else:
                open_parts.remove(same)
                pairs.append((part, same))
        return pairs + list(zip(rest, open_parts, strict=True))

    def _occurs(self, dim: int, within: int) -> bool:
        """Whether a dimension is a part of another: `p = p + q` has no solution."""
        return any(
            self.find(part) == dim or self._occurs(dim, self.find(part)) for part in self._dims[within].parts
        )

    def _join(self, a: int, b: int) -> bool:
        if a == ONE or (b != ONE and self._weight(a) >= self._weight(b)):
            a, b = b, a
        kept, gone = self._dims[b], self._dims[a]
        self._parents[a] = b
        kept.name = kept.name or gone.name
        kept.value = kept.value if kept.value is not None else gone.value
        kept.big = kept.big or gone.big
        if not kept.parts:
            kept.parts, kept.product = gone.parts, gone.product
        return True

    def _weight(self, dim: int) -> int:
        row = self._dims[dim]
        return (row.value is None) + 2 * (row.name is None) + 4 * (not row.parts)

    def free_sizes(self, sizes: Mapping[int, int]) -> frozenset[int]:
        """The sizes handed out that nobody fixed."""
        return frozenset(size for d, size in sizes.items() if self._dims[d].value is None)

    def unnamed(self, sizes: Mapping[int, int]) -> Iterator[int]:
        """The dimensions whose sizes were handed out and to which the author gave no name."""
        rows = ((d, self._dims[d]) for d in sizes)
        return (d for d, row in rows if row.value is None and row.name is None and not row.parts)

    def sizes(
        self, order: int = 0, avoided: Collection[int] = (), given: Mapping[int, int] | None = None
    ) -> dict[int, int] | None:
        """A size for every root: the free ones different, the smaller of a declared pair smaller.

        None is among the `avoided`; some may be `given`.

        `order` 1 hands out the sizes in reverse, for `(A^T A)^{-1}` with more columns than rows; those that
        nothing is compared with are then the largest.
        None where no assignment satisfies the declared comparisons and sums, or a size is declared as 0.
        """
        roots = [d for d in range(len(self._dims)) if self.find(d) == d]
        sizes = {d: v for d in roots if (v := self._dims[d].value) is not None} | dict(given or {})
        if min(sizes.values()) < 1:
            return None
        free = [d for d in roots if d not in sizes and not self._dims[d].parts]
        compared = {self.find(d) for pair in self.smaller for d in pair}
        ranks = {d: self._rank(d) if order == 0 or d in compared else len(roots) for d in free}
        free.sort(key=lambda d: (ranks[d], d if order == 0 else -d))
        taken = {*sizes.values(), *avoided} - {1}
        floor = self.least_size
        pool = [s for s in SIZES if s not in taken and s >= floor] or list(range(floor, floor + 12))
        pool = pool[: len(free)]
        if self.smaller:
            pool.sort()
        if len(pool) < len(free):
            return None
        for dim, size in zip(free, pool, strict=False):
            sizes[dim] = size
        return self._with_sums(roots, sizes)

    def _rank(self, dim: int) -> int:
        """How many declared-smaller dimensions lie below this one."""
        below: set[int] = set()
        frontier = {self.find(dim)}
        while frontier:
            frontier = {self.find(a) for a, b in self.smaller if self.find(b) in frontier} - below
            below |= frontier
        return len(below - {self.find(dim)})

    def _with_sums(self, roots: Iterable[int], sizes: dict[int, int]) -> dict[int, int] | None:
        for dim in roots:
            if dim not in sizes:
                total = self._sum(dim, sizes)
                if total is None:
                    return None
                sizes[dim] = total
        return sizes

    def _sum(self, dim: int, sizes: dict[int, int], depth: int = 0) -> int | None:
        root = self.find(dim)
        if root in sizes:
            return sizes[root]
        parts = self._dims[root].parts
        if not parts or depth > 8:
            return None
        values = [self._sum(part, sizes, depth + 1) for part in parts]
        return None if None in values else self._combined(root, [v for v in values if v is not None])

    def _combined(self, dim: int, values: list[int]) -> int:
        return prod(values) if self._dims[dim].product else sum(values)

    def consistent(self, sizes: dict[int, int]) -> bool:
        """Whether every sum of dimensions that was set equal to something has that size."""
        for dim, row in enumerate(self._dims):
            if row.parts:
                total = self._combined(dim, [sizes[self.find(part)] for part in row.parts])
                if sizes[self.find(dim)] != total:
                    return False
        return True

    def text(self, shape: Shape) -> str:
        """A shape as a reader would write it: "m×n"; unknown dimensions get letters p, q, r …"""
        return f"{self._letter(shape.rows)}×{self._letter(shape.cols)}"

    def _letter(self, dim: int) -> str:
        row = self._dims[self.find(dim)]
        if row.name:
            return row.name
        if row.value is not None:
            return str(row.value)
        if row.parts:
            return ("·" if row.product else "+").join(self._letter(part) for part in row.parts)
        return "?"
