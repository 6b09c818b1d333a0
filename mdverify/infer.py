"""From the formula tree to terms: what every node means under one reading.

`READERS` has one row per operator of the tree. Products group functions with their arguments and
differential operators with what they act on before they multiply.
"""

from __future__ import annotations

from collections.abc import Callable

from mdverify.calculus import derivative, differential, gradient, take_prime
from mdverify.derivation import derivative_parts, is_differentiator
from mdverify.ellipsis import is_dots
from mdverify.messages import message
from mdverify.operators import SPELLINGS
from mdverify.reading import Clash, Reading, Stuck
from mdverify.shapes import ONE, SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.sums import big, dotted_sum
from mdverify.arrays import matrix, tuple_of
from mdverify.functions import application, is_function, named_call
from mdverify.symbols import index_parts, is_label_power
from mdverify.syntax import Apply, Hole, Name, Node, Number, is_none
from mdverify.terms import Term

Reader = Callable[[Reading, Apply], Term]
CONSTANTS = {"pi": 3.141592653589793}


def read(reading: Reading, node: Node) -> Term:
    """The term of a node; raises Clash where shapes do not fit, Stuck where we do not understand."""
    match node:
        case Number(text):
            return Term("num", (), float(text.replace(",", "").replace("{", "").replace("}", "")), SCALAR, node.span)
        case Name():
            return name(reading, node)
        case Hole(_, reason):
            raise Stuck(message("unread", reason=reason), node.span)
        case Apply(op):
            symbol = reading.derivation.naming.symbol(node)
            if symbol is not None and op in ("sub", "accent", "sup"):
                return scripted(reading, node, symbol)
            row = READERS.get(op)
            if row is None:
                raise Stuck(message("no-meaning", text=show(node)), node.span)
            return row(reading, node)


def name(reading: Reading, node: Name) -> Term:
    """A letter: bound index, constant, size, or symbol."""
    text = node.text
    if text in reading.index and not node.font:
        return Term("index", (), text, SCALAR, node.span)
    symbol = reading.derivation.naming.symbol(node)
    if symbol is None:
        raise Stuck(message("operator-alone", text=show(node)), node.span)
    if symbol.key in reading.local:
        return reading.local[symbol.key]
    life = reading.life(symbol.key)
    if text in CONSTANTS and life is None:
        return Term("num", (), CONSTANTS[text], SCALAR, node.span)
    if text in ("0", "1"):
        return constant(reading, node)
    if text in ("infty", "?", "emptyset") or text in DOTLIKE:
        raise Stuck(message("no-value", text=show(node)), node.span)
    if text == "I" and (life is None or life.definition is None):
        return identity(reading, node.span)
    if text == "e" and not node.font and life is None and _is_euler(reading):
        return Term("num", (), 2.718281828459045, SCALAR, node.span)
    if text in reading.derivation.sizes and node.font in ("", "rm") and (life is None or _counts(life.declaration)):
        if life is None or life.definition is None:
            return Term("size", (), reading.dims.named(text), SCALAR, node.span)
    if text in reading.free and life is None:
        return Term("index", (), text, SCALAR, node.span)
    if text in reading.unbound and life is None:
        reading.free_index(text)
        return Term("index", (), text, SCALAR, node.span)
    if is_function(reading, symbol.key):
        return application(reading, symbol, None, node.span)
    return reading.symbol(symbol, node.span)


DOTLIKE = frozenset({"cdots", "dots"})


def _counts(declaration: object) -> bool:
    return declaration is None or getattr(declaration, "rank", "S") == "S"


def _is_euler(reading: Reading) -> bool:
    return not reading.evidence.seen("e", "transposed") and not reading.evidence.seen("e", "norm")


def identity(reading: Reading, span: Span) -> Term:
    side = reading.dims.fresh()
    return Term("I", (), None, Shape(side, side), span)


def constant(reading: Reading, node: Name) -> Term:
    """Bold 0 and 1: zeros of any shape, a vector of ones."""
    if node.text == "0":
        return Term("zeros", (), None, Shape(reading.dims.fresh(), reading.dims.fresh()), node.span)
    return Term("ones", (), None, Shape(reading.dims.fresh(big=True), ONE), node.span)


