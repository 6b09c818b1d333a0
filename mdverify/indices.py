"""Index expressions, the ranges they run over, and entries taken or collected by them."""

from __future__ import annotations

from mdverify.messages import message
from mdverify.reading import Reading, Stuck
from mdverify.shapes import SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.syntax import Apply, Name, Node, Number
from mdverify.terms import Binder, Term


def index_term(reading: Reading, node: Node) -> Term:
    """An index expression: a bound or free letter, a number, the last one (`n`), or a sum of them."""
    match node:
        case Number(text) if text.isdigit():
            _at_least(reading, int(text))
            return Term("num", (), float(text), SCALAR, node.span)
        case Name(text) if text in reading.index:
            return Term("index", (), text, SCALAR, node.span)
        case Name(text) if text in reading.derivation.sizes and text not in reading.unbound:
            return Term("size", (), reading.counted_by(text), SCALAR, node.span)
        case Name(text) if text in reading.derivation.naming.index_letters or text in reading.unbound:
            free_index(reading, text)
            return Term("index", (), text, SCALAR, node.span)
        case Apply("+" | "-" as op, (a, b)):
            left, right = index_term(reading, a), index_term(reading, b)
            if op == "-" and right.op == "num":
                _at_least(reading, int(right.data) + 1)  # where t-2 is a member, t has room above 2
            return Term("add" if op == "+" else "sub", (left, right), None, SCALAR, node.span)
        case Apply("fence", (inner,), _):
            return index_term(reading, inner)
        case _:
            raise Stuck(message("index-unclear", text=show(node)), node.span)


def _at_least(reading: Reading, number: int) -> None:
    if number > 30:
        raise Stuck(message("too-large", size=number), Span(reading.position, reading.position))
    reading.dims.least_size = max(reading.dims.least_size, number)


def free_index(reading: Reading, letter: str) -> int:
    if letter not in reading.free:
        reading.free[letter] = reading.dims.fresh(big=True)
    return reading.free[letter]


def ranges_over(reading: Reading, node: Node, dim: int) -> None:
    """An index letter runs over the given dimension, if nothing else was said of it."""
    if isinstance(node, Name):
        own = reading.index.get(node.text) if node.text in reading.index else reading.free.get(node.text)
        if own is not None and not reading.dims.unify(own, dim):
            reading.ranges_clash = True
        if own is None and node.text in reading.index and node.text in reading.last:
            reading.dims.unify(reading.last[node.text], dim)


def chosen(reading: Reading, name: str, nodes: tuple[Node, ...], span: Span) -> Term:
    """1 where the first index belongs to a set of indices, else 0; `name` is that of the set."""
    indices = tuple(index_term(reading, node) for node in nodes)
    if name not in reading.shapes:
        reading.names[name] = name
        reading.slots[name] = tuple(reading.dims.fresh(big=True) for _ in nodes)
        reading.shapes[name] = SCALAR
        reading.assumptions[name] = frozenset({"values:0,1"})
    if len(reading.slots[name]) != len(nodes):
        raise Stuck(message("index-unclear", text=show(nodes[-1])), span)
    for node, dim in zip(nodes, reading.slots[name], strict=True):
        ranges_over(reading, node, dim)
    return Term("member", indices, name, SCALAR, span)


def entry(reading: Reading, whole: Term, nodes: tuple[Node, ...], span: Span) -> Term:
    """One entry of a vector or matrix."""
    if len(nodes) == 1 and _counts_from_zero(reading, whole) and reading.kind(whole.shape) in "VR":
        return _entry_from_zero(reading, whole, nodes[0], span)
    indices = tuple(index_term(reading, node) for node in nodes)
    kind = reading.kind(whole.shape)
    if len(nodes) == 2 and kind != "S":
        ranges_over(reading, nodes[0], whole.shape.rows)
        ranges_over(reading, nodes[1], whole.shape.cols)
    elif len(nodes) == 1 and kind in "VR":
        ranges_over(reading, nodes[0], whole.shape.rows if kind == "V" else whole.shape.cols)
    else:
        raise Stuck(message("index-unclear", text=show(nodes[0])), span)
    return Term("entry", (whole, *indices), None, SCALAR, span)


def _counts_from_zero(reading: Reading, whole: Term) -> bool:
    """Whether the entries of a symbol, or of the members of a family, begin at index 0."""
    if whole.op not in ("sym", "member"):
        return False
    name = str(whole.data)
    key = reading.names.get(name, name.rpartition(".")[2])  # `h#0.x` is the parameter x of h
    return reading.derivation.counts_from_zero(key.removesuffix("^()"), reading.position)


def _entry_from_zero(reading: Reading, whole: Term, node: Node, span: Span) -> Term:
    """An entry whose index is one less than its place."""
    rows = whole.shape.rows if reading.kind(whole.shape) == "V" else whole.shape.cols
    place = Term("add", (index_term(reading, node), Term("num", (), 1.0, SCALAR, span)), None, SCALAR, span)
    if isinstance(node, Name):
        bound = reading.index.get(node.text)
        if node.text in reading.spans:
            reading.dims.unify(rows, reading.spans[node.text])
        elif bound is not None:
            reading.dims.unify(rows, reading.dims.total([bound, reading.dims.const(1)]))
        elif node.text in reading.free:
            reading.dims.unify(reading.free[node.text], rows)
    return Term("entry", (whole, place), None, SCALAR, span)


def collected(
    reading: Reading, body: Term, names: tuple[str, ...], dims: tuple[int, ...], span: Span, row: bool = False
) -> Term:
    """Entries collected over indices: a column (or row) for one index, a matrix for two."""
    binder = Binder(names, dims, tuple(None for _ in dims))
    if len(dims) > 2:
        raise Stuck(message("too-many-indices"), span)
    if len(dims) == 2:
        if not reading.is_scalar(body):
            raise Stuck(message("too-many-indices"), span)
        return Term("every", (body,), binder, Shape(dims[0], dims[1]), span)
    if row:
        cols = (
            dims[0] if reading.dims.is_one(body.shape.cols) else reading.dims.times(dims[0], body.shape.cols)
        )
        return Term("beside", (body,), binder, Shape(body.shape.rows, cols), span)
    rows = dims[0] if reading.dims.is_one(body.shape.rows) else reading.dims.times(dims[0], body.shape.rows)
    return Term("every", (body,), binder, Shape(rows, body.shape.cols), span)
