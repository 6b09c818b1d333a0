"""Deselected findings become unchecked; severity decides whether a run fails."""

from __future__ import annotations

import pytest

from mdverify.report import LayoutChoice, NoteReport, Report, Step, Verdict
from mdverify.selection import apply, failed
from mdverify.settings import Settings
from mdverify.source import Source, Span

HERE = Span(0, 1)
LAYOUT = LayoutChoice("denominator", "default")


def report(*rules: str) -> Report:
    steps = tuple(Step("=", HERE, HERE, HERE, Verdict.WRONG, rule=rule) for rule in rules)
    return Report((NoteReport(Source("old/a.md", "x"), LAYOUT, steps),))


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        (Settings(), ["MV101", "MV301"]),
        (Settings(select=("MV101",)), ["MV101"]),
        (Settings(ignore=("MV101",)), ["MV301"]),
        (Settings(select=("MV101",), ignore=("MV101",)), []),
        (Settings(per_file_ignores=(("old/*.md", ("MV301",)),)), ["MV101"]),
        (Settings(per_file_ignores=(("new/*.md", ("MV301",)),)), ["MV101", "MV301"]),
    ],
)
def test_apply(settings: Settings, left: list[str]) -> None:
    (note,) = apply(report("MV101", "MV301"), settings).notes
    assert [step.rule for step in note.steps if step.is_finding] == left
    for step in note.steps:
        if not step.is_finding:
            assert step.verdict is Verdict.UNCHECKED
            assert step.reason is not None
            assert step.reason.text().endswith("is ignored here")


@pytest.mark.parametrize(
    ("rules", "fail_on", "expected"),
    [
        (("MV101",), "error", True),
        (("MV404",), "error", False),
        (("MV404",), "warning", True),
        (("MV101",), "never", False),
        ((), "warning", False),
    ],
)
def test_failed(rules: tuple[str, ...], fail_on: str, expected: bool) -> None:
    assert failed(report(*rules), fail_on) is expected