def scripted(reading: Reading, node: Apply, symbol) -> Term:  # type: ignore[no-untyped-def]
    """A name with scripts: sized constants, basis vectors, and symbols of the note."""
    if symbol.key in reading.local:
        return reading.local[symbol.key]
    base = node
    while isinstance(base, Apply) and base.args:
        base = base.args[0]  # type: ignore[assignment]
    if isinstance(base, Name) and node.op == "sub" and isinstance(node.args[0], Name):
        sized = _sized_constant(reading, base, node)
        if sized is not None:
            return sized
    if is_function(reading, symbol.key):
        return application(reading, symbol, None, node.span)
    if isinstance(base, Name) and base.text == "e" and not base.font and node.op == "sup" and reading.life(symbol.key) is None:
        return power(reading, node)
    return reading.symbol(symbol, node.span)


def _sized_constant(reading: Reading, base: Name, node: Apply) -> Term | None:
    """`I_n`, `0_{m\\times n}`, `\\mathbf 1_n`, `\\mathbf e_i`, `\\delta_{ij}`."""
    index = node.args[1]
    indices = index.args if isinstance(index, Apply) and index.op in ("juxt", "list") else (index,)
    known = reading.life(f"{base.text}_") is not None or reading.life(base.text) is not None
    if base.text == "I" and not known and len(indices) == 1:
        if isinstance(index, Apply) and index.op == "times":
            index = index.args[0]
        side = reading.size(index)
        return Term("I", (), None, Shape(side, side), node.span)
    if base.text == "1" and len(indices) == 1:
        return Term("ones", (), None, Shape(reading.size(index), ONE), node.span)
    if base.text == "0" and isinstance(index, Apply) and index.op == "times":
        return Term("zeros", (), None, Shape(reading.size(index.args[0]), reading.size(index.args[1])), node.span)
    if base.text == "delta" and len(indices) == 2 and reading.life("delta__") is None:
        pair = tuple(reading.index_term(i) for i in indices)
        _join_ranges(reading, indices)
        return Term("delta", pair, None, SCALAR, node.span)
    if base.text == "e" and len(indices) == 1 and not known and base.font == "bf":
        rows = reading.dims.fresh(big=True)
        where = reading.index_term(indices[0])
        reading.ranges_over(indices[0], rows)
        return Term("basis", (where,), None, Shape(rows, ONE), node.span)
    return None


def _join_ranges(reading: Reading, indices: tuple[Node, ...]) -> None:
    """The two indices of a Kronecker delta run over the same range."""
    dims = [
        reading.index.get(i.text) if i.text in reading.index else reading.free.get(i.text)
        for i in indices
        if isinstance(i, Name)
    ]
    if len(dims) == 2 and dims[0] is not None and dims[1] is not None:
        reading.dims.unify(dims[0], dims[1])


# --- sums --------------------------------------------------------------------------------------


def plus(reading: Reading, node: Apply) -> Term:
    terms = flatten_sum(node)
    if any(is_dots(body) for _, body in terms):
        return dotted_sum(reading, terms, node.span)
    return combine(reading, node.op, reading.term(node.args[0]), reading.term(node.args[1]), node.span)


def flatten_sum(node: Node, sign: int = 1) -> list[tuple[int, Node]]:
    match node:
        case Apply("+", (a, b)):
            return flatten_sum(a, sign) + flatten_sum(b, sign)
        case Apply("-", (a, b)):
            return flatten_sum(a, sign) + flatten_sum(b, -sign)
        case Apply("neg", (a,)):
            return flatten_sum(a, -sign)
        case Apply("pos", (a,)):
            return flatten_sum(a, sign)
        case _:
            return [(sign, node)]


ADDITIVE = {"+": "add", "-": "sub"}


def combine(reading: Reading, sign: str, a: Term, b: Term, span: Span) -> Term:
    """A sum; a number (and, when asked, any scalar) may stand for a vector of equal entries."""
    op = ADDITIVE[sign]
    shape = _spread(reading, a, b)
    if shape is not None:
        return Term(op, (a, b), None, shape, span)
    return reading.apply(op, a, b, span=span)


