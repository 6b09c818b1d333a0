r"""What is random in a step, and how much is known of it.

What is said to be random is, and so is what stands alone in an expectation. What stands outside of every
expectation of a step is a constant. For the other letters both are tried: all of them random, and those
that look like constants fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mdverify.laws import Law, is_near
from mdverify.messages import message
from mdverify.outcomes import Chance
from mdverify.reading import Reading, Stuck
from mdverify.terms import Call, Measure, Term

AVERAGES = frozenset({"expect", "covary"})
RANDOM = frozenset({"random", "noise", "independent", "identical", "zero-mean", "apart"})
LIKE_CONSTANTS = frozenset("abcdgkmnpq") | {"alpha", "beta", "gamma", "lambda", "mu", "theta", "sigma", "tau"}
PRODUCTS = frozenset({"mul", "hadamard", "inner", "kron"})
LINEAR = frozenset(
    {"add", "sub", "neg", "T", "tr", "sum", "entry", "row", "col", "every", "stack", "total", "diag"}
)


@dataclass(slots=True)
class _Census:
    """Where the free symbols of a step stand: outside, bound by a subscript, or in a plain expectation.

    `groups` are the symbols every expectation is taken over.
    """

    outside: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    groups: list[tuple[Term, set[str]]] = field(default_factory=list)


def settle_chances(reading: Reading, *sides: Term) -> None:
    """Decide which symbols of a step are random; raises Stuck where an expectation has none."""
    if not reading.derivation.laws.any:
        return
    census = _Census()
    for side in sides:
        _count(reading, side, census)
    if not census.groups:
        return
    random = {name for name in census.inside if _varies(reading, name, census)} | census.bound
    for term, names in census.groups:
        taken = bool(names) or bool(term.data.bound)
        constant = names and all(_is_constant(reading, name) for name in names)
        if taken and not names & random and not constant:
            raise Stuck(message("nothing-random"), term.span)
    reading.exposed = census.outside
    reading.chances = {name: _chance(reading, name) for name in sorted(random)}


def _count(reading: Reading, side: Term, census: _Census) -> None:
    """Every free symbol below a term, by the expectation it stands in.

    What an expectation holds does not depend on what it stands in, so one reached twice is counted once:
    in definitions that stand in one another's expectations the ways down are too many to count.
    """
    outside: set[str] = set()
    stack: list[tuple[Term, Measure | None, set[str]]] = [(side, None, outside)]
    seen: set[tuple[int, int]] = set()
    averaged = {id(term) for term, _ in census.groups}
    while stack:
        term, measure, group = stack.pop()
        if term.op in AVERAGES:
            if id(term) in averaged:
                continue
            averaged.add(id(term))
            measure, group = term.data, set()
            census.groups.append((term, group))
        if (id(term), id(group)) in seen:
            continue
        seen.add((id(term), id(group)))
        if term.op in ("sym", "member"):
            if term.data in reading.definitions:
                stack.append((reading.definitions[term.data].body, measure, group))
            elif term.data in reading.generics:
                stack.extend((part, measure, group) for part in reading.generics[term.data].arguments)
            elif term.data in reading.shapes:
                _place(reading, term.data, measure, group, census)
        if isinstance(term.data, Call) and term.data.body is not None:
            stack.append((term.data.body, measure, group))
        stack.extend((part, measure, group) for part in term.args)


def _place(reading: Reading, name: str, measure: Measure | None, group: set[str], census: _Census) -> None:
    if measure is None:
        census.outside.add(name)
    elif not measure.bound:
        census.inside.add(name)
        group.add(name)
    elif reading.names.get(name, name) in measure.bound:
        census.bound.add(name)
        group.add(name)


def _varies(reading: Reading, name: str, census: _Census) -> bool:
    if is_said(reading, name):
        return True
    if is_told(reading, name):
        return not (name in census.outside and (reading.asked("settled") or reading.asked("kindly")))
    if name in census.outside or _is_constant(reading, name):
        return False
    if not reading.asked("settled"):
        return not (reading.asked("kindly") and looks_constant(reading, name))
    said = any(is_said(reading, other) for _, names in census.groups if name in names for other in names)
    return not (said or looks_constant(reading, name))


def _chance(reading: Reading, name: str) -> Chance:
    """How a symbol varies: as the note says, or as kindly as it allows."""
    kinds = reading.assumptions.get(name, frozenset())
    core = reading.cores.get(name, Chance())
    told = "noise" if "noise" in kinds else "own" if "independent" in kinds else "common"
    centred = core.centred or bool({"zero-mean", "noise"} & kinds)
    if not reading.asked("kindly"):
        return Chance(told, centred, core.white, "identical" in kinds, "apart" in kinds)
    how = reading.asked("kindly")
    averaged = name in reading.cores or _is_near(reading, reading.derivation.laws.averaged, name)
    return Chance("noise", centred or not averaged or how == "centred", core.white, True, how == "apart")


# --- what is known ----------------------------------------------------------------------------


def law_of(reading: Reading, name: str) -> Law | None:
    """The law the note gives a symbol."""
    derivation, key = reading.derivation, reading.names.get(name, name)
    return derivation.laws.of(key, lambda place: derivation.distance(place, reading.origin))


def _is_near(reading: Reading, places: Mapping[str, tuple[int, ...]], name: str) -> bool:
    derivation, key = reading.derivation, reading.names.get(name, name)
    return is_near(places, key, lambda place: derivation.distance(place, reading.origin))


def is_said(reading: Reading, name: str) -> bool:
    """Whether the note says that a symbol is random, or gives its moments."""
    told = RANDOM & reading.assumptions.get(name, frozenset())
    return bool(told) or name in reading.cores or law_of(reading, name) is not None


def is_told(reading: Reading, name: str) -> bool:
    """Whether the note says or shows that a symbol is random."""
    shown = _is_near(reading, reading.derivation.laws.operands, name)
    constant = "constant" in reading.assumptions.get(name, frozenset())
    return is_said(reading, name) or (shown and not constant)


def _is_constant(reading: Reading, name: str) -> bool:
    """Whether a symbol is said to be constant, or is a parameter of a law."""
    if reading.names.get(name, name) in reading.derivation.laws.parameters:
        return not is_said(reading, name)
    return "constant" in reading.assumptions.get(name, frozenset()) and not is_told(reading, name)


def looks_constant(reading: Reading, name: str) -> bool:
    """A matrix, or a letter from the front of the alphabet."""
    key = reading.names.get(name, name).rstrip("_")
    return reading.kind(reading.shapes[name]) == "M" or key.removeprefix("bf:") in LIKE_CONSTANTS


def unclear_chances(reading: Reading) -> bool:
    """Whether something is random only for standing alone in an expectation, and stands elsewhere too."""
    return any(name in reading.exposed and not is_said(reading, name) for name in reading.chances)


def has_unknown_law(reading: Reading, name: str) -> bool:
    """Whether a symbol is said to follow a law of which we know no moments."""
    law = law_of(reading, name)
    return law is not None and law.mean is None and law.spread is None


def is_determined(reading: Reading, name: str, most: float) -> bool:
    """Whether the moments a step asks for are given: two, or one where it is linear."""
    chance = reading.chances.get(name)
    return chance is not None and chance.centred and (chance.white or most <= 1)


def most_random(reading: Reading, terms: Iterable[Term]) -> float:
    """The highest degree in what is random that an expectation is taken of."""
    random = _surely_random(reading)
    bodies = (term.args for term in terms if term.op in AVERAGES)
    return max((sum(_degree(reading, part, random) for part in parts) for parts in bodies), default=0.0)


def _surely_random(reading: Reading) -> frozenset[str]:
    """What is told to be random in a step; where nothing is, all but what looks like a constant, or all."""
    every = frozenset(reading.chances)
    told = frozenset(name for name in every if is_told(reading, name))
    return told or frozenset(name for name in every if not looks_constant(reading, name)) or every


def _degree(
    reading: Reading, term: Term, random: frozenset[str], within: frozenset[str] = frozenset()
) -> float:
    """The degree of a term in what is random; infinite where it is no polynomial."""
    if term.op in AVERAGES:
        return 0.0
    if term.op in ("sym", "member"):
        if term.data in reading.definitions and term.data not in within:
            return _degree(reading, reading.definitions[term.data].body, random, within | {term.data})
        return float(term.data in random)
    if term.op == "hpow" and term.args[0].op == "norm" and term.args[1].op == "num":
        return _degree(reading, term.args[0].args[0], random, within) * float(term.args[1].data)
    below = [_degree(reading, part, random, within) for part in term.args]
    if term.op in PRODUCTS:
        return sum(below)
    if term.op in ("pow", "hpow") and term.args[1].op == "num" and term.args[1].data > 0:
        return below[0] * float(term.args[1].data)
    if term.op in LINEAR:
        return max(below, default=0.0)
    if term.op == "div" and not below[1]:
        return below[0]
    return float("inf") if any(below) else 0.0
