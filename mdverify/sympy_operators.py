"""The SymPy column of the operator table, where it takes more than a name.

`s` is the SymPy module, handed in so that nothing here imports it; the other arguments are scalars or matrix
expressions. SymPy's own signs between matrices (`a * b`, `a.T`) evaluate what they join, derivatives
included; the classes behind them do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def each(s: Any, a: Any, form: Callable[[Any], Any]) -> Any:
    """A function of scalars, applied to a scalar or to every entry of a matrix."""
    z = s.Symbol("z")
    return a.applyfunc(s.Lambda(z, form(z))) if a.is_Matrix else form(a)


def product(s: Any, a: Any, b: Any) -> Any:
    """A product; a factor goes into entries that are sums, for SymPy works a product out to print it."""
    if not a.is_Matrix and not b.is_Matrix:
        return a * b
    scalar, matrix = (b, a) if a.is_Matrix else (a, b)
    if scalar.is_Matrix or not isinstance(matrix, s.FunctionMatrix):
        return s.MatMul(a, b).doit(deep=False)
    entry = matrix.lamda
    return s.FunctionMatrix(*matrix.shape, s.Lambda(entry.variables, scalar * entry.expr))


def negative(s: Any, a: Any) -> Any:
    return product(s, s.Integer(-1), a)


def add(s: Any, a: Any, b: Any) -> Any:
    """A sum; a scalar beside a matrix stands for as many equal entries."""
    if not a.is_Matrix and not b.is_Matrix:
        return a + b
    ones = s.OneMatrix(*(a if a.is_Matrix else b).shape)
    one, two = (side if side.is_Matrix else product(s, side, ones) for side in (a, b))
    return s.MatAdd(one, two).doit(deep=False)


def transpose(s: Any, a: Any) -> Any:
    return s.Transpose(a) if a.is_Matrix else a


def power(s: Any, a: Any, b: Any) -> Any:
    return s.HadamardPower(a, b) if a.is_Matrix else a**b


def hadamard(s: Any, a: Any, b: Any) -> Any:
    return s.HadamardProduct(a, b) if a.is_Matrix and b.is_Matrix else product(s, a, b)


def quotient(s: Any, a: Any, b: Any) -> Any:
    return hadamard(s, a, power(s, b, s.Integer(-1)))


def trace(s: Any, a: Any) -> Any:
    return s.Trace(a) if a.is_Matrix else a


def inner(s: Any, a: Any, b: Any) -> Any:
    return trace(s, product(s, transpose(s, a), b))


def total(s: Any, a: Any) -> Any:
    """The sum of all entries."""
    if not a.is_Matrix:
        return a
    row, column = s.symbols("_r _c")
    return s.Sum(a[row, column], (row, 0, a.rows - 1), (column, 0, a.cols - 1))


def norm1(s: Any, a: Any) -> Any:
    return total(s, each(s, a, s.Abs))


def diag(s: Any, a: Any) -> Any:
    if not a.is_Matrix:
        return a
    if 1 in a.shape:
        size = a.rows if a.cols == 1 else a.cols
        if a.is_ZeroMatrix:  # of which SymPy makes no square
            return s.ZeroMatrix(size, size)
        return s.DiagMatrix(a if a.cols == 1 else s.Transpose(a))
    row, column = s.symbols("_r _c")
    return s.FunctionMatrix(a.rows, 1, s.Lambda((row, column), a[row, row]))


def softmax(s: Any, a: Any) -> Any:
    powers = each(s, a, s.exp)
    return product(s, 1 / total(s, powers), powers)
