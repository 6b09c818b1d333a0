"""Sums, products and quotients.

Products group functions with their arguments and differential operators with what they act on
before they multiply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mdverify.calculus import NABLAS, derivative, differential, gradient
from mdverify.derivatives import derivative_parts, has_open_order, is_differentiator, widened
from mdverify.ellipsis import is_dots
from mdverify.functions import named_call
from mdverify.indices import index_term
from mdverify.messages import message
from mdverify.reading import Clash, Reading, Stuck
from mdverify.shapes import SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.sums import dotted_product, dotted_sum
from mdverify.syntax import Apply, Name, Node, Number
from mdverify.terms import Derivative, Target, Term

ADDITIVE = {"+": "add", "-": "sub"}
INDICATORS = frozenset({("1", ""), ("1", "bf"), ("1", "bb"), ("I", "bb")})
STEP = "¤t"  # the parameter of a directional derivative


def plus(reading: Reading, node: Apply) -> Term:
    """A sum or difference; one with dots is a sum over an index."""
    whole = widened(node.args[0], node.op, node.args[1])
    if whole is not None and reading.asked("wide"):
        return reading.term(whole)
    terms = reading.derivation.patterns.terms(node)
    if any(is_dots(body) for _, body in terms):
        return dotted_sum(reading, terms, node.span)
    return _combined(reading, node.op, reading.term(node.args[0]), reading.term(node.args[1]), node.span)


def _combined(reading: Reading, sign: str, a: Term, b: Term, span: Span) -> Term:
    """A sum; a number (and, when asked, any scalar) may stand for a vector of equal entries."""
    op = ADDITIVE[sign]
    shape = _spread(reading, a, b, span)
    if shape is not None:
        return Term(op, (a, b), None, shape, span)
    biased = _biased(reading, a, b) if sign == "+" else None
    return biased or reading.apply(op, a, b, span=span)


def _spread(reading: Reading, a: Term, b: Term, span: Span) -> Shape | None:
    """The shape of a sum in which one side is a scalar and is meant for every entry.

    A number is so beside a vector, and beside a matrix in a product by entries: `G \\odot (1 - H)`.
    """
    one, two = reading.kind(a.shape), reading.kind(b.shape)
    if (one == "S") == (two == "S") or _flexible(reading, a) or _flexible(reading, b):
        return None
    small, large = (a, b) if one == "S" else (b, a)
    number = small.op == "num" or (small.op == "neg" and small.args[0].op == "num")
    vector = reading.kind(large.shape) in "VR" or all(map(reading.dims.is_open, large.shape))
    if number and (vector or reading.factor.holds(span)):
        return large.shape
    if reading.asked("broadcast"):
        reading.broadcasts = True
        return large.shape
    return None


def _biased(reading: Reading, a: Term, b: Term) -> Term | None:
    """`X W + b` in which, when asked, b is added to every row; in `W X + b`, to every column.

    Of a column nobody says which.
    """
    kind, large = reading.kind(b.shape), a.shape
    if a.op != "mul" or b.op != "sym" or kind not in "VR" or reading.kind(large) != "M":
        return None
    if not reading.asked("broadcast"):
        return None
    name = str(b.data)
    if kind == "V" and reading.asked("turned"):
        b = reading.apply("T", b, span=b.span)
    one, two = (b.shape.cols, large.cols) if reading.kind(b.shape) == "R" else (b.shape.rows, large.rows)
    if not reading.dims.unify(one, two):
        return None
    reading.biased = name
    return Term("add", (a, b), None, large, a.span.cover(b.span))


def _flexible(reading: Reading, term: Term) -> bool:
    """Zeros and identities whose size is still open."""
    return term.op in ("zeros", "I") or (
        term.op == "mul" and any(_flexible(reading, arg) for arg in term.args)
    )


def product(reading: Reading, factors: list[Node], span: Span) -> Term:
    """Factors from left to right, after functions and operators have taken their arguments."""
    if any(map(is_dots, factors)):
        dotted = dotted_product(reading, factors, span)
        if dotted is None:
            raise Stuck(message("dots", text=show(Apply("juxt", tuple(factors)))), span)
        return multiply(reading, dotted)
    terms: list[Term] = []
    at = 0
    while at < len(factors):
        term, used = _group(reading, factors, at)
        terms.append(term)
        at += used
    return multiply(reading, terms)


def _group(reading: Reading, factors: list[Node], at: int) -> tuple[Term, int]:
    """The next factor and how many nodes it takes."""
    node = factors[at]
    rest = factors[at + 1 :]
    if rest and is_differentiator(node) and _is_differential(reading, node):
        reading.derives = True
        twice = is_differentiator(rest[0])
        changed, used = (reading.term(rest[0]), 1) if twice else _group(reading, factors, at + 1)
        return differential(changed, node.span.cover(factors[at + used].span)), 1 + used
    if _nabla_base(node) is not None:
        return gradient(reading, node, rest)
    parts = derivative_parts(node)
    if parts is not None and parts.operand is None:
        if not rest:
            raise Stuck(message("operator-alone", text=show(node)), node.span)
        cover = rest[0].span.cover(rest[-1].span)
        operand = rest[0] if len(rest) == 1 else Apply("juxt", tuple(rest), span=cover)
        return derivative(reading, parts, operand, node.span.cover(rest[-1].span)), 1 + len(rest)
    if _is_directional(reading, factors, at):
        return _directional(reading, factors[at : at + 4]), 4
    if rest:
        bracket = _iverson(reading, node, rest[0])
        if bracket is not None:
            return bracket, 2
        called = named_call(reading, node, rest[0])
        if called is not None:
            return called, 2
    return reading.term(node), 1


def _is_directional(reading: Reading, factors: list[Node], at: int) -> bool:
    """`Df(X)[H]` in a note that has no D of its own."""
    match factors[at : at + 4]:
        case [Name("D"), head, Apply("fence", _, "()"), Apply("fence", (direction,), "[]" | "()")]:
            symbol = reading.derivation.naming.symbol(head)
            known = reading.life("D") is not None or symbol is None or is_dots(direction)
            return not known and symbol is not None and reading.is_function(symbol.key)
    return False


def _directional(reading: Reading, factors: list[Node]) -> Term:
    """How `f(X + tH)` changes with t at t = 0."""
    sign, head, where, direction = factors
    assert isinstance(where, Apply)
    assert isinstance(direction, Apply)
    span = sign.span.cover(direction.span)
    reading.derives = True
    step = Term("sym", (), STEP, SCALAR, span)
    moved = Apply("+", (where.args[0], Apply("juxt", (Name(STEP), direction.args[0]))), span=where.span)
    before, reading.local = reading.local, {**reading.local, STEP: step}
    try:
        body = reading.term(Apply("juxt", (head, replace(where, args=(moved,))), span=span))
    finally:
        reading.local = before
    rate = Term("deriv", (body,), Derivative((Target(step),), "by-body"), body.shape, span)
    zero = Term("num", (), 0.0, SCALAR, span)
    return Term("at", (rate, zero), (STEP,), body.shape, span)


def _iverson(reading: Reading, node: Node, condition: Node) -> Term | None:
    """`1\\{i=j\\}`, `\\mathbb I(i\\ne j)`: 1 where a condition on two indices holds, else 0."""
    match node, condition:
        case Name() | Number(), Apply("fence", (Apply("rel", (left, right), "=" | "ne" as sign),)):
            if (node.text, node.font if isinstance(node, Name) else "") not in INDICATORS:
                return None
            pair = (index_term(reading, left), index_term(reading, right))
            same = Term("delta", pair, None, SCALAR, condition.span)
            one = Term("num", (), 1.0, SCALAR, condition.span)
            return same if sign == "=" else Term("sub", (one, same), None, SCALAR, condition.span)
    return None


def _is_differential(reading: Reading, node: Node) -> bool:
    """Whether a `d` before something is the differential and not a letter of the note."""
    if not (isinstance(node, Name) and node.text == "d"):
        return False
    if node.font == "rm":
        return True
    known = reading.differentials or "d" in reading.derivation.naming.operators
    return known and not reading.asked("lettered")


def _nabla_base(node: Node) -> Name | None:
    """The nabla below its scripts."""
    while isinstance(node, Apply) and node.op in ("sub", "sup"):
        node = node.args[0]
    return node if isinstance(node, Name) and node.text in NABLAS else None


def multiply(reading: Reading, terms: list[Term]) -> Term:
    """Matrix product from left to right; where that does not fit, `x^T y` inside is a scalar."""
    result = terms[0]
    at = 1
    while at < len(terms):
        here = terms[at]
        if at + 1 < len(terms) and _needs_inner(reading, result, here, terms[at + 1]):
            here = reading.apply("mul", here, terms[at + 1], span=here.span.cover(terms[at + 1].span))
            at += 1
        result = reading.apply("mul", result, here, span=result.span.cover(here.span))
        at += 1
    return result


def _needs_inner(reading: Reading, left: Term, here: Term, after: Term) -> bool:
    """`A x^T y` with a matrix on the left: the row and the column make a scalar."""
    return (reading.kind(left.shape), reading.kind(here.shape), reading.kind(after.shape)) == ("M", "R", "V")


def dot(reading: Reading, node: Apply) -> Term:
    """`a \\cdot b`: a product; of two columns the inner product."""
    whole = widened(node.args[0], node.op, node.args[1])
    if whole is not None and reading.asked("wide"):
        return reading.term(whole)
    return _product_or(reading, node, "inner")


def times(reading: Reading, node: Apply) -> Term:
    """`a \\times b`: a product; of two columns the cross product."""
    return _product_or(reading, node, "cross")


def _product_or(reading: Reading, node: Apply, of_columns: str) -> Term:
    """A product, unless both factors are columns."""
    a, b = reading.term(node.args[0]), reading.term(node.args[1])
    if reading.kind(a.shape) == reading.kind(b.shape) == "V":
        return reading.apply(of_columns, a, b, span=node.span)
    if b.op == "num" and b.data == 0.0 and reading.kind(a.shape) != "S":  # the mean of what A is applied to
        return Term("zeros", (), None, Shape(reading.dims.fresh(), reading.dims.fresh()), node.span)
    return multiply(reading, [a, b])


def star(reading: Reading, node: Apply) -> Term:
    """`a * b`, `a \\circ b`: entry by entry where the shapes are alike, else a product."""
    a, b = _factors(reading, node)
    if reading.kind(a.shape) == reading.kind(b.shape) and reading.kind(a.shape) != "S":
        return reading.apply("hadamard", a, b, span=node.span)
    return multiply(reading, [a, b])


def hadamard(reading: Reading, node: Apply) -> Term:
    """Entry by entry; a scalar scales."""
    a, b = _factors(reading, node)
    if reading.is_scalar(a) != reading.is_scalar(b):
        reading.broadcasts = True
        return multiply(reading, [a, b])
    return reading.apply("hadamard", a, b, span=node.span)


def _factors(reading: Reading, node: Apply) -> Iterator[Term]:
    """The factors of a product by entries."""
    for arg in node.args:
        before, reading.factor = reading.factor, arg.span if _is_sum(arg) else reading.factor
        try:
            yield reading.term(arg)
        finally:
            reading.factor = before


def _is_sum(node: Node) -> bool:
    """Whether a bracket holds a sum."""
    match node:
        case Apply("fence", (Apply("+" | "-"),)):
            return True
    return False


def kronecker(reading: Reading, node: Apply) -> Term:
    """`A \\otimes B`."""
    return reading.apply("kron", reading.term(node.args[0]), reading.term(node.args[1]), span=node.span)


def quotient(reading: Reading, node: Apply) -> Term:
    """A fraction: a derivative where it is written as one."""
    parts = derivative_parts(node)
    if parts is not None:
        if parts.operand is None:
            raise Stuck(message("operator-alone", text=show(node)), node.span)
        return derivative(reading, parts, parts.operand, node.span)
    if has_open_order(node):
        raise Stuck(message("open-order"), node.span)
    above, below = reading.term(node.args[0]), _divisor(reading, node.args[1])
    if reading.kind(below.shape) == "M" and reading.kind(above.shape) != "M":
        raise Clash("MV301", message("divides", shape=reading.dims.text(below.shape)), below.span)
    return reading.apply("div", above, below, span=node.span)


def _divisor(reading: Reading, node: Node) -> Term:
    """What stands below the bar: nobody divides by a differential, a d that may be a letter is one."""
    before, reading.differentials = reading.differentials, False
    try:
        return reading.as_number(reading.term(node))
    finally:
        reading.differentials = before
