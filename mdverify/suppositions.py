"""What holds only where it is supposed: `if $h = 0$, then $x = y$` defines neither letter elsewhere.

A number that a letter is supposed to have, and what follows in the same sentence of a letter the note has
used before, count until the end of their paragraph. Any other supposition is a definition like all others
(`if $y = Ax$, then …`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from mdverify import cues
from mdverify.claims import Site
from mdverify.manuscript import Manuscript
from mdverify.syntax import signed

CUE_REACH = 16  # characters before a formula in which it is said that it is supposed
LINK = 24  # characters between a supposition and what follows from it
_SUPPOSED = re.compile(rf"(?:{cues.CONDITION})\s*$", re.IGNORECASE)
_FOLLOWS = re.compile(cues.FOLLOWS, re.IGNORECASE)


def with_suppositions(sites: Iterable[Site], script: Manuscript) -> Iterator[Site]:
    """Steps in order; what is only supposed, and what follows, defines nothing beyond the paragraph."""
    sites = tuple(sites)
    supposed = {site.math: site for site in sites if site.place == 0 and _is_supposed(site, script)}
    drawn = {
        site.math: supposed[site.math - 1]
        for site in sites
        if site.math - 1 in supposed and site.place == 0 and _is_drawn(site, script)
    }
    firm = {before.math for before in drawn.values()}
    for site in sites:
        holds = site.defines is not None and (
            site.math in drawn or (site.math in supposed and (site.math in firm or _is_number(site)))
        )
        yield _until_paragraph(site, script) if holds else site


def _is_supposed(site: Site, script: Manuscript) -> bool:
    """Whether a formula in the text stands right behind an "if"."""
    math = script.note.maths[site.math]
    before = script.note.english(max(0, math.outer.start - CUE_REACH), math.outer.start)
    return not math.display and _SUPPOSED.search(before) is not None


def _is_drawn(site: Site, script: Manuscript) -> bool:
    """Whether a formula says what a letter that was used before is, if the one before it holds."""
    before, math = script.note.maths[site.math - 1], script.note.maths[site.math]
    if math.display or site.defines is None or math.outer.start - before.outer.end > LINK:
        return False
    between = script.note.english(before.outer.end, math.outer.start)
    used = script.first.get(site.defines.key.rstrip("_"), before.start)
    return used < before.start and _FOLLOWS.fullmatch(between) is not None


def _is_number(site: Site) -> bool:
    return site.defines is not None and signed(site.defines.body) is not None


def _until_paragraph(site: Site, script: Manuscript) -> Site:
    """A step whose definition ends with the paragraph."""
    at = script.note.block_of(site.position)
    end = script.note.blocks[at].span.end if at is not None else script.note.maths[site.math].outer.end
    return replace(site, defines=replace(site.defines, until=end)) if site.defines is not None else site
