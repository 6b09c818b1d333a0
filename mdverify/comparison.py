"""Both sides of a step evaluated at generic points and compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mdverify.case import Case
from mdverify.closure import RANK, applies, free_bounds, has_derivative, named_parts
from mdverify.cloud import Budget, Context, Exhausted, Undefined, whole
from mdverify.evaluate import Model
from mdverify.leaves import outside_of
from mdverify.messages import Message, message
from mdverify.operators import Array
from mdverify.places import Places
from mdverify.reading import Clash, Options, Reading
from mdverify.rounding import Rounded, rounded
from mdverify.sampling import ATTEMPTS, POINTS, RANK_ATTEMPTS, sampler
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
        "operator-alone",
    }
    | {"question", "empty-side", "ragged-matrix", "matrix-power"}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: agree, differ, clash, stuck, uncertain.

    `plain` is the clash of the plain reading, if it was one; `limited` is
    the limit of ours that kept another plausible reading from being judged;
    `vanishes` says that nothing but zero was found on either side.
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
    vanishes: bool = False

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


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both sides of a step under one reading; `sure` asks that a difference be confirmed."""

    case: Case
    options: Options
    reading: Reading
    left: Term
    right: Term
    places: Places
    sure: bool

    def outcome(self, kind: str, reason: Message | None = None, **more: Any) -> Outcome:
        return Outcome(kind, self.options, self.reading, self.left, self.right, reason=reason, **more)

    @property
    def speaks_of_ranks(self) -> bool:
        return applies(self.reading, RANK, self.left, self.right)


def compare(case: Case, options: Options, reading: Reading, left: Term, right: Term, sure: bool) -> Outcome:
    """Evaluate at generic points; where too few are good, at positive or small ones.

    To be `sure`, a difference has to show in two domains, if two have enough good points; sizes handed out in
    reverse are only for what has no value otherwise.
    """
    said: Message = message("undefined-everywhere")
    pair = _Pair(case, options, reading, left, right, Places(reading.dims), sure)
    tried: list[dict[int, int] | None] = []
    for order in (0, 1):
        sizes = reading.dims.sizes(order)
        if sizes in tried:
            continue
        tried.append(sizes)
        if sizes is None or not reading.dims.consistent(sizes):
            said = message("no-sizes")
            continue
        outcome = _at_sizes(pair, sizes)
        if outcome is not None:
            return outcome
    return pair.outcome("stuck", said)


def _at_sizes(pair: _Pair, sizes: dict[int, int]) -> Outcome | None:
    """The verdict for one choice of sizes, or None where no domain has enough good points."""
    differing: Outcome | None = None
    for domain in ATTEMPTS:
        outcome = _in_domain(pair, sizes, domain)
        if outcome is None or (differing is not None and _says_nothing(outcome)):
            continue
        if outcome.kind == "agree" and (differing is not None or _for_some_ranks(pair, sizes)):
            return replace(outcome, kind="uncertain", reason=message("only-sometimes"))
        if outcome.kind != "differ" or not pair.sure:
            return outcome
        if differing is not None:
            return differing
        differing = outcome
    return differing


def _in_domain(pair: _Pair, sizes: dict[int, int], domain: str) -> Outcome | None:
    """The verdict at the points of one domain, or None where too few of them are good."""
    reading = pair.reading
    draw = sampler(pair.case.seed, domain, reading.assumptions)
    model = Model(
        pair.places, sizes, reading.definitions, reading.generics, draw, POINTS, reading.assumptions
    )
    model.active = _active(reading)
    try:
        return _at_points(pair, model)
    except Undefined as error:
        return pair.outcome("stuck", message("no-value", text=error))
    except Budget as error:
        key = "exhausted" if isinstance(error, Exhausted) else "budget"
        return pair.outcome("stuck", message(key, what=error))


def _for_some_ranks(pair: _Pair, sizes: dict[int, int]) -> bool:
    """Whether something said of ranks fails for matrices below full rank."""
    found = (_in_domain(pair, sizes, domain) for domain in RANK_ATTEMPTS if pair.speaks_of_ranks)
    return any(outcome is not None and outcome.kind != "agree" for outcome in found)


def _says_nothing(outcome: Outcome) -> bool:
    """Whether nothing but rounding is left of both sides, as of a product of saturated slopes."""
    return outcome.reason is not None and outcome.reason.key == "both-vanish"


def _active(reading: Reading) -> tuple[tuple[str, Shape, int], ...]:
    """Free symbols that occur with a `d` before them vary in differentials: those of this part, if any."""
    derivation = reading.derivation
    found = [
        (name, key)
        for name, key in reading.names.items()
        if name in reading.shapes and name not in reading.definitions and name not in reading.generics
        if key in derivation.differentials
    ]
    here = [(name, key) for name, key in found if derivation.varies(key, reading.position)]
    return tuple((name, reading.shapes[name], len(reading.slots.get(name, ()))) for name, _ in here or found)


