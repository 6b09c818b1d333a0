"""The state of one attempt to understand formulas: which symbol has which shape, and what stands behind it.

A `Reading` is made for one step. It hands out dimensions, knows where in the note it stands, and
remembers every choice it made so that others can be tried. `infer` reads nodes with it, `resolve`
symbols. Where the formulas do not fit they raise `Clash`, where they say more than we understand
`Stuck`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import cached_property, reduce
from typing import Any

from mdverify.assumptions import ORTHONORMAL
from mdverify.derivation import Derivation
from mdverify.evidence import Evidence
from mdverify.lives import Life
from mdverify.messages import Message, message
from mdverify.operators import OPERATORS, ShapeClash, is_scalar
from mdverify.outcomes import Chance
from mdverify.sampling import SQUARE
from mdverify.shapes import LARGEST, ONE, SCALAR, Dims, Shape, TooLarge
from mdverify.show import show
from mdverify.source import Span
from mdverify.syntax import NOWHERE, Apply, Name, Node, Number
from mdverify.terms import Call, Definition, Generic, Term

TALL = frozenset({"full-column-rank", "orthonormal-columns"})
WIDE = frozenset({"full-row-rank", "orthonormal-rows"})
Answer = str | int | None
Question = tuple[str, str]  # a field of the options, and the symbol it is asked for
KINDS = (("M", "V"), ("R", "S"))  # by whether there is one row, and whether there is one column
HIDDEN = "¤"  # the name under which something already read stands in a formula


class Clash(Exception):
    """Two places whose shapes do not fit, or one that has to be square and is not."""

    def __init__(
        self, rule: str, said: Message, span: Span, related: tuple[tuple[Span, Message], ...] = ()
    ) -> None:
        super().__init__(said.text())
        self.rule, self.said, self.span, self.related = rule, said, span, related


class Stuck(Exception):
    """Something we do not understand; `said` names it."""

    def __init__(self, said: Message, span: Span) -> None:
        super().__init__(said.text())
        self.said, self.span = said, span


@dataclass(frozen=True)
class Options:
    """The free choices of a reading.

    `modes` overrides the cheapest mode of symbols, `back` picks an earlier life of a symbol,
    `opaque` names symbols whose definition is not unfolded; `broadcast` lets scalars and
    vectors be added to anything, which may verify a step but never accuse one, `turned` what is no row be
    added to every row; `loose` keeps of a
    declaration made in another section the rank but not the sizes, `fresh` nothing at all; `solved`
    names variables in whose place their solution stands; `symmetric` takes every free matrix for
    symmetric, to tell an author what a wrong step would need; with `scalars` the modes make
    everything a scalar that was not declared, which may verify a step without matrices only; `factors`
    are letters for which a bracket behind them is a factor, no argument; `recalled` takes what was assumed
    of a letter anywhere in the note, `constrained` what an equation in this part asks of its norm; `closed`
    lets a recursion by later members begin with zero ("the last step has no future"); `ending` lets what a
    recursion leads to be seen at its last step, none beyond; `labels` lets what weighs logarithms sum to
    one; `primes` takes primes for transposes though nobody says so; `valued` gives sizes the numbers they
    have in an example, `unvalued` letters what they were before an example gave them numbers,
    `instanced` the letters of a formula from elsewhere what the example of the step sets them to;
    `commuting` takes all matrices to commute; `lettered` takes every d for a letter; with `anew` a
    definition counts that does not fit what was declared of its letter before; `concluded` names what
    stands for a further expression of the chain that defines it; with `wide` the operator in
    `\\partial_x u + v` acts on v as well; `settled` takes what looks like a
    constant in an expectation for one, `kindly` everything else for "uncorrelated" and alike, with its
    entries "apart" or all of it "centred" as well, to tell what a wrong step would need.
    """

    layout: str = "denominator"
    modes: tuple[tuple[str, str], ...] = ()
    back: tuple[tuple[str, int], ...] = ()
    opaque: frozenset[str] = frozenset()
    broadcast: bool = False
    turned: bool = False
    loose: bool = False
    solved: frozenset[str] = frozenset()
    fresh: bool = False
    symmetric: bool = False
    scalars: bool = False
    factors: frozenset[str] = frozenset()
    recalled: bool = False
    constrained: bool = False
    closed: bool = False
    ending: bool = False
    labels: bool = False
    primes: bool = False
    unheard: frozenset[str] = frozenset()
    regular: bool = False
    valued: bool = False
    commuting: bool = False
    settled: bool = False
    lettered: bool = False
    anew: bool = False
    kindly: str = ""
    concluded: tuple[tuple[str, int], ...] = ()
    unvalued: bool = False
    instanced: bool = False
    wide: bool = False

    @cached_property
    def told(self) -> Mapping[Question, Answer]:
        """Every answer that is not the `USUAL` one."""
        found: dict[Question, Answer] = {}
        held: Any
        for choice, held in vars(self).items():
            if not held or held == USUAL[choice]:
                continue
            if isinstance(held, tuple):
                found.update({(choice, key): answer for key, answer in held})
            elif isinstance(held, frozenset):
                found.update({(choice, key): True for key in held})
            else:
                found[choice, ""] = held
        return found


def _usual(default: object) -> Answer:
    """The answer where nothing is chosen: for one symbol where the choice is made for each by itself."""
    match default:
        case tuple():
            return None
        case frozenset():
            return False
    assert isinstance(default, str | int)
    return default


USUAL = {each.name: _usual(each.default) for each in fields(Options)}


@dataclass(slots=True)
class Choice:
    """A decision the reading came across: what was chosen, and what else could be, with costs."""

    chosen: str
    others: tuple[tuple[float, str], ...]


@dataclass(slots=True)
class Reading:
    """The state of one attempt; see the module.

    Symbols go by the name of their life (`x#0`): `shapes`, what stands behind them (`definitions`,
    `generics`), their `assumptions`, the dimensions of the indices of a family (`slots`), and the key
    they are written as (`names`). `index` holds the bound index letters (`spans` how many values those
    have that begin at 0, `last` the size they run to, `values` how many those have that pick no
    member), `free` those bound by nothing, `unbound` the letters of the step that may be such, `targets`
    what it differentiates by; `local` the parameters of the function being read; `functions` the bodies
    already read, by the shapes of their arguments. `pending` are the symbols being unfolded,
    `cyclic` those that met themselves on the way, `refuted` those whose definition does not fit their
    declaration. `counted` are the letters at which dots end, `argument` what an undefined quantity
    depends on while that is read, `unread` the innermost symbol that nothing came of when it was
    unfolded.
    `chances` are the symbols that are random, `cores` what is left of one without its moments, `exposed`
    what stands outside of expectations, `measures` the names of what these are taken over. `position` is
    where names are looked up, `origin` where the step stands; `told` is what the options say, `answers`
    what they were asked for: nothing else of them matters; `lives` what was looked up, `instances` those
    that an example sets letters of other formulas to; `large` the sizes that are mere numbers; `factor` a
    sum that is a factor of a product by entries. The flags tell the verdict what was met: a layout that
    matters, a tensor, an undefined function, a scalar that stands for a matrix, a size that only counts
    beside one nobody named (`untied`). `constants` are the sizes of identities and ones.
    """

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
    spans: dict[str, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    free: dict[str, int] = field(default_factory=dict)
    unbound: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    local: dict[str, Term] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    assumptions: dict[str, frozenset[str]] = field(default_factory=dict)
    discriminating: bool = False
    tensor: bool = False
    derives: bool = False
    differentials: bool = False
    ranges_clash: bool = False
    untied: bool = False
    constants: list[int] = field(default_factory=list)
    broadcasts: bool = False
    biased: str = ""
    uses_generic: bool = False
    pending: list[str] = field(default_factory=list)
    cyclic: set[str] = field(default_factory=set)
    refuted: set[str] = field(default_factory=set)
    functions: dict[tuple[object, ...], Term | None] = field(default_factory=dict)
    chances: dict[str, Chance] = field(default_factory=dict)
    cores: dict[str, Chance] = field(default_factory=dict)
    exposed: set[str] = field(default_factory=set)
    measures: set[str] = field(default_factory=set)
    origin: int = 0
    counted: set[str] = field(default_factory=set)
    argument: str = ""
    unread: str = ""
    told: Mapping[Question, Answer] = field(init=False)
    answers: dict[Question, Answer] = field(default_factory=dict)
    large: set[str] = field(default_factory=set)
    lives: dict[tuple[str, int], Life | None] = field(default_factory=dict)
    instances: set[str] = field(default_factory=set)
    factor: Span = NOWHERE

    def __post_init__(self) -> None:
        self.origin = self.position
        self.told = self.options.told
        apart = self.derivation.apart
        equal = self.derivation.equal_sizes
        self.dims.alias = {a: b for a, b, section in equal if apart(section, self.position) == 0}

    def asked(self, choice: str, key: str = "") -> Answer:
        """What the options say, see `answers`."""
        question = choice, key
        answer = self.answers[question] = self.told.get(question, USUAL[choice])
        return answer

    # --- reading nodes -----------------------------------------------------------------------

    def term(self, node: Node) -> Term:
        """The term a node stands for; raises Clash or Stuck."""
        return self.reader(self, node)

    def apply(self, op: str, *args: Term, span: Span) -> Term:
        """A row of the operator table applied; a shape clash names both places."""
        try:
            shape = OPERATORS[op].rule(self.dims, tuple([arg.shape for arg in args]))
        except ShapeClash as clash:
            raise self.clash(clash, args) from clash
        except TooLarge as error:
            raise Stuck(message("too-large", size=error), span) from error
        return Term(op, args, None, shape, span)

    def clash(self, error: ShapeClash, args: tuple[Term, ...]) -> Clash:
        """A shape clash as the author is told of it."""
        a, b = args[error.first], args[error.second]
        one, two = self.dims.text(a.shape), self.dims.text(b.shape)
        if error.kind == "square":
            return Clash("MV303", message("not-square", shape=one), a.span)
        related = ((b.span, message("this-is", shape=two)),)
        rule = {"sum": "MV301", "product": "MV301", "equation": "MV302"}[error.kind]
        return Clash(rule, message(f"clash-{error.kind}", left=one, right=two), a.span, related)

    def is_scalar(self, term: Term) -> bool:
        return is_scalar(self.dims, term.shape)

    def as_number(self, term: Term) -> Term:
        """A term that is a number where nothing says its size, as of a recursion: below a bar or a root."""
        if self.dims.is_open(term.shape.rows) and self.dims.is_open(term.shape.cols):
            self.dims.unify(term.shape.rows, ONE)
            self.dims.unify(term.shape.cols, ONE)
        return term

    def kind(self, shape: Shape) -> str:
        """S, V (column), R (row) or M."""
        return KINDS[self.dims.is_one(shape.rows)][self.dims.is_one(shape.cols)]

    # --- sizes -------------------------------------------------------------------------------

    def size(self, node: Node | str) -> int:
        """The dimension written as `n`, `3`, `n+1`."""
        try:
            match node:
                case str():
                    return self.dims.const(int(node)) if node.isdigit() else self.counted_by(node)
                case Number(text) if text.isdigit():
                    return self.dims.const(int(text))
                case Name(text):
                    return self.counted_by(text)
                case Apply("fence", (inner,), _):
                    return self.size(inner)
                case Apply("juxt", (first, *others)):
                    return reduce(self.dims.times, map(self.size, others), self.size(first))
                case Apply("+", (a, Number(text))) if text.isdigit():
                    return self.dims.total([self.size(a), self.dims.const(int(text))])
                case Apply("+", (a, b)):
                    return self.dims.total([self.size(a), self.size(b)])
                case _:
                    return self.dims.named(show(_unshifted(node)))
        except TooLarge as error:
            raise Stuck(message("too-large", size=error), Span(self.position, self.position)) from error

    def unsized(self, big: bool = False) -> int:
        """The size of a constant (`I`, a vector of ones) that follows from its place alone."""
        side = self.dims.fresh(big)
        self.constants.append(side)
        return side

    def counted_by(self, letter: str) -> int:
        """The dimension of that name; in an example it may have the number of the example."""
        dim = self.dims.named(letter)
        number = self.derivation.example_size(letter, self.position)
        if number is not None and self.asked("valued"):
            if number > LARGEST:
                self.large.add(letter)
            else:
                self.ranges_clash |= not self.dims.unify(dim, self.dims.const(number))
        return dim

    def tie_sizes(self) -> None:
        """A size that only counts (`|τR| = τ^n |R|`) is that of the one dimension nobody named.

        Of several that of the ones is: `X^T 1 = n m`. Ones of which nothing tells are like all others.
        """
        constants = {self.dims.find(d) for d in self.constants} - {ONE}
        shaped = {self.dims.find(d) for shape in self.shapes.values() for d in shape} - {ONE}
        counted = [self.dims.find(self.dims.named(n)) for n in self.dims.known_names()]
        loose = [d for d in counted if d not in shaped | constants]
        told = loose or [d for d in constants if not self._is_nameless(d)] or counted
        nameless = [d for d in constants if self._is_nameless(d) and (loose or d not in shaped)]
        if loose and not nameless:
            nameless = [d for d in shaped if self._is_nameless(d)]
            nameless = nameless if len(nameless) == 1 else []
        if len(told) == 1:
            for d in nameless:
                self.dims.unify(told[0], d)
        self.untied = bool(told and nameless) and len(told) + len(nameless) > 2

    def _is_nameless(self, dim: int) -> bool:
        return self.dims.name(dim) is None and self.dims.value(dim) is None

    def settle_sizes(self) -> None:
        """What is known of the order of sizes: said in the note, or by ranks."""
        self.tie_sizes()
        known = set(self.dims.known_names())
        self.untied |= bool(self.large & known)
        for small, large in self.derivation.orders:
            if small in known and large in known:
                self.dims.smaller.append((self.dims.named(small), self.dims.named(large)))
        for name, kinds in self.assumptions.items():
            if name in self.shapes and name not in self.definitions:
                shape = self.shapes[name]
                if (kinds & SQUARE or kinds >= ORTHONORMAL) and self.kind(shape) == "M":
                    self.dims.unify(shape.rows, shape.cols)
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

    def fresh_shape(self) -> Shape:
        """A shape of which nothing is known."""
        return Shape(self.dims.fresh(), self.dims.fresh())

    # --- choices -----------------------------------------------------------------------------

    def is_function(self, key: str) -> bool:
        """Whether a symbol is a function of the note, and not a parameter here."""
        known = key not in self.local and self.derivation.is_function(key, self.position)
        return known and not self.asked("factors", key)

    def life(self, key: str) -> Life | None:
        """The life of a symbol here; inside a definition a letter not born yet is the one of the step.

        So is one that is only given a number further down.
        """
        place = key, self.position
        if place in self.lives:
            return self.lives[place]
        life = self.derivation.life(key, self.position, int(self.asked("back", key) or 0))
        if life is None:
            life = self.derivation.life(key, max(self.position, self.origin))
        elif self.derivation.is_later_value(life, self.origin):
            life = None
        life = self._in_the_example(self._before_its_value(life))
        far = life is not None and self.derivation.distance(life.start, self.position) > 0
        self.lives[place] = None if far and self.asked("fresh") else life
        return self.lives[place]

    def _before_its_value(self, life: Life | None) -> Life | None:
        """What a letter was before it was given a number, if this reading asks for that."""
        if life is None or not life.number or self.derivation.value(life) != "number":
            return life
        if not self.asked("unvalued"):
            return life
        earlier = self.derivation.life(life.key, life.start - 1)
        return self._before_its_value(earlier) or life

    def _in_the_example(self, life: Life | None) -> Life | None:
        """What a free letter of a formula from elsewhere is set to where the step stands, if asked for."""
        if life is None or life.definition is not None or self.position == self.origin:
            return life
        here = self.derivation.life(life.key, self.origin)
        if here is None or here is life or not self.derivation.value(here):
            return life
        near = here.start <= self.origin and self.derivation.distance(here.start, self.origin) == 0
        if not near or not self.asked("instanced"):
            return life
        self.instances.add(here.name)
        return here

    def choose(self, variable: str, options: tuple[tuple[float, str], ...]) -> str:
        """The mode of a variable: as the options of this reading say, else the cheapest."""
        if variable not in self.choices:
            wanted = self.asked("modes", variable)
            ranked = tuple(sorted(options))
            possible = wanted is not None and any(mode == wanted for _, mode in ranked)
            chosen = str(wanted) if possible else ranked[0][1]
            self.choices[variable] = Choice(chosen, ranked)
        return self.choices[variable].chosen

    # --- where the reading is ----------------------------------------------------------------

    @contextmanager
    def at(self, position: int) -> Iterator[None]:
        """Read on at another position of the note, outside every parameter and bound index."""
        before = self.position, self.local, self.index
        self.position, self.local, self.index = position, {}, {}
        try:
            yield
        finally:
            self.position, self.local, self.index = before

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Read on while a symbol is being unfolded."""
        self.pending.append(name)
        try:
            yield
        except Stuck:
            self.unread = self.unread or name
            raise
        finally:
            self.pending.pop()

    @contextmanager
    def binding(self, ranges: Iterable[tuple[str, int | None]]) -> Iterator[None]:
        """Read on with further index letters, each with the dimension it runs over, if it is one."""
        before, self.index = self.index, {**self.index, **dict(ranges)}
        try:
            yield
        finally:
            self.index = before

    def scripted(self, script: Apply, inner: Term) -> Term:
        """A script on the bracket of the arguments belongs to the value: `f(x)^T`, `f(x)^2`, `f(x)'`."""
        before, self.local = self.local, {**self.local, HIDDEN: inner}
        try:
            hidden = Name(HIDDEN, span=inner.span)
            return self.term(Apply(script.op, (hidden, *script.args[1:]), script.detail, script.span))
        finally:
            self.local = before


