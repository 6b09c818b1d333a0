"""What stands before a bar, at the point written behind it: `\\left. \\frac{df}{dx} \\right|_{x = a}`."""

from __future__ import annotations

from collections.abc import Iterator

from mdverify.messages import message
from mdverify.reading import Reading, Stuck
from mdverify.show import show
from mdverify.syntax import Apply, Node
from mdverify.terms import Term


def at_point(reading: Reading, node: Apply) -> Term:
    """An expression where letters that are free in it get the values the bar says."""
    body, condition = node.args
    result = reading.term(body)
    names, values = [], []
    for where, value in _settings(condition, node):
        variable = reading.term(where)
        if variable.op != "sym":
            raise Stuck(message("no-meaning", text=show(node)), node.span)
        names.append(variable.data)
        values.append(_fitting(reading, variable, reading.term(value), node))
    return Term("at", (result, *values), tuple(names), result.shape, node.span)


def _settings(condition: Node, node: Apply) -> Iterator[tuple[Node, Node]]:
    """Every `x = a` of a condition, and of `(x, y) = (a, b)`."""
    match condition:
        case Apply("rel", (Apply("fence", (Apply("list", names),)), Apply("fence", (at,))), "="):
            if not (isinstance(at, Apply) and at.op == "list" and len(at.args) == len(names)):
                raise Stuck(message("no-meaning", text=show(node)), node.span)
            yield from zip(names, at.args, strict=True)
        case Apply("rel", (where, value), "="):
            yield where, value
        case Apply("list", items):
            for item in items:
                yield from _settings(item, node)
        case _:
            raise Stuck(message("no-meaning", text=show(node)), node.span)


def _fitting(reading: Reading, variable: Term, value: Term, node: Apply) -> Term:
    """A value in the shape of what gets it; a zero is one of any shape."""
    if value.op == "num" and not value.data and not reading.is_scalar(variable):
        return Term("zeros", (), None, variable.shape, value.span)
    rows = reading.dims.unify(variable.shape.rows, value.shape.rows)
    if not (rows and reading.dims.unify(variable.shape.cols, value.shape.cols)):
        raise Stuck(message("argument-unclear", text=show(node)), node.span)
    return value
