"""What a single letter means: an index, a constant, a size, a function, or a symbol."""

from __future__ import annotations

from mdverify.definitions import Defined
from mdverify.functions import application
from mdverify.indices import free_index, index_term, ranges_over
from mdverify.lives import Life
from mdverify.messages import message
from mdverify.powers import power
from mdverify.reading import Reading, Stuck
from mdverify.resolve import is_whole, resolve
from mdverify.shapes import LARGEST, ONE, SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import Symbol
from mdverify.syntax import Apply, Name, Node, Number, signed
from mdverify.terms import Term
from mdverify.unfolding import declared_shape

PI = 3.141592653589793
E = 2.718281828459045
SIZED = frozenset({"I", "1", "0", "delta", "epsilon", "varepsilon", "e"})
CONSTANT_MATRICES = {"0": "zeros", "1": "ones"}
SAID = ((0.0, "said"), (0.4, "open"))  # a vector of ones may be as long as its place needs all the same
OTHER_PI = 0.5  # what it costs to take π for a letter where it looks like the number, or the other way round
USES_OF_VECTORS = ("transposed", "norm", "mapped", "dotted", "nabla", "in a diagonal", "hadamard")
CIRCLE = Symbol("pi", "pi", "")
VALUELESS = frozenset({"infty", "?", "emptyset", "cdots", "dots"})


def name(reading: Reading, node: Name) -> Term:
    """A letter: bound index, constant, size, or symbol."""
    if node.text in reading.index and not node.font:
        return Term("index", (), node.text, SCALAR, node.span)
    if _is_imaginary(reading, node):
        return Term("num", (), 1j, SCALAR, node.span)
    symbol = reading.derivation.naming.symbol(node)
    if symbol is None and node.text == "d" and node.font != "rm":
        symbol = Symbol("d", "d", node.font)  # with nothing to act on: `ad - bc`, `-d + tr(A)`
    if symbol is None:
        raise Stuck(message("operator-alone", text=show(node)), node.span)
    if symbol.key in reading.local:
        return reading.local[symbol.key]
    life = reading.life(symbol.key)
    known = _constant(reading, node, life) or _counting(reading, node, life)
    if known is not None:
        return known
    if reading.is_function(symbol.key):
        return application(reading, symbol, None, node.span)
    return resolve(reading, symbol, node.span)


def _is_imaginary(reading: Reading, node: Name) -> bool:
    """The unit, unless the note has a letter of that name."""
    return (
        node.text in reading.derivation.imaginary
        and node.font in ("", "rm")
        and reading.life(node.text) is None
        and node.text not in reading.local
    )


def _constant(reading: Reading, node: Name, life: Life | None) -> Term | None:
    """π, e, zeros, ones and the identity, where the note does not call something else so."""
    text = node.text
    if text == "pi" and _is_circle_constant(reading, node, life):
        return Term("num", (), PI, SCALAR, node.span)
    if text in ("0", "1"):
        return _bold(reading, node, life)
    if text in VALUELESS:
        raise Stuck(message("no-value", text=show(node)), node.span)
    if text == "I" and (life is None or life.definition is None):
        side = reading.unsized()
        return Term("I", (), None, Shape(side, side), node.span)
    if text == "e" and not node.font and life is None and _is_euler(reading):
        return Term("num", (), E, SCALAR, node.span)
    return None


def _is_circle_constant(reading: Reading, node: Name, life: Life | None) -> bool:
    """Whether π is the number: in `2π` it may be so even where the note has a letter of that name."""
    evidence, at = reading.evidence, reading.position
    used = max(evidence.weight(node.text, use, at) for use in USES_OF_VECTORS)
    entered = used > 0 and evidence.seen(node.text, "component")
    if life is None and not entered and not is_whole(reading, CIRCLE, 1):
        return True
    before = reading.derivation.note.source.text[max(0, node.span.start - 2) : node.span.start]
    multiple = before.rstrip()[-1:].isdigit()
    if not multiple and (life is not None or used == 1.0):
        return False
    declared = life.declaration if life is not None else None
    number = life is None or (declared is not None and declared.rank != "S")
    ranked = ((0.0, "number"), (OTHER_PI, "letter")) if number else ((0.0, "letter"), (OTHER_PI, "number"))
    return reading.choose("2π?" if multiple else "π?", ranked) == "number"


def _is_euler(reading: Reading) -> bool:
    return not reading.evidence.seen("e", "transposed") and not reading.evidence.seen("e", "norm")


def _counting(reading: Reading, node: Name, life: Life | None) -> Term | None:
    """A size or a free index as a number."""
    text = node.text
    counts = text in reading.derivation.sizes or text in reading.counted
    plain = node.font in ("", "rm") and (_may_count(reading, life) or _is_also_function(reading, text, life))
    if counts and plain:
        return _number_of(reading, text, node.span)
    if life is None and (text in reading.free or text in reading.unbound):
        free_index(reading, text)
        return Term("index", (), text, SCALAR, node.span)
    return None


def _number_of(reading: Reading, letter: str, span: Span) -> Term:
    """A size as a number; one that is too large for arrays is nothing but that number."""
    number = reading.derivation.example_size(letter, reading.position)
    if number is not None and number > LARGEST and reading.asked("valued"):
        reading.large.add(letter)
        return Term("num", (), float(number), SCALAR, span)
    return Term("size", (), reading.counted_by(letter), SCALAR, span)


def _may_count(reading: Reading, life: Life | None) -> bool:
    """Whether a letter was neither defined, but for an example, nor declared as anything but a number."""
    if life is None:
        return True
    if life.definition is not None:
        return _counts_in_example(reading, life.definition)
    return life.declaration is None or life.declaration.rank == "S"


