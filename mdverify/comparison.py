"""Both sides of a step evaluated at generic points and compared."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mdverify.case import Case
from mdverify.closure import has_derivative
from mdverify.cloud import Budget, Context, Exhausted, Undefined
from mdverify.evaluate import Model
from mdverify.messages import Message, message
from mdverify.operators import Array
from mdverify.places import Places
from mdverify.reading import Clash, Options, Reading
from mdverify.sampling import ATTEMPTS, POINTS, sampler
from mdverify.shapes import Shape
from mdverify.terms import Term, is_zero

AGREE = 1e-8  # complex step is exact to rounding, the circle to about 1e-10; cancellation costs digits
DIFFER = 1e-4  # a mistake is not small
FAINT = 1e-3  # points at which everything is this much smaller than elsewhere have lost their digits
TINY = 1e-12  # both sides nothing but rounding: an agreement that says nothing
WITNESS = 1e-5  # five-point differences are good to about 1e-9, relative to the largest term
GOOD_POINTS = 3
FREE_COMBINATIONS = 64
# Reasons that no other reading mends.
HOPELESS = frozenset(
    {
        "unread",
        "no-meaning",
        "dots",
        "unknown-function",
        "sum-without-index",
        "ordered-product",
        "operator-alone",
    }
    | {"question", "empty-side", "ragged-matrix", "too-many-indices", "matrix-power"}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: agree, differ, clash, stuck, uncertain.

    `plain` is the clash of the plain reading, if it was one; `limited` is
    the limit of ours that kept another plausible reading from being judged.
    """

    kind: str
    options: Options
    reading: Reading | None = None
    left: Term | None = None
    right: Term | None = None
    clash: Clash | None = None
    reason: Message | None = None
    counter: Counterexample | None = None
    cost: float = 0.0
    plain: Outcome | None = None
    limited: Message | None = None

    @property
    def discriminates(self) -> bool:
        """Whether the layout makes a difference to how the sides are read."""
        if self.reason is not None and self.reason.key in HOPELESS:
            return False
        return self.reading is None or self.reading.discriminating or self.kind == "stuck"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point where the sides differ: model, values, and the worst entry (from 0) with its error."""

    model: Model
    lhs: Array
    rhs: Array
    entry: tuple[int, int]
    error: float
    sample: int


def compare(case: Case, options: Options, reading: Reading, left: Term, right: Term, sure: bool) -> Outcome:
    """Evaluate at generic points; where too few are good, at positive or small ones.

    To be `sure`, a difference has to show in two domains, if two have enough good points; sizes handed out in
    reverse are only for what has no value otherwise.
    """
    said: Message = message("undefined-everywhere")
    places = Places(reading.dims)
    tried: list[dict[int, int] | None] = []
    for order in (0, 1):
        sizes = reading.dims.sizes(order)
        if sizes in tried:
            continue
        tried.append(sizes)
        if sizes is None or not reading.dims.consistent(sizes):
            said = message("no-sizes")
            continue
        outcome = _at_sizes(case, options, reading, left, right, places, sizes, sure)
        if outcome is not None:
            return outcome
    return Outcome("stuck", options, reading, left, right, reason=said)


def _at_sizes(
    case: Case,
    options: Options,
    reading: Reading,
    left: Term,
    right: Term,
    places: Places,
    sizes: dict[int, int],
    sure: bool,
) -> Outcome | None:
    """The verdict for one choice of sizes, or None where no domain has enough good points."""
    differing: Outcome | None = None
    for domain in ATTEMPTS:
        draw = sampler(case.seed, domain, reading.assumptions)
        model = Model(places, sizes, reading.definitions, reading.generics, draw, POINTS, reading.assumptions)
        model.active = _active(reading)
        try:
            outcome = _at_points(case, options, reading, left, right, model, sure)
        except Undefined as error:
            return Outcome("stuck", options, reading, left, right, reason=message("no-value", text=error))
        except Budget as error:
            key = "exhausted" if isinstance(error, Exhausted) else "budget"
            return Outcome("stuck", options, reading, left, right, reason=message(key, what=error))
        if outcome is None:
            continue
        if outcome.kind == "agree" and differing is not None:
            return replace(outcome, kind="uncertain", reason=message("only-sometimes"))
        if outcome.kind != "differ" or not sure:
            return outcome
        if differing is not None:
            return differing
        differing = outcome
    return differing


def _active(reading: Reading) -> tuple[tuple[str, Shape, int], ...]:
    """Free symbols that occur with a `d` before them vary in differentials."""
    found = []
    for name, key in reading.names.items():
        free = name in reading.shapes and name not in reading.definitions and name not in reading.generics
        if free and key in reading.derivation.differentials:
            found.append((name, reading.shapes[name], len(reading.slots.get(name, ()))))
    return tuple(found)


def _at_points(
    case: Case, options: Options, reading: Reading, left: Term, right: Term, model: Model, sure: bool
) -> Outcome | None:
    """The verdict of one point cloud, or None where too few points are good."""
    ctx = _start(case, reading, model)
    a, b = _both(model, left, right, ctx)
    scale = np.maximum(_scale(model, left, ctx), _scale(model, right, ctx))
    error, good = _errors(a, b, scale)
    good &= scale >= FAINT * _median(scale[good])
    if len(set(ctx.sample[good])) < GOOD_POINTS:
        return None
    worst = float(error[good].max())
    if not (is_zero(left) or is_zero(right)) and not np.any(scale[good] > TINY):
        return Outcome("stuck", options, reading, left, right, reason=message("both-vanish"))
    if worst <= AGREE:
        return Outcome("agree", options, reading, left, right)
    if worst < DIFFER:
        return Outcome("uncertain", options, reading, left, right, reason=message("too-close"))
    if not sure:
        return Outcome("differ", options, reading, left, right)
    row = _witnessed(reading, model, left, right, ctx, good & (error >= DIFFER), scale)
    if row is None:
        return Outcome("uncertain", options, reading, left, right, reason=message("no-witness"))
    counter = _counterexample(model, a, b, row, float(error[row]), ctx)
    return Outcome("differ", options, reading, left, right, counter=counter)


def _median(values: Array) -> float:
    """The median, 0 of nothing; numpy's own takes longer than the evaluation of many a step."""
    if not len(values):
        return 0.0
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _both(model: Model, left: Term, right: Term, ctx: Context) -> tuple[Array, Array]:
    """The values of both sides; a bare zero is a number, whatever shape it stands for."""
    zero = np.zeros((ctx.batch, 1, 1))
    return (
        zero if is_zero(left) else model.value(left, ctx),
        zero if is_zero(right) else model.value(right, ctx),
    )


