"""`dW` for `\\partial L/\\partial W`: the sign of a differential as a mark on a letter.

The d is joined onto its letter here, like a δ, and told from the d of differentials, which are taken of the
loss itself, of brackets and below traces; and from a letter d. Over a batch this notation is not of one mind:
`dZ` is often the gradient of a sum and `dW` that of a mean. What hangs on that is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from mdverify import cues
from mdverify.derivatives import DerivativeParts, derivative_parts, is_differentiator
from mdverify.increments import merged
from mdverify.notes import Note
from mdverify.spaces import is_space
from mdverify.symbols import occurrence
from mdverify.syntax import (
    Apply,
    Formula,
    Name,
    Node,
    Number,
    Statement,
    children,
    statements,
    walk,
    with_factors,
)

MARK = "d"
LOSS = Name("loss")  # where the note says "the loss" and no more
COUNTS = frozenset("mnMNBK")
BETWEEN = 40  # characters between a mark and what it stands for
_COMMAND = re.compile(r"\\[a-ce-zA-Z][a-zA-Z]*")  # that does not begin with d
_PLAIN = re.compile(cues.PLAIN_GRADIENT, re.IGNORECASE)
_STANDS_FOR = re.compile(cues.STANDS_FOR, re.IGNORECASE)
_IS_WRITTEN = re.compile(cues.IS_WRITTEN, re.IGNORECASE)
_OF_THE_LOSS = re.compile(cues.GRADIENT_OF_LOSS, re.IGNORECASE)
_NAMES_MARK = re.compile(r"`d([A-Za-z]{1,2})\d?`|\$`?\s*d\s*([A-Za-z])(?:_\w|\^\{?[\[(]?\w[\])]?\}?)?\s*`?\$")


def may_mark(tex: str) -> bool:
    """Whether a d stands in a formula outside of commands, or begins one."""
    return MARK in _COMMAND.sub("", tex)


def with_marks(formula: Formula) -> Formula:
    """The formula with every d before a letter as a mark on it, outside of derivatives and integrals."""
    return formula.with_sides(lambda side: with_factors(side, _joined, _holds_differentials))


def _joined(factors: list[Node]) -> list[Node]:
    return merged(factors, frozenset({MARK}))


def _holds_differentials(node: Apply) -> bool:
    integral = node.op == "big" and node.detail.endswith("int")
    return integral or node.op == "text" or derivative_parts(node) is not None or is_space(node)


def are_differentials(formulas: Iterable[Formula], operand: Node) -> bool:
    """Whether a d of formulas with marks may be another: a differential, or a letter of the note."""
    return any(_is_other(side, operand) for one in statements(formulas) for side in one.sides)


def _is_other(node: Node, operand: Node) -> bool:
    match node:
        case Name(text):
            return text == MARK
        case Apply("accent", (body,), kind) if kind == MARK:
            return body == operand
        case Apply("call", (Name("tr" | "Tr"), body)) if any(map(is_mark, walk(body))):
            return True
        case Apply("juxt", args) if sum(map(is_mark, args)) > 1:
            return True
        case Apply() if _holds_differentials(node):
            return False
    return any(_is_other(part, operand) for part in children(node))


def is_mark(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "accent" and node.detail == MARK


# What the words say


def told_loss(formulas: tuple[Formula, ...], note: Note) -> Node | None:
    """The loss of "we write `dW` for ∂J/∂W", the letter `loss` where it has no name."""
    text = note.source.text
    written = next(_written_for(formulas, note), None)
    if written is not None:
        return written
    for found in _NAMES_MARK.finditer(text):
        said = note.english(found.end(), found.end() + BETWEEN)
        plain = _PLAIN.match(said)
        if plain is not None and plain["letter"] == (found[1] or found[2]):
            return Name(plain["loss"])
        if _OF_THE_LOSS.match(said):
            return LOSS
    return None


def _written_for(formulas: tuple[Formula, ...], note: Note) -> Iterator[Node]:
    """The J of "$dW$ stands for $\\partial J/\\partial W$", "$\\partial J/\\partial W$ 记为 $dW$"."""
    spans = [math.outer for math in note.maths]
    for at, (first, second) in enumerate(pairwise(formulas)):
        between = note.english(spans[at].end, spans[at + 1].start)
        for pair, cue in (((first, second), _STANDS_FOR), ((second, first), _IS_WRITTEN)):
            sides = [_only_side(one) for one in pair]
            operand = loss_of(sides[0], sides[1]) if sides[0] is not None and sides[1] is not None else None
            if operand is not None and cue.fullmatch(between):
                yield operand


def _only_side(formula: Formula) -> Node | None:
    match formula.statements:
        case (Statement((side,)),):
            return side
    return None


def loss_of(mark: Node, value: Node) -> Node | None:
    """The L of `dW` and `\\partial L/\\partial W`."""
    parts = derivative_parts(value)
    if not (isinstance(mark, Apply) and is_mark(mark)) or parts is None or parts.order != 1:
        return None
    return _operand(parts, mark.args[0])


def _operand(parts: DerivativeParts, letter: Node) -> Node | None:
    by_it = [target for target, _ in parts.targets] == [letter]
    known = parts.operand is not None and occurrence(parts.operand) is not None
    return parts.operand if by_it and known and parts.operand != letter else None


# Batches


def left_alone(formulas: tuple[Formula, ...], note: Note, operand: Node) -> frozenset[int]:
    """Where the statements begin that may speak of another loss: of a sum, of a mean."""
    mean = any(_defines_mean(one, operand) for one in statements(formulas))
    marked = [one for one in statements(formulas) if _marked_sides(one)]
    averaged = [one for one in marked if _marked_sides(one) > 1 and _is_mean(one)]
    mixed = {note.section_of(one.span.start) for one in averaged}
    return frozenset(
        one.span.start
        for one in marked
        if note.section_of(one.span.start) in mixed
        or (_marked_sides(one) == 1 and (operand == LOSS or mean != _is_mean(one)))
    )


def in_means(formulas: tuple[Formula, ...]) -> frozenset[str]:
    """The letters whose marks are divided by a count where no sum is written: those of a sum, mostly."""
    found = (
        occurrence(part.args[0])
        for one in statements(formulas)
        if _marked_sides(one) > 1
        for side in one.sides
        if any(map(_divides_by_count, walk(side))) and not _has_sum(side)
        for part in walk(side)
        if isinstance(part, Apply) and is_mark(part)
    )
    return frozenset(one.head for one in found if one is not None)


def _marked_sides(one: Statement) -> int:
    return sum(any(map(is_mark, walk(side))) for side in one.sides)


def _defines_mean(one: Statement, operand: Node) -> bool:
    head = one.sides[0]
    if isinstance(head, Apply) and head.op == "juxt" and len(head.args) == 2:
        head = head.args[0]
    return head == operand and len(one.sides) > 1 and _is_mean(one)


def _is_mean(one: Statement) -> bool:
    return any(_divides_by_count(node) for side in one.sides for node in walk(side))


def _divides_by_count(node: Node) -> bool:
    match node:
        case Apply("frac" | "slash" | "div", (_, below)):
            letters = [part for part in walk(below) if not isinstance(part, Number | Apply)]
            plain = all(isinstance(part, Name) and part.text in COUNTS for part in letters)
            return bool(letters) and plain and not any(map(is_differentiator, walk(below)))
        case Name("E", "bb"):
            return True
    return False


def _has_sum(node: Node) -> bool:
    return any(isinstance(part, Apply) and part.op == "big" for part in walk(node))
