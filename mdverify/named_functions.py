"""`\\operatorname{swish}(x)`: functions with a name of several letters that the note itself defines.

Where a note sets such a name, applied, equal to something, it is a function like f and g. The tree
then holds it like them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mdverify.operators import SPELLINGS
from mdverify.syntax import Apply, Formula, Name, Node, Statement, walk

KNOWN = SPELLINGS.keys() | {"max", "min", "argmax", "argmin", "lim", "sup", "inf"}
OF_DISTRIBUTIONS = frozenset({"var", "cov", "corr", "std", "bias", "mse", "e"})


def with_named_functions(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with every function the note defines by a formula written like `f(x)`."""
    own = frozenset(
        name for formula in formulas for statement in formula.statements for name in _defined(statement)
    )
    if not own:
        return formulas
    return tuple(formula.with_sides(partial(_written, own=own)) for formula in formulas)


def _defined(statement: Statement) -> set[str]:
    """The name of a function that a statement sets equal to a formula in its arguments."""
    match statement.sides:
        case (Apply("call", (Name(text), Apply("fence", (inside,), "()"))), body, *_) if text not in KNOWN:
            arguments, used = _names(inside), _names(body)
            explained = bool(arguments) and arguments <= used and text not in used
            equal = statement.relations[0].sign in ("=", ":=", "triangleq")
            return {text} if explained and equal and text.lower() not in OF_DISTRIBUTIONS else set()
    return set()


def _names(node: Node) -> set[str]:
    return {part.text for part in walk(node) if isinstance(part, Name)}


def _written(node: Node, own: frozenset[str]) -> Node:
    if not isinstance(node, Apply):
        return node
    args = tuple(_written(arg, own) for arg in node.args)
    if node.op == "call" and _name(args[0]) in own:
        function, argument = args
        if not (isinstance(argument, Apply) and argument.op == "fence"):
            argument = Apply("fence", (argument,), "()", argument.span)
        return Apply("juxt", (function, argument), span=node.span)
    return replace(node, args=args)


def _name(function: Node) -> str:
    """The name of a function, primes left out."""
    while isinstance(function, Apply) and function.op == "prime":
        function = function.args[0]
    return function.text if isinstance(function, Name) else ""
