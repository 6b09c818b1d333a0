"""A note in order: what it declares, defines and assumes, and the steps it asserts.

Nothing here knows numbers or decides between readings. Names are resolved to `Life`s: from its
declaration or definition on a letter lives until it is declared or defined anew; before its first
birth it counts for what comes just before ("where", "其中").
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from mdverify.ellipsis import Patterns, cells, is_dots
from mdverify.formulas import Math
from mdverify.increments import with_increments
from mdverify.notes import Cell, Note, Table
from mdverify.parser import parse, scan_macros
from mdverify.prose import Fact, facts
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import Naming, Symbol, symbols_in, bound_names, naming_of, size_note
from mdverify.syntax import NONE, Apply, Formula, Name, Node, Number, Relation, Statement, is_none, walk

EQUALITIES = frozenset({"=", ":=", "equiv", "triangleq", "overset?"})
ARROWS = frozenset({"to", "rightarrow", "mapsto"})
SET_FONTS = frozenset({"bb", "bf", "rm", "cal", ""})
MEMBERSHIP = frozenset({"in"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """A rank (S, V, R, M) and sizes for a symbol; sizes are nodes or literal texts."""

    key: str
    rank: str
    sizes: tuple[Node | str, ...]
    position: int
    reach: Span
    function: bool = False


@dataclass(frozen=True, slots=True)
class Defined:
    """`key(params) = body`, `key_{indices} = body`, or `key^power = body`.

    `others` are the further expressions of the chain, for a body that cannot be read.
    """

    key: str
    body: Node
    position: int
    section: int
    params: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    shifts: tuple[int, ...] = ()
    power: Node | None = None
    span: Span = Span(0, 0)
    others: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Assumption:
    """A property of a symbol (or of whatever stands in reach, for key None)."""

    key: str | None
    kind: str
    reach: Span


@dataclass(slots=True)
class Life:
    """A symbol from one birth to the next.

    `solution` is what a variable was found to be (`w = (X^T X)^{-1} X^T y` after a condition): it
    stays a variable, but a reading may put the solution in its place.
    """

    key: str
    number: int
    start: int
    section: int = 0
    declaration: Declaration | None = None
    definition: Defined | None = None
    solution: Defined | None = None

    @property
    def name(self) -> str:
        return f"{self.key}#{self.number}"


@dataclass(frozen=True, slots=True)
class Site:
    """One relation the author writes, with the sides next to it and the chain it belongs to."""

    relation: Relation
    lhs: Node
    rhs: Node
    chain: int
    place: int
    position: int
    section: int
    math: int
    lead: tuple[str, ...]
    defines: Defined | None = None
    heads: bool = True


@dataclass(frozen=True, slots=True)
class Dependence:
    """`key` is a function of `nodes`: spoken of so in prose, applied so (both `told`), or differentiated by."""

    key: str
    nodes: tuple[Node, ...]
    reach: Span
    told: bool = False
    spoken: bool = False


SIGMOID_WORDS = ("sigmoid", "logistic", "逻辑", "对数几率", "s 型", "s型")
NEAR = 300  # characters: a definition this close after its use counts for it across a heading


@dataclass(slots=True)
class Derivation:
    """Everything a note says, before any of it is judged."""

    note: Note
    formulas: tuple[Formula, ...]
    naming: Naming
    facts: tuple[Fact, ...]
    sites: tuple[Site, ...] = ()
    chains: tuple[tuple[Node, ...], ...] = ()
    lives: dict[str, list[Life]] = field(default_factory=dict)
    assumptions: tuple[Assumption, ...] = ()
    functions: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    differentials: frozenset[str] = frozenset()
    dependences: tuple[Dependence, ...] = ()
    lines: tuple[tuple[str, str, str, Span], ...] = ()
    targets: dict[str, int] = field(default_factory=dict)
    patterns: Patterns = field(default_factory=Patterns)
    built: frozenset[tuple[str, str]] = frozenset()
    orders: tuple[tuple[str, str], ...] = ()
    equal_sizes: tuple[tuple[str, str, int], ...] = ()
    postulates: frozenset[int] = frozenset()

    def life(self, key: str, position: int, back: int = 0) -> Life | None:
        """The life of a symbol at a position: the latest born before it, else the next one born.

        `back` 1 asks for the one before that, for a restatement that may itself be the mistake.
        """
        lives = self.lives.get(key)
        if not lives:
            return None
        at = bisect_right([life.start for life in lives], position) - 1 - back
        if at < 0:
            return lives[0] if back == 0 and self._just_after(lives[0].start, position) else None
        return lives[at]

    def sees(self, definition: Defined, position: int) -> bool:
        """A definition counts after it, and for what comes just before it."""
        return definition.position <= position or self._just_after(definition.span.start, position)

    def _just_after(self, birth: int, position: int) -> bool:
        near = birth - position < NEAR
        return near or self.note.section_of(birth) == self.note.section_of(position)

    def dependence(self, key: str, position: int) -> tuple[Node, ...]:
        """What an undefined quantity is a function of: said, or what it is differentiated by."""
        mine = [d for d in self.dependences if d.key == key]
        said = [d for d in mine if d.told and d.reach.start <= position < d.reach.end]
        here = [d for d in mine if d.reach.start <= position < d.reach.end]
        near = [d for d in mine if self.distance(d.reach.start, position) < 2]
        return tuple(node for d in said or here or near for node in d.nodes)

    @property
    def mentions_sigmoid(self) -> bool:
        text = self.note.source.text.lower()
        return any(word in text for word in SIGMOID_WORDS)

    def main_variable(self, position: int) -> Node | None:
        """What a bare prime differentiates by: the argument most functions here are said to have."""
        told = [d for d in self.dependences if d.told and d.reach.start <= position < d.reach.end]
        names = [d.nodes[0] for d in told if len(d.nodes) == 1]
        names += [d.nodes[0] for d in self.dependences if len(d.nodes) == 1 and not names]
        if not names:
            return None
        counts = Counter(show(node) for node in names)
        most = counts.most_common(1)[0][0]
        return next(node for node in names if show(node) == most)

    def built_from(self, base: str, family: str) -> bool:
        """Whether a symbol is defined by writing out members of a family (`x = [1, x_1; …]`)."""
        return (base, family) in self.built

    def distance(self, birth: int, position: int) -> int:
        """0 for the same section or one around it, 1 within the same chapter, 2 beyond."""
        return self.apart(self.note.section_of(birth), position)

    def apart(self, there: int, position: int) -> int:
        """The distance of a section, see `distance`."""
        here = self.note.section_of(position)
        around = self._around(here)
        if there in around:
            return 0
        shared = [s for s in self._around(there) if s in around and s != 0]
        return 1 if shared and self.note.sections[shared[0]].level > 1 else 2

    def _around(self, section: int) -> list[int]:
        found = [section]
        while (parent := self.note.sections[found[-1]].parent) is not None:
            found.append(parent)
        return found

    def lines_of(self, key: str, kind: str, position: int) -> tuple[str, ...]:
        """The matrices whose rows or columns a family is said to be."""
        return tuple(
            whole for told, line, whole, reach in self.lines if told == kind and line == key and reach.start <= position < reach.end
        )

    def assumed(self, key: str, position: int) -> frozenset[str]:
        """The properties assumed of a symbol at a position; "asymmetric" takes back "symmetric"."""
        found: list[str] = []
        for one in self.assumptions:
            if one.key == key and one.reach.start <= position < one.reach.end:
                found.append(one.kind)
                if one.kind == "asymmetric":
                    found = [kind for kind in found if kind != "symmetric"]
        return frozenset(found) - {"asymmetric"}

    def facts_at(self, position: int, kinds: frozenset[str]) -> list[Fact]:
        return [f for f in self.facts if f.kind in kinds and f.reach.start <= position < f.reach.end]


def derive(note: Note) -> Derivation:
    """Read every formula of a note and collect what it says."""
    macros = scan_macros(note.source.text)
    formulas = with_increments(
        tuple(parse(_unquoted(note.source.text, math), math.span, macros) for math in note.maths)
    )
    trees = [side for formula in formulas for statement in formula.statements for side in statement.sides]
    told = facts(note)
    sizes = (_size_names(trees) | _told_sizes(told, formulas)) - _bound_letters(trees)
    naming = naming_of(trees, [*_heads(formulas), *_declared_names(formulas)], sizes, note.section_of)
    derivation = Derivation(note, formulas, naming, told, sizes=frozenset(sizes))
    chains, sites = _sites(derivation)
    derivation.chains, derivation.sites = chains, sites
    defined = [site.defines for site in sites if site.defines is not None and not _assigns(site.defines, naming)]
    enumerated = {one: told for one in defined if (told := _enumeration(one, trees, derivation)) is not None}
    definitions = [one for one in defined if one not in enumerated]
    stated = [*_declarations(derivation), *_told(derivation), *enumerated.values()]
    declarations = sorted(stated, key=lambda d: d.position)
    derivation.targets = _first_targets(trees, naming)
    solved = frozenset(_solutions(derivation))
    derivation.lives = _lives(declarations, definitions, derivation, solved)
    derivation.built = frozenset(
        (one.key, symbol.key) for one in definitions for symbol in symbols_in(one.body, naming) if symbol.key.endswith("_")
    )
    derivation.assumptions = tuple(_assumptions(derivation))
    derivation.functions = _functions(derivation, trees, declarations)
    derivation.differentials = _differentials(trees, naming)
    derivation.dependences = tuple(_dependences(derivation))
    derivation.lines = tuple(_lines(derivation))
    derivation.orders = tuple(_orders(formulas, sizes))
    derivation.equal_sizes = tuple(
        (site.lhs.text, site.rhs.text, site.section)
        for site in sites
        if site.relation.sign == "="
        and isinstance(site.lhs, Name)
        and isinstance(site.rhs, Name)
        and {site.lhs.text, site.rhs.text} <= sizes
    )
    return derivation


def _unquoted(text: str, math: Math) -> str:
    """The text with the quote markers inside a formula blanked; offsets stay."""
    tex = math.body
    return text if tex == text[math.start : math.end] else text[: math.start] + tex + text[math.end :]


# --- sizes -------------------------------------------------------------------------------------


def _size_names(trees: list[Node]) -> set[str]:
    """Letters that count something: exponents of R, upper bounds of sums, sizes written as a×b."""
    found: set[str] = set()
    for tree in trees:
        for node in walk(tree):
            match node:
                case Apply("big", (_, _, upper), "sum" | "prod"):
                    found |= _letters(upper)
                case Apply("sup", (Name("R" | "S", _), size)) if _is_set(node) and _space_of(size) is not None:
                    found |= _letters(size)
                case Apply("sub") if (note := size_note(node)) is not None:
                    found |= _letters(note[0]) | _letters(note[1])
    return found - {"T", "top", "infty", "t", "x", "y"}


def _assigns(defined: Defined, naming: Naming) -> bool:
    """`w = w - …` gives a new value; it is no definition to unfold."""
    if defined.indices or defined.params:
        return False
    return mentions(defined.body, defined.key, naming)


def _enumeration(defined: Defined, trees: list[Node], derivation: Derivation) -> Declaration | None:
    """`x = (x_1, …, x_n)^T`, `A = [a_{11} … a_{mn}]`: names the entries, and so declares a shape.

    `X = (x_1, …, x_n)^T` stays a definition where x stands for the vector too.
    """
    if defined.params or defined.indices or defined.power is not None:
        return None
    whole = _whole_matrix(defined, derivation)
    if whole is not None:
        return whole
    rows, turned = _written_rows(defined.body)
    shown = [cell for row in rows for cell in row if not is_dots(cell)]
    symbols = [derivation.naming.symbol(cell) for cell in shown]
    if len(shown) < 2 or any(s is None or s.sup_indices or not s.indices for s in symbols):
        return None
    keys = {s.key for s in symbols if s is not None}
    family = keys.pop()
    letter = family.rstrip("_")
    if keys or letter.lower() != defined.key.lower().removeprefix("bf:").removeprefix("vec:"):
        return None
    if letter != defined.key and _stands_bare(letter, trees, derivation.naming):
        return None
    last = [s for s in symbols if s is not None][-1]
    reach = derivation.note.sections[defined.section].span
    return _declared_entries(defined, rows, turned, last, reach)


def _whole_matrix(defined: Defined, derivation: Derivation) -> Declaration | None:
    """`A = (a_{ij})_{m\\times n}`, `W = \\{w_{ij}\\}`: a matrix by its entries."""
    sizes: tuple[Node, ...] = ()
    body = defined.body
    note = size_note(body)
    if note is not None and isinstance(body, Apply):
        sizes, body = note, body.args[0]
    if not (isinstance(body, Apply) and body.op == "fence"):
        return None
    symbol = derivation.naming.symbol(body.args[0])
    if symbol is None or len(symbol.indices) != 2 or symbol.base.lower() != defined.key.lower():
        return None
    reach = derivation.note.sections[defined.section].span
    return Declaration(defined.key, "M", sizes, defined.position, reach)


def _declared_entries(
    defined: Defined, rows: list[list[Node]], turned: bool, last: Symbol, reach: Span
) -> Declaration | None:
    position = defined.position
    if len(last.indices) == 2:
        sizes = last.indices[::-1] if turned else last.indices
        return Declaration(defined.key, "M", sizes, position, reach)
    column = len(rows) > 1
    if column == turned or (len(rows) > 1 and any(len(row) > 1 for row in rows)):
        return Declaration(defined.key, "R", last.indices, position, reach)
    return Declaration(defined.key, "V", last.indices, position, reach)


def _written_rows(node: Node) -> tuple[list[list[Node]], bool]:
    """The entries of a written vector or matrix, and whether it is transposed."""
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            rows, turned = _written_rows(body)
            return rows, not turned
        case Apply("sub", (body, _)) if size_note(node) is not None:
            return _written_rows(body)
        case Apply("fence", (Apply("list", items, ","),), "()" | "[]"):
            return [list(items)], False
        case Apply("fence", (Apply("juxt", items),), "()" | "[]") if any(is_dots(i) for i in items):
            return [list(items)], False
        case Apply("fence", (body,), "()" | "[]"):
            return _written_rows(body)
        case Apply("matrix", rows):
            found = [[c for c in cells(row) if not is_none(c)] for row in rows]
            return [row for row in found if row], False
    return [], False


def _stands_bare(letter: str, trees: list[Node], naming: Naming) -> bool:
    return any(mentions(tree, letter, naming) for tree in trees)


def _declared_names(formulas: tuple[Formula, ...]) -> Iterator[Node]:
    """Names before an `∈`, those of `x, y ∈ R` as well."""
    for formula in formulas:
        pending: list[Node] = []
        for statement in formula.statements:
            if not statement.relations:
                pending.append(statement.sides[0])
            elif statement.sides[0] == Name("d") and statement.relations[0].sign in EQUALITIES:
                yield statement.sides[0]
            elif statement.relations[0].sign in MEMBERSHIP:
                yield from (item for side in [*pending, statement.sides[0]] for item in _listed(side))
                pending = []
            else:
                pending = []


def _listed(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Apply) and node.op == "list" else (node,)


def _heads(formulas: tuple[Formula, ...]) -> Iterator[Node]:
    """Indexed names left of `=`."""
    for formula in formulas:
        for statement in formula.statements:
            if statement.relations and statement.relations[0].sign in EQUALITIES and not isinstance(statement.sides[0], Name):
                yield statement.sides[0]


def _told_sizes(told: tuple[Fact, ...], formulas: tuple[Formula, ...]) -> set[str]:
    """Sizes named in prose: "an $n$-dimensional vector", "n 维向量"."""
    found: set[str] = set()
    for fact in told:
        if fact.kind in RANKS:
            for size in fact.sizes:
                if isinstance(size, str):
                    found |= {size} if size.isalpha() and len(size) == 1 else set()
                elif formulas[size].statements:
                    found |= _letters(formulas[size].statements[0].sides[0])
    return found


def _bound_letters(trees: list[Node]) -> set[str]:
    return {name for tree in trees for name in sum_letters(tree)}


def _letters(node: Node) -> set[str]:
    return {part.text for part in walk(node) if isinstance(part, Name) and part.font in ("", "rm")}


def _is_set(node: Node) -> bool:
    """`\\mathbb R^n`, or a plain R with a size above it."""
    match node:
        case Apply("sup", (Name("R" | "S", font), size)):
            return font == "bb" or (
                font in ("", "bf", "rm")
                and not isinstance(size, Number)
                and not (isinstance(size, Name) and size.text in ("T", "top", "prime", "t"))
                and not (isinstance(size, Apply) and size.op == "neg")
            ) or (isinstance(size, Apply) and size.op == "times")
        case Name("R", "bb"):
            return True
    return False


def space(node: Node) -> tuple[str, tuple[Node, ...]] | None:
    """Rank and sizes of the elements of a set: `\\mathbb R^{m\\times n}` is M with (m, n)."""
    match node:
        case Apply("sup", (Name("R" | "S"), size)):
            return _space_of(size)
        case Name("R", font) if font in SET_FONTS:
            return "S", ()
        case Apply("sub", (Name("R", "bb"), _)):
            return "S", ()
        case Apply("fence", (_,), "{}" | "[]" | "()" | "(]" | "[)"):
            return "S", ()
        case _:
            return None


def _space_of(size: Node) -> tuple[str, tuple[Node, ...]] | None:
    match size:
        case Apply("fence", (inner,), _):
            return _space_of(inner)
        case Apply("times" | "ast", (Apply("times"), _)):
            return None
        case Apply("times" | "ast", (rows, Number("1"))):
            return "V", (rows,)
        case Apply("times" | "ast", (Number("1"), cols)):
            return "R", (cols,)
        case Apply("times" | "ast", (rows, cols)):
            return "M", (rows, cols)
        case Name("+"):
            return "S", ()
        case _:
            return "V", (size,)


# --- steps -------------------------------------------------------------------------------------


def _sites(derivation: Derivation) -> tuple[tuple[tuple[Node, ...], ...], tuple[Site, ...]]:
    """Every relation with the two expressions it stands between; rows that begin with one continue."""
    chains: list[list[Node]] = []
    sites: list[Site] = []
    last_end = -1
    main = -1
    for number, formula in enumerate(derivation.formulas):
        math = derivation.note.maths[number]
        row = -1
        for order, statement in enumerate(formula.statements):
            if not statement.relations:
                if order == 0 and not _is_text(statement.sides[0]):
                    chains.append([statement.sides[0]])
                    main = len(chains) - 1
                continue
            continues = is_none(statement.sides[0]) and chains and _may_continue(derivation, last_end, math.start)
            if not continues:
                chains.append([statement.sides[0]])
                main = len(chains) - 1 if statement.row != row else main
            at = main if continues and statement.row != row and main >= 0 else len(chains) - 1
            row = statement.row
            chain = chains[at]
            for relation, side in zip(statement.relations, statement.sides[1:], strict=True):
                before = chain[-1]
                chain.append(side)
                sites.append(
                    Site(
                        relation,
                        before,
                        side,
                        at,
                        len(chain) - 2,
                        relation.span.start,
                        derivation.note.section_of(relation.span.start),
                        number,
                        statement.lead,
                        heads=len(chain) == 2,
                    )
                )
            last_end = math.end
    closed = tuple(tuple(chain) for chain in chains)
    tables = list(_table_sites(derivation, len(closed)))
    closed += tuple((site.lhs, site.rhs) for site in tables)
    judged = [*(_with_definition(derivation, site, closed) for site in sites), *tables]
    return closed, tuple(sorted(judged, key=lambda site: site.position))


def _table_sites(derivation: Derivation, first_chain: int) -> Iterator[Site]:
    """Rows of a table whose header names a function and its derivative: each row is a claim."""
    chain = first_chain
    for table in derivation.note.tables:
        columns = _derivative_columns(derivation, table)
        if columns is None:
            continue
        function, header, at, derived = columns
        for row in table.rows:
            if max(at, derived) >= len(row):
                continue
            operand, claim = _cell_side(derivation, row[at]), _cell_side(derivation, row[derived])
            if operand is None or claim is None:
                continue
            number, rhs = claim
            if not _shares_letter(header, operand[1], function, derivation.naming):
                continue
            outer = derivation.note.maths[number].outer
            lhs = _instead(header, function, operand[1], derivation.naming)
            relation = Relation("=", "table", Span(outer.start, outer.start + 1))
            section = derivation.note.section_of(outer.start)
            yield Site(relation, lhs, rhs, chain, 0, outer.start, section, number, (), heads=False)
            chain += 1


def _derivative_columns(derivation: Derivation, table: Table) -> tuple[str, Node, int, int] | None:
    """The function's key, the header of its derivative, and the two columns."""
    sides = [_cell_side(derivation, cell) for cell in table.header]
    for at, side in enumerate(sides):
        function = _function_key(side[1], derivation.naming) if side is not None else None
        if function is None:
            continue
        for other, header in enumerate(sides):
            if other != at and header is not None and _differentiates(header[1], function, derivation.naming):
                return function, header[1], at, other
    return None


