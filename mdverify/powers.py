"""Superscripts: powers, transposes, inverses, exponentials, and roots."""

from __future__ import annotations

from dataclasses import replace

from mdverify.arithmetic import product
from mdverify.closure import closure
from mdverify.fences import norm
from mdverify.lives import Life
from mdverify.messages import message
from mdverify.operators import ELEMENTWISE
from mdverify.reading import Reading, Stuck
from mdverify.shapes import SCALAR
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import is_label_power
from mdverify.syntax import MINUS_ONE, Apply, Name, Node, Number, walk
from mdverify.terms import Term
from mdverify.unfolding import pass_on

DEGREE = 3.141592653589793 / 180
TRANSPOSES = (Name("T"), Name("top"))
COUNTING = frozenset("ijklmnprst")
EXPONENTS = "values:3,4,5"  # high enough for `I + A + A^2 + \\cdots + A^{k-1}` to have all the terms shown


def _is_transpose(reading: Reading, node: Node) -> bool:
    """Whether a superscript says transpose; T may be a number of the note."""
    match node:
        case Name("top"):
            return True
        case Name("T"):
            return "T" not in reading.index and not _is_number(reading.life("T"))
        case _:
            return False


def _is_number(life: Life | None) -> bool:
    """Whether a letter stands for a number: not one declared a matrix, nor the name of a set."""
    if life is None or (life.declaration is not None and life.declaration.rank != "S"):
        return False
    body = life.definition.body if life.definition is not None else None
    return not (isinstance(body, Apply) and body.op == "fence" and body.detail == "{}")


def power(reading: Reading, node: Apply) -> Term:
    """A superscript; over a bare product (`{\\bf uv}^T`) it belongs to the last factor, as it is printed."""
    body, exponent = node.args
    if isinstance(body, Apply) and body.op == "juxt":
        last = Apply("sup", (body.args[-1], exponent), span=node.span)
        return product(reading, [*body.args[:-1], last], node.span)
    if isinstance(body, Apply) and body.op == "prime" and is_label_power(exponent):
        inner = Apply("sup", (body.args[0], exponent), span=node.span)
        return reading.term(Apply("prime", (inner,), body.detail, node.span))
    if exponent == Name("circ") and isinstance(body, Number):
        degree = Term("num", (), DEGREE, SCALAR, node.span)
        return reading.apply("mul", reading.term(body), degree, span=node.span)
    if _is_exponential(reading, body, exponent):
        return exponential(reading, reading.term(exponent), node.span)
    if isinstance(body, Apply) and body.op == "fence" and body.detail == "‖‖":
        return raised(reading, norm(reading, body, None), exponent, node.span)
    if _is_transpose(reading, exponent) and isinstance(body, Apply) and body.op == "fence":
        body = _as_row(body)
    return raised(reading, reading.term(body), exponent, node.span)


def _as_row(body: Apply) -> Apply:
    """`(1, 2)^T` is a column, whatever `(1, 2)` alone is meant for."""
    listed = isinstance(body.args[0], Apply) and body.args[0].op == "list"
    return replace(body, detail="[]") if listed and body.detail == "()" else body


def _is_exponential(reading: Reading, body: Node, exponent: Node) -> bool:
    """`e^{-z}`; a vector e is only ever transposed or squared."""
    if not (isinstance(body, Name) and body.text == "e" and not body.font) or _is_transpose(
        reading, exponent
    ):
        return False
    return reading.life("e") is None or not isinstance(exponent, Number)


def raised(reading: Reading, base: Term, exponent: Node, span: Span) -> Term:
    """A term with a superscript."""
    turned = _turned(reading, base, exponent, span)
    return turned if turned is not None else _powered(reading, base, exponent, span)


def _counts(reading: Reading, exponent: Node) -> bool:
    """`(1+r)^T`, `(1+r)^{-T}` where T is the number of something."""
    letter = exponent.args[0] if isinstance(exponent, Apply) and exponent.op == "neg" else exponent
    return isinstance(letter, Name) and letter.text == "T" and "T" in reading.derivation.sizes


def exponential(reading: Reading, exponent: Term, span: Span) -> Term:
    """`e^x`; of a square matrix the matrix exponential, unless entry by entry is meant."""
    square = reading.kind(exponent.shape) == "M" and reading.dims.unify(*exponent.shape)
    if square and reading.choose("e^", ((0.0, "matrix"), (0.6, "entries"))) == "matrix":
        return reading.apply("expm", exponent, span=span)
    return reading.apply("exp", exponent, span=span)


def _turned(reading: Reading, base: Term, exponent: Node, span: Span) -> Term | None:
    """Transposes, adjoints and pseudo-inverses."""
    if reading.is_scalar(base) and _counts(reading, exponent):
        return None
    if base.op == "entry" and len(base.args) == 3 and exponent in TRANSPOSES:
        whole, row, col = base.args  # `w_{ij}^T` stands for an entry of W^T
        return Term("entry", (whole, col, row), base.data, base.shape, span)
    match exponent:
        case _ if _is_transpose(reading, exponent) or (exponent == Name("T") and not reading.is_scalar(base)):
            return reading.apply("T", base, span=span)
        case Apply("neg", (inner,)) if _is_transpose(reading, inner):
            return reading.apply("T", reading.apply("inv", base, span=span), span=span)
        case Apply("list" | "juxt", (first, second)) if _is_transpose(reading, first) or _is_transpose(
            reading, second
        ):
            raise Stuck(message("no-meaning", text=show(exponent)), span)
        case Name("H") if reading.life("H") is None:
            return _adjoint(reading, base, span)
        case Name("+" | "dagger"):
            return reading.apply("pinv", base, span=span)
        case Name("odot"):
            raise Stuck(message("no-meaning", text=show(exponent)), span)
    return None


