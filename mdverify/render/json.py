"""The report as JSON; keys, order and positions are a contract with other programs.

Positions are those of the relation sign, whatever the text report blames.
"""

from __future__ import annotations

from json import dumps
from typing import Any

from mdverify.render.style import Style
from mdverify.report import Evidence, NoteReport, Report, Step, Verdict
from mdverify.source import Source
from mdverify.version import VERSION

SCHEMA = 1


def json(report: Report, style: Style) -> str:
    content = {
        "schema": SCHEMA,
        "tool": {"name": "mdverify", "version": VERSION},
        "notes": [_note(note, style) for note in report.notes],
        "summary": _summary(report),
    }
    return dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _summary(report: Report) -> dict[str, int]:
    counts = report.count()
    totals = {"notes": len(report.notes), "steps": counts.total()}
    return totals | {verdict.value: counts[verdict] for verdict in Verdict}


def _note(note: NoteReport, style: Style) -> dict[str, Any]:
    return {
        "path": note.source.path,
        "layout": {"convention": note.layout.convention, "source": note.layout.source},
        "steps": [_step(note.source, step, style) for step in note.steps],
    }


def _step(source: Source, step: Step, style: Style) -> dict[str, Any]:
    start, end = source.place(step.sign.start), source.place(step.rhs.end)
    return {
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "relation": step.relation,
        "lhs": source.excerpt(step.lhs),
        "rhs": source.excerpt(step.rhs),
        "verdict": step.verdict.value,
        "rule": step.rule,
        "message": style.text(step.message) if step.message else None,
        "layouts": list(step.layouts),
        "reason": style.text(step.reason) if step.reason else None,
        "evidence": _evidence(step.evidence) if step.evidence else None,
        "suggestion": step.suggestion,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "sizes": dict(evidence.sizes),
        "values": {name: _rows(rows) for name, rows in evidence.values},
        "lhs": _rows(evidence.lhs),
        "rhs": _rows(evidence.rhs),
        "entry": list(evidence.entry),
        "error": _stable(evidence.error),
    }


def _rows(rows: tuple[tuple[float, ...], ...]) -> list[list[float]]:
    return [[_stable(value) for value in row] for row in rows]


def _stable(value: float) -> float:
    """Six digits: the last ones depend on the machine's linear algebra, the report must not."""
    return float(f"{value:.6g}")
