"""What symbols are assumed to be: said in prose, by bounds, by sets of values, by postulates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mdverify import cues
from mdverify.claims import Chains, Site
from mdverify.lives import Life, life_at
from mdverify.manuscript import Manuscript
from mdverify.source import Span
from mdverify.spaces import RANKS
from mdverify.swaps import DISPUTED, OF_MATRICES, swapped
from mdverify.symbols import Naming, Symbol, mentions, symbols_in
from mdverify.syntax import MINUS_ONE, Apply, Name, Node, Number, Statement, either_sign, items, signed, walk

POSTULATE_CUES = (
    "with", "where", "that is", "i.e.", "satisf", "such that", "let ", "suppose", "assum", "if ", "for which",
    "for any", "for every", "for all", "unit ", "rotation",
    "满足", "使得", "即", "设", "若", "如果", "假设", "其中", "任意", "任一", "单位", "旋转",
)  # fmt: skip
CONDITIONAL_CUES = ("if ", "when ", "suppose", "若", "如果", "当")
CONDITIONAL_REACH = 400  # characters
ORTHONORMAL = frozenset({"orthonormal-columns", "orthonormal-rows"})  # what no other letter has
ORTHOGONAL = "orthogonal"
LOGARITHMS = frozenset({Name("log"), Name("ln")})
NORMALISED = frozenset({"unit"})  # what every vector can be made
ZERO_OR_ONE = "values:0,1"
TRANSPOSES = frozenset({Name("T"), Name("top")})
LISTED = 7  # characters between a declaration and what belongs to it: a comma, "and", "且"
CUE_REACH = 45  # characters before a formula in which a cue is looked for
_CLAUSE_END = re.compile(r"[,;:.，；：。、]")
_DENIAL = re.compile(cues.DENIAL, re.IGNORECASE)
_SINGULAR_VALUES = re.compile(cues.SINGULAR_VALUES, re.IGNORECASE)
_EIGENVALUES = re.compile(cues.EIGENVALUES, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assumption:
    """A property of a symbol, and where it holds."""

    key: str
    kind: str
    reach: Span


@dataclass(frozen=True, slots=True)
class Constraint:
    """What an equation would make of a letter, though no word we know says that it is meant so."""

    key: str
    kind: str
    position: int


def assumptions(script: Manuscript) -> Iterator[Assumption]:
    """What prose, bounds and sets of values say of symbols."""
    first = _first_places(script)
    for fact in script.facts:
        if fact.kind not in RANKS:
            for node in script.subjects(fact):
                symbol = script.naming.symbol(node)
                if symbol is not None and not (fact.kind == "orthogonal" and symbol.letter.islower()):
                    born = first.get(symbol.key, -1)
                    reach = _reach_of_part(script, fact.reach, born)
                    for key in (symbol.key, *(_wholes(symbol) if fact.kind in cues.OF_ENTRIES else ())):
                        yield Assumption(key, fact.kind, reach)
    for formula in script.formulas:
        for statement in formula.statements:
            yield from _bounds(statement, script)
            yield from _complex(statement, script)
    yield from _decomposed(script)
    yield from _until_the_next(list(_sets_of_values(script)), script)


def is_discrete(kind: str) -> bool:
    """Whether what is assumed leaves a letter few values: it is no smooth function of anything."""
    return kind == "one-hot" or kind.startswith("values:")


def _first_places(script: Manuscript) -> dict[str, int]:
    """Where the right side of `W = …` begins in which a symbol first stands, for those that do so."""
    seen, found = set[str](), dict[str, int]()
    for statement in (statement for formula in script.formulas for statement in formula.statements):
        for at, side in enumerate(statement.sides):
            keys = {symbol.key for symbol in symbols_in(side, script.naming)} - seen
            named = script.naming.symbol(statement.sides[0]) is not None
            if at == 1 and named and statement.relations[0].sign == "=":
                found.update(dict.fromkeys(keys, side.span.start))
            seen |= keys
    return found


def _reach_of_part(script: Manuscript, reach: Span, born: int) -> Span:
    """How far something said of a letter holds: of one that came up as a part there, in the whole section.

    "If `W = Q D Q^T` with Q orthogonal": Q is nothing else further down.
    """
    if not reach.start <= born < reach.end:
        return reach
    return Span(reach.start, max(reach.end, script.reach(born).end))


def valued(script: Manuscript) -> frozenset[str]:
    """The letters that are said to have one of several values."""
    return frozenset(one.key for one, _ in _sets_of_values(script) if "," in one.kind)


def _sets_of_values(script: Manuscript) -> Iterator[tuple[Assumption, int]]:
    """The sets of values told, each with its place."""
    for formula in script.formulas:
        for statement in formula.statements:
            for one in _values(statement, script):
                yield one, statement.span.start


def _until_the_next(told: list[tuple[Assumption, int]], script: Manuscript) -> Iterator[Assumption]:
    """One set of values holds in the whole note; of several each up to the next, or to another section's."""
    for at, (one, place) in enumerate(told):
        section = script.note.section_of(place)
        others = [
            (start < place, start)
            for other, start in (*told[:at], *told[at + 1 :])
            if other.key == one.key and other.kind != one.kind
            if other.kind or script.note.section_of(start) != section
        ]
        begins = place if any(before for before, _ in others) else one.reach.start
        ends = min([one.reach.end, *(start for before, start in others if not before)])
        if one.kind:
            yield Assumption(one.key, one.kind, Span(begins, ends))


