"""Which findings are reported, and whether a run has failed."""

from __future__ import annotations

from dataclasses import replace

from mdverify.diagnostics import RULES, Severity, rule
from mdverify.messages import message
from mdverify.report import NoteReport, Report, Step, Verdict
from mdverify.settings import Settings, matches

ALL = frozenset(each.code for each in RULES)


def apply(report: Report, settings: Settings) -> Report:
    """The report without the findings the settings deselect; they become unchecked steps."""
    return Report(tuple(_select(note, settings) for note in report.notes))


def selected(path: str, settings: Settings) -> frozenset[str]:
    """The codes of the rules in force for the note at `path`."""
    ignored = set(settings.ignore)
    for pattern, codes in settings.per_file_ignores:
        if matches(path, (pattern,), settings.root):
            ignored.update(codes)
    return (frozenset(settings.select) or ALL) - ignored


def failed(report: Report, fail_on: str) -> bool:
    """Whether there is a finding at or above the severity `fail_on`."""
    failing = {
        "error": {Severity.ERROR},
        "warning": {Severity.ERROR, Severity.WARNING},
        "never": set[Severity](),
    }[fail_on]
    return any(
        step.rule is not None and rule(step.rule).severity in failing
        for note in report.notes
        for step in note.steps
        if step.is_finding
    )


def _select(note: NoteReport, settings: Settings) -> NoteReport:
    codes = selected(note.source.path, settings)
    return replace(note, steps=tuple(_quiet(step, codes) for step in note.steps))


def _quiet(step: Step, codes: frozenset[str]) -> Step:
    if not step.is_finding or step.rule is None or step.rule in codes:
        return step
    return replace(
        step,
        verdict=Verdict.UNCHECKED,
        rule=None,
        message=None,
        reason=message("rule-ignored", rule=step.rule),
        evidence=None,
        suggestion=None,
        blame=None,
        related=(),
    )
