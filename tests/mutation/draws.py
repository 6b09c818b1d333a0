"""Exact random values: matrices with the traits a case asks for, and what has several outcomes.

What is random has a value for each outcome of its sources of chance. Everything "random" shares one source;
"noise" has a source of its own, and mean zero; every entry of something "white" has one, with mean zero and
variance 1.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping
from fractions import Fraction

from . import matrices as m
from .matrices import Matrix

RANDOM = frozenset({"random", "noise", "white"})
SHARED = tuple(Fraction(weight, 20) for weight in (1, 2, 4, 6, 7))
SKEWED = {Fraction(2): Fraction(1, 5), Fraction(-1, 2): Fraction(4, 5)}  # mean 0, variance 1, not symmetric


def groups(key: str, rows: int, traits: list[str]) -> dict[str, tuple[Fraction, ...]]:
    """The sources of chance of a symbol, each with the weights of its outcomes."""
    if "random" in traits:
        return {"": SHARED}
    if "noise" in traits:
        whole = (rows + 2) * (rows + 3) // 2
        return {key: tuple(Fraction(part, whole) for part in range(1, rows + 3))}
    return {f"{key} {row}": tuple(SKEWED.values()) for row in range(rows)}


def at_outcome(
    key: str,
    rows: int,
    columns: int,
    traits: list[str],
    outcomes: Mapping[str, int],
    seed: int,
    member: str = "",
) -> Matrix:
    """The value of a random symbol, or of a member of a family, where its sources have these outcomes."""
    name = key + member
    if "random" in traits:
        return random_matrix(f"{name} at {outcomes.get('', 0)}", rows, columns, traits, seed)
    if "white" in traits:
        values = tuple(SKEWED)
        return m.build(rows, columns, lambda row, _: values[outcomes.get(f"{key} {row}", 0)])
    (weights,) = groups(key, rows, traits).values()
    at = outcomes.get(key, 0)
    drawn = [random_matrix(f"{name} at {n}", rows, columns, traits, seed) for n in range(len(weights) - 1)]
    if at < len(drawn):
        return drawn[at]
    balance = m.scaled(weights[0], drawn[0])
    for weight, value in zip(weights[1:], drawn[1:], strict=False):
        balance = m.added(balance, m.scaled(weight, value))
    return m.scaled(-1 / weights[-1], balance)


def random_matrix(key: str, rows: int, columns: int, traits: list[str], seed: int) -> Matrix:
    draw = random.Random(zlib.crc32(f"{key} {seed}".encode()))
    least = 1 if "positive" in traits else -19
    choices = [k for k in range(least, 20) if k]
    width = rows if "orthonormal" in traits else columns
    plain = m.build(rows, width, lambda i, j: Fraction(draw.choice(choices), draw.choice((5, 7, 11))))
    whole = _with_traits(plain, traits)
    return m.build(rows, columns, lambda i, j: whole[i][j])


def _with_traits(plain: Matrix, traits: list[str]) -> Matrix:
    rows = len(plain)
    if "ones" in traits:
        return m.each(lambda entry: Fraction(1), plain)
    if "binary" in traits:
        return m.each(lambda entry: Fraction(entry > 0), plain)
    if "symmetric" in traits:
        return m.added(plain, m.transposed(plain))
    if "skew" in traits:
        return _difference(plain, m.transposed(plain))
    if "spd" in traits or "upright" in traits:
        gram = m.added(m.product(plain, m.transposed(plain)), m.eye(rows))
        return gram if "spd" in traits else m.product(gram, _unitriangular(rows))
    if "diagonal" in traits:
        return m.build(rows, rows, lambda i, j: plain[i][j] if i == j else Fraction(0))
    if "orthogonal" in traits or "orthonormal" in traits:
        skew = m.added(plain, m.scaled(Fraction(-1), m.transposed(plain)))
        return m.product(m.inverse(m.added(m.eye(rows), skew)), _difference(m.eye(rows), skew))
    if "onehot" in traits:
        return m.build(rows, 1, lambda i, j: Fraction(i == 1))
    if "unit" in traits:
        return _unit(plain)
    return plain


def _difference(a: Matrix, b: Matrix) -> Matrix:
    return m.added(a, m.scaled(Fraction(-1), b))


def _unitriangular(rows: int) -> Matrix:
    """With a positive definite factor: invertible, of positive determinant, not symmetric."""
    return m.build(rows, rows, lambda i, j: Fraction(i == j) if i >= j else Fraction(j - i, 2))


def _unit(plain: Matrix) -> Matrix:
    """A rational unit vector: the reflection of (1, 0, …) in `plain`."""
    reflected = 2 * plain[0][0] / m.norm_squared(plain)[0][0]
    return m.build(len(plain), 1, lambda i, j: Fraction(i == 0) - reflected * plain[i][0])