def _at_points(pair: _Pair, model: Model) -> Outcome | None:
    """The verdict of one point cloud, or None where too few points are good."""
    case, reading, left, right = pair.case, pair.reading, pair.left, pair.right
    ctx = _start(case, reading, model, left, right)
    if not ctx.batch:
        return None  # the free indices have no values for which the step is claimed
    a, b = _both(model, left, right, ctx)
    scale = np.maximum(_scale(model, left, ctx), _scale(model, right, ctx))
    error, good = _errors(a, b, scale)
    vanishes = not np.any(scale[good] > TINY)
    if is_zero(left) or is_zero(right):
        derived = has_derivative(reading, right if is_zero(left) else left)
        vanishes = vanishes and (derived or not np.any(scale[good]))
        scale = np.maximum(scale, FAINT)  # what cancels has only its rounding to be compared with
        error, good = _errors(a, b, scale)
    good &= scale >= FAINT * _median(scale[good])
    if len(set(ctx.sample[good])) < GOOD_POINTS:
        return None
    worst = float(error[good].max())
    size = np.maximum(*(np.abs(side).reshape(len(error), -1).max(axis=1) for side in (a, b)))
    cancels = not np.any(size[good] > TINY * np.maximum(scale[good], 1))
    if cancels and not (is_zero(left) or is_zero(right)):
        return pair.outcome("stuck", message("both-vanish"))
    if worst <= AGREE:
        return pair.outcome("agree", vanishes=vanishes)
    gap = np.abs(a - b).reshape(len(error), -1).max(axis=1)
    near = rounded(case, reading, model, (left, right), np.where(good, gap, 0.0), ctx)
    if near is Rounded.TO_ITS_DIGITS:
        return pair.outcome("agree")
    if near is Rounded.PERHAPS:
        return pair.outcome("uncertain", message("rounded"))
    if worst < DIFFER:
        return pair.outcome("uncertain", message("too-close"))
    if not pair.sure:
        return pair.outcome("differ")
    row = _witnessed(reading, model, left, right, ctx, good & (error >= DIFFER), scale)
    if row is None:
        return pair.outcome("uncertain", message("no-witness"))
    return pair.outcome("differ", counter=_counterexample(model, a, b, row, float(error[row]), ctx))


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


def _start(case: Case, reading: Reading, model: Model, left: Term, right: Term) -> Context:
    """All points with all values of the free indices (a spread-out selection where there are too many)."""
    letters = sorted(reading.free)
    if not letters:
        return model.start()
    counts = [model.size(reading.free[letter]) for letter in letters]
    grids = np.stack(
        [g.reshape(-1) for g in np.meshgrid(*[np.arange(1, n + 1) for n in counts], indexing="ij")]
    )
    grids = _where_defined(reading, model, letters, grids, (left, right))
    told = case.index_case
    if told is not None and {told.one, told.two} <= {*letters, *filter(str.isdigit, told)}:
        same = _values(told.one, letters, grids) == _values(told.two, letters, grids)
        grids = grids[:, same if told.sign == "=" else ~same]
    if grids.shape[1] > FREE_COMBINATIONS:
        step = grids.shape[1] / FREE_COMBINATIONS
        grids = grids[:, (np.arange(FREE_COMBINATIONS) * step).astype(int)]
    index = {letter: np.tile(grid, model.points) for letter, grid in zip(letters, grids, strict=True)}
    return model.start(index, grids.shape[1])


def _values(index: str, letters: list[str], grids: Array) -> Array | int:
    """The values of a free index; a number is its own."""
    return int(index) if index.isdigit() else grids[letters.index(index)]


def _where_defined(
    reading: Reading, model: Model, letters: list[str], grids: Array, sides: tuple[Term, ...]
) -> Array:
    """The values of free indices at which every member the step names has its formula.

    `\\partial h_t/\\partial h_{t-2}` is said of t from 3 on: below index 1 there is but a first value.
    What is multiplied from k+1 to t is said of t from k on.
    """
    ctx = Context(grids.shape[1], np.zeros(grids.shape[1], int), dict(zip(letters, grids, strict=True)))
    keep = np.ones(grids.shape[1], bool)
    for side in sides:
        for part in named_parts(reading, side):
            keep &= _is_there(reading, model, part, ctx)
        for first, last in free_bounds(reading, side):
            keep &= whole(model, last, ctx) >= whole(model, first, ctx) - 1
    return grids[:, keep] if keep.any() else grids


def _is_there(reading: Reading, model: Model, part: Term, ctx: Context) -> Array:
    """Where a member has its formula, or an entry lies in its vector or matrix."""
    if part.op == "member":
        where = tuple(whole(model, index, ctx) for index in part.args)
        return ~outside_of(model, reading.definitions[part.data], where)[0]
    sides = [side for side in model.shape(part.args[0].shape) if side > 1 or len(part.args) == 3]
    places = [whole(model, index, ctx) for index in part.args[1:]]
    found: Array = np.all([(p >= 1) & (p <= side) for p, side in zip(places, sides, strict=False)], axis=0)
    return found


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
    if np.allclose(one.real, two.real):
        one, two = np.imag(one), np.imag(two)
    gap = np.abs(one - two)
    entry = np.unravel_index(int(np.argmax(gap)), gap.shape)
    return Counterexample(
        model, np.real(one), np.real(two), (int(entry[0]), int(entry[1])), worst, int(ctx.sample[row])
    )
