"""What words set a letter to: "write G for A^T A", "记 A^T A 为 G", "J is the Jacobian of f"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from mdverify.definitions import Defined, definition, formal
from mdverify.manuscript import EQUALITIES, Manuscript
from mdverify.prose import Fact
from mdverify.symbols import mentions
from mdverify.syntax import Apply, Formula, Name, Node, Number, is_none


def _jacobian(function: Node, variable: Node) -> Node:
    sign, row = Name("partial"), Apply("sup", (variable, Name("T")))
    return Apply("frac", (Apply("juxt", (sign, function)), Apply("juxt", (sign, row))))


def _hessian(function: Node, variable: Node) -> Node:
    sign = Apply("sup", (Apply("sub", (Name("nabla"), variable)), Number("2")))
    return Apply("juxt", (sign, function))


PAIRED, BEHIND = "named", "named-behind"
DERIVED: dict[str, Callable[[Node, Node], Node]] = {"jacobian-of": _jacobian, "hessian-of": _hessian}


def worded(script: Manuscript) -> Iterator[Defined]:
    """The definitions that only words make, in order of where they are said."""
    for fact in script.facts:
        if fact.kind == PAIRED:
            yield from _defined(script, fact, _last_side(script.formulas[fact.subjects[1]]))
        elif fact.kind == BEHIND and (before := _formula_before(script, fact.subjects[0])) is not None:
            yield from _defined(script, fact, _last_side(before))
        elif fact.kind in DERIVED:
            yield from _derived(script, fact)


def _derived(script: Manuscript, fact: Fact) -> Iterator[Defined]:
    """The letter as that derivative of a function, supposed: words leave its convention open."""
    name, function = (_only_side(script.formulas[subject]) for subject in fact.subjects)
    applied = None if function is None else _applied(function, script)
    start = fact.span.start
    if name is None or applied is None or _is_set(name, start, script):
        return
    body = DERIVED[fact.kind](*applied)
    found = definition(name, body, script.naming, start, script.note.section_of(start))
    if found is not None and not mentions(body, found.key, script.naming):
        yield replace(found, span=fact.span, supposed=True)


def _applied(function: Node, script: Manuscript) -> tuple[Node, Node] | None:
    """A function with its one argument, and that: as it is said, or as it is first written."""
    wanted = script.naming.symbol(function)
    for node in (function, *script.nodes):
        for head, bracket in pairwise(node.args) if isinstance(node, Apply) and node.op == "juxt" else ():
            symbol, variable = script.naming.symbol(head), _argument(bracket)
            if node is not function and (symbol is None or wanted is None or symbol.key != wanted.key):
                continue
            if variable is not None and script.naming.symbol(variable) is not None:
                return Apply("juxt", (head, Apply("fence", (variable,), "()"))), variable
    return None


def _argument(bracket: Node) -> Node | None:
    """The x of `(x)` and `(x)^T`."""
    match bracket:
        case Apply("fence", (variable,), "()") | Apply("sup", (Apply("fence", (variable,), "()"), _)):
            return variable
    return None


def _is_set(name: Node, position: int, script: Manuscript) -> bool:
    """Whether a formula of the same section sets the letter to something."""
    symbol = script.naming.symbol(name)
    sides = (
        statement.sides[0]
        for formula in script.formulas
        for statement in formula.statements
        if statement.relations and statement.relations[0].sign in EQUALITIES
        if script.distance(statement.span.start, position) == 0
    )
    return symbol is not None and any(
        (other := script.naming.symbol(side)) is not None and other.key == symbol.key for side in sides
    )


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
