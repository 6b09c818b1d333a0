"""Exact numbers: fractions, or 50 digits where a function leaves the rationals, with dual parts.

A `Dual` carries a value and one infinitesimal part, either of which may be a Dual again, so derivatives
of any order come out exactly as the product and chain rules give them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]

mpmath.mp.dps = 50
CLOSE = mpmath.mpf(10) ** -30

Real = Any
"""A Fraction, an mpf or a Dual; all three have the four operations."""

Function = Callable[[Real], Real]


@dataclass(frozen=True, slots=True)
class Dual:
    value: Real
    part: Real

    def __add__(self, other: Real) -> Dual:
        b = dual(other)
        return Dual(plus(self.value, b.value), plus(self.part, b.part))

    def __mul__(self, other: Real) -> Dual:
        b = dual(other)
        part = plus(times(self.value, b.part), times(self.part, b.value))
        return Dual(times(self.value, b.value), part)

    __radd__ = __add__
    __rmul__ = __mul__


def dual(number: Real) -> Dual:
    return number if isinstance(number, Dual) else Dual(number, Fraction(0))


def _mixed(a: Real, b: Real) -> tuple[Real, Real]:
    """A Fraction next to an mpf becomes one."""
    if isinstance(a, Fraction) and isinstance(b, mpmath.mpf):
        return real(a), b
    if isinstance(b, Fraction) and isinstance(a, mpmath.mpf):
        return a, real(b)
    return a, b


def plus(a: Real, b: Real) -> Real:
    if isinstance(a, Dual) or isinstance(b, Dual):
        return dual(a) + b
    a, b = _mixed(a, b)
    return a + b


def times(a: Real, b: Real) -> Real:
    if isinstance(a, Dual) or isinstance(b, Dual):
        return dual(a) * b
    a, b = _mixed(a, b)
    return a * b


def minus(a: Real) -> Real:
    return times(Fraction(-1), a)


def over(a: Real) -> Real:
    """1/a; ZeroDivisionError where there is none."""
    if isinstance(a, Dual):
        inverse = over(a.value)
        return Dual(inverse, minus(times(a.part, times(inverse, inverse))))
    return 1 / a


def real(number: Fraction) -> Any:
    return mpmath.mpf(number.numerator) / number.denominator


def is_zero(a: Real) -> bool:
    if isinstance(a, Dual):
        return is_zero(a.value)
    return bool(a == 0) if isinstance(a, Fraction) else bool(abs(a) < CLOSE)


def same(a: Real, b: Real) -> bool:
    a, b = _mixed(a, b)
    if isinstance(a, Fraction):
        return bool(a == b)
    return bool(abs(a - b) <= CLOSE * (1 + abs(a) + abs(b)))


def _function(value: Callable[[Any], Any], slope: Callable[[Real], Real]) -> Callable[[Real], Real]:
    """A function of one real number from its value and its derivative."""

    def apply(a: Real) -> Real:
        if isinstance(a, Dual):
            return Dual(apply(a.value), times(slope(a.value), a.part))
        return value(real(a) if isinstance(a, Fraction) else a)

    return apply


def _positive(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def inside(a: Any) -> Any:
        if a <= 0:
            raise ZeroDivisionError
        return function(a)

    return inside


exp: Function = _function(mpmath.exp, lambda a: exp(a))
log: Function = _function(_positive(mpmath.log), over)
sqrt: Function = _function(_positive(mpmath.sqrt), lambda a: times(Fraction(1, 2), over(sqrt(a))))
sin: Function = _function(mpmath.sin, lambda a: cos(a))
cos: Function = _function(mpmath.cos, lambda a: minus(sin(a)))
tanh: Function = _function(mpmath.tanh, lambda a: plus(Fraction(1), minus(times(tanh(a), tanh(a)))))

FUNCTIONS: dict[str, Callable[[Real], Real]] = {
    "exp": exp,
    "log": log,
    "ln": log,
    "sin": sin,
    "cos": cos,
    "tanh": tanh,
}
