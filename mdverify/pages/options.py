"""Options of the extension and the plugin, over the configuration of the project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mdverify.messages import LANGUAGES, message
from mdverify.pages.html import Look
from mdverify.pages.words import VERDICTS
from mdverify.report import Verdict
from mdverify.settings import LAYOUTS, Settings, UsageError, codes, load, suggest

SHOWN = tuple(verdict.value for verdict in VERDICTS)
NOTE = "note"
"""In place of a language: that of each note."""


def settings(told: Mapping[str, Any], folder: Path, fallback_language: str = "") -> Settings:
    """The configuration nearest to `folder`, or the one named, with the options over it."""
    found = load(str(folder), told.get("config") or None)
    given: dict[str, Any] = {}
    if told.get("layout"):
        given["layout"] = _one_of("layout", told["layout"], LAYOUTS)
    language = told.get("language") or fallback_language
    if language and language != NOTE:
        given["language"] = _one_of("language", language, LANGUAGES)
    elif fallback_language:
        given["language"] = fallback_language
    for name in ("select", "ignore"):
        if told.get(name):
            given[name] = codes(_listed(told[name]))
    return replace(found, **given)


def look(told: Mapping[str, Any], language: str) -> Look:
    return Look(
        language=language,
        show=shown(told.get("show")),
        badge=bool(told.get("badge", True)),
        rule_url=str(told.get("rule_url") or ""),
    )


def for_note(look_: Look, told: Mapping[str, Any], text: str) -> Look:
    """The look of one page, which may speak the language of its note."""
    if told.get("language") != NOTE:
        return look_
    return replace(look_, language="zh" if len(_CHINESE.findall(text)) * 25 > len(text) else "en")


_CHINESE = re.compile(r"[\u3400-\u9fff]")


def shown(names: Iterable[str] | str | None) -> tuple[Verdict, ...]:
    """The verdicts to mark; the findings if nothing is said."""
    if names is None:
        return Look().show
    return tuple(sorted({Verdict(_one_of("show", name, SHOWN)) for name in _listed(names)}))


def _listed(names: Iterable[str] | str) -> list[str]:
    return names.replace(",", " ").split() if isinstance(names, str) else [str(name) for name in names]


def _one_of(option: str, name: object, known: tuple[str, ...]) -> str:
    if name in known:
        return str(name)
    expected = message("one-of", names=", ".join(known))
    wrong = message("bad-value", key=option, path="mdverify", expected=expected)
    raise UsageError(suggest(wrong, str(name), known))
