"""Reports made by hand, to test pages without judging anything.

Every `=` of a note becomes a step between its neighbours in the same row, whose verdict the test chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mdverify import selection
from mdverify.diagnostics import RULES
from mdverify.messages import message
from mdverify.notes import read_note
from mdverify.report import Evidence, LayoutChoice, NoteReport, Report, Step, Verdict
from mdverify.settings import Settings
from mdverify.source import Source, Span

EVIDENCE = Evidence(
    sizes=(("m", 2), ("n", 3)),
    values=((r"\mathbf{x}", ((0.5,), (-1.25,))), ("a<b", ((3.0,),))),
    lhs=((1.0, 2.0), (3.0, 4.0)),
    rhs=((1.0, 3.0), (2.0, 4.0)),
    entry=(1, 2),
    error=0.33,
)
RULE_OF = {rule.verdict: rule.code for rule in reversed(RULES)}

Choice = Callable[[str, int], Verdict]


def steps(source: Source, choose: Choice) -> Iterator[Step]:
    """A step for every `=`; `choose` gets the text of the right-hand side and its ordinal."""
    ordinal = 0
    for math in read_note(source).maths:
        for row in re.finditer(r"(?:[^\\&]|\\[^\\]|&)+", math.body):
            signs = [sign.start() for sign in re.finditer(r"(?<![<>!:])=", row.group())]
            for at, sign in enumerate(signs):
                start = math.start + row.start()
                left = Span(start + (signs[at - 1] + 1 if at else 0), start + sign)
                end = signs[at + 1] if at + 1 < len(signs) else len(row.group())
                right = Span(start + sign + 1, start + end)
                verdict = choose(source.excerpt(right).strip(), ordinal)
                yield step(verdict, Span(start + sign, start + sign + 1), left, right)
                ordinal += 1


def step(verdict: Verdict, sign: Span, lhs: Span, rhs: Span) -> Step:
    plain = Step("=", sign, lhs, rhs, verdict)
    if verdict is Verdict.UNCHECKED:
        return replace(plain, reason=message("no-reason"))
    if not plain.is_finding:
        return plain
    return replace(
        plain,
        rule=RULE_OF[verdict],
        message=message("differs", lhs=r"$1 <b>", rhs=r"\(2\)", entry="(1, 2)"),
        evidence=EVIDENCE if verdict is Verdict.WRONG else None,
        layouts=("numerator",) if verdict is Verdict.LAYOUT else (),
        suggestion=r"2\mathbf{x}^T" if verdict is Verdict.SHAPE else None,
        blame=rhs,
    )


def report(source: Source, choose: Choice = lambda text, ordinal: Verdict.WRONG) -> NoteReport:
    found = tuple(steps(source, choose))
    return NoteReport(source, LayoutChoice("denominator", "declared"), found)


def judge(choose: Choice) -> Callable[..., Report]:
    """What stands in for `check_sources`."""

    def check(sources: Sequence[Source], settings: Settings) -> Report:
        return selection.apply(Report(tuple(report(source, choose) for source in sources)), settings)

    return check
