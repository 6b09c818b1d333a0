"""What keeps a step from being accused that would be true of symmetric matrices."""

from __future__ import annotations

import re
from dataclasses import replace

from mdverify import cues
from mdverify.assumptions import Assumption
from mdverify.attempt import attempt
from mdverify.calculus import LAYOUTS
from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.messages import message
from mdverify.notes import Note
from mdverify.reading import Options, Reading
from mdverify.report import Verdict
from mdverify.suspects import Answer, Suspect
from mdverify.swaps import DISPUTED, OF_MATRICES, OF_PAIRS
from mdverify.symbols import symbols_in

_SYMMETRY = re.compile(f"{cues.SYMMETRY}|{cues.SYMMETRIC_THINGS}")
TOLD = frozenset({"symmetric", "positive-definite", "positive-semidefinite"})
PAIRS = OF_MATRICES.keys() | OF_PAIRS.keys()
EXCHANGED = TOLD | {"diagonal"}  # matrices whose entries may be exchanged anyway
PAIR = 2  # indices
DENIALS = ("not ", "no ", "without", "n't", "不", "没有", "非", "无")
SYMMETRY_REACH = (400, 200)  # characters before and after a step in which symmetry is looked for at least
DENIAL_REACH = 40


def needs_symmetry(suspect: Suspect) -> Answer:
    """A step that is true for symmetric matrices: wrong, unless symmetry is spoken of nearby."""
    spoken = _speaks_of_symmetry(suspect.docket.derivation, suspect.site, False)
    if spoken and _has_untold_pairs(suspect.reading):
        return Verdict.UNCHECKED, message("if-symmetric")
    if _varies_pairs(suspect.reading):
        return Verdict.UNCHECKED, message("pair-varied")
    if not _true_if_symmetric(suspect):
        return None
    derivation, site = suspect.docket.derivation, suspect.site
    spoken = _speaks_of_symmetry(derivation, site, True) or _is_told_elsewhere(suspect)
    return (Verdict.UNCHECKED if spoken else Verdict.WRONG), message("if-symmetric")


def tells_of_symmetry(note: Note) -> bool:
    """Whether a note speaks of symmetric matrices anywhere."""
    return _SYMMETRY.search(note.source.text.lower()) is not None


def _has_untold_pairs(reading: Reading) -> bool:
    """Whether something has two or more indices of which nobody says that they may be exchanged."""
    return any(
        len(slots) > PAIR or (len(slots) == PAIR and not (PAIRS | EXCHANGED) & _told(reading, name))
        for name, slots in reading.slots.items()
    )


def _told(reading: Reading, name: str) -> frozenset[str]:
    """What is said of a family, or of the matrix whose entries it has."""
    whole = reading.names.get(name, name).rstrip("_")
    names = [name, *(other for other, key in reading.names.items() if key == whole)]
    return frozenset(kind for one in names for kind in reading.assumptions.get(one, ()))


def _varies_pairs(reading: Reading) -> bool:
    """Whether a number is differentiated by that may be the same as another, by its indices."""
    varied = {name for name, key in reading.names.items() if key in reading.targets and name in reading.slots}
    return any(PAIRS & reading.assumptions.get(name, frozenset()) for name in varied)


def _true_if_symmetric(suspect: Suspect) -> bool:
    """Whether the step would be true if its matrices were symmetric."""
    reading = suspect.reading
    matrices = any(reading.kind(shape) == "M" for shape in reading.shapes.values())
    if not matrices and not any(len(slots) == PAIR for slots in reading.slots.values()):
        return False
    return any(
        attempt(suspect.case, replace(options, layout=layout, symmetric=True), sure=False).kind == "agree"
        for options in dict.fromkeys((suspect.outcome.options, Options()))
        for layout in LAYOUTS
    )


def _is_told_elsewhere(suspect: Suspect) -> bool:
    """Whether the section calls a letter of the step symmetric, but only behind it, or takes it back.

    Or a section above does, and the letter has not been declared since.
    """
    derivation, position = suspect.docket.derivation, suspect.site.position
    section = derivation.note.sections[suspect.site.section].span
    written = (
        one for side in (suspect.site.lhs, suspect.site.rhs) for one in symbols_in(side, derivation.naming)
    )
    keys = frozenset(suspect.reading.names.values()) | {symbol.key for symbol in written}
    said = [one for one in derivation.assumptions if one.key in keys and one.kind in (*TOLD, DISPUTED)]
    return any(
        one.kind == DISPUTED
        or position < one.reach.start < section.end
        or _still_holds(derivation, one, position)
        for one in said
    )


def _still_holds(derivation: Derivation, said: Assumption, position: int) -> bool:
    """Whether what a section above says outright, under no condition, is said of what a letter still is."""
    last = max(said.reach.start, said.reach.end - 1)
    section = derivation.note.sections[derivation.note.section_of(last)].span
    outright = said.reach.end == section.end <= position
    return outright and derivation.life(said.key, last) == derivation.life(said.key, position)


def _speaks_of_symmetry(derivation: Derivation, site: Site, only_unread: bool) -> bool:
    """Symmetry named nearby or where it is said for, if asked for by words that no cue understood."""
    before, after = SYMMETRY_REACH
    note = derivation.note
    start = max(0, min(site.position - before, note.sections[site.section].span.start))
    understood = [
        fact.span
        for fact in derivation.facts
        if ("symmetric" in fact.kind or "definite" in fact.kind)
        and any(derivation.naming.symbol(node) is not None for node in derivation.subjects(fact))
    ]
    near = _SYMMETRY.finditer(note.source.text.lower(), start, site.position + after)
    named = (f for f in derivation.facts if f.kind == "symmetry" and site.position in range(*f.reach))
    return any(
        not (only_unread and any(span.start <= at < span.end for span in understood))
        and not any(word in note.english(max(0, at - DENIAL_REACH), at).lower() for word in DENIALS)
        for at in (*(found.start() for found in near), *(fact.span.start for fact in named))
    )
