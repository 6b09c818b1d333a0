"""What words set a letter to: "write G for A^T A", "记 A^T A 为 G", "Call this matrix D"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mdverify.definitions import Defined, formal
from mdverify.manuscript import EQUALITIES, Manuscript
from mdverify.prose import Fact
from mdverify.symbols import mentions
from mdverify.syntax import Apply, Formula, Node, is_none

PAIRED, BEHIND = "named", "named-behind"


def worded(script: Manuscript) -> Iterator[Defined]:
    """The definitions that only words make, in order of where they are said."""
    for fact in script.facts:
        if fact.kind == PAIRED:
            yield from _defined(script, fact, _last_side(script.formulas[fact.subjects[1]]))
        elif fact.kind == BEHIND and (before := _formula_before(script, fact.subjects[0])) is not None:
            yield from _defined(script, fact, _last_side(before))


def _defined(script: Manuscript, fact: Fact, body: Node | None) -> Iterator[Defined]:
    """The letter as that expression; between two letters words leave open which is the new one."""
    name = _only_side(script.formulas[fact.subjects[0]])
    if name is None or not isinstance(body, Apply) or is_none(body) or body.op == "list":
        return
    if script.naming.symbol(body) is not None:
        return
    symbol = script.naming.symbol(name)
    found = formal(symbol, body)
    if found is None or found.key in script.sizes or mentions(body, found.key, script.naming):
        return
    start = fact.span.start
    yield replace(found, position=start, section=script.note.section_of(start), span=fact.span)


def _only_side(formula: Formula) -> Node | None:
    match formula.statements:
        case [statement] if len(statement.sides) == 1:
            return statement.sides[0]
    return None


def _last_side(formula: Formula) -> Node | None:
    """What a formula comes to: the end of its only chain of equalities."""
    match formula.statements:
        case [statement] if all(relation.sign in EQUALITIES for relation in statement.relations):
            return statement.sides[-1]
    return None


def _formula_before(script: Manuscript, number: int) -> Formula | None:
    """The formula that stands just before, in the same section."""
    maths = script.note.maths
    if not number:
        return None
    before, section = maths[number - 1].outer.start, script.note.section_of(maths[number].outer.start)
    return script.formulas[number - 1] if script.note.section_of(before) == section else None
