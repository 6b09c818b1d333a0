"""From the formula tree to terms: what every node means under one reading.

`READERS` has one row per operator of the tree.
"""

from __future__ import annotations

from collections.abc import Callable

from mdverify.arithmetic import dot, hadamard, kronecker, plus, product, quotient, star, times
from mdverify.arrays import matrix, tuple_of
from mdverify.calculus import take_prime
from mdverify.chance import expectation
from mdverify.fences import fence, subscripted
from mdverify.functions import primed
from mdverify.indices import collected
from mdverify.laws import is_expectation
from mdverify.messages import message
from mdverify.names import name, scripted
from mdverify.operators import ELEMENTWISE, SPELLINGS
from mdverify.points import at_point
from mdverify.powers import exponential, power, raised, root
from mdverify.reading import Reading, Stuck
from mdverify.shapes import SCALAR
from mdverify.show import show
from mdverify.source import Span
from mdverify.sums import big
from mdverify.symbols import symbols_in
from mdverify.syntax import Apply, Name, Node, Number
from mdverify.terms import Term

MATRIX_MEANING = frozenset({"log", "sqrt", "sin", "cos", "logsumexp"})
LINEWISE = frozenset({"softmax"})  # of a matrix: of each of its rows, or columns where that is said
SCRIPTED = frozenset({"sub", "accent", "sup"})
OF_SEVERAL = frozenset({"max", "min"})


def read(reading: Reading, node: Node) -> Term:
    """The term of a node; raises Clash where shapes do not fit, Stuck where we do not understand."""
    if isinstance(node, Name):
        return name(reading, node)
    if isinstance(node, Apply):
        symbol = reading.derivation.naming.symbol(node) if node.op in SCRIPTED else None
        if symbol is not None:
            return scripted(reading, node, symbol)
        return READERS.get(node.op, _meaningless)(reading, node)
    if isinstance(node, Number):
        digits = node.text.replace(",", "").replace("{", "").replace("}", "")
        if not digits.replace(".", "", 1).isdigit():
            raise Stuck(message("no-meaning", text=node.text), node.span)
        return Term("num", (), float(digits), SCALAR, node.span)
    raise Stuck(message("unread", reason=node.reason), node.span)


def _call(reading: Reading, node: Apply) -> Term:
    """A named function with its argument: `\\sin^2 x`, `\\log_a x`, `\\operatorname{tr}(A)`."""
    function, argument = node.args
    exponent: Node | None = None
    base: Node | None = None
    order = 0
    while isinstance(function, Apply):
        if function.op == "sup":
            exponent = function.args[1]
        elif function.op == "prime":
            order = len(function.detail)
        elif function.op == "sub":
            base = function.args[1]
        else:
            raise Stuck(message("no-meaning", text=show(node)), node.span)
        function = function.args[0]
    if is_expectation(node) and not order:
        result = expectation(reading, node)
        return result if exponent is None else raised(reading, result, exponent, node.span)
    known = isinstance(function, Name) and function.text in (SPELLINGS.keys() | OF_SEVERAL)
    if not isinstance(function, Name) or not known:
        raise Stuck(message("unknown-function", text=show(function)), node.span)
    if order:
        result = _primed(reading, function.text, base, argument, order, node.span)
    elif function.text in OF_SEVERAL:
        result = _of_several(reading, function.text, argument, node.span)
    else:
        result = _spelled(reading, function.text, base, argument, node.span)
    return result if exponent is None else raised(reading, result, exponent, node.span)


def _primed(
    reading: Reading, spelling: str, base: Node | None, argument: Node, order: int, span: Span
) -> Term:
    """`\\tanh'(a)`: all entries vary at once, so the function has to be elementwise."""
    op = SPELLINGS.get(spelling, "")
    if op not in ELEMENTWISE or base is not None:
        raise Stuck(message("unknown-function", text=f"{spelling}'"), span)
    return primed(reading, op, reading.term(argument), order, span)


