"""Every step of a note judged: what is no claim, definitions, and claims along their chains."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from mdverify import cues
from mdverify.accuse import accused
from mdverify.attempt import attempt
from mdverify.calculus import LAYOUTS
from mdverify.case import Case
from mdverify.claims import Site
from mdverify.classify import no_claim
from mdverify.closure import free_names
from mdverify.comparison import Outcome
from mdverify.definitions import Defined
from mdverify.derivation import Derivation
from mdverify.derivatives import is_derivative
from mdverify.equations import Equation, equations
from mdverify.implied import bare, with_entries, with_sums
from mdverify.index_cases import Condition, cases_of, index_conditions
from mdverify.judgement import Docket, Judgement
from mdverify.layouts import in_force
from mdverify.malformed import malformed_alone
from mdverify.manuscript import EQUALITIES
from mdverify.messages import message
from mdverify.reading import Clash, Options
from mdverify.report import Verdict
from mdverify.survey import survey
from mdverify.symbols import mentions, symbols_in
from mdverify.syntax import SIGNS, Apply, Node, has_either_sign, walk, with_sign
from mdverify.trust import trusted
from mdverify.verify import ATTEMPTS_MORE, ATTEMPTS_ONCE, ATTEMPTS_PER_STEP, ATTEMPTS_TO_SOLVE, judge_pair

CONDITION_REACH = 400  # characters
EQUATION_BEFORE = (
    "subject to", "s.t.", "such that", "satisf", "solve ", "solving", "system", "equation", "constraint",
    "differentiate", "fixed point", "suppose", "assume", "set ", "if ",
    "exactly when", "precisely when", " iff ", "equivalent to", "amounts to",
    "方程", "满足", "约束", "解得", "求解", "若", "如果", "假设", "令", "当且仅当", "等价于", "充要条件",
    "不动点",
)  # fmt: skip
SOUGHT = frozenset({"求解", "solve ", "solving", "differentiate"})  # also said of what is worked out
# What is said to hold under a condition on indices or otherwise is no condition itself.
FOLLOWS = re.compile(
    r"(?:\bif\b|若|如果)[^.。]*[,，]\s*(?:(?:then\s+)?we (?:have|get|obtain|find)|then|则有?|那么)"
    r"\s*[:：,，]?\s*$"
)
EQUATION_NEXT = re.compile(r"(?:\b(?:when|whenever|unless)|当)\s*$")
EQUATION_AFTER = re.compile(r"on both sides|has a solution|is solved|两边|有(唯一)?解(?!析)|的解(?!析)|解出")
HOLDING = 2  # restatements of a symbol in a section that hold, from which on another one may be mistaken
CONCLUSION_REACH = 120  # characters
REWRITING_REACH = 80  # characters
_CONCLUDED = re.compile(cues.CONCLUDED, re.IGNORECASE)
_REWRITTEN = re.compile(cues.REWRITTEN, re.IGNORECASE)
_CHANGED = re.compile(cues.CHANGED, re.IGNORECASE)
_SENTENCE_END = re.compile(r"[。；]|[.;](?:\s|$)|\n\n")
UNDECIDED = frozenset({"stuck", "uncertain"})
UNKNOWN = frozenset({"undefined-function", "unknown-functions"})
FOUND = frozenset({Verdict.WRONG, Verdict.SHAPE})


@dataclass(slots=True)
class Judge(Docket):
    """Judges the steps of one derivation in order, remembering what holds and what is to be solved.

    `good` is the last good side of every chain, `across` the side before one that is not understood (what
    stands behind it is compared with that), `surveyed` the options under which most of a section fits,
    `last_condition` the position of the last equation to be solved, `to_solve` all of them, `doubtful` the
    steps whose sides differ or do not fit.
    """

    good: dict[int, int] = field(default_factory=dict)
    across: dict[tuple[int, int], int] = field(default_factory=dict)
    surveyed: dict[int, Options] = field(default_factory=dict)
    last_condition: int | None = None
    to_solve: list[Site] = field(default_factory=list)
    doubtful: list[Site] = field(default_factory=list)
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        self.conditions = index_conditions(self.derivation)

    def all(self) -> list[Judgement]:
        """Every step of the note, in order of position."""
        self.surveyed = survey(self.derivation, self.evidence)
        judgements = []
        for site in self.derivation.sites:
            judged = self.step(site)
            judgements.append(judged)
            self._keep_condition(judged)
        return [*self._among_claims(judgements), *malformed_alone(self.derivation)]

    def _among_claims(self, judgements: list[Judgement]) -> list[Judgement]:
        """Where restatements of a symbol hold, the others of the section are claims about it as well."""
        held = Counter(_restated_symbol(judged) for judged in judgements if judged.true)
        return [self._as_claim(judged, held[_restated_symbol(judged)]) for judged in judgements]

    def _as_claim(self, judged: Judgement, held: int) -> Judgement:
        """A restatement as a claim: true, or mistaken in the same letters.

        A false one has to be among several true ones, or words say that it is the same written otherwise.
        """
        site = judged.site
        if site.defines is None or judged.verdict is not Verdict.GIVEN or not judged.restates:
            return judged
        announced = _is_rewritten(self.derivation, site)
        if not (held or announced):
            return judged
        again = self.pair(site, site.lhs)
        claimed = (announced or held >= HOLDING) and self._says_again(site, site.defines)
        return again if again.true or (claimed and again.otherwise is Verdict.WRONG) else judged

    def _keep_condition(self, judged: Judgement) -> None:
        """Remember the equations to be solved, and what did not hold: nothing follows from that."""
        if judged.verdict is None and not judged.true and judged.otherwise in FOUND:
            self.doubtful.append(judged.site)
        condition = Verdict.CONDITION in (judged.verdict, judged.otherwise) and not judged.true
        if condition and judged.site.relation.sign in EQUALITIES:
            self.last_condition = judged.site.position
            if not any(self._rests_on(judged.site, other) for other in self.doubtful):
                self.to_solve.append(judged.site)

    def _rests_on(self, site: Site, other: Site) -> bool:
        """Whether an equation is what another step came to."""
        return site.chain == other.chain or other.rhs in (site.lhs, site.rhs)

    def step(self, site: Site) -> Judgement:
        """One step: what is not an equality, unreadable or no claim is told apart first."""
        found = no_claim(self.derivation, site)
        if found is not None:
            return found
        return self.claim(site) if site.defines is None else self.definition(site, site.defines)

    def claim(self, site: Site) -> Judgement:
        """A claim: its own two sides, and if they differ the right one against the last good side."""
        limit = ATTEMPTS_TO_SOLVE if told_condition(self.derivation, site) else ATTEMPTS_PER_STEP
        judged = self.pair(site, site.lhs, limit)
        chain = self.derivation.chains[site.chain]
        last_good = self.good.get(site.chain, 0)
        if not judged.true and judged.otherwise != Verdict.UNCHECKED and last_good < site.place:
            against = self.pair(site, chain[last_good])
            if against.true or against.otherwise in (Verdict.UNCHECKED, Verdict.CONDITION):
                judged = against
        if self._is_beyond_shapes(judged):
            judged = self._by_itself(site) or judged
        before = self.across.get((site.chain, site.place))
        if before is not None and _is_unread(judged):
            across = self.pair(site, chain[before], limit)
            votes = is_derivative(chain[before]) or not across.discriminating
            judged = across if (across.true and votes) or across.otherwise in FOUND else judged
        if site.place + 2 < len(chain) and _is_unread(judged):
            self.across[site.chain, site.place + 1] = site.place if before is None else before
        if judged.true or judged.otherwise == Verdict.UNCHECKED:
            self.good[site.chain] = site.place + 1
        return judged

    def _is_beyond_shapes(self, judged: Judgement) -> bool:
        """Whether it was a tensor that kept the sides from being compared."""
        return not judged.true and judged.reason is not None and judged.reason.key == "tensor"

    def _by_itself(self, site: Site) -> Judgement | None:
        """The right side, where it adds or multiplies what does not fit, whatever the left side is."""
        case = Case(self.derivation, self.evidence, site.rhs, site.rhs, site.position)
        clashes = [self._clash(case, layout, site) for layout in self.order(site)]
        if None in clashes:
            return None
        return Judgement(site, None, otherwise=Verdict.SHAPE, outcome=clashes[0], case=case)

    def _clash(self, case: Case, layout: str, site: Site) -> Outcome | None:
        """The clash of two longer expressions; a letter added to a matrix may stand for all its entries."""
        outcome = judge_pair(case, layout, self.surveyed.get(site.section), ATTEMPTS_MORE)
        if outcome.kind == "agree" and outcome.options.broadcast:
            outcome = attempt(case, replace(outcome.options, broadcast=False))
        if outcome.clash is None or outcome.reading is None or outcome.reading.tensor:
            return None
        places = {outcome.clash.span, *(span for span, _ in outcome.clash.related)}
        nodes = [part for part in walk(site.rhs) if part.span in places]
        letters = any(self.derivation.naming.symbol(part) is not None for part in nodes)
        return None if letters else outcome

    def pair(self, site: Site, lhs: Node, limit: int = ATTEMPTS_PER_STEP) -> Judgement:
        """Both sides under every layout that makes a difference, in the cases told and in all."""
        if has_either_sign(lhs) and has_either_sign(site.rhs):
            upper, lower = (
                self.pair(replace(site, rhs=with_sign(site.rhs, sign)), with_sign(lhs, sign), limit)
                for sign in SIGNS
            )
            if upper.true and upper.true == lower.true:
                return replace(upper, site=site)
        case = Case(self.derivation, self.evidence, lhs, site.rhs, site.position)
        meant = case
        for told in cases_of(self.derivation, site, self.conditions):
            meant = replace(case, index_case=told)
            judged = self._compared(site, meant, limit)
            if judged.true:
                return judged
        judged = replace(self._compared(site, case, limit), case=meant)
        if judged.true or not case.lonely_letters:
            return judged
        summed = with_sums((lhs, site.rhs), case.summable)
        if summed is not None:
            judged = self._with_implied_sums(site, case, summed, judged)
        if judged.true:
            return judged
        entries = with_entries(summed or (lhs, site.rhs), case.lonely_letters)
        return self._entry_for_whole(site, case, entries, judged) if entries else judged

    def _with_implied_sums(
        self, site: Site, case: Case, summed: tuple[Node, ...], judged: Judgement
    ) -> Judgement:
        """A step with an index that may be meant to be summed over: true, or not ours to accuse."""
        other = self._compared(site, replace(case, lhs=summed[0], rhs=summed[1]), ATTEMPTS_MORE)
        if other.true or judged.otherwise in (Verdict.UNCHECKED, Verdict.CONDITION):
            return other if other.true else judged
        return replace(judged, otherwise=Verdict.UNCHECKED, reason=message("implied-sum"))

    def _entry_for_whole(
        self, site: Site, case: Case, entries: list[tuple[Node, ...]], judged: Judgement
    ) -> Judgement:
        """A step from a general entry to its matrix, or back: true of all entries, or not ours to accuse.

        Which index counts the rows is a custom: what is true the other way round is left alone.
        """
        as_entry, *turned = (
            self._compared(site, replace(case, lhs=lhs, rhs=rhs), ATTEMPTS_MORE) for lhs, rhs in entries
        )
        decided = judged.otherwise in (Verdict.UNCHECKED, Verdict.CONDITION)
        if as_entry.true or decided:
            return as_entry if as_entry.true else judged
        if as_entry.outcome is None or as_entry.outcome.kind not in ("differ", "uncertain"):
            return judged
        lhs, rhs = (bare(side, case.lonely_letters) for side in (case.lhs, case.rhs))
        if not any(other.true for other in turned) and (lhs, rhs) != (case.lhs, case.rhs):
            return self._compared(site, replace(case, lhs=lhs, rhs=rhs), ATTEMPTS_MORE)
        return replace(judged, otherwise=Verdict.UNCHECKED, reason=message("general-entry"))

    def _compared(self, site: Site, case: Case, limit: int) -> Judgement:
        """One case under every layout."""
        outcomes: dict[str, Outcome] = {}
        hint: Options | None = None
        for layout in self.order(site):
            agreed = any(outcome.kind == "agree" for outcome in outcomes.values())
            tries = ATTEMPTS_ONCE if agreed else limit if not outcomes else ATTEMPTS_MORE
            start = hint or self.surveyed.get(site.section)
            outcomes[layout] = judge_pair(case, layout, start, tries)
            if outcomes[layout].kind in ("agree", "differ"):
                hint = outcomes[layout].options
            if not outcomes[layout].discriminates:
                outcomes.update({other: outcomes[layout] for other in LAYOUTS if other not in outcomes})
                break
        true = tuple(layout for layout in LAYOUTS if outcomes[layout].kind == "agree")
        first = outcomes[self.order(site)[0]]
        judged = Judgement(site, None, true, first.discriminates, outcome=first, case=case)
        if true:
            self._remember(outcomes[next(layout for layout in self.order(site) if layout in true)], site)
        else:
            self._refuse(judged, outcomes)
        return judged

    def order(self, site: Site) -> tuple[str, ...]:
        """The layouts, the one in force first."""
        first = in_force(self, site.position)
        return tuple(sorted(LAYOUTS, key=lambda layout: layout not in first))

    def _remember(self, outcome: Outcome, site: Site) -> None:
        """A verified step votes for the modes its own symbols were read with."""
        if outcome.reading is None:
            return
        naming = self.derivation.naming
        written = {symbol.key for side in (site.lhs, site.rhs) for symbol in symbols_in(side, naming)}
        chosen = {variable.partition("#")[0] for variable in outcome.reading.choices}
        for variable, choice in outcome.reading.choices.items():
            key = variable.partition("#")[0]
            if key in written or key.rstrip("_") in written - chosen:
                self.evidence.cast(key, choice.chosen)
                self.evidence.served.add((key, choice.chosen, site.section))

    def _refuse(self, judged: Judgement, outcomes: dict[str, Outcome]) -> None:
        """No layout makes the step true: wrong, ill-shaped, a condition, or undecided."""
        first = outcomes[self.order(judged.site)[0]]
        undecided = [outcomes[layout] for layout in LAYOUTS if outcomes[layout].kind in UNDECIDED]
        if first.kind == "stuck" or any(outcome.kind == "uncertain" for outcome in undecided):
            judged.outcome, judged.otherwise = undecided[0], Verdict.UNCHECKED
            judged.reason = undecided[0].reason
            return
        differing = [outcomes[la] for la in self.order(judged.site) if outcomes[la].kind == "differ"]
        if differing:
            self._accuse(judged, min(differing, key=lambda outcome: outcome.cost))
        else:
            self._ill_shaped(judged, first)

    def _accuse(self, judged: Judgement, outcome: Outcome) -> None:
        """The sides fit and differ."""
        site = judged.site
        told = told_condition(self.derivation, site) and not is_concluded(self.derivation, site, outcome)
        judged.outcome = outcome
        follows = self._follows_condition(site)
        judged.otherwise, judged.reason = accused(self, site, outcome, told, follows)
        if judged.otherwise is Verdict.CONDITION and outcome.options.fresh and not told:
            self._remind(judged, outcome.options, follows)
        plain = replace(judged, outcome=outcome.plain)
        excused = judged.otherwise in (Verdict.CONDITION, Verdict.UNCHECKED)
        if excused and outcome.plain is not None and not told and trusted(self, plain):
            judged.outcome, judged.otherwise = outcome.plain, Verdict.SHAPE

    def _remind(self, judged: Judgement, options: Options, follows: bool) -> None:
        """What ties letters nobody knows may be wrong of what other sections say they are."""
        assert judged.case is not None
        known = attempt(judged.case, replace(options, fresh=False, modes=()))
        if known.kind != "differ":
            return
        verdict, reason = accused(self, judged.site, known, False, follows)
        if verdict is Verdict.WRONG:
            judged.outcome, judged.otherwise, judged.reason = known, verdict, reason

    def _ill_shaped(self, judged: Judgement, outcome: Outcome) -> None:
        """No reading fits."""
        judged.outcome, judged.otherwise = outcome, Verdict.SHAPE
        applied = outcome.clash is not None and applies_in(self.derivation, judged.site, outcome.clash)
        if applied or names_unknown_function(self.derivation, judged.site):
            judged.otherwise, judged.reason = Verdict.UNCHECKED, message("unknown-functions")
        elif outcome.reading is not None and outcome.reading.tensor:
            judged.otherwise, judged.reason = Verdict.UNCHECKED, message("tensor")
        elif told_condition(self.derivation, judged.site):
            judged.otherwise, judged.reason = Verdict.UNCHECKED, message("equation-unread")

    def _follows_condition(self, site: Site) -> bool:
        """An equation right after one to be solved: a further form of it."""
        if self.last_condition is None or site.position - self.last_condition > CONDITION_REACH:
            return False
        keys = {s.key for side in (site.lhs, site.rhs) for s in symbols_in(side, self.derivation.naming)}
        return any(self.derivation.targets.get(key, site.position) < site.position for key in keys)

    def definition(self, site: Site, defined: Defined) -> Judgement:
        """A symbol set equal to something: introduced, restated, or given a new life."""
        life = self.derivation.life(defined.key, site.position)
        earlier = (life.definition or life.solution) if life else None
        self.good[site.chain] = site.place + 1
        recursive = mentions(defined.body, defined.key, self.derivation.naming)
        restates = False
        if recursive and not defined.indices:
            return Judgement(site, Verdict.GIVEN)
        unfit = recursive or defined.params or defined.last
        solved = None if unfit else self._solution(site, defined)
        if solved is not None:
            return solved
        if earlier is not None and earlier is not defined and earlier.position <= site.position:
            judged = self.pair(site, site.lhs, ATTEMPTS_MORE)
            if judged.true:
                if judged.outcome is None or not judged.outcome.options.back:
                    self._restated(defined, earlier)
                return judged
            restates = not recursive
        if recursive or life is None or life.start > site.position:
            return Judgement(site, Verdict.GIVEN, restates=restates)
        if life.definition is None and life.declaration is None:
            return Judgement(site, Verdict.GIVEN, restates=restates)
        return replace(self._introduced(site, defined), restates=restates)

    def _solution(self, site: Site, defined: Defined) -> Judgement | None:
        """A formula put back into the equations before it.

        It is true if it solves one and breaks none of those in its letters, wrong if it solves
        none and breaks the nearest. None where nobody can tell.
        """
        derivation = self.derivation
        found = equations(
            site, defined, self.to_solve, derivation.sites, derivation.chains, derivation.targets, derivation
        )
        tried = [(equation, self._put_back(site, defined, equation)) for equation in found]
        broken = [
            (equation, judged)
            for equation, judged in tried
            if judged.outcome is not None and judged.outcome.kind == "differ"
        ]
        solved = next((judged for _, judged in tried if judged.true), None)
        if solved is None:
            return next((judged for equation, judged in broken if equation.told), None)
        letters = self._letters(defined.body)
        refuted = any(
            (self._letters(one.lhs) | self._letters(one.rhs)) - self._letters(one.variable) <= letters
            for one, _ in broken
        )
        return None if refuted else solved

    def _put_back(self, site: Site, defined: Defined, equation: Equation) -> Judgement:
        """What comes of an equation with a formula in place of its variable, under any layout."""
        life = self.derivation.life(defined.key, site.position)
        own = life is not None and life.definition is defined
        position = equation.position if own else site.position
        case = Case(self.derivation, self.evidence, site.lhs, site.rhs, position, equation=equation)
        judged = Judgement(site, None, case=case)
        for layout in self.order(site):
            outcome = judge_pair(case, layout, self.surveyed.get(site.section), ATTEMPTS_MORE)
            if outcome.kind == "agree":
                return replace(judged, true=LAYOUTS, outcome=outcome)
            judged.outcome = judged.outcome or outcome
            if not outcome.discriminates:
                break
        if judged.outcome is not None and judged.outcome.kind == "differ":
            judged.otherwise, judged.reason = accused(self, site, judged.outcome, False, False, equation)
            judged.outcome = _less(judged.outcome) if self._determines(equation, judged.outcome) else None
        return judged

    def _determines(self, equation: Equation, outcome: Outcome) -> bool:
        """Whether an equation has the shape of its variable: of more equations than unknowns not all hold."""
        reading, left = outcome.reading, outcome.left
        symbol = self.derivation.naming.symbol(equation.variable)
        if reading is None or left is None or symbol is None:
            return False
        shapes = (shape for name, shape in reading.shapes.items() if reading.names.get(name) == symbol.key)
        turned = reading.kind(left.shape.transposed)
        return any(reading.kind(shape) in (reading.kind(left.shape), turned) for shape in shapes)

    def _restated(self, defined: Defined, earlier: Defined) -> None:
        """A recursion said again, or found for what was defined otherwise: the first formula stays."""
        naming = self.derivation.naming
        symbols = (symbol for one in (earlier, defined) for symbol in symbols_in(one.body, naming))
        indices = (index for symbol in symbols for index in symbol.sup_indices + symbol.indices)
        if not any(isinstance(index, Apply) and index.op in ("+", "-") for index in indices):
            return
        for life in self.derivation.lives[defined.key]:
            if life.definition is defined and defined.indices:
                life.definition = earlier

    def _introduced(self, site: Site, defined: Defined) -> Judgement:
        """A restatement is given, unless what it says has no shape under any reading.

        One in the very letters of the definition before it is no new beginning: their shapes stand.
        """
        body = site.lhs if defined.last else site.rhs
        case = Case(self.derivation, self.evidence, body, body, site.position)
        layouts = self.order(site)
        surveyed, attempts = self.surveyed.get(site.section), ATTEMPTS_PER_STEP
        if self._says_again(site, defined):
            surveyed, attempts = surveyed and replace(surveyed, fresh=False), 1
        outcome = judge_pair(case, layouts[0], surveyed, attempts)
        if outcome.kind == "clash" and not any(
            judge_pair(case, layout, attempts=attempts).kind != "clash" for layout in layouts[1:]
        ):
            return Judgement(site, None, otherwise=Verdict.SHAPE, outcome=outcome, case=case)
        return Judgement(site, Verdict.GIVEN, outcome=outcome)

    def _says_again(self, site: Site, defined: Defined) -> bool:
        """Whether an earlier definition of the symbol comes to a formula in the same two or more letters."""
        letters = self._letters(site.rhs)
        chains = (
            self.derivation.chains[other.chain]
            for other in self.derivation.sites
            if other.position < site.position
            and other.defines is not None
            and other.defines.key == defined.key
        )
        return len(letters) > 1 and any(self._letters(side) == letters for row in chains for side in row)

    def _letters(self, side: Node) -> frozenset[str]:
        return frozenset(symbol.key for symbol in symbols_in(side, self.derivation.naming))


def _less(outcome: Outcome) -> Outcome:
    """What is left of an equation, against zero."""
    if outcome.counter is None:
        return outcome
    rest = np.subtract(*outcome.counter.values)
    return replace(outcome, counter=replace(outcome.counter, values=(rest, np.zeros_like(rest))))


def _is_unread(judged: Judgement) -> bool:
    """Whether something in a step was not understood, or is a function without a formula."""
    if judged.true or judged.outcome is None:
        return False
    unknown = judged.reason is not None and judged.reason.key in UNKNOWN
    return judged.outcome.kind == "stuck" or unknown


def _restated_symbol(judged: Judgement) -> tuple[str, int]:
    """The symbol a step sets equal to something, and the section."""
    defined = judged.site.defines
    return (defined.key if defined is not None else "", judged.site.section)


def _is_rewritten(derivation: Derivation, site: Site) -> bool:
    """Whether words between the formula before and this one say that it is the same written otherwise."""
    note, math = derivation.note, site.math
    start = note.maths[math].outer.start
    before = note.english(max(note.maths[math - 1].outer.end if math else 0, start - REWRITING_REACH), start)
    return _REWRITTEN.search(before) is not None and _CHANGED.search(before) is None


def told_condition(derivation: Derivation, site: Site) -> bool:
    """Words next to a formula that make it an equation to solve or a constraint."""
    text, english = derivation.note.source.text, derivation.note.english
    outer = derivation.note.maths[site.math].outer
    reach = 60 if derivation.note.maths[site.math].display else 160
    before = english(max(0, outer.start - reach), outer.start).lower()
    after = english(outer.end, outer.end + 40).lower()
    before = before[max(before.rfind("\n\n"), before.rfind(". "), before.rfind("。")) + 1 :]
    before = FOLLOWS.sub("", before)
    inside = text[outer.start : site.lhs.span.start].lower()[-60:]
    sought = SOUGHT if _is_sought(derivation, site) else frozenset[str]()
    told = any(cue in before or cue in inside for cue in EQUATION_BEFORE if cue not in sought)
    told = told or EQUATION_NEXT.search(before) is not None
    return told or EQUATION_AFTER.search(after) is not None


def _is_sought(derivation: Derivation, site: Site) -> bool:
    """Whether the words just before ask for the very side a chain begins with: "求解 `\\frac{dE}{dw}`：".

    That is worked out then, and solved for nothing.
    """
    maths = derivation.note.maths
    between = derivation.note.english(maths[site.math - 1].outer.end, maths[site.math].outer.start)
    if not site.math or between.strip(" \n:：,，"):
        return False
    first = derivation.chains[site.chain][0]
    return any(statement.sides == (first,) for statement in derivation.formulas[site.math - 1].statements)


def is_concluded(derivation: Derivation, site: Site, outcome: Outcome) -> bool:
    """Whether a step is said to follow from a definition in its sentence, and has nothing to solve for."""
    reading, left, right = outcome.reading, outcome.left, outcome.right
    if reading is None or left is None or right is None:
        return False
    end = derivation.note.maths[site.math].outer.start
    start = end - len(
        _SENTENCE_END.split(derivation.note.source.text[max(0, end - CONCLUSION_REACH) : end])[-1]
    )
    keys = {symbol.key for side in (site.lhs, site.rhs) for symbol in symbols_in(side, derivation.naming)}
    lives = (derivation.life(key, site.position) for key in keys)
    known = reading.definitions.keys() | {str(key[0]) for key in reading.functions}
    defined = (life.definition for life in lives if life is not None and life.name in known)
    stated = any(one is not None and start <= one.span.start < end for one in defined)
    if not stated or not _CONCLUDED.search(derivation.note.english(start, end)):
        return False
    return free_names(reading, left) == free_names(reading, right)


def names_unknown_function(derivation: Derivation, site: Site) -> bool:
    """A function without formula, applied: what shape it has is anybody's guess."""
    return any(
        _is_unknown(derivation, head, site.position)
        for head, after in _neighbours(site)
        if isinstance(after, Apply) and after.op == "fence"
    )