def _spread(reading: Reading, a: Term, b: Term) -> Shape | None:
    """The shape of a sum in which one side is a scalar and is meant for every entry."""
    one, two = reading.kind(a.shape), reading.kind(b.shape)
    if (one == "S") == (two == "S") or _flexible(reading, a) or _flexible(reading, b):
        return None
    small, large = (a, b) if one == "S" else (b, a)
    number = small.op == "num" or (small.op == "neg" and small.args[0].op == "num")
    if number and reading.kind(large.shape) in "VR":
        return large.shape
    if reading.options.broadcast:
        reading.broadcasts = True
        return large.shape
    return None


def _flexible(reading: Reading, term: Term) -> bool:
    """Zeros and identities whose size is still open."""
    return term.op in ("zeros", "I") or (term.op == "mul" and any(_flexible(reading, arg) for arg in term.args))


def negative(reading: Reading, node: Apply) -> Term:
    return reading.apply("neg", reading.term(node.args[0]), span=node.span)


def positive(reading: Reading, node: Apply) -> Term:
    return reading.term(node.args[0])


# --- products ----------------------------------------------------------------------------------


def juxtaposed(reading: Reading, node: Apply) -> Term:
    return product(reading, list(node.args), node.span)


def product(reading: Reading, factors: list[Node], span: Span) -> Term:
    """Factors from left to right, after functions and operators have taken their arguments."""
    if any(is_dots(f) for f in factors):
        raise Stuck(message("dots", text=show(Apply("juxt", tuple(factors)))), span)
    terms: list[Term] = []
    at = 0
    while at < len(factors):
        term, used = group(reading, factors, at)
        terms.append(term)
        at += used
    return multiply(reading, terms)


def group(reading: Reading, factors: list[Node], at: int) -> tuple[Term, int]:
    """The next factor and how many nodes it takes."""
    node = factors[at]
    rest = factors[at + 1 :]
    if rest and is_differentiator(node) and differential_here(reading, node):
        return differential(reading, node, rest[0])
    if nabla_base(node) is not None:
        return gradient(reading, node, rest)
    parts = derivative_parts(node)
    if parts is not None and parts.operand is None:
        if not rest:
            raise Stuck(message("operator-alone", text=show(node)), node.span)
        span = node.span.cover(rest[-1].span)
        return derivative(reading, parts, Apply("juxt", tuple(rest), span=rest[0].span.cover(rest[-1].span)) if len(rest) > 1 else rest[0], span), 1 + len(rest)
    if rest:
        called = named_call(reading, node, rest[0])
        if called is not None:
            return called, 2
    return reading.term(node), 1


def differential_here(reading: Reading, node: Node) -> bool:
    """Whether a `d` before something is the differential and not a letter of the note."""
    if not (isinstance(node, Name) and node.text == "d"):
        return False
    return node.font == "rm" or reading.differentials or "d" in reading.derivation.naming.operators


def nabla_base(node: Node) -> Name | None:
    while isinstance(node, Apply) and node.op in ("sub", "sup"):
        node = node.args[0]
    return node if isinstance(node, Name) and node.text in ("nabla", "triangledown") else None


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
    """`A x^T y` with a matrix or column on the left: the row and the column make a scalar."""
    return (
        reading.kind(left.shape) in "VM"
        and reading.kind(here.shape) == "R"
        and reading.kind(after.shape) == "V"
        and not (reading.kind(left.shape) == "V")
    )


def dot(reading: Reading, node: Apply) -> Term:
    """`a \\cdot b`: a product; of two columns the inner product."""
    a, b = reading.term(node.args[0]), reading.term(node.args[1])
    if reading.kind(a.shape) == reading.kind(b.shape) == "V":
        return reading.apply("inner", a, b, span=node.span)
    return multiply(reading, [a, b])


def times(reading: Reading, node: Apply) -> Term:
    return multiply(reading, [reading.term(node.args[0]), reading.term(node.args[1])])


def star(reading: Reading, node: Apply) -> Term:
    """`a * b`, `a \\circ b`: entry by entry where the shapes are alike, else a product."""
    a, b = reading.term(node.args[0]), reading.term(node.args[1])
    if reading.kind(a.shape) == reading.kind(b.shape) and reading.kind(a.shape) != "S":
        return reading.apply("hadamard", a, b, span=node.span)
    return multiply(reading, [a, b])


