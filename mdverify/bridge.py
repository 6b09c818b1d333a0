"""Formulas of a note as SymPy expressions.

Scalars become `Symbol`s, vectors and matrices `MatrixSymbol`s with the sizes the note gives them
(`d_1`, `d_2`, … where it names none), members of an indexed family `Indexed`s. Indices count from 1 in a
note and from 0 in the entries of a SymPy matrix, so that `x_i` of a vector is `x[i - 1, 0]`. SymPy keeps
scalars and 1×1 matrices apart: a product such as `x^T y` is written as its trace, which is a scalar. It has
no indexed families of matrices and no sums of them; they are written entry by entry, as `FunctionMatrix`.

Operators are written by their row of the operator table; `FORMS` has a row for every other term.
Numbers are exact, derivatives are not evaluated, and no assumption is attached to any symbol.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any

from mdverify.calculus import LAYOUTS
from mdverify.derivation import Derivation, derive
from mdverify.evidence import REASONABLE, gather
from mdverify.infer import read
from mdverify.judge import Judge, in_force
from mdverify.messages import Message, message
from mdverify.notes import read_note
from mdverify.operators import OPERATORS
from mdverify.reading import Clash, Options, Reading, Stuck, depends, root
from mdverify.shapes import SCALAR
from mdverify.source import Source
from mdverify.syntax import Hole, Node, Statement, is_none, walk
from mdverify.terms import Binder, Call, Derivative, Term
from mdverify.verify import Case, alternatives, attempt, closure, free_letters, hold, is_zero, judge_pair

if TYPE_CHECKING:
    import sympy

DEEPEST = 12  # definitions within definitions
READINGS = 60  # readings thought of before settling for one in which a scalar stands for a matrix


class NotExpressible(ValueError):  # noqa: N818 (the name says what is the matter)
    """A formula that has no SymPy form; `said` names the part that has none."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.text())
        self.said = said


def to_sympy(latex: str, context: str = "", *, unfold: bool = False) -> sympy.Basic:
    """A formula, read at the end of the note `context`, as a SymPy expression.

    `context` is Markdown; what it declares gives the symbols their shapes. An equation becomes an `Eq`, a
    chain of them an `And`. A symbol the note defines stays a symbol; with `unfold` its definition is written
    out. A scalar that is differentiated by scalars is a function of them; SymPy has no working functions of
    matrices, so `\\frac{\\partial L}{\\partial W}` without `unfold` is for reading, not for `doit()`.
    Raises NotExpressible where the formula is not understood or SymPy has no form for it.
    """
    reading, statement, sides = understand(latex, context)
    writer = writer_for(reading, sides, unfold)
    written = [writer.write(side) for side in sides]
    signs = [relation.sign for relation in statement.relations]
    relations = [writer.relation(sign, sides[i : i + 2], written[i : i + 2]) for i, sign in enumerate(signs)]
    found: sympy.Basic = writer.s.And(*relations) if len(relations) > 1 else (relations or written)[0]
    return found


def writer_for(reading: Reading, sides: list[Term], unfold: bool) -> Writer:
    writer = Writer(_library(), reading, reading.derivation.note.source.text, unfold)
    writer.functions = {} if unfold else dependents(reading, sides)
    writer.stops = frozenset(root(target.term) for side in sides for target in _targets(reading, side))
    return writer


def _library() -> Any:
    """SymPy takes longer to import than most notes to judge."""
    import sympy

    return sympy


# --- understanding -----------------------------------------------------------------------------


def understand(latex: str, context: str) -> tuple[Reading, Statement, list[Term]]:
    """The reading of a formula at the end of a note, and the terms of its sides."""
    before = context.rstrip() + "\n\n" * bool(context.strip())
    derivation = derive(read_note(Source("<formula>", f"{before}$${latex.strip()}$$\n")))
    if not derivation.note.maths or derivation.note.maths[-1].outer.start != len(before):
        raise NotExpressible(message("not-a-formula", text=latex.strip()))
    statements = derivation.formulas[-1].statements
    if len(statements) != 1 or any(is_none(side) for side in statements[0].sides):
        raise NotExpressible(message("not-one-formula", text=latex.strip()))
    for side in statements[0].sides:
        for part in walk(side):
            if isinstance(part, Hole):
                raise NotExpressible(message("unread", reason=part.reason))
    for relation in statements[0].relations:
        if relation.sign not in RELATIONS:
            raise NotExpressible(message("sympy-relation", text=relation.text))
    reading, sides = _read(derivation, statements[0])
    return reading, statements[0], sides


