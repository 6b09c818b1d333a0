"""One look at a section as a whole: which shapes let most of its formulas make sense.

Steps are judged one by one, but letters are shared. Where the plain reading of a section leaves
several of its formulas ill-shaped, this searches for modes of its letters under which more of them
fit: cheapest change first, as long as something is gained. Nothing is evaluated here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from mdverify.derivation import EQUALITIES, Derivation, Site
from mdverify.evidence import Evidence
from mdverify.infer import read
from mdverify.reading import Clash, Options, Reading, Stuck
from mdverify.shapes import TooLarge
from mdverify.syntax import is_none
from mdverify.verify import Case, free_letters, hold

PENALTY = 2.0  # what an ill-shaped formula costs, in units of surprise
ROUNDS = 4
LARGEST_SECTION = 60
TROUBLED = 2


@dataclass(slots=True)
class State:
    """A trial reading of a section: its options, what it costs, and what else could be chosen."""

    options: Options
    cost: float
    clashes: int
    choices: dict[str, tuple[tuple[float, str], ...]]


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
    plain = _try(derivation, evidence, sites, Options())
    if plain.clashes < TROUBLED:
        return None
    starts = [plain, _try(derivation, evidence, sites, Options(fresh=True))]
    best = min((_descend(derivation, evidence, sites, start) for start in starts), key=lambda s: s.cost)
    return best.options if best.clashes < plain.clashes else None


def _descend(derivation: Derivation, evidence: Evidence, sites: list[Site], state: State) -> State:
    """Change one mode at a time, as long as the whole gets cheaper."""
    for _ in range(ROUNDS):
        before = state.cost
        for variable, choices in sorted(state.choices.items()):
            for _, mode in choices[:4]:
                modes = {**dict(state.options.modes), variable: mode}
                options = replace(state.options, modes=tuple(sorted(modes.items())))
                if options != state.options:
                    trial = _try(derivation, evidence, sites, options)
                    state = trial if trial.cost < state.cost - 1e-9 else state
        if state.clashes == 0 or state.cost >= before:
            break
    return state


def _try(derivation: Derivation, evidence: Evidence, sites: list[Site], options: Options) -> State:
    """Read all formulas of a section under the options; sum up surprises and clashes."""
    surprise: dict[str, float] = {}
    choices: dict[str, tuple[tuple[float, str], ...]] = {}
    clashes = 0
    for site in sites:
        case = Case(derivation, evidence, site.lhs, site.rhs, site.position)
        reading = Reading(derivation, evidence, site.position, options, read)
        reading.unbound, reading.derives = free_letters(case), case.derives
        try:
            left, right = reading.term(case.lhs), reading.term(case.rhs)
            hold(reading, left, right)
        except Clash:
            clashes += 1
        except (Stuck, TooLarge, RecursionError):
            pass
        for variable, choice in reading.choices.items():
            costs = dict((mode, cost) for cost, mode in choice.others)
            surprise[variable] = costs[choice.chosen] - choice.others[0][0]
            choices.setdefault(variable, choice.others)
    return State(options, sum(surprise.values()) + PENALTY * clashes, clashes, choices)
