"""Brackets, bars and norms, and subscripts on them."""

from __future__ import annotations

from mdverify.arrays import matrix, tuple_of
from mdverify.closure import is_complex
from mdverify.derivatives import derivative_parts
from mdverify.ellipsis import is_dots
from mdverify.indices import collected, entry
from mdverify.messages import message
from mdverify.reading import Reading, Stuck
from mdverify.shapes import SCALAR
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import index_parts
from mdverify.syntax import Apply, Name, Node, Number
from mdverify.terms import Term

NORMS: dict[tuple[str, str], str] = {
    ("V", "2"): "norm", ("R", "2"): "norm", ("V", "1"): "norm1", ("R", "1"): "norm1",
    ("V", "infty"): "norminf", ("M", "F"): "norm", ("M", "2"): "spectral",
    ("V", "F"): "norm", ("R", "F"): "norm",
    ("S", "2"): "abs", ("S", "1"): "abs",
}  # fmt: skip
WHOLE = ((0.0, "entry"), (0.3, "matrix"))  # what a bracket with an entry stands for
OF_COMPLEX = {"abs": "modulus", "norm": "length"}


def fence(reading: Reading, node: Apply) -> Term:
    """Brackets group; bars are absolute value or determinant; double bars a norm."""
    (body,) = node.args
    match node.detail:
        case "||":
            inner = reading.term(body)
            size = "modulus" if is_complex(reading, inner) else "abs"
            op = {"S": size, "M": "det"}.get(reading.kind(inner.shape), "norm")
            return reading.apply(op, inner, span=node.span)
        case "‖‖":
            return norm(reading, node, None)
        case "⟨⟩":
            return _inner_product(reading, body, node.span)
        case "()" | "[]" | "{}":
            if isinstance(body, Apply) and node.detail == "()" and _is_product(reading, body):
                return reading.term(body)
            if isinstance(body, Apply) and (
                body.op == "list" or (body.op == "juxt" and any(is_dots(f) for f in body.args))
            ):
                return tuple_of(reading, body, node.span, node.detail == "()")
            if isinstance(body, Apply) and body.op == "matrix":
                return matrix(reading, body)
            return _grouped(reading, node)
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def _grouped(reading: Reading, node: Apply) -> Term:
    """What a bracket holds; of a lone entry perhaps all of them, `A^T = (a_{ji})`."""
    (body,) = node.args
    letters = _letters(reading, node)
    entry_alone = len(letters) == 2 and (_is_entry(body) or derivative_parts(body) is not None)
    if entry_alone and reading.choose(f"({show(body)})", WHOLE) == "matrix":
        sides = reading.dims.fresh(big=True), reading.dims.fresh(big=True)
        return _by_entries(reading, node, letters, sides, node.span)
    return reading.term(body)


def _is_entry(node: Node) -> bool:
    """`a_{ij}`."""
    return isinstance(node, Apply) and node.op == "sub" and len(index_parts(node.args[1])) == 2


def _is_product(reading: Reading, body: Apply) -> bool:
    """Whether `(A_1 A_2 \\cdots A_n)` multiplies matrices; numbers in a row are entries."""
    if body.op != "juxt" or not any(is_dots(factor) for factor in body.args):
        return False
    found = reading.derivation.patterns.chain(body.args)
    return found is not None and reading.kind(reading.term(body.args[0]).shape) == "M"


def _inner_product(reading: Reading, body: Node, span: Span) -> Term:
    """`\\langle a, b\\rangle`: the inner product, of vectors or matrices."""
    match body:
        case Apply("list", (a, b)) | Apply("cdot", (a, b)):
            return reading.apply("inner", reading.term(a), reading.term(b), span=span)
    raise Stuck(message("no-meaning", text=show(body)), span)


def _inner_by(reading: Reading, node: Apply, index: Node) -> Term:
    """`\\langle a, b\\rangle_A`: the inner product that a matrix makes; `F`, `2` say the usual one."""
    if isinstance(index, Name | Number) and index.text in ("F", "2") and reading.life(index.text) is None:
        return _inner_product(reading, node.args[0], node.span)
    match node.args[0]:
        case Apply("list", (a, b)) | Apply("cdot", (a, b)):
            weight = reading.term(index)
            if _weighs(reading, index, weight):
                return _weighted(reading, reading.term(a), weight, reading.term(b), node.span)
    raise Stuck(message("no-meaning", text=show(Apply("sub", (node, index)))), node.span)


def _weighs(reading: Reading, index: Node, weight: Term) -> bool:
    """Whether what stands below a norm is a matrix to weigh with; a lone Σ may mean its inverse."""
    return reading.kind(weight.shape) == "M" and index != Name("Sigma")


