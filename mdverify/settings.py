"""Configuration: read once, checked, frozen.

It stands in `[tool.mdverify]` of pyproject.toml or at the top level of mdverify.toml; the file
nearest to the first path counts. Whatever is not understood is an error, not a guess.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from mdverify.diagnostics import expand, labels
from mdverify.messages import LANGUAGES, Message, message

LAYOUTS = ("auto", "denominator", "numerator", "mixed")
FAIL_ON = ("error", "warning", "never")
FILES = ("mdverify.toml", "pyproject.toml")


class UsageError(Exception):
    """A mistake of the caller: one line on the error stream and exit status 2."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text())
        self.message = message


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is told; rules are codes, patterns are relative to `root`; 0 jobs are one a processor."""

    layout: str = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 0
    language: str = "en"
    root: str = "."


def suggest(text: Message, name: str, known: Iterable[str]) -> Message:
    """The message, with the known name that is nearest to `name` if one is near."""
    near = get_close_matches(name, list(known), n=1)
    return message("did-you-mean", text=text, near=near[0]) if near else text


def matches(path: str, patterns: Iterable[str], root: str = ".") -> bool:
    """Whether a pattern names the file, its path below `root`, or a folder it lies in."""
    full = Path(path).resolve()
    base = Path(root).resolve()
    below = full.relative_to(base).as_posix() if full.is_relative_to(base) else full.as_posix()
    return any(
        fnmatch(full.name, pattern) or fnmatch(below, pattern) or fnmatch(below, pattern.rstrip("/") + "/*")
        for pattern in patterns
    )


def codes(selectors: Iterable[str]) -> tuple[str, ...]:
    """The codes of rules given by code, name or beginning of code; UsageError for an unknown one."""
    found: list[str] = []
    for selector in selectors:
        meant = expand(selector)
        if not meant:
            raise UsageError(suggest(message("unknown-rule", name=selector), selector, labels()))
        found.extend(meant)
    return tuple(dict.fromkeys(found))


def load(first_path: str = ".", config: str | None = None) -> Settings:
    """The settings of the file `config`, else of the nearest file that has any, else the defaults."""
    if config is not None:
        if not Path(config).is_file():
            raise UsageError(message("no-such-config", path=config))
        return _read(Path(config), _table(Path(config)) or {})
    start = Path(first_path).resolve()
    for folder in (start, *start.parents):
        for path in (folder / name for name in FILES):
            table = _table(path) if path.is_file() else None
            if table is not None:
                return _read(path, table)
    return Settings()


def _table(path: Path) -> dict[str, Any] | None:
    """The keys meant for mdverify; None for a pyproject.toml that has none."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(message("bad-toml", path=path, why=error)) from error
    except OSError as error:
        raise UsageError(message("unreadable", path=path, why=error.strerror)) from error
    if path.name != "pyproject.toml":
        return content
    tool = content.get("tool", {})
    return tool.get("mdverify") if isinstance(tool, dict) else None


def _read(path: Path, table: object) -> Settings:
    if not isinstance(table, dict):
        raise _bad("tool.mdverify", path, message("a-table"))
    values = {}
    for key, value in table.items():
        if key not in READERS:
            raise UsageError(suggest(message("unknown-key", name=key, path=path), key, READERS))
        values[key.replace("-", "_")] = READERS[key](key, path, value)
    return replace(Settings(root=str(path.parent)), **values)


def _bad(key: str, path: Path, expected: Message) -> UsageError:
    return UsageError(message("bad-value", key=key, path=path, expected=expected))


Reader = Callable[[str, Path, object], Any]


def _choice(names: tuple[str, ...]) -> Reader:
    def read(key: str, path: Path, value: object) -> str:
        if not isinstance(value, str) or value not in names:
            raise _bad(key, path, message("one-of", names=", ".join(names)))
        return value

    return read


def _texts(key: str, path: Path, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _bad(key, path, message("list-of-text"))
    return tuple(value)


def _rules(key: str, path: Path, value: object) -> tuple[str, ...]:
    selectors = _texts(key, path, value)
    for selector in selectors:
        if not expand(selector):
            text = message("config-unknown-rule", name=selector, key=key, path=path)
            raise UsageError(suggest(text, selector, labels()))
    return codes(selectors)


def _rules_by_pattern(key: str, path: Path, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise _bad(key, path, message("table-of-lists"))
    return tuple((pattern, _rules(key, path, rules)) for pattern, rules in value.items())


def _count(key: str, path: Path, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _bad(key, path, message("whole-number"))
    return value


READERS: dict[str, Reader] = {
    "layout": _choice(LAYOUTS),
    "select": _rules,
    "ignore": _rules,
    "fail-on": _choice(FAIL_ON),
    "per-file-ignores": _rules_by_pattern,
    "exclude": _texts,
    "jobs": _count,
    "language": _choice(LANGUAGES),
}
