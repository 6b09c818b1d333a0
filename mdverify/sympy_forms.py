"""Terms as SymPy expressions.

`FORMS` has a row for every term that is no operator; operators have a row of their own in the operator
table, with a column for SymPy. What has no row, or an empty one, raises NotExpressible. SymPy itself is
handed in, so that importing this module does not import it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mdverify.messages import Message, message
from mdverify.operators import OPERATORS
from mdverify.reading import Reading, root
from mdverify.terms import Binder, Call, Derivative, Term

DEEPEST = 12  # definitions within definitions


class NotExpressible(ValueError):  # noqa: N818 (the name says what is the matter)
    """A formula that has no SymPy form; `said` names the part that has none."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.text())
        self.said = said


@dataclass(slots=True)
class Writer:
    """Writes the terms of one reading with the SymPy module `s`.

    `stops` are symbols that are not unfolded because something is differentiated by them, `functions`
    those that are written as functions of such symbols.
    """

    s: Any
    reading: Reading
    text: str
    unfold: bool
    stops: frozenset[str] = frozenset()
    functions: dict[str, tuple[Term, ...]] = field(default_factory=dict)
    index: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    sizes: dict[int, Any] = field(default_factory=dict)
    depth: int = 0

    def write(self, term: Term) -> Any:
        """The expression of a term: a scalar one, a matrix, or the derivative of or by a matrix."""
        row = FORMS.get(term.op, written_operator if term.op in OPERATORS else None)
        if row is None:
            raise self.refusal("sympy-none", term)
        try:
            written = row(self, term)
        except (TypeError, ValueError, IndexError, NotImplementedError) as error:
            if isinstance(error, NotExpressible):
                raise
            raise self.refusal("sympy-refuses", term) from error
        return self.s.Trace(written) if written.is_Matrix and self.is_scalar(term) else written

    def refusal(self, key: str, term: Term) -> NotExpressible:
        """The error for a term that has no SymPy form."""
        return NotExpressible(message(key, text=self.text[term.span.start : term.span.end]))

    def is_scalar(self, term: Term) -> bool:
        return self.reading.is_scalar(term)

    def relation(self, sign: str, sides: list[Term], written: list[Any]) -> Any:
        """A relation between two sides; a bare 0 is a matrix of zeros where the other side is one."""
        matrix = next((one for one in written if one.is_Matrix), None)
        if matrix is not None:
            written = [
                self.s.ZeroMatrix(*matrix.shape) if _is_zero(side) else one
                for side, one in zip(sides, written, strict=True)
            ]
            if not all(one.is_Matrix or not self.is_scalar(t) for t, one in zip(sides, written, strict=True)):
                ones = self.s.OneMatrix(*matrix.shape)
                written = [one if one.is_Matrix else self.s.MatMul(one, ones) for one in written]
        return getattr(self.s, RELATIONS[sign])(*written, evaluate=False)

    # --- names and sizes -----------------------------------------------------------------

    def name(self, key: str) -> str:
        """The name of a symbol, as SymPy's printers like it; different symbols get different names."""
        if key not in self.names:
            plain = spelled(key)
            taken = set(self.names.values())
            number = next(n for n in range(len(taken) + 1) if _numbered(plain, n) not in taken)
            self.names[key] = _numbered(plain, number)
        return self.names[key]

    def size(self, dim: int) -> Any:
        """A dimension: a number, a symbol, or a sum or product of others."""
        dims = self.reading.dims
        dim = dims.find(dim)
        if dim not in self.sizes:
            parts, product = dims.parts(dim)
            value, name = dims.value(dim), dims.name(dim)
            if value is not None:
                self.sizes[dim] = self.s.Integer(value)
            elif name:
                self.sizes[dim] = self.s.Symbol(_cleaned(name))
            elif parts:
                self.sizes[dim] = self.s.Symbol("d_0")  # stands for itself, should it be a part of itself
                self.sizes[dim] = (self.s.Mul if product else self.s.Add)(*map(self.size, parts))
            else:
                free = sum(str(size).startswith("d_") for size in self.sizes.values())
                self.sizes[dim] = self.s.Symbol(f"d_{free + 1}")
        return self.sizes[dim]

    def shape(self, term: Term) -> tuple[Any, Any]:
        return self.size(term.shape.rows), self.size(term.shape.cols)

    def entrywise(self, term: Term, entry: Callable[[Any, Any], Any]) -> Any:
        """A matrix given by its entries, which are counted from 0."""
        row, column = self.s.symbols("_r _c")
        return self.s.FunctionMatrix(*self.shape(term), self.s.Lambda((row, column), entry(row, column)))

    # --- scopes --------------------------------------------------------------------------

    @contextmanager
    def bound(self, names: tuple[str, ...]) -> Iterator[list[Any]]:
        """Letters for bound indices, other than those that stand for something outside."""
        before = self.index
        outside = {free for value in before.values() for free in value.free_symbols}
        letters = [self.s.Symbol(name) for name in names]
        letters = [self.s.Dummy(letter.name) if letter in outside else letter for letter in letters]
        self.index = {**before, **dict(zip(names, letters, strict=True))}
        try:
            yield letters
        finally:
            self.index = before

    @contextmanager
    def within(
        self,
        *,
        stops: frozenset[str] | None = None,
        index: dict[str, Any] | None = None,
        local: dict[str, Any] | None = None,
    ) -> Iterator[None]:
        """Inside a derivative, a definition or a function."""
        before = self.stops, self.index, self.local
        self.stops = self.stops if stops is None else stops
        self.index = {**self.index, **(index or {})}
        self.local = {**self.local, **(local or {})}
        self.depth += 1
        try:
            yield
        finally:
            self.stops, self.index, self.local = before
            self.depth -= 1