def hadamard(reading: Reading, node: Apply) -> Term:
    a, b = reading.term(node.args[0]), reading.term(node.args[1])
    if reading.is_scalar(a) != reading.is_scalar(b):
        reading.broadcasts = True
        return multiply(reading, [a, b])
    return reading.apply("hadamard", a, b, span=node.span)


def kronecker(reading: Reading, node: Apply) -> Term:
    return reading.apply("kron", reading.term(node.args[0]), reading.term(node.args[1]), span=node.span)


def quotient(reading: Reading, node: Apply) -> Term:
    """A fraction: a derivative where it is written as one."""
    parts = derivative_parts(node)
    if parts is not None:
        if parts.operand is None:
            raise Stuck(message("operator-alone", text=show(node)), node.span)
        return derivative(reading, parts, parts.operand, node.span)
    above, below = reading.term(node.args[0]), reading.term(node.args[1])
    if reading.kind(below.shape) == "M" and reading.kind(above.shape) != "M":
        raise Clash("MV301", message("divides", shape=reading.dims.text(below.shape)), below.span)
    return reading.apply("div", above, below, span=node.span)


# --- powers ------------------------------------------------------------------------------------

TRANSPOSES = frozenset({"T", "top", "intercal"})


def is_transpose(reading: Reading, node: Node) -> bool:
    match node:
        case Name("top"):
            return True
        case Name("T"):
            return "T" not in reading.index and reading.life("T") is None
        case _:
            return False


def power(reading: Reading, node: Apply) -> Term:
    """A superscript; over a bare product (`{\\bf uv}^T`) it belongs to the last factor, as it is printed."""
    body, exponent = node.args
    if isinstance(body, Apply) and body.op == "juxt":
        last = Apply("sup", (body.args[-1], exponent), span=node.span)
        return product(reading, [*body.args[:-1], last], node.span)
    if isinstance(body, Apply) and body.op == "prime" and is_label_power(exponent):
        inner = Apply("sup", (body.args[0], exponent), span=node.span)
        return reading.term(Apply("prime", (inner,), body.detail, node.span))
    if _is_exponential(reading, body, exponent):
        return reading.apply("exp", reading.term(exponent), span=node.span)
    if isinstance(body, Apply) and body.op == "fence" and body.detail == "‖‖":
        return _raise(reading, norm(reading, body, None), exponent, node.span)
    return _raise(reading, reading.term(body), exponent, node.span)


def _is_exponential(reading: Reading, body: Node, exponent: Node) -> bool:
    """`e^{-z}`; a vector e is only ever transposed or squared."""
    if not (isinstance(body, Name) and body.text == "e" and not body.font) or is_transpose(reading, exponent):
        return False
    return reading.life("e") is None or not isinstance(exponent, Number)


def _raise(reading: Reading, base: Term, exponent: Node, span: Span) -> Term:
    match exponent:
        case _ if is_transpose(reading, exponent) or (exponent == Name("T") and not reading.is_scalar(base)):
            return reading.apply("T", base, span=span)
        case Apply("neg", (inner,)) if is_transpose(reading, inner):
            return reading.apply("T", reading.apply("inv", base, span=span), span=span)
        case Apply("list" | "juxt", (first, second)) if is_transpose(reading, first) or is_transpose(reading, second):
            raise Stuck(message("no-meaning", text=show(exponent)), span)
        case Name("+" | "dagger"):
            return reading.apply("pinv", base, span=span)
        case Name("odot"):
            raise Stuck(message("no-meaning", text=show(exponent)), span)
    kind = reading.kind(base.shape)
    if exponent == Apply("neg", (Number("1"),)):
        if kind == "S":
            return reading.apply("div", Term("num", (), 1.0, SCALAR, span), base, span=span)
        return reading.apply("inv", base, span=span)
    up = reading.term(exponent)
    if not reading.is_scalar(up):
        raise Stuck(message("no-meaning", text=show(exponent)), span)
    if kind == "S":
        return reading.apply("hpow", base, up, span=span)
    if kind in "VR":
        return Term("hpow", (base, up), None, base.shape, span)
    if not isinstance(exponent, Number) and not (isinstance(exponent, Apply) and exponent.op == "neg"):
        raise Stuck(message("matrix-power", text=show(exponent)), span)
    return reading.apply("pow", base, up, span=span)


