"""Reports as text and in the formats other programs read.

A format is a function from a report and a style to the whole output.
"""

from __future__ import annotations

from collections.abc import Callable

from mdverify.render.github import github
from mdverify.render.json import json
from mdverify.render.style import Style
from mdverify.render.summary import summary
from mdverify.render.text import concise, full
from mdverify.report import Report

FORMATS: dict[str, Callable[[Report, Style], str]] = {
    "full": full,
    "concise": concise,
    "json": json,
    "github": github,
}

# Formats that hold findings only; the summary goes to the error stream.
FINDINGS_ONLY = frozenset({"concise", "github"})

__all__ = ["FINDINGS_ONLY", "FORMATS", "Style", "summary"]
