"""Candidate corrections of a wrong step, each verified before it is suggested.

The candidates are the slips people make (`slips`), one at a time, so that a suggestion keeps
everything else as it was written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain, islice

from mdverify.attempt import attempt
from mdverify.case import Case
from mdverify.reading import Options
from mdverify.slips import Edit, common_slips, rare_slips, written
from mdverify.source import Span
from mdverify.syntax import Node

COMMON = 40  # candidates tried for a suggestion
SEARCHED = 600  # candidates tried on one side for an explanation


@dataclass(frozen=True, slots=True)
class Search:
    """What came of looking for a slip: was there one, the right side without it, and how many were tried."""

    found: bool
    suggestion: str | None
    tried: int


def suggestion(case: Case, options: Options, text: str) -> str | None:
    """The right-hand side as it may have been meant, or None where no common slip explains it.

    `case` is the step, `options` the reading under which it failed (with the layout in force), `text`
    the text of the note.
    """
    for edit in islice(common_slips(case.rhs, written(case, text)), COMMON):
        if edit.node != case.lhs and _holds(replace(case, rhs=edit.node), options):
            return _applied(text, case.rhs.span, edit)
    return None


def search(case: Case, options: Options, text: str, near: tuple[Node, ...], most: int) -> Search:
    """Look for a slip on the right side that explains the step, with at most `most` candidates.

    `near` are sides of other steps: a letter of theirs may be what the author meant.
    """
    return _search(case, text, near, most, lambda node: _holds(replace(case, rhs=node), options))


def search_alone(case: Case, options: Options, text: str, near: tuple[Node, ...], most: int) -> Search:
    """Look for a slip that gives the right side a shape, whatever stands on the left."""
    return _search(case, text, near, most, lambda node: _holds(replace(case, lhs=node, rhs=node), options))


def _search(
    case: Case, text: str, near: tuple[Node, ...], most: int, holds: Callable[[Node], bool]
) -> Search:
    at = written(case, text, near)
    edits = islice(chain(common_slips(case.rhs, at), rare_slips(case.rhs, at)), min(most, SEARCHED))
    tried = 0
    for tried, edit in enumerate(edits, 1):
        if holds(edit.node):
            useful = edit.node != case.lhs
            return Search(True, _applied(text, case.rhs.span, edit) if useful else None, tried)
    return Search(False, None, tried)


def _holds(case: Case, options: Options) -> bool:
    return attempt(case, options, sure=False).kind == "agree"


def _applied(text: str, side: Span, edit: Edit) -> str:
    return text[side.start : edit.span.start] + edit.text + text[edit.span.end : side.end]