def _adjoint(reading: Reading, base: Term, span: Span) -> Term:
    """`A^H`: letters nobody declared are complex then."""
    for part in closure(reading, base):
        name = str(part.data)
        if part.op in ("sym", "member") and name in reading.names and name not in reading.definitions:
            life = reading.life(reading.names[name])
            if life is None or life.declaration is None:
                reading.assumptions[name] = reading.assumptions.get(name, frozenset()) | {"complex"}
    return reading.apply("H", base, span=span)


def _powered(reading: Reading, base: Term, exponent: Node, span: Span) -> Term:
    """Inverses and powers."""
    kind = reading.kind(base.shape)
    if exponent == MINUS_ONE:
        if kind == "S":
            return reading.apply("div", Term("num", (), 1.0, SCALAR, span), base, span=span)
        return reading.apply("inv", base, span=span)
    up = reading.term(exponent)
    if not reading.is_scalar(up):
        raise Stuck(message("no-meaning", text=show(exponent)), span)
    if kind == "S":
        return reading.apply("hpow", base, up, span=span)
    if kind in "VR":
        return _each_raised(reading, base, exponent, up, span)
    halves = _halves(up)
    if halves is not None and reading.dims.unify(*base.shape):
        return _halved(reading, base, halves, span)
    if not _is_whole(reading, up):
        raise Stuck(message("matrix-power", text=show(exponent)), span)
    if _is_by_entries(reading, base):
        return Term("hpow", (base, up), None, base.shape, span)
    return reading.apply("pow", base, up, span=span)


def _halves(up: Term) -> int | None:
    """How many halves an exponent is, if it is no whole number: 1 of `1/2`, -3 of `-1.5`."""
    sign = -1 if up.op == "neg" else 1
    up = up.args[0] if up.op == "neg" else up
    if up.op == "num":
        twice = 2 * float(up.data)
    elif up.op == "div" and up.args[1].op == "num" and up.args[0].op in ("num", "neg"):
        above = up.args[0] if up.args[0].op == "num" else up.args[0].args[0]
        sign = sign if up.args[0].op == "num" else -sign
        twice = 2 * float(above.data) / float(up.args[1].data) if above.op == "num" else 0.0
    else:
        return None
    return sign * int(twice) if twice % 2 == 1 else None


def _halved(reading: Reading, base: Term, halves: int, span: Span) -> Term:
    """`A^{1/2}`, `A^{-1/2}`: the root of what is positive definite, as a letter with a root is."""
    if base.op == "sym":
        reading.assumptions[base.data] = reading.assumptions.get(base.data, frozenset()) | {
            "positive-definite"
        }
    if base.op == "sym" and base.data in reading.definitions:
        pass_on(reading, base.data, reading.definitions[base.data].body)
    root_of = reading.apply("sqrtm", base, span=span)
    root_of = reading.apply("inv", root_of, span=span) if halves < 0 else root_of
    if abs(halves) == 1:
        return root_of
    times = Term("num", (), float(abs(halves)), SCALAR, span)
    return reading.apply("pow", root_of, times, span=span)


def _is_by_entries(reading: Reading, base: Term) -> bool:
    """Whether entries are raised: those of a function of entries, and of what is no square."""
    if not reading.dims.unify(*base.shape):
        return True
    each = base.op in ELEMENTWISE or (base.op == "call" and base.data.elementwise)
    return each and reading.choose("(·)^", ((0.0, "entries"), (0.6, "matrix"))) == "entries"


def _each_raised(reading: Reading, base: Term, exponent: Node, up: Term, span: Span) -> Term:
    """The power of every entry of a vector; `s_1^{t-1}` is a time and no power."""
    if any(isinstance(part, Name) and part.text in reading.free for part in walk(exponent)):
        raise Stuck(message("no-meaning", text=show(exponent)), span)
    return Term("hpow", (base, up), None, base.shape, span)


def _is_whole(reading: Reading, term: Term) -> bool:
    """Whether an exponent of a matrix is a whole number; a letter like k nothing else is said of is one."""
    if term.op in ("index", "size"):
        return True
    if term.op == "num":
        return float(term.data).is_integer()
    if term.op == "sym":
        letter = str(reading.names.get(term.data))
        if letter not in COUNTING or term.data in reading.definitions or term.data in reading.generics:
            return False
        reading.assumptions[term.data] = reading.assumptions[term.data] | {EXPONENTS}
        return True
    return term.op in ("add", "sub", "mul", "neg") and all(_is_whole(reading, arg) for arg in term.args)


def root(reading: Reading, node: Apply) -> Term:
    """A square root, or a root of another degree."""
    body = reading.as_number(reading.term(node.args[0]))
    if reading.kind(body.shape) == "M":
        raise Stuck(message("matrix-function", text="sqrt"), node.span)
    if len(node.args) == 1:
        return reading.apply("sqrt", body, span=node.span)
    degree = reading.term(node.args[1])
    if not reading.is_scalar(degree):
        raise Stuck(message("no-meaning", text=show(node)), node.span)
    one = Term("num", (), 1.0, SCALAR, node.span)
    return reading.apply("hpow", body, reading.apply("div", one, degree, span=node.span), span=node.span)
