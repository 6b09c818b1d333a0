"""The mutation run: every mutant is put back into its note and judged; the exact value settles it."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mdverify import check_text
from mdverify.parser import Macro, parse, parse_expression, scan_macros
from mdverify.report import FINDINGS, NoteReport, Step, Verdict
from mdverify.settings import Settings
from mdverify.show import show
from mdverify.source import Span
from mdverify.syntax import Apply, Node

from .casebook import Case, cases, judged, verified
from .exact import UnsettledError, World, agree
from .mutants import Mutant, mutants
from .worlds import free_indices, worlds

OUTCOMES = ("killed", "unchecked", "equivalent", "survived", "accused", "unsettled")
"""survived: verified though different; accused: a finding though the value is the same."""


@dataclass(frozen=True, slots=True)
class Result:
    """One mutant with the verdict on it and what the exact values say."""

    case: str
    line: int
    kind: str
    text: str
    verdict: Verdict
    outcome: str

    def __str__(self) -> str:
        return f"{self.outcome} {self.kind}: {self.case}, line {self.line}: {self.verdict} {self.text}"


def run(per_step: int | None = None) -> list[Result]:
    """Judge the mutants of every verified step, at most `per_step` of each."""
    return [
        result for case in cases() for step in verified(case) for result in _of_step(case, step, per_step)
    ]


def unproved() -> Iterator[str]:
    """Verified steps whose exact sides differ or cannot be had."""
    for case in cases():
        for step in verified(case):
            said = _proof(case, step)
            if said != "agrees":
                line = judged(case.note).source.place(step.sign.start).line
                yield f"{said}: {case.name}, line {line}: {case.note[step.lhs.start : step.rhs.end]!r}"


def score(results: list[Result]) -> str:
    counts = Counter(result.outcome for result in results)
    lines = [f"{len(results)} mutants: " + ", ".join(f"{counts[name]} {name}" for name in OUTCOMES)]
    for kind in sorted({result.kind for result in results}):
        of_kind = Counter(result.outcome for result in results if result.kind == kind)
        lines.append(
            f"  {kind:10}" + ", ".join(f"{of_kind[name]} {name}" for name in OUTCOMES if of_kind[name])
        )
    return "\n".join(lines)


def _proof(case: Case, step: Step) -> str:
    points = worlds(case, judged(case.note), step)
    left, right = _left(case, step), _side(case, step.rhs)
    try:
        return "agrees" if agree(left, right, points, free_indices((left, right), points[0])) else "differs"
    except (UnsettledError, ZeroDivisionError) as reason:
        return f"unsettled ({reason})"


def _left(case: Case, step: Step) -> Node:
    """The left side; in a table the derivative its header names, of the function in the row; after a
    wrong line of a chain the side before that line."""
    for other in judged(case.note).steps:
        if other.rhs == step.lhs and other.is_finding:
            return _side(case, other.lhs)
    side = _side(
        case, Span(step.lhs.start, case.note.index("$", step.lhs.start)) if _tabled(step) else step.lhs
    )
    if _tabled(step) and isinstance(side, Apply) and isinstance(side.args[0], Apply):
        row = case.note.rindex("\n", 0, step.sign.start)
        cell = case.note[row : step.sign.start].split("$")[1]
        above = replace(side.args[0], args=(side.args[0].args[0], parse_expression(cell)))
        return replace(side, args=(above, side.args[1]))
    return side


def _tabled(step: Step) -> bool:
    return step.relation == "table"


def _of_step(case: Case, step: Step, per_step: int | None) -> Iterator[Result]:
    found = judged(case.note)
    points = worlds(case, found, step)
    original = _side(case, step.rhs)
    for mutant in _chosen(_distinct(original, points[0]), case, per_step):
        text = show(mutant.node)
        verdict = _verdict(case, step, text, found.layout.convention)
        same = _same(original, mutant.node, points) or _repeats(case, step, mutant.node, points)
        line = found.source.place(step.sign.start).line
        yield Result(case.name, line, mutant.kind, text, verdict, _outcome(verdict, same))


def _side(case: Case, span: Span) -> Node:
    macros: dict[str, Macro] = scan_macros(case.note)
    return parse(case.note, span, macros).statements[0].sides[0]


def _distinct(original: Node, world: World) -> list[Mutant]:
    """Mutants that read back as what they are, each once."""
    seen = {show(original)}
    found: list[Mutant] = []
    for mutant in mutants(original, world):
        text = show(mutant.node)
        if text not in seen and parse_expression(text) == mutant.node:
            seen.add(text)
            found.append(mutant)
    return found


def _chosen(found: list[Mutant], case: Case, most: int | None) -> list[Mutant]:
    """A sample that hangs on nothing but the case and the mutants."""
    return sorted(found, key=lambda mutant: zlib.crc32(f"{case.name} {show(mutant.node)}".encode()))[:most]


def _verdict(case: Case, step: Step, text: str, layout: str) -> Verdict:
    """The verdict on the step with another right-hand side, under the layout of the whole note."""
    note = case.note[: step.rhs.start] + " " + text + " " + case.note[step.rhs.end :]
    report: NoteReport = check_text(note, settings=Settings(layout=layout)).notes[0]
    at = [one.verdict for one in report.steps if one.sign.start == step.sign.start]
    return at[0] if at else Verdict.UNCHECKED


def _same(original: Node, mutant: Node, points: list[World]) -> bool | None:
    """Whether a mutant has the value of the original; None where that cannot be settled."""
    try:
        return agree(original, mutant, points, free_indices((original, mutant), points[0]))
    except (UnsettledError, ZeroDivisionError):
        return None


def _repeats(case: Case, step: Step, mutant: Node, points: list[World]) -> bool | None:
    """Whether a mutant carries on with the wrong line before it, instead of repairing it."""
    if not any(other.rhs == step.lhs and other.is_finding for other in judged(case.note).steps):
        return False
    return _same(_side(case, step.lhs), mutant, points)


def _outcome(verdict: Verdict, same: bool | None) -> str:
    if verdict in FINDINGS:
        return "accused" if same else "killed"
    if verdict is not Verdict.VERIFIED:
        return "unchecked"
    return {True: "equivalent", False: "survived", None: "unsettled"}[same]
