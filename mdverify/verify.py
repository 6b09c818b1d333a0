"""The most charitable reading of a step.

Alternatives are tried cheapest first, an agreement ends the search, and a difference counts only
when no reasonable alternative agrees.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from mdverify.assumptions import NORMALISED
from mdverify.attempt import attempt, is_hollow
from mdverify.case import Case
from mdverify.closure import applies, circular, closure, is_named
from mdverify.comparison import HOPELESS, Outcome
from mdverify.derivation import Derivation
from mdverify.evidence import REASONABLE
from mdverify.lives import Life
from mdverify.messages import Message, message
from mdverify.randomness import is_said
from mdverify.reading import Options, Reading, depends
from mdverify.shapes import SCALAR
from mdverify.symbols import mentions
from mdverify.syntax import Name
from mdverify.terms import Term
from mdverify.worded import DERIVED as OF_WORDS

ATTEMPTS_PER_STEP = 14
ATTEMPTS_TO_SOLVE = 8  # of what is said to be an equation to solve
ATTEMPTS_ONCE = 3
ATTEMPTS_MORE = 6  # under further layouts, where only the arrangement of the partials changes
PLAUSIBLE = 0.6  # up to this cost a reading beyond our limits keeps us from accusing
TELLING = 1.0  # up to this cost a reading that is uncertain or stuck says more than another
MOST_EXHAUSTED = 2  # readings of one step that may spend the whole budget of numbers
UNHEARD = 0.05  # what it costs to leave out something that a quantity is differentiated by
ROUNDING = 1e-9
DEGENERATE = frozenset({0.0, 1.0})
DERIVED = frozenset(OF_WORDS)  # what is a matrix, whatever else is read as a number
UNREADABLE = frozenset({"index-unclear", "no-value", "argument-unclear"})  # what a definition may be
LIMITS = frozenset(
    {"shapes-guessed", "no-sizes", "tensor", "budget", "exhausted", "too-large", "higher-order"}
)


def judge_pair(
    case: Case, layout: str, surveyed: Options | None = None, attempts: int = ATTEMPTS_PER_STEP
) -> Outcome:
    """The best outcome under one layout: an agreement if any reasonable reading gives one.

    `surveyed` are the options under which most of the section fits; they are tried first.
    """
    numbers = count()
    queue: list[tuple[float, int, Options, Change]] = [(0.0, next(numbers), Options(layout), {})]
    if surveyed is not None:
        queue.append((-0.1, next(numbers), surveyed, {"layout": layout}))
        heapq.heapify(queue)
    tried: set[Options] = set()
    first: Outcome | None = None
    plain: Outcome | None = None
    doubtful: Outcome | None = None
    differing: Outcome | None = None
    limited: Message | None = None
    exhausted = 0
    while queue and len(tried) < attempts and exhausted < MOST_EXHAUSTED:
        cost, _, near, change = heapq.heappop(queue)
        options = replace(near, **change)
        if options in tried:
            continue
        tried.add(options)
        sure = first is None or first.kind == "clash" or cost <= TELLING
        outcome = _earned(case, replace(attempt(case, options, sure), cost=cost))
        if options.scalars and not _without_matrices(outcome):
            continue
        if _settles(outcome, first):
            special = _example_values(case, outcome)
            weighed = _weighed(case, outcome, differing or first, special)
            if weighed.kind == "agree" or not (special or options.fresh):
                return weighed
            doubtful = doubtful or weighed
            free = {"opaque": options.opaque | special}
            heapq.heappush(queue, (cost, next(numbers), options, free))
            continue
        differing = differing or (outcome if outcome.kind == "differ" else None)
        trouble = outcome.reason.key if outcome.reason is not None else ""
        if trouble in HOPELESS and not (
            _unread_argument(outcome) or _unread_definition(outcome) or options.concluded
        ):
            return outcome if first is None or first.kind != "differ" else first
        limited = limited or _limit(outcome)
        exhausted += trouble == "exhausted"
        plain = outcome if cost == 0.0 and outcome.kind == "clash" else plain
        if _ranks_before(outcome, first):
            first = outcome
        for extra, change in alternatives(case, outcome):
            if cost + extra <= REASONABLE:
                heapq.heappush(queue, (cost + extra, next(numbers), options, change))
    if doubtful is not None:
        return doubtful
    assert first is not None
    return replace(first, plain=plain, limited=limited)


def _weighed(case: Case, outcome: Outcome, first: Outcome | None, special: frozenset[str]) -> Outcome:
    """An agreement, unless it rests on what makes false steps true: special values, numbers for matrices."""
    if special:
        return replace(outcome, kind="uncertain", reason=message("example"))
    if first is None and _has_numbers_for_matrices(outcome):
        first = attempt(case, replace(outcome.options, modes=(), fresh=False), sure=False)
    if _shrinks_matrices(outcome, first) or _shrinks_derivatives(outcome):
        return replace(outcome, kind="uncertain", reason=message("only-if-scalar"))
    if _swells_entries(outcome, first):
        return replace(outcome, kind="uncertain", reason=message("shapes-guessed"))
    return outcome


def _shrinks_derivatives(outcome: Outcome) -> bool:
    """Whether what words call a Jacobian or Hessian became a number."""
    reading = outcome.reading
    return reading is not None and any(
        reading.kind(shape) == "S" and DERIVED & reading.assumptions.get(name, frozenset())
        for name, shape in reading.shapes.items()
    )


def _has_numbers_for_matrices(outcome: Outcome) -> bool:
    """Whether capitals that look like matrices, or were declared so, were taken for numbers."""
    choices = outcome.reading.choices if outcome.reading is not None else {}
    if outcome.options.fresh and any(_is_number(name, choice.chosen) for name, choice in choices.items()):
        return True
    return any(
        mode == "S" and name[:1].isupper() and name in choices and choices[name].others[0][1] == "M"
        for name, mode in outcome.options.modes
    )


def _example_values(case: Case, outcome: Outcome) -> frozenset[str]:
    """Letters set to 0, 1 or, elsewhere, to the identity, after the note has used them without a value."""
    reading, derivation = outcome.reading, case.derivation
    found = set()
    for name, definition in reading.definitions.items() if reading is not None else ():
        key, _, number = name.partition("#")
        if not number or not _is_degenerate(definition.body):
            continue
        defined = derivation.lives[key][int(number)].definition
        start = defined.span.start if defined is not None else 0
        if derivation.in_one_formula(start, case.position):  # `t = 0, f(t) = 1`: the value is for this step
            continue
        apart = start > case.position or derivation.distance(start, case.position) > 0
        if (_is_one(definition.body) or apart) and any(
            side.span.end <= start and mentions(side, key, derivation.naming)
            for site in derivation.sites
            for side in (site.lhs, site.rhs)
        ):
            found.add(key)
    return frozenset(found)


def _is_degenerate(body: Term) -> bool:
    """0, 1 and -1, the identity and multiples of it: what commutes with everything."""
    if body.op in ("neg", "mul"):
        special = [_is_degenerate(part) for part in body.args]
        return any(special) and all(
            one or part.shape == SCALAR for one, part in zip(special, body.args, strict=True)
        )
    return body.op == "I" or _is_one(body)


def _is_one(body: Term) -> bool:
    """0, 1 and -1."""
    body = body.args[0] if body.op == "neg" else body
    return body.op == "num" and body.data in DEGENERATE


def _shrinks_matrices(outcome: Outcome, first: Outcome | None) -> bool:
    """Whether a step is true only because matrices of a reading in which it is false became numbers."""
    if first is None or first.reading is None or outcome.reading is None:
        return False
    if first.kind not in (("differ", "clash") if outcome.options.fresh else ("differ",)):
        return False
    numbers = {
        _letter_of(name)
        for name, choice in outcome.reading.choices.items()
        if _is_number(name, choice.chosen)
    }
    return any(
        choice.chosen == "M" and _letter_of(name) in numbers for name, choice in first.reading.choices.items()
    )


def _is_number(name: str, mode: str) -> bool:
    """Whether a capital is read as a number."""
    return mode == "S" and name.isupper()


def _letter_of(name: str) -> str:
    """The symbol of a life."""
    return name.partition("#")[0]


def _swells_entries(outcome: Outcome, first: Outcome | None) -> bool:
    """Whether a step is true only because entries of a reading in which it is false became vectors."""
    if first is None or first.kind != "differ" or first.reading is None or outcome.reading is None:
        return False
    now = outcome.reading.choices
    return any(
        choice.chosen.startswith("entry:") and variable in now and now[variable].chosen in ("V", "M")
        for variable, choice in first.reading.choices.items()
    )


def _settles(outcome: Outcome, first: Outcome | None) -> bool:
    """An agreement; that a derivative is 0 where nothing depends on its variable says nothing."""
    return outcome.kind == "agree" and not (outcome.vanishes and first is not None)


def _limit(outcome: Outcome) -> Message | None:
    """The limit of ours that kept a plausible reading, or an agreement, from being judged."""
    if outcome.reason is not None and outcome.reason.key == "shapes-guessed":
        return outcome.reason
    if outcome.cost > PLAUSIBLE:
        return None
    if outcome.reason is not None and outcome.reason.key in LIMITS:
        return outcome.reason
    tensor = outcome.reading is not None and outcome.reading.tensor
    return message("tensor") if outcome.kind == "clash" and tensor else None


def _ranks_before(outcome: Outcome, best: Outcome | None) -> bool:
    """A reading in which everything fits and was evaluated says more than one that clashed.

    One that forgot a definition or spread a scalar over a matrix may agree, but says nothing else.
    """
    if best is None or (_unread_argument(best) and not _unread_argument(outcome)):
        return True
    if outcome.options.unvalued and not best.options.unvalued and outcome.kind == best.kind == "differ":
        return outcome.reading is not None and outcome.reading.derives and outcome.cost <= TELLING
    if best.kind == "clash" and _is_true_of_nothing(outcome):
        return True
    left_out = bool(outcome.options.opaque or outcome.options.concluded)
    if left_out or (outcome.reading is not None and outcome.reading.broadcasts):
        return False
    if best.kind == "stuck" and best.cost < 0.5 < outcome.cost and outcome.kind != "uncertain":
        return False
    telling = outcome.cost <= TELLING
    if best.kind == "clash":
        stuck = outcome.kind == "stuck" and telling and not outcome.options.back
        return outcome.kind in ("differ", "uncertain") or stuck
    return best.kind != "uncertain" and outcome.kind == "uncertain" and telling


def _is_true_of_nothing(outcome: Outcome) -> bool:
    """Whether both sides came out as 0: true, though nothing was tested."""
    return outcome.reason is not None and outcome.reason.key == "both-vanish"


Change = dict[str, Any]  # what `replace` makes other options of: most of them are never tried
Alternatives = Iterator[tuple[float, Change]]


def alternatives(case: Case, outcome: Outcome) -> Alternatives:
    """What other readings next to this one change in its options, with what each costs more."""
    if outcome.reading is not None:
        for change in CHANGES:
            yield from change(case, outcome, outcome.reading)


def _other_shapes(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """One more symbol taken for something else."""
    options = outcome.options
    chosen = dict(options.modes)
    for variable, choice in reading.choices.items():
        if variable in chosen:
            continue
        cheapest = choice.others[0][0]
        for cost, mode in choice.others:
            if mode != choice.chosen and cost - cheapest <= REASONABLE:
                yield max(0.1, cost - cheapest), {"modes": (*options.modes, (variable, mode))}


def _divided_by(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """What a formula divides by or takes the logarithm of is a number there, whatever it is elsewhere."""
    options = outcome.options
    numbers = tuple(
        (variable, "S")
        for variable, choice in reading.choices.items()
        if choice.chosen in ("V", "R") and reading.names.get(variable) in case.divisors
    )
    if outcome.kind == "clash" and numbers and not set(numbers) <= set(options.modes):
        yield 0.5, {"modes": (*options.modes, *(pair for pair in numbers if pair not in options.modes))}


def _less_strict(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """Scalars added to anything, or what was declared far away not taken at its word."""
    options = outcome.options
    if outcome.clash is not None and outcome.clash.rule in ("MV301", "MV302") and not options.broadcast:
        yield 0.3, {"broadcast": True}
    if reading.biased and not options.turned:
        yield 0.2, {"turned": True}
        if reading.biased not in dict(options.modes):
            yield 0.3, {"modes": (*options.modes, (reading.biased, "R"))}
    if outcome.clash is not None and not options.loose:
        yield 0.4, {"loose": True}
    far = any(_is_far(case, key) for key in reading.names.values())
    if far and not options.fresh and outcome.kind in ("clash", "differ", "stuck"):
        yield 0.45, {"fresh": True}


def _earlier_lives(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A symbol as it was before it was last declared or defined."""
    options, functions = outcome.options, _functions(reading)
    for name in (*(name for name in reading.names if name not in reading.cores), *functions):
        key = _key(reading, name)
        first = name.partition("#")[2].rstrip("°") in ("", "0")
        before = case.derivation.life(key, case.position, 1)
        if key in dict(options.back) or (first and before is None) or _was_number_elsewhere(case, before):
            continue
        far = _is_far(case, key)
        if far or name in reading.definitions or name in functions:
            yield _further_back(case, key) if far else 1.0, {"back": (*options.back, (key, 1))}


