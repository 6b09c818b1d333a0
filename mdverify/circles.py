"""Families whose members are defined by others of the same family: where that leads, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mdverify.terms import Binder, Call, Definition, Derivative, Term

Slot = tuple[str, int]  # one index of a family


class Circles:
    """What the definitions of one reading say of their recursions; found when first asked for."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self._definitions = definitions
        self._recursions: dict[str, bool] = {}
        self._steps: dict[str, tuple[int, ...]] = {}
        self._outer: dict[str, frozenset[str]] = {}

    def recurs(self, key: str) -> bool:
        """Whether members of a family lead back to members of it."""
        if key not in self._recursions:
            self._recursions[key] = any(one.data == key for one in self._below(key) if one.op in SYMBOLS)
        return self._recursions[key]

    def steps(self, key: str) -> tuple[int, ...]:
        """Which indices of a family change on the way back to it: l of `z_j^l = Σ_k w_jk σ(z_k^{l-1})`."""
        if key not in self._steps:
            moving = self._moving(key)
            self._steps[key] = tuple(sorted(slot for name, slot in moving if name == key))
        return self._steps[key]

    def outer(self, key: str) -> frozenset[str]:
        """The index letters that a family with a formula may take from where it is asked for."""
        if key not in self._outer:
            names = [key, *(one.data for one in self._below(key) if one.op in SYMBOLS)]
            defined = (self._definitions[name] for name in names if name in self._definitions)
            self._outer[key] = frozenset(letter for one in defined for letter in _unbound(one))
        return self._outer[key]

    def _below(self, key: str) -> Iterator[Term]:
        """The terms below a family, definitions unfolded once each."""
        seen: set[str] = set()
        stack = [self._definitions[key].body]
        while stack:
            term = stack.pop()
            yield term
            stack += [*term.args, *_inside(term.data)]
            if term.op in SYMBOLS and term.data not in seen:
                seen.add(term.data)
                if term.data in self._definitions:
                    stack.append(self._definitions[term.data].body)

    def _moving(self, key: str) -> set[Slot]:
        """The indices of the families in a circle that a number is added to on the way round."""
        names = {one.data for one in self._below(key) if one.op == "member"} | {key}
        circle = {name for name in names if name in self._definitions and self.recurs(name)}
        passed = [(name, *link) for name in circle for link in self._links(name, circle)]
        moving: set[Slot] = set()
        for _ in passed:
            found = {to for name, slot, step, to in passed if step or (name, slot) in moving}
            if found <= moving:
                break
            moving |= found
        return moving

    def _links(self, name: str, circle: set[str]) -> Iterator[tuple[int, int, Slot]]:
        """From which index to which of the circle's families a formula hands on, and what it adds."""
        definition = self._definitions[name]
        shifts = definition.shifts or (0,) * len(definition.indices)
        stack = [definition.body]
        while stack:
            term = stack.pop()
            stack += [*term.args, *_inside(term.data)]
            if term.op != "member" or term.data not in circle:
                continue
            for at, index in enumerate(term.args):
                letter, number = shifted(index)
                if letter in definition.indices:
                    slot = definition.indices.index(letter)
                    yield slot, number - shifts[slot], (term.data, at)


SYMBOLS = ("sym", "member")


def shifted(index: Term) -> tuple[str, int]:
    """An index letter and the number added to it; no letter where an index is anything else."""
    match index:
        case Term("index", data=letter):
            return letter, 0
        case Term("add" | "sub" as op, (Term("index", data=letter), Term("num", data=number))):
            return letter, int(number) if op == "add" else -int(number)
    return "", 0


def _unbound(definition: Definition) -> Iterator[str]:
    """The index letters of a formula that are neither its own nor bound in it."""
    stack = [(definition.body, frozenset(definition.indices))]
    while stack:
        term, bound = stack.pop()
        if term.op == "index" and term.data not in bound:
            yield term.data
        if isinstance(term.data, Binder):
            bound |= frozenset(term.data.names)
            stack += [(one, bound) for pair in term.data.bounds if pair is not None for one in pair]
            stack += [(one, bound) for one in (term.data.condition or ())[1:] if isinstance(one, Term)]
        stack += [(one, bound) for one in (*term.args, *_inside(term.data))]


def _inside(data: object) -> tuple[Term, ...]:
    """The terms a function or a derivative is made of, besides its arguments."""
    match data:
        case Call(body=Term() as body):
            return (body,)
        case Derivative(targets=targets):
            return tuple(target.term for target in targets)
    return ()
