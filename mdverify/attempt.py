"""A step under one reading: both sides read, held to one shape, evaluated and compared."""

from __future__ import annotations

from dataclasses import replace

from mdverify.case import Case
from mdverify.closure import DERIVING, applies, is_complex
from mdverify.comparison import Outcome, compare
from mdverify.evaluate import quiet
from mdverify.infer import read
from mdverify.messages import message
from mdverify.operators import ShapeClash
from mdverify.randomness import settle_chances
from mdverify.reading import Clash, Options, Reading, Stuck
from mdverify.shapes import TooLarge
from mdverify.terms import Term, is_zero

REAL_ONLY = frozenset(
    {
        "abs",
        "norm",
        "norm1",
        "norminf",
        "spectral",
        "inner",
        "sign",
        "relu",
        "max",
        "min",
        "above",
        "sqrt",
        "log",
        "arcsin",
    }
    | {"arccos", "arctan", "arsinh", "arcosh", "artanh", "softplus", "logsumexp", "pinv"}
)


def attempt(case: Case, options: Options, sure: bool = True) -> Outcome:
    """Read both sides under the options, then evaluate and compare.

    Where only an agreement counts, `sure` is False: then the first points that differ are enough for
    "differ", without witness and counterexample.
    """
    known: Outcome | None = case.recall.find(options)
    if known is None or (sure and known.kind == "differ" and known.counter is None):
        known = _attempt(case, options, sure)
        assert known.reading is not None
        case.recall.keep(known.reading.answers, known)
    return known if known.options is options else replace(known, options=options)


def _attempt(case: Case, options: Options, sure: bool) -> Outcome:
    reading = Reading(case.derivation, case.evidence, case.position, options, read)
    reading.unbound, reading.derives = case.letters, case.derives
    reading.targets = case.targets
    reading.differentials = case.differentials
    try:
        left, right = map(reading.term, case.sides)
        hold(reading, left, right)
        settle_chances(reading, left, right)
    except Clash as clash:
        return Outcome("clash", options, reading, clash=_alone(clash))
    except Stuck as stuck:
        return Outcome("stuck", options, reading, reason=stuck.said)
    except TooLarge as error:
        return Outcome("stuck", options, reading, reason=message("too-large", size=error))
    except RecursionError:
        return Outcome("stuck", options, reading, reason=message("too-deep"))
    if reading.counted & set(reading.names.values()):
        return Outcome("stuck", options, reading, reason=message("dots", text=min(reading.counted)))
    if _beyond_the_reals(reading, left, right):
        return Outcome("stuck", options, reading, reason=message("complex"))
    reading.settle_sizes()
    try:
        with quiet():
            return compare(case, options, reading, left, right, sure)
    except RecursionError:
        return Outcome("stuck", options, reading, reason=message("too-deep"))


def _alone(clash: Clash) -> Clash:
    """A clash without what led to it: the frames it came through hold whatever was read on the way."""
    clash.__cause__ = clash.__context__ = None
    return clash.with_traceback(None)


def _beyond_the_reals(reading: Reading, left: Term, right: Term) -> bool:
    """Complex numbers in what we can evaluate for real ones only, derivatives among them."""
    if not any(is_complex(reading, side) for side in (left, right)):
        return False
    return applies(reading, REAL_ONLY | DERIVING, left, right)


def is_hollow(case: Case, reading: Reading) -> bool:
    """Whether members that are transposed nearby came out as numbers, and nobody said they are."""
    return any(
        name in reading.slots
        and reading.kind(shape) == "S"
        and not _is_declared(case, reading.names[name])
        and case.evidence.weight(reading.names[name], "transposed", case.position) == 1.0
        for name, shape in reading.shapes.items()
        if name in reading.names
    )


def _is_declared(case: Case, key: str) -> bool:
    life = case.derivation.life(key, case.position)
    return life is not None and life.declaration is not None


def hold(reading: Reading, left: Term, right: Term) -> None:
    """Both sides must have one shape; a bare 0 has any. Raises Clash."""
    if is_zero(left) or is_zero(right):
        return
    dims = reading.dims
    if dims.unify(left.shape.rows, right.shape.rows) and dims.unify(left.shape.cols, right.shape.cols):
        return
    if reading.asked("broadcast") and "S" in (reading.kind(left.shape), reading.kind(right.shape)):
        reading.broadcasts = True
        return
    raise reading.clash(ShapeClash("equation", 0, 1), (left, right))
