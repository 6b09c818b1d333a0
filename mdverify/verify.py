"""One equation under one reading: both sides evaluated and compared.

`attempt` reads both sides, checks shapes, samples and compares. `judge_pair` looks for the most
charitable reading: alternatives are tried cheapest first, an agreement ends the search, and a
difference counts only when no reasonable alternative agrees.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count

import numpy as np

from mdverify.derivation import Derivation, derivative_parts
from mdverify.evaluate import Budget, Context, Model, Undefined, quiet
from mdverify.evidence import REASONABLE, Evidence
from mdverify.infer import read
from mdverify.messages import Message, message
from mdverify.operators import Array, ShapeClash
from mdverify.reading import Clash, Options, Reading, Stuck
from mdverify.sampling import ATTEMPTS, POINTS, sampler
from mdverify.shapes import SCALAR, TooLarge
from mdverify.symbols import bound_names
from mdverify.syntax import Apply, Name, Node, is_none, walk
from mdverify.terms import Call, Term

AGREE = 1e-8  # complex step is exact to rounding, the circle to about 1e-10; cancellation costs digits
DIFFER = 1e-4  # a mistake is not small
FAINT = 1e-3  # points at which everything is this much smaller than elsewhere have lost their digits
TINY = 1e-12  # both sides nothing but rounding: an agreement that says nothing
WITNESS = 1e-5  # five-point differences are good to about 1e-9, relative to the largest term
GOOD_POINTS = 3
ATTEMPTS_PER_STEP = 14
ATTEMPTS_ONCE = 3
ATTEMPTS_MORE = 6  # under further layouts, where only the arrangement of the partials changes
FREE_COMBINATIONS = 64
DERIVING = frozenset({"deriv", "differential"})


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


@dataclass(frozen=True)
class Case:
    """The question: are these two expressions equal here?"""

    derivation: Derivation
    evidence: Evidence
    lhs: Node
    rhs: Node
    position: int

    @property
    def seed(self) -> str:
        return f"{self.position}"

    @cached_property
    def letters(self) -> frozenset[str]:
        return free_letters(self)

    @cached_property
    def differentials(self) -> bool:
        """Whether both sides write `dx`: then d is no letter, though the note may have one."""
        return _writes_differential(self.lhs) and _writes_differential(self.rhs)

    @cached_property
    def derives(self) -> bool:
        """Whether either side writes a derivative, gradient, prime or differential."""
        return any(_is_derivative(part) for side in (self.lhs, self.rhs) for part in walk(side))


def _writes_differential(side: Node) -> bool:
    return any(
        isinstance(part, Apply) and part.op == "juxt" and isinstance(head, Name) and head.text == "d"
        for part in walk(side)
        for head in (part.args[:-1] if isinstance(part, Apply) else ())
    )


def _is_derivative(node: Node) -> bool:
    match node:
        case Name("partial" | "nabla") | Apply("prime"):
            return True
        case Apply("juxt", (Name("d"), *_)):
            return True
        case _:
            return derivative_parts(node) is not None


def attempt(case: Case, options: Options) -> Outcome:
    """Read both sides under the options, then evaluate and compare."""
    reading = Reading(case.derivation, case.evidence, case.position, options, read)
    reading.unbound, reading.derives = case.letters, case.derives
    reading.differentials = case.differentials
    try:
        left, right = reading.term(case.lhs), reading.term(case.rhs)
        hold(reading, left, right)
    except Clash as clash:
        return Outcome("clash", options, reading, clash=clash)
    except Stuck as stuck:
        return Outcome("stuck", options, reading, reason=stuck.said)
    except TooLarge as error:
        return Outcome("stuck", options, reading, reason=message("too-large", size=error))
    except RecursionError:
        return Outcome("stuck", options, reading, reason=message("too-deep"))
    reading.settle_sizes()
    with quiet():
        return compare(case, options, reading, left, right)


def hold(reading: Reading, left: Term, right: Term) -> None:
    """Both sides must have one shape; a bare 0 has any."""
    if is_zero(left) or is_zero(right):
        return
    dims = reading.dims
    if dims.unify(left.shape.rows, right.shape.rows) and dims.unify(left.shape.cols, right.shape.cols):
        return
    if reading.options.broadcast and "S" in (reading.kind(left.shape), reading.kind(right.shape)):
        reading.broadcasts = True
        return
    raise reading.clash(ShapeClash("equation", 0, 1), (left, right), left.span)


def is_zero(term: Term) -> bool:
    return (term.op == "num" and term.data == 0.0) or term.op == "zeros"


def free_letters(case: Case) -> frozenset[str]:
    """Index letters that stand in scripts of either side and are bound by nothing there."""
    letters = case.derivation.naming.index_letters
    found: set[str] = set()
    for side in (case.lhs, case.rhs):
        found |= _loose(side, frozenset(), letters)
    return frozenset(found)


def _loose(node: Node, bound: frozenset[str], letters: frozenset[str]) -> set[str]:
    match node:
        case Apply("big", (body, lower, upper)):
            inner = bound | set(bound_names(lower)) | _also_bound(lower)
            if is_none(lower):
                return _loose(upper, bound, letters)
            return _loose(body, inner, letters) | _loose(upper, bound, letters)
        case Apply("sub", (body, index)):
            here = {p.text for p in walk(index) if isinstance(p, Name) and not p.font} & letters
            return (here - bound) | _loose(body, bound, letters)
        case Apply("sup", (body, Apply("fence", (index,)))):
            here = {p.text for p in walk(index) if isinstance(p, Name) and not p.font} & letters
            return (here - bound) | _loose(body, bound, letters)
        case Apply(_, args):
            return {name for arg in args for name in _loose(arg, bound, letters)}
        case _:
            return set()


def _also_bound(lower: Node) -> set[str]:
    """The j of `\\sum_{i\\ne j}`; where it means something outside, it is found free there."""
    match lower:
        case Apply("rel", (_, Name(text)), sign) if sign != "=":
            return {text}
    return set()


# --- comparison --------------------------------------------------------------------------------


def compare(case: Case, options: Options, reading: Reading, left: Term, right: Term) -> Outcome:
    """Evaluate at generic points; where too few are good, at positive or small ones."""
    said: Message = message("undefined-everywhere")
    differing: Outcome | None = None
    for order in (0, 1):
        sizes = reading.dims.sizes(order)
        if sizes is None or not reading.dims.consistent(sizes):
            said = message("no-sizes")
            continue
        for domain in ATTEMPTS:
            model = Model(
                reading.dims, sizes, reading.definitions, reading.generics,
                sampler(case.seed, domain, reading.assumptions), POINTS, reading.assumptions,
            )  # fmt: skip
            model.active = _active(reading)
            try:
                outcome = _at_points(options, reading, left, right, model)
            except Undefined as error:
                return Outcome("stuck", options, reading, left, right, reason=message("no-value", text=error))
            except Budget as error:
                return Outcome("stuck", options, reading, left, right, reason=message("budget", what=error))
            if outcome is None:
                continue
            if differing is not None and outcome.kind == "agree":
                return replace(outcome, kind="uncertain", reason=message("only-sometimes"))
            if outcome.kind != "differ":
                return outcome
            if differing is not None:
                break
            differing = outcome
        if differing is not None:
            return differing
    return Outcome("stuck", options, reading, left, right, reason=said)


def _active(reading: Reading) -> tuple[tuple[str, object, int], ...]:
    """Free symbols that occur with a `d` before them vary in differentials."""
    found = []
    for name, key in reading.names.items():
        if key in reading.derivation.differentials and name in reading.shapes:
            if name not in reading.definitions and name not in reading.generics:
                found.append((name, reading.shapes[name], len(reading.slots.get(name, ()))))
    return tuple(found)


def _at_points(options: Options, reading: Reading, left: Term, right: Term, model: Model) -> Outcome | None:
    """The verdict of one point cloud, or None where too few points are good."""
    ctx = _start(reading, model)
    a, b = _both(model, left, right, ctx)
    scale = np.maximum(_scale(model, left, ctx), _scale(model, right, ctx))
    error, good = _errors(a, b, scale)
    good &= scale >= FAINT * (np.median(scale[good]) if good.any() else 0.0)
    if len(set(ctx.sample[good])) < GOOD_POINTS:
        return None
    worst = float(error[good].max())
    if worst <= AGREE and not (is_zero(left) or is_zero(right)) and not np.any(scale[good] > TINY):
        return Outcome("stuck", options, reading, left, right, reason=message("both-vanish"))
    if worst <= AGREE:
        return Outcome("agree", options, reading, left, right)
    if worst < DIFFER:
        return Outcome("uncertain", options, reading, left, right, reason=message("too-close"))
    row = _witnessed(reading, model, left, right, ctx, good & (error >= DIFFER), scale)
    if row is None:
        return Outcome("uncertain", options, reading, left, right, reason=message("no-witness"))
    counter = _counterexample(model, a, b, row, float(error[row]), ctx)
    return Outcome("differ", options, reading, left, right, counter=counter)


def _both(model: Model, left: Term, right: Term, ctx: Context) -> tuple[Array, Array]:
    """The values of both sides; a bare zero is a number, whatever shape it stands for."""
    zero = np.zeros((ctx.batch, 1, 1))
    return (
        zero if is_zero(left) else model.value(left, ctx),
        zero if is_zero(right) else model.value(right, ctx),
    )


def _start(reading: Reading, model: Model) -> Context:
    """All points with all values of the free indices (a spread-out selection where there are too many)."""
    letters = sorted(reading.free)
    if not letters:
        return model.start()
    counts = [model.size(reading.free[letter]) for letter in letters]
    grids = np.stack([g.reshape(-1) for g in np.meshgrid(*[np.arange(1, n + 1) for n in counts], indexing="ij")])
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
    if not any(_derives(reading, side) for side in (left, right)):
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
    return float(np.abs(a[row] - b[row]).max())


def _derives(reading: Reading, term: Term) -> bool:
    return any(part.op in DERIVING or (part.op == "call" and part.data.order) for part in closure(reading, term))


def _counterexample(model: Model, a: Array, b: Array, row: int, worst: float, ctx: Context) -> Counterexample:
    one, two = np.broadcast_arrays(a[row], b[row])
    gap = np.abs(one - two)
    entry = np.unravel_index(int(np.argmax(gap)), gap.shape)
    return Counterexample(
        model, np.real(one), np.real(two), (int(entry[0]), int(entry[1])), worst, int(ctx.sample[row])
    )


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
    for part in closure(reading, term):
        if part.op in ("sym", "member") and part.data not in reading.definitions and part.data not in params:
            found.add(f"?{part.data}" if part.data in reading.generics else str(part.data))
        if isinstance(part.data, Call) and part.data.body is None:
            found.add(f"?{part.data.name}")
    return frozenset(found)


# --- the charitable reading --------------------------------------------------------------------


def judge_pair(
    case: Case, layout: str, surveyed: Options | None = None, attempts: int = ATTEMPTS_PER_STEP
) -> Outcome:
    """The best outcome under one layout: an agreement if any reasonable reading gives one.

    `surveyed` are the options under which most of the section fits; they are tried first.
    """
    numbers = count()
    queue: list[tuple[float, int, Options]] = [(0.0, next(numbers), Options(layout))]
    if surveyed is not None:
        queue.append((-0.1, next(numbers), replace(surveyed, layout=layout)))
        heapq.heapify(queue)
    tried: set[Options] = set()
    first: Outcome | None = None
    plain: Outcome | None = None
    limited: Message | None = None
    while queue and len(tried) < attempts:
        cost, _, options = heapq.heappop(queue)
        if options in tried:
            continue
        tried.add(options)
        outcome = replace(attempt(case, options), cost=cost)
        if outcome.kind == "agree":
            return outcome
        if outcome.reason is not None and outcome.reason.key in HOPELESS:
            return outcome if first is None or first.kind != "differ" else first
        if outcome.reason is not None and outcome.reason.key in LIMITS and cost <= PLAUSIBLE:
            limited = limited or outcome.reason
        if cost == 0.0 and outcome.kind == "clash":
            plain = outcome
        if _ranks_before(outcome, first):
            first = outcome
        for extra, changed in alternatives(case, outcome):
            if cost + extra <= REASONABLE:
                heapq.heappush(queue, (cost + extra, next(numbers), changed))
    assert first is not None
    return replace(first, plain=plain, limited=limited)


PLAUSIBLE = 0.6
LIMITS = frozenset({"no-sizes", "tensor", "budget", "too-large", "higher-order"})
# Reasons that no other reading mends.
HOPELESS = frozenset(
    {"unread", "no-meaning", "dots", "unknown-function", "sum-without-index", "ordered-product", "operator-alone"}
    | {"question", "empty-side", "ragged-matrix", "too-many-indices", "matrix-power"}
)
WEIGHT = {"uncertain": 3, "differ": 2, "stuck": 1, "clash": 0}


def _ranks_before(outcome: Outcome, best: Outcome | None) -> bool:
    """A reading in which everything fits and was evaluated says more than one that clashed.

    A reading that forgot a definition may agree, but says nothing else.
    """
    if outcome.options.opaque and best is not None:
        return False
    if outcome.reading is not None and outcome.reading.broadcasts and outcome.kind != "agree":
        return best is None
    if best is None or (best.kind == "stuck" and best.cost < 0.5 < outcome.cost and outcome.kind != "uncertain"):
        return best is None
    if best.kind == "clash":
        return outcome.kind in ("differ", "uncertain") or (outcome.kind == "stuck" and outcome.cost <= 1.0)
    return best.kind != "uncertain" and outcome.kind == "uncertain" and outcome.cost <= 1.0


def alternatives(case: Case, outcome: Outcome) -> Iterator[tuple[float, Options]]:
    """Other readings next to this one: another shape, an earlier definition, a definition not used."""
    options, reading = outcome.options, outcome.reading
    if reading is None:
        return
    modes = dict(options.modes)
    for variable, choice in reading.choices.items():
        if variable in modes:
            continue
        cheapest = choice.others[0][0]
        for cost, mode in choice.others:
            if mode != choice.chosen and cost - cheapest <= REASONABLE:
                yield max(0.1, cost - cheapest), replace(options, modes=(*options.modes, (variable, mode)))
    if outcome.clash is not None and outcome.clash.rule in ("MV301", "MV302") and not options.broadcast:
        yield 0.3, replace(options, broadcast=True)
    if outcome.clash is not None and not options.loose:
        yield 0.4, replace(options, loose=True)
    if not options.fresh and outcome.kind in ("clash", "differ", "stuck") and _any_far(case, reading):
        yield 0.45, replace(options, fresh=True)
    derives = reading.derives
    functions = [str(k[0]) for k in reading.functions]
    for name in [*reading.names, *functions]:
        key = reading.names.get(name, name.partition("#")[0])
        if key not in dict(options.back) and int(name.partition("#")[2] or 0) > 0:
            far = _is_far(case, key)
            if far or name in reading.definitions or name in functions:
                yield 0.5 if far else 1.0, replace(options, back=(*options.back, (key, 1)))
    for name in [*reading.definitions, *functions]:
        key = reading.names.get(name, name.partition("#")[0])
        if key not in options.opaque and (not derives or _is_far(case, key)):
            yield 1.2 if not derives else 0.8, replace(options, opaque=options.opaque | {key})
    for name, key in reading.names.items():
        life = case.derivation.life(key, case.position)
        if key not in options.solved and life is not None and life.solution is not None:
            if life.solution.position <= case.position:
                yield 0.6, replace(options, solved=options.solved | {key})


def _any_far(case: Case, reading: Reading) -> bool:
    return any(_is_far(case, key) for key in reading.names.values())


def _is_far(case: Case, key: str) -> bool:
    """Whether what stands behind a symbol was said in another part of the note."""
    life = case.derivation.life(key, case.position)
    return life is not None and case.derivation.distance(life.start, case.position) > 0


__all__ = ["SCALAR", "Case", "Counterexample", "Outcome", "attempt", "free_names", "judge_pair"]
