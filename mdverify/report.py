"""What a run has to say: a verdict for every step, with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from mdverify.messages import Message
from mdverify.source import Place, Source, Span


class Verdict(StrEnum):
    """What is said of a step; the meanings are in the documentation of the rules."""

    VERIFIED = "verified"
    WRONG = "wrong"
    LAYOUT = "layout"
    SHAPE = "shape"
    NOTATION = "notation"
    GIVEN = "given"
    CONDITION = "condition"
    UNCHECKED = "unchecked"


FINDINGS = frozenset({Verdict.WRONG, Verdict.LAYOUT, Verdict.SHAPE, Verdict.NOTATION})


@dataclass(frozen=True, slots=True)
class Evidence:
    """A counterexample: sizes by name, values of symbols, both sides, the worst entry.

    Arrays are nested tuples of rows; `entry` is (row, column) from 1; `error` is relative to the
    largest term on either side.
    """

    sizes: tuple[tuple[str, int], ...]
    values: tuple[tuple[str, tuple[tuple[float, ...], ...]], ...]
    lhs: tuple[tuple[float, ...], ...]
    rhs: tuple[tuple[float, ...], ...]
    entry: tuple[int, int]
    error: float


@dataclass(frozen=True, slots=True)
class Related:
    """A second place involved in a finding, and what it has to do with it."""

    span: Span
    message: Message


@dataclass(frozen=True, slots=True)
class Step:
    """One relation the author asserts, and the verdict on it.

    `sign`, `lhs` and `rhs` are spans in the note; `blame` is the narrowest place at fault, for
    findings. `layouts` lists the conventions under which a step with a derivative of or by a
    non-scalar is true. `reason` says why a step is unchecked, `message` what is wrong.
    """

    relation: str
    sign: Span
    lhs: Span
    rhs: Span
    verdict: Verdict
    rule: str | None = None
    message: Message | None = None
    layouts: tuple[str, ...] = ()
    reason: Message | None = None
    evidence: Evidence | None = None
    suggestion: str | None = None
    blame: Span | None = None
    related: tuple[Related, ...] = ()

    @property
    def is_finding(self) -> bool:
        return self.verdict in FINDINGS


@dataclass(frozen=True, slots=True)
class Finding:
    """A step that is reported: the note, the place of its relation sign, and all that is known of it."""

    path: str
    place: Place
    step: Step

    def text(self, language: str = "en") -> str:
        """What is wrong, in one sentence."""
        return "" if self.step.message is None else self.step.message.text(language)


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """The convention of a note as a whole and where it comes from.

    `clear` if all but a step follow it, `leaning` if a step is against it and too few follow it to be clear.
    """

    convention: str
    source: str
    clear: bool = False
    leaning: bool = False


@dataclass(frozen=True, slots=True)
class NoteReport:
    """All steps of one note in order of position; none where an error of ours, the `failure`, ended it."""

    source: Source
    layout: LayoutChoice
    steps: tuple[Step, ...]
    failure: Message | None = None

    def count(self) -> Counter[Verdict]:
        return Counter(step.verdict for step in self.steps)

    def findings(self) -> Iterator[Finding]:
        """The steps that are reported, in order of position."""
        for step in self.steps:
            if step.is_finding:
                yield Finding(self.source.path, self.source.place(step.sign.start), step)


@dataclass(frozen=True, slots=True)
class Report:
    """The reports of all notes of a run, in the order the notes were named."""

    notes: tuple[NoteReport, ...]

    def count(self) -> Counter[Verdict]:
        return sum((note.count() for note in self.notes), Counter())

    def findings(self) -> Iterator[Finding]:
        """The findings of all notes."""
        for note in self.notes:
            yield from note.findings()
