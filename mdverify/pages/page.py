"""From the Markdown of a page and the report on it to Markdown whose formulas are finished HTML.

The formulas of the page are those of the judged note, unless other plugins have changed the text in
between; then formulas that are written alike, in the same order, are taken for the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from mdverify.diagnostics import rule
from mdverify.formulas import PREFIX, Math, front_matter
from mdverify.notes import Note, read_note
from mdverify.pages import html
from mdverify.pages.annotated import Annotated
from mdverify.pages.html import Look, blamed, numbered, undecided
from mdverify.pages.marks import Mark, marked
from mdverify.report import NoteReport, Step, Verdict
from mdverify.source import Source, Span
from mdverify.typeset import without_comments

# Backgrounds as RGBA: a light tint that suits light and dark pages.
COLOURS = {
    Verdict.WRONG: "#e5393540",
    Verdict.LAYOUT: "#8e44ad40",
    Verdict.SHAPE: "#fb8c0050",
    Verdict.NOTATION: "#1e88e540",
    Verdict.VERIFIED: "#43a0472a",
    Verdict.UNCHECKED: "#8888882a",
}

Stash = Callable[[str], str]


@dataclass(slots=True)
class _Formula:
    """What is to be shown at one formula of the judged note; findings with their numbers."""

    math: Math
    findings: list[tuple[int, Step]] = field(default_factory=list)
    others: list[Step] = field(default_factory=list)
    anchors: list[int] = field(default_factory=list)  # of unchecked steps, for the report page


@dataclass(frozen=True, slots=True)
class _Edit:
    span: Span
    text: str


def annotate(text: str, report: NoteReport | None, look: Look) -> Annotated:
    """The text with its badge, and with every formula, its marks and its notes as pieces of HTML."""
    pieces: list[str] = []

    def stash(html: str) -> str:
        pieces.append(html)
        return f"\x02mdv{len(pieces) - 1}\x03"

    page = read_note(Source("", text))
    shown = _shown(report, page, look)
    edits = list(_badge(page, report, look, stash))
    for at, math in enumerate(page.maths):
        if not _is_attribute(text, math):
            edits += _edits(page, math, shown.get(at) or _Formula(math), report, look, stash)
    return Annotated(_applied(text, edits), tuple(pieces))


def _badge(page: Note, report: NoteReport | None, look: Look, stash: Stash) -> Iterator[_Edit]:
    """The badge below the title, or above everything where the page does not begin with one."""
    badge = html.badge(report.count(), look) if report is not None and look.badge else ""
    if not badge:
        return
    first = page.blocks[0] if page.blocks else None
    if first is not None and first.kind == "heading" and first.level == 1:
        yield _below(page, first.span, badge, stash)
    else:
        yield _Edit(Span(0, 0), f"{stash(badge)}\n\n")


def _shown(report: NoteReport | None, page: Note, look: Look) -> dict[int, _Formula]:
    """By the ordinal of a formula on the page, what there is to show at it."""
    if report is None:
        return {}
    others = [step for step in report.steps if step.verdict in look.show and not step.is_finding]
    linked = list(undecided(report)) if look.report_url else []
    found = list(numbered(report, look))
    if not (others or linked or found):
        return {}
    judged = _judged(report.source, page)
    formulas = [_Formula(math) for math in judged]
    starts = [math.outer.start for math in judged]
    for number, step in found:
        if (home := _home(judged, starts, *_places(step))) is not None:
            formulas[home].findings.append((number, step))
    for step in others:
        if (home := _home(judged, starts, step.sign.start)) is not None:
            formulas[home].others.append(step)
    for number, step in linked:
        if (home := _home(judged, starts, step.sign.start)) is not None:
            formulas[home].anchors.append(number)
    return {at: formulas[other] for at, other in _pairs(page.maths, judged)}


def _judged(source: Source, page: Note) -> tuple[Math, ...]:
    """The formulas of the judged note, by their places in it; mostly the page ends as the note does."""
    body = page.source.text.strip()
    at = source.text.rfind(body)
    if not body or at < 0 or front_matter(source.text).end > at:
        return read_note(source).maths
    by = at - page.source.text.index(body)
    return tuple(
        replace(math, start=math.start + by, end=math.end + by, outer=math.outer.shift(by))
        for math in page.maths
    )


def _places(step: Step) -> tuple[int, ...]:
    """Where to look for the formula of a finding; the sides of a step in a table are two formulas."""
    return (step.blame.start, step.sign.start) if step.blame else (step.sign.start,)


def _home(maths: tuple[Math, ...], starts: list[int], *offsets: int) -> int | None:
    """The formula in which the first of the offsets lies that lies in any."""
    for offset in offsets:
        at = bisect_right(starts, offset) - 1
        if at >= 0 and offset < maths[at].outer.end:
            return at
    return None


def _pairs(page: tuple[Math, ...], judged: tuple[Math, ...]) -> Iterator[tuple[int, int]]:
    """Ordinals of the same formula on the page and in the note."""
    here, there = [_key(math) for math in page], [_key(math) for math in judged]
    if here == there:
        yield from ((at, at) for at in range(len(here)))
        return
    for start, other, size in SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks():
        yield from ((start + step, other + step) for step in range(size))


def _key(math: Math) -> str:
    return "".join(math.body.split())


def _edits(
    page: Note, math: Math, formula: _Formula, report: NoteReport | None, look: Look, stash: Stash
) -> Iterator[_Edit]:
    """The formula itself, and its notes where they can stand."""
    text = page.source.text
    block = page.block_of(math.outer.start)
    kind = page.blocks[block].kind if block is not None else "html"
    typeset = _typeset(formula, math.display, kind == "heading", look)
    if kind == "heading":
        yield _Edit(math.outer, stash(typeset))
    else:
        typeset = html.anchors(formula.anchors) + typeset + "".join(_signs(formula, look))
        if formula.findings and not math.display:
            numbers = [number for number, _ in formula.findings]
            typeset += html.references(numbers, not _in_link(text, math))
        yield _Edit(math.outer, stash(typeset))
    if not formula.findings or report is None:
        return
    back = "" if kind == "heading" else _anchor(formula)
    typed = bool(html.why_not_shown(without_comments(math.body), look.language))
    notes = "".join(html.note(step, number, report, look, back, typed) for number, step in formula.findings)
    if kind == "heading" and block is not None:
        yield _below(page, page.blocks[block].span, f'<div class="mdv-notes">{notes}</div>', stash)
        return
    at = _after(page, math, block)
    yield _Edit(Span(at, at), stash(notes))


def _typeset(formula: _Formula, display: bool, in_heading: bool, look: Look) -> str:
    """The formula with its marks and its state; bare in a heading, which is repeated elsewhere."""
    math = formula.math
    plain = without_comments(math.body)
    why = html.why_not_shown(plain, look.language)
    marks = [] if in_heading else list(_marks(formula))
    attributes = _state(formula, display, "mdv-source" if why else "arithmatex", in_heading)
    if why:
        return html.source(math.body, why, look.language, [mark.span for mark in marks], attributes)
    return html.formula(marked(math.body, display, marks) if marks else plain, display, attributes)


def _state(formula: _Formula, display: bool, kind: str, in_heading: bool) -> str:
    """The attributes of a formula: what it is, what was found in it, where that is explained."""
    classes = [kind, "mdv-display" if display else ""]
    if in_heading or not (formula.findings or formula.others):
        return html.attribute_text(classes)
    classes.append("mdv-math")
    if not formula.findings:
        return html.attribute_text(classes)
    numbers = [number for number, _ in formula.findings]
    severities = {rule(step.rule or "").severity for _, step in formula.findings}
    return html.attribute_text(
        (
            *classes,
            f"mdv-{min(severities)}",
            *sorted({f"mdv-{step.verdict}" for _, step in formula.findings}),
        ),
        id=_anchor(formula),
        aria_describedby=" ".join(f"mdv-note-{number}" for number in numbers),
    )


def _anchor(formula: _Formula) -> str:
    return f"mdv-at-{formula.findings[0][0]}"


def _marks(formula: _Formula) -> Iterator[Mark]:
    start = formula.math.start
    several = len(formula.findings) > 1
    for number, step in formula.findings:
        label = html.label(number) if several else ""
        yield Mark(_inside(blamed(step), formula.math).shift(-start), COLOURS[step.verdict], label)
    for step in formula.others:
        yield Mark(_inside(step.rhs, formula.math).shift(-start), COLOURS[step.verdict])


def _inside(span: Span, math: Math) -> Span:
    return Span(max(span.start, math.start), min(span.end, math.end))


def _signs(formula: _Formula, look: Look) -> Iterator[str]:
    for verdict in html.SIGNS:
        if steps := [step for step in formula.others if step.verdict is verdict]:
            yield html.sign(verdict, steps, look.language)


_CLOSING = re.compile(r"[ \t]*[.,;:，。；：、]?")
_ATTRIBUTES = re.compile(r"\s*\{:?[ ]*[.#\w][^{}\n]*\}\s*\Z")


def _after(page: Note, math: Math, block: int | None) -> int:
    """Where the notes on a formula stand: behind a display, else at the end of its paragraph or cell."""
    text = page.source.text
    if math.display or block is None or page.blocks[block].kind == "html":
        found = _CLOSING.match(text, math.outer.end)
        return found.end() if found and math.display else math.outer.end
    span = page.blocks[block].span
    found = _ATTRIBUTES.search(text, math.outer.end, span.end)
    return found.start() if found else max(span.end, math.outer.end)


def _below(page: Note, heading: Span, content: str, stash: Stash) -> _Edit:
    """A block of its own below a heading."""
    at = _end_of_heading(page, heading)
    lead = _continued(page.source.text, heading.start)
    return _Edit(Span(at, at), f"\n{lead}\n{lead}{stash(content)}\n{lead}")


def _end_of_heading(page: Note, span: Span) -> int:
    """The end of the heading with the line that underlines it, if one does."""
    text = page.source.text
    end = text.find("\n", span.end)
    if end < 0:
        return len(text)
    underline = re.compile(r"\n[ \t>]*(?:=+|-+)[ \t]*(?=\n|\Z)").match(text, end)
    return underline.end() if underline else end


def _continued(text: str, offset: int) -> str:
    """What a new line of the same container begins with."""
    start = text.rfind("\n", 0, offset) + 1
    found = PREFIX.match(text, start)
    return re.sub(r"[^>\s]", " ", found.group()) if found else ""


def _in_link(text: str, math: Math) -> bool:
    """Whether the formula is part of the text of a link."""
    line = text[text.rfind("\n", 0, math.outer.start) + 1 : math.outer.start]
    return bool(re.search(r"\[[^\]]*\Z", line)) and bool(
        re.compile(r"[^\[\]\n]*\](?:\(|\[)").match(text, math.outer.end)
    )


def _is_attribute(text: str, math: Math) -> bool:
    """Whether the formula stands where HTML cannot: in the description of a picture, or in attributes."""
    line = text[text.rfind("\n", 0, math.outer.start) + 1 : math.outer.start]
    return bool(re.search(r"!\[[^\]]*\Z|\{:?[ ]*(?:[.#]?[\w-]+[ ]+)*[\w-]+=[\"'][^\"']*\Z", line))


def _applied(text: str, edits: list[_Edit]) -> str:
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < at:
            continue
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join((*parts, text[at:]))
