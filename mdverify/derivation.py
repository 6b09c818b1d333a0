"""A note in order: what it declares, defines and assumes, and the steps it asserts.

Nothing here knows numbers or decides between readings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import chain

from mdverify import cues
from mdverify.assumptions import (
    Assumption,
    Constraint,
    assumptions,
    constraints,
    labels,
    leading_ones,
    postulates,
    valued,
)
from mdverify.claims import Chains, Site, written_claims
from mdverify.declarations import (
    Declaration,
    scalar_declarations,
    told_declarations,
    written_declarations,
)
from mdverify.definitions import (
    NAMING_SIGNS,
    Defined,
    at_expression,
    definition,
    is_factorised,
    is_partial,
    is_power,
    named_last,
    naming,
    turned,
)
from mdverify.dependence import (
    Dependence,
    Line,
    applied_in,
    components,
    dependences,
    differentials,
    differentiated,
    functions,
    lines,
)
from mdverify.diagonals import with_diagonals
from mdverify.enumerations import enumeration
from mdverify.grids import Patterns
from mdverify.laws import Laws, laws_of
from mdverify.lives import (
    Life,
    first_targets,
    is_later_value,
    is_number,
    is_value,
    life_at,
    lives_of,
    solutions,
)
from mdverify.manuscript import EQUALITIES, Manuscript, read_manuscript
from mdverify.means import means
from mdverify.members import listed_members
from mdverify.notes import Note
from mdverify.origins import Origin, beginnings, counts_from_zero, origins
from mdverify.show import show
from mdverify.sizes import enumerated, orders
from mdverify.substituted import substituted
from mdverify.suppositions import with_suppositions
from mdverify.symbols import Naming, mentions, symbols_in
from mdverify.syntax import Apply, Formula, Name, Node, Number, Relation, Trouble, either_sign, signed, walk
from mdverify.tables import table_claims
from mdverify.undefined import undefined_macros
from mdverify.vocabulary import FUNCTIONS
from mdverify.worded import worded

KNOWN_NAMES = frozenset({"e", "pi", *FUNCTIONS.values()})
SIGMOID_WORDS = (
    *("sigmoid", "logistic", "sigmoïd", "сигмоид", "逻辑", "对数几率", "s 型", "s型"),
    *("シグモイド", "ロジスティック", "시그모이드", "로지스틱"),
)
CHANCE_WORDS = ("probab", "distribut", "entrop", "likelihood", "densit", "概率", "分布", "熵", "似然", "密度")


@dataclass(frozen=True, slots=True)
class Derivation(Manuscript):
    """Everything a note says, before any of it is judged.

    `targets` says where every symbol is first differentiated by; `built` holds pairs of a symbol
    and a family it is written out of (`x = [1, x_1; …]`); `inverses` definitions of
    symbols by what is defined by them; `orders` pairs of sizes, the smaller one
    first; `equal_sizes` pairs of sizes set equal in a section; `postulates` the places of equations
    that are assumptions, or each say what one member of a family is; `constraints` what other equations
    would make of a letter; `applied` in which sections a letter stands before a bracket; `origins` where
    entries are counted from 0 or 1, `beginnings` the steps that tell a first member; `lines_meant` what a
    softmax of a matrix is taken of; `labels` the letters that weigh logarithms; `laws` what is said of
    random quantities; `traced` the sections with traces of logarithms; `lengths` where lists say how many
    members a family has; `undefined` the macros nobody defines, by the number of the formula.
    """

    sites: tuple[Site, ...]
    chains: Chains
    lives: dict[str, list[Life]]
    assumptions: tuple[Assumption, ...]
    postulates: frozenset[int]
    constraints: tuple[Constraint, ...]
    functions: frozenset[str]
    applied: frozenset[tuple[str, int]]
    differentials: Mapping[str, tuple[int, ...]]
    bars: frozenset[str]  # taken for means, as nobody explains them
    speaks_of_chance: bool  # so that a p nobody defines is positive
    dependences: tuple[Dependence, ...]
    lines: tuple[Line, ...]
    components: tuple[tuple[str, bool], ...]
    targets: dict[str, int]
    built: frozenset[tuple[str, str]]
    inverses: Mapping[int, tuple[str, bool]]
    orders: tuple[tuple[str, str], ...]
    labels: frozenset[str]
    equal_sizes: tuple[tuple[str, str, int], ...]
    laws: Laws = field(default_factory=Laws)
    origins: tuple[Origin, ...] = ()
    beginnings: Mapping[str, Sequence[Site]] = field(default_factory=dict)
    traced: frozenset[int] = frozenset()
    undefined: Mapping[int, Trouble] = field(default_factory=dict)
    lines_meant: str = ""
    patterns: Patterns = field(default_factory=Patterns)
    lengths: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    _lives: dict[tuple[str, int, int], Life | None] = field(default_factory=dict)
    _distances: dict[tuple[int, int], int] = field(default_factory=dict)
    _values: dict[tuple[str, int], str] = field(default_factory=dict)
    _assumed: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    _zeros: dict[tuple[str, int], bool] = field(default_factory=dict)
    _depends: dict[tuple[str, int], tuple[Node, ...]] = field(default_factory=dict)

    def life(self, key: str, position: int, back: int = 0) -> Life | None:
        """The life of a symbol at a position, see `lives`."""
        place = key, position, back
        if place not in self._lives:
            self._lives[place] = life_at(self.lives, self, key, position, back)
        return self._lives[place]

    def is_later_value(self, life: Life, position: int) -> bool:
        """See `lives`."""
        return life.start > position and is_later_value(life, self, position)

    def distance(self, birth: int, position: int) -> int:
        """See `Manuscript`."""
        pair = birth, position
        if pair not in self._distances:
            self._distances[pair] = Manuscript.distance(self, birth, position)
        return self._distances[pair]

    def value(self, life: Life) -> str:
        """What defines a life: a "number", an "array" of nothing but numbers, or empty for anything else."""
        defined = life.definition
        if defined is None:
            return ""
        place = life.name, defined.position
        if place not in self._values:
            value = is_value(defined, self.naming)
            self._values[place] = ("number" if is_number(defined) else "array") if value else ""
        return self._values[place]

    def example_size(self, letter: str, position: int, depth: int = 2) -> int | None:
        """The number a size is set equal to there: `n = 3`, `d = k = 4096`."""
        life = self.life(letter, position) if letter in self.sizes and depth else None
        body = life.definition.body if life is not None and life.definition is not None else None
        if isinstance(body, Name):
            return self.example_size(body.text, position, depth - 1)
        number = signed(body) if body is not None else None
        return number if number is not None and number > 1 else None

    def counts_from_zero(self, head: str, position: int) -> bool:
        """Whether the entries of a letter begin at index 0 there."""
        place = head, position
        if place not in self._zeros:
            self._zeros[place] = counts_from_zero(self.origins, head, position, self)
        return self._zeros[place]

    def is_function(self, key: str, position: int) -> bool:
        """Whether a letter is a function there; one that becomes it only in a later section is none."""
        if key not in self.functions:
            return False
        if key not in self.lives or (key, self.note.section_of(position)) in self.applied:
            return True
        life = self.life(key, position)
        declared = life.declaration if life is not None else None
        plain = (
            life is not None and life.definition is None and declared is not None and not declared.function
        )
        return life is not None and not plain

    def is_inverse(self, definition: Defined | None, targets: frozenset[str]) -> bool:
        """Whether a symbol stays free though it is defined, because it defines what it is defined by.

        What is differentiated by is free; else what was defined last.
        """
        if definition is None or definition.position not in self.inverses:
            return False
        partner, later = self.inverses[definition.position]
        return partner not in targets and (later or definition.key in targets)

    def sees(self, definition: Defined, position: int) -> bool:
        """A definition counts after it, and for what comes just before it."""
        return definition.position <= position or self.is_just_after(definition.span.start, position)

    def length(self, key: str, position: int) -> str | None:
        """The size that lists give a family: the only one of its section, else of its chapter."""
        lists = self.lengths.get(key, ())
        for far in (0, 1) if lists else ():
            told = {letter for at, letter in lists if self.distance(at, position) <= far}
            if told:
                return min(told) if len(told) == 1 else None
        return None

    def dependence(self, key: str, position: int) -> tuple[Node, ...]:
        """What an undefined quantity is a function of: said, or what it is differentiated by."""
        place = key, position
        if place not in self._depends:
            self._depends[place] = self._dependence(key, position)
        return self._depends[place]

    def parameters(self, key: str, position: int) -> tuple[Node, ...]:
        """The arguments of a function that always has the same ones there, two or more: `F(x, y)`."""
        told = [d for d in self.dependences if d.key == key and d.told]
        here = {d.nodes for d in told if d.reach.start <= position < d.reach.end}
        lists = {tuple(show(node) for node in nodes): nodes for nodes in here}
        alone = len(lists) == 1 and all(len(nodes) > 1 for nodes in lists.values())
        return next(iter(lists.values())) if alone else ()

    def _dependence(self, key: str, position: int) -> tuple[Node, ...]:
        mine = [d for d in self.dependences if d.key == key]
        here = [d for d in mine if d.reach.start <= position < d.reach.end]
        said = [d for d in here if d.told]
        near = [d for d in mine if self.distance(d.reach.start, position) < 2]
        return tuple(node for d in said or here or near for node in d.nodes)

    def varies(self, key: str, position: int) -> bool:
        """Whether a `d` stands before a letter where the step stands: elsewhere it may be a constant."""
        part = self.reach(position)
        return any(part.start <= place < part.end for place in self.differentials.get(key, ()))

    @property
    def mentions_sigmoid(self) -> bool:
        """Whether the note speaks of the sigmoid, so that σ is one."""
        text = self.note.english(*self.everywhere).lower()
        return any(word in text for word in SIGMOID_WORDS)

    def traces_logs(self, position: int) -> bool:
        """Whether the logarithms of matrices in a section are traced: it writes `tr(\\log A - \\log B)`."""
        return self.note.section_of(position) in self.traced

    def main_variable(self, position: int) -> Node | None:
        """What a bare prime differentiates by: the argument most functions here are said to have."""
        single = [d for d in self.dependences if len(d.nodes) == 1]
        told = [d.nodes[0] for d in single if d.told and d.reach.start <= position < d.reach.end]
        nodes = told or [d.nodes[0] for d in single]
        if not nodes:
            return None
        counts = Counter(show(node) for node in nodes)
        most = counts.most_common(1)[0][0]
        return next(node for node in nodes if show(node) == most)

    def lines_of(self, key: str, kind: str) -> list[Line]:
        """The matrices whose rows or columns a family is said to be."""
        return [line for line in self.lines if line.kind == kind and line.key == key]

    def assumed(self, key: str, position: int) -> frozenset[str]:
        """The properties assumed of a symbol at a position; "asymmetric" takes back "symmetric"."""
        place = key, position
        if place not in self._assumed:
            self._assumed[place] = self._assumptions_on(key, position)
        return self._assumed[place]

    def constrained(self, key: str, position: int, anywhere: bool = False) -> frozenset[str]:
        """What equations in the part of the note around a position, but not itself, ask of a symbol."""
        mine = [one for one in self.constraints if one.key == key and one.position != position]
        if not mine:
            return frozenset()
        part = self.everywhere if anywhere else self.reach(position)
        return frozenset(one.kind for one in mine if part.start <= one.position < part.end)

    def _assumptions_on(self, key: str, position: int) -> frozenset[str]:
        found: list[str] = []
        for one in self.assumptions:
            if one.key == key and one.reach.start <= position < one.reach.end:
                found.append(one.kind)
                if one.kind == "asymmetric":
                    found = [kind for kind in found if kind != "symmetric"]
        return frozenset(found) - {"asymmetric"}


def derive(note: Note) -> Derivation:
    """Read every formula of a note and collect what it says."""
    script = read_manuscript(note)
    chains, sites = _claims(script)
    sites = tuple(_without_cases(_without_ranges(sites, script), script))
    sites = tuple(_without_powers(_without_values(sites, script), script))
    sites = tuple(with_suppositions(sites, script))
    said = list(worded(script))
    told = frozenset(one.key for one in said)
    sites = tuple(_with_names_last(sites, script, chains, told))
    sites = tuple(_with_names(sites, chains, script, told))
    stated = (*written_declarations(script), *told_declarations(script))
    sites = tuple(_with_new_names(sites, script, told | {one.key for one in stated}))
    enumerated, definitions = _definitions(script, sites)
    definitions = sorted(definitions + said, key=lambda one: one.position)
    assumed = tuple(assumptions(script))
    definitions = [*with_diagonals(definitions, assumed)]
    listed = tuple(listed_members(script, sites, definitions))
    factorised = [one for one in definitions if one.last and is_factorised(one.body, script.naming)]
    stated = (
        *stated,
        *enumerated,
        *(
            Declaration(one.key, "M", (), one.position, script.reach(one.position))
            for one in factorised
            if one.key[:1].isupper()
        ),
    )
    stated = (*stated, *scalar_declarations(script, stated))
    declarations = sorted(stated, key=lambda declaration: declaration.position)
    definitions += [column for column, _ in listed]
    barred = tuple(means(script, definitions, declarations))
    definitions += barred
    targets = first_targets(script.nodes, script.naming)
    solved = frozenset(solutions(sites, targets, script.naming, {one.key for one in declarations}))
    lives = lives_of(declarations, definitions, script, solved)
    counted = origins(script)
    postulated = [
        *postulates(script, sites, lives),
        *leading_ones(script, sites, frozenset(one.head for one in counted if one.zero)),
    ]
    laws = laws_of(script, sites, lives)
    known = functions(script, lives, declarations)
    meant = _lines_meant(script.note.english(*script.everywhere))
    return Derivation(
        script.note,
        script.formulas,
        script.nodes,
        script.facts,
        script.sizes,
        script.naming,
        script.keys,
        script.first,
        script.imaginary,
        script.numbered,
        sites=sites,
        chains=chains,
        lives=lives,
        assumptions=(*assumed, *(assumption for _, assumption in postulated)),
        postulates=frozenset(
            [site.position for site, _ in postulated]
            + [site.position for _, row in listed for site in row]
            + [law.position for law in laws.given]
        ),
        constraints=tuple(constraints(script, sites, lives, chains)),
        functions=known,
        applied=frozenset(applied_in(script)),
        differentials=differentials(script),
        bars=frozenset(one.key for one in barred),
        speaks_of_chance=_speaks_of_chance(script),
        dependences=(*dependences(script, known), *_conventional(script, definitions)),
        lines=tuple(lines(script)),
        components=tuple(components(script)),
        targets=targets,
        built=_built(definitions, script.naming),
        inverses=_inverses(definitions, script),
        labels=labels(script, bool(meant)),
        orders=tuple(orders(script.formulas, script.sizes)),
        equal_sizes=_equal_sizes(sites, script.sizes),
        undefined=undefined_macros(script.formulas, script.note.source.text),
        laws=laws,
        origins=counted,
        beginnings=beginnings(sites, script.naming),
        lines_meant=meant,
        traced=frozenset(_traced(script)),
        lengths=_lengths(script),
    )


def _lines_meant(text: str) -> str:
    """Whether the note takes the softmax of "rows" or of "columns"; empty where it does not say."""
    return next((kind for kind, cue in cues.SOFTMAX_OF if cue.search(text)), "")


def _claims(script: Manuscript) -> tuple[Chains, tuple[Site, ...]]:
    """All chains and, in order of position, all steps, those of tables among them."""
    chains, written = written_claims(script)
    tabled = list(table_claims(script, len(chains)))
    sites = sorted(chain(written, tabled), key=lambda site: site.position)
    return (*chains, *((site.lhs, site.rhs) for site in tabled)), tuple(sites)


def _without_ranges(sites: tuple[Site, ...], script: Manuscript) -> tuple[Site, ...]:
    """Steps in order; `a = 1, \\dots, m` says what a runs over, and defines nothing."""
    ranges = {relation.span for formula in script.formulas for relation in _ranges(formula)}
    return tuple(replace(site, defines=None) if site.relation.span in ranges else site for site in sites)


def _ranges(formula: Formula) -> Iterator[Relation]:
    """The last relations before numbers in a row that end with dots."""
    last: Relation | None = None
    for statement in formula.statements:
        match statement.sides:
            case (Name(), Number()):
                last = statement.relations[0]
            case (Apply("dots"),) if last is not None:
                yield last
                last = None
            case (Number(),):
                pass
            case _:
                last = None


def _without_cases(sites: tuple[Site, ...], script: Manuscript) -> Iterator[Site]:
    """Steps in order; `y = 1` where `y \\in \\{0, 1\\}` tells of a case and defines no y."""
    several = valued(script)
    for site in sites:
        defined = site.defines if site.defines is not None and site.defines.key in several else None
        case = defined is not None and (signed(defined.body), either_sign(defined.body)) != (None, None)
        yield replace(site, defines=None) if case else site


def _without_values(sites: Iterable[Site], script: Manuscript) -> Iterator[Site]:
    """Steps in order; `h(t_0) = …` after `h(t) = …` and `t_0 = …` is a claim and defines no function.

    In another chapter h may well be another function.
    """
    parameters: dict[str, Defined] = {}
    values: set[str] = set()
    for site in sites:
        defined = site.defines
        if defined is None:
            yield site
            continue
        known = parameters.get(defined.key)
        if known is not None and script.distance(known.position, site.position) > 1:
            del parameters[defined.key]
            known = None
        if known is not None and defined.params and set(defined.params) <= values - set(known.params):
            yield replace(site, defines=None)
            continue
        if defined.params:
            parameters.setdefault(defined.key, defined)
        elif not defined.indices:
            values.add(defined.key)
        yield site


def _without_powers(sites: Iterable[Site], script: Manuscript) -> Iterator[Site]:
    """Steps in order; `C^2 = …` after `C = …` is a claim and defines no C."""
    known: dict[str, int] = {}
    for site in sites:
        defined = site.defines
        if defined is None or not is_power(site.lhs):
            if defined is not None:
                known[defined.key] = defined.position
            yield site
            continue
        plain = known.get(defined.key)
        claims = plain is not None and script.distance(plain, site.position) == 0
        yield replace(site, defines=None) if claims else site


def _speaks_of_chance(script: Manuscript) -> bool:
    text = script.note.english(*script.everywhere).lower()
    return any(word in text for word in CHANCE_WORDS)


def _with_names_last(
    sites: Iterable[Site], script: Manuscript, chains: Chains, told: Set[str]
) -> Iterator[Site]:
    """Steps in order; `L^T L = S` defines an S that nothing else does."""
    sites = tuple(sites)
    known = {site.defines.key for site in sites if site.defines is not None} | told
    for site in sites:
        defined = None
        if (
            site.defines is None
            and site.relation.sign in EQUALITIES
            and site.place + 2 == len(chains[site.chain])
        ):
            sign, end = site.relation.sign, site.rhs.span.end
            defined = named_last(site.lhs, site.rhs, sign, script.naming, end, site.section)
        if defined is None or (defined.key in known and site.relation.sign not in NAMING_SIGNS):
            yield site
        else:
            known.add(defined.key)
            yield replace(site, defines=defined)


def _with_new_names(sites: Iterable[Site], script: Manuscript, told: Set[str]) -> Iterator[Site]:
    """Steps in order; a name that first stands where the other side has an expression is that expression."""
    sites = tuple(sites)
    known = {site.defines.key for site in sites if site.defines is not None} | told
    for site in sites:
        for defined in substituted(site.lhs, site.rhs, script.naming) if _may_name(site) else ():
            if defined.key in known or script.first.get(defined.key.rstrip("_"), 0) < site.lhs.span.start:
                continue
            known.add(defined.key)
            span, end = site.lhs.span.cover(site.rhs.span), site.rhs.span.end
            site = replace(
                site, defines=replace(defined, position=end, section=site.section, span=span, supposed=True)
            )
            break
        yield site


def _may_name(site: Site) -> bool:
    return site.defines is None and site.relation.sign in EQUALITIES


def _with_names(
    sites: tuple[Site, ...], chains: Chains, script: Manuscript, told: Set[str]
) -> Iterator[Site]:
    """Steps in order; one with a letter nobody has used or defines may say what that is all the same."""
    known = {site.defines.key for site in sites if site.defines is not None} | told
    used: set[str] = set()
    before, chain = set[str](), -1
    for site in sites:
        before, chain = (before, chain) if site.chain == chain else (used.copy(), site.chain)
        found = None
        if site.defines is None and site.relation.sign in EQUALITIES:
            found = _named(site, chains[site.chain], script)
        if found is not None and found.key not in known | (before if found.params else used):
            known.add(found.key)
            site = replace(site, defines=found)
        used |= {symbol.key for side in (site.lhs, site.rhs) for symbol in symbols_in(side, script.naming)}
        yield site


def _named(site: Site, chain: tuple[Node, ...], script: Manuscript) -> Defined | None:
    """What ends a chain of derivatives with a name, or sets the transpose of a name equal to something."""
    end = max(side.span.end for side in chain)
    sides = turned(site.lhs, site.rhs) if site.heads and "T" not in script.sizes else None
    if sides is not None:
        return naming(sides[1], sides[0], script.naming, end, site.section)
    if site.place + 2 == len(chain) and is_partial(chain[0]):
        return naming(site.lhs, site.rhs, script.naming, end, site.section)
    found = at_expression(site.lhs, site.rhs, script.naming, end, site.section)
    if found is None and not site.heads:
        found = definition(site.lhs, site.rhs, script.naming, end, site.section)
    return found if found is not None and found.params else None


def _definitions(script: Manuscript, sites: tuple[Site, ...]) -> tuple[list[Declaration], list[Defined]]:
    """What is defined; definitions that only name entries count as declarations."""
    enumerated: dict[Defined, Declaration] = {}
    definitions: list[Defined] = []
    for defined in (site.defines for site in sites):
        if defined is None or _assigns(defined, script.naming) or _is_set(defined.body):
            continue
        declaration = enumeration(defined, script)
        if declaration is None:
            definitions.append(defined)
        else:
            enumerated[defined] = declaration
    return list(enumerated.values()), definitions


def _assigns(defined: Defined, naming: Naming) -> bool:
    """`w = w - …` gives a new value; it is no definition to unfold."""
    return not (defined.indices or defined.params) and mentions(defined.body, defined.key, naming)


def _inverses(definitions: list[Defined], script: Manuscript) -> dict[int, tuple[str, bool]]:
    """`\\sigma = e^{s/2}` after `s = \\log\\sigma^2`: the same said the other way round.

    By its place each with what it is defined by, and whether it is the later one.
    """
    made = [(one, _only_symbol(one.body, script.naming)) for one in definitions if not one.params]
    return {
        one.position: (other.key, other.position < one.position)
        for one, of in made
        for other, back in made
        if of == other.key and back == one.key and script.distance(other.position, one.position) == 0
    }


def _only_symbol(node: Node, naming: Naming) -> str | None:
    """The one symbol of an expression, indices, constants and named functions left out."""
    found = {symbol.key for symbol in symbols_in(node, naming)} - naming.index_letters - KNOWN_NAMES
    return found.pop() if len(found) == 1 else None


def _is_set(body: Node) -> bool:
    """`\\{W_1, \\dots, b_1, \\dots\\}`: names what belongs together, and has no value to unfold."""
    match body:
        case Apply("fence", (Apply("list"),), "{}"):
            return True
    return False


def _lengths(script: Manuscript) -> dict[str, list[tuple[int, str]]]:
    """Where a list says how many members a family has: `x_1, \\dots, x_n`."""
    found = defaultdict[str, list[tuple[int, str]]](list)
    for node, letter, from_one in enumerated(script.nodes, script.formulas):
        symbol = script.naming.symbol(node) if from_one and letter in script.sizes else None
        if symbol is not None and len(symbol.indices) == 1 and not symbol.sup_indices:
            found[symbol.key].append((node.span.start, letter))
    return found


def _traced(script: Manuscript) -> Iterator[int]:
    """The sections in which logarithms, and nothing but them, are added up below a trace."""
    for node in script.nodes:
        match node:
            case Apply("call", (Name("tr" | "Tr" | "trace" | "Trace"), body)) if _adds_logs(body):
                yield script.note.section_of(node.span.start)


def _adds_logs(node: Node) -> bool:
    match node:
        case Apply("fence" | "neg", (body,)):
            return _adds_logs(body)
        case Apply("+" | "-", parts):
            return all(_adds_logs(part) for part in parts)
        case Apply("call", (Name("log" | "ln"), _)):
            return True
    return False


def _conventional(script: Manuscript, definitions: list[Defined]) -> Iterator[Dependence]:
    """What is a function of what wherever `\\delta_y` stands for `\\partial E/\\partial y`."""
    for node in (node for one in definitions if one.supposed for node in walk(one.body)):
        yield from differentiated(node, script.everywhere, script.naming)


def _built(definitions: list[Defined], naming: Naming) -> frozenset[tuple[str, str]]:
    return frozenset(
        (one.key, symbol.key)
        for one in definitions
        for symbol in symbols_in(one.body, naming)
        if symbol.key.endswith("_")
    )


def _equal_sizes(sites: tuple[Site, ...], sizes: frozenset[str]) -> tuple[tuple[str, str, int], ...]:
    """`m = n`, and the section where it is said."""
    return tuple(
        (site.lhs.text, site.rhs.text, site.section)
        for site in sites
        if site.relation.sign == "=" and isinstance(site.lhs, Name) and isinstance(site.rhs, Name)
        if {site.lhs.text, site.rhs.text} <= sizes
    )


__all__ = ["Derivation", "derive"]
