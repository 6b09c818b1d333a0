r"""Expectations, variances and covariances read: `E[f]`, `Var(x)`, `Cov(x, y)`."""

from __future__ import annotations

from mdverify.laws import operator_of
from mdverify.messages import message
from mdverify.reading import Reading, Stuck
from mdverify.shapes import Shape
from mdverify.show import show
from mdverify.symbols import symbols_in
from mdverify.syntax import Apply, Name, Node
from mdverify.terms import Measure, Term


def expectation(reading: Reading, node: Apply) -> Term:
    """`E[f]`, `Var(x)`, `Cov(x, y)`, with what the subscript says of them."""
    operands = _operands(node.args[1])
    measure = _measure(reading, node.args[0])
    written = {symbol.key for one in operands for symbol in symbols_in(one, reading.derivation.naming)}
    if not measure.bound & written:
        measure = Measure(name=measure.name or "".join(sorted(measure.bound)))
    reading.measures.add(measure.name)
    terms = [reading.term(operand) for operand in operands]
    if operator_of(node) == "E" and len(terms) == 1:
        return Term("expect", (terms[0],), measure, terms[0].shape, node.span)
    if len(terms) > 2 or operator_of(node) == "E":
        raise Stuck(message("no-meaning", text=show(node)), node.span)
    if any(reading.kind(term.shape) not in "SV" for term in terms):
        raise Stuck(message("no-column", text=show(node)), node.span)
    shape = Shape(terms[0].shape.rows, terms[-1].shape.rows)
    return Term("covary", (terms[0], terms[-1]), measure, shape, node.span)


def _operands(node: Node) -> tuple[Node, ...]:
    match node:
        case Apply("fence", (Apply("list", items, ","),), "()" | "[]" | "{}"):
            return items
        case Apply("fence", (body,), "()" | "[]" | "{}"):
            return (body,)
    return (node,)


def _measure(reading: Reading, head: Node) -> Measure:
    r"""What `E_x`, `E_{x\sim p}`, `E_{q(z)}` bind, and the name of the measure."""
    if not (isinstance(head, Apply) and head.op == "sub"):
        return Measure()
    match head.args[1]:
        case Apply("rel", (letters, law), "sim"):
            return _taken_over(reading, letters, show(law))
        case Apply("juxt", (law, Apply("fence", (letters,), "()"))):
            return _taken_over(reading, letters, show(law))
        case Name() | Apply("list" | "sub", _, "" | ",") as letters:
            return _taken_over(reading, letters, "")
        case other:
            raise Stuck(message("no-meaning", text=show(other)), head.span)


def _taken_over(reading: Reading, letters: Node, name: str) -> Measure:
    """The measure over some letters; conditional ones we do not know."""
    items = letters.args if isinstance(letters, Apply) and letters.op in ("list", "fence") else (letters,)
    if isinstance(letters, Apply) and letters.op == "list" and letters.detail == "|":
        raise Stuck(message("no-meaning", text=show(letters)), letters.span)
    naming = reading.derivation.naming
    return Measure(frozenset(one.key for item in items if (one := naming.symbol(item)) is not None), name)