def _cell_side(derivation: Derivation, cell: Cell) -> tuple[int, Node] | None:
    """The first formula of a cell, if it is one expression."""
    for number in derivation.note.maths_in(cell.span):
        statements = derivation.formulas[number].statements
        if len(statements) == 1 and not statements[0].relations:
            return number, statements[0].sides[0]
        return None
    return None


def _function_key(node: Node, naming: Naming) -> str | None:
    """`f(x)`, `f`: the key of f."""
    match node:
        case Apply("juxt", (head, Apply("fence"))):
            symbol = naming.symbol(head)
        case _:
            symbol = naming.symbol(node)
    return symbol.key if symbol is not None else None


def _differentiates(node: Node, function: str, naming: Naming) -> bool:
    written = any(
        derivative_parts(part) is not None
        or (isinstance(part, Name) and part.text == "nabla")
        or (isinstance(part, Apply) and part.op == "prime")
        for part in walk(node)
    )
    return written and mentions(node, function, naming) | _primed(node, function, naming)


def _primed(node: Node, function: str, naming: Naming) -> bool:
    return any(
        isinstance(part, Apply) and part.op == "prime" and _function_key(part.args[0], naming) == function
        for part in walk(node)
    )


def _instead(header: Node, function: str, operand: Node, naming: Naming) -> Node:
    """The header with the function replaced: `\\nabla_x f` becomes `\\nabla_x (a^T x)`."""
    match header:
        case Apply("juxt", (Apply("prime", (head,), marks), Apply("fence", (variable,)))):
            if _function_key(head, naming) == function:
                return _derivative_of(operand, variable, len(marks), header.span)
        case Apply("prime", (head,), marks) if _function_key(head, naming) == function:
            return _derivative_of(operand, Name("x", span=header.span), len(marks), header.span)
        case Apply("juxt", args):
            kept: list[Node] = []
            for arg in args:
                if kept and isinstance(arg, Apply) and arg.op == "fence" and kept[-1] is _PLACED:
                    continue
                kept.append(_PLACED if _function_key(arg, naming) == function else _instead(arg, function, operand, naming))
            placed = tuple(_fenced(operand) if arg is _PLACED else arg for arg in kept)
            return Apply("juxt", placed, span=header.span)
        case Apply(op, args, detail):
            return Apply(op, tuple(_instead(a, function, operand, naming) for a in args), detail, header.span)
        case Name() if _function_key(header, naming) == function:
            return _fenced(operand)
    return header