def _counts_in_example(reading: Reading, definition: Defined) -> bool:
    """`n = 3`, `d = k`: still the size it was."""
    other = definition.body.text if isinstance(definition.body, Name) else ""
    if definition.params or definition.indices or definition.power is not None:
        return False
    return other in reading.derivation.sizes or (signed(definition.body) or 0) > 0


def _is_also_function(reading: Reading, text: str, life: Life | None) -> bool:
    """Whether a letter that counts is a function only where it is applied: `x ∈ R^p`, `p(x) = …`."""
    if life is None or life.definition is None or not life.definition.params:
        return False
    return reading.choose(f"{text}?", ((0.0, "size"), (0.8, "function"))) == "size"


def _bold(reading: Reading, node: Name, life: Life | None) -> Term:
    """Bold 0 and 1: zeros of any shape, a vector of ones as long as it is said to be, or such a matrix."""
    if node.text == "0":
        return Term("zeros", (), None, Shape(reading.dims.fresh(), reading.dims.fresh()), node.span)
    declared = life.declaration if life is not None else None
    far = reading.derivation.distance(declared.position, reading.position) if declared is not None else 0
    if declared is not None and declared.rank == "M" and far < 2:
        return Term("ones", (), None, declared_shape(reading, declared), node.span)
    if declared is not None and declared.rank == "V" and far == 0 and reading.choose("1?", SAID) == "said":
        return Term("ones", (), None, declared_shape(reading, declared), node.span)
    return Term("ones", (), None, Shape(reading.unsized(big=True), ONE), node.span)


def scripted(reading: Reading, node: Apply, symbol: Symbol) -> Term:
    """A name with scripts: sized constants, basis vectors, and symbols of the note."""
    if symbol.key in reading.local:
        return reading.local[symbol.key]
    base: Node = node
    while isinstance(base, Apply) and base.args:
        base = base.args[0]
    if isinstance(base, Name) and node.op == "sub" and isinstance(node.args[0], Name):
        sized = _sized_constant(reading, base, node, symbol.key)
        if sized is not None:
            return sized
    if reading.is_function(symbol.key):
        return application(reading, symbol, None, node.span)
    if base == Name("e") and node.op == "sup" and reading.life(symbol.key) is None:
        return power(reading, node)
    return resolve(reading, symbol, node.span)


def _sized_constant(reading: Reading, base: Name, node: Apply, key: str) -> Term | None:
    """`I_n`, `0_{m\\times n}`, `\\mathbf 1_n`, `\\mathbf e_i`, `\\delta_{ij}`."""
    index = node.args[1]
    indices = index.args if isinstance(index, Apply) and index.op in ("juxt", "list") else (index,)
    if base.text not in SIZED:
        return None
    known = any(reading.life(one) is not None for one in (base.text, f"{base.text}_"))
    known = known or (isinstance(index, Number) and _is_defined(reading.life(key)))
    if base.text == "I" and not known and (len(indices) == 1 or _is_product(index)):
        if isinstance(index, Apply) and index.op == "times":
            index = index.args[0]
        side = reading.size(index)
        return Term("I", (), None, Shape(side, side), node.span)
    if base.text in CONSTANT_MATRICES and isinstance(index, Apply) and index.op == "times":
        shape = Shape(reading.size(index.args[0]), reading.size(index.args[1]))
        return Term(CONSTANT_MATRICES[base.text], (), None, shape, node.span)
    if base.text == "1" and len(indices) == 1:
        return Term("ones", (), None, Shape(reading.size(index), ONE), node.span)
    if base.text == "delta" and len(indices) == 2 and reading.life("delta__") is None:
        if indices[0] == indices[1] and isinstance(indices[0], Name):
            raise Stuck(message("index-unclear", text=show(index)), node.span)
        pair = tuple(index_term(reading, i) for i in indices)
        _join_ranges(reading, indices)
        return Term("delta", pair, None, SCALAR, node.span)
    if base.text in ("epsilon", "varepsilon") and len(indices) == 3 and not known:
        return _permutation_sign(reading, indices, node.span)
    if base.text == "e" and len(indices) == 1 and not known and base.font == "bf":
        rows = reading.dims.fresh(big=True)
        where = index_term(reading, indices[0])
        ranges_over(reading, indices[0], rows)
        return Term("basis", (where,), None, Shape(rows, ONE), node.span)
    return None


def _is_defined(life: Life | None) -> bool:
    """Whether a formula says what a symbol is; `X^T X = I_2` says something of X."""
    definition = life.definition if life is not None else None
    return definition is not None and not (definition.named or definition.last)


def _is_product(index: Node) -> bool:
    """The mn of `I_{mn}`."""
    return isinstance(index, Apply) and index.op == "juxt"


def _permutation_sign(reading: Reading, indices: tuple[Node, ...], span: Span) -> Term:
    """The sign of (i, j, k) as a permutation of (1, 2, 3): `(i-j)(j-k)(k-i)/2`."""
    terms = tuple(index_term(reading, index) for index in indices)
    for index in indices:
        ranges_over(reading, index, reading.dims.const(3))
    result = Term("num", (), 0.5, SCALAR, span)
    for one, two in zip(terms, (*terms[1:], terms[0]), strict=True):
        result = reading.apply("mul", result, reading.apply("sub", one, two, span=span), span=span)
    return result


def _join_ranges(reading: Reading, indices: tuple[Node, ...]) -> None:
    """The two indices of a Kronecker delta run over the same range."""
    dims = [
        reading.index.get(i.text) if i.text in reading.index else reading.free.get(i.text)
        for i in indices
        if isinstance(i, Name)
    ]
    if len(dims) == 2 and dims[0] is not None and dims[1] is not None:
        reading.dims.unify(dims[0], dims[1])
