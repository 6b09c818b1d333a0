"""Reports for people: frames with the source, or one line per finding."""

from __future__ import annotations

from collections.abc import Iterator

from mdverify.diagnostics import rule
from mdverify.render.frames import frame
from mdverify.render.style import Style
from mdverify.render.summary import summary
from mdverify.render.values import Rows, array, is_short, number
from mdverify.report import Evidence, NoteReport, Report, Step
from mdverify.source import Source, Span

MOST_VALUES = 4


def full(report: Report, style: Style) -> str:
    """A block of frames per finding, then the summary."""
    blocks = [
        "\n".join(_block(note.source, step, style))
        for note in report.notes
        for step in note.steps
        if step.is_finding
    ]
    return "\n\n".join([*blocks, summary(report, style)])


def concise(report: Report, style: Style) -> str:
    """`path:line:column: rule message`, one line per finding."""
    return "".join(line for note in report.notes for line in _lines(note, style))


def blamed(step: Step) -> Span:
    """The place a person would look at: what is blamed, else the whole relation."""
    return step.blame or step.lhs.cover(step.rhs).cover(step.sign)


def sentence(step: Step, style: Style) -> str:
    """What is wrong in one line: the message, else the summary of the rule."""
    return style.text(step.message) if step.message else rule(step.rule or "").summary.text(style.language)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(note: NoteReport, style: Style) -> Iterator[str]:
    for step in filter(lambda step: step.is_finding, note.steps):
        place = note.source.place(blamed(step).start)
        where = style.paint(f"{note.source.path}:{place.line}:{place.column}:", "strong")
        code = style.paint(step.rule or "", rule(step.rule or "").severity)
        yield f"{where} {code} {one_line(sentence(step, style))}\n"


def _block(source: Source, step: Step, style: Style) -> Iterator[str]:
    broken = rule(step.rule or "")
    head = style.paint(f"{broken.severity}[{broken.code}] {broken.name}", broken.severity)
    yield f"{head}: {style.paint(one_line(sentence(step, style)), 'strong')}"
    yield from frame(source, blamed(step), style, role=broken.severity)
    for other in step.related:
        yield from frame(source, other.span, style, note=one_line(style.text(other.message)), role="note")
    if step.evidence:
        yield from (f"  = {line}" for line in _evidence(step.evidence, style))
    if step.suggestion:
        yield "  = " + style.paint(style.say("help", suggestion=one_line(step.suggestion)), "help")


def _evidence(evidence: Evidence, style: Style) -> Iterator[str]:
    """The counterexample: sizes, the values of the smaller symbols, both sides."""
    if evidence.sizes:
        yield style.say("sizes", sizes=", ".join(f"{name} = {size}" for name, size in evidence.sizes))
    if evidence.values:
        yield style.say("values", values=_values(evidence, style))
    yield style.say("left-side", value=_side(evidence.lhs, evidence.entry, style))
    yield style.say("right-side", value=_side(evidence.rhs, evidence.entry, style))


def _values(evidence: Evidence, style: Style) -> str:
    short = [(name, rows) for name, rows in evidence.values if is_short(rows)][:MOST_VALUES]
    text = ", ".join(f"{one_line(name)} = {array(rows)}" for name, rows in short)
    more = len(evidence.values) - len(short)
    return style.say("more-values", values=text, count=more) if more and short else text or f"({more})"


def _side(rows: Rows, entry: tuple[int, int], style: Style) -> str:
    """All entries of a small array; of a large one the entry that differs most."""
    if is_short(rows):
        return array(rows)
    row, column = entry
    value = number(rows[row - 1][column - 1])
    return style.say("worst-entry", value=value, entry=f"({row}, {column})")
