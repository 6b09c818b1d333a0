r"""Indices the author leaves out: after "we drop the subscript `t`" `y_k` is `y_{t,k}`.

Only further down in the section that says so, and only for letters that bear this index elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from mdverify import cues
from mdverify.notes import Note
from mdverify.source import Span
from mdverify.syntax import Apply, Formula, Name, Node, walk

_DROPS = re.compile(cues.DROPPED_INDEX, re.IGNORECASE)


def with_dropped_indices(formulas: tuple[Formula, ...], note: Note) -> tuple[Formula, ...]:
    """The formulas of a note, indices that were left out put back."""
    told = tuple(_told(formulas, note))
    if not told:
        return formulas
    bearing = {(base, index) for formula in formulas for base, index in _bearers(formula)}
    return tuple(_restored(formula, told, bearing) for formula in formulas)


def _told(formulas: tuple[Formula, ...], note: Note) -> Iterator[tuple[Name, Span]]:
    """The letters said to be left out, each with where that holds."""
    text, starts = note.source.text, [math.outer.start for math in note.maths]
    for cue in _DROPS.finditer(text):
        at = bisect_left(starts, cue.end())
        statements = formulas[at].statements if at < len(starts) and starts[at] == cue.end() else ()
        match [side for statement in statements for side in statement.sides]:
            case [Name() as index]:
                end = note.sections[note.section_of(cue.start())].span.end
                yield index, Span(note.maths[at].outer.end, end)


def _bearers(formula: Formula) -> Iterator[tuple[Node, Node]]:
    """Letters with their first index."""
    for statement in formula.statements:
        for node in (node for side in statement.sides for node in walk(side)):
            match node:
                case Apply("sub", (base, Apply("list", (Name() as first, *_)) | (Name() as first))):
                    yield base, first


def _restored(
    formula: Formula, told: tuple[tuple[Name, Span], ...], bearing: set[tuple[Node, Node]]
) -> Formula:
    start = formula.statements[0].span.start if formula.statements else -1
    for index, reach in told:
        if reach.start <= start < reach.end:
            formula = formula.with_sides(partial(_with_index, index, bearing))
    return formula


def _with_index(index: Name, bearing: set[tuple[Node, Node]], node: Node) -> Node:
    """A node with the index put back before every other one that stands alone at a letter that bears it."""
    match node:
        case Apply("sub", (base, Name() as own)) if own != index and (base, index) in bearing:
            both = Apply("list", (replace(index, span=own.span), own), ",", own.span)
            return replace(node, args=(base, both))
        case Apply(_, args):
            return replace(node, args=tuple(_with_index(index, bearing, arg) for arg in args))
    return node
