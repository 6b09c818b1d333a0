"""Verdicts kept on disk between runs.

A note is judged anew when its text, a setting that verdicts depend on, or mdverify itself has changed. A
cache that cannot be read or written costs time and nothing else. Python objects are never unpickled from
it: what is stored is JSON, read back by the types of `report`.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from time import time
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from mdverify.report import LayoutChoice, NoteReport, Report, Step
from mdverify.selection import selected
from mdverify.settings import Settings
from mdverify.source import Source, Span
from mdverify.version import VERSION

FOLDER = ".mdverify_cache"
KEPT_DAYS = 60

# Settings that verdicts do not depend on, or only through the rules in force for a note.
_WITHOUT_EFFECT = frozenset(
    ("select", "ignore", "per_file_ignores", "fail_on", "exclude", "jobs", "language", "root")
)

Judge = Callable[[Sequence[Source], Settings], Report]


def judged(sources: Sequence[Source], settings: Settings, judge: Judge, folder: Path | None) -> Report:
    """The report on the sources; `judge` sees only those whose report is not in the cache below `folder`."""
    if folder is None:
        return judge(sources, settings)
    keys = [key(source, settings) for source in sources]
    with Shelf(folder) as shelf:
        known = {name: text for name in keys if (text := shelf.get(name)) is not None}
    missing = [source for source, name in zip(sources, keys, strict=True) if name not in known]
    fresh = {key(note.source, settings): note for note in judge(missing, settings).notes} if missing else {}
    with Shelf(folder if fresh else None) as shelf:
        for name, note in fresh.items():
            if note.failure is None:
                shelf.put(name, dump(note))
    return Report(
        tuple(
            restore(known[name], source) if name in known else replace(fresh[name], source=source)
            for source, name in zip(sources, keys, strict=True)
        )
    )


def key(source: Source, settings: Settings) -> str:
    """The name under which the report on a note is kept."""
    return name_of(_told(settings, selected(source.path, settings)), source.text)


@lru_cache(8)
def _told(settings: Settings, rules: frozenset[str]) -> str:
    """What verdicts depend on besides the note."""
    told = {
        each.name: getattr(settings, each.name)
        for each in fields(settings)
        if each.name not in _WITHOUT_EFFECT
    }
    return json.dumps([told, sorted(rules)], sort_keys=True, default=str)


def name_of(*parts: str) -> str:
    """A name for what this version of mdverify makes of the parts."""
    return sha256("\0".join((_tool(), *parts)).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _tool() -> str:
    """The version, and the state of the code: whoever works on mdverify must not get yesterday's verdicts."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    states = [(file.name, status.st_size, status.st_mtime_ns) for file in files for status in (file.stat(),)]
    return repr((VERSION, sys.version_info[:2], states))


class Shelf:
    """Texts by name in a data base below a folder; without one, or with a broken one, it stays empty."""

    def __init__(self, folder: Path | None) -> None:
        self.base = _connected(folder) if folder is not None else None

    def get(self, name: str) -> str | None:
        row = None
        if self.base is not None:
            with suppress(sqlite3.Error):
                row = self.base.execute("SELECT text FROM kept WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, name: str, text: str) -> None:
        if self.base is not None:
            with suppress(sqlite3.Error):
                self.base.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (name, text, int(time())))

    def kept(self, name: str, make: Callable[[], str]) -> str:
        """The text of that name, made and put here if it is not yet; without a name it is made."""
        text = self.get(name) if name else None
        if text is None:
            text = make()
            if name:
                self.put(name, text)
        return text

    def close(self) -> None:
        """Write what was put, and forget what was put long ago."""
        if self.base is None:
            return
        with closing(self.base), suppress(sqlite3.Error):
            if self.base.in_transaction:
                self.base.execute("DELETE FROM kept WHERE stored < ?", (int(time()) - KEPT_DAYS * 86400,))
            self.base.commit()
        self.base = None

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def _connected(folder: Path) -> sqlite3.Connection | None:
    try:
        base = sqlite3.connect(_file(folder), timeout=5)
    except (sqlite3.Error, OSError):
        return None
    try:
        base.execute("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, text TEXT, stored INTEGER)")
    except sqlite3.Error:
        base.close()
        return None
    return base


def _file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder / "notes.sqlite"


def dump(note: NoteReport) -> str:
    """The report without its source, which whoever reads it back has."""
    return json.dumps([_plain(note.layout), _plain(note.steps)], ensure_ascii=False, separators=(",", ":"))


def restore(text: str, source: Source) -> NoteReport:
    layout, steps = json.loads(text)
    return NoteReport(source, _reader(LayoutChoice)(layout), _reader(tuple[Step, ...])(steps))


def _plain(value: Any) -> Any:
    """Data classes and tuples as lists in the order of their fields."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """How a value of a type is made from what `_plain` made of it."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _union_reader(arguments)
    if origin is tuple:
        return _tuple_reader(arguments)
    if kind is Span:
        return Span._make
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return _record_reader(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    return _same


def _same(value: Any) -> Any:
    return value


def _union_reader(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    """A union of plain values and at most one type that is stored as a list."""
    listed = next((k for k in kinds if is_dataclass(k) or hasattr(k, "_fields") or get_origin(k)), None)
    if listed is None:
        return _same
    return lambda value: _reader(listed)(value) if isinstance(value, list) else value


def _tuple_reader(kinds: tuple[Any, ...]) -> Callable[[Any], Any]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        item = _reader(kinds[0])
        return tuple if item is _same else lambda value: tuple(map(item, value))
    readers = tuple(map(_reader, kinds))
    return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))


def _record_reader(kind: Any) -> Callable[[Any], Any]:
    readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def read(value: Any) -> Any:
        # A type may hold itself, so its readers are made when the first value comes.
        nonlocal readers
        if readers is None:
            every = enumerate(map(_reader, get_type_hints(kind).values()))
            readers = [(at, each) for at, each in every if each is not _same]
        for at, each in readers:
            if value[at] is not None:
                value[at] = each(value[at])
        return kind(*value)

    return read
