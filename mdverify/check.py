"""The pipeline: sources to a report."""

from __future__ import annotations

import gc
import os
import traceback
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from mdverify import selection
from mdverify.appeal import Ruling, rulings
from mdverify.comparison import Counterexample, Outcome
from mdverify.derivation import derive
from mdverify.evidence import gather
from mdverify.judge import Judge
from mdverify.judgement import Judgement
from mdverify.layouts import ASSUMED, majority
from mdverify.messages import Message, message
from mdverify.notes import read_note
from mdverify.operators import Array
from mdverify.report import Evidence, NoteReport, Related, Report, Step, Verdict
from mdverify.settings import Settings
from mdverify.source import Source, Span
from mdverify.syntax import is_none

WORTH_PROCESSES = 8_000  # characters of notes below which starting processes costs more than it saves
COLLECT_AFTER = 1_000_000  # objects; judging makes few cycles, and looking for them takes a tenth of the time
START_METHOD = "fork" if "fork" in get_all_start_methods() else "spawn"


def check_sources(sources: Sequence[Source], settings: Settings) -> Report:
    """Judge every note; the order of the notes is kept, with any number of processes.

    An error of ours ends only the note it came with, whose report then tells of it.
    """
    return selection.apply(Report(tuple(_judged(sources, settings))), settings)


def own_process() -> None:
    """Where the process is ours alone, garbage is looked for less often, and not in what is there already."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    gc.enable()


def _judged(sources: Sequence[Source], settings: Settings) -> list[NoteReport]:
    jobs = min(settings.jobs or os.cpu_count() or 1, len(sources))
    if jobs <= 1 or sum(len(source.text) for source in sources) < WORTH_PROCESSES:
        return [_guarded(source, settings) for source in sources]
    longest_first = sorted(range(len(sources)), key=lambda i: -len(sources[i].text))
    judge = partial(_guarded, settings=settings)
    context = get_context(START_METHOD)
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=own_process) as pool:
        done = dict(zip(longest_first, pool.map(judge, [sources[i] for i in longest_first]), strict=True))
    return [done[i] for i in range(len(sources))]


def _guarded(source: Source, settings: Settings) -> NoteReport:
    """The report on one note, or on what went wrong with it: whoever runs us has other notes as well."""
    try:
        return check_note(source, settings)
    except Exception as error:  # noqa: BLE001  told in the report, on the command line and in the log
        return NoteReport(source, ASSUMED, (), failure=_failure(source, error))


def _failure(source: Source, error: Exception) -> Message:
    """What went wrong, and in which line of ours."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return message("internal", path=source.path, error=f"{type(error).__name__}: {error}", place=place)


def check_note(source: Source, settings: Settings) -> NoteReport:
    """Judge one note, by itself."""
    derivation = derive(read_note(source))
    judge = Judge(derivation, gather(derivation), settings.layout)
    judgements = judge.all()
    choice = majority(judge, judgements)
    steps = [step_of(ruling) for ruling in rulings(judge, judgements, choice)]
    return NoteReport(source, choice, tuple(sorted(steps, key=lambda step: step.sign.start)))


def step_of(ruling: Ruling) -> Step:
    """A ruling as it is reported."""
    judged, verdict = ruling.judged, ruling.verdict
    site, outcome = judged.site, judged.outcome
    said, rule = _finding(judged, verdict)
    clash = outcome.clash if outcome is not None and verdict is Verdict.SHAPE else None
    return Step(
        relation=site.relation.text,
        sign=site.relation.span,
        lhs=site.lhs.span if not is_none(site.lhs) else Span(site.position, site.position),
        rhs=site.rhs.span,
        verdict=verdict,
        rule=rule,
        message=said,
        layouts=judged.true
        if judged.discriminating and verdict in (Verdict.VERIFIED, Verdict.LAYOUT)
        else (),
        reason=_reason(judged) if verdict is Verdict.UNCHECKED else None,
        evidence=_evidence(outcome) if verdict is Verdict.WRONG else None,
        blame=judged.blame or (clash.span if clash is not None else None),
        suggestion=ruling.suggestion,
        related=_related(judged, verdict),
    )


def _related(judged: Judgement, verdict: Verdict) -> tuple[Related, ...]:
    """Other places of the note that a finding is about."""
    clash = judged.outcome.clash if judged.outcome is not None else None
    if verdict is Verdict.SHAPE and clash is not None:
        return tuple(Related(span, note) for span, note in clash.related)
    if verdict is Verdict.WRONG and judged.equation is not None:
        return (Related(judged.equation.span, message("to-solve")),)
    return ()


def _reason(judged: Judgement) -> Message:
    if judged.reason is not None:
        return judged.reason
    if judged.outcome is not None and judged.outcome.reason is not None:
        return judged.outcome.reason
    return message("undecided")


def _finding(judged: Judgement, verdict: Verdict) -> tuple[Message | None, str | None]:
    outcome = judged.outcome
    match verdict:
        case Verdict.NOTATION:
            return judged.notation, judged.rule
        case Verdict.LAYOUT:
            return message("other-layout", true=", ".join(judged.true)), "MV201"
        case Verdict.SHAPE if outcome is not None and outcome.clash is not None:
            return outcome.clash.said, outcome.clash.rule
        case Verdict.SHAPE:
            return message("scalar-added"), "MV301"
        case Verdict.WRONG if outcome is not None and outcome.counter is not None:
            rule = "MV102" if judged.discriminating else "MV101"
            if judged.equation is not None:
                return _left_over(outcome.counter), rule
            return _differs(outcome.counter), rule
    return None, None


def _differs(counter: Counterexample) -> Message:
    row, column = counter.entry
    lhs, rhs = f"{counter.lhs[row, column]:.6g}", f"{counter.rhs[row, column]:.6g}"
    if counter.lhs.size == 1:
        return message("differs-scalar", lhs=lhs, rhs=rhs)
    return message("differs", lhs=lhs, rhs=rhs, entry=f"({row + 1}, {column + 1})")


def _left_over(counter: Counterexample) -> Message:
    """What a formula leaves of the equation it should solve."""
    row, column = counter.entry
    return message("unsolved", rest=f"{counter.lhs[row, column]:.6g}")


def _evidence(outcome: Outcome | None) -> Evidence | None:
    if outcome is None or outcome.counter is None or outcome.reading is None:
        return None
    counter, reading = outcome.counter, outcome.reading
    dims = reading.dims
    sizes = tuple((name, counter.model.size(dims.named(name))) for name in dims.known_names())
    return Evidence(
        sizes=sizes,
        values=_values(outcome),
        lhs=_rows(counter.lhs),
        rhs=_rows(counter.rhs),
        entry=(counter.entry[0] + 1, counter.entry[1] + 1),
        error=counter.error,
    )


def _values(outcome: Outcome) -> tuple[tuple[str, tuple[tuple[float, ...], ...]], ...]:
    assert outcome.counter is not None
    assert outcome.reading is not None
    found = []
    for name, array in outcome.counter.model.drawn():
        if array.ndim == 3:
            key = outcome.reading.names.get(name, name)
            found.append((key.removeprefix("bf:"), _rows(array[outcome.counter.sample])))
    return tuple(sorted(found))


def _rows(array: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value.real) for value in row) for row in array)
