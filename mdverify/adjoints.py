"""`\\bar x` for `\\partial L/\\partial x`: derivatives of one quantity, written as a mark on the letter.

Where a note says so of any letter at all ("for every M write `\\bar M = \\partial L/\\partial M`"), the tree
holds the derivative wherever the mark stands. A letter whose marked form is declared or given a value is left
as it is, with what is written in terms of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mdverify import cues
from mdverify.derivatives import derivative_parts
from mdverify.symbols import is_label_power, occurrence
from mdverify.syntax import Apply, Formula, Name, Node, Statement, walk

NAMING = frozenset({"=", ":=", "equiv", "triangleq"})
REACH = 80  # characters around a formula in which it is said that any letter is meant
_ANY = re.compile(cues.ANY_LETTER, re.IGNORECASE)
_STOP = re.compile(r"[.。;；!！](?:\s|$)|\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Convention:
    """The mark, and what is differentiated."""

    mark: str
    operand: Node
    statement: Statement


def with_adjoints(formulas: tuple[Formula, ...], text: str) -> tuple[Formula, ...]:
    """The formulas with every marked letter as the derivative that the note says it is."""
    found = next((one for one in _conventional(formulas) if _of_any_letter(one, text)), None)
    if found is None:
        return formulas
    fixed = _fixed(formulas, found)
    change = partial(_written, convention=found, fixed=fixed)
    return tuple(
        formula if found.statement in formula.statements else formula.with_sides(change)
        for formula in formulas
    )


def _conventional(formulas: tuple[Formula, ...]) -> Iterator[_Convention]:
    """`\\bar M = \\partial L/\\partial M`."""
    for statement in (statement for formula in formulas for statement in formula.statements):
        if len(statement.sides) != 2 or statement.relations[0].sign not in NAMING:
            continue
        parts = derivative_parts(statement.sides[1])
        operand = parts.operand if parts is not None and parts.order == 1 else None
        match statement.sides[0]:
            case Apply("accent", (Name() as letter,), mark) if parts is not None and operand is not None:
                if [target for target, _ in parts.targets] == [letter] and occurrence(operand) is not None:
                    yield _Convention(mark, operand, statement)


def _of_any_letter(one: _Convention, text: str) -> bool:
    """Whether the sentence says that the letter stands for any."""
    span = one.statement.span
    before = _STOP.split(text[max(0, span.start - REACH) : span.start])[-1]
    after = _STOP.split(text[span.end : span.end + REACH])[0]
    return _ANY.search(before) is not None or _ANY.search(after) is not None


def _fixed(formulas: tuple[Formula, ...], one: _Convention) -> frozenset[str]:
    """The letters whose marked form is declared, given a value, or written in terms of such a one."""
    pairs = [
        (letter, relation.sign, _marked_in(other, one.mark), other)
        for formula in formulas
        for statement in formula.statements
        for side, relation, other in zip(
            statement.sides, statement.relations, statement.sides[1:], strict=False
        )
        if statement is not one.statement and (letter := _letter(side, one.mark))
    ]
    fixed = {letter for letter, sign, _, other in pairs if sign == "in" or _is_value(other)}
    while more := {letter for letter, sign, used, _ in pairs if used & fixed} - fixed:
        fixed |= more
    return frozenset(fixed)


def _is_value(node: Node) -> bool:
    """Whether no letter stands in what a symbol is set equal to."""
    return not any(isinstance(part, Name) and part.text not in ("T", "top") for part in walk(node))


def _letter(node: Node, mark: str) -> str:
    """The letter below a mark, or nothing."""
    marked = _unmarked(node, mark)
    symbol = occurrence(marked) if marked is not None else None
    return symbol.head if symbol is not None else ""


def _marked_in(node: Node, mark: str) -> frozenset[str]:
    return frozenset(letter for part in walk(node) if (letter := _letter(part, mark)))


def _unmarked(node: Node, mark: str) -> Node | None:
    """`P_{ij}` of `\\bar P_{ij}`: the symbol without the mark, None where there is none."""
    match node:
        case Apply("accent", (body,), kind) if kind == mark and occurrence(body) is not None:
            return body
        case Apply("sub", (body, index)):
            inner = _unmarked(body, mark)
        case Apply("sup", (body, Apply("fence") as index)):
            inner = _unmarked(body, mark)
        case Apply("sup", (body, index)) if is_label_power(index):
            inner = _unmarked(body, mark)
        case _:
            return None
    return Apply(node.op, (inner, index), node.detail, node.span) if inner is not None else None


def _written(node: Node, convention: _Convention, fixed: frozenset[str]) -> Node:
    """The node with derivatives in the place of marked letters."""
    if not isinstance(node, Apply):
        return node
    target = _unmarked(node, convention.mark)
    if target is not None and _letter(node, convention.mark) not in fixed:
        sign = Name("partial", "", node.span)
        above, below = (Apply("juxt", (sign, part), "", node.span) for part in (convention.operand, target))
        return Apply("frac", (above, below), "", node.span)
    args = tuple(_written(arg, convention, fixed) for arg in node.args)
    return Apply(node.op, args, node.detail, node.span)
