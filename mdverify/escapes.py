r"""Signs that Markdown unescapes before TeX sees them: `\\{a\\}` for `\{a\}`, `\bigl\[` for `\bigl[`.

Sites whose Markdown knows no formulas take one backslash off, so that their authors write one more.
"""

from __future__ import annotations

import re

_ESCAPED = re.compile(r"\\\\([{}])")
_SIZED = re.compile(
    r"(\\(?:left|right|middle|[Bb]igg?[lrm]?)(?![A-Za-z])\s*)(?:\\(\\[{}])|\\([\[\]]))"
)  # what a delimiter has to follow
_PAIR = re.compile(r"\\\\\{((?:[^\\]|\\(?!\\[{}])[\s\S])*?)\\\\\}")  # no row ends where a group does


def unescaped(tex: str) -> str:
    """TeX as it comes out of Markdown, of the same length; a break between rows stays one."""
    if _ESCAPED.search(tex) is None and "\\[" not in tex and "\\]" not in tex:
        return tex
    tex = _SIZED.sub(lambda found: f"{found[1]} {found[2] or found[3]}", tex)
    count = 1
    while count:  # from the inside out
        tex, count = _PAIR.subn(lambda found: f" \\{{{found[1]} \\}}", tex)
    return tex
