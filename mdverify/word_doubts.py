"""What keeps a step from being accused where the words around it ask for more than its formula says."""

from __future__ import annotations

import re

from mdverify import cues
from mdverify.claims import Site
from mdverify.closure import applies
from mdverify.derivation import Derivation
from mdverify.messages import message
from mdverify.report import Verdict
from mdverify.suspects import Answer, Suspect
from mdverify.syntax import Number, walk

FIRST_ORDER_REACH = 80  # characters
TURNED = frozenset({"skew", "cross"})  # where det = 1 makes a difference
_ROTATIONS = re.compile(cues.ROTATIONS, re.IGNORECASE)
_COMMUTING = re.compile(cues.COMMUTING, re.IGNORECASE)
_DENIAL = re.compile(cues.DENIAL, re.IGNORECASE)
_MODULAR = re.compile(cues.MODULAR, re.IGNORECASE)
_FIRST_ORDER = re.compile(cues.FIRST_ORDER, re.IGNORECASE)
_STOP = re.compile(r"[.。!！?？](?:\s|$)|\n\n(?=.)|\n#")


def is_approximate(suspect: Suspect) -> Answer:
    """What holds for small increments only."""
    names = suspect.ones | suspect.others
    increments = any("Delta(" in name or name.partition("#")[0] == "Delta" for name in names)
    if increments or _is_to_first_order(suspect.docket.derivation, suspect.site):
        return Verdict.UNCHECKED, message("first-order")
    return None


def needs_rotation(suspect: Suspect) -> Answer:
    """Cross products where the section speaks of matrices that turn and do not reflect."""
    reading = suspect.reading
    matrices = any(reading.kind(shape) == "M" for shape in reading.shapes.values())
    turned = matrices and applies(reading, TURNED, suspect.left, suspect.right)
    if turned and _ROTATIONS.search(_section(suspect)):
        return Verdict.UNCHECKED, message("if-told")
    return None


def needs_commuting(suspect: Suspect) -> Answer:
    """A step that is true of matrices that commute, where these are spoken of."""
    sentences = _STOP.split(_section(suspect))
    spoken = any(_COMMUTING.search(said) and not _DENIAL.search(said) for said in sentences)
    if spoken and suspect.tried(commuting=True).kind == "agree":
        return Verdict.UNCHECKED, message("if-told")
    return None


def is_modular(suspect: Suspect) -> Answer:
    """Whole numbers in a section that speaks of congruences."""
    site, naming = suspect.site, suspect.docket.derivation.naming
    parts = [part for side in (site.lhs, site.rhs) for part in walk(side)]
    whole = all(not isinstance(part, Number) or part.text.isdigit() for part in parts)
    if not whole or any(naming.symbol(part) is not None for part in parts):
        return None
    return (Verdict.UNCHECKED, message("modular")) if _MODULAR.search(_section(suspect)) else None


def _is_to_first_order(derivation: Derivation, site: Site) -> bool:
    """Whether the sentence before a formula speaks of something small."""
    start = derivation.note.maths[site.math].outer.start
    before = derivation.note.english(max(0, start - FIRST_ORDER_REACH), start)
    return _FIRST_ORDER.search(_STOP.split(before.rstrip("\n"))[-1]) is not None


def _section(suspect: Suspect) -> str:
    """The text of the section a step stands in."""
    note = suspect.docket.derivation.note
    return note.english(*note.sections[suspect.site.section].span)
