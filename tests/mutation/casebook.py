"""Notes as tests: the files of tests/cases.

A case is a heading path, prose, a `note` fence and a `report` fence, perhaps a `shapes` fence for the
mutation run. `⚑` stands before the sign of every step that is a planted mistake and is taken out before
the note is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mdverify import check_text
from mdverify.report import NoteReport, Step, Verdict
from mdverify.settings import Settings

FOLDER = Path(__file__).parent.parent / "cases"
FLAG = "⚑"
_FENCE = re.compile(r"^~~~~(?P<kind>note|report|shapes)\n(?P<body>.*?)^~~~~$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(?P<marks>#+) (?P<title>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One note with what it should bring; `planted` holds offsets into `note`."""

    name: str
    file: Path
    note: str
    planted: tuple[int, ...]
    report: str
    shapes: str


def cases() -> list[Case]:
    """Every case of every file, in order."""
    return [case for file in sorted(FOLDER.glob("*.md")) for case in _read(file)]


@cache
def judged(note: str, layout: str = "auto") -> NoteReport:
    (found,) = check_text(note, settings=Settings(layout=layout)).notes
    return found


def report_of(note: str) -> str:
    """One line per step: place, verdict, rule, layouts, message."""
    found = judged(note)
    return "".join(_line(found, step) + "\n" for step in found.steps)


def misjudged(case: Case) -> list[str]:
    """Planted mistakes that were not found, and findings that were not planted."""
    found = judged(case.note)
    at = {step.sign.start for step in found.steps if step.is_finding}
    missed = sorted(set(case.planted) - at)
    accused = sorted(at - set(case.planted))
    return [f"missed at {_place(found, start)}" for start in missed] + [
        f"accused at {_place(found, start)}" for start in accused
    ]


def rewrite(file: Path) -> None:
    """Put the reports as they are now into the `report` fences of a file."""
    text = file.read_text(encoding="utf-8")
    notes = [unflagged(fence["body"])[0] for fence in _FENCE.finditer(text) if fence["kind"] == "note"]
    reports = iter([f"~~~~report\n{report_of(note)}~~~~" for note in notes])
    fresh = _FENCE.sub(lambda fence: next(reports) if fence["kind"] == "report" else fence[0], text)
    file.write_text(fresh, encoding="utf-8")


def unflagged(flagged: str) -> tuple[str, tuple[int, ...]]:
    """The note without its flags, and where they pointed."""
    pieces = flagged.split(FLAG)
    ends = [sum(map(len, pieces[: count + 1])) for count in range(len(pieces) - 1)]
    return "".join(pieces), tuple(ends)


def _line(found: NoteReport, step: Step) -> str:
    parts = [_place(found, step.sign.start), str(step.verdict)]
    if step.rule:
        parts.append(step.rule)
    if step.layouts:
        parts.append("(" + ", ".join(step.layouts) + ")")
    return " ".join(parts) + (f": {step.message.text()}" if step.is_finding and step.message else "")


def _place(found: NoteReport, offset: int) -> str:
    place = found.source.place(offset)
    return f"{place.line}:{place.column}"


def _read(file: Path) -> Iterator[Case]:
    text = file.read_text(encoding="utf-8")
    fences = list(_FENCE.finditer(text))
    outside = _FENCE.sub(lambda fence: " " * len(fence[0]), text)
    headings = list(_HEADING.finditer(outside))
    for number, fence in enumerate(fences):
        if fence["kind"] == "note":
            rest = _after(fences[number + 1 :])
            note, planted = unflagged(fence["body"])
            name = _path(headings, fence.start())
            yield Case(name, file, note, planted, rest.get("report", ""), rest.get("shapes", ""))


def _after(fences: list[re.Match[str]]) -> dict[str, str]:
    """The fences that belong to a note: all up to the next one."""
    found: dict[str, str] = {}
    for fence in fences:
        if fence["kind"] == "note":
            break
        found[fence["kind"]] = fence["body"]
    return found


def _path(headings: list[re.Match[str]], offset: int) -> str:
    path: list[tuple[int, str]] = []
    for heading in headings:
        if heading.start() < offset:
            level = len(heading["marks"])
            path = [*(entry for entry in path if entry[0] < level), (level, heading["title"])]
    return " / ".join(title for _, title in path)


def verified(case: Case) -> list[Step]:
    return [step for step in judged(case.note).steps if step.verdict is Verdict.VERIFIED]