def postulates(
    script: Manuscript, sites: Sequence[Site], lives: Mapping[str, Sequence[Life]]
) -> Iterator[tuple[Site, Assumption]]:
    """`P^2 = P`, `V^T V = I`, `\\|q\\| = 1` after "with", "满足" …: what a letter is assumed to be."""
    for site, key, kind in _said_of_free_letters(script, sites, lives):
        if _is_told(script, site, key, kind):
            yield site, Assumption(key, kind, _reach(script, site))
    yield from _exchanges(script, sites, lives)


def _exchanges(
    script: Manuscript, sites: Sequence[Site], lives: Mapping[str, Sequence[Life]]
) -> Iterator[tuple[Site, Assumption]]:
    """`w_{ij} = w_{ji}` of what has no formula, said of the entries and of the matrix."""
    for site in sites:
        found = swapped(site.lhs, site.rhs, script.naming) if site.relation.sign == "=" else None
        if found is None:
            continue
        symbol, kind = found
        wholes = (symbol.base, symbol.base[:1].upper() + symbol.base[1:])
        born = (life_at(lives, script, key, site.position) for key in (symbol.key, *wholes))
        if any(life is not None and life.definition is not None for life in born):
            continue
        reach, denied = _reach(script, site), _is_denied(script, site)
        yield site, Assumption(symbol.key, DISPUTED if denied else kind, reach)
        for whole in dict.fromkeys(wholes if not denied else ()):
            if whole in script.keys and whole[:1].isupper():
                yield site, Assumption(whole, OF_MATRICES[kind], reach)


def _is_denied(script: Manuscript, site: Site) -> bool:
    """Whether the words just before an equation take it back."""
    start = script.note.maths[site.math].outer.start
    clause = _CLAUSE_END.split(script.note.english(max(0, start - CUE_REACH), start))[-1]
    return _DENIAL.search(clause) is not None


def constraints(
    script: Manuscript, sites: Sequence[Site], lives: Mapping[str, Sequence[Life]], chains: Chains
) -> Iterator[Constraint]:
    """Such equations that stand alone, with no word we know before them."""
    for site, key, kind in _said_of_free_letters(script, sites, lives):
        if len(chains[site.chain]) == 2 and not _is_told(script, site, key, kind):
            yield Constraint(key, kind, site.position)


def _said_of_free_letters(
    script: Manuscript, sites: Sequence[Site], lives: Mapping[str, Sequence[Life]]
) -> Iterator[tuple[Site, str, str]]:
    """The equations that are the definition of a property, said of a letter without formula."""
    ends = {site.chain: site.rhs for site in sites}
    for site in sites:
        found = _postulate(site.lhs, site.rhs, script.naming) or _postulate(site.rhs, site.lhs, script.naming)
        found = found or _with_its_mirror(site, ends[site.chain], script.naming)
        if found is None or site.relation.sign != "=":
            continue
        life = life_at(lives, script, found[0], site.position)
        defined = life.definition if life is not None else None
        known = found[1] == ORTHOGONAL and _is_called(script, site, *found)
        if not known and (defined is None or defined.position > site.position):
            yield site, *found


