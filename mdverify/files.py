"""From the paths a user names to the texts of notes, always in the same order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from stat import S_ISDIR

from mdverify.messages import message
from mdverify.settings import Settings, UsageError, matches
from mdverify.source import Source

STDIN = "-"
STDIN_NAME = "<stdin>"
SUFFIXES = (".md", ".markdown", ".qmd")
NAMED_SUFFIXES = (*SUFFIXES, ".txt", "")
SKIPPED_FOLDERS = frozenset({"__pycache__", "env", "node_modules", "site-packages", "venv"})


def collect(paths: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """The notes meant by files and folders, each once, in the order named; folders sorted."""
    found: dict[object, str] = {}
    for path in paths:
        for note in _notes(path, settings):
            found.setdefault(note if note == STDIN else Path(note).resolve(), note)
    return tuple(found.values())


def read(path: str, stdin: Iterable[bytes] = ()) -> Source:
    """The note at `path`, or the bytes of `stdin` for "-"; UsageError if it is not UTF-8 text."""
    if path == STDIN:
        return Source(STDIN_NAME, decode(b"".join(stdin), STDIN_NAME))
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(message("unreadable", path=path, why=error.strerror)) from error
    return Source(path, decode(data, path))


def decode(data: bytes, path: str) -> str:
    """The text of a note, without a byte order mark; line breaks stay as they are."""
    if b"\0" in data:
        raise UsageError(message("binary-file", path=path))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(message("not-utf8", path=path, offset=error.start + 1)) from error


def _notes(path: str, settings: Settings) -> Iterable[str]:
    if path == STDIN:
        return (STDIN,)
    here = Path(path)
    try:
        mode = here.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise UsageError(message("no-such-path", path=path)) from error
    except OSError as error:
        raise UsageError(message("unreadable", path=path, why=error.strerror)) from error
    if S_ISDIR(mode):
        return _in_folder(here, settings)
    if here.suffix.lower() not in NAMED_SUFFIXES:
        known = " ".join(filter(None, NAMED_SUFFIXES))
        raise UsageError(message("not-a-note", path=path, suffixes=known))
    return (here.as_posix(),)


def _in_folder(folder: Path, settings: Settings) -> tuple[str, ...]:
    found = sorted(path.as_posix() for path in _walk(folder) if path.suffix.lower() in SUFFIXES)
    kept = tuple(path for path in found if not matches(path, settings.exclude, settings.root))
    if not kept:
        raise UsageError(message("no-notes", path=folder))
    return kept


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below `folder`, hidden ones and other people's packages left out."""
    for here, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not _skipped(name)]
        yield from (Path(here, name) for name in names if not name.startswith("."))


def _skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED_FOLDERS


def _unreadable(error: OSError) -> None:
    raise UsageError(message("unreadable", path=error.filename, why=error.strerror)) from error