def _is_zero(term: Term) -> bool:
    """A bare 0, which stands for zeros of any shape."""
    return term.op == "zeros" or (term.op == "num" and term.data == 0.0)


def spelled(key: str) -> str:
    """The name of a key: `hat(x)_{1}` is `xhat_1`, `bf:w` is `wbold`."""
    plain = key.partition("#")[0].rstrip("_").removesuffix("^()").rstrip("_")
    font, colon, rest = plain.partition(":")
    plain = rest if colon else plain
    while accent := re.match(r"([a-z]+)\(([^()]*)\)", plain):
        plain = accent[2] + accent[1] + plain[accent.end() :]
    head, sep, script = plain.partition("_{") if "_{" in plain else plain.partition("^{")
    head = head.replace("'", "prime") + FONTS.get(font, font) * bool(colon)
    return _cleaned(head + sep + script.replace("'", "prime"))


FONTS = {"bf": "bold", "vec": "vec", "": ""}


def _cleaned(text: str) -> str:
    return re.sub(r"\\(?:text|mathrm|operatorname)\b|[{}\\() ]", "", text)


def _numbered(name: str, number: int) -> str:
    return f"{name}__{number}" if number else name


# --- rows --------------------------------------------------------------------------------------

RELATIONS = {
    "=": "Eq", ":=": "Eq", "equiv": "Eq", "triangleq": "Eq", "ne": "Ne",
    "<": "Lt", ">": "Gt", "le": "Le", "ge": "Ge",
}  # fmt: skip
CONSTANTS = {math.pi: "pi", math.e: "E"}
VARIABLES = frozenset({"sym", "member", "entry"})  # SymPy differentiates by nothing else
LINEAR = frozenset({"neg", "add", "sub", "mul", "div"})


def written_operator(w: Writer, term: Term) -> Any:
    """A row of the operator table."""
    form = OPERATORS[term.op].sympy
    if form is None:
        raise w.refusal(f"sympy-{term.op}", term)
    args = [w.write(arg) for arg in term.args]
    _check_derivatives(w, term, args)
    return form(w.s, *args)


def _check_derivatives(w: Writer, term: Term, args: list[Any]) -> None:
    """A derivative of or by a matrix has no shape in SymPy: it can be scaled and added to its like."""
    shapeless = [not arg.is_Matrix and not w.is_scalar(t) for t, arg in zip(term.args, args, strict=True)]
    if not any(shapeless):
        return
    others = [arg for arg, is_shapeless in zip(args, shapeless, strict=True) if not is_shapeless]
    added_to_others = term.op in ("add", "sub") and others
    multiplied = term.op in ("mul", "div") and not others
    if term.op not in LINEAR or added_to_others or multiplied or any(arg.is_Matrix for arg in others):
        raise w.refusal("sympy-inside", term.args[shapeless.index(True)])


def _number(w: Writer, term: Term) -> Any:
    if term.data in CONSTANTS:
        return getattr(w.s, CONSTANTS[term.data])
    return w.s.Rational(str(term.data))


def _size(w: Writer, term: Term) -> Any:
    return w.size(term.data)


def _index(w: Writer, term: Term) -> Any:
    return w.index.get(term.data, w.s.Symbol(term.data))


def _identity(w: Writer, term: Term) -> Any:
    return w.s.Integer(1) if w.is_scalar(term) else w.s.Identity(w.size(term.shape.rows))


def _zeros(w: Writer, term: Term) -> Any:
    return w.s.Integer(0) if w.is_scalar(term) else w.s.ZeroMatrix(*w.shape(term))


