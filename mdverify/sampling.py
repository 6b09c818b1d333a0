"""Sample values: generic, seeded by content, in the domain the note declares.

Nothing is symmetric, sorted, integral or of unit size by accident. An attempt that finds too few
good points (a logarithm of something negative, say) is followed by one with positive values.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from mdverify.cloud import MEMBERS
from mdverify.operators import Array
from mdverify.swaps import EVEN, HOLLOW, ODD, OF_MATRICES, OF_PAIRS

POINTS = 6
ATTEMPTS = ("mixed", "positive", "small", "upright")
RANK_ATTEMPTS = ("ranks 1", "ranks 2", "ranks 3")  # full rank at some points, sparse 0 and 1 at the others
SIGNS = np.array([-1.0, 1.0])
FULL_RANK = frozenset({"invertible", "full-column-rank", "full-row-rank"})
REMEMBERED = 256  # draws: the readings of one step sample the same symbols again and again
Sampler = Callable[[str, tuple[int, int], int], Array]


def sampler(seed: str, attempt: str, assumptions: dict[str, frozenset[str]]) -> Sampler:
    """A function from symbol, shape and number of index slots to `(points[, members …], rows, cols)`."""

    def draw(key: str, shape: tuple[int, int], slots: int) -> Array:
        return _drawn(seed, attempt, key, shape, slots, assumptions.get(key, frozenset()))

    return draw


@lru_cache(REMEMBERED)
def _drawn(
    seed: str, attempt: str, key: str, shape: tuple[int, int], slots: int, told: frozenset[str]
) -> Array:
    rng = np.random.default_rng(zlib.crc32(f"{seed}|{attempt}|{key}".encode()))
    lead = (POINTS, *(MEMBERS for _ in range(slots)))
    if key.startswith("d "):
        values = generic(rng, (*lead, *shape), "mixed")
    else:
        told = _of_pairs(told, shape, slots)
        values = constrained(rng, lead, shape, told, attempt)
        if told & OF_MATRICES.keys():
            values = _exchanged(values, told, -4 if slots == 2 else -2)
        if "leading-one" in told and shape[0] > 1 and shape[1] == 1:
            values[..., 0, 0] = 1.0
    values.flags.writeable = False
    return values


def _of_pairs(told: frozenset[str], shape: tuple[int, int], slots: int) -> frozenset[str]:
    """What is told of numbers by their two indices, entries of a matrix or not: these may be exchanged."""
    entries = slots == 0 and any(kind.startswith("values:") for kind in told)
    if not entries and (slots != 2 or shape != (1, 1)):
        return told
    return frozenset(OF_PAIRS.get(kind, kind) for kind in told)


def _exchanged(values: Array, told: frozenset[str], axis: int) -> Array:
    """Values that stay the same or change sign if two axes are exchanged, or vanish where these meet."""
    count = values.shape[axis]
    if count != values.shape[axis + 1]:
        return values
    below, diagonal = (
        part[(..., *(None,) * (-axis - 2))]
        for part in (np.tri(count, k=-1, dtype=bool), np.eye(count, dtype=bool))
    )
    other = np.swapaxes(values, axis, axis + 1)
    if EVEN in told:
        values = np.where(below, other, values)
    if ODD in told:
        values = np.where(below, -other, values)
    return np.where(diagonal, 0.0, values) if {ODD, HOLLOW} & told else values


def generic(rng: np.random.Generator, shape: tuple[int, ...], attempt: str) -> Array:
    """Values away from 0 and 1, of either sign in the mixed attempt; upright matrices have det > 0."""
    if attempt == "small":
        return rng.uniform(0.1, 0.9, shape)
    if attempt == "upright" and shape[-1] == shape[-2] > 1:
        return rng.uniform(-0.5, 0.5, shape) + 2 * np.eye(shape[-1])
    values = rng.uniform(0.25, 1.75, shape)
    return values * SIGNS[rng.integers(0, 2, shape)] if attempt in ("mixed", *RANK_ATTEMPTS) else values


def constrained(
    rng: np.random.Generator,
    lead: tuple[int, ...],
    shape: tuple[int, int],
    told: frozenset[str],
    attempt: str,
) -> Array:
    """The first row of the table that the assumptions ask for; generic values where none does."""
    for kind in sorted(told):
        if kind.startswith("values:") and not SHARES & told:
            return rng.choice([float(n) for n in kind.removeprefix("values:").split(",")], (*lead, *shape))
    if "complex" in told:
        real = told - {"complex"}
        if real & SQUARE:
            return constrained(rng, lead, shape, real, attempt)
        return generic(rng, (*lead, *shape), "mixed") + 1j * generic(rng, (*lead, *shape), "mixed")
    for kinds, make in CONSTRAINTS:
        fits = shape != (1, 1) if kinds & SHARES else shape[0] == shape[1] or not kinds & SQUARE
        if kinds <= told and fits:
            return make(rng, lead, shape)
    if attempt in RANK_ATTEMPTS and not FULL_RANK & told:
        return _of_any_rank(rng, lead, shape)
    return generic(rng, (*lead, *shape), attempt)


def _of_any_rank(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    """Generic at two points; at the others single ones in rows and columns, so that products may vanish."""
    lines = min(shape)
    sparse = np.zeros((*lead, *shape))
    for where in np.ndindex(*lead):
        count = rng.integers(0 if lines == 1 else 1, max(lines, 2))
        rows, cols = rng.permutation(shape[0])[:count], rng.permutation(shape[1])[:count]
        sparse[(*where, rows, cols)] = 1.0
    sparse[:2] = generic(rng, (*lead, *shape), "mixed")[:2]
    return sparse


def _symmetric(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    a = generic(rng, (*lead, *shape), "mixed")
    return a + np.swapaxes(a, -1, -2)


def _definite(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    a = generic(rng, (*lead, *shape), "mixed")
    return a @ np.swapaxes(a, -1, -2) + np.eye(shape[0])


def _orthogonal(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    """Orthonormal columns, or rows where there are more columns than rows; of either determinant."""
    tall = shape[0] >= shape[1]
    a = rng.normal(size=(*lead, *(shape if tall else shape[::-1])))
    q = np.linalg.qr(a)[0]
    q[..., :, :1] *= rng.choice([-1.0, 1.0], (*lead, 1, 1))  # 2×2, with all signs alike, is symmetric
    return q if tall else np.swapaxes(q, -1, -2)


def _unit(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    a = rng.normal(size=(*lead, *shape))
    return a / np.sqrt((a * a).sum(axis=(-1, -2), keepdims=True))


def _diagonal(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    return generic(rng, (*lead, *shape), "mixed") * np.eye(shape[0])


def _positive_diagonal(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    return generic(rng, (*lead, *shape), "positive") * np.eye(shape[0])


def _one_hot(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    entries = shape[0] * shape[1]
    where = rng.integers(0, entries, lead)
    return np.eye(entries)[where].reshape(*lead, *shape)


def _probability(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    a = generic(rng, (*lead, *shape), "positive")
    return a / a.sum(axis=(-1, -2), keepdims=True)


def _shares_of(axis: int) -> Maker:
    """Columns or rows that sum to one each; a vector as a whole."""

    def make(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
        a = generic(rng, (*lead, *shape), "positive")
        return a / a.sum(axis=(-1, -2) if 1 in shape else axis, keepdims=True)

    return make


def _permutation(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    """Permutations in a cycle through all places: from three on not symmetric."""
    n = shape[0]
    found = np.zeros((*lead, n, n))
    for where in np.ndindex(*lead):
        cycle = rng.permutation(n)
        found[(*where, cycle, np.roll(cycle, 1))] = 1.0
    return found


def _idempotent(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    """A projection along a generic direction: not symmetric, of rank between 1 and n-1."""
    n = shape[0]
    a = generic(rng, (*lead, n, n), "mixed") + 2 * np.eye(n)
    keep = np.diag((np.arange(n) < max(1, n // 2)).astype(float))
    return a @ keep @ np.linalg.inv(a)


def _skew(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    a = generic(rng, (*lead, *shape), "mixed")
    return a - np.swapaxes(a, -1, -2)


def _triangular(lower: bool) -> Callable[[np.random.Generator, tuple[int, ...], tuple[int, int]], Array]:
    def make(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
        a = generic(rng, (*lead, *shape), "positive")
        return np.tril(a) if lower else np.triu(a)

    return make


def _ones(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    return np.ones((*lead, *shape))


def _positive(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    return generic(rng, (*lead, *shape), "positive")


def _projection(rng: np.random.Generator, lead: tuple[int, ...], shape: tuple[int, int]) -> Array:
    n = shape[0]
    q = _orthogonal(rng, lead, (n, max(1, n // 2)))
    return q @ np.swapaxes(q, -1, -2)


Maker = Callable[[np.random.Generator, tuple[int, ...], tuple[int, int]], Array]
SQUARE = frozenset(
    {"symmetric", "positive-definite", "positive-semidefinite", "diagonal", "idempotent", "skew-symmetric"}
    | {"upper-triangular", "lower-triangular", "orthogonal", "permutation"}
)
# What one entry alone cannot be.
SHARES = frozenset({"one-hot", "probability", "ones", "shares-of-columns", "shares-of-rows"})
# Assumptions and how to draw from them; the first row that is asked for counts.
CONSTRAINTS: tuple[tuple[frozenset[str], Maker], ...] = (
    (frozenset({"idempotent", "symmetric"}), _projection),
    (frozenset({"idempotent"}), _idempotent),
    (frozenset({"diagonal", "positive"}), _positive_diagonal),
    (frozenset({"diagonal", "positive-definite"}), _positive_diagonal),
    (frozenset({"diagonal"}), _diagonal),
    (frozenset({"permutation"}), _permutation),
    (frozenset({"orthogonal"}), _orthogonal),
    (frozenset({"orthonormal-columns"}), _orthogonal),
    (frozenset({"orthonormal-rows"}), _orthogonal),
    (frozenset({"positive-definite"}), _definite),
    (frozenset({"positive-semidefinite"}), _definite),
    (frozenset({"symmetric"}), _symmetric),
    (frozenset({"skew-symmetric"}), _skew),
    (frozenset({"upper-triangular"}), _triangular(False)),
    (frozenset({"lower-triangular"}), _triangular(True)),
    (frozenset({"ones"}), _ones),
    (frozenset({"one-hot"}), _one_hot),
    (frozenset({"unit"}), _unit),
    (frozenset({"probability"}), _probability),
    (frozenset({"shares-of-columns"}), _shares_of(-2)),
    (frozenset({"shares-of-rows"}), _shares_of(-1)),
    (frozenset({"positive"}), _positive),
    (frozenset({"nonnegative"}), _positive),
)
