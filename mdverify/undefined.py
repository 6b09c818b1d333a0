"""Macros that neither the note nor TeX defines, found once for a whole note."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from mdverify.syntax import Formula, Trouble
from mdverify.tex_names import TEX_COMMANDS


def undefined_macros(formulas: Sequence[Formula], text: str) -> dict[int, Trouble]:
    """By the number of a formula the first macro in it that nobody defines.

    One that several formulas use is taken for one of the site's, unless it resembles a command: a slip
    stands alone. Each is told once, where it is used first.
    """
    named = {
        trouble.text
        for formula in formulas
        for trouble in formula.troubles
        if trouble.kind == "undefined-macro" and trouble.text[1:] not in TEX_COMMANDS
    }
    unknown = {macro for macro in named if not _is_configured(macro, text)}
    by_formula = [
        [t for t in formula.troubles if t.kind == "undefined-macro" and t.text in unknown]
        for formula in formulas
    ]
    uses = Counter(macro for troubles in by_formula for macro in {trouble.text for trouble in troubles})
    earlier: set[str] = set()
    found: dict[int, Trouble] = {}
    for number, troubles in enumerate(by_formula):
        told = (t for t in troubles if t.text not in earlier and (uses[t.text] == 1 or near_command(t.text)))
        first = next(told, None)
        if first is not None:
            found[number] = first
        earlier |= {trouble.text for trouble in troubles}
    return found


def _is_configured(macro: str, text: str) -> bool:
    """Whether the note defines it for its renderer: `foo: "\\\\mathbb F"`."""
    return re.search(rf"\b{re.escape(macro[1:])}[\"']?\s*:", text) is not None


def near_command(text: str) -> str:
    """The command that was probably meant."""
    found = get_close_matches(text[1:], sorted(TEX_COMMANDS), n=1, cutoff=0.75) if len(text) > 4 else []
    return "\\" + found[0] if found else ""
