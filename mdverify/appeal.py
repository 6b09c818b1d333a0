"""Which accusations stand: those that one slip explains, and those the rest of the note bears out.

An author's mistake is mostly one slip in a step whose letters we understood: changed back, the step
holds. A step that we misread differs for no such reason, and its letters are seldom found in steps
that hold. What is neither explained nor borne out is therefore not ours to accuse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import inf

from mdverify.attempt import attempt
from mdverify.derivation import Derivation
from mdverify.judgement import Docket, Judgement
from mdverify.layouts import declared_layout, settle
from mdverify.messages import message
from mdverify.reading import Options
from mdverify.repair import Repair, Search
from mdverify.report import LayoutChoice, Verdict
from mdverify.symbols import mentions
from mdverify.symmetry_doubts import tells_of_symmetry
from mdverify.syntax import Node, walk

REPAIRABLE = frozenset({Verdict.WRONG, Verdict.SHAPE, Verdict.LAYOUT})
ACCUSED = frozenset({Verdict.WRONG, Verdict.SHAPE})
HOLDING = frozenset({Verdict.VERIFIED, Verdict.LAYOUT})
# By how many the steps that hold have to outnumber those that do not, for every letter of a step:
EXPLAINED = 0  # where one slip explains it
CONFIRMED = 6  # where none does
INSIDE = 2  # where none does, but a single side makes no sense
PARDON = 2  # how much the margin of a step grows with its explanation: it no longer fails, and holds
SEARCHED = 5000  # attempts at the steps of one note that need an explanation
LIKELY = (Repair.common, Repair.coefficient)
EXPLANATIONS = (Repair.rare, Repair.other_target, Repair.charitable)
READINGS = 3  # of other steps that are tried with one that needs an explanation
NEAR = 2  # steps before one whose letters may be what it should have said


@dataclass(frozen=True, slots=True)
class Ruling:
    """The final verdict on a step, and the right-hand side that may have been meant."""

    judged: Judgement
    verdict: Verdict
    suggestion: str | None = None


def rulings(docket: Docket, judgements: Sequence[Judgement], choice: LayoutChoice) -> list[Ruling]:
    """The final verdict on every step, in the same order."""
    verdicts = [settle(docket, judged, choice) for judged in judgements]
    court = _Court(docket, choice, list(judgements), verdicts)
    return [court.ruling(number) for number in range(len(verdicts))]


class _Court:
    """The steps of a note with their verdicts, looked at together."""

    def __init__(
        self, docket: Docket, choice: LayoutChoice, judgements: list[Judgement], verdicts: list[Verdict]
    ) -> None:
        self.docket, self.choice = docket, choice
        self.judgements, self.verdicts = judgements, verdicts
        self.slips: dict[int, Search] = {}
        tried = [n for n, judged in enumerate(judgements) if judged.case is not None]
        self.letters = {n: _letters(docket, judgements[n]) for n in tried}
        self.open = {n for n in tried if verdicts[n] in ACCUSED}
        self.accused = sorted(self.open)
        self._counts = self._counted()
        self._explain()

    def ruling(self, number: int) -> Ruling:
        judged, verdict = self.judgements[number], self.verdicts[number]
        if number in self.accused and self._margin(number) < self._needed(number):
            dismissed = replace(judged, otherwise=Verdict.UNCHECKED, reason=message("unconfirmed"))
            return Ruling(dismissed, Verdict.UNCHECKED)
        return Ruling(judged, verdict, self._suggestion(number))

    def _needed(self, number: int) -> float:
        """The margin a finding needs: none if it is plain; a solution is never wrong without a slip."""
        judged = self.judgements[number]
        if number not in self.slips and judged.equation is not None:
            return inf
        if number in self.slips or judged.reason is not None:
            return EXPLAINED
        assert judged.outcome is not None
        clash = judged.outcome.clash
        if clash is not None and clash.rule == "MV302":
            return CONFIRMED
        if self._is_plain(number):
            return -inf
        return INSIDE if clash is not None else CONFIRMED

    def _is_plain(self, number: int) -> bool:
        """Whether there is little to misread: letters that were declared, with nothing behind them."""
        outcome, position = self.judgements[number].outcome, self.judgements[number].site.position
        reading = outcome.reading if outcome is not None else None
        if outcome is None or reading is None or not reading.names or outcome.options.modes:
            return False
        if reading.definitions or reading.generics or reading.functions:
            return False
        derivation = self.docket.derivation
        if any(self._is_bound(key, position) for key in reading.names.values()):
            return False
        declared = (_declared_at(derivation, key, position) for key in reading.names.values())
        return all(place is not None and derivation.distance(place, position) == 0 for place in declared)

    def _is_bound(self, key: str, position: int) -> bool:
        """Whether an equation nearby that we do not use may be what makes a step about a letter true."""
        derivation = self.docket.derivation
        part = derivation.reach(position)
        return any(
            mentions(side, key, derivation.naming)
            for judged, verdict in zip(self.judgements, self.verdicts, strict=True)
            if verdict is Verdict.CONDITION and judged.site.relation.sign == "="
            if part.start <= judged.site.position < part.end
            for side in (judged.site.lhs, judged.site.rhs)
        )

    def _margin(self, number: int) -> float:
        """By how many the steps that hold, or would without a slip, outnumber those that do not.

        The least over the letters of the step; a step without letters needs no confirmation.
        """
        held, failed = self._counts
        return min((held[name] - failed[name] for name in self.letters[number]), default=inf)

    def _counted(self) -> tuple[Counter[str], Counter[str]]:
        """In how many steps that hold, and in how many others, each letter stands."""
        held, failed = Counter[str](), Counter[str]()
        for other, names in self.letters.items():
            if other in self.open:
                failed.update(names)
            elif self.verdicts[other] in HOLDING or other in self.slips:
                held.update(names)
        return held, failed

    def _explain(self) -> None:
        """Look for the slip in every accused step: common ones first, then others where it matters."""
        repairs = {number: self._repair(number) for number in self.accused}
        for number, look in product(repairs, LIKELY):
            if number not in self.slips:
                self._note(number, look(repairs[number]))
        left = SEARCHED
        for number, look in product(repairs, EXPLANATIONS):
            if left > 0 and self._is_undecided(number):
                search = look(repairs[number])
                left -= search.tried
                self._note(number, search)
        readings: dict[int, list[Options]] = {}
        for number, look in product(repairs, LIKELY):
            if left <= 0 or not self._is_undecided(number):
                continue
            if number not in readings:
                readings[number] = self._other_readings(number)
            for options in readings[number]:
                search = look(replace(repairs[number], options=options))
                left -= search.tried
                if number not in self.slips and search.found:
                    self._note(number, search)
                    outcome = attempt(repairs[number].case, options)
                    self.judgements[number] = replace(self.judgements[number], outcome=outcome)

    def _other_readings(self, number: int) -> list[Options]:
        """How steps of the section that hold and share a letter were read, the nearest first.

        What differs under such a reading too, but for one slip, was meant so; or with all its matrices
        symmetric, in a note that speaks of symmetry.
        """
        judged, own = self.judgements[number], self._options(self.judgements[number])
        near = sorted(self.letters, key=lambda other: abs(other - number))
        alike = (
            self._options(self.judgements[other])
            for other in near
            if self.verdicts[other] in HOLDING
            and self.judgements[other].site.section == judged.site.section
            and self.letters[other] & self.letters[number]
        )
        others = list(islice((one for one in dict.fromkeys(alike) if one != own), READINGS))
        if tells_of_symmetry(self.docket.derivation.note):
            others.append(replace(own, symmetric=True))
        assert judged.case is not None
        return [one for one in others if attempt(judged.case, one, sure=False).kind == "differ"]

    def _is_undecided(self, number: int) -> bool:
        """Whether a slip would make the difference: without one the step falls, and with one it stands."""
        margin = self._margin(number)
        return number not in self.slips and EXPLAINED - PARDON <= margin < self._needed(number)

    def _note(self, number: int, search: Search) -> None:
        if search.found:
            self.slips[number] = search
            self.open.discard(number)
            self._counts = self._counted()

    def _suggestion(self, number: int) -> str | None:
        """A right-hand side that holds under the convention of the note, or None if no slip gives one."""
        case, verdict = self.judgements[number].case, self.verdicts[number]
        if case is None or case.rhs is not self.judgements[number].site.rhs or verdict not in REPAIRABLE:
            return None
        if number in self.accused:
            return self.slips[number].suggestion if number in self.slips else None
        return self._repair(number).common().suggestion

    def _repair(self, number: int) -> Repair:
        judged = self.judgements[number]
        assert judged.case is not None
        text = self.docket.derivation.note.source.text
        return Repair(judged.case, self._options(judged), text, self._near(number))

    def _options(self, judged: Judgement) -> Options:
        assert judged.outcome is not None
        layout = (*declared_layout(self.docket.derivation, judged.site.position), self.choice.convention)[0]
        biased = judged.outcome.reading is not None and bool(judged.outcome.reading.biased)
        return replace(judged.outcome.options, layout=layout, broadcast=biased)

    def _near(self, number: int) -> tuple[Node, ...]:
        """The sides of the chain and of the steps before."""
        site = self.judgements[number].site
        before = (judged.site for judged in self.judgements[max(0, number - NEAR) : number])
        chain = self.docket.derivation.chains[site.chain]
        return (*chain, *(side for other in before for side in (other.lhs, other.rhs)))


def _letters(docket: Docket, judged: Judgement) -> frozenset[str]:
    """The letters of a step as they were read, or as they are written if values stand for all of them."""
    reading = judged.outcome.reading if judged.outcome is not None else None
    if reading is None or reading.names or not (reading.definitions or reading.functions):
        names = reading.names if reading is not None else {}
        return frozenset(_identity(docket.derivation, name) for name in names)
    nodes = (node for side in (judged.site.lhs, judged.site.rhs) for node in walk(side))
    symbols = map(docket.derivation.naming.symbol, nodes)
    return frozenset(symbol.key for symbol in symbols if symbol is not None)


def _identity(derivation: Derivation, name: str) -> str:
    """What stands for a letter in all the lives that share a declaration."""
    key, _, number = name.partition("#")
    declared = derivation.lives[key][int(number)].declaration if number.isdigit() else None
    return f"{key}@{declared.position}" if declared is not None else name


def _declared_at(derivation: Derivation, key: str, position: int) -> int | None:
    """Where a letter, and no label or index of it, was declared as it is meant at a position."""
    life = derivation.life(key, position)
    if life is None or life.declaration is None or "^" in key:
        return None
    return life.declaration.position
