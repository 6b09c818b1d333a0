r"""`E[x]`, `\mathbb E_{x\sim p}[f]`, `\mathbb V(x)`, `D(X)`: operators on what is random, told from letters.

A blackboard letter before a bracket is such an operator, and so is another where the note speaks of it
(or, for E, has it before square brackets), never uses it in another way and gives it no formula. The tree
then holds it like any named function.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mdverify.syntax import Apply, Formula, Name, Node, Statement, walk, with_factors

Sign = tuple[str, str]  # a letter and its font
BRACKETS = frozenset({"()", "[]", "{}"})
MOMENTS = frozenset({"E", "var", "cov"})
_MEAN = ("expectation", "expected value", "期望", "数学期望")
_VARIANCE = ("variance", "方差")


@dataclass(frozen=True, slots=True)
class _Row:
    """What a letter may stand for, and by what it is told: nothing, these brackets, or these words."""

    name: str
    always: bool = False
    brackets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


SIGNS: dict[Sign, _Row] = {
    ("E", "bb"): _Row("E", always=True),
    ("V", "bb"): _Row("var", always=True),
    ("D", "bb"): _Row("var", words=_VARIANCE),
    ("E", ""): _Row("E", brackets=("[]",), words=_MEAN),
    **{("E", font): _Row("E", brackets=("[]", "()"), words=_MEAN) for font in ("rm", "sf", "cal")},
    ("D", ""): _Row("var", words=_VARIANCE),
    ("V", ""): _Row("var", words=_VARIANCE),
}


def with_expectations(formulas: tuple[Formula, ...], text: str) -> tuple[Formula, ...]:
    """The formulas with every expectation joined to what it is taken of."""
    uses = _uses(formulas)
    signs = frozenset(sign for sign, use in uses.items() if _is_operator(sign, use, formulas, text.lower()))
    if not signs:
        return formulas
    merged = partial(with_factors, change=partial(_merged, signs=signs))
    return tuple(formula.with_sides(merged) for formula in formulas)


def _uses(formulas: tuple[Formula, ...]) -> dict[Sign, Counter[str]]:
    """How often every such letter is written ("", whatever follows), and before which brackets."""
    found: dict[Sign, Counter[str]] = defaultdict(Counter)
    sides = (side for formula in formulas for one in formula.statements for side in one.sides)
    for node in (node for side in sides for node in walk(side)):
        if isinstance(node, Name) and (node.text, node.font) in SIGNS:
            found[node.text, node.font][""] += 1
        if isinstance(node, Apply) and node.op == "juxt":
            for head, after in zip(node.args, node.args[1:], strict=False):
                sign, bracket = _sign(head), _bracket(after)
                if sign in SIGNS and bracket is not None:
                    found[sign][bracket.detail] += 1
    return found


def _is_operator(sign: Sign, use: Counter[str], formulas: tuple[Formula, ...], text: str) -> bool:
    """Whether a letter stands before brackets only, is told to be an operator and has no formula."""
    row = SIGNS[sign]
    if row.always:
        return True
    told = any(use[kind] for kind in row.brackets) or any(word in text for word in row.words)
    if not told or use.total() != 2 * use[""]:
        return False
    return not any(_defines(sign, statement) for formula in formulas for statement in formula.statements)


def _defines(sign: Sign, statement: Statement) -> bool:
    """`E[u] = \\frac12 u^T A u`: a functional with a formula of its own."""
    match statement.sides[0]:
        case Apply("juxt", (head, Apply("fence", (argument,)))) if _sign(head) == sign:
            others = [node for side in statement.sides[1:] for node in walk(side)]
            signs = SIGNS.keys() & {one for node in others if (one := _sign(node)) is not None}
            again = signs or any(isinstance(node, Name) and node.text in MOMENTS for node in others)
            return argument in others and not again
    return False


def _sign(head: Node) -> Sign | None:
    """The letter below its scripts."""
    while isinstance(head, Apply) and head.op in ("sub", "sup"):
        head = head.args[0]
    return (head.text, head.font) if isinstance(head, Name) else None


def _bracket(node: Node) -> Apply | None:
    """The bracket below the powers of what follows."""
    while isinstance(node, Apply) and node.op == "sup":
        node = node.args[0]
    return node if isinstance(node, Apply) and node.op == "fence" and node.detail in BRACKETS else None


def _merged(factors: list[Node], signs: frozenset[Sign]) -> Iterator[Node]:
    at = 0
    while at < len(factors):
        head, after = factors[at], factors[at + 1 : at + 2]
        sign = _sign(head)
        if sign in signs and after and (_bracket(after[0]) is not None or _is_last(factors, at, sign)):
            yield _called(head, after[0], SIGNS[sign].name)
            at += 2
        else:
            yield head
            at += 1


def _is_last(factors: list[Node], at: int, sign: Sign) -> bool:
    """`\\mathbb E x`: without a bracket only a blackboard letter before one last factor."""
    return SIGNS[sign].always and at + 2 == len(factors)


def _called(head: Node, operand: Node, name: str) -> Node:
    """The operator as a function of its operand; powers of either are those of the value."""
    span = head.span.cover(operand.span)
    if isinstance(operand, Apply) and operand.op == "sup" and _bracket(operand) is not None:
        return Apply("sup", (_called(head, operand.args[0], name), operand.args[1]), "", span)
    if isinstance(head, Apply) and head.op == "sup":
        return Apply("sup", (_called(head.args[0], operand, name), head.args[1]), "", span)
    if isinstance(head, Apply):
        return Apply("call", (Apply("sub", (_named(head.args[0], name), head.args[1])), operand), "", span)
    return Apply("call", (_named(head, name), operand), "", span)


def _named(head: Node, name: str) -> Node:
    """The letter under the name the reading knows it by."""
    return Name(name, head.font if isinstance(head, Name) and name == "E" else "", head.span)
