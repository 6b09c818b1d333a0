"""`\\sigma^2(x)`: the exponent of a function's value, written before its arguments.

What is raised has to be applied to letters: `x^2(1-x)` is a product. A capital is a function only if it is
applied without exponent as well: `A^2(x)` may be the square of a matrix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from mdverify.formulas import Math
from mdverify.syntax import Apply, Formula, Name, Node, Number, items, statements, walk, with_factors

_WRITTEN = re.compile(r"\^\s*\{?\s*\d\s*\}?\s*(?:\\left|\\[bB]igl?)?\s*\(")
OPERATORS = frozenset({"d", "nabla", "partial", "e", "i", "pi"})


def with_exponents_last(formulas: tuple[Formula, ...], maths: Iterable[Math]) -> tuple[Formula, ...]:
    """The formulas with `f^2(x)` as `f(x)^2`."""
    raised = [_WRITTEN.search(math.body) is not None for math in maths]
    if not any(raised):
        return formulas
    change = partial(_exponents_last, functions=frozenset(_applied(formulas)))
    return tuple(
        formula.with_sides(lambda side: with_factors(side, change)) if here else formula
        for formula, here in zip(formulas, raised, strict=True)
    )


def _exponents_last(factors: list[Node], functions: frozenset[Node]) -> Iterator[Node]:
    rest = iter(zip(factors, [*factors[1:], None], strict=True))
    for factor, after in rest:
        match factor, after:
            case Apply("sup", (head, Number() as power)), Apply("fence") as bracket if _holds_letters(
                bracket
            ) and _is_function(head, functions):
                span = head.span.cover(bracket.span)
                yield Apply("sup", (Apply("juxt", (head, bracket), "", span), power), "", span)
                next(rest)
            case _:
                yield factor


def _is_function(head: Node, functions: frozenset[Node]) -> bool:
    """Whether a letter with letters in brackets behind it is applied to them."""
    letter = head.args[0] if isinstance(head, Apply) and head.op == "sub" else head
    if not isinstance(letter, Name) or letter.text in OPERATORS:
        return False
    return head in functions or not letter.text[0].isupper()


def _applied(formulas: Iterable[Formula]) -> Iterator[Node]:
    """What stands before letters in brackets without an exponent."""
    for side in (side for one in statements(formulas) for side in one.sides):
        for product in walk(side):
            if isinstance(product, Apply) and product.op == "juxt":
                for head, after in zip(product.args, product.args[1:], strict=False):
                    if _holds_letters(after):
                        yield head


def _holds_letters(node: Node) -> bool:
    match node:
        case Apply("fence", (inner,), "()"):
            return all(_is_letter(item) for item in items(inner))
    return False


def _is_letter(node: Node) -> bool:
    while isinstance(node, Apply) and node.op in ("sub", "accent", "prime"):
        node = node.args[0]
    return isinstance(node, Name)
