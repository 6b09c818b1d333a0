"""mdverify: a linter for mathematics in Markdown notes.

    from mdverify import check_text, check_paths, to_sympy

The names below are public. They are imported when first asked for: what judges needs numpy, what
translates needs SymPy, and the light commands of the command line need neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mdverify.api import check_paths, check_text
    from mdverify.bridge import NotExpressible, to_sympy
    from mdverify.report import Finding, NoteReport, Report, Step, Verdict
    from mdverify.settings import Settings, UsageError

    __version__: str

_HOMES = {
    "check_paths": "api",
    "check_text": "api",
    "to_sympy": "bridge",
    "NotExpressible": "bridge",
    "Finding": "report",
    "NoteReport": "report",
    "Report": "report",
    "Step": "report",
    "Verdict": "report",
    "Settings": "settings",
    "UsageError": "settings",
}

__all__ = [
    "Finding",
    "NotExpressible",
    "NoteReport",
    "Report",
    "Settings",
    "Step",
    "UsageError",
    "Verdict",
    "__version__",
    "check_paths",
    "check_text",
    "to_sympy",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("mdverify.version").VERSION
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"mdverify.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
