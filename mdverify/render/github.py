"""Workflow commands that GitHub shows as annotations of a pull request.

GitHub shows about ten annotations of a kind, so the plain list follows them in the log.
"""

from __future__ import annotations

from mdverify.diagnostics import rule
from mdverify.render.style import Style
from mdverify.render.text import blamed, concise, one_line, sentence
from mdverify.report import Report, Step
from mdverify.source import Source

DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
PROPERTY = DATA | str.maketrans({":": "%3A", ",": "%2C"})


def github(report: Report, style: Style) -> str:
    commands = [
        _command(note.source, step, style) for note in report.notes for step in note.steps if step.is_finding
    ]
    return "".join(f"{command}\n" for command in commands) + concise(report, style)


def _command(source: Source, step: Step, style: Style) -> str:
    broken = rule(step.rule or "")
    span = blamed(step)
    start, end = source.place(span.start), source.place(max(span.end - 1, span.start))
    properties = {
        "file": source.path,
        "line": start.line,
        "endLine": end.line,
        "col": start.column,
        "endColumn": end.column,
        "title": f"{broken.code} {broken.name}",
    }
    if start.line != end.line:
        # GitHub refuses columns on a range over several lines.
        del properties["col"], properties["endColumn"]
    listed = ",".join(f"{name}={str(value).translate(PROPERTY)}" for name, value in properties.items())
    return f"::{broken.severity} {listed}::{one_line(sentence(step, style)).translate(DATA)}"