def applies_in(derivation: Derivation, site: Site, clash: Clash) -> bool:
    """Whether what does not fit may be a letter with its argument."""
    places = [clash.span, *(span for span, _ in clash.related)]
    return any(
        _is_called(derivation, head, after)
        for head, after in _neighbours(site)
        if any(place.start <= head.span.start and after.span.end <= place.end for place in places)
    )


def _neighbours(site: Site) -> Iterator[tuple[Node, Node]]:
    """What stands side by side in a product."""
    for node in (node for side in (site.lhs, site.rhs) for node in walk(side)):
        if isinstance(node, Apply) and node.op == "juxt":
            yield from pairwise(node.args)


def _is_called(derivation: Derivation, head: Node, after: Node) -> bool:
    """`J(x)`, `J(x)^T` where J is elsewhere no function: one letter in a bracket is hardly a factor."""
    bracket = after.args[0] if isinstance(after, Apply) and after.op == "sup" else after
    match bracket:
        case Apply("fence", (inner,), "()"):
            called, argument = derivation.naming.symbol(head), derivation.naming.symbol(inner)
            return called is not None and argument is not None and called.key not in derivation.functions
    return False


def _is_unknown(derivation: Derivation, head: Node, position: int) -> bool:
    """A function that is neither defined nor declared."""
    symbol = derivation.naming.symbol(head)
    if symbol is None or symbol.key not in derivation.functions:
        return False
    life = derivation.life(symbol.key, position)
    return life is None or (life.definition is None and life.declaration is None)