def _ones(w: Writer, term: Term) -> Any:
    return w.s.Integer(1) if w.is_scalar(term) else w.s.OneMatrix(*w.shape(term))


def _basis(w: Writer, term: Term) -> Any:
    where = w.write(term.args[0]) - 1
    return w.entrywise(term, lambda row, column: w.s.KroneckerDelta(row, where))


def _delta(w: Writer, term: Term) -> Any:
    return w.s.KroneckerDelta(*map(w.write, term.args))


def _where(w: Writer, value: Any, condition: tuple[str, Term, Term] | None, otherwise: int) -> Any:
    """The value where a condition holds."""
    if condition is None:
        return value
    sign, left, right = condition
    holds = getattr(w.s, RELATIONS[sign])(w.write(left), w.write(right))
    return w.s.Piecewise((value, holds), (otherwise, True))


def _symbol(w: Writer, term: Term) -> Any:
    if term.data in w.local:
        return w.local[term.data]
    if w.unfold and term.data in w.reading.definitions and term.data not in w.stops:
        return _defined(w, term, ())
    if term.data in w.functions:
        return _function_of(w, term, ())
    name = w.name(term.data)
    return w.s.Symbol(name) if w.is_scalar(term) else w.s.MatrixSymbol(name, *w.shape(term))


def _member(w: Writer, term: Term) -> Any:
    """A member of a family: an `Indexed`, with further indices for the entries of a matrix."""
    where = tuple(map(w.write, term.args))
    if w.unfold and term.data in w.reading.definitions and term.data not in w.stops:
        return _defined(w, term, where)
    if term.data in w.functions:
        return _function_of(w, term, where)
    base = w.s.IndexedBase(w.name(term.data))
    if w.is_scalar(term):
        return base[where]
    one_row, one_column = map(w.reading.dims.is_one, term.shape)

    def entry(row: Any, column: Any) -> Any:
        inside = (() if one_row else (row + 1,)) + (() if one_column else (column + 1,))
        return base[where + inside]

    return w.entrywise(term, entry)


def _defined(w: Writer, term: Term, where: tuple[Any, ...]) -> Any:
    """The body of a definition, its formal indices replaced."""
    if w.depth > DEEPEST:
        raise NotExpressible(message("too-deep"))
    definition = w.reading.definitions[term.data]
    shifts = definition.shifts or (0,) * len(where)
    index = {name: at - shift for name, at, shift in zip(definition.indices, where, shifts, strict=True)}
    with w.within(index=index):
        body = w.write(definition.body)
        return body if definition.power is None else body ** (1 / w.write(definition.power))


def _function_of(w: Writer, term: Term, where: tuple[Any, ...]) -> Any:
    """A symbol as a function of what it is differentiated by."""
    variables = [w.write(variable) for variable in w.functions[term.data]]
    return w.s.Function(w.name(term.data), commutative=True)(*where, *variables)


def _entry(w: Writer, term: Term) -> Any:
    whole, *where = map(w.write, term.args)
    if not whole.is_Matrix:
        raise w.refusal("sympy-inside", term.args[0])
    first, *second = (at - 1 for at in where)
    if second:
        return whole[first, second[0]]
    return whole[first, 0] if w.reading.dims.is_one(term.args[0].shape.cols) else whole[0, first]


def _line(w: Writer, term: Term) -> Any:
    whole, where = map(w.write, term.args)
    return whole[where - 1, :] if term.op == "row" else whole[:, where - 1]


def _reduced(w: Writer, term: Term) -> Any:
    """A sum or product over bound indices; of matrices, entry by entry."""
    binder: Binder = term.data
    operator, neutral = (w.s.Sum, 0) if term.op == "sum" else (w.s.Product, 1)
    with w.bound(binder.names) as letters:
        body = w.write(term.args[0])
        if not body.is_Matrix and not w.is_scalar(term.args[0]):
            raise w.refusal("sympy-inside", term.args[0])
        limits = [(letter, *_limits(w, binder, at)) for at, letter in enumerate(letters)][::-1]

        def reduced(entry: Any) -> Any:
            return operator(_where(w, entry, binder.condition, neutral), *limits)

        if body.is_Matrix:
            return w.entrywise(term, lambda row, column: reduced(body[row, column]))
        return reduced(body)


def _limits(w: Writer, binder: Binder, at: int) -> tuple[Any, Any]:
    bounds, dim = binder.bounds[at], binder.dims[at]
    if bounds is not None:
        return w.write(bounds[0]), w.write(bounds[1])
    assert dim is not None
    return w.s.Integer(1), w.size(dim)