def _shares_letter(header: Node, operand: Node, function: str, naming: Naming) -> bool:
    """Whether the variable of the header occurs in a row at all (`\\log\\det X` under `\\nabla_x`)."""
    variables = {s.base for s in symbols_in(header, naming)} - {function}
    inside = {s.base for s in symbols_in(operand, naming)}
    return not variables or bool(variables & inside)


_PLACED = Name("¤")


def _fenced(node: Node) -> Node:
    return Apply("fence", (node,), "()", node.span)


def _derivative_of(operand: Node, variable: Node, order: int, span: Span) -> Node:
    d = Name("d", span=span)
    above = d if order == 1 else Apply("sup", (d, Number(str(order))), span=span)
    below = variable if order == 1 else Apply("sup", (variable, Number(str(order))), span=span)
    return Apply("frac", (Apply("juxt", (above, _fenced(operand)), span=span), Apply("juxt", (d, below), span=span)), span=span)


def _is_text(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "text"


def _may_continue(derivation: Derivation, end: int, start: int) -> bool:
    """A formula that begins with `=` continues the one before in the same or an adjoining block."""
    if end < 0 or end > start:
        return True
    between = derivation.note.source.text[end:start]
    return len(between.strip()) < 120 and "\n#" not in between


def _with_definition(derivation: Derivation, site: Site, chains: tuple[tuple[Node, ...], ...]) -> Site:
    if not site.heads or site.relation.sign not in EQUALITIES:
        return site
    chain = chains[site.chain]
    end = max((side.span.end for side in chain), default=site.position)
    defined = definition(site.lhs, site.rhs, derivation.naming, max(end, site.position), site.section)
    if defined is None:
        return site
    others = tuple(side for side in chains[site.chain][2:5] if not is_none(side))
    return replace(site, defines=replace(defined, others=others))


def definition(lhs: Node, rhs: Node, naming: Naming, position: int, section: int) -> Defined | None:
    """What a formula `lhs = rhs` would define, or None where the left side is no definable thing."""
    span = lhs.span.cover(rhs.span)
    match lhs:
        case Apply("prime") | Apply("juxt", (Apply("prime"), _)):
            return None
        case Apply("big", (body, *_), "min" | "max") if not is_none(body):
            return definition(body, rhs, naming, position, section)
        case Apply("call", (Name("log" | "ln"), argument)) if _is_application(argument):
            raised = Apply("call", (Name("exp"), Apply("fence", (rhs,), "()", rhs.span)), span=rhs.span)
            return definition(_bracket_free(argument), raised, naming, position, section)
        case Apply("juxt", (head, Apply("fence", (args,), "()" | "[]"))):
            symbol = naming.symbol(head)
            params = _params(args, naming)
            if symbol is None or params is None or _fixed(symbol):
                return None
            names = tuple(n for n in _formal(symbol)[0])
            return Defined(symbol.key, rhs, position, section, params, names, _formal(symbol)[1], span=span)
        case Apply("sup", (base, Number(_) as power)):
            symbol = naming.symbol(base)
            if symbol is None or symbol.indices or symbol.sup_indices or mentions(rhs, symbol.key, naming):
                return None
            return Defined(symbol.key, rhs, position, section, power=power, span=span)
        case Apply("fence", (inner,), "{}"):
            return definition(inner, rhs, naming, position, section)
        case Apply("juxt", (Name("d"), head)):
            body = _after_d(rhs)
            return None if body is None else definition(head, body, naming, position, section)
    symbol = naming.symbol(lhs)
    if symbol is None or _fixed(symbol):
        return None
    names, shifts = _formal(symbol)
    return Defined(symbol.key, rhs, position, section, (), names, shifts, span=span)


def _is_application(node: Node) -> bool:
    """`p(x \\mid \\mu)`: its logarithm is what a note writes down."""
    match _bracket_free(node):
        case Apply("juxt", (Name(), Apply("fence", _, "()"))):
            return True
    return False


def _bracket_free(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.op == "fence" and node.detail in ("{}", "()") else node


def _after_d(node: Node) -> Node | None:
    """`tr(AX)` of `d[tr(AX)]`: `df = d[…]` says what f is."""
    match node:
        case Apply("juxt", (Name("d"), body)):
            return body
        case Apply("juxt", (Name("d"), *rest)) if len(rest) > 1:
            return None
    return None


def _fixed(symbol: Symbol) -> bool:
    """Whether an index is no formal letter (`x_1`, `h_0`): a member, not the family, is meant."""
    return any(_formal_index(node) is None for node in symbol.sup_indices + symbol.indices)


def _formal(symbol: Symbol) -> tuple[tuple[str, ...], tuple[int, ...]]:
    pairs = [_formal_index(node) or ("", 0) for node in symbol.sup_indices + symbol.indices]
    return tuple(name for name, _ in pairs), tuple(shift for _, shift in pairs)


def _formal_index(node: Node) -> tuple[str, int] | None:
    match node:
        case Name(text):
            return text, 0
        case Apply("+", (Name(text), Number(number))) if number.isdigit():
            return text, int(number)
        case Apply("-", (Name(text), Number(number))) if number.isdigit():
            return text, -int(number)
        case _:
            return None


def _params(args: Node, naming: Naming) -> tuple[str, ...] | None:
    """The parameters of `f(x, y)`; None where the bracket holds more than names."""
    items = args.args if isinstance(args, Apply) and args.op == "list" else (args,)
    found = []
    for item in items:
        if isinstance(item, Apply) and item.op == "dots":
            continue
        if isinstance(item, Apply) and item.op == "juxt" and any(isinstance(p, Apply) and p.op == "dots" for p in item.args):
            continue
        if isinstance(item, Apply) and item.op == "list":
            inner = _params(item, naming)
            if inner is None:
                return None
            found.extend(inner)
            continue
        symbol = naming.symbol(item)
        if symbol is None:
            return None
        found.append(symbol.key)
    return tuple(dict.fromkeys(found))


# --- declarations ------------------------------------------------------------------------------


def _declarations(derivation: Derivation) -> Iterator[Declaration]:
    """Declarations written as formulas: `x, w ∈ R^n`, `f: R^n → R`, `A_{m×n}`, `[…]_{n×1}`."""
    for formula in derivation.formulas:
        pending: list[Node] = []
        for statement in formula.statements:
            signs = [r.sign for r in statement.relations]
            if not signs:
                pending.append(statement.sides[0])
                continue
            yield from _annotated(statement, derivation)
            if MEMBERSHIP & set(signs):
                yield from _membership(statement, pending, derivation)
            if ":" in signs and ARROWS & set(signs):
                yield from _mapping(statement, derivation)
            pending = []


def _membership(statement: Statement, pending: list[Node], derivation: Derivation) -> Iterator[Declaration]:
    at = next(i for i, r in enumerate(statement.relations) if r.sign in MEMBERSHIP)
    found = space(statement.sides[at + 1])
    if found is None:
        return
    rank, sizes = found
    subjects = [*pending, *statement.sides[: at + 1]]
    for node in subjects:
        for item in node.args if isinstance(node, Apply) and node.op == "list" else (node,):
            yield from _declared(item, rank, sizes, statement.span.start, derivation)


def _declared(
    node: Node, rank: str, sizes: tuple[Node | str, ...], position: int, derivation: Derivation
) -> Iterator[Declaration]:
    reach = derivation.note.sections[derivation.note.section_of(position)].span
    symbol = derivation.naming.symbol(node)
    if symbol is not None:
        yield Declaration(symbol.key, rank, sizes, position, reach)


def _mapping(statement: Statement, derivation: Derivation) -> Iterator[Declaration]:
    codomain = space(statement.sides[-1])
    symbol = derivation.naming.symbol(statement.sides[0])
    if codomain is not None and symbol is not None:
        position = statement.span.start
        reach = derivation.note.sections[derivation.note.section_of(position)].span
        yield Declaration(symbol.key, codomain[0], codomain[1], position, reach, function=True)


def _annotated(statement: Statement, derivation: Derivation) -> Iterator[Declaration]:
    """Sizes written below: `A_{n\\times n}`, and `x = […]_{n\\times 1}` for x."""
    position = statement.span.start
    for side in statement.sides:
        for node in walk(side):
            note = size_note(node)
            if note is not None:
                found = _space_of(Apply("times", note))
                symbol = derivation.naming.symbol(node)
                if found is not None and symbol is not None and not _is_constant(node):
                    yield from _declared(node, *found, position, derivation)
    if len(statement.sides) >= 2:
        note = size_note(statement.sides[-1])
        found = _space_of(Apply("times", note)) if note is not None else None
        if found is not None and not isinstance(statement.sides[0], Apply | None.__class__):
            yield from _declared(statement.sides[0], *found, position, derivation)


def _is_constant(node: Node) -> bool:
    return isinstance(node, Apply) and isinstance(node.args[0], Name) and node.args[0].text in ("I", "E", "0", "1")


RANKS: Mapping[str, str] = {
    "vector": "V", "row-vector": "R", "matrix": "M", "square": "M", "scalar": "S", "vector-function": "V",
}  # fmt: skip


def _told(derivation: Derivation) -> Iterator[Declaration]:
    """Declarations made in prose."""
    for fact in derivation.facts:
        if fact.kind in RANKS:
            sizes = tuple(_fact_size(derivation, size) for size in fact.sizes)
            flat = _flattened(RANKS[fact.kind], tuple(s for s in sizes if s is not None), fact.kind)
            if flat is not None:
                for node in _subjects(derivation, fact):
                    symbol = derivation.naming.symbol(node)
                    if symbol is not None:
                        yield Declaration(symbol.key, flat[0], flat[1], fact.span.start, fact.reach)


def _flattened(rank: str, sizes: tuple[Node | str, ...], kind: str) -> tuple[str, tuple[Node | str, ...]] | None:
    if kind == "square" and len(sizes) == 1:
        return rank, (sizes[0], sizes[0])
    if len(sizes) == 1 and isinstance(sizes[0], Apply) and sizes[0].op == "times":
        return _space_of(sizes[0])
    return rank, sizes


def _fact_size(derivation: Derivation, size: int | str) -> Node | str | None:
    if isinstance(size, str):
        return size
    statements = derivation.formulas[size].statements
    return statements[0].sides[0] if statements else None


def _subjects(derivation: Derivation, fact: Fact) -> Iterator[Node]:
    """The symbols a fact speaks of: bare, in a list, or left of a relation."""
    for number in fact.subjects:
        for statement in derivation.formulas[number].statements:
            side = statement.sides[0]
            yield from _listed(side)
            if len(statement.sides) == 2 and statement.relations[0].sign == "=":
                yield from (other for other in statement.sides[1:] if isinstance(other, Name))


def _assumptions(derivation: Derivation) -> Iterator[Assumption]:
    for fact in derivation.facts:
        if fact.kind not in RANKS:
            symbols = [derivation.naming.symbol(node) for node in _subjects(derivation, fact)]
            for symbol in symbols:
                if symbol is not None:
                    yield Assumption(symbol.key, fact.kind, fact.reach)
    for formula in derivation.formulas:
        for statement in formula.statements:
            yield from _bounds(statement, derivation)
            yield from _values(statement, derivation)
    yield from _postulates(derivation)


POSTULATE_CUES = (
    "with", "where", "that is", "i.e.", "satisf", "such that", "let ", "suppose", "assum", "if ", "for which",
    "满足", "使得", "即", "设", "若", "如果", "假设", "其中",
)  # fmt: skip


def _postulates(derivation: Derivation) -> Iterator[Assumption]:
    """`P^2 = P`, `V^T V = I`, `\\|q\\| = 1` after "with", "满足" …: what a letter is assumed to be."""
    found = set()
    for site in derivation.sites:
        postulate = _postulate(site.lhs, site.rhs, derivation.naming) or _postulate(
            site.rhs, site.lhs, derivation.naming
        )
        if postulate is None or site.relation.sign != "=":
            continue
        key, kind = postulate
        life = derivation.life(key, site.position)
        if (life is not None and life.definition is not None) or not _cued(derivation, site):
            continue
        found.add(site.position)
        section = derivation.note.sections[site.section].span
        if _cued(derivation, site, CONDITIONAL_CUES):
            section = Span(site.position, min(section.end, site.position + CONDITIONAL_REACH))
        yield Assumption(key, kind, section)
    derivation.postulates = frozenset(found)


CONDITIONAL_CUES = ("if ", "when ", "suppose", "若", "如果", "当")
CONDITIONAL_REACH = 400


def _cued(derivation: Derivation, site: Site, cues: tuple[str, ...] = POSTULATE_CUES) -> bool:
    outer = derivation.note.maths[site.math].outer
    text = derivation.note.source.text
    before = text[max(0, outer.start - 45) : outer.start].lower()
    return not derivation.note.maths[site.math].display and any(cue in before for cue in cues)


def _postulate(left: Node, right: Node, naming: Naming) -> tuple[str, str] | None:
    """Symbol and property, where an equation is the definition of one."""
    symbol = naming.symbol(right)
    match left:
        case Apply("sup", (body, Number("2"))) if symbol is not None and naming.symbol(body) == symbol:
            return symbol.key, "idempotent"
        case Apply("sup", (body, Name("T" | "top"))) if symbol is not None and naming.symbol(body) == symbol:
            return symbol.key, "symmetric"
        case Apply("juxt", (Apply("sup", (a, Name("T" | "top"))), b)):
            return _orthonormal(naming.symbol(a), naming.symbol(b), right, ("orthonormal-columns", "unit"))
        case Apply("juxt", (a, Apply("sup", (b, Name("T" | "top"))))):
            return _orthonormal(naming.symbol(a), naming.symbol(b), right, ("orthonormal-rows", ""))
        case Apply("fence", (body,), "‖‖") if right == Number("1"):
            inner = naming.symbol(body)
            return (inner.key, "unit") if inner is not None else None
    return None


def _orthonormal(
    a: Symbol | None, b: Symbol | None, right: Node, kinds: tuple[str, str]
) -> tuple[str, str] | None:
    if a is None or b is None or a.key != b.key:
        return None
    if right == Number("1") and kinds[1]:
        return a.key, kinds[1]
    base = right.args[0] if isinstance(right, Apply) and right.op == "sub" else right
    return (a.key, kinds[0]) if isinstance(base, Name) and base.text in ("I", "E") else None


def _values(statement: Statement, derivation: Derivation) -> Iterator[Assumption]:
    """`y_i \\in \\{0, 1\\}`: one of a few numbers."""
    for left, relation, right in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
        match right:
            case Apply("fence", (Apply("list", items, ","),), "{}") if relation.sign == "in":
                numbers = [_signed(item) for item in items]
                symbol = derivation.naming.symbol(left)
                if symbol is not None and all(n is not None for n in numbers):
                    listed = ",".join(str(n) for n in numbers)
                    reach = Span(0, len(derivation.note.source.text) + 1)
                    yield Assumption(symbol.key, f"values:{listed}", reach)


def _signed(node: Node) -> int | None:
    match node:
        case Number(text) if text.isdigit():
            return int(text)
        case Apply("neg" | "pos" as op, (Number(text),)) if text.isdigit():
            return -int(text) if op == "neg" else int(text)
    return None


def _bounds(statement: Statement, derivation: Derivation) -> Iterator[Assumption]:
    """`w > 0`, `\\epsilon > 0`: a positive number."""
    position = statement.span.start
    reach = derivation.note.sections[derivation.note.section_of(position)].span
    for left, relation, right in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
        if relation.sign == ">" and right == Number("0"):
            symbol = derivation.naming.symbol(left)
            if symbol is not None:
                yield Assumption(symbol.key, "positive", reach)


# --- lives -------------------------------------------------------------------------------------


def _first_targets(trees: list[Node], naming: Naming) -> dict[str, int]:
    """Where every symbol is first differentiated by."""
    found: dict[str, int] = {}
    for tree in trees:
        for node in walk(tree):
            parts = derivative_parts(node)
            nodes = [target for target, _ in parts.targets] if parts is not None else []
            match node:
                case Apply("sub", (Name("nabla"), target)):
                    nodes = [target]
            for target in nodes:
                symbol = naming.symbol(target)
                if symbol is not None:
                    found[symbol.key] = min(found.get(symbol.key, node.span.start), node.span.start)
    return found


def _solutions(derivation: Derivation) -> Iterator[Defined]:
    """Definitions that solve a condition for a variable the note differentiates by."""
    recent: list[Site] = []
    for site in derivation.sites:
        defined = site.defines
        if defined is not None and derivation.targets.get(defined.key, site.position) < site.position:
            told = {"Rightarrow", "therefore", "implies"} & set(site.lead)
            near = [s for s in recent[-6:] if s.section == site.section and _is_zero(s.rhs)]
            if told or any(mentions(s.lhs, defined.key, derivation.naming) or derivative_of(s.lhs) for s in near):
                yield defined
        recent.append(site)


def _is_zero(node: Node) -> bool:
    return node == Number("0") or (isinstance(node, Name) and node.text == "0")


def derivative_of(node: Node) -> bool:
    return any(derivative_parts(part) is not None for part in walk(node))


def mentions(node: Node, key: str, naming: Naming) -> bool:
    """Whether a symbol stands in an expression."""
    return any(symbol.key == key for symbol in symbols_in(node, naming))


def _lives(
    declarations: list[Declaration], definitions: list[Defined], derivation: Derivation, solved: frozenset[Defined]
) -> dict[str, list[Life]]:
    events: dict[str, list[tuple[int, int, Declaration | Defined]]] = defaultdict(list)
    for order, event in enumerate([*declarations, *definitions]):
        events[event.key].append((event.position, order, event))
    lives: dict[str, list[Life]] = {}
    for key, row in events.items():
        row.sort(key=lambda item: item[:2])
        lives[key] = _row_of_lives(key, [event for _, _, event in row], derivation, solved)
    return lives


def _row_of_lives(
    key: str, events: list[Declaration | Defined], derivation: Derivation, solved: frozenset[Defined]
) -> list[Life]:
    lives: list[Life] = []
    for event in events:
        section = derivation.note.section_of(event.position)
        current = lives[-1] if lives else None
        if isinstance(event, Declaration):
            if current is None or not _same_life(current, event, section):
                current = Life(key, len(lives), event.position, section, event)
                lives.append(current)
            elif current.declaration is None:
                current.declaration = event
        elif event in solved:
            if current is None:
                current = Life(key, len(lives), 0, section)
                lives.append(current)
            current.solution = event
        elif current is None or current.definition is not None:
            inherited = current.declaration if current else None
            if inherited is not None and derivation.distance(inherited.position, event.position) > 0:
                inherited = None
            lives.append(Life(key, len(lives), event.position, section, inherited, event))
        else:
            current.definition = event
    return lives


def _same_life(life: Life, event: Declaration, section: int) -> bool:
    if life.declaration is None:
        return life.section == section
    return life.declaration.rank == event.rank and _size_texts(life.declaration) == _size_texts(event)


def _size_texts(declaration: Declaration) -> tuple[str, ...]:
    return tuple(size if isinstance(size, str) else show(size) for size in declaration.sizes)


# --- functions and differentials ---------------------------------------------------------------

FUNCTION_LETTERS = frozenset({"f", "g", "sigma", "phi", "varphi", "psi", "F"})


def _functions(derivation: Derivation, trees: list[Node], declarations: list[Declaration]) -> frozenset[str]:
    """Keys that are applied to arguments: declared or defined so, or `f(x)`, `k(x, x')`, `\\sigma(w^T x)`.

    A letter that is applied now and then but mostly multiplies (`X_1(x_{11}, …)` for a point with
    its coordinates) is no function.
    """
    values = {d.key for d in declarations if not d.function and d.rank in "VRM"}
    lives = [life for row in derivation.lives.values() for life in row if life.definition]
    certain = {d.key for d in declarations if d.function}
    certain |= {life.key for life in lives if life.definition and life.definition.params}
    plain = {life.key for life in lives if life.definition and not life.definition.params}
    applied: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for tree in trees:
        for node in walk(tree):
            symbol = derivation.naming.symbol(node) if isinstance(node, Name | Apply) else None
            if symbol is not None:
                everywhere[symbol.key] += 1
            for head, after in _neighbours(node):
                key, primed = _applied(head, after, derivation.naming)
                primed = primed and not derivation.facts_at(head.span.start, PRIME_TRANSPOSE)
                if key and (primed or key not in values) and _applies(key, head, after, derivation.naming, plain, primed):
                    applied[key] += 1
    return frozenset(certain | {key for key, count in applied.items() if 4 * count >= everywhere[key]})


PRIME_TRANSPOSE = frozenset({"prime-transpose"})


def _neighbours(node: Node) -> Iterator[tuple[Node, Node]]:
    if isinstance(node, Apply) and node.op == "juxt":
        yield from zip(node.args, node.args[1:], strict=False)


def _applied(head: Node, after: Node, naming: Naming) -> tuple[str, bool]:
    if not (isinstance(after, Apply) and after.op == "fence" and after.detail in ("()", "[]")):
        return "", False
    primed = isinstance(head, Apply) and head.op == "prime"
    symbol = naming.symbol(head.args[0] if primed and isinstance(head, Apply) else head)
    return (symbol.key if symbol else ""), primed


def _applies(key: str, head: Node, after: Node, naming: Naming, plain: set[str], primed: bool) -> bool:
    assert isinstance(after, Apply)
    if isinstance(head, Apply) and head.op == "prime" and not primed:
        return False
    body = after.args[0]
    if isinstance(body, Apply) and body.op == "list":
        return after.detail == "()"
    if after.detail == "()" and naming.symbol(body) is not None:
        return True
    return (primed or key in FUNCTION_LETTERS) and key not in plain


def _differentials(trees: list[Node], naming: Naming) -> frozenset[str]:
    """Keys that stand directly after a `d`: `dx`, `\\mathrm d X`, `d\\mathbf x^T`."""
    found = set()
    for tree in trees:
        for node in walk(tree):
            if isinstance(node, Apply) and node.op == "juxt":
                for head, after in zip(node.args, node.args[1:], strict=False):
                    if isinstance(head, Name) and head.text == "d" and (key := differential_key(after, naming)):
                        found.add(key)
    return frozenset(found)


def _orders(formulas: tuple[Formula, ...], sizes: set[str]) -> Iterator[tuple[str, str]]:
    """Sizes said to be smaller than others: `m > n`, `j < k`."""
    for formula in formulas:
        for statement in formula.statements:
            for a, relation, b in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
                if isinstance(a, Name) and isinstance(b, Name) and {a.text, b.text} <= sizes:
                    if relation.sign in ("<", "le", "ll"):
                        yield a.text, b.text
                    elif relation.sign in (">", "ge", "gg"):
                        yield b.text, a.text


def _dependences(derivation: Derivation) -> Iterator[Dependence]:
    whole = Span(0, len(derivation.note.source.text) + 1)
    for fact in derivation.facts:
        if fact.kind == "function-of" and fact.sizes:
            argument = _fact_size(derivation, fact.sizes[0])
            for node in _subjects(derivation, fact):
                symbol = derivation.naming.symbol(node)
                if symbol is not None and isinstance(argument, Name | Apply):
                    yield Dependence(symbol.key, (argument,), fact.reach, told=True, spoken=True)
    for formula in derivation.formulas:
        for statement in formula.statements:
            reach = derivation.note.sections[derivation.note.section_of(statement.span.start)].span
            for side in statement.sides:
                for node in walk(side):
                    yield from _applied_to(node, reach, derivation)
                    yield from _differentiated(node, reach or whole, derivation)


def _applied_to(node: Node, reach: Span, derivation: Derivation) -> Iterator[Dependence]:
    """`u(x)`: u is a function of x."""
    if isinstance(node, Apply) and node.op == "juxt":
        for head, after in zip(node.args, node.args[1:], strict=False):
            key, primed = _applied(head, after, derivation.naming)
            if key in derivation.functions and not primed and isinstance(after, Apply):
                items = after.args[0].args if isinstance(after.args[0], Apply) and after.args[0].op == "list" else after.args
                if all(derivation.naming.symbol(item) is not None for item in items):
                    yield Dependence(key, tuple(items), reach, told=True)


def _differentiated(node: Node, reach: Span, derivation: Derivation) -> Iterator[Dependence]:
    """`∂L/∂W`: if L is nowhere defined, it is a function of W (and of what else it is differentiated by)."""
    parts = derivative_parts(node)
    if parts is not None and parts.operand is not None:
        symbol = derivation.naming.symbol(_bare(parts.operand))
        if symbol is not None:
            targets = tuple(target for target, _ in parts.targets if derivation.naming.symbol(target) is not None)
            if targets:
                yield Dependence(symbol.key, targets, reach)
    match node:
        case Apply("juxt", (Apply("sub", (Name("nabla"), target)), operand, *_)):
            symbol = derivation.naming.symbol(operand)
            if symbol is not None and derivation.naming.symbol(target) is not None:
                yield Dependence(symbol.key, (target,), reach)


def _bare(node: Node) -> Node:
    """`f(x)` as f, `y^T` as y: what is differentiated."""
    match node:
        case Apply("juxt", (head, Apply("fence"))):
            return head
        case Apply("sup", (body, Name("T" | "top"))):
            return _bare(body)
        case Apply("fence", (body,), "()"):
            return _bare(body)
    return node


def _lines(derivation: Derivation) -> Iterator[tuple[str, str, str, Span]]:
    """Families told to be the rows or columns of a matrix; that holds in the whole note."""
    whole_note = len(derivation.note.source.text) + 1
    for fact in derivation.facts:
        if fact.kind in ("rows-of", "columns-of") and len(fact.subjects) >= 2:
            nodes = [derivation.formulas[i].statements[0].sides[0] for i in fact.subjects if derivation.formulas[i].statements]
            if len(nodes) >= 2:
                whole = derivation.naming.symbol(nodes[0])
                line = derivation.naming.symbol(_bare(nodes[1]))
                if whole is not None and line is not None:
                    yield fact.kind, line.key, whole.key, Span(0, whole_note)


@dataclass(frozen=True, slots=True)
class DerivativeParts:
    """`∂^k operand / ∂a ∂b^2`: operand None where the fraction is an operator."""

    order: int
    operand: Node | None
    targets: tuple[tuple[Node, int], ...]


DIFFERENTIATORS = frozenset({"partial", "d"})


def is_differentiator(node: Node) -> bool:
    return isinstance(node, Name) and node.text in DIFFERENTIATORS


def derivative_parts(node: Node) -> DerivativeParts | None:
    """A fraction read as a derivative, or None where it is an ordinary fraction."""
    if not (isinstance(node, Apply) and node.op in ("frac", "slash") and len(node.args) == 2):
        return None
    above, below = _factors(node.args[0]), _factors(node.args[1])
    if not (below and is_differentiator(below[0]) and len(below) > 1):
        return None
    order = _order(above[0]) if above else 0
    if not order:
        return None
    targets = _targets(below, order)
    if targets is None:
        return None
    operand = above[1] if len(above) == 2 else Apply("juxt", tuple(above[1:]), span=_cover(above[1:])) if len(above) > 2 else None
    return DerivativeParts(order, operand, targets)


def _cover(nodes: tuple[Node, ...] | list[Node]) -> Span:
    return nodes[0].span.cover(nodes[-1].span)


def _factors(node: Node) -> list[Node]:
    """The factors of a product; `d A^T \\cdot X` is d before the whole of `A^T \\cdot X`."""
    match node:
        case Apply("fence", (Apply() as body,), "()"):
            inner = _factors(body)
            return inner if inner and _order(inner[0]) else [node]
        case Apply("juxt", args):
            return list(args)
        case Apply(op, (left, right), detail) if op in INFIX_PRODUCTS:
            first, *rest = _factors(left)
            if _order(first) and rest:
                body = rest[0] if len(rest) == 1 else Apply("juxt", tuple(rest), span=_cover(rest))
                return [first, Apply(op, (body, right), detail, body.span.cover(right.span))]
    return [node]


INFIX_PRODUCTS = frozenset({"cdot", "times", "ast", "odot", "circ", "otimes"})


def _order(node: Node) -> int:
    match node:
        case Name(text) if text in DIFFERENTIATORS:
            return 1
        case Apply("sup", (Name(text), Number(power))) if text in DIFFERENTIATORS and power.isdigit():
            return min(int(power), 9)
        case _:
            return 0


def _targets(below: list[Node], order: int) -> tuple[tuple[Node, int], ...] | None:
    """The variables of `∂x`, `∂x∂y`, `∂x^2`, `∂x ∂x^T`, and of the sloppy `∂x_1 x_2`."""
    groups: list[list[Node]] = []
    for factor in below:
        if is_differentiator(factor):
            groups.append([])
        elif groups:
            groups[-1].append(factor)
    if not groups or any(not group for group in groups):
        return None
    found = [item for group in groups for item in (_one_target(group) if len(groups) > 1 or order == 1 else group)]
    if order == 1 and len(found) == 1:
        return ((found[0], 1),)
    counted = [_with_power(node) for node in found]
    if sum(count for _, count in counted) == order:
        return tuple(counted)
    return tuple((node, 1) for node in found) if len(found) == order else None


def _one_target(group: list[Node]) -> list[Node]:
    return group if len(group) == 1 else [Apply("juxt", tuple(group), span=_cover(group))]


def _with_power(node: Node) -> tuple[Node, int]:
    match node:
        case Apply("sup", (body, Number(power))) if power.isdigit():
            return body, int(power)
        case _:
            return node, 1


def differential_key(after: Node, naming: Naming) -> str:
    while isinstance(after, Apply) and after.op in ("sup", "fence"):
        after = after.args[0]
    symbol = naming.symbol(after)
    return symbol.key if symbol and not symbol.indices else ""


def sum_letters(tree: Node) -> set[str]:
    """Index letters bound by a big operator somewhere in the tree."""
    return {
        name
        for node in walk(tree)
        if isinstance(node, Apply) and node.op == "big"
        for name in bound_names(node.args[1])
    }


__all__ = ["NONE", "Assumption", "Declaration", "Defined", "Derivation", "Life", "Site", "derive", "space"]
