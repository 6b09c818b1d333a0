"""What stands behind a symbol: the shape it was declared with, the body it was defined by."""

from __future__ import annotations

from mdverify.declarations import Declaration
from mdverify.definitions import Defined
from mdverify.derivatives import derivative_parts
from mdverify.intermediates import retold
from mdverify.messages import message
from mdverify.reading import Clash, Reading, Stuck
from mdverify.shapes import Shape
from mdverify.syntax import walk
from mdverify.terms import Term

DEEPEST = 24
NEAR = 300  # characters: sizes declared further below belong to what comes there
INHERITED = frozenset({"symmetric", "positive-definite", "positive-semidefinite", "diagonal"})


def declared_shape(reading: Reading, declared: Declaration) -> Shape:
    """The shape a declaration gives; read loosely, one from another section gives only the rank."""
    if declared.position > reading.origin + NEAR:
        return reading.shape_of(declared.rank)
    if reading.derivation.distance(declared.position, reading.position) > 0 and reading.asked("loose"):
        return reading.shape_of(declared.rank)
    return reading.shape_of(declared.rank, declared.sizes)


def hold_to(reading: Reading, body: Term, shape: Shape) -> None:
    """A definition against its declaration."""
    dims = reading.dims
    if not (dims.unify(body.shape.rows, shape.rows) and dims.unify(body.shape.cols, shape.cols)):
        told = message("clash-equation", left=dims.text(shape), right=dims.text(body.shape))
        raise Clash("MV302", told, body.span)


def unfolded(reading: Reading, definition: Defined, name: str) -> Term:
    """The body of a definition, its names resolved where it stands."""
    if len(reading.pending) > DEEPEST:
        raise Stuck(message("too-deep"), definition.span)
    reading.derives = reading.derives or _derives(definition)
    with reading.inside(name), reading.at(inner_position(reading, definition)):
        return _first_readable(reading, definition)


def _derives(definition: Defined) -> bool:
    """Whether a quantity is defined as a derivative, like `\\delta_i = \\partial E/\\partial z_i`."""
    return any(derivative_parts(part) is not None for part in walk(definition.body))


def _first_readable(reading: Reading, definition: Defined) -> Term:
    """The body; where it names an unknown function, the next expression of the chain that does not."""
    before, reading.uses_generic = reading.uses_generic, False
    try:
        first = retold(reading, definition)
        for body in (first, *definition.others):
            reading.uses_generic = False
            try:
                term = reading.term(body)
            except Stuck:
                continue
            if not reading.uses_generic:
                return term
        return reading.term(first)
    finally:
        reading.uses_generic = before or reading.uses_generic


def inner_position(reading: Reading, definition: Defined) -> int:
    """Where the names of a definition are resolved: in its section all that is said up to here counts.

    What is only supposed is a convention (`\\delta_y` for `\\partial E/\\partial y`), whatever y is here.
    """
    if definition.supposed:
        return reading.position
    end = reading.derivation.note.sections[definition.section].span.end
    return max(definition.position - 1, min(reading.position, end - 1))


def family_body(reading: Reading, definition: Defined, name: str) -> Term:
    """The body of `x_i = …`, its formal indices running over the slots of the family."""
    if name in reading.pending:
        raise Stuck(message("too-deep"), definition.span)
    reading.derives = reading.derives or _derives(definition)
    slots = zip(definition.indices, reading.slots[name], strict=False)
    with reading.inside(name), reading.at(inner_position(reading, definition)), reading.binding(slots):
        return reading.term(retold(reading, definition))


def _turns(left: Term, right: Term) -> bool:
    """Whether a product is `Q D Q^T`, which is as definite as D."""
    if left.op != "mul" or right.op != "T":
        return False
    one, other = left.args[0], right.args[0]
    return one.op == other.op == "sym" and one.data == other.data


def pass_on(reading: Reading, name: str, body: Term) -> None:
    """`K_y = K + σ² I`, `K_y = Q D Q^T` said to be symmetric or definite: so are K and D."""
    kinds = reading.assumptions.get(name, frozenset()) & INHERITED
    stack = [body] if kinds else []
    while stack:
        term = stack.pop()
        if term.op == "add":
            stack.extend(term.args)
        elif term.op == "mul" and _turns(*term.args):
            stack.append(term.args[0].args[1])
        elif term.op == "sym" and term.data not in reading.definitions:
            reading.assumptions[term.data] = reading.assumptions.get(term.data, frozenset()) | kinds
