"""HTML of what stands around a formula: notes, references to them, signs and the badge of a page.

All of it is inline, so that it can stand in a list, a quote or a table, and all text is escaped. A dollar
or a backslash of a text stands in an element of its own, so that a script that looks for formulas in the
text of a page finds none in ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from mdverify.diagnostics import rule
from mdverify.pages.tex import holds_delimiter, is_unsafe
from mdverify.pages.words import LAYOUTS, ORIGINS, VERDICTS, say
from mdverify.render.values import Rows, array, is_short, number
from mdverify.report import FINDINGS, Evidence, NoteReport, Step, Verdict
from mdverify.source import Span
from mdverify.typeset import flaw, without_comments

MOST_VALUES = 4


@dataclass(frozen=True, slots=True)
class Look:
    """What a page shows; `rule_url` is a pattern with `{code}`, empty for no links."""

    language: str = "en"
    show: tuple[Verdict, ...] = tuple(sorted(FINDINGS))
    badge: bool = True
    rule_url: str = ""
    report_url: str = ""


def blamed(step: Step) -> Span:
    """The place to mark: what is blamed, else the whole relation."""
    return step.blame or step.lhs.cover(step.rhs)


def numbered(report: NoteReport, look: Look) -> Iterator[tuple[int, Step]]:
    """The findings that a page shows, with the numbers of their notes."""
    shown = (step for step in report.steps if step.is_finding and step.verdict in look.show)
    return enumerate(shown, start=1)


def undecided(report: NoteReport) -> Iterator[tuple[int, Step]]:
    """The unchecked steps, with the numbers of their anchors."""
    return enumerate((step for step in report.steps if step.verdict is Verdict.UNCHECKED), start=1)


def text(plain: str) -> str:
    """Text for a page: escaped, in one line, and free of anything a formula could begin with.

    What stands between backquotes is code.
    """
    parts = escape(" ".join(plain.split())).split("`")
    whole = parts if len(parts) % 2 else [*parts[:-2], "`".join(parts[-2:])]
    coded = "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(whole))
    return re.sub(r"[$\\]", lambda sign: f"<span>{sign[0]}</span>", coded)


def formula(tex: str, display: bool, attributes: str = "") -> str:
    """A formula for the renderer of the page, in the form that pymdownx.arithmatex has made customary."""
    opener, closer = ("\\[", "\\]") if display else ("\\(", "\\)")
    given = attributes or attribute_text(("arithmatex", "mdv-display" if display else ""))
    return f"<span{given}>{opener}{escape(tex, quote=False)}{closer}</span>"


def attribute_text(classes: Iterable[str], **others: str) -> str:
    """Attributes as they stand in a tag; empty ones are left out."""
    told = {"class": " ".join(filter(None, classes)), **others}
    return "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in told.items() if value)


def why_not_shown(tex: str, language: str) -> str:
    """What keeps a formula (without comments) from being given to the renderer; empty if nothing does."""
    if is_unsafe(tex):
        return say("unsafe", language)
    if (found := flaw(tex)) is not None:
        return found.said.text(language)
    return say("delimiter", language) if holds_delimiter(tex) else ""


def source(tex: str, why: str, language: str, marks: Sequence[Span] = (), attributes: str = "") -> str:
    """The text of a formula that is not given to the renderer; `attributes` has its class or none."""
    title = escape(say("not-shown", language, why=why))
    return (
        f'<span{attributes or _SOURCE} title="{title}"><code>{_highlighted(tex, marks).strip()}</code></span>'
    )


_SOURCE = ' class="mdv-source"'


def _highlighted(tex: str, marks: Sequence[Span]) -> str:
    parts, at = [], 0
    for mark in sorted(marks):
        if mark.start >= at and mark.end > mark.start:
            parts += [escape(tex[at : mark.start]), f"<mark>{escape(tex[mark.start : mark.end])}</mark>"]
            at = mark.end
    return "".join((*parts, escape(tex[at:])))


def small_formula(tex: str, language: str) -> str:
    """A formula inside a note."""
    plain = without_comments(tex)
    why = why_not_shown(plain, language)
    return source(tex, why, language) if why else formula(plain, False)


def label(number_: int) -> str:
    """What marks a range inside a formula with several: ①, ②, … and from 21 on (21)."""
    return chr(0x245F + number_) if number_ <= 20 else f"({number_})"


def anchors(numbers: Iterable[int]) -> str:
    """Where the report page leads for unchecked steps."""
    return "".join(f'<span class="mdv-anchor" id="mdv-unchecked-{number}"></span>' for number in numbers)


def references(numbers: Sequence[int], linked: bool) -> str:
    """The numbers of the notes on an inline formula, behind it."""
    parts = (
        f'<a href="#mdv-note-{n}" class="mdv-ref">{n}</a>' if linked else f'<span class="mdv-ref">{n}</span>'
        for n in numbers
    )
    return f'<sup class="mdv-refs">{"&thinsp;".join(parts)}</sup>'


def note(step: Step, number_: int, report: NoteReport, look: Look, back: str, typed: bool) -> str:
    """The note on one finding: what is wrong, what was expected, the evidence.

    `back` is the id of the formula, `typed` says that it is not shown as one.
    """
    broken = rule(step.rule or "")
    language = look.language
    rows = [_head(step, number_, look, back), *_expected(step, report, language)]
    if typed and step.verdict is Verdict.NOTATION:
        rows.append(escape(say("typed", language)))
    content = "<br>".join((*rows, *_related(step, report, language)))
    if step.evidence:
        lines = escape("\n".join(_evidence(step.evidence, language)))
        content += f'<code class="mdv-evidence">{lines}</code>'
    name = escape(say("note", language, number=number_))
    return (
        f'<span class="mdv-note mdv-{broken.severity} mdv-{step.verdict}" role="note" data-search-exclude'
        f' id="mdv-note-{number_}" aria-label="{name}">{content}</span>'
    )


def _head(step: Step, number_: int, look: Look, back: str) -> str:
    title = escape(say("back", look.language, number=number_))
    mark = (
        f'<a class="mdv-number" href="#{back}" aria-label="{title}">{number_}</a>'
        if back
        else f'<span class="mdv-number">{number_}</span>'
    )
    return f"{mark} {what_is_wrong(step, look)}"


def what_is_wrong(step: Step, look: Look) -> str:
    """The kind of finding, its rule and its message."""
    broken = rule(step.rule or "")
    verdict = escape(VERDICTS[step.verdict].text(look.language))
    tag = f'<span class="mdv-tag mdv-{step.verdict}">{verdict}</span>'
    said = step.message.text(look.language) if step.message else broken.summary.text(look.language)
    return f"{tag} {text(said)} {rule_link(broken.code, look)}"


def rule_link(code: str, look: Look) -> str:
    known = rule(code)
    summary = escape(known.summary.text(look.language))
    if not look.rule_url:
        return f'<span class="mdv-rule" title="{summary}">{known.code}</span>'
    address = escape(look.rule_url.format(code=known.code.lower()))
    return f'<a class="mdv-rule" href="{address}" title="{summary}">{known.code}</a>'


def _expected(step: Step, report: NoteReport, language: str) -> Iterator[str]:
    if step.suggestion:
        yield suggested(step, step.suggestion, language)
    if step.verdict is Verdict.LAYOUT:
        convention = LAYOUTS[report.layout.convention].text(language)
        origin = ORIGINS[report.layout.source].text(language)
        yield text(say("in-force", language, convention=convention, origin=origin))


def suggested(step: Step, suggestion: str, language: str) -> str:
    """What to write instead; in a table the whole cell."""
    label = say("expected-cell" if step.relation == "table" else "expected", language)
    return f"{escape(label)} {small_formula(suggestion, language)}"


def _related(step: Step, report: NoteReport, language: str) -> Iterator[str]:
    for other in step.related:
        line = report.source.place(other.span.start).line
        excerpt = small_formula(report.source.excerpt(other.span), language)
        yield f"{escape(say('see', language, line=line))} {excerpt} {text(other.message.text(language))}"


def _evidence(evidence: Evidence, language: str) -> Iterator[str]:
    """The counterexample, in lines of plain text."""
    sizes = [f"{name} = {size}" for name, size in evidence.sizes]
    short = [(name, rows) for name, rows in evidence.values if is_short(rows)][:MOST_VALUES]
    values = [f"{name} = {array(rows)}" for name, rows in short]
    dots = ["…"] if values and len(short) < len(evidence.values) else []
    if sizes or values:
        yield f"{say('counterexample', language)}: {' '.join(', '.join((*sizes, *values, *dots)).split())}"
    yield f"{say('left', language)}: {_side(evidence.lhs, evidence.entry)}"
    yield f"{say('right', language)}: {_side(evidence.rhs, evidence.entry)}"


def _side(rows: Rows, entry: tuple[int, int]) -> str:
    if is_short(rows):
        return array(rows)
    row, column = entry
    return f"{array(rows)}: {number(rows[row - 1][column - 1])}"


# What tells a verdict without colour.
SIGNS = {Verdict.VERIFIED: "✓", Verdict.UNCHECKED: "?"}


def sign(verdict: Verdict, steps: Sequence[Step], language: str) -> str:
    """A sign behind a formula that holds steps of a verdict that has no notes."""
    told = say("sign", language, count=len(steps), verdict=VERDICTS[verdict].text(language))
    reasons = dict.fromkeys(step.reason.text(language) for step in steps if step.reason)
    title = escape(" ".join("; ".join((told, *reasons)).split()))
    return (
        f'<span class="mdv-sign mdv-{verdict}" role="img" aria-label="{title}"'
        f' title="{title}">{SIGNS[verdict]}</span>'
    )


def badge(counts: Counter[Verdict], look: Look) -> str:
    """One line for the head of a page; empty where nothing is claimed."""
    found = sum(counts[verdict] for verdict in FINDINGS)
    verified, unchecked = counts[Verdict.VERIFIED], counts[Verdict.UNCHECKED]
    claims = found + verified + unchecked
    if not claims:
        return ""
    parts = [say("badge", look.language, verified=verified, claims=claims)]
    if found:
        parts.append(say("badge-found", look.language, count=found))
    if unchecked:
        parts.append(say("badge-unchecked", look.language, count=unchecked))
    said = escape(" · ".join(parts))
    if look.report_url:
        said += f' · <a href="{escape(look.report_url)}">{escape(say("report", look.language))}</a>'
    state = "found" if found else "clean"
    switch = escape(say("switch", look.language))
    return (
        f'<div class="mdv-badge mdv-{state}" role="note" data-search-exclude'
        f' data-mdv-switch="{switch}">{said} </div>'
    )
