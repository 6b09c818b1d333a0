"""Candidate corrections of a wrong step, each verified before it is suggested.

The candidates are the slips people make (`slips`), one at a time, so that a suggestion keeps
everything else as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice

from mdverify.attempt import attempt
from mdverify.case import Case
from mdverify.coefficients import coefficients
from mdverify.comparison import Outcome
from mdverify.reading import Options
from mdverify.slips import Edit, Written, common_slips, other_targets, rare_slips, with_coefficient, written
from mdverify.syntax import Node
from mdverify.verify import ATTEMPTS_MORE, judge_pair

FEW = 60  # candidates tried for a suggestion
MANY = 700  # candidates tried for an explanation


@dataclass(frozen=True, slots=True)
class Search:
    """What came of looking for a slip: was there one, the right side without it, and how many were tried."""

    found: bool
    suggestion: str | None
    tried: int


@dataclass(frozen=True)
class Repair:
    """Looks for the slip in one step.

    `case` is the step, `options` the reading under which it failed (with the layout in force), `text`
    the text of the note; `near` are sides of other steps: a letter of theirs may be what the author
    meant. Where a side is compared with itself it only has to make sense.
    """

    case: Case
    options: Options
    text: str
    near: tuple[Node, ...] = ()

    @property
    def alone(self) -> bool:
        return self.case.lhs is self.case.rhs

    def common(self) -> Search:
        """Among the slips that are made everywhere."""
        return self._first(islice(common_slips(self.case.rhs, self._at), FEW), self._attempt)

    def rare(self) -> Search:
        """Among the others."""
        slips = chain(
            islice(common_slips(self.case.rhs, self._at), FEW, None), rare_slips(self.case.rhs, self._at)
        )
        return self._first(islice(slips, MANY), self._attempt)

    def coefficient(self) -> Search:
        """With another number in front of one term."""
        numbers = coefficients(self.case, self.options)
        edits = (with_coefficient(self.case.rhs, span, number, self._at) for span, number in numbers)
        return self._first(filter(None, edits), self._attempt)

    def charitable(self) -> Search:
        """Among the common slips again: would the step without it hold under any reasonable reading?"""
        edits = islice(common_slips(self.case.rhs, self._at), FEW)
        layout = self.options.layout
        found = self._first(edits, lambda case: judge_pair(case, layout, attempts=ATTEMPTS_MORE))
        return replace(found, tried=found.tried * ATTEMPTS_MORE)

    def other_target(self) -> Search:
        """Would the step hold if its left side were differentiated by another letter?"""
        sides = islice(other_targets(self.case.lhs, self._at), FEW)
        found = any(self._attempt(replace(self.case, lhs=side)).kind == "agree" for side in sides)
        return Search(found, None, FEW)

    @cached_property
    def _at(self) -> Written:
        return written(self.case, self.text, self.near)

    def _first(self, edits: Iterable[Edit], judge: Callable[[Case], Outcome]) -> Search:
        """The first slip without which the step holds; to repeat the other side is no suggestion."""
        tried = 0
        for tried, edit in enumerate(_once(edits, self.case.rhs), 1):
            if judge(self._with(edit.node)).kind == "agree":
                useful = self.alone or edit.node != self.case.lhs
                return Search(True, self._applied(edit) if useful else None, tried)
        return Search(False, None, tried)

    def _with(self, rhs: Node) -> Case:
        return replace(self.case, lhs=rhs if self.alone else self.case.lhs, rhs=rhs)

    def _attempt(self, case: Case) -> Outcome:
        return attempt(case, self.options, sure=False)

    def _applied(self, edit: Edit) -> str:
        side = self.case.rhs.span
        return self.text[side.start : edit.span.start] + edit.text + self.text[edit.span.end : side.end]


def _once(edits: Iterable[Edit], own: Node) -> Iterator[Edit]:
    """Every changed tree once: slips of several kinds may come to the same, or to nothing."""
    seen = {own}
    for edit in edits:
        if edit.node not in seen:
            seen.add(edit.node)
            yield edit
