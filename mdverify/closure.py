"""Everything a term is made of, definitions unfolded."""

from __future__ import annotations

from collections.abc import Iterator

from mdverify.reading import Reading
from mdverify.terms import Call, Term

DERIVING = frozenset({"deriv", "differential"})


def closure(reading: Reading, term: Term) -> Iterator[Term]:
    """A term with everything below it, definitions and function bodies unfolded once."""
    seen: set[str] = set()
    stack = [term]
    while stack:
        here = stack.pop()
        yield here
        stack.extend(here.args)
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


def free_names(reading: Reading, term: Term) -> frozenset[str]:
    """Symbols a value really depends on: neither defined nor parameters; generic ones are marked."""
    found = set()
    params = {p for part in closure(reading, term) if isinstance(part.data, Call) for p in part.data.params}
    params |= {p for part in closure(reading, term) if part.op == "at" for p in part.data}
    for part in closure(reading, term):
        if part.op in ("sym", "member") and part.data not in reading.definitions and part.data not in params:
            found.add(f"?{part.data}" if part.data in reading.generics else str(part.data))
        if isinstance(part.data, Call) and part.data.body is None:
            found.add(f"?{part.data.name}")
    return frozenset(found)


def is_complex(reading: Reading, term: Term) -> bool:
    """Whether an imaginary number or a letter said to be complex stands in a term."""
    return any(
        isinstance(part.data, complex)
        or (part.op in ("sym", "member") and "complex" in reading.assumptions.get(part.data, ()))
        for part in closure(reading, term)
    )


def has_derivative(reading: Reading, term: Term) -> bool:
    """Whether the value of a term takes a derivative anywhere."""
    return any(
        part.op in DERIVING or (part.op == "call" and part.data.order) for part in closure(reading, term)
    )