def root(reading: Reading, node: Apply) -> Term:
    body = reading.term(node.args[0])
    if reading.kind(body.shape) == "M":
        raise Stuck(message("matrix-function", text="sqrt"), node.span)
    if len(node.args) == 1:
        return reading.apply("sqrt", body, span=node.span)
    degree = reading.term(node.args[1])
    one = Term("num", (), 1.0, SCALAR, node.span)
    return reading.apply("hpow", body, reading.apply("div", one, degree, span=node.span), span=node.span)


def prime(reading: Reading, node: Apply) -> Term:
    return take_prime(reading, node)


# --- brackets ----------------------------------------------------------------------------------


def fence(reading: Reading, node: Apply) -> Term:
    """Brackets group; bars are absolute value or determinant; double bars a norm."""
    (body,) = node.args
    match node.detail:
        case "||":
            inner = reading.term(body)
            op = {"S": "abs", "M": "det"}.get(reading.kind(inner.shape), "norm")
            return reading.apply(op, inner, span=node.span)
        case "‖‖":
            return norm(reading, node, None)
        case "⟨⟩":
            return bracketed(reading, body, node.span)
        case "()" | "[]" | "{}":
            if isinstance(body, Apply) and (body.op == "list" or (body.op == "juxt" and any(is_dots(f) for f in body.args))):
                return tuple_of(reading, body, node.span)
            if isinstance(body, Apply) and body.op == "matrix":
                return matrix(reading, body)
            return reading.term(body)
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def bracketed(reading: Reading, body: Node, span: Span) -> Term:
    """`\\langle a, b\\rangle`: the inner product, of vectors or matrices."""
    match body:
        case Apply("list", (a, b)) | Apply("cdot", (a, b)):
            return reading.apply("inner", reading.term(a), reading.term(b), span=span)
    raise Stuck(message("no-meaning", text=show(body)), span)


NORMS: dict[tuple[str, str], str] = {
    ("V", "2"): "norm", ("R", "2"): "norm", ("V", "1"): "norm1", ("R", "1"): "norm1",
    ("V", "infty"): "norminf", ("M", "F"): "norm", ("M", "2"): "spectral", ("V", "F"): "norm", ("R", "F"): "norm",
    ("S", "2"): "abs", ("S", "1"): "abs",
}  # fmt: skip


def norm(reading: Reading, node: Apply, index: Node | None) -> Term:
    inner = reading.term(node.args[0])
    kind = reading.kind(inner.shape)
    if index is None:
        return reading.apply("abs" if kind == "S" else "norm", inner, span=node.span)
    name = index.text if isinstance(index, Name | Number) else ""
    op = NORMS.get((kind, name))
    if op is not None:
        return reading.apply(op, inner, span=node.span)
    if kind in "VR":
        return _p_norm(reading, inner, reading.term(index), node.span)
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def _p_norm(reading: Reading, inner: Term, p: Term, span: Span) -> Term:
    powered = Term("hpow", (reading.apply("abs", inner, span=span), p), None, inner.shape, span)
    total = reading.apply("total", powered, span=span)
    one = Term("num", (), 1.0, SCALAR, span)
    return reading.apply("hpow", total, reading.apply("div", one, p, span=span), span=span)


