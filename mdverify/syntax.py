"""The formula tree.

Four kinds of node, each with the span it was read from. The tree says what is written, not what
it means: `A x` is juxtaposition, `f(x)` is juxtaposition with a fence, `\\frac{\\partial f}{\\partial x}`
is a fraction. Two trees are equal when they are written alike; spans do not count.

Operators of `Apply` (`detail` in parentheses):

    + - (binary)  neg pos (unary)  pm mp (binary)          sums; `\\pm x` alone is pm(none, x)
    cup cap setminus wedge vee (binary)                    sets and logic
    cdot times ast odot circ otimes oplus slash div        explicit infix products (left-associative)
    juxt                                                   implicit product, two or more factors, flat
    frac(num, den)  sqrt(body[, degree])  binom(n, k)
    sub(base, index)  prime(base) ("'", "''" …)  sup(base, exponent)
                                                           nested in this order: sup(prime(sub(x, i)), 2)
    fence(body) (opening and closing sign: "()", "[]", "{}", "||", "‖‖", "⟨⟩", "⌊⌋", "⌈⌉", "(]" …;
                 "." for an invisible side)
    list(item, …) (",", ";" or "|")                        enumeration inside a fence, script or cell
    call(function, argument)                               `\\sin x`, `\\operatorname{tr}(A)`, `\\log_a x`:
                                                           function is a Name, sub, sup or prime of one;
                                                           `n!` is call(factorial, n)
    big(body, lower, upper) ("sum", "prod", "int", "max", "min", "argmax", "argmin", "lim", "sup", "inf" …)
    matrix(row, …) (environment name)  row(cell, …)        `aligned` inside an expression is a matrix too
    accent(body) ("hat", "bar", "tilde", "dot", "ddot", "vec", "check", "breve", "ring",
                 "dddot", "acute", "grave", "underline")
    label(body, label) ("underbrace", "overbrace", "overset", "underset")
    at(body, condition)                                    `\\left. f \\right|_{x=0}`
    rel(side, side, …) (signs separated by blanks)         relation inside a script, fence or cell
    dots ("cdots", "vdots", "ddots", "ldots")              no arguments
    text (the text)                                        no arguments
    none                                                   an absent argument, an empty cell

A sign that stands for itself is a Name with the sign's operator or relation as its text: `A^*` is
sup(A, Name("ast")), `f(\\cdot)` holds Name("cdot"), `A_{:,j}` list(Name(":"), j), `= ?` Name("?").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from mdverify.source import Span

NOWHERE = Span(0, 0)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Number:
    """An unsigned decimal number as written."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """One symbol: a letter, a Greek or other command by its name (`alpha`, `partial`, `nabla`,
    `ell`, `infty`), or a multi-letter name (`loss`, `tr`, `softmax`).

    `font` is "" or one of bf (every bold), vec, rm, cal, bb, sf, tt, frak.
    """

    text: str
    font: str = ""
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator with its arguments; the operators are listed above.

    `whole` is the node with everything below it, once `walk` has been there.
    """

    op: str
    args: tuple[Node, ...] = ()
    detail: str = ""
    span: Span = field(default=NOWHERE, compare=False)
    whole: tuple[Node, ...] = field(default=(), init=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of TeX that could not be read, and why."""

    text: str
    reason: str
    span: Span = field(default=NOWHERE, compare=False)


Node = Number | Name | Apply | Hole


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation sign between two sides.

    `sign` is canonical: "=", ":=", "equiv", "triangleq", "ne", "<", ">", "le", "ge", "approx",
    "propto", "sim", "in", "notin", "to", "mapsto", "leftarrow", ":", "perp", "subset", "overset?" …;
    `text` is as written.
    """

    sign: str
    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """A chain `side relation side relation …` of one row of a formula.

    The first side is `Apply("none")` when the row begins with a relation, the last one when it
    ends with one. A statement without relations has one side (it may be a `text`).
    `lead` holds the separators before it in its row: ",", ";", "quad", "Rightarrow",
    "Leftrightarrow", "therefore", "because", ".", in order.
    """

    sides: tuple[Node, ...]
    relations: tuple[Relation, ...] = ()
    lead: tuple[str, ...] = ()
    row: int = 0
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something malformed that a reader would stumble on (an unclosed bracket, a stray `&`)."""

    kind: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Formula:
    """All statements of one stretch of mathematics, in order, and what is malformed in it."""

    statements: tuple[Statement, ...]
    troubles: tuple[Trouble, ...] = field(default=(), compare=False)

    def with_sides(self, change: Callable[[Node], Node]) -> Formula:
        """The formula with every side changed."""
        changed = (replace(one, sides=tuple(map(change, one.sides))) for one in self.statements)
        return replace(self, statements=tuple(changed))


class ByNode(Generic[Found]):
    """What was found of nodes, by the very node; each is kept, so that no other gets its identity."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, Found]] = {}

    def of(self, node: Node, find: Callable[[Node], Found]) -> Found:
        """What is known of a node, found out where it is not."""
        known = self._known.get(id(node))
        if known is None or known[0] is not node:
            known = self._known[id(node)] = node, find(node)
        return known[1]

    def clear(self) -> None:
        self._known.clear()


NONE = Apply("none")
MINUS_ONE = Apply("neg", (Number("1"),))


def children(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Apply) else ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order written."""
    if not isinstance(node, Apply):
        return iter((node,))
    if not node.whole:
        object.__setattr__(node, "whole", tuple(_whole(node)))
    return iter(node.whole)


def _whole(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        here = stack.pop()
        yield here
        if isinstance(here, Apply):
            stack.extend(reversed(here.args))


def statements(formulas: Iterable[Formula]) -> Iterator[Statement]:
    """Every statement of some formulas, in order."""
    return (statement for formula in formulas for statement in formula.statements)


def with_factors(
    node: Node,
    change: Callable[[list[Node]], Iterable[Node]],
    stays: Callable[[Apply], bool] = lambda whole: False,
) -> Node:
    """The node with the factors of every product in it changed, innermost first, save in what stays."""
    if not isinstance(node, Apply) or stays(node):
        return node
    args = [with_factors(arg, change, stays) for arg in node.args]
    if node.op == "juxt":
        args = list(change(args))
        if len(args) == 1:
            return args[0]
    return Apply(node.op, tuple(args), node.detail, node.span)


def with_others(node: Node, others: Mapping[Node, Node]) -> Node:
    """The node with some nodes below it, or itself, for others."""
    if node in others or not isinstance(node, Apply):
        return others.get(node, node)
    return replace(node, args=tuple(with_others(arg, others) for arg in node.args))


def rebuilt(node: Node, change: Callable[[Apply], Node]) -> Node:
    """The node with every application below it, and then itself, changed."""
    if not isinstance(node, Apply):
        return node
    args = tuple(rebuilt(arg, change) for arg in node.args)
    return change(node if args == node.args else Apply(node.op, args, node.detail, node.span))


def holes(node: Node) -> tuple[Hole, ...]:
    return tuple(part for part in walk(node) if isinstance(part, Hole))


def items(node: Node) -> tuple[Node, ...]:
    """The items of a list; anything else is its own only item."""
    return node.args if isinstance(node, Apply) and node.op == "list" else (node,)


def is_none(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "none"


def signed(node: Node) -> int | None:
    """A whole number with its sign."""
    match node:
        case Number(text) if text.isdigit():
            return int(text)
        case Apply("neg" | "pos" as op, (Number(text),)) if text.isdigit():
            return -int(text) if op == "neg" else int(text)
    return None


SIGNS = ({"pm": "+", "mp": "-"}, {"pm": "-", "mp": "+"})  # the upper ones and the lower ones


def has_either_sign(node: Node) -> bool:
    """Whether `\\pm` or `\\mp` stands somewhere in an expression."""
    return any(isinstance(part, Apply) and part.op in SIGNS[0] for part in walk(node))


def with_sign(node: Node, signs: dict[str, str]) -> Node:
    """An expression with one of two signs everywhere."""

    def chosen(part: Apply) -> Node:
        if part.op not in signs:
            return part
        sign, (first, second) = signs[part.op], part.args
        if is_none(first):
            return second if sign == "+" else Apply("neg", (second,), "", part.span)
        return Apply(sign, (first, second), "", part.span)

    return rebuilt(node, chosen)


def either_sign(node: Node) -> tuple[int, int] | None:
    """Both numbers that `\\pm 1` stands for."""
    match node:
        case Apply("pm", (_, Number(text))) if text.isdigit():
            return -int(text), int(text)
    return None
