"""Matrices of exact numbers, as tuples of rows; a scalar is 1×1."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .numbers import Real, is_zero, minus, over, plus, times

Matrix = tuple[tuple[Real, ...], ...]


class MisfitError(Exception):
    """Shapes that do not fit: the formula has no value."""


def scalar(number: Real) -> Matrix:
    return ((number,),)


def shape(a: Matrix) -> tuple[int, int]:
    return len(a), len(a[0])


def is_scalar(a: Matrix) -> bool:
    return shape(a) == (1, 1)


def build(rows: int, columns: int, entry: Callable[[int, int], Real]) -> Matrix:
    return tuple(tuple(entry(i, j) for j in range(columns)) for i in range(rows))


def each(function: Callable[[Real], Real], a: Matrix) -> Matrix:
    return tuple(tuple(function(entry) for entry in row) for row in a)


def transposed(a: Matrix) -> Matrix:
    return tuple(zip(*a, strict=True))


def scaled(number: Real, a: Matrix) -> Matrix:
    return each(lambda entry: times(number, entry), a)


def pairwise(function: Callable[[Real, Real], Real], a: Matrix, b: Matrix) -> Matrix:
    """Entry by entry; a scalar goes with every entry."""
    if is_scalar(a) and not is_scalar(b):
        return each(lambda entry: function(a[0][0], entry), b)
    if is_scalar(b):
        return each(lambda entry: function(entry, b[0][0]), a)
    if shape(a) != shape(b):
        raise MisfitError
    return build(*shape(a), lambda i, j: function(a[i][j], b[i][j]))


def added(a: Matrix, b: Matrix) -> Matrix:
    return pairwise(plus, a, b)


def total(numbers: list[Real]) -> Real:
    result: Real = Fraction(0)
    for number in numbers:
        result = plus(result, number)
    return result


def product(a: Matrix, b: Matrix) -> Matrix:
    if is_scalar(a) or is_scalar(b):
        return pairwise(times, a, b)
    if len(a[0]) != len(b):
        raise MisfitError
    return build(len(a), len(b[0]), lambda i, j: total([times(a[i][k], b[k][j]) for k in range(len(b))]))


def square(a: Matrix) -> int:
    if len(a) != len(a[0]):
        raise MisfitError
    return len(a)


def eye(size: int) -> Matrix:
    return build(size, size, lambda i, j: Fraction(i == j))


def trace(a: Matrix) -> Matrix:
    return scalar(total([a[i][i] for i in range(square(a))]))


def inverse(a: Matrix) -> Matrix:
    """By Gauss and Jordan; ZeroDivisionError for a singular matrix."""
    return _eliminated(a)[0]


def determinant(a: Matrix) -> Matrix:
    return scalar(_eliminated(a)[1])


def rank(a: Matrix) -> Matrix:
    """The number of pivots."""
    rows, count = [list(row) for row in a], 0
    for column in range(len(a[0])):
        found = next((i for i in range(count, len(rows)) if not is_zero(rows[i][column])), None)
        if found is None:
            continue
        rows[count], rows[found] = rows[found], rows[count]
        for i in range(count + 1, len(rows)):
            factor = minus(times(rows[i][column], over(rows[count][column])))
            rows[i] = [
                plus(one, times(factor, other)) for one, other in zip(rows[i], rows[count], strict=True)
            ]
        count += 1
    return scalar(Fraction(count))


def _eliminated(a: Matrix) -> tuple[Matrix, Real]:
    size = square(a)
    rows = [[*row, *unit] for row, unit in zip(a, eye(size), strict=True)]
    pivots: Real = Fraction(1)
    for k in range(size):
        found = next((i for i in range(k, size) if not is_zero(rows[i][k])), None)
        if found is None:
            raise ZeroDivisionError
        if found != k:
            rows[k], rows[found] = rows[found], rows[k]
            pivots = minus(pivots)
        pivots = times(pivots, rows[k][k])
        rows[k] = [times(entry, over(rows[k][k])) for entry in rows[k]]
        for i in range(size):
            if i != k:
                factor = minus(rows[i][k])
                rows[i] = [
                    plus(one, times(factor, other)) for one, other in zip(rows[i], rows[k], strict=True)
                ]
    return tuple(tuple(row[size:]) for row in rows), pivots


def diagonal(a: Matrix) -> Matrix:
    """Of a column or row the matrix, of a matrix the column."""
    flat = [entry for row in a for entry in row]
    if 1 in shape(a):
        return build(len(flat), len(flat), lambda i, j: flat[i] if i == j else Fraction(0))
    return tuple((a[i][i],) for i in range(square(a)))


def stacked(a: Matrix) -> Matrix:
    return tuple((entry,) for row in transposed(a) for entry in row)


def kronecker(a: Matrix, b: Matrix) -> Matrix:
    (m, n), (p, q) = shape(a), shape(b)
    return build(m * p, n * q, lambda i, j: times(a[i // p][j // q], b[i % p][j % q]))


def norm_squared(a: Matrix) -> Matrix:
    return scalar(total([times(entry, entry) for row in a for entry in row]))
