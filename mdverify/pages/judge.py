"""Judging for pages: nothing is judged twice, and numpy is only imported if anything has to be judged."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mdverify import cache
from mdverify.report import NoteReport, Report
from mdverify.settings import Settings
from mdverify.source import Source

# Below this many notes, starting further processes takes longer than it saves.
WORTH_PROCESSES = 8


def judge(sources: Sequence[Source], settings: Settings, root: Path | None) -> Report:
    """The report on the sources, with the cache of the project at `root` if one is given."""
    return cache.judged(sources, settings, _judge, root / cache.FOLDER if root else None)


def _judge(sources: Sequence[Source], settings: Settings) -> Report:
    # Numpy comes with it.
    from mdverify.check import check_sources

    jobs = (os.cpu_count() or 1) if len(sources) >= WORTH_PROCESSES else 1
    return check_sources(sources, replace(settings, jobs=max(settings.jobs, jobs)))


@dataclass(slots=True)
class Memory:
    """The reports of a server that builds again and again; those not asked for any more are dropped."""

    reports: dict[tuple[str, str, str], NoteReport] = field(default_factory=dict)

    def judge(
        self, sources: Sequence[Source], settings: Settings, root: Path | None
    ) -> tuple[NoteReport, ...]:
        keys = [(source.path, source.text, cache.key(source, settings)) for source in sources]
        missing = [source for source, key in zip(sources, keys, strict=True) if key not in self.reports]
        fresh = iter(judge(missing, settings, root).notes if missing else ())
        self.reports = {key: self.reports.get(key) or next(fresh) for key in dict.fromkeys(keys)}
        return tuple(self.reports[key] for key in keys)
