"""Judging notes from Python."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath

from mdverify import files, selection
from mdverify.check import check_note, check_sources
from mdverify.report import Report
from mdverify.settings import Settings, load
from mdverify.source import Source


def check_text(text: str, *, path: str = "<text>", settings: Settings | None = None) -> Report:
    """Judge one note given as text; `path` is what the report calls it."""
    chosen = settings or Settings()
    return selection.apply(Report((check_note(Source(path, text), chosen),)), chosen)


def check_paths(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]], *, settings: Settings | None = None
) -> Report:
    """Judge notes and folders of notes, as the command line does.

    Without `settings` the configuration nearest to the first path counts. A path that is missing or no
    note raises UsageError. A note that mdverify itself fails on has no steps, and a `failure`.
    """
    named = [paths] if isinstance(paths, str | PathLike) else list(paths)
    names = [fspath(path) for path in named]
    chosen = settings or load(*names[:1])
    return check_sources([files.read(path) for path in files.collect(names, chosen)], chosen)
