"""One attempt to understand formulas: which symbol has which shape, and what stands behind it.

A `Reading` is made for one step. It hands out dimensions, resolves symbols at a position of the
note, unfolds their definitions, and remembers every choice it made so that others can be tried.
Where the formulas do not fit it raises `Clash`, where they say more than we understand `Stuck`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mdverify.derivation import Declaration, Defined, Derivation, Life
from mdverify.evidence import Evidence, candidates, family_candidates
from mdverify.messages import Message, message
from mdverify.operators import OPERATORS, ShapeClash, is_scalar
from mdverify.shapes import ONE, SCALAR, Dims, Shape, TooLarge
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import Symbol
from mdverify.syntax import Apply, Name, Node, Number, walk
from mdverify.terms import Binder, Call, Definition, Generic, Term

DEEPEST = 24
NEAR = 300  # characters: sizes declared further below belong to what comes there
ENTRYWISE = frozenset({"positive", "nonnegative"})
INHERITED = frozenset({"symmetric", "positive-definite", "positive-semidefinite", "diagonal"})
TALL = frozenset({"full-column-rank", "orthonormal-columns"})
WIDE = frozenset({"full-row-rank", "orthonormal-rows"})


class Clash(Exception):
    """Two places whose shapes do not fit, or one that has to be square and is not."""

    def __init__(self, rule: str, said: Message, span: Span, related: tuple[tuple[Span, Message], ...] = ()) -> None:
        super().__init__(said.text())
        self.rule, self.said, self.span, self.related = rule, said, span, related


class Stuck(Exception):
    """Something we do not understand; `said` names it."""

    def __init__(self, said: Message, span: Span) -> None:
        super().__init__(said.text())
        self.said, self.span = said, span


@dataclass(frozen=True, slots=True)
class Options:
    """The free choices of a reading.

    `modes` overrides the cheapest mode of symbols, `back` picks an earlier life of a symbol,
    `opaque` names symbols whose definition is not unfolded; `broadcast` lets scalars and
    vectors be added to anything, which may verify a step but never accuse one; `loose` keeps of a
    declaration made in another section the rank but not the sizes, `fresh` nothing at all; `solved`
    names variables in whose place their solution stands; `symmetric` takes every free matrix for
    symmetric, to tell an author what a wrong step would need.
    """

    layout: str = "denominator"
    modes: tuple[tuple[str, str], ...] = ()
    back: tuple[tuple[str, int], ...] = ()
    opaque: frozenset[str] = frozenset()
    broadcast: bool = False
    loose: bool = False
    solved: frozenset[str] = frozenset()
    fresh: bool = False
    symmetric: bool = False


@dataclass(slots=True)
class Choice:
    """A decision the reading came across: what was chosen, and what else could be, with costs."""

    chosen: str
    others: tuple[tuple[float, str], ...]


@dataclass(slots=True)
class Reading:
    """The state of one attempt; see the module."""

    derivation: Derivation
    evidence: Evidence
    position: int
    options: Options
    reader: Callable[[Reading, Node], Term]
    dims: Dims = field(default_factory=Dims)
    shapes: dict[str, Shape] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    generics: dict[str, Generic] = field(default_factory=dict)
    slots: dict[str, tuple[int, ...]] = field(default_factory=dict)
    index: dict[str, int | None] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    unbound: frozenset[str] = frozenset()
    local: dict[str, Term] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    assumptions: dict[str, frozenset[str]] = field(default_factory=dict)
    discriminating: bool = False
    tensor: bool = False
    derives: bool = False
    differentials: bool = False
    loosened: bool = False
    ranges_clash: bool = False
    broadcasts: bool = False
    uses_generic: bool = False
    pending: list[str] = field(default_factory=list)
    cyclic: set[str] = field(default_factory=set)
    functions: dict[tuple[object, ...], Term | None] = field(default_factory=dict)
    origin: int = 0

    def __post_init__(self) -> None:
        self.origin = self.position
        here = self.derivation.note.section_of(self.position)
        self.dims.alias = {a: b for a, b, section in self.derivation.equal_sizes if section == here}

    # --- reading nodes -----------------------------------------------------------------------

    def term(self, node: Node) -> Term:
        """The term a node stands for; raises Clash or Stuck."""
        return self.reader(self, node)

    def apply(self, op: str, *args: Term, span: Span) -> Term:
        """A row of the operator table applied; a shape clash names both places."""
        try:
            shape = OPERATORS[op].rule(self.dims, tuple(arg.shape for arg in args))
        except ShapeClash as clash:
            raise self.clash(clash, args, span) from clash
        except TooLarge as error:
            raise Stuck(message("too-large", size=error), span) from error
        return Term(op, args, None, shape, span)

    def clash(self, error: ShapeClash, args: tuple[Term, ...], span: Span) -> Clash:
        a, b = args[error.first], args[error.second]
        one, two = self.dims.text(a.shape), self.dims.text(b.shape)
        if error.kind == "square":
            return Clash("MV303", message("not-square", shape=one), a.span)
        related = ((b.span, message("this-is", shape=two)),)
        rule = {"sum": "MV301", "product": "MV301", "equation": "MV302"}[error.kind]
        return Clash(rule, message(f"clash-{error.kind}", left=one, right=two), a.span, related)

    def is_scalar(self, term: Term) -> bool:
        return is_scalar(self.dims, term.shape)

    def kind(self, shape: Shape) -> str:
        """S, V (column), R (row) or M."""
        one_row, one_col = self.dims.is_one(shape.rows), self.dims.is_one(shape.cols)
        return {(True, True): "S", (False, True): "V", (True, False): "R", (False, False): "M"}[one_row, one_col]

    # --- sizes -------------------------------------------------------------------------------

    def size(self, node: Node | str) -> int:
        """The dimension written as `n`, `3`, `n+1`."""
        try:
            match node:
                case str():
                    return self.dims.const(int(node)) if node.isdigit() else self.dims.named(node)
                case Number(text) if text.isdigit():
                    return self.dims.const(int(text))
                case Apply("fence", (inner,), _):
                    return self.size(inner)
                case Apply("+", (a, Number(text))) if text.isdigit():
                    return self.dims.total([self.size(a), self.dims.const(int(text))])
                case Apply("+", (a, b)):
                    return self.dims.total([self.size(a), self.size(b)])
                case _:
                    return self.dims.named(show(node))
        except TooLarge as error:
            raise Stuck(message("too-large", size=error), Span(self.position, self.position)) from error

    def tie_sizes(self) -> None:
        """A size that only counts (`|τR| = τ^n |R|`) is that of the one dimension nobody named."""
        shaped = {self.dims.find(d) for shape in self.shapes.values() for d in shape} - {ONE}
        loose = [n for n in self.dims.known_names() if self.dims.find(self.dims.named(n)) not in shaped]
        nameless = [d for d in shaped if self.dims.name(d) is None and self.dims.value(d) is None]
        if len(loose) == 1 and len(nameless) == 1:
            self.dims.unify(self.dims.named(loose[0]), nameless[0])

    def settle_sizes(self) -> None:
        """What is known of the order of sizes: said in the note, or by ranks."""
        self.tie_sizes()
        known = set(self.dims.known_names())
        for small, large in self.derivation.orders:
            if small in known and large in known:
                self.dims.smaller.append((self.dims.named(small), self.dims.named(large)))
        for name, kinds in self.assumptions.items():
            if name in self.shapes and name not in self.definitions:
                shape = self.shapes[name]
                if kinds & TALL:
                    self.dims.smaller.append((shape.cols, shape.rows))
                elif kinds & WIDE:
                    self.dims.smaller.append((shape.rows, shape.cols))

    def shape_of(self, mode: str, sizes: tuple[Node | str, ...] = ()) -> Shape:
        """A shape of a rank with the declared sizes, fresh dimensions where none are given."""

        def side(number: int) -> int:
            return self.size(sizes[number]) if number < len(sizes) else self.dims.fresh(big=True)

        match mode:
            case "S":
                return SCALAR
            case "V":
                return Shape(side(0), ONE)
            case "R":
                return Shape(ONE, side(0))
            case _:
                return Shape(side(0), side(1))

    # --- symbols -----------------------------------------------------------------------------

    def life(self, key: str) -> Life | None:
        """The life of a symbol here; inside a definition a letter not born yet is the one of the step."""
        back = dict(self.options.back).get(key, 0)
        life = self.derivation.life(key, self.position, back)
        if life is None:
            life = self.derivation.life(key, max(self.position, self.origin))
        if self.options.fresh and life is not None and self.derivation.distance(life.start, self.position) > 0:
            return None
        return life

    def choose(self, variable: str, options: tuple[tuple[float, str], ...]) -> str:
        """The mode of a variable: as the options of this reading say, else the cheapest."""
        if variable not in self.choices:
            wanted = dict(self.options.modes).get(variable)
            ranked = tuple(sorted(options))
            chosen = wanted if wanted in {mode for _, mode in ranked} else ranked[0][1]
            self.choices[variable] = Choice(chosen, ranked)
        return self.choices[variable].chosen

    def symbol(self, symbol: Symbol, span: Span) -> Term:
        """The term of a symbol: a parameter, a member or entry of something, or a plain one."""
        if symbol.key in self.local:
            return self.local[symbol.key]
        if symbol.indices or symbol.sup_indices:
            return self._indexed(symbol, span)
        return self._plain(symbol, span)

    def _plain(self, symbol: Symbol, span: Span) -> Term:
        life = self.life(symbol.key)
        name = life.name if life else symbol.key
        if name not in self.shapes:
            self._introduce(symbol, life, name, span)
        return Term("sym", (), name, self.shapes[name], span)

    def _introduce(self, symbol: Symbol, life: Life | None, name: str, span: Span) -> None:
        """Give a symbol its shape: from its definition, its declaration, or the chosen mode."""
        self.names[name] = symbol.key
        self.assumptions[name] = self.assumed(symbol.key)
        if self.options.symmetric:
            self.assumptions[name] |= {"symmetric"}
        definition = life.definition if life else None
        declared = life.declaration if life else None
        if life is not None and life.solution is not None and symbol.key in self.options.solved:
            definition = life.solution
        if name in self.pending:
            self.cyclic.add(name)
        if self._from_family(symbol, life, name, span):
            return
        unfold = (
            definition is not None
            and not definition.params
            and symbol.key not in self.options.opaque
            and name not in self.pending
            and self.derivation.sees(definition, self.position)
        )
        if unfold and definition is not None and life is not None:
            body = self.unfolded(definition, name)
            if name in self.cyclic:
                self.shapes[name] = body.shape
                return
            if declared is not None and not declared.function and definition.power is None:
                self._hold(body, self.declared(declared))
            self.definitions[name] = Definition((), body, self._power(definition.power))
            self.shapes[name] = body.shape
            self._pass_on(name, body)
            return
        self.shapes[name] = self._declared_shape(symbol, declared, name)
        arguments = self.generic_arguments(symbol.key, span)
        if arguments:
            self.generics[name] = Generic(arguments)
            self.uses_generic = True

    def _pass_on(self, name: str, body: Term) -> None:
        """`K_y = K + σ² I` said to be symmetric or definite: so is K."""
        kinds = self.assumptions.get(name, frozenset()) & INHERITED
        stack = [body] if kinds else []
        while stack:
            term = stack.pop()
            if term.op == "add":
                stack.extend(term.args)
            elif term.op == "sym" and term.data not in self.definitions:
                self.assumptions[term.data] = self.assumptions.get(term.data, frozenset()) | kinds

    def _from_family(self, symbol: Symbol, life: Life | None, name: str, span: Span) -> bool:
        """`z` where only `z_i = …` is defined: the column of all of them."""
        family = self.derivation.life(f"{symbol.key}_", self.position)
        if family is None or family.definition is None or len(family.definition.indices) != 1:
            return False
        if life is not None and (life.definition is not None or life.solution is not None):
            return False
        if self.derivation.distance(family.start, self.position) > 1 or name in self.pending:
            return False
        self.pending.append(name)
        try:
            body = self.every(Symbol(f"{symbol.key}_", symbol.letter, symbol.font, (Name("i"),)), span)
        finally:
            self.pending.pop()
        if body is None or self.kind(body.shape) != "V":
            return False
        if life is not None and life.declaration is not None:
            self._hold(body, self.declared(life.declaration))
        self.definitions[name] = Definition((), body)
        self.shapes[name] = body.shape
        return True

    def _power(self, node: Node | None) -> Term | None:
        return None if node is None else self.term(node)

    def _hold(self, body: Term, shape: Shape) -> None:
        """A definition against its declaration."""
        if not (self.dims.unify(body.shape.rows, shape.rows) and self.dims.unify(body.shape.cols, shape.cols)):
            told = message("clash-equation", left=self.dims.text(shape), right=self.dims.text(body.shape))
            raise Clash("MV302", told, body.span)

    def assumed(self, key: str) -> frozenset[str]:
        """What is assumed of a symbol where it was read or where the step stands."""
        return self.derivation.assumed(key, self.position) | self.derivation.assumed(key, self.origin)

    def _declared_shape(self, symbol: Symbol, declared: Declaration | None, name: str) -> Shape:
        options = candidates(symbol, declared, self.evidence, self.derivation, self.position)
        mode = self.choose(name, options)
        if declared is not None and mode == declared.rank:
            return self.declared(declared)
        return self.shape_of(mode)

    def declared(self, declared: Declaration) -> Shape:
        """The shape a declaration gives; read loosely, one from another section gives only the rank."""
        if declared.position > self.origin + NEAR:
            return self.shape_of(declared.rank)
        if self.options.loose:
            if self.derivation.distance(declared.position, self.position) > 0:
                self.loosened = True
                return self.shape_of(declared.rank)
        return self.shape_of(declared.rank, declared.sizes)

    def unfolded(self, definition: Defined, name: str) -> Term:
        """The body of a definition, its names resolved where it stands."""
        if len(self.pending) > DEEPEST:
            raise Stuck(message("too-deep"), definition.span)
        self.pending.append(name)
        try:
            with self.at(self.inner_position(definition)):
                return self.first_readable(definition)
        finally:
            self.pending.pop()

    def first_readable(self, definition: Defined) -> Term:
        """The body; where it names an unknown function, the next expression of the chain that does not."""
        before, self.uses_generic = self.uses_generic, False
        try:
            for body in (definition.body, *definition.others):
                self.uses_generic = False
                try:
                    term = self.term(body)
                except Stuck:
                    continue
                if not self.uses_generic:
                    return term
            return self.term(definition.body)
        finally:
            self.uses_generic = before or self.uses_generic

    def inner_position(self, definition: Defined) -> int:
        """Where the names of a definition are resolved: in its section all that is said up to here counts."""
        end = self.derivation.note.sections[definition.section].span.end
        return max(definition.position - 1, min(self.position, end - 1))

    @contextmanager
    def at(self, position: int, **state: object) -> Iterator[None]:
        """Read on at another position of the note, outside every parameter and bound index."""
        before = self.position, self.local, self.index
        self.position, self.local, self.index = position, {}, {}
        try:
            yield
        finally:
            self.position, self.local, self.index = before

    def generic_arguments(self, key: str, span: Span) -> tuple[Term, ...]:
        """What an undefined symbol depends on: said in prose, or what it is differentiated by."""
        if key in self.pending or not self.derives:
            return ()
        nodes = self.derivation.dependence(key, self.position)
        if not nodes:
            return ()
        self.pending.append(key)
        try:
            terms = [self._argument(node) for node in nodes]
        finally:
            self.pending.pop()
        return tuple(_downstream([t for t in terms if t is not None], self))

    def _argument(self, node: Node) -> Term | None:
        """An argument of a generic function; of `y_i` all members."""
        symbol = self.derivation.naming.symbol(node)
        if symbol is None:
            return None
        if symbol.sup_indices or symbol.indices:
            return self.every(symbol, node.span)
        return self.symbol(symbol, node.span)

    def every(self, symbol: Symbol, span: Span) -> Term | None:
        """All members of a family, one below the other."""
        nodes = symbol.sup_indices + symbol.indices
        names = tuple(f"ε{i}{part}" for i, part in enumerate(show(n) for n in nodes))
        dims = tuple(self.dims.fresh(big=True) for _ in nodes)
        before = dict(self.index)
        self.index.update(dict(zip(names, dims, strict=True)))
        subs = tuple(Name(n) for n in names[len(symbol.sup_indices) :])
        sups = tuple(Name(n) for n in names[: len(symbol.sup_indices)])
        try:
            body = self._indexed(Symbol(symbol.key, symbol.letter, symbol.font, subs, sups), span)
        finally:
            self.index = before
        if body.op == "entry" and all(arg.op == "index" for arg in body.args[1:]):
            return body.args[0]
        return self.table(body, names, dims, span)

    def table(self, body: Term, names: tuple[str, ...], dims: tuple[int, ...], span: Span, row: bool = False) -> Term:
        """Entries collected over indices: a column (or row) for one index, a matrix for two."""
        binder = Binder(names, dims, tuple(None for _ in dims))
        if len(dims) == 2:
            if not self.is_scalar(body):
                raise Stuck(message("too-many-indices"), span)
            return Term("every", (body,), binder, Shape(dims[0], dims[1]), span)
        if row:
            cols = dims[0] if self.dims.is_one(body.shape.cols) else self.dims.times(dims[0], body.shape.cols)
            return Term("beside", (body,), binder, Shape(body.shape.rows, cols), span)
        rows = dims[0] if self.dims.is_one(body.shape.rows) else self.dims.times(dims[0], body.shape.rows)
        return Term("every", (body,), binder, Shape(rows, body.shape.cols), span)

    # --- indices -----------------------------------------------------------------------------

    def index_term(self, node: Node) -> Term:
        """An index expression: a bound or free letter, a number, the last one (`n`), or a sum of them."""
        match node:
            case Number(text) if text.isdigit():
                self.dims_least(int(text))
                return Term("num", (), float(text), SCALAR, node.span)
            case Name(text) if text in self.index:
                return Term("index", (), text, SCALAR, node.span)
            case Name(text) if text in self.derivation.sizes and text not in self.unbound:
                return Term("size", (), self.dims.named(text), SCALAR, node.span)
            case Name(text) if text in self.derivation.naming.index_letters or text in self.unbound:
                self.free_index(text)
                return Term("index", (), text, SCALAR, node.span)
            case Apply("+" | "-" as op, (a, b)):
                left, right = self.index_term(a), self.index_term(b)
                return Term("add" if op == "+" else "sub", (left, right), None, SCALAR, node.span)
            case Apply("fence", (inner,), _):
                return self.index_term(inner)
            case _:
                raise Stuck(message("index-unclear", text=show(node)), node.span)

    def dims_least(self, number: int) -> None:
        if number > 30:
            raise Stuck(message("too-large", size=number), Span(self.position, self.position))
        self.dims.least_size = max(self.dims.least_size, number)

    def free_index(self, letter: str) -> int:
        if letter not in self.free:
            self.free[letter] = self.dims.fresh(big=True)
        return self.free[letter]

    def ranges_over(self, node: Node, dim: int) -> None:
        """An index letter runs over the given dimension, if nothing else was said of it."""
        if isinstance(node, Name):
            own = self.index.get(node.text) if node.text in self.index else self.free.get(node.text)
            if own is not None and not self.dims.unify(own, dim):
                self.ranges_clash = True

    def _indexed(self, symbol: Symbol, span: Span) -> Term:
        """`x_i`, `A_{ij}`, `x^{(i)}_j`, `W_{ij}` …: as the mode of the family says."""
        if symbol.sup_indices and symbol.indices:
            return self._entry_of_member(symbol, span)
        nodes = symbol.sup_indices or symbol.indices
        life = self.life(symbol.key)
        name = life.name if life else symbol.key
        definition = life.definition if life else None
        if definition and definition.indices and symbol.key not in self.options.opaque and not definition.params:
            return self._member(symbol, life, name, nodes, span)
        options = family_candidates(symbol, life, self.evidence, self.derivation, self.position)
        options = tuple(o for o in options if not self._is_pending(o[1])) or options
        mode = self.choose(name, options)
        if mode in ("S", "V", "R", "M"):
            return self._member(symbol, life, name, nodes, span)
        how, _, base = mode.partition(":")
        return self._part(how, base, symbol, nodes, span)

    def _is_pending(self, mode: str) -> bool:
        """Entries of something that is just being defined by them are free members instead."""
        _, _, base = mode.partition(":")
        return bool(base) and any(name.partition("#")[0] == base for name in self.pending)

    def _part(self, how: str, base: str, symbol: Symbol, nodes: tuple[Node, ...], span: Span) -> Term:
        """An entry, a row or a column of the symbol `base`."""
        font, _, letter = base.rpartition(":")
        kinds = self.derivation.assumed(symbol.key, self.position)
        whole = self.symbol(Symbol(base, letter, font or symbol.font), span)
        if whole.op == "sym" and how == "entry":
            shared = frozenset(k for k in kinds if k.startswith("values:") or k in ENTRYWISE)
            self.assumptions[whole.data] = self.assumptions.get(whole.data, frozenset()) | shared
        if how == "entry":
            return self.entry(whole, nodes, span)
        if self.kind(whole.shape) != "M":
            raise Stuck(message("index-unclear", text=show(nodes[0])), span)
        index = self.index_term(nodes[0])
        if how in ("row", "row-as-column"):
            self.ranges_over(nodes[0], whole.shape.rows)
            line = Term("row", (whole, index), None, Shape(ONE, whole.shape.cols), span)
            return self.apply("T", line, span=span) if how == "row-as-column" else line
        self.ranges_over(nodes[0], whole.shape.cols)
        return Term("col", (whole, index), None, Shape(whole.shape.rows, ONE), span)

    def entry(self, whole: Term, nodes: tuple[Node, ...], span: Span) -> Term:
        """One entry of a vector or matrix."""
        indices = tuple(self.index_term(node) for node in nodes)
        kind = self.kind(whole.shape)
        if len(nodes) == 2 and kind != "S":
            self.ranges_over(nodes[0], whole.shape.rows)
            self.ranges_over(nodes[1], whole.shape.cols)
        elif len(nodes) == 1 and kind in "VR":
            self.ranges_over(nodes[0], whole.shape.rows if kind == "V" else whole.shape.cols)
        else:
            raise Stuck(message("index-unclear", text=show(nodes[0])), span)
        return Term("entry", (whole, *indices), None, SCALAR, span)

    def _entry_of_member(self, symbol: Symbol, span: Span) -> Term:
        """`x_j^{(i)}`: entry j of member i, unless the doubly indexed family is known as such."""
        life = self.life(symbol.key)
        if life and life.definition and life.definition.indices:
            return self._member(symbol, life, life.name, symbol.sup_indices + symbol.indices, span)
        above = Symbol(f"{symbol.base}^()", symbol.letter, symbol.font, (), symbol.sup_indices)
        member = self._indexed(above, span)
        if self.kind(member.shape) == "S":
            return self._member(symbol, life, symbol.key, symbol.sup_indices + symbol.indices, span)
        return self.entry(member, symbol.indices, span)

    def _member(self, symbol: Symbol, life: Life | None, name: str, nodes: tuple[Node, ...], span: Span) -> Term:
        """A member of a family, defined by its index or free."""
        indices = tuple(self.index_term(node) for node in nodes)
        if name not in self.shapes:
            self.slots[name] = tuple(self.dims.fresh(big=True) for _ in nodes)
            self._introduce_family(symbol, life, name, span)
        for node, dim in zip(nodes, self.slots[name], strict=False):
            self.ranges_over(node, dim)
            if isinstance(node, Name) and node.text in self.derivation.sizes and node.text not in self.index:
                self.dims.unify(dim, self.dims.named(node.text))
        return Term("member", indices, name, self.shapes[name], span)

    def _introduce_family(self, symbol: Symbol, life: Life | None, name: str, span: Span) -> None:
        self.names[name] = symbol.key
        self.assumptions[name] = self.assumed(symbol.key)
        definition = life.definition if life else None
        declared = life.declaration if life else None
        if definition and definition.indices and symbol.key not in self.options.opaque and life:
            if declared:
                self.shapes[name] = self.declared(declared)
            else:
                self.shapes[name] = Shape(self.dims.fresh(), self.dims.fresh())
            body = self._family_body(life, name)
            self._hold(body, self.shapes[name])
            self.shapes[name] = body.shape
            self.definitions[name] = Definition(definition.indices, body, self._power(definition.power), definition.shifts)
            return
        options = family_candidates(symbol, life, self.evidence, self.derivation, self.position)
        mode = self.choose(name, options)
        if mode not in ("S", "V", "R", "M"):
            mode = "S"
        fits = declared is not None and declared.rank == mode
        self.shapes[name] = self.declared(declared) if fits and declared else self.shape_of(mode)
        arguments = self.generic_arguments(symbol.key, span)
        if arguments:
            self.generics[name] = Generic(arguments)
            self.uses_generic = True

    def _family_body(self, life: Life, name: str) -> Term:
        assert life.definition is not None
        if name in self.pending:
            raise Stuck(message("too-deep"), life.definition.span)
        self.pending.append(name)
        try:
            with self.at(self.inner_position(life.definition)):
                self.index = dict(zip(life.definition.indices, self.slots[name], strict=False))
                return self.term(life.definition.body)
        finally:
            self.pending.pop()


def _downstream(terms: list[Term], reading: Reading) -> list[Term]:
    """Of what a quantity is differentiated by, the things that no other one depends on."""
    kept: list[Term] = []
    for term in terms:
        if any(_same(term, other) for other in kept):
            continue
        kept.append(term)
    return [t for t in kept if not any(o is not t and depends(o, t, reading) for o in kept)]


def _same(a: Term, b: Term) -> bool:
    return root(a) == root(b)


def root(term: Term) -> str:
    """The key at the bottom of a target."""
    while term.op not in ("sym", "member") and term.args:
        term = term.args[0]
    return str(term.data)


def depends(term: Term, on: Term, reading: Reading) -> bool:
    """Whether the value of a term changes with the symbol at the root of `on`."""
    wanted = root(on)
    seen: set[str] = set()
    stack = [term]
    while stack:
        here = stack.pop()
        if here.op in ("sym", "member"):
            name = str(here.data)
            if name == wanted:
                return True
            if name in seen:
                continue
            seen.add(name)
            if name in reading.definitions:
                stack.append(reading.definitions[name].body)
            if name in reading.generics:
                stack.extend(reading.generics[name].arguments)
        stack.extend(here.args)
        if isinstance(here.data, Call) and here.data.body is not None:
            stack.append(here.data.body)
    return False
