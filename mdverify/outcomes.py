"""Outcomes of random symbols: every symbol has a value for each of finitely many outcomes.

An expectation is the weighted mean over the outcomes, so it is linear, and whatever holds for it holds
for no special law. Symbols deviate from their means along orthonormal columns: where two have no column in
common they are uncorrelated, exactly; all others are correlated generically.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np

from mdverify.operators import Array

COMMON = 8  # columns along which all symbols deviate that are not said to be independent of others
OWN = 3  # at most so many for one independent symbol
DISTINCT = 7  # members of a family with columns of their own; no index goes further than that
MOST = 220
REMEMBERED = 16  # bases: the readings of one step draw from the same again and again
RANGES = {"positive": (1.0, 2.0, 0.6), "small": (0.4, 0.6, 0.3)}  # of means; largest deviation from them


class Crowded(ValueError):
    """More independent symbols than there are outcomes for."""


@dataclass(frozen=True, slots=True)
class Chance:
    """How a symbol varies: `group` is "common", "own" (independent of the other own ones) or "noise"
    (of all); `centred` has mean zero, `white` the identity for its covariance, entries that are `apart` are
    uncorrelated, and all members of a family that are `alike` have the same mean and covariance."""

    group: str = "common"
    centred: bool = False
    white: bool = False
    alike: bool = False
    apart: bool = False


class Outcomes:
    """The values of all random symbols of one reading.

    `sizes` are the number of entries of every symbol, and the number of members of a family for each index.
    The first of the `measures` gives all outcomes the same weight, others generic ones.
    """

    def __init__(
        self,
        seed: str,
        domain: str,
        chances: Mapping[str, Chance],
        sizes: Mapping[str, tuple[int, ...]],
        points: int,
        measures: Set[str],
    ) -> None:
        self.chances, self.points = chances, points
        self._plain, self._seed, self._domain = min(measures, default=""), f"{seed}|{domain}", domain
        self._columns: dict[str, int] = {}
        self._shared = list(range(COMMON))
        at = COMMON
        for key in sorted(chances):
            if chances[key].group != "common":
                self._columns[key] = at
                width = self._width(key, sizes[key][0]) * DISTINCT ** (len(sizes[key]) - 1)
                if chances[key].group == "own":
                    self._shared += range(at, at + width)
                at += width
        if at >= MOST:
            raise Crowded
        self.count = at + 1 + COMMON
        self._basis = _basis(self._seed, points, self.count, at)
        self._values: dict[str, Array] = {}

    def weights(self, measure: str) -> Array:
        """The weights of the outcomes under a measure."""
        if measure == self._plain:
            return np.full(self.count, 1.0 / self.count)
        weights = _rng(self._seed, f"weights {measure}").uniform(0.3, 1.7, self.count)
        normed: Array = weights / weights.sum()
        return normed

    def values(self, key: str, shape: tuple[int, int], members: tuple[int, ...]) -> Array:
        """The values of a symbol: `(points, outcomes, members …, rows, columns)`."""
        if key not in self._values:
            means, deviations = self._drawn(key, prod(shape), prod(members))
            values = _within(means, deviations, self.chances[key], self._domain)
            self._values[key] = values.reshape(self.points, self.count, *members, *shape)
        return self._values[key]

    def _drawn(self, key: str, size: int, members: int) -> tuple[Array, Array]:
        """Means between 0 and 1 with their signs, and deviations: `(points, outcomes, members, entries)`."""
        rng, chance = _rng(self._seed, key), self.chances[key]
        width = self._width(key, size)
        kinds = 1 if chance.alike else members
        mixtures = [self._mixture(rng, key, width, size) for _ in range(kinds)] * (members // kinds)
        columns = (self._basis[:, :, self._of(key, width, member)] for member in range(members))
        deviations = np.stack([one @ mix for one, mix in zip(columns, mixtures, strict=True)], axis=2)
        means = rng.uniform(0.0, 1.0, (self.points, 1, kinds, size))
        return means * rng.choice([-1.0, 1.0], means.shape), deviations

    def _width(self, key: str, size: int) -> int:
        """How many columns an independent symbol needs: if its entries are uncorrelated, as many."""
        chance = self.chances[key]
        return size if chance.white or chance.apart else min(size, OWN)

    def _of(self, key: str, width: int, member: int) -> list[int]:
        """The columns along which a symbol, or a member of a family, deviates."""
        if key not in self._columns:
            return self._shared
        start = self._columns[key] + member % DISTINCT * width
        return list(range(start, start + width))

    def _mixture(self, rng: np.random.Generator, key: str, width: int, size: int) -> Array:
        """Generic weights of the columns, orthogonal ones for entries that are uncorrelated."""
        columns = width if key in self._columns else len(self._shared)
        weights: Array = rng.normal(size=(self.points, columns, size))
        chance = self.chances[key]
        if (chance.white or chance.apart) and size <= columns:
            frame: Array = np.linalg.qr(weights)[0]
            return frame if chance.white else frame * rng.uniform(0.5, 1.5, 1 if chance.alike else size)
        weights /= np.sqrt(columns)
        return weights


def _rng(seed: str, name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(f"{seed}|{name}".encode()))


@lru_cache(REMEMBERED)
def _basis(seed: str, points: int, count: int, columns: int) -> Array:
    """Orthogonal columns of length 1 on average and mean 0, for every point."""
    full = _rng(seed, "basis").normal(size=(points, count, columns + 1))
    full[:, :, 0] = 1.0
    found: Array = _orthonormal(full)[:, :, 1:] * np.sqrt(count)
    found.flags.writeable = False
    return found


def _orthonormal(columns: Array) -> Array:
    """Orthonormal columns by Gram and Schmidt, each freed of those before it twice, for rounding.

    LAPACK would share a matrix of this size among threads, which on a busy machine wait for each other.
    """
    found = np.empty_like(columns)
    for at in range(columns.shape[2]):
        rest, before = columns[:, :, at], found[:, :, :at]
        for _ in range(2):
            rest = rest - np.einsum("prc,pc->pr", before, np.einsum("prc,pr->pc", before, rest))
        found[:, :, at] = rest / np.sqrt(np.einsum("pr,pr->p", rest, rest))[:, None]
    return found


def _within(means: Array, deviations: Array, chance: Chance, domain: str) -> Array:
    """Values of either sign, or in the range of a domain."""
    if domain not in RANGES:
        means = means + 0.25 * np.sign(means)
    else:
        low, high, reach = RANGES[domain]
        means = low + (high - low) * np.abs(means)
        if not chance.white:
            largest = np.abs(deviations).max(axis=1, keepdims=True)
            deviations = deviations * (reach * means / np.maximum(largest, 1e-9))
    return deviations if chance.centred else means + deviations
