"""How much was judged, what came out, and why the rest was not judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from mdverify.diagnostics import rule
from mdverify.messages import Message, message
from mdverify.render.style import Style
from mdverify.report import FINDINGS, Report, Verdict

MOST_REASONS = 3


def summary(report: Report, style: Style) -> str:
    return "\n".join(_lines(report, style)) + "\n"


def _lines(report: Report, style: Style) -> Iterator[str]:
    counts = report.count()
    found = sum(counts[verdict] for verdict in FINDINGS)
    judged = counts[Verdict.VERIFIED] + found
    claims = judged + counts[Verdict.UNCHECKED]
    yield _headline(report, style, judged, claims, found)
    given, condition = counts[Verdict.GIVEN], counts[Verdict.CONDITION]
    if given + condition:
        yield style.say("further", count=given + condition, given=given, condition=condition)
    if style.statistics and found:
        yield from _by_rule(report, style)
    if counts[Verdict.UNCHECKED]:
        yield from _unchecked(report, style)


def _headline(report: Report, style: Style, judged: int, claims: int, found: int) -> str:
    notes = len(report.notes)
    if not claims:
        return style.say("nothing-claimed", notes=notes)
    line = style.say(
        "judged", judged=judged, claims=claims, notes=notes, verified=judged - found, found=found
    )
    return style.paint(line, "error" if found else "help")


def _by_rule(report: Report, style: Style) -> Iterator[str]:
    counts = Counter(
        step.rule for note in report.notes for step in note.steps if step.is_finding and step.rule
    )
    yield style.say("findings-by-rule")
    for code, count in _ranked(counts):
        yield f"{count:6}  {code} {rule(code).summary.text(style.language)}"


def _unchecked(report: Report, style: Style) -> Iterator[str]:
    reasons = Counter(
        step.reason or message("no-reason")
        for note in report.notes
        for step in note.steps
        if step.verdict is Verdict.UNCHECKED
    )
    yield style.say("unchecked", count=reasons.total())
    if style.statistics:
        texts: Counter[str] = Counter()
        for reason, count in reasons.items():
            texts[_one_line(reason, style)] += count
        yield from (f"{count:6}  {text}" for text, count in _ranked(texts))
        return
    grouped = _ranked(_grouped(reasons, style))
    yield from (f"{count:6}  {text}" for text, count in grouped[:MOST_REASONS])
    if rest := sum(count for _, count in grouped[MOST_REASONS:]):
        yield "        " + style.say("more-reasons", count=rest)


def _grouped(reasons: Counter[Message], style: Style) -> Counter[str]:
    """Reasons that differ only in what they are about, under the most frequent of them."""
    groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for reason, count in reasons.items():
        groups[reason.key][_one_line(reason, style)] += count
    totals: Counter[str] = Counter()
    for texts in groups.values():
        text = _ranked(texts)[0][0]
        totals[text if len(texts) == 1 else style.say("and-similar", text=text)] += texts.total()
    return totals


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most frequent first, equals by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _one_line(reason: Message, style: Style) -> str:
    return " ".join(style.text(reason).split())
