"""One look at a section as a whole: which shapes let most of its formulas make sense.

Steps are judged one by one, but letters are shared. Where the plain reading of a section leaves
several of its formulas ill-shaped, this searches for modes of its letters under which more of them
fit: cheapest change first, as long as something is gained. Nothing is evaluated here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from mdverify.attempt import hold, is_hollow
from mdverify.calculus import LAYOUTS
from mdverify.case import Case
from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.evidence import DECLARED_OTHERWISE, Costs, Evidence
from mdverify.infer import read
from mdverify.manuscript import EQUALITIES
from mdverify.reading import Clash, Options, Reading, Stuck
from mdverify.shapes import TooLarge
from mdverify.syntax import is_none

UNREAD = 1.5  # what a formula costs that cannot be read this way
PENALTY = 2.0  # what an ill-shaped formula costs, in units of surprise
FAR_DEARER = 2.0  # how many times the cost of its end a start has for the end to be enough
GAIN = 1e-9  # by which a change has to be cheaper
READS = 250  # formulas read in search of one section's modes
LARGEST_SECTION = 60
TROUBLED = 2


@dataclass(frozen=True)
class Trial:
    """One formula read under some options: did it clash, and which choices did it come across.

    `discriminating` says whether the layout made a difference, `surprises` what the modes cost more that
    are not the cheapest.
    """

    clashed: bool
    stuck: bool
    discriminating: bool
    surprises: dict[str, float]
    choices: dict[str, Costs]

    @cached_property
    def penalty(self) -> float:
        return PENALTY * self.clashed + UNREAD * self.stuck


@dataclass(frozen=True)
class State:
    """A section read under some options, formula by formula."""

    options: Options
    trials: tuple[Trial, ...]

    @cached_property
    def clashes(self) -> int:
        return sum(trial.clashed for trial in self.trials)

    @cached_property
    def cost(self) -> float:
        return _cost(self.trials)

    def rank(self) -> tuple[float, int]:
        """Of two readings that cost the same the one that changes less of what letters look like."""
        return self.cost, len(self.options.modes)

    def promising(self, pairs: bool, cheapest: bool) -> list[dict[str, str]]:
        """Changes of ill-shaped formulas that could pay for themselves: one mode, or two of one letter.

        They come by name or the `cheapest` first: either may lead past what the other finds.

        `X` and its rows `X_i` have to change together.
        """
        choices: dict[str, Costs] = {}
        involved: Counter[str] = Counter()
        for trial in self.trials:
            if trial.clashed or trial.stuck:
                choices.update(trial.choices)
                involved.update(trial.choices.keys())
        ranked = sorted(
            ((cost - choices[name][0][0]) * cheapest, name, place, mode)
            for name in choices
            for place, (cost, mode) in enumerate(choices[name][:4])
            if cost - choices[name][0][0] < min(PENALTY * involved[name], DECLARED_OTHERWISE[0])
        )
        single = [(name, mode) for _, name, _, mode in ranked]
        if not pairs:
            return [{name: mode} for name, mode in single]
        return [
            {one: mode, two: other}
            for one, mode in single
            for two, other in single
            if one < two and _letter(one) == _letter(two)
        ]


def _cost(trials: Iterable[Trial]) -> float:
    """Formulas that do not fit, and how surprising each letter is where it is most so."""
    surprises: dict[str, float] = {}
    penalty = 0.0
    for trial in trials:
        penalty += trial.penalty
        for name, cost in trial.surprises.items():
            surprises[name] = max(cost, surprises.get(name, 0.0))
    return penalty + sum(surprises.values())


def survey(derivation: Derivation, evidence: Evidence) -> dict[int, Options]:
    """For every section in trouble the options under which most of it fits."""
    sections: dict[int, list[Site]] = defaultdict(list)
    for site in derivation.sites:
        if site.relation.sign in EQUALITIES and not is_none(site.lhs) and not is_none(site.rhs):
            sections[site.section].append(site)
    found = {}
    for section, sites in sections.items():
        best = _search(derivation, evidence, sites[:LARGEST_SECTION])
        if best is not None:
            found[section] = best
    return found


def _search(derivation: Derivation, evidence: Evidence, sites: list[Site]) -> Options | None:
    cases = [Case(derivation, evidence, site.lhs, site.rhs, site.position) for site in sites]
    plain = _state(cases, Options())
    if plain.clashes < TROUBLED:
        return None
    best = min(_ends(cases, plain), key=State.rank)
    return best.options if best.clashes < plain.clashes else None


def _ends(cases: list[Case], plain: State) -> Iterator[State]:
    """Where the descents end; the dearer start is left out where everything fits without it.

    An end at which everything fits is enough where it is cheap, or far cheaper than the start.
    """
    for start in sorted((plain, _state(cases, Options(fresh=True))), key=State.rank):
        clashes = start.clashes
        for cheapest in (False, True):
            end = _descend(cases, start, cheapest)
            yield end
            clashes = min(clashes, end.clashes)
            if not clashes and end.cost < max(PENALTY, start.cost / FAR_DEARER):
                return
        if not clashes:
            return


def _letter(variable: str) -> str:
    return variable.partition("#")[0].rstrip("_").removesuffix("^()")


def _state(cases: list[Case], options: Options) -> State:
    return State(options, tuple(_try(case, options) for case in cases))


def _descend(cases: list[Case], state: State, cheapest: bool) -> State:
    """Change one mode at a time while the whole gets cheaper; only formulas with that letter are reread."""
    budget = READS
    for pairs in (False, True):
        if state.clashes < TROUBLED or budget <= 0:
            break
        for change in state.promising(pairs, cheapest):
            modes = {**dict(state.options.modes), **change}
            options = replace(state.options, modes=tuple(sorted(modes.items())))
            affected = sum(bool(change.keys() & trial.choices.keys()) for trial in state.trials)
            if options == state.options or not 0 < affected <= budget:
                continue
            budget -= affected
            state = _cheaper(cases, state, options, change) or state
    return state


def _cheaper(cases: list[Case], state: State, options: Options, change: dict[str, str]) -> State | None:
    """The section under changed options if that is cheaper; given up as soon as it cannot be any more.

    What does not fit yet is reread first: most changes do not mend it.
    """
    waiting = [n for n, trial in enumerate(state.trials) if change.keys() & trial.choices.keys()]
    waiting.sort(key=lambda number: not state.trials[number].penalty)
    trials = dict(enumerate(state.trials))
    known = {number: trial for number, trial in trials.items() if number not in waiting}
    for number in waiting:
        known[number] = trials[number] = _try(cases[number], options)
        if _cost(known.values()) >= state.cost - GAIN:
            return None
    return State(options, tuple(trials.values()))


def _try(case: Case, options: Options) -> Trial:
    """Read one formula under the options and the first layout it fits."""
    for layout in LAYOUTS:
        trial = _trial(case, options if options.layout == layout else replace(options, layout=layout))
        if not trial.clashed or not trial.discriminating:
            break
    return trial


def _trial(case: Case, options: Options) -> Trial:
    """The trial under one layout."""
    known: Trial | None = case.recall.find(options)
    return _read(case, options) if known is None else known


def _read(case: Case, options: Options) -> Trial:
    """The trial, read anew."""
    reading = Reading(case.derivation, case.evidence, case.position, options, read)
    reading.unbound, reading.derives = case.letters, case.derives
    reading.targets = case.targets
    clashed = stuck = False
    try:
        left, right = reading.term(case.lhs), reading.term(case.rhs)
        hold(reading, left, right)
        clashed = is_hollow(case, reading)
    except Clash:
        clashed = True
    except (Stuck, TooLarge, RecursionError):
        stuck = True
    surprises = {
        variable: next(cost for cost, mode in choice.others if mode == choice.chosen) - choice.others[0][0]
        for variable, choice in reading.choices.items()
        if choice.chosen != choice.others[0][1]
    }
    choices = {name: choice.others for name, choice in reading.choices.items()}
    trial = Trial(clashed, stuck, reading.discriminating, surprises, choices)
    case.recall.keep(reading.answers, trial)
    return trial