def _was_number_elsewhere(case: Case, life: Life | None) -> bool:
    """Whether a letter stood for a number in another part: what an example there says is not meant here."""
    if life is None or case.derivation.distance(life.start, case.position) == 0:
        return False
    return bool(case.derivation.value(life))


def _further_back(case: Case, key: str) -> float:
    """What an earlier life costs: of one only declared, and defined next, a definition is not used."""
    now, before = case.derivation.life(key, case.position), case.derivation.life(key, case.position, 1)
    fills = now is not None and now.definition is not None and now.declaration is None
    declares = before is not None and before.definition is None and before.declaration is not None
    return 0.8 if fills and declares else 0.5


def _definitions_left(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A definition not used; where derivatives are taken only one from elsewhere."""
    options = outcome.options
    for name in (*reading.definitions, *_functions(reading)):
        key = _key(reading, name)
        entries = f"{key}__"
        elsewhere = _is_far(case, key) or _is_later(case, key) or _is_far(case, entries)
        elsewhere = elsewhere or _is_defined_whole(case, key)
        if key in options.opaque or (
            name in reading.definitions and _is_numbers(reading.definitions[name].body)
        ):
            continue
        if is_named(case.derivation, key, case.position):
            yield 0.3, {"opaque": options.opaque | {key}}
        elif not reading.derives or elsewhere:
            yield 0.8 if reading.derives else 1.2, {"opaque": options.opaque | {key}}


def _unfitting_left(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A definition that does not fit in itself, of a letter whose sizes were said besides."""
    if outcome.clash is None:
        return
    for name in reading.names:
        key = _key(reading, name)
        life = case.derivation.life(key, case.position)
        if life is None or life.definition is None or life.declaration is None or not life.declaration.sizes:
            continue
        if life.definition.body.span.holds(outcome.clash.span) and key not in outcome.options.opaque:
            yield 0.3, {"opaque": outcome.options.opaque | {key}}


def _circles_left(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A definition not used that leads back to itself: `y = G x`, solved further down for `x = G^{-1} y`."""
    if outcome.reason is None or outcome.reason.key != "budget":
        return
    opaque = outcome.options.opaque
    circle = circular({_key(reading, name) for name in reading.definitions}, case.derivation, case.position)
    for left in (*({key} for key in sorted(circle)), circle):
        if not left <= opaque:
            yield 0.3, {"opaque": opaque | left}


def _later_definitions_left(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """What is only set further down not used at all: "Now let `R = \\rho I`" tells nothing of before."""
    opaque = outcome.options.opaque
    names = (*reading.definitions, *_functions(reading))
    later = {key for name in names if _is_later(case, key := _key(reading, name))}
    if outcome.kind != "agree" and not later <= opaque:
        yield 0.4, {"opaque": opaque | later}


def _unmoved(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """The definition of what is differentiated by something it does not name: more is behind it."""
    if outcome.kind == "agree" or outcome.left is None or outcome.right is None:
        return
    parts = [part for side in (outcome.left, outcome.right) for part in closure(reading, side)]
    for part in parts:
        body = part.args[0] if part.op == "deriv" else part
        if part.op != "deriv" or body.op != "sym" or body.data not in reading.definitions:
            continue
        key = _key(reading, body.data)
        if key not in outcome.options.opaque and not depends(body, part.data.targets[0].term, reading):
            yield 0.3, {"opaque": outcome.options.opaque | {key}}


def _conclusions(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A definition taken for what its chain goes on with: `E = \\sum_n r_n^2 = r^T r` in vectors."""
    if outcome.kind != "differ" or outcome.options.concluded:
        return
    for name in (*reading.definitions, *_functions(reading)):
        key = _key(reading, name)
        life = case.derivation.life(key, case.position)
        defined = life.definition if life is not None else None
        for further in range(len(defined.others) if defined is not None else 0, 0, -1):
            yield 0.6 if case.targets else 1.1, {"concluded": ((key, further),)}


def _is_defined_whole(case: Case, key: str) -> bool:
    """Whether what a family holds the entries of has a definition of its own: `y = W x` besides `y_j = …`."""
    base = key.rstrip("_")
    life = case.derivation.life(base, case.position) if base != key else None
    return life is not None and life.definition is not None


def _solutions_used(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """What a variable was found to be, in its place."""
    options = outcome.options
    for key in reading.names.values():
        life = case.derivation.life(key, case.position)
        solution = life.solution if life is not None else None
        if key not in options.solved and solution is not None and solution.position <= case.position:
            yield 0.6, {"solved": options.solved | {key}}


def _unread_argument(outcome: Outcome) -> str:
    """What could not be read is only what an undefined quantity may depend on as well."""
    failed = outcome.kind in ("stuck", "clash") and outcome.reading is not None
    return outcome.reading.argument if failed and outcome.reading is not None else ""


def _unread_definition(outcome: Outcome) -> str:
    """What could not be read is only what stands behind a letter, and no derivative looks there."""
    reading = outcome.reading
    if outcome.kind != "stuck" or reading is None or reading.derives or not reading.unread:
        return ""
    key = _key(reading, reading.unread)
    return "" if key in outcome.options.opaque else key


def _unread_left(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A definition that cannot be read not used: what holds of any letter holds of this one.

    Only where nothing can be read of it; what a stranger reading makes unreadable counts.
    """
    key, left = _unread_definition(outcome), outcome.options.opaque
    hopeless = outcome.reason is not None and outcome.reason.key in HOPELESS | UNREADABLE
    if key and hopeless and outcome.cost <= UNHEARD * len(left) + ROUNDING:
        yield UNHEARD, {"opaque": left | {key}}


def _sizes_of_example(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """Sizes with the numbers they have in an example."""
    if ("valued", "") in reading.answers and not outcome.options.valued:
        yield 0.3, {"valued": True}


def _wider_derivatives(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A derivative of all terms behind its operator, though no bracket holds them together."""
    if outcome.kind != "agree" and ("wide", "") in reading.answers and not outcome.options.wide:
        yield 0.4, {"wide": True}


def _formulas_in_example(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """Formulas from elsewhere with what the example sets their letters to."""
    if outcome.kind != "agree" and ("instanced", "") in reading.answers and not outcome.options.instanced:
        yield 0.2, {"instanced": True}


def _values_left(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """Letters without the numbers they have in an example: what they were before, or free."""
    options, valued = outcome.options, ("unvalued", "") in reading.answers
    arrays = {
        _key(reading, name)
        for name, one in reading.definitions.items()
        if _is_numbers(one.body) and one.body.shape != SCALAR
    }
    if arrays - options.opaque or (valued and not options.unvalued):
        yield 0.7, {"opaque": options.opaque | arrays, "unvalued": valued}


def _is_numbers(body: Term) -> bool:
    """Whether nothing but numbers make up a value."""
    return body.op == "num" or (bool(body.args) and all(map(_is_numbers, body.args)))


def _defined_anew(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """Definitions that do not fit what another section declared; values only in a step about numbers."""
    if reading.refuted and not outcome.options.anew:
        valued = {name for name in reading.refuted if _is_numbers(reading.definitions[name].body)}
        apart = all(_is_declared_apart(case.derivation, name) for name in reading.refuted - valued)
        if apart and (case.numeric or not valued):
            yield 0.2, {"anew": True}


def _is_declared_apart(derivation: Derivation, name: str) -> bool:
    """Whether a letter is defined in another section than the one that declares it."""
    key, _, number = name.partition("#")
    life = derivation.lives[key][int(number)]
    if life.declaration is None or life.definition is None:
        return False
    return derivation.note.section_of(life.declaration.position) != life.definition.section


def _arguments_left(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """An undefined quantity taken to depend on less than it is differentiated by somewhere.

    Only where that cannot be read as everything is meant; what a stranger reading makes unreadable counts.
    """
    unread, left = _unread_argument(outcome), outcome.options.unheard
    if unread and outcome.cost <= UNHEARD * len(left) + ROUNDING:
        yield UNHEARD, {"unheard": left | {unread}}


def _differentials_of_differentials(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """`d\\,tr(X^{-1} dX)`: what is varied twice is a variable itself, though elsewhere it depends on a t."""
    if outcome.kind != "differ" or not reading.generics or outcome.options.unheard:
        return
    if any(_nests(side) for side in (outcome.left, outcome.right) if side is not None):
        naming, depends_on = case.derivation.naming, case.derivation.dependence
        nodes = (node for name in reading.generics for node in depends_on(_key(reading, name), case.position))
        yield 0.2, {"unheard": frozenset(s.key for node in nodes if (s := naming.symbol(node)) is not None)}


def _letter_d(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A d of which something is said among differentials: one that acts on nothing is a letter."""
    if outcome.kind == "agree" or "d" not in reading.names.values() or outcome.options.lettered:
        return
    told, subjects = case.derivation.facts_at(case.position), case.derivation.subjects
    if any(subject == Name("d") for fact in told for subject in subjects(fact)):
        yield 0.3, {"lettered": True}


def _nests(term: Term, inside: bool = False) -> bool:
    """Whether a differential is taken of a differential."""
    here = term.op == "differential"
    return (here and inside) or any(_nests(arg, inside or here) for arg in term.args)


def _plain_letters(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A letter that also names a function: `p(1-p)`, a direction h where `h(X)` was defined elsewhere."""
    options = outcome.options
    heads, bare = case.functions
    for key in sorted(bare - options.factors):
        if key in heads or _is_far(case, key):
            yield (
                0.5 if key in heads else 0.8,
                {"factors": options.factors | {key}, "opaque": options.opaque | {key}},
            )


def _no_future(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """A recursion by later members begins with zero."""
    backward = any(definition.ends is not None for definition in reading.definitions.values())
    if backward and not outcome.options.closed:
        yield 0.2, {"closed": True}


def _labels_sum_to_one(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """The labels of a cross-entropy are shares, though nobody says so."""
    if outcome.kind == "differ" and not outcome.options.labels:
        keys = (_key(reading, name).rstrip("_").removesuffix("^()") for name in reading.names)
        if any(key in case.derivation.labels for key in keys):
            yield 0.5, {"labels": True}


def _constraints_met(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """`\\|v\\| = 1` is said nearby, in whatever words: then v is of that length."""
    if outcome.kind == "differ" and not outcome.options.constrained:
        asked = (case.derivation.constrained(key, case.position) for key in reading.names.values())
        if any(kinds & NORMALISED for kinds in asked):
            yield 0.3, {"constrained": True}


def _last_step(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """`\\sum_{t=1}^T` runs over all there is: what is only named sees the last step, and none after it."""
    ends = any(argument.op == "member" for one in reading.generics.values() for argument in one.arguments)
    if ends and outcome.kind == "differ" and not outcome.options.ending:
        yield 0.3, {"ending": True}


def _univariate(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """Everything a scalar that was only guessed to be a vector or a matrix."""
    scalars = tuple(
        (variable, "S")
        for variable, choice in reading.choices.items()
        if choice.chosen != "S"
        and any(mode == "S" and cost - choice.others[0][0] <= REASONABLE for cost, mode in choice.others)
    )
    if outcome.kind == "clash" and not outcome.options.modes and len(scalars) > 1:
        yield 1.0, {"modes": scalars, "scalars": True}


def _primes_turned(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """Primes as transposes: never of a number, so that another point `x'` stays what it is."""
    if outcome.kind != "agree" and not outcome.options.primes and case.primed:
        yield 0.6, {"primes": True}


def _constants_told(case: Case, outcome: Outcome, reading: Reading) -> Alternatives:
    """What looks like a constant in an expectation taken for one."""
    doubtful = any(not is_said(reading, name) for name in reading.chances)
    if doubtful and not outcome.options.settled:
        yield 0.5, {"settled": True}


MATRIX_OPERATIONS = frozenset(
    {
        "T",
        "inv",
        "pinv",
        "expm",
        "tr",
        "det",
        "norm",
        "spectral",
        "norm1",
        "norminf",
        "vec",
        "diag",
        "kron",
        "I",
        "ones",
    }
    | {"inner", "hadamard", "softmax", "logsumexp", "total", "entry", "row", "col", "stack"}
)


def _without_matrices(outcome: Outcome) -> bool:
    """Whether scalars are all there is: where something is transposed, a scalar reading proves nothing."""
    reading, left, right = outcome.reading, outcome.left, outcome.right
    if outcome.kind != "agree" or reading is None or left is None or right is None:
        return False
    return not applies(reading, MATRIX_OPERATIONS, left, right)


CHANGES: tuple[Callable[[Case, Outcome, Reading], Alternatives], ...] = (
    _no_future,
    _sizes_of_example,
    _wider_derivatives,
    _formulas_in_example,
    _values_left,
    _defined_anew,
    _arguments_left,
    _unread_left,
    _other_shapes,
    _divided_by,
    _last_step,
    _differentials_of_differentials,
    _letter_d,
    _univariate,
    _labels_sum_to_one,
    _constraints_met,
    _plain_letters,
    _less_strict,
    _earlier_lives,
    _definitions_left,
    _unfitting_left,
    _circles_left,
    _later_definitions_left,
    _unmoved,
    _conclusions,
    _solutions_used,
    _primes_turned,
    _constants_told,
)


def _earned(case: Case, outcome: Outcome) -> Outcome:
    """The outcome, an agreement only if it says something."""
    reading = outcome.reading
    if outcome.kind == "agree" and reading is not None and is_hollow(case, reading):
        return replace(outcome, kind="stuck", reason=message("shapes-guessed"))
    return outcome


def _functions(reading: Reading) -> list[str]:
    """The functions whose bodies were read, once for every way they were called."""
    return [str(key[0]) for key in reading.functions]


def _key(reading: Reading, name: str) -> str:
    return reading.names.get(name, name.partition("#")[0])


def _is_later(case: Case, key: str) -> bool:
    """Whether what stands behind a symbol is said only after the step."""
    life = case.derivation.life(key, case.position)
    return life is not None and life.start > case.position


def _is_far(case: Case, key: str) -> bool:
    """Whether what stands behind a symbol, or the family it is all of, was said in another part."""
    life = case.derivation.life(key, case.position) or case.derivation.life(f"{key}_", case.position)
    return life is not None and case.derivation.distance(life.start, case.position) > 0