def _read(derivation: Derivation, statement: Statement) -> tuple[Reading, list[Term]]:
    """All sides in one reading: the most charitable one of a pair of neighbours under which all fit."""
    position = (statement.relations or (statement,))[0].span.start
    judge = Judge(derivation, gather(derivation))
    pairs = list(zip(statement.sides, statement.sides[1:] or statement.sides, strict=False))
    trouble: Message | None = None
    for layout in sorted(LAYOUTS, key=lambda name: name not in in_force(judge, position)):
        for lhs, rhs in pairs:
            case = Case(derivation, judge.evidence, lhs, rhs, position)
            found = Reading(derivation, judge.evidence, position, _best(case, layout), read)
            found.unbound = free_letters(case)
            try:
                return found, _sides(found, statement.sides)
            except (Clash, Stuck) as error:
                trouble = trouble or error.said
    assert trouble is not None
    raise NotExpressible(trouble)


def _best(case: Case, layout: str) -> Options:
    """The reading in which a pair is true, or fits; scalars stand for matrices only where nothing else fits."""
    best = judge_pair(case, layout)
    numbers = count()
    queue = [(0.0, next(numbers), Options(layout))]
    while best.reading is not None and best.reading.broadcasts and queue and next(numbers) < READINGS:
        cost, _, options = heappop(queue)
        outcome = attempt(case, options)
        if outcome.left is not None and outcome.reading is not None and not outcome.reading.broadcasts:
            return options
        for extra, changed in alternatives(case, outcome):
            if not changed.broadcast and cost + extra <= REASONABLE:
                heappush(queue, (cost + extra, next(numbers), changed))
    return best.options


def _sides(reading: Reading, nodes: tuple[Node, ...]) -> list[Term]:
    sides = [reading.term(node) for node in nodes]
    for left, right in zip(sides, sides[1:], strict=False):
        hold(reading, left, right)
    return sides


def _targets(reading: Reading, side: Term) -> Iterator[Any]:
    """What anything in a term is differentiated by."""
    for part in closure(reading, side):
        if isinstance(part.data, Derivative):
            yield from part.data.targets


def dependents(reading: Reading, sides: list[Term]) -> dict[str, tuple[Term, ...]]:
    """Scalars that change with what a formula differentiates by, if those variables are scalars too."""
    found: dict[str, dict[str, Term]] = {}
    parts = [part for side in sides for part in closure(reading, side)]
    variables = {root(t.term): _whole(t.term) for side in sides for t in _targets(reading, side)}
    for part in parts:
        if part.op not in ("sym", "member") or part.data not in reading.definitions | reading.generics:
            continue
        for name, variable in variables.items():
            if name != part.data and depends(part, variable, reading):
                found.setdefault(part.data, {})[name] = variable
    scalars = {part.data for part in parts if part.op in ("sym", "member") and reading.is_scalar(part)}
    return {key: tuple(by.values()) for key, by in found.items() if scalars.issuperset((key, *by))}


def _whole(target: Term) -> Term:
    """The symbol at the bottom of a target."""
    while target.op not in ("sym", "member") and target.args:
        target = target.args[0]
    return target


# --- writing -----------------------------------------------------------------------------------


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
                self.s.ZeroMatrix(*matrix.shape) if is_zero(side) else one
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
    added = term.op in ("add", "sub") and bool(others)
    if term.op not in LINEAR or added or shapeless.count(True) > 1 and term.op == "mul" or any(
        arg.is_Matrix for arg in others
    ):
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


def _indicator(w: Writer, term: Term) -> Any:
    return _where(w, w.s.Integer(1), (term.data, *term.args), 0)


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
    one_row, one_column = (w.reading.dims.is_one(side) for side in term.shape)
    return w.entrywise(
        term, lambda row, column: base[(*where, *(() if one_row else (row + 1,)), *(() if one_column else (column + 1,)))]
    )


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
    if len(where) == 2:
        return whole[where[0] - 1, where[1] - 1]
    return whole[where[0] - 1, 0] if w.reading.dims.is_one(term.args[0].shape.cols) else whole[0, where[0] - 1]


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

        return w.entrywise(term, lambda row, col: reduced(body[row, col])) if body.is_Matrix else reduced(body)


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
        starts = [_limits(w, binder, at)[0] for at in range(len(letters))]
        shifted = {name: letter + low for name, letter, low in zip(binder.names, letters, starts, strict=True)}
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
    "indicator": _indicator,
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

__all__ = ["SCALAR", "NotExpressible", "to_sympy", "understand"]
