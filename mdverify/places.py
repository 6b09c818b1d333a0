"""Which terms say the same, so that what is written twice is evaluated once.

A term has its span and its identity, which tell two occurrences apart. A place is a number that all
terms share which cannot differ in value, whatever the sample: same operator, same data, same shape,
arguments of the same places.
"""

from __future__ import annotations

from collections.abc import Hashable

from mdverify.shapes import Dims
from mdverify.terms import Binder, Call, Derivative, Term


class Places:
    """The places of the terms of one reading; made when its dimensions are settled."""

    def __init__(self, dims: Dims) -> None:
        self.dims = dims
        self._of: dict[int, int] = {}
        self._terms: list[Term] = []  # kept, so that no other term gets the identity of one that is gone
        self._numbers: dict[Hashable, int] = {}

    def of(self, term: Term) -> int:
        """The place of a term."""
        place = self._of.get(id(term))
        if place is None:
            rows, cols = term.shape
            shape = self.dims.find(rows), self.dims.find(cols)
            said = (term.op, shape, self._data(term.data), *map(self.of, term.args))
            place = self._of[id(term)] = self._numbers.setdefault(said, len(self._numbers))
            self._terms.append(term)
        return place

    def _data(self, data: object) -> Hashable:
        """What a term says besides its arguments, the terms in it by their places."""
        match data:
            case Derivative(targets, arrangement):
                return arrangement, *((self.of(one.term), one.order, one.transposed) for one in targets)
            case Call(name, params, body, order, elementwise, members):
                return name, params, None if body is None else self.of(body), order, elementwise, members
            case Binder():
                return self._binder(data)
            case _:
                assert isinstance(data, Hashable)
                return data

    def _binder(self, binder: Binder) -> Hashable:
        dims = tuple(None if dim is None else self.dims.find(dim) for dim in binder.dims)
        bounds = tuple(None if pair is None else tuple(map(self.of, pair)) for pair in binder.bounds)
        if binder.condition is None:
            return binder.names, dims, bounds
        sign, left, right = binder.condition
        return binder.names, dims, bounds, sign, self.of(left), self.of(right)
