"""`\\bar x` for `\\partial L/\\partial x`: derivatives of one quantity, written as a mark on the letter.

Where a note says so of any letter at all ("for every M write `\\bar M = \\partial L/\\partial M`"), the tree
holds the derivative wherever the mark stands. A letter whose marked form is declared or given a value is left
as it is, with what is written in terms of it. Said of one `dM`, it is said of any (see `gradients`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from mdverify import cues, gradients
from mdverify.derivatives import derivative_parts
from mdverify.notes import Note
from mdverify.symbols import is_label_power, occurrence
from mdverify.syntax import Apply, Formula, Name, Node, Statement, statements, walk

NAMING = frozenset({"=", ":=", "equiv", "triangleq"})
REACH = 80  # characters around a formula in which it is said that any letter is meant
_ANY = re.compile(cues.ANY_LETTER, re.IGNORECASE)
_STOP = re.compile(r"[.。;；!！](?:\s|$)|\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Convention:
    """The mark, what is differentiated, and the statements that say so."""

    mark: str
    operand: Node
    statements: tuple[Statement, ...]


def with_adjoints(formulas: tuple[Formula, ...], note: Note) -> tuple[Formula, ...]:
    """The formulas with every marked letter as the derivative that the note says it is."""
    found = next((one for one in _conventional(formulas) if _of_any_letter(one, note)), None)
    if found is None:
        return _with_gradients(formulas, note)
    change = partial(_written, convention=found, fixed=_fixed(formulas, found))
    return tuple(
        formula if found.statements[0] in formula.statements else formula.with_sides(change)
        for formula in formulas
    )


def _with_gradients(formulas: tuple[Formula, ...], note: Note) -> tuple[Formula, ...]:
    """The same of the mark d; what may speak of another loss stays as it was."""
    marked = tuple(
        gradients.with_marks(formula) if gradients.may_mark(math.body) else formula
        for formula, math in zip(formulas, note.maths, strict=True)
    )
    found = _of_gradients(marked, note) if marked != formulas else None
    if found is None or gradients.are_differentials(marked, found.operand):
        return formulas
    fixed = _fixed(marked, found) | gradients.in_means(marked)
    said = {one.span.start for one in found.statements}
    alone = gradients.left_alone(marked, note, found.operand) - said
    return tuple(
        replace(
            formula,
            statements=tuple(
                old if new.span.start in alone else _with_derivatives(new, found, fixed)
                for old, new in zip(formula.statements, joined.statements, strict=True)
            ),
        )
        for formula, joined in zip(formulas, marked, strict=True)
    )


def _with_derivatives(one: Statement, found: _Convention, fixed: frozenset[str]) -> Statement:
    """A statement with derivatives in the place of marks, but for the one of which it is said."""
    kept = {mark for mark, _ in _named(one)} if one in found.statements else set()
    return replace(
        one, sides=tuple(side if side in kept else _written(side, found, fixed) for side in one.sides)
    )


def _of_gradients(formulas: tuple[Formula, ...], note: Note) -> _Convention | None:
    """What d before a letter stands for, if it is the same loss wherever that is said."""
    said = [(loss, one) for one in statements(formulas) for _, loss in _named(one)]
    losses = [loss for loss, _ in said] or [loss for loss in [gradients.told_loss(formulas, note)] if loss]
    if not losses or any(loss != losses[0] for loss in losses):
        return None
    return _Convention(gradients.MARK, losses[0], tuple(one for _, one in said))


def _named(one: Statement) -> Iterator[tuple[Node, Node]]:
    """The dW and the L of `dW = \\partial L/\\partial W` in a chain."""
    for side, relation, other in zip(one.sides, one.relations, one.sides[1:], strict=False):
        loss = gradients.loss_of(side, other) or gradients.loss_of(other, side)
        if loss is not None and relation.sign in NAMING:
            yield (side if gradients.is_mark(side) else other), loss


def _conventional(formulas: tuple[Formula, ...]) -> Iterator[_Convention]:
    """`\\bar M = \\partial L/\\partial M`."""
    for statement in statements(formulas):
        if len(statement.sides) != 2 or statement.relations[0].sign not in NAMING:
            continue
        parts = derivative_parts(statement.sides[1])
        operand = parts.operand if parts is not None and parts.order == 1 else None
        match statement.sides[0]:
            case Apply("accent", (Name() as letter,), mark) if parts is not None and operand is not None:
                if [target for target, _ in parts.targets] == [letter] and occurrence(operand) is not None:
                    yield _Convention(mark, operand, (statement,))


def _of_any_letter(one: _Convention, note: Note) -> bool:
    """Whether the sentence says that the letter stands for any."""
    start, end = one.statements[0].span
    before = _STOP.split(note.english(max(0, start - REACH), start))[-1]
    after = _STOP.split(note.english(end, end + REACH))[0]
    return _ANY.search(before) is not None or _ANY.search(after) is not None


def _fixed(formulas: tuple[Formula, ...], one: _Convention) -> frozenset[str]:
    """The letters whose marked form is declared, given a value, or written in terms of such a one."""
    pairs = [
        (letter, relation.sign, _marked_in(other, one.mark), other)
        for statement in statements(formulas)
        for side, relation, other in zip(
            statement.sides, statement.relations, statement.sides[1:], strict=False
        )
        if not any(statement is said for said in one.statements) and (letter := _letter(side, one.mark))
    ]
    fixed = {
        letter
        for letter, sign, _, other in pairs
        if (sign == "in" and one.mark != gradients.MARK) or _is_value(other)
    }
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