def _is_called(script: Manuscript, site: Site, key: str, kind: str) -> bool:
    """Whether words say of a letter what an equation says of it: that has to follow then."""
    told = (fact for fact in script.facts if fact.kind == kind and site.position in range(*fact.reach))
    return any(_is_symbol(script, node, key) for fact in told for node in script.subjects(fact))


def _is_told(script: Manuscript, site: Site, key: str, kind: str) -> bool:
    """Whether words or a declaration just before an equation make an assumption of it."""
    if _cued(script, site, POSTULATE_CUES) or _just_declared(script, site, key):
        return True
    return kind in (*ORTHONORMAL, ORTHOGONAL) and not script.note.maths[site.math].display


def leading_ones(
    script: Manuscript, sites: Sequence[Site], from_zero: frozenset[str]
) -> Iterator[tuple[Site, Assumption]]:
    """`x_0 = 1`, `x_0^{(i)} = 1`: the first entry of what is counted from 0."""
    for site in sites:
        symbol = script.naming.symbol(site.lhs)
        if symbol is None or symbol.indices != (Number("0"),) or site.rhs != Number("1"):
            continue
        if symbol.base in from_zero and site.relation.sign == "=":
            for key in (symbol.base, f"{symbol.base}^()"):
                yield site, Assumption(key, "leading-one", script.everywhere)


def _reach(script: Manuscript, site: Site) -> Span:
    """How far a postulate holds: its section, but only a little further after "if"."""
    section = script.note.sections[site.section].span
    if _cued(script, site, CONDITIONAL_CUES):
        return Span(site.position, min(section.end, site.position + CONDITIONAL_REACH))
    return section


def _cued(script: Manuscript, site: Site, cues: tuple[str, ...]) -> bool:
    """Whether one of the cues stands just before an inline formula."""
    math = script.note.maths[site.math]
    before = script.note.english(max(0, math.outer.start - CUE_REACH), math.outer.start).lower()
    return not math.display and any(cue in before for cue in cues)


def _just_declared(script: Manuscript, site: Site, key: str) -> bool:
    """Whether a letter comes up just before: `U \\in R^{m×n}`, or `H = I - uu^T`, `u^Tu = 1`."""
    start = script.note.maths[site.math].outer.start
    before = script.note.maths[site.math - 1] if site.math else None
    touching = before is not None and start - before.outer.end <= LISTED
    numbers = (site.math - 1, site.math) if touching else (site.math,)
    earlier = (
        statement
        for number in numbers
        for statement in script.formulas[number].statements
        if statement.span.start < site.lhs.span.start
    )
    return any(_introduces(script, statement, key) for statement in earlier)


def _introduces(script: Manuscript, statement: Statement, key: str) -> bool:
    """Whether a statement declares a letter, or names something that is made of it."""
    for side, relation, other in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
        named = script.naming.symbol(side)
        if relation.sign == "in" and _is_symbol(script, side, key):
            return True
        if relation.sign == "=" and named is not None and mentions(other, key, script.naming):
            return True
    return False


def _is_symbol(script: Manuscript, node: Node, key: str) -> bool:
    symbol = script.naming.symbol(node)
    return symbol is not None and symbol.key == key