def subscripted(reading: Reading, node: Apply) -> Term:
    """A subscript on something that is no symbol: a norm, an entry of a bracket, a size below."""
    body, index = node.args
    if isinstance(body, Apply) and body.op == "fence" and body.detail == "‖‖":
        return norm(reading, body, index)
    inner_size = index
    while isinstance(inner_size, Apply) and inner_size.op == "fence":
        inner_size = inner_size.args[0]
    whole = reading.term(body)
    if isinstance(inner_size, Apply) and inner_size.op == "times":
        rows, cols = reading.size(inner_size.args[0]), reading.size(inner_size.args[1])
        reading.dims.unify(whole.shape.rows, rows)
        reading.dims.unify(whole.shape.cols, cols)
        return whole
    if isinstance(body, Apply) and body.op in ("fence", "call", "sup", "sub"):
        return reading.entry(whole, index_parts(index), node.span) if reading.kind(whole.shape) != "S" else collected(reading, body, index, node.span)
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def collected(reading: Reading, body: Node, index: Node, span: Span) -> Term:
    """`[∂E/∂x_i]_i`: the vector (or matrix) of entries."""
    names = [part.text for part in index_parts(index) if isinstance(part, Name)]
    if len(names) != len(index_parts(index)) or len(names) > 2:
        raise Stuck(message("index-unclear", text=show(index)), span)
    dims = tuple(reading.dims.fresh(big=True) for _ in names)
    before = dict(reading.index)
    reading.index.update(dict(zip(names, dims, strict=True)))
    try:
        inner = reading.term(body)
    finally:
        reading.index = before
    return reading.table(inner, tuple(names), dims, span)


# --- functions ---------------------------------------------------------------------------------

MATRIX_MEANING = frozenset({"exp", "log", "sqrt", "sin", "cos", "softmax", "logsumexp"})


def call(reading: Reading, node: Apply) -> Term:
    """A named function with its argument: `\\sin^2 x`, `\\log_a x`, `\\operatorname{tr}(A)`."""
    function, argument = node.args
    exponent: Node | None = None
    base: Node | None = None
    while isinstance(function, Apply):
        if function.op == "sup":
            exponent = function.args[1]
        elif function.op == "sub":
            base = function.args[1]
        else:
            raise Stuck(message("no-meaning", text=show(node)), node.span)
        function = function.args[0]
    if not isinstance(function, Name) or function.text not in SPELLINGS:
        raise Stuck(message("unknown-function", text=show(function)), node.span)
    result = _spelled(reading, function.text, base, argument, node.span)
    return result if exponent is None else _raise(reading, result, exponent, node.span)


def _spelled(reading: Reading, spelling: str, base: Node | None, argument: Node, span: Span) -> Term:
    op = SPELLINGS[spelling]
    if op == "diag" and isinstance(_unfenced(argument), Apply) and _unfenced(argument).op == "list":  # type: ignore[union-attr]
        inner = tuple_of(reading, _unfenced(argument), span)
    else:
        inner = reading.term(argument)
    if op in MATRIX_MEANING and reading.kind(inner.shape) == "M":
        raise Stuck(message("matrix-function", text=spelling), span)
    result = reading.apply(op, inner, span=span)
    if base is None:
        return result
    if op != "log":
        raise Stuck(message("no-meaning", text=f"{spelling}_{show(base)}"), span)
    return reading.apply("div", result, reading.apply("log", reading.term(base), span=span), span=span)


def _unfenced(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.op == "fence" and node.detail in ("()", "[]", "{}") else node


def labelled(reading: Reading, node: Apply) -> Term:
    return reading.term(node.args[0])


def bigop(reading: Reading, node: Apply) -> Term:
    return big(reading, node)


def accented(reading: Reading, node: Apply) -> Term:
    """A bar over an expression nowhere defined is not read; hats over names are symbols."""
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def listed(reading: Reading, node: Apply) -> Term:
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def nothing(reading: Reading, node: Apply) -> Term:
    raise Stuck(message("empty-side"), node.span)


READERS: dict[str, Reader] = {
    "+": plus,
    "-": plus,
    "neg": negative,
    "pos": positive,
    "juxt": juxtaposed,
    "cdot": dot,
    "times": times,
    "ast": star,
    "circ": star,
    "odot": hadamard,
    "otimes": kronecker,
    "frac": quotient,
    "slash": quotient,
    "div": quotient,
    "sup": power,
    "sqrt": root,
    "prime": prime,
    "fence": fence,
    "sub": subscripted,
    "call": call,
    "big": bigop,
    "matrix": matrix,
    "label": labelled,
    "accent": accented,
    "list": listed,
    "none": nothing,
}

__all__ = ["is_none", "read"]
