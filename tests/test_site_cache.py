"""Verdicts on disk: read back as they were, and judged anew when they have to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import handmade
import pytest

from mdverify import cache
from mdverify.messages import message
from mdverify.report import Related, Report, Verdict
from mdverify.settings import Settings
from mdverify.source import Source, Span

NOTE = Source("notes/a.md", "# Note\n\n$$a = b = 2 = \\frac{c}{d}$$\n")


class Judge:
    """Counts what it is asked to judge."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, sources: Sequence[Source], settings: Settings) -> Report:
        self.asked += [source.path for source in sources]
        return handmade.judge(lambda text, ordinal: list(Verdict)[ordinal])(sources, settings)


def test_reports_come_back_as_they_were() -> None:
    verdicts = list(Verdict)
    report = handmade.report(NOTE, lambda text, ordinal: verdicts[ordinal])
    nested = message("did-you-mean", text=message("usage", text="漢"), near="x")
    related = (Related(Span(3, 5), nested),)
    report = replace(report, steps=(*report.steps, replace(report.steps[0], related=related, reason=nested)))
    assert cache.restore(cache.dump(report), NOTE) == report


def test_a_note_is_judged_once(tmp_path: Path) -> None:
    judge = Judge()
    first = cache.judged([NOTE], Settings(), judge, tmp_path)
    again = cache.judged([NOTE], Settings(), judge, tmp_path)
    assert judge.asked == ["notes/a.md"]
    assert first == again


@pytest.mark.parametrize(
    ("source", "settings", "times"),
    [
        (NOTE, Settings(), 1),
        (NOTE, Settings(language="zh", jobs=8, fail_on="never"), 1),
        (replace(NOTE, path="notes/b.md"), Settings(), 1),
        (replace(NOTE, text=NOTE.text + " "), Settings(), 2),
        (NOTE, Settings(layout="numerator"), 2),
        (NOTE, Settings(ignore=("MV101",)), 2),
        (NOTE, Settings(per_file_ignores=(("a.md", ("MV101",)),)), 2),
        (NOTE, Settings(per_file_ignores=(("b.md", ("MV101",)),)), 1),
    ],
)
def test_what_a_verdict_depends_on(source: Source, settings: Settings, times: int, tmp_path: Path) -> None:
    judge = Judge()
    cache.judged([NOTE], Settings(), judge, tmp_path)
    (note,) = cache.judged([source], settings, judge, tmp_path).notes
    assert len(judge.asked) == times
    assert note.source == source


def test_equal_notes_are_judged_once_and_keep_their_paths(tmp_path: Path) -> None:
    twin = replace(NOTE, path="notes/twin.md")
    cache.judged([NOTE, twin], Settings(), Judge(), tmp_path)
    judge = Judge()
    report = cache.judged([twin, NOTE], Settings(), judge, tmp_path)
    assert [note.source.path for note in report.notes] == ["notes/twin.md", "notes/a.md"]
    assert judge.asked == []


def test_without_a_folder_nothing_is_kept() -> None:
    judge = Judge()
    cache.judged([NOTE], Settings(), judge, None)
    cache.judged([NOTE], Settings(), judge, None)
    assert len(judge.asked) == 2


def test_a_broken_cache_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite").write_bytes(b"not a data base" * 100)
    judge = Judge()
    assert cache.judged([NOTE], Settings(), judge, tmp_path).notes[0].source is NOTE
    (tmp_path / "file").write_text("")
    assert cache.judged([NOTE], Settings(), judge, tmp_path / "file").notes[0].source is NOTE
    assert len(judge.asked) == 2


def test_the_cache_stays_out_of_version_control(tmp_path: Path) -> None:
    cache.judged([NOTE], Settings(), Judge(), tmp_path / cache.FOLDER)
    assert (tmp_path / cache.FOLDER / ".gitignore").read_text() == "*\n"
