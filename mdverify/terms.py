"""A formula that has been understood: operators of the table over symbols with shapes.

Where the syntax tree says what is written, a term says what is meant under one reading.

    num (a number)      size (name of a dimension)     index (a letter, offset in `data`)
    sym (key)           member (key; index terms)      entry (matrix or vector; one or two index terms)
    row, col (matrix; index term)                      local parameters of functions are `sym` too
    sum, prod (Binder; body)                           call (Call; arguments)
    chain, chain-down (Binder; body): a product of matrices, the lowest index first or last
    every, beside (Binder; body): all members below or beside each other, two indices make a matrix
    stack (widths of the rows of blocks; blocks)       delta (two index terms)
    deriv (Derivative; body)                           differential (body)
    expect (Measure; body)                             covary (Measure; two columns): their covariance
    at (keys of parameters; body, their values)        I, zeros, ones, basis: constants of any size
    everything else: a row of the operator table
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mdverify.shapes import Shape
from mdverify.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """An operator with its arguments, the shape of its value, and where it was read."""

    op: str
    args: tuple[Term, ...]
    data: Any
    shape: Shape
    span: Span


@dataclass(frozen=True, slots=True)
class Binder:
    """An index bound by a sum, product or table: its letter and the dimension it runs over.

    `dim` is None where the bounds are terms of their own. `condition` (sign, left, right) keeps
    only some values.
    """

    names: tuple[str, ...]
    dims: tuple[int | None, ...]
    bounds: tuple[tuple[Term, Term] | None, ...]
    condition: tuple[str, Term, Term] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a derivative is taken with respect to: a term that can be varied, `^T` noted apart."""

    term: Term
    order: int = 1
    transposed: bool = False


@dataclass(frozen=True, slots=True)
class Derivative:
    """A derivative: its targets from left to right and the arrangement of the partials.

    `arrangement` is "by-target" (the shape of the target), "jacobian" (numerator entries by rows),
    "gradient" (target entries by rows) or a transposed one, see `evaluate`.
    """

    targets: tuple[Target, ...]
    arrangement: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What an expectation is taken over: the keys its subscript binds, and the name of the measure."""

    bound: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied: defined in the note (parameters and body) or generic smooth.

    `order` counts primes; `elementwise` functions keep the shape of their argument. Of a generic family
    (`f_i(x)`) the last `members` arguments are the indices.
    """

    name: str
    params: tuple[str, ...] = ()
    body: Term | None = None
    order: int = 0
    elementwise: bool = False
    members: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """The value of a symbol in terms of others: formal index letters and the body.

    `power` is 2 for `\\sigma^2 = …`: the symbol is the positive root of the body. A recursion by later
    members (`δ_t` by `δ_{t+1}`) begins at the end of the dimension `ends`, behind which members are
    0 if it is `closed`, else free. `first` is what the member number 0 is said to be.
    """

    indices: tuple[str, ...]
    body: Term
    power: Term | None = None
    shifts: tuple[int, ...] = ()
    ends: int | None = None
    closed: bool = False
    first: Term | None = None


@dataclass(frozen=True, slots=True)
class Generic:
    """A symbol that is differentiated but nowhere defined: a smooth function of others."""

    arguments: tuple[Term, ...]


def is_zero(term: Term) -> bool:
    """Whether a term is a bare 0, of whatever shape, with a sign or a number before it."""
    if term.op in ("add", "sub"):
        return all(map(is_zero, term.args))
    if term.op in ("neg", "mul"):
        numbers = all(part.op == "num" or is_zero(part) for part in term.args)
        return numbers and any(map(is_zero, term.args))
    return (term.op == "num" and term.data == 0.0) or term.op == "zeros"