def _unshifted(size: Node) -> Node:
    """`n_{l-1}` as `n_l`: of a family all members are of one shape to us, whatever their index."""
    match size:
        case Apply("sub" | "sup" as op, (base, index), detail):
            return Apply(op, (base, _unshifted(index)), detail, size.span)
        case Apply("fence", (index,), detail):
            return Apply("fence", (_unshifted(index),), detail, size.span)
        case Apply("+" | "-", (Name() as letter, Number())):
            return letter
    return size


def root(term: Term) -> str:
    """The key at the bottom of a target."""
    while term.op not in ("sym", "member") and term.args:
        term = term.args[0]
    return str(term.data)


def _is_part_or_whole(name: str, wanted: str) -> bool:
    """Whether one of two names is the family of the other one's entries: `x` and `x_i`."""
    one, other = name.partition("#")[0], wanted.partition("#")[0]
    return one != other and one.removesuffix("_") == other.removesuffix("_")


def depends(term: Term, on: Term, reading: Reading) -> bool:
    """Whether the value of a term changes with the symbol at the root of `on`."""
    wanted = root(on)
    seen: set[str] = set()
    stack = [term]
    while stack:
        here = stack.pop()
        if here.op in ("sym", "member"):
            name = str(here.data)
            if name == wanted or _is_part_or_whole(name, wanted):
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