def _start(case: Case, reading: Reading, model: Model) -> Context:
    """All points with all values of the free indices (a spread-out selection where there are too many)."""
    letters = sorted(reading.free)
    if not letters:
        return model.start()
    counts = [model.size(reading.free[letter]) for letter in letters]
    grids = np.stack(
        [g.reshape(-1) for g in np.meshgrid(*[np.arange(1, n + 1) for n in counts], indexing="ij")]
    )
    told = case.index_case
    if told is not None and {told.one, told.two} <= set(letters):
        same = grids[letters.index(told.one)] == grids[letters.index(told.two)]
        grids = grids[:, same if told.sign == "=" else ~same]
    if grids.shape[1] > FREE_COMBINATIONS:
        step = grids.shape[1] / FREE_COMBINATIONS
        grids = grids[:, (np.arange(FREE_COMBINATIONS) * step).astype(int)]
    index = {letter: np.tile(grid, model.points) for letter, grid in zip(letters, grids, strict=True)}
    return model.start(index, grids.shape[1])


def _errors(a: Array, b: Array, scale: Array) -> tuple[Array, Array]:
    """Largest difference of each row relative to its largest term, and which rows are finite."""
    difference = np.abs(a - b)
    flat = difference.reshape(len(difference), -1).max(axis=1)
    good = np.isfinite(flat) & np.isfinite(scale)
    return np.where(good, flat / np.maximum(scale, 1e-12), 0.0), good


def _scale(model: Model, term: Term, ctx: Context) -> Array:
    """The largest entry of any term that is added up at the top of a side."""
    if term.op in ("add", "sub"):
        return np.maximum(_scale(model, term.args[0], ctx), _scale(model, term.args[1], ctx))
    if is_zero(term):
        return np.zeros(ctx.batch)
    if term.op == "neg":
        return _scale(model, term.args[0], ctx)
    value = model.value(term, ctx)
    return np.abs(value).reshape(len(value), -1).max(axis=1)


def _witnessed(
    reading: Reading, model: Model, left: Term, right: Term, ctx: Context, suspects: Array, scale: Array
) -> int | None:
    """The suspect point with the largest error at which real differences show the same, if there is one."""
    a, b = _both(model, left, right, ctx)
    error, _ = _errors(a, b, scale)
    order = [row for row in np.argsort(-error) if suspects[row]]
    if not (has_derivative(reading, left) or has_derivative(reading, right)):
        return int(order[0])
    model.method = "central"
    try:
        c, d = _both(model, left, right, ctx.fresh())
    except Undefined:
        return int(order[0])
    finally:
        model.method = "complex-step"
    for row in order:
        floor = max(float(scale[row]), TINY)
        same = max(_gap(a, c, row), _gap(b, d, row)) <= 100 * WITNESS * floor
        if same and _gap(c, d, row) >= DIFFER / 2 * floor:
            return int(row)
    return None


def _gap(a: Array, b: Array, row: int) -> float:
    """The largest difference of two values at one point."""
    return float(np.abs(a[row] - b[row]).max())


def _counterexample(model: Model, a: Array, b: Array, row: int, worst: float, ctx: Context) -> Counterexample:
    """The point of a row, with the entry at which the sides differ most."""
    one, two = np.broadcast_arrays(a[row], b[row])
    gap = np.abs(one - two)
    entry = np.unravel_index(int(np.argmax(gap)), gap.shape)
    return Counterexample(
        model, np.real(one), np.real(two), (int(entry[0]), int(entry[1])), worst, int(ctx.sample[row])
    )