def _of_several(reading: Reading, spelling: str, argument: Node, span: Span) -> Term:
    """`\\max(0, z)`: the first two, then with the next."""
    inside = _unfenced(argument)
    if not (isinstance(inside, Apply) and inside.op == "list" and len(inside.args) > 1):
        raise Stuck(message("unknown-function", text=spelling), span)
    first, *rest = (reading.term(item) for item in inside.args)
    for term in rest:
        first = reading.apply(spelling, first, term, span=span)
    return first


def _spelled(reading: Reading, spelling: str, base: Node | None, argument: Node, span: Span) -> Term:
    """A function of the operator table applied; `base` is that of a logarithm."""
    op, inside = SPELLINGS[spelling], _unfenced(argument)
    if op == "diag" and isinstance(inside, Apply) and inside.op == "list":
        inner = tuple_of(reading, inside, span)
    else:
        inner = (_over_all(reading, inside, span) if op == "diag" else None) or reading.term(argument)
    if op in LINEWISE and reading.kind(inner.shape) == "M":
        return reading.apply(f"{op}-{reading.derivation.lines_meant or 'rows'}", inner, span=span)
    if op == "exp" and base is None:
        return exponential(reading, inner, span)
    if op in MATRIX_MEANING and reading.kind(inner.shape) == "M":
        if op != "log" or not reading.derivation.traces_logs(reading.position):
            raise Stuck(message("matrix-function", text=spelling), span)
        inner = reading.apply("det", inner, span=span)  # its trace is the logarithm of the determinant
    result = reading.apply(op, inner, span=span)
    if base is None:
        return result
    if op != "log":
        raise Stuck(message("no-meaning", text=f"{spelling}_{show(base)}"), span)
    return reading.apply("div", result, reading.apply("log", reading.term(base), span=span), span=span)


def _over_all(reading: Reading, entry: Node, span: Span) -> Term | None:
    """`\\mathrm{diag}(w_i)`: the column of all numbers; None where no index stands for all."""
    letters = _unbound(reading, entry)
    written_here = not reading.pending and letters & reading.unbound
    if len(letters) != 1 or written_here:
        return None
    names, dims = tuple(letters), (reading.dims.fresh(big=True),)
    with reading.binding(zip(names, dims, strict=True)):
        body = reading.term(entry)
    return collected(reading, body, names, dims, span) if reading.is_scalar(body) else None


def _unbound(reading: Reading, node: Node) -> set[str]:
    """The index letters below symbols that nothing binds: the i of `\\mathrm{diag}(w_i)`."""
    naming = reading.derivation.naming
    return {
        index.text
        for symbol in symbols_in(node, naming)
        for index in symbol.indices
        if isinstance(index, Name) and index.text in naming.index_letters and index.text not in reading.index
    }


def _unfenced(node: Node) -> Node:
    match node:
        case Apply("fence", (body,), "()" | "[]" | "{}"):
            return body
    return node


def _positive(reading: Reading, node: Apply) -> Term:
    """A sign or a label that changes nothing."""
    return reading.term(node.args[0])


def _negative(reading: Reading, node: Apply) -> Term:
    return reading.apply("neg", reading.term(node.args[0]), span=node.span)


def _juxtaposed(reading: Reading, node: Apply) -> Term:
    return product(reading, list(node.args), node.span)


def _meaningless(reading: Reading, node: Apply) -> Term:
    """What we have no meaning for: a list outside brackets, a bar over an expression."""
    raise Stuck(message("no-meaning", text=show(node)), node.span)


def _nothing(reading: Reading, node: Apply) -> Term:
    raise Stuck(message("empty-side"), node.span)


READERS: dict[str, Callable[[Reading, Apply], Term]] = {
    "+": plus,
    "-": plus,
    "neg": _negative,
    "pos": _positive,
    "juxt": _juxtaposed,
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
    "prime": take_prime,
    "fence": fence,
    "sub": subscripted,
    "call": _call,
    "big": big,
    "at": at_point,
    "matrix": matrix,
    "label": _positive,
    "none": _nothing,
}
