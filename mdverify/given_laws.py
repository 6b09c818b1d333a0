"""A random symbol in terms of the moments a note gives it: `m + L z`, with a white or centred z."""

from __future__ import annotations

from mdverify.laws import Law
from mdverify.messages import message
from mdverify.outcomes import Chance
from mdverify.randomness import law_of
from mdverify.reading import Clash, Reading, Stuck
from mdverify.shapes import ONE, SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import Symbol
from mdverify.syntax import Node
from mdverify.terms import Definition, Term

CORE = "°"  # after a name: what is left of a symbol without its mean and covariance


def by_law(reading: Reading, symbol: Symbol, name: str, shape: Shape, span: Span) -> Definition | None:
    """What stands for a symbol whose moments are given, if this reading uses them."""
    law = law_of(reading, name)
    if law is None or reading.derives or name in reading.pending or reading.asked("opaque", symbol.key):
        return None
    if reading.kind(shape) not in "SV" or symbol.sup_indices:
        return None
    try:
        with reading.inside(name):
            mean = None if law.mean is None else _moment(reading, law.mean, law.position, shape)
            spread = _spread(reading, law, mean, name, shape)
    except (Stuck, Clash):
        return None
    letters = tuple(f"{CORE}{number}" for number, _ in enumerate(symbol.indices))
    body = _core(reading, symbol, name, letters, span)
    reading.cores[body.data] = Chance(centred=_is_centred(reading, name, mean), white=spread is not None)
    if spread is not None:
        body = Term("mul", (Term("chol", (spread,), None, spread.shape, span), body), None, shape, span)
    if mean is not None:
        body = Term("add", (mean, body), None, shape, span)
    return Definition(letters, body)


def _core(reading: Reading, symbol: Symbol, name: str, letters: tuple[str, ...], span: Span) -> Term:
    """A symbol, or any member of a family, without its moments."""
    core, shape = f"{name}{CORE}", reading.shapes[name]
    reading.shapes[core], reading.names[core] = shape, symbol.key
    reading.assumptions[core] = reading.assumptions[name]
    if not letters:
        return Term("sym", (), core, shape, span)
    reading.slots[core] = reading.slots[name]
    return Term("member", tuple(Term("index", (), one, SCALAR, span) for one in letters), core, shape, span)


def _is_centred(reading: Reading, name: str, mean: Term | None) -> bool:
    return mean is not None or bool({"zero-mean", "noise"} & reading.assumptions[name])


def _spread(reading: Reading, law: Law, mean: Term | None, name: str, shape: Shape) -> Term | None:
    """The covariance; what was given as `E[v v^T]` is one only of something with mean zero."""
    if law.spread is None or (law.raw and not (_is_centred(reading, name, None) or _is_nothing(mean))):
        return None
    spread = _moment(reading, law.spread, law.position, Shape(shape.rows, shape.rows))
    if spread.op == "sym":
        kind = "positive" if reading.is_scalar(spread) else "positive-definite"
        reading.assumptions[spread.data] = reading.assumptions.get(spread.data, frozenset()) | {kind}
    return spread


def _is_nothing(mean: Term | None) -> bool:
    return mean is not None and mean.op == "zeros"


def _moment(reading: Reading, node: Node, position: int, shape: Shape) -> Term:
    """A moment read where it is given; one number for a matrix is that number times the identity."""
    with reading.at(position):
        term = reading.term(node)
    if term.op == "zeros" or (term.op == "num" and term.data == 0.0):
        return Term("zeros", (), None, shape, term.span)
    if reading.is_scalar(term) and shape.cols != ONE:
        return Term("mul", (term, Term("I", (), None, shape, term.span)), None, shape, term.span)
    dims = reading.dims
    if not (dims.unify(term.shape.rows, shape.rows) and dims.unify(term.shape.cols, shape.cols)):
        raise Stuck(message("no-meaning", text=show(node)), term.span)
    return term
