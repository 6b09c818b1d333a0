"""The report page of a site: how much of every note was verified, what was found, what the rules say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

from mdverify.cache import Shelf, name_of
from mdverify.diagnostics import RULES, Rule
from mdverify.pages.html import (
    Look,
    blamed,
    numbered,
    small_formula,
    suggested,
    text,
    undecided,
    what_is_wrong,
)
from mdverify.pages.words import LAYOUTS, ORIGINS, say
from mdverify.report import FINDINGS, NoteReport, Step, Verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A note of the site with its title and its address, relative to the report page.

    What was made of a report with a name is used again from the shelf in a later build.
    """

    title: str
    url: str
    report: NoteReport
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section of the page, for its table of contents."""

    title: str
    anchor: str
    level: int
    inner: tuple[Heading, ...] = ()


def headings(language: str) -> tuple[Heading, ...]:
    """The sections as they nest."""
    inner = tuple(Heading(say(key, language), f"mdv-{key}", 2) for key in SECTIONS)
    return (Heading(say("report-title", language), "mdverify", 1, inner),)


LONGEST_CLAIM = 300  # characters
SECTIONS = ("notes", "findings", "unchecked", "rules")


def overview(entries: Sequence[Entry], look: Look, shelf: Shelf | None = None) -> str:
    """The content of the page as HTML."""
    told = [entry for entry in entries if _claims(entry.report.count())]
    empty = f"<p>{escape(say('report-empty', look.language))}</p>"
    body = "\n".join(_sections(told, look, shelf or Shelf(None))) if told else empty
    title = escape(say("report-title", look.language))
    return f'<h1 id="mdverify">{title}</h1>\n<div class="mdv-report">\n{body}\n</div>'


def _claims(counts: Counter[Verdict]) -> int:
    return _found(counts) + counts[Verdict.VERIFIED] + counts[Verdict.UNCHECKED]


def _found(counts: Counter[Verdict]) -> int:
    return sum(counts[verdict] for verdict in FINDINGS)


def _sections(entries: Sequence[Entry], look: Look, shelf: Shelf) -> Iterator[str]:
    language = look.language
    total: Counter[Verdict] = sum((entry.report.count() for entry in entries), Counter())
    sums = say(
        "report-sum",
        language,
        claims=_claims(total),
        notes=len(entries),
        verified=total[Verdict.VERIFIED],
        found=_found(total),
        unchecked=total[Verdict.UNCHECKED],
    )
    yield f"<p>{escape(sums)}</p>\n<p>{escape(say('report-how', language))}</p>"
    contents = (
        _table(entries, language),
        _findings(entries, look, shelf),
        _unchecked(entries, language),
        _rules(entries, language),
    )
    for heading, content in zip(headings(language)[0].inner, contents, strict=True):
        yield f'<h2 id="{heading.anchor}">{escape(heading.title)}</h2>'
        yield from content


def _table(entries: Sequence[Entry], language: str) -> Iterator[str]:
    names = ("column-note", "column-verified", "column-found", "column-unchecked", "column-layout")
    yield '<div class="md-typeset__scrollwrap"><div class="md-typeset__table"><table>'
    yield "<thead><tr>" + "".join(f'<th scope="col">{escape(say(name, language))}</th>' for name in names)
    yield "</tr></thead><tbody>"
    for entry in entries:
        counts = entry.report.count()
        choice = entry.report.layout
        layout = f"{LAYOUTS[choice.convention].text(language)} ({ORIGINS[choice.source].text(language)})"
        numbers = (counts[Verdict.VERIFIED], _found(counts), counts[Verdict.UNCHECKED])
        cells = "".join(f"<td>{number}</td>" for number in numbers)
        title = f'<a href="{escape(entry.url)}">{text(entry.title)}</a>'
        yield f'<tr><th scope="row">{title}</th>{cells}<td>{escape(layout)}</td></tr>'
    yield "</tbody></table></div></div>"


def _findings(entries: Sequence[Entry], look: Look, shelf: Shelf) -> Iterator[str]:
    found = [entry for entry in entries if _found(entry.report.count())]
    if not found:
        yield f"<p>{escape(say('no-findings', look.language))}</p>"
    for entry in found:
        name = name_of("findings", entry.name, entry.title, entry.url, repr(look)) if entry.name else ""
        yield shelf.kept(name, partial(_findings_of, entry, look))


def _findings_of(entry: Entry, look: Look) -> str:
    """The findings of one note."""
    anchors = {id(step): number for number, step in numbered(entry.report, look)}
    steps = [step for step in entry.report.steps if step.is_finding]
    return "\n".join(
        (
            f'<h3><a href="{escape(entry.url)}">{text(entry.title)}</a></h3>\n<ul class="mdv-findings">',
            *(_finding(step, entry, anchors.get(id(step)), look) for step in steps),
            "</ul>",
        )
    )


def _finding(step: Step, entry: Entry, number: int | None, look: Look) -> str:
    """Where, what is wrong, the claim itself, and what to write instead."""
    place = entry.report.source.place(blamed(step).start)
    anchor = f"#mdv-note-{number}" if number else ""
    where = f'<a href="{escape(entry.url + anchor)}">{place.line}:{place.column}</a>'
    rows = [f"{where} {what_is_wrong(step, look)}"]
    if (claim := _claim(step, entry.report)) is not None:
        rows.append(small_formula(claim, look.language))
    if step.suggestion:
        rows.append(suggested(step, step.suggestion, look.language))
    return f"<li>{'<br>'.join(rows)}</li>"


def _unchecked(entries: Sequence[Entry], language: str) -> Iterator[str]:
    """What was not decided and why, folded, since it may be long."""
    left = [entry for entry in entries if entry.report.count()[Verdict.UNCHECKED]]
    yield f"<p>{escape(say('unchecked-how' if left else 'no-unchecked', language))}</p>"
    for entry in left:
        count = entry.report.count()[Verdict.UNCHECKED]
        yield f"<details><summary>{text(entry.title)} ({count})</summary>"
        yield '<ul class="mdv-findings">'
        for number, step in undecided(entry.report):
            place = entry.report.source.place(step.sign.start)
            where = f"{entry.url}#mdv-unchecked-{number}"
            reason = text(step.reason.text(language)) if step.reason else ""
            yield f'<li><a href="{escape(where)}">{place.line}:{place.column}</a> {reason}</li>'
        yield "</ul></details>"


def _claim(step: Step, report: NoteReport) -> str | None:
    """The relation as written, in one row; None where it is too long to quote, or in two cells of a table."""
    span = step.lhs.cover(step.sign).cover(step.rhs)
    if step.relation == "table" or span.end - span.start > LONGEST_CLAIM:
        return None
    if step.relation == "formula":
        span = step.rhs
    tex = report.source.excerpt(span).strip()
    return tex if "\\begin" in tex else " ".join(_ALIGNMENT.sub(" ", tex).split())


_ALIGNMENT = re.compile(r"\\\\(?:\s*\[[^\]]*\])?|(?<!\\)&")


def _rules(entries: Sequence[Entry], language: str) -> Iterator[str]:
    """What the rules say that are broken somewhere on the site."""
    broken = {step.rule for entry in entries for step in entry.report.steps if step.is_finding}
    for rule in RULES:
        if rule.code in broken:
            yield from _rule(rule, language)


def _rule(rule: Rule, language: str) -> Iterator[str]:
    yield f'<h3 id="{rule.code.lower()}">{rule.code} {escape(rule.name)}</h3>'
    yield f"<p>{text(rule.summary.text(language))}</p>\n<dl>"
    for key, content in (("what", rule.what), ("why", rule.why)):
        yield f"<dt>{escape(say(key, language))}</dt><dd>{text(content.text(language))}</dd>"
    for key, example in (("bad", rule.example_bad), ("good", rule.example_good)):
        yield f"<dt>{escape(say(key, language))}</dt><dd><pre><code>{escape(example)}</code></pre></dd>"
    yield "</dl>"