def _postulate(left: Node, right: Node, naming: Naming) -> tuple[str, str] | None:
    """Symbol and property, where an equation is the definition of one."""
    symbol = naming.symbol(right)
    match left:
        case Apply("sup", (body, Number("2"))) if symbol is not None and naming.symbol(body) == symbol:
            return symbol.key, ZERO_OR_ONE if symbol.indices else "idempotent"
        case Apply("sup", (body, Name("T" | "top"))) if symbol is not None and naming.symbol(body) == symbol:
            return symbol.key, "symmetric"
        case Apply("sup", (Name() as body, Name("T" | "top"))) if right == Apply("sup", (body, MINUS_ONE)):
            inner = naming.symbol(body)
            return (inner.key, ORTHOGONAL) if inner is not None else None
        case Apply("odot", (one, other)) if symbol is not None and one == other == right:
            return symbol.key, ZERO_OR_ONE
        case Apply("juxt", (Apply("sup", (a, Name("T" | "top"))) | Apply("prime", (a,), "'"), b)):
            return _orthonormal(naming.symbol(a), naming.symbol(b), right, ("orthonormal-columns", "unit"))
        case Apply("juxt", (a, Apply("sup", (b, Name("T" | "top"))) | Apply("prime", (b,), "'"))):
            return _orthonormal(naming.symbol(a), naming.symbol(b), right, ("orthonormal-rows", ""))
        case Apply("fence", (body,), "‖‖") if right == Number("1"):
            inner = naming.symbol(body)
            return (inner.key, "unit") if inner is not None else None
    return None


def _with_its_mirror(site: Site, end: Node, naming: Naming) -> tuple[str, str] | None:
    """The first half of `V^T V = V V^T = I`."""
    one, other = _postulate(site.lhs, end, naming), _postulate(site.rhs, end, naming)
    both = one is not None and other is not None and {one[1], other[1]} == ORTHONORMAL
    return one if both and one is not None and other is not None and one[0] == other[0] else None


def _orthonormal(
    a: Symbol | None, b: Symbol | None, right: Node, kinds: tuple[str, str]
) -> tuple[str, str] | None:
    if a is None or b is None or a.key != b.key:
        return None
    if right == Number("1") and kinds[1]:
        return a.key, kinds[1]
    base = right.args[0] if isinstance(right, Apply) and right.op == "sub" else right
    return (a.key, kinds[0]) if isinstance(base, Name) and base.text in ("I", "E") else None


def labels(script: Manuscript, lines: bool) -> frozenset[str]:
    """What multiplies a logarithm, `-y^T\\log p`, `-\\sum_k y_k\\log p_k`: in a cross-entropy, shares.

    With a `1 - y` beside it every y is a share of its own. Entries of a matrix are shares of its `lines`
    only if the note says which lines those are. What is said to be one-hot is shares wherever it stands.
    """
    found, alone = set(_said_to_be_shares(script)), set[str]()
    for node in (node for side in script.sides() for node in walk(side)):
        match node:
            case Apply("juxt" | "cdot", parts) if any(_is_logarithm(part) for part in parts):
                found.update(_multiplied(parts, script.naming, 2 if lines else 1))
            case Apply("-", (Number("1"), other)) if (one := script.naming.symbol(other)) is not None:
                alone.add(one.base)
    return frozenset(found - alone)


def _said_to_be_shares(script: Manuscript) -> Iterator[str]:
    """The letters of which the note says that they are one-hot."""
    nodes = (node for fact in script.facts if fact.kind == "one-hot" for node in script.subjects(fact))
    return (symbol.base for node in nodes if (symbol := script.naming.symbol(node)) is not None)