def _table(w: Writer, term: Term) -> Any:
    """Entries collected over one index or two."""
    binder: Binder = term.data
    if not w.is_scalar(term.args[0]):
        raise w.refusal("sympy-blocks", term)
    with w.bound(binder.names) as letters:
        shifted = {
            name: letter + _limits(w, binder, at)[0]
            for at, (name, letter) in enumerate(zip(binder.names, letters, strict=True))
        }
        with w.within(index=shifted):
            entry = w.write(term.args[0])
    other = w.s.Symbol("_c")
    pair = tuple(letters) if len(letters) == 2 else (letters[0], other)
    return w.s.FunctionMatrix(*w.shape(term), w.s.Lambda(pair[::-1] if term.op == "beside" else pair, entry))


def _stack(w: Writer, term: Term) -> Any:
    cells = iter([(arg, w.write(arg)) for arg in term.args])
    rows = [[next(cells) for _ in range(width)] for width in term.data]
    if all(w.is_scalar(arg) for arg in term.args):
        return w.s.ImmutableMatrix([[cell for _, cell in row] for row in rows])
    return w.s.BlockMatrix(
        [[w.s.ImmutableMatrix([[cell]]) if w.is_scalar(arg) else cell for arg, cell in row] for row in rows]
    )


def _call(w: Writer, term: Term) -> Any:
    """A function of the note: applied as it stands, or its body with `unfold`."""
    call: Call = term.data
    args = [w.write(arg) for arg in term.args]
    if call.body is not None and w.unfold:
        body = call.body
        if w.depth > DEEPEST:
            raise NotExpressible(message("too-deep"))

        def value(*given: Any) -> Any:
            with w.within(local=dict(zip(call.params, given, strict=True))):
                return w.write(body)
    else:
        value = w.s.Function(w.name(call.name), commutative=True)
        if call.elementwise and args[0].is_Matrix and not call.order:
            z = w.s.Symbol("z")
            return args[0].applyfunc(w.s.Lambda(z, value(z)))
        if not w.is_scalar(term):
            raise w.refusal("sympy-depends" if call.body is not None else "sympy-matrix-function", term)
    return value(*args) if call.order == 0 else _primed(w, term, value, args)


def _primed(w: Writer, term: Term, value: Callable[..., Any], args: list[Any]) -> Any:
    """`f'(z)`: the derivative by the argument, taken there."""
    (arg,) = args
    if arg.is_Matrix:
        raise w.refusal("sympy-matrix-function", term)
    order = term.data.order
    if arg.is_Symbol:
        return w.s.Derivative(value(arg), (arg, order), evaluate=False)
    free = w.s.Symbol("xi")
    return w.s.Subs(w.s.Derivative(value(free), (free, order), evaluate=False), free, arg)


def _derivative(w: Writer, term: Term) -> Any:
    """A derivative as written; the layout is not SymPy's business."""
    detail: Derivative = term.data
    (target,) = detail.targets
    variable = target.term
    if variable.op not in VARIABLES or (variable.op == "member" and not w.is_scalar(variable)):
        raise w.refusal("sympy-target", term)
    stops = frozenset({root(variable)}) | (w.stops if w.depth else frozenset())
    with w.within(stops=stops):
        by, body = w.write(variable), w.write(term.args[0])
    if variable.op == "entry":
        body = entries_of_traces(w.s, body)
    return w.s.Derivative(body, (by, target.order), evaluate=False)


def entries_of_traces(s: Any, body: Any) -> Any:
    """Traces as sums of entries: SymPy takes the derivative of a trace by an entry to be 0."""

    def summed(trace: Any) -> Any:
        matrix = trace.args[0]
        at = s.Symbol("_k")
        return matrix[0, 0] if matrix.rows == 1 else s.Sum(matrix[at, at], (at, 0, matrix.rows - 1))

    return body.replace(lambda part: isinstance(part, s.Trace), summed)


def _at_point(w: Writer, term: Term) -> Any:
    body, value = term.args
    if not w.is_scalar(value):
        raise w.refusal("sympy-point", term)
    free = w.s.Symbol(spelled(term.data.rpartition(".")[2]))
    with w.within(local={term.data: free}):
        return w.s.Subs(w.write(body), free, w.write(value))


FORMS: dict[str, Callable[[Writer, Term], Any]] = {
    "num": _number,
    "size": _size,
    "index": _index,
    "I": _identity,
    "zeros": _zeros,
    "ones": _ones,
    "basis": _basis,
    "delta": _delta,
    "sym": _symbol,
    "member": _member,
    "entry": _entry,
    "row": _line,
    "col": _line,
    "sum": _reduced,
    "prod": _reduced,
    "every": _table,
    "beside": _table,
    "stack": _stack,
    "call": _call,
    "deriv": _derivative,
    "at": _at_point,
}
