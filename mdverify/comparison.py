"""Both sides of a step evaluated at generic points and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from math import prod
from typing import Any

import numpy as np

from mdverify.averages import magnitude
from mdverify.case import Case
from mdverify.closure import RANK, SIZE, applies, closure, free_bounds, has_derivative, named_parts
from mdverify.cloud import MEMBERS, Budget, Context, Exhausted, Undefined, grid, in_turn, whole
from mdverify.evaluate import Model, quiet
from mdverify.leaves import outside_of
from mdverify.messages import Message, message
from mdverify.operators import Array
from mdverify.outcomes import Crowded, Outcomes
from mdverify.places import Places
from mdverify.reading import Clash, Options, Reading
from mdverify.rounding import Rounded, rounded
from mdverify.sampling import ATTEMPTS, POINTS, RANK_ATTEMPTS, sampler
from mdverify.shapes import LARGEST, Shape
from mdverify.terms import Binder, Term, is_zero

AGREE = 1e-8  # complex step is exact to rounding, the circle to about 1e-10; cancellation costs digits
DIFFER = 1e-4  # a mistake is not small
FAINT = 1e-3  # points at which everything is this much smaller than elsewhere have lost their digits
TINY = 1e-12  # both sides nothing but rounding: an agreement that says nothing
WITNESS = 1e-5  # five-point differences are good to about 1e-9, relative to the largest term
GOOD_POINTS = 3
MOST_SIZED = 12  # sizes tried for what the author may have left unsaid
TELLING_SIZES = frozenset({"I", "ones", "size", "det"})
ADDING = frozenset({"sum", "tr", "total", "inner"})  # of derivatives these may come to a size
COMMON = 2  # a number found in many steps; a larger one may have come of a size
FREE_COMBINATIONS = 64
FEW_COMBINATIONS = 3  # where every one of them is evaluated at all outcomes of something random
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


@dataclass(frozen=True)
class Counterexample:
    """A point where the sides differ: model, values of both, and the largest error of an entry.

    Most are found for readings nobody is told of, so what is told is worked out when it is asked for.
    """

    model: Model
    values: tuple[Array, Array]
    error: float
    sample: int

    @cached_property
    def _sides(self) -> tuple[Array, Array]:
        """The values in one shape; of those that differ in their imaginary parts only, these."""
        one, two = np.broadcast_arrays(*self.values)
        return (np.imag(one), np.imag(two)) if np.allclose(one.real, two.real) else (one, two)

    @property
    def lhs(self) -> Array:
        return np.real(self._sides[0])

    @property
    def rhs(self) -> Array:
        return np.real(self._sides[1])

    @property
    def entry(self) -> tuple[int, int]:
        """The row and column, from 0, where the sides differ most."""
        one, two = self._sides
        row, column = np.unravel_index(int(np.argmax(_coarse(np.abs(one - two)))), one.shape)
        return int(row), int(column)


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
            return (outcome.kind == "agree" and _difference_elsewhere(pair, sizes)) or outcome
    return pair.outcome("stuck", said)


def _difference_elsewhere(pair: _Pair, sizes: dict[int, int]) -> Outcome | None:
    """The difference of two sides that agree only at the sizes chosen: `tr(I) = 3`, `2/n = 1`."""
    if not _tells_sizes(pair):
        return None
    free = pair.reading.dims.free_sizes(sizes)
    numbers = frozenset(_whole_numbers(pair))
    counted = numbers & free or max(numbers, default=0) > COMMON
    if not free or not (counted or applies(pair.reading, SIZE, pair.left, pair.right)):
        return None
    others = pair.reading.dims.sizes(avoided=free | numbers)
    if others is None or not pair.reading.dims.consistent(others):
        return None
    outcome = _at_sizes(pair, others)
    return outcome if outcome is not None and outcome.kind == "differ" else None


def _tells_sizes(pair: _Pair) -> bool:
    """Whether the value of a term can be a size or hang on one: `tr(I)`, `\\det(2A)`, `\\sum_i dx_i/dx_i`."""
    for side in (pair.left, pair.right):
        for part in closure(pair.reading, side):
            if part.op in TELLING_SIZES:
                return True
            if part.op in ADDING and any(one.op == "deriv" for one in closure(pair.reading, part)):
                return True
    return False


def agrees_at_some_size(case: Case, outcome: Outcome) -> bool:
    """Whether two sides that differ agree once a size nobody named is a number in them: `tr(I) = 4`."""
    reading, left, right = outcome.reading, outcome.left, outcome.right
    assert reading is not None
    assert left is not None
    assert right is not None
    pair = _Pair(case, outcome.options, reading, left, right, Places(reading.dims), sure=False)
    dims = reading.dims
    if not _tells_sizes(pair):
        return False
    chosen = (
        {dim: number}
        for number in sorted(set(_whole_numbers(pair)))
        for dim in dims.unnamed(dims.sizes() or {})
    )
    for given in islice(chosen, MOST_SIZED):
        sizes = dims.sizes(given=given)
        if sizes is None or not dims.consistent(sizes):
            continue
        with quiet():
            found = _at_sizes(pair, sizes)
        if found is not None and found.kind == "agree":
            return True
    return False


def _whole_numbers(pair: _Pair) -> Iterator[int]:
    """The whole numbers from 2 on that are written in a step, not those that number an entry."""
    parts = [part for side in (pair.left, pair.right) for part in closure(pair.reading, side)]
    places = {id(place) for part in parts if part.op in ("entry", "member") for place in part.args}
    for part in parts:
        if part.op == "num" and id(part) not in places and part.data in range(2, LARGEST):
            yield int(part.data)


def _at_sizes(pair: _Pair, sizes: dict[int, int]) -> Outcome | None:
    """The verdict for one choice of sizes, or None where no domain has enough good points."""
    differing: Outcome | None = None
    unwitnessed: Outcome | None = None
    for domain in ATTEMPTS:
        outcome = _in_domain(pair, sizes, domain)
        if outcome is None or (differing is not None and _says_nothing(outcome)):
            continue
        if _lacks_witness(outcome):
            unwitnessed = unwitnessed or outcome
            continue
        if outcome.kind == "agree" and unwitnessed is not None:
            return unwitnessed
        if outcome.kind == "agree" and (differing is not None or _for_some_ranks(pair, sizes)):
            return replace(outcome, kind="uncertain", reason=message("only-sometimes"))
        if outcome.kind != "differ" or not pair.sure:
            return outcome
        if differing is not None:
            return differing
        differing = outcome
    return differing or unwitnessed


def _in_domain(pair: _Pair, sizes: dict[int, int], domain: str) -> Outcome | None:
    """The verdict at the points of one domain, or None where too few of them are good."""
    model = model_of(pair.case, pair.reading, sizes, domain, pair.places)
    try:
        model.outcomes = _outcomes(pair, domain, model)
        return _at_points(pair, model)
    except Undefined as error:
        return pair.outcome("stuck", message("no-value", text=error))
    except Crowded:
        return pair.outcome("stuck", message("budget", what="outcomes"))
    except Budget as error:
        key = "exhausted" if isinstance(error, Exhausted) else "budget"
        return pair.outcome("stuck", message(key, what=error))


def model_of(
    case: Case, reading: Reading, sizes: dict[int, int], domain: str, places: Places | None = None
) -> Model:
    """A point cloud of some sizes, drawn from one domain."""
    draw = sampler(case.seed, domain, reading.assumptions)
    made = Model(
        places or Places(reading.dims),
        sizes,
        reading.definitions,
        reading.generics,
        draw,
        POINTS,
        reading.assumptions,
    )
    made.active = _active(reading)
    return made


def _outcomes(pair: _Pair, domain: str, model: Model) -> Outcomes | None:
    """The outcomes of what is random in this reading."""
    reading = pair.reading
    if not reading.measures:
        return None
    sizes = {
        name: (prod(model.shape(reading.shapes[name])), *(MEMBERS for _ in reading.slots.get(name, ())))
        for name in reading.chances
    }
    return Outcomes(pair.case.seed, domain, reading.chances, sizes, POINTS, reading.measures)


def _for_some_ranks(pair: _Pair, sizes: dict[int, int]) -> bool:
    """Whether something said of ranks fails for matrices below full rank."""
    found = (_in_domain(pair, sizes, domain) for domain in RANK_ATTEMPTS if pair.speaks_of_ranks)
    return any(outcome is not None and outcome.kind != "agree" for outcome in found)


def _says_nothing(outcome: Outcome) -> bool:
    """Whether nothing but rounding is left of both sides, as of a product of saturated slopes."""
    return outcome.reason is not None and outcome.reason.key == "both-vanish"


def _lacks_witness(outcome: Outcome) -> bool:
    """Whether real differences did not show what the complex step did: the points are badly conditioned."""
    return outcome.reason is not None and outcome.reason.key == "no-witness"


def _active(reading: Reading) -> tuple[tuple[str, Shape, int], ...]:
    """Free symbols that occur with a `d` before them vary in differentials: those of this part, if any.

    Where only `dA` is written and A has a formula, what A is made of varies.
    """
    derivation = reading.derivation
    varied = [(name, key) for name, key in reading.names.items() if key in derivation.differentials]
    found = [(name, key) for name, key in varied if _is_free(reading, name)]
    here = [(name, key) for name, key in found if derivation.varies(key, reading.position)]
    names = [name for name, _ in here or found] or _made_of(reading, [name for name, _ in varied])
    return tuple((name, reading.shapes[name], len(reading.slots.get(name, ()))) for name in names)


def _is_free(reading: Reading, name: str) -> bool:
    return name in reading.shapes and name not in reading.definitions and name not in reading.generics


def _made_of(reading: Reading, names: list[str]) -> list[str]:
    """The free symbols in the formulas of symbols that have one."""
    bodies = [reading.definitions[name].body for name in names if name in reading.definitions]
    parts = (part for body in bodies for part in closure(reading, body) if part.op in ("sym", "member"))
    return list(dict.fromkeys(part.data for part in parts if _is_free(reading, part.data)))


def _at_points(pair: _Pair, model: Model) -> Outcome | None:
    """The verdict of one point cloud, or None where too few points are good."""
    case, reading, left, right = pair.case, pair.reading, pair.left, pair.right
    ctx = start(case, reading, model, left, right)
    if not ctx.batch:
        return None  # the free indices have no values for which the step is claimed
    a, b = _both(model, left, right, ctx)
    scale = np.maximum(_scale(model, left, ctx), _scale(model, right, ctx))
    error, good = _errors(a, b, scale)
    vanishes = not (scale[good] > TINY).any()
    if is_zero(left) or is_zero(right):
        derived = has_derivative(reading, right if is_zero(left) else left)
        vanishes = vanishes and (derived or not scale[good].any())
        scale = np.maximum(scale, FAINT)  # what cancels has only its rounding to be compared with
        error, good = _errors(a, b, scale)
    good &= scale >= FAINT * _median(scale[good])
    if len(set(ctx.sample[good])) < GOOD_POINTS:
        return None
    worst = float(error[good].max())
    size = np.maximum(*(np.abs(side).reshape(len(error), -1).max(axis=1) for side in (a, b)))
    cancels = not (size[good] > TINY * np.maximum(scale[good], 1)).any()
    if cancels and not (is_zero(left) or is_zero(right)):
        return pair.outcome("stuck", message("both-vanish"))
    if worst <= AGREE and _rests_on_zeros(pair, model, ctx):
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
    counter = Counterexample(model, (a[row], b[row]), float(error[row]), int(ctx.sample[row]))
    return pair.outcome("differ", counter=counter)


def _rests_on_zeros(pair: _Pair, model: Model, ctx: Context) -> bool:
    """Whether a letter that stands for a derivative is 0 at all points: we did not see what it depends on."""
    reading = pair.reading
    return any(
        has_derivative(reading, part) and not np.any(model.value(part, ctx))
        for side in (pair.left, pair.right)
        for part in _named(side)
        if part.op == "call" or part.data in reading.definitions
    )


def _named(term: Term) -> Iterator[Term]:
    """Letters and applied functions outside of sums."""
    if term.op in ("sym", "call"):
        yield term
    elif not isinstance(term.data, Binder) and term.op != "at":
        for part in term.args:
            yield from _named(part)


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


def start(case: Case, reading: Reading, model: Model, left: Term, right: Term) -> Context:
    """All points with all values of the free indices (a spread-out selection where there are too many)."""
    letters = sorted(reading.free)
    if not letters:
        return model.start()
    counts = [model.size(reading.free[letter]) for letter in letters]
    grids = np.stack(grid(*((1, count) for count in counts)))
    grids = _where_defined(reading, model, letters, grids, (left, right))
    told = case.index_case
    if told is not None and {told.one, told.two} <= {*letters, *filter(str.isdigit, told)}:
        same = _values(told.one, letters, grids) == _values(told.two, letters, grids)
        grids = grids[:, same if told.sign == "=" else ~same]
    most = FEW_COMBINATIONS if reading.chances else FREE_COMBINATIONS
    if grids.shape[1] > most:
        step = grids.shape[1] / most
        grids = grids[:, (np.arange(most) * step).astype(int)]
    index = {letter: in_turn(values, model.points) for letter, values in zip(letters, grids, strict=True)}
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
        return ~outside_of(model, part.data, where)[0]
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
    """The largest entry of any term that is added up at the top of a side, by a sum or an expectation."""
    if term.op in ("add", "sub"):
        return np.maximum(_scale(model, term.args[0], ctx), _scale(model, term.args[1], ctx))
    if is_zero(term):
        return np.zeros(ctx.batch)
    if term.op == "neg":
        return _scale(model, term.args[0], ctx)
    if term.op in ("expect", "covary"):
        return magnitude(model, term, ctx)
    value = model.value(term, ctx)
    return np.abs(value).reshape(len(value), -1).max(axis=1)


def _witnessed(
    reading: Reading, model: Model, left: Term, right: Term, ctx: Context, suspects: Array, scale: Array
) -> int | None:
    """The suspect point with the largest error at which real differences show the same, if there is one."""
    a, b = _both(model, left, right, ctx)
    error, _ = _errors(a, b, scale)
    order = [row for row in np.argsort(-_coarse(error), kind="stable") if suspects[row]]
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


def _coarse(values: Array) -> Array:
    """Values without their last digits, in which machines differ: of equal ones the first counts."""
    return values.astype(np.float32)


def _gap(a: Array, b: Array, row: int) -> float:
    """The largest difference of two values at one point."""
    return float(np.abs(a[row] - b[row]).max())