def _is_logarithm(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "call" and node.args[0] in LOGARITHMS


def _multiplied(parts: tuple[Node, ...], naming: Naming, indices: int) -> Iterator[str]:
    """The bare letters of a product, and those with no more than so many indices."""
    for part in parts:
        turned = isinstance(part, Apply) and part.op == "sup" and part.args[1] in TRANSPOSES
        symbol = naming.symbol(part.args[0] if isinstance(part, Apply) and turned else part)
        if symbol is not None and len(symbol.indices + symbol.sup_indices) <= indices:
            yield symbol.base


def _values(statement: Statement, script: Manuscript) -> Iterator[Assumption]:
    """`y_i \\in \\{0, 1\\}`, `y_i = \\pm 1`: one of a few numbers, in the whole note."""
    for left, relation, right in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
        match right.args[0] if isinstance(right, Apply) and right.op == "sup" else right:
            case Apply("fence", (Apply("list", items, ","),), "{}") if relation.sign == "in":
                numbers = [signed(item) for item in items]
            case Apply("fence", (Apply("pm") as both,), "{}") if relation.sign == "in":
                numbers = list(either_sign(both) or (None,))
            case Apply("pm") if relation.sign == "in" or _is_told_first(left, script):
                numbers = list(either_sign(right) or (None,))
            case _ if relation.sign == "in":
                numbers = [None]
            case _:
                continue
        symbol = script.naming.symbol(left)
        kind = "" if None in numbers else "values:" + ",".join(str(number) for number in numbers)
        for key in (symbol.key, *_wholes(symbol)) if symbol is not None else ():
            yield Assumption(key, kind, script.everywhere)


def _wholes(symbol: Symbol) -> Iterator[str]:
    """What has the members of a family as entries: b of `b_i`, M of `m_{ij}` and of `M_{ij}`."""
    if symbol.indices and not symbol.sup_indices:
        yield symbol.base
        if len(symbol.indices) == 2 and symbol.base.islower():
            yield symbol.base[0].upper() + symbol.base[1:]


def _is_told_first(node: Node, script: Manuscript) -> bool:
    """Whether an equation is about members, or about a letter that was not met before: it is no root."""
    symbol = script.naming.symbol(node)
    if symbol is None:
        return False
    return bool(symbol.indices + symbol.sup_indices) or script.first.get(symbol.key) == node.span.start


def _complex(statement: Statement, script: Manuscript) -> Iterator[Assumption]:
    """`z \\in \\mathbb C^n`: no real letter, in the whole note."""
    for relation, right in zip(statement.relations, statement.sides[1:], strict=False):
        base = right.args[0] if isinstance(right, Apply) and right.op == "sup" else right
        if relation.sign == "in" and base == Name("C", "bb"):
            for node in items(statement.sides[0]):
                symbol = script.naming.symbol(node)
                if symbol is not None:
                    yield Assumption(symbol.key, "complex", script.everywhere)


def _decomposed(script: Manuscript) -> Iterator[Assumption]:
    """The outer factors of `A = U S V^T` after "the singular value decomposition", or of `A = Q D Q^T`.

    Where the note says more of them, of a thin one what sizes they have, that is all it says.
    """
    for math, formula in zip(script.note.maths, script.formulas, strict=True):
        for statement in formula.statements:
            for key, cue in _outer_factors(statement, script.naming):
                start = math.outer.start
                named = cue.search(script.note.english(max(0, start - CUE_REACH), start))
                if named and key not in _said_more_of(script):
                    yield Assumption(key, ORTHOGONAL, script.reach(start))


def _said_more_of(script: Manuscript) -> set[str]:
    """The letters with a fact, a space or a property of their own."""
    nodes = [node for fact in script.facts for node in script.subjects(fact)]
    found = {symbol.key for node in nodes if (symbol := script.naming.symbol(node)) is not None}
    for statement in (one for formula in script.formulas for one in formula.statements):
        sides = zip(statement.sides, statement.relations, statement.sides[1:], strict=False)
        for left, relation, right in sides:
            symbol = script.naming.symbol(left) if relation.sign == "in" else None
            told = _postulate(left, right, script.naming) or _postulate(right, left, script.naming)
            found |= {key for key in (symbol and symbol.key, told and told[0]) if key}
    return found


def _outer_factors(statement: Statement, naming: Naming) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The first and the last letter of `A = U S V^T`, with the words that make them orthogonal."""
    for left, right in pairwise(statement.sides):
        match right:
            case Apply("juxt", (first, Name() | Apply("sub"), Apply("sup", (last, Name("T" | "top"))))):
                one, other = naming.symbol(first), naming.symbol(last)
                if one is not None and other is not None and naming.symbol(left) is not None:
                    cue = _EIGENVALUES if one == other else _SINGULAR_VALUES
                    yield from ((symbol.key, cue) for symbol in {one, other})


def _bounds(statement: Statement, script: Manuscript) -> Iterator[Assumption]:
    """`w > 0`, `\\epsilon > 0`: a positive number."""
    position = statement.span.start
    reach = script.row(position) or script.reach(position)
    for left, relation, right in zip(statement.sides, statement.relations, statement.sides[1:], strict=False):
        if relation.sign == ">" and right == Number("0"):
            symbol = script.naming.symbol(left)
            if symbol is not None:
                yield Assumption(symbol.key, "positive", reach)
