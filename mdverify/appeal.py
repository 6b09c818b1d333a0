"""Which accusations stand: those that one slip explains, and those the rest of the note bears out.

An author's mistake is mostly one slip in a step whose letters we understood: changed back, the step
holds. A step that we misread differs for no such reason, and its letters are seldom found in steps
that hold. What is neither explained nor borne out is therefore not ours to accuse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from mdverify import repair
from mdverify.case import Case
from mdverify.judgement import Docket, Judgement
from mdverify.layouts import declared_layout, settle
from mdverify.messages import message
from mdverify.reading import Options
from mdverify.report import LayoutChoice, Verdict
from mdverify.syntax import Node

REPAIRABLE = frozenset({Verdict.WRONG, Verdict.SHAPE, Verdict.LAYOUT})
ACCUSED = frozenset({Verdict.WRONG, Verdict.SHAPE})
HOLDING = frozenset({Verdict.VERIFIED, Verdict.LAYOUT})
BORNE_OUT = 2  # by how many the steps that hold outnumber the unexplained ones, for every letter of a step
EXPLAINED = 0  # the same for a step that one slip explains
SEARCHED = 3000  # candidates tried for the steps of one note that need an explanation
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
        self.left = SEARCHED
        self.slips: dict[int, repair.Search] = {}
        self.letters = {
            n: _letters(judged) for n, judged in enumerate(judgements) if judged.outcome is not None
        }
        self.open = {n for n, verdict in enumerate(verdicts) if verdict in ACCUSED and n in self.letters}
        for number in sorted(n for n in self.open if self._margin(n) < BORNE_OUT):
            self._explain(number)
        self.open -= self.slips.keys()
        needed = {**dict.fromkeys(self.open, BORNE_OUT), **dict.fromkeys(self.slips, EXPLAINED)}
        self.dismissed = {number for number, margin in needed.items() if self._margin(number) < margin}

    def ruling(self, number: int) -> Ruling:
        judged, verdict = self.judgements[number], self.verdicts[number]
        if number in self.dismissed:
            dismissed = replace(judged, otherwise=Verdict.UNCHECKED, reason=message("unconfirmed"))
            return Ruling(dismissed, Verdict.UNCHECKED)
        if verdict not in REPAIRABLE or judged.outcome is None:
            return Ruling(judged, verdict)
        return Ruling(judged, verdict, self._suggestion(number))

    def _margin(self, number: int) -> float:
        """By how many the steps that hold, or would without a slip, outnumber those that do not.

        The least over the letters of the step; a step without letters needs no confirmation.
        """
        held, failed = Counter[str](), Counter[str]()
        for other, names in self.letters.items():
            if other in self.open:
                failed.update(names)
            elif self.verdicts[other] in HOLDING or other in self.slips:
                held.update(names)
        return min((held[name] - failed[name] for name in self.letters[number]), default=inf)

    def _explain(self, number: int) -> None:
        """Look for the slip in a step, as long as there is time."""
        judged = self.judgements[number]
        alone = judged.site.defines is not None
        search = repair.search_alone if alone else repair.search
        found = search(self._case(judged), self._options(judged), self._text, self._near(number), self.left)
        self.left -= found.tried
        if found.found:
            self.slips[number] = found

    def _suggestion(self, number: int) -> str | None:
        """A right-hand side that holds under the convention of the note, or None if no slip gives one."""
        known = self.slips.get(number)
        if known is not None:
            return known.suggestion
        judged = self.judgements[number]
        return repair.suggestion(self._case(judged), self._options(judged), self._text)

    def _case(self, judged: Judgement) -> Case:
        site = judged.site
        return Case(self.docket.derivation, self.docket.evidence, site.lhs, site.rhs, site.position)

    def _options(self, judged: Judgement) -> Options:
        assert judged.outcome is not None
        layout = (*declared_layout(self.docket.derivation, judged.site.position), self.choice.convention)[0]
        return replace(judged.outcome.options, layout=layout, broadcast=False)

    def _near(self, number: int) -> tuple[Node, ...]:
        """The sides of the chain and of the steps before."""
        site = self.judgements[number].site
        before = (judged.site for judged in self.judgements[max(0, number - NEAR) : number])
        chain = self.docket.derivation.chains[site.chain]
        return (*chain, *(side for other in before for side in (other.lhs, other.rhs)))

    @property
    def _text(self) -> str:
        return self.docket.derivation.note.source.text


def _letters(judged: Judgement) -> frozenset[str]:
    """The letters of a step as they were read."""
    reading = judged.outcome.reading if judged.outcome is not None else None
    return frozenset(reading.names) if reading is not None else frozenset()
