"""Everything a term is made of, definitions unfolded."""

from __future__ import annotations

from collections.abc import Iterator, Set

from mdverify.derivation import Derivation
from mdverify.reading import Reading
from mdverify.symbols import symbols_in
from mdverify.terms import Binder, Call, Term

RANK = frozenset({"rank"})
SIZE = frozenset({"size"})
DERIVING = frozenset({"deriv", "differential"})


def closure(reading: Reading, term: Term, points: bool = True) -> Iterator[Term]:
    """A term with everything below it, definitions and function bodies unfolded once.

    Without `points`, what is taken at a point is left out, though not the point.
    """
    seen: set[str] = set()
    stack = [term]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(here.args[here.op == "at" and not points :])
        if isinstance(here.data, Call) and here.data.body is not None and here.data.name not in seen:
            seen.add(here.data.name)
            stack.append(here.data.body)
        if here.op in ("sym", "member") and here.data not in seen:
            seen.add(here.data)
            if here.data in reading.definitions:
                stack.append(reading.definitions[here.data].body)
            if here.data in reading.generics:
                stack.extend(reading.generics[here.data].arguments)
        if here.op == "deriv":
            stack.extend(target.term for target in here.data.targets)


def named_parts(reading: Reading, term: Term) -> Iterator[Term]:
    """The members with a formula and the entries a term itself names, moved by free letters only."""
    stack = [term]
    while stack:
        here = stack.pop()
        stack.extend(here.args)
        if here.op == "deriv":
            stack.extend(target.term for target in here.data.targets)
        if here.op == "entry" or (here.op == "member" and here.data in reading.definitions):
            letters = {letter for index in here.args[here.op == "entry" :] for letter in _letters(index)}
            if letters and letters <= reading.free.keys():
                yield here


def free_bounds(reading: Reading, term: Term) -> Iterator[tuple[Term, Term]]:
    """The bounds of sums and products in a term that free letters move."""
    stack = [term]
    while stack:
        here = stack.pop()
        stack.extend(here.args)
        for bounds in here.data.bounds if isinstance(here.data, Binder) else ():
            letters = set() if bounds is None else _letters(bounds[0]) | _letters(bounds[1])
            if bounds is not None and letters and letters <= reading.free.keys():
                yield bounds


def _letters(index: Term) -> set[str]:
    """The index letters in an index expression."""
    return {str(index.data)} if index.op == "index" else {x for arg in index.args for x in _letters(arg)}


def free_names(reading: Reading, term: Term) -> frozenset[str]:
    """Symbols a value really depends on: neither defined nor parameters; generic ones are marked."""
    parts = list(closure(reading, term, points=False))
    found = _free_among(reading, parts)
    for part in parts:
        if part.op == "at":
            found |= free_names(reading, part.args[0]) - set(part.data)
    return found


def _free_among(reading: Reading, parts: list[Term]) -> frozenset[str]:
    found = set()
    params = {p for part in parts if isinstance(part.data, Call) for p in part.data.params}
    for part in parts:
        if part.op in ("sym", "member") and part.data not in reading.definitions and part.data not in params:
            found.add(f"?{part.data}" if part.data in reading.generics else str(part.data))
        if isinstance(part.data, Call) and part.data.body is None:
            found.add(f"?{part.data.name}")
    return frozenset(found)


def is_complex(reading: Reading, term: Term) -> bool:
    """Whether an imaginary number or a letter said to be complex stands in a term."""
    if not reading.derivation.imaginary and not any(
        "complex" in told for told in reading.assumptions.values()
    ):
        return False
    return any(
        isinstance(part.data, complex)
        or (part.op in ("sym", "member") and "complex" in reading.assumptions.get(part.data, ()))
        for part in closure(reading, term)
    )


def applies(reading: Reading, operators: frozenset[str], *sides: Term) -> bool:
    """Whether any of the operators is applied in the sides, definitions unfolded."""
    return any(part.op in operators for side in sides for part in closure(reading, side))


def has_derivative(reading: Reading, term: Term) -> bool:
    """Whether the value of a term takes a derivative anywhere."""
    return any(
        part.op in DERIVING or (part.op == "call" and part.data.order) for part in closure(reading, term)
    )


def is_named(derivation: Derivation, key: str, position: int) -> bool:
    """Whether a letter was set equal to a derivative, from right to left: it may be free all the same."""
    life = derivation.life(key, position)
    return life is not None and life.definition is not None and life.definition.named


def circular(keys: Set[str], derivation: Derivation, position: int) -> frozenset[str]:
    """Those of some symbols whose definitions lead back to themselves."""
    lives = {key: derivation.life(key, position) for key in keys}
    naming = derivation.naming
    uses = {
        key: {symbol.key for symbol in symbols_in(life.definition.body, naming)} & keys
        for key, life in lives.items()
        if life is not None and life.definition is not None
    }
    for middle in uses:
        for key, reached in uses.items():
            if middle in reached:
                uses[key] = reached | uses[middle]
    return frozenset(key for key, reached in uses.items() if key in reached)