def _weighted(reading: Reading, a: Term, weight: Term, b: Term, span: Span) -> Term:
    """`a^T W b`."""
    row = reading.apply("T", a, span=span)
    return reading.apply("mul", reading.apply("mul", row, weight, span=span), b, span=span)


def norm(reading: Reading, node: Apply, index: Node | None) -> Term:
    """A norm by its index; without one the Euclidean or Frobenius norm."""
    inner = reading.term(node.args[0])
    kind = reading.kind(inner.shape)
    if index is None:
        return _sized(reading, "abs" if kind == "S" else "norm", inner, node.span)
    name = index.text if isinstance(index, Name | Number) else ""
    op = NORMS.get((kind, name))
    if op is not None:
        return _sized(reading, op, inner, node.span)
    if kind in "VR":
        degree = reading.term(index)
        if reading.is_scalar(degree):
            return _p_norm(reading, inner, degree, node.span)
        if kind == "V" and _weighs(reading, index, degree):
            squared = _weighted(reading, inner, degree, inner, node.span)
            return reading.apply("sqrt", squared, span=node.span)
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def _sized(reading: Reading, op: str, inner: Term, span: Span) -> Term:
    """A norm or absolute value, of complex numbers by their moduli."""
    return reading.apply(OF_COMPLEX.get(op, op) if is_complex(reading, inner) else op, inner, span=span)


def _p_norm(reading: Reading, inner: Term, p: Term, span: Span) -> Term:
    """`(\\sum |x_i|^p)^{1/p}`."""
    powered = Term("hpow", (reading.apply("abs", inner, span=span), p), None, inner.shape, span)
    total = reading.apply("total", powered, span=span)
    one = Term("num", (), 1.0, SCALAR, span)
    return reading.apply("hpow", total, reading.apply("div", one, p, span=span), span=span)


def subscripted(reading: Reading, node: Apply) -> Term:
    """A subscript on something that is no symbol: a norm, an entry of a bracket, a size below."""
    body, index = node.args
    if isinstance(body, Apply) and body.op == "fence" and body.detail == "‖‖":
        return norm(reading, body, index)
    if isinstance(body, Apply) and body.op == "fence" and body.detail == "⟨⟩":
        return _inner_by(reading, body, index)
    if index == Name("times") and isinstance(body, Apply) and body.op == "fence":
        return reading.apply("skew", reading.term(body), span=node.span)
    inner_size = index
    while isinstance(inner_size, Apply) and inner_size.op == "fence":
        inner_size = inner_size.args[0]
    if isinstance(inner_size, Apply) and inner_size.op == "times":
        rows, cols = reading.size(inner_size.args[0]), reading.size(inner_size.args[1])
        letters = _letters(reading, body)
        if len(letters) == 2:
            return _by_entries(reading, body, letters, (rows, cols), node.span)
        whole = reading.term(body)
        reading.dims.unify(whole.shape.rows, rows)
        reading.dims.unify(whole.shape.cols, cols)
        return whole
    whole = reading.term(body)
    if isinstance(body, Apply) and body.op in ("fence", "call", "sup", "sub"):
        if reading.kind(whole.shape) == "S":
            return _entries(reading, body, index, node.span)
        return entry(reading, whole, index_parts(index), node.span)
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def _letters(reading: Reading, body: Node) -> tuple[str, ...]:
    """The index letters of a bracket that nothing binds: of an entry those of its row and its column."""
    if not (isinstance(body, Apply) and body.op == "fence" and body.detail in ("()", "[]")):
        return ()
    return tuple(sorted(reading.derivation.naming.loose_letters(body) - reading.index.keys()))


def _by_entries(
    reading: Reading, body: Node, letters: tuple[str, ...], sides: tuple[int, int], span: Span
) -> Term:
    """`(a_{ij})_{m\\times n}`, `[\\partial y_i/\\partial x_j]`: the matrix with that in row i, column j."""
    assert isinstance(body, Apply)
    with reading.binding(zip(letters, sides, strict=True)):
        inner = reading.term(body.args[0])
    if not reading.is_scalar(inner):
        raise Stuck(message("index-unclear", text=show(body)), span)
    return collected(reading, inner, letters, sides, span)


def _entries(reading: Reading, body: Node, index: Node, span: Span) -> Term:
    """`[∂E/∂x_i]_i`: the vector (or matrix) of entries."""
    names = [part.text for part in index_parts(index) if isinstance(part, Name)]
    if len(names) != len(index_parts(index)) or len(names) > 2:
        raise Stuck(message("index-unclear", text=show(index)), span)
    dims = tuple(reading.dims.fresh(big=True) for _ in names)
    with reading.binding(zip(names, dims, strict=True)):
        inner = reading.term(body)
    return collected(reading, inner, tuple(names), dims, span)
