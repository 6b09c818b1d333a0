"""From what is written to which symbol is meant.

An `Occurrence` splits a name into its head (the letter with accents and labels that belong to it,
`\\hat x^*`) and its indices (`i`, `(i)`, `t-1`). Which scripts are indices and which are labels is
decided for a note as a whole by `Naming`: `x_1` is a component where `x_i` occurs, a label of its
own elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mdverify.show import show
from mdverify.syntax import NOWHERE, Apply, ByNode, Name, Node, Number, children, is_none, walk

FOLDED_FONTS = frozenset({"", "bf", "vec", "rm", "sf"})
BOLD = frozenset({"bf", "vec"})
BARRED = "∣"  # between a function and where bars stand between its arguments
CLASSIC_INDICES = frozenset("ijkl")
PATTERN_LETTERS = frozenset({"ρ", "κ", "ι", "ν"})  # what `ellipsis` calls the row and column of a pattern
INDEX_LETTERS = frozenset("abcdfghijklmnopqrstuv")
OPERATOR_NAMES = frozenset({"partial", "nabla", "d", "triangledown"})  # d unless the note declares one
ARITHMETIC = frozenset({"juxt", "cdot", "times", "frac", "slash", "+", "-", "neg"})
MEMBERS = 2  # families of which a letter picks a member
SIGNS = frozenset({"+", "-", "*", "star", "ast"})
LABELS = 2  # other letters below a head that make one more of them a name
LABEL_POWERS = frozenset({"*", "star", "ast", "+", "dagger", "prime", "new", "old", "-"})
INCREMENTS = frozenset({"delta", "Delta"})  # `\\delta x`, `\\Delta x` taken as one name, see increments
BEFORE = INCREMENTS | {"d"}  # signs before a name that can be one with it; of d, see gradients


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One symbol as written: head, font, and its scripts in the order superscript, subscript."""

    head: str
    letter: str
    font: str
    subs: tuple[Node, ...] = ()
    sups: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Symbol:
    """What an occurrence stands for: a key that names it in the note, and its index expressions.

    A key ends in "_" for every index below and in "^()" for a family indexed above: `x`, `x_`,
    `x__`, `x^()` are different things until the reading connects them.
    """

    key: str
    letter: str
    font: str
    indices: tuple[Node, ...] = ()
    sup_indices: tuple[Node, ...] = ()

    @property
    def base(self) -> str:
        return self.key.rstrip("_").removesuffix("^()")


def occurrence(node: Node) -> Occurrence | None:
    """The symbol written by a node, or None where the node is more than one symbol."""
    match node:
        case Name(text, font):
            return Occurrence(text, text, font)
        case Apply("accent", (body,), kind):
            return _accented(kind, occurrence(body))
        case Apply("sub", (body, index)):
            inner = occurrence(body)
            if inner is None or inner.subs or _is_size_note(index):
                return inner
            return Occurrence(inner.head, inner.letter, inner.font, index_parts(index), inner.sups)
        case Apply("sup", (body, Apply("fence", (index,), "()" | "[]"))):
            inner = occurrence(body)
            if inner is None or inner.sups:
                return None
            return Occurrence(inner.head, inner.letter, inner.font, inner.subs, index_parts(index))
        case Apply("sup", (body, label)) if is_label_power(label):
            inner = occurrence(body)
            if inner is None or inner.sups:
                return None
            head = f"{inner.head}^{{{show(label)}}}"
            return Occurrence(head, inner.letter, inner.font, inner.subs)
        case _:
            return None


def _accented(kind: str, inner: Occurrence | None) -> Occurrence | None:
    """A hat stands on a bare letter; a δ before anything that is one symbol."""
    if inner is None or (kind not in BEFORE and (inner.subs or inner.sups)):
        return None
    return replace(inner, head=f"{kind}({inner.head})")


def is_label_power(node: Node) -> bool:
    """Superscripts that name rather than compute: `^*`, `^{\\text{new}}`."""
    match node:
        case Name(text):
            return text in LABEL_POWERS
        case Apply("text"):
            return True
        case Apply("prime", (body,)):
            return is_label_power(body)
        case _:
            return False


def _is_indexed_d(seen: Occurrence) -> bool:
    """`d_i`, the degree of a node or a distance: no differential."""
    return seen.head == "d" and seen.font != "rm" and bool(seen.subs) and not seen.sups


def _is_size_note(index: Node) -> bool:
    """`A_{m\\times n}`, `x_{(n\\times 1)}`: a size, not an index."""
    match index:
        case Apply("times"):
            return True
        case Apply("fence", (body,), _):
            return _is_size_note(body)
        case _:
            return False


def size_note(node: Node) -> tuple[Node, Node] | None:
    """Rows and columns written below a symbol or a bracket, if there are any."""
    match node:
        case Apply("sub", (_, index)):
            while isinstance(index, Apply) and index.op == "fence":
                index = index.args[0]
            match index:
                case Apply("times", (rows, cols)):
                    return rows, cols
    return None


def index_parts(index: Node) -> tuple[Node, ...]:
    """The single indices of a script: `ij` and `i,j` are two, `k+1` is one."""
    match index:
        case Apply("list", items, ","):
            return items
        case Apply("juxt", factors) if all(_is_single(f) for f in factors):
            return factors
        case Apply("fence", (body,), "[]" | "()"):
            return (body,)
        case Number(text) if len(text) == 2 and text.isdigit():
            return (Number(text[0], index.span), Number(text[1], index.span))
        case _:
            return (index,)


def _is_single(node: Node) -> bool:
    match node:
        case Name(text):
            return len(text) == 1
        case Number(text):
            return text.isdigit()
        case _:
            return False


def bound_names(lower: Node) -> tuple[str, ...]:
    """The index letters a big operator binds: `i=1`, `i,j`, `i\\ne j`, `i`."""
    match lower:
        case Name(text):
            return (text,)
        case Apply("rel", sides, "in"):
            return bound_names(member_index(sides[0]) or sides[0])
        case Apply("rel", sides):
            return bound_names(sides[0])
        case Apply("list", items):
            return tuple(name for item in items for name in bound_names(item))
        case Apply("juxt", factors) if all(isinstance(f, Name) for f in factors):
            return tuple(f.text for f in factors if isinstance(f, Name))
        case _:
            return ()


def member_index(node: Node) -> Name | None:
    """The i of `x_i \\in M`, `(x_i, y_i) \\in D`: a sum over members runs over their index."""
    match node:
        case Apply("fence", (Apply("list", items),), "()"):
            found = {member_index(item) for item in items}
            return found.pop() if len(found) == 1 else None
        case Apply("sub", (Name(), Name() as index)):
            return index
    return None


def _loose_letters(node: Node, bound: frozenset[str], letters: frozenset[str]) -> set[str]:
    """Those of the letters that stand in scripts below a node and are not bound."""
    match node:
        case Apply("big", (body, lower, upper)):
            if is_none(lower):
                return _loose_letters(upper, bound, letters)
            inner = bound | set(bound_names(lower)) | _also_bound(lower)
            return _loose_letters(body, inner, letters) | _loose_letters(upper, bound, letters)
        case Apply("sub", (body, index)) | Apply("sup", (body, Apply("fence", (index,)))):
            here = {p.text for p in walk(index) if isinstance(p, Name) and not p.font} & letters
            return (here - bound) | _loose_letters(body, bound, letters)
        case Apply(_, args):
            return {name for arg in args for name in _loose_letters(arg, bound, letters)}
        case _:
            return set()


def _also_bound(lower: Node) -> set[str]:
    """The j of `\\sum_{i\\ne j}`; where it means something outside, it is found free there."""
    match lower:
        case Apply("rel", (_, Name(text)), sign) if sign != "=":
            return {text}
    return set()


@dataclass(slots=True)
class Naming:
    """Note-wide decisions about scripts and fonts; `variables` are primed letters differentiated by,
    `steps` the indices that count on, as in `x_{t-1}`.

    `labelled` are heads with a letter that could index them but is one name among others: the i of
    `W_f, W_i, W_o`.
    """

    index_letters: frozenset[str] = CLASSIC_INDICES
    families: frozenset[tuple[str, int, int]] = frozenset()
    two_fonts: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    labelled: frozenset[tuple[str, str]] = frozenset()
    operators: frozenset[str] = OPERATOR_NAMES
    steps: frozenset[str] = frozenset()
    letters_in: dict[str, set[int]] = field(default_factory=dict)
    alone_in: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    section_of: Callable[[int], int] = lambda offset: 0
    _symbols: ByNode[Symbol | None] = field(default_factory=ByNode)
    _within: ByNode[tuple[Symbol, ...]] = field(default_factory=ByNode)
    _loose: ByNode[frozenset[str]] = field(default_factory=ByNode)

    def symbol(self, node: Node) -> Symbol | None:
        """The symbol a node writes; a primed name is a symbol of its own (`x'` beside `x`)."""
        return self._symbols.of(node, self._symbol)

    def symbols_in(self, node: Node) -> tuple[Symbol, ...]:
        """Every symbol of an expression, taken whole: of `x_i` the symbol `x_i` and i, not x."""
        return self._within.of(node, lambda whole: tuple(_symbols_in(whole, self)))

    def loose_letters(self, node: Node) -> frozenset[str]:
        """The index letters that stand in scripts below a node and that nothing in it binds."""
        letters = self.index_letters
        return self._loose.of(node, lambda whole: frozenset(_loose_letters(whole, frozenset(), letters)))

    def settle(self) -> None:
        """Forget what was looked up while the decisions were still being made."""
        self._symbols.clear()
        self._within.clear()
        self._loose.clear()

    def _symbol(self, node: Node) -> Symbol | None:
        if isinstance(node, Apply) and node.op == "prime":
            inner = self.symbol(node.args[0])
            if inner is None:
                return None
            return Symbol(inner.key + node.detail, inner.letter, inner.font, inner.indices, inner.sup_indices)
        seen = occurrence(node)
        if seen is None or (seen.head in self.operators and not _is_indexed_d(seen)):
            return None
        head = self.folded(seen)
        subs, label = self._split(head, seen.subs, 0, node)
        if label:
            head = f"{head}_{{{label}}}"
        sups, label = self._split(head, seen.sups, 1, node)
        if label:
            head = f"{head}^{{({label})}}"
        key = head + "^()" * bool(sups) + "_" * len(subs)
        return Symbol(key, seen.letter, seen.font, subs, sups)

    def folded(self, seen: Occurrence) -> str:
        """The head of an occurrence, with its font where that distinguishes."""
        if seen.font in FOLDED_FONTS and seen.letter not in self.two_fonts:
            return seen.head
        return f"{seen.font}:{seen.head}" if seen.font else seen.head

    def _split(
        self, head: str, scripts: tuple[Node, ...], kind: int, node: Node
    ) -> tuple[tuple[Node, ...], str]:
        """Either all scripts are indices, or all of them are a label."""
        if not scripts:
            return (), ""
        single = scripts[0] if len(scripts) == 1 else None
        if isinstance(single, Name) and (head, single.text) in self.labelled:
            return (), show(single)
        if all(self._may_index(s) for s in scripts):
            if any(self.names_index(s) for s in scripts):
                return scripts, ""
            if (head, kind, len(scripts)) in self.families and not self._stands_alone(head, scripts, node):
                return scripts, ""
        return (), ",".join(show(s) for s in scripts)

    def _stands_alone(self, head: str, scripts: tuple[Node, ...], node: Node) -> bool:
        """`z_1`, defined or declared for itself in a section that never writes `z_i`."""
        if not isinstance(node, Apply) or node.span == NOWHERE:
            return False
        section = self.section_of(node.span.start)
        alone = self.alone_in.get((head, ",".join(show(s) for s in scripts)), set())
        return section in alone and section not in self.letters_in.get(head, set())

    def _may_index(self, node: Node) -> bool:
        return all(
            isinstance(part, Number)
            or (isinstance(part, Apply) and part.op in ("+", "-"))
            or (isinstance(part, Name) and (part.text in self.index_letters or part.text in self.sizes))
            for part in walk(node)
        )

    def names_index(self, node: Node) -> bool:
        """Whether an index letter stands in a script."""
        return any(isinstance(part, Name) and part.text in self.index_letters for part in walk(node))


def symbols_in(node: Node, naming: Naming) -> Iterator[Symbol]:
    """See `Naming.symbols_in`."""
    return iter(naming.symbols_in(node))


def _symbols_in(node: Node, naming: Naming) -> Iterator[Symbol]:
    stack = [node]
    while stack:
        here = stack.pop()
        symbol = naming.symbol(here) if isinstance(here, Name | Apply) else None
        if symbol is not None:
            yield symbol
            stack.extend(symbol.indices + symbol.sup_indices)
        else:
            stack.extend(reversed(_parts(here)))


def _parts(node: Node) -> tuple[Node, ...]:
    """The children of a node that may be symbols: the F below a norm only says which norm it is."""
    match node:
        case Apply("sub", (Apply("fence", _, "‖‖") as norm, Name("F"))):
            return (norm,)
    return children(node)


def mentions(node: Node, key: str, naming: Naming) -> bool:
    """Whether a symbol stands in an expression."""
    return any(symbol.key == key for symbol in symbols_in(node, naming))


def naming_of(
    trees: Sequence[Node],
    nodes: Sequence[Node],
    heads: Sequence[Node],
    sizes: frozenset[str],
    section_of: Callable[[int], int],
    short: Iterable[Node] = (),
    ordinals: frozenset[str] = frozenset(),
) -> Naming:
    """Read off a whole note which letters index and which heads are families.

    `nodes` are the trees with all below them, `heads` the expressions that are declared or defined,
    `sizes` the letters that count, `short` the vectors of two or three entries, `ordinals` the letters of
    which prose speaks as the number of something.
    """
    own_d = any(isinstance(node, Name) and node.text == "d" and node.font != "rm" for node in heads)
    naming = Naming(
        _index_letters(trees, nodes, sizes, ordinals),
        two_fonts=frozenset(_two_fonts(trees, heads)),
        sizes=sizes,
        operators=OPERATOR_NAMES - {"d"} if own_d or "d" in sizes else OPERATOR_NAMES,
        steps=frozenset(letter for node in nodes for letter in _shifted_in(node)),
        section_of=section_of,
    )
    naming.labelled = frozenset(_labelled(trees, naming))
    vectors = (occurrence(node) for node in short)
    whole = ((naming.folded(one), 0, 1) for one in vectors if one is not None and not one.subs)
    naming.families = frozenset((*_families(trees, nodes, naming), *whole))
    for node in heads:
        seen = occurrence(node)
        if seen is not None and seen.subs and all(isinstance(s, Number) for s in seen.subs):
            key = naming.folded(seen), ",".join(show(s) for s in seen.subs)
            naming.alone_in.setdefault(key, set()).add(section_of(node.span.start))
    naming.settle()
    return naming


def _index_letters(
    trees: Sequence[Node], nodes: Sequence[Node], sizes: frozenset[str], ordinals: frozenset[str]
) -> frozenset[str]:
    """The classic ones, those that sums bind or that are shifted in subscripts, those of `\\delta_{ab}`.

    A letter that prose calls the number of something is one where it only stands in subscripts.
    """
    found, counted = set[str](), set[str]()
    for node in nodes:
        if isinstance(node, Apply) and node.op in ("big", "sub"):
            found.update((*_bound_by(node), *_shifted_in(node), *_of_kronecker(node)))
            counted.update(_counted_by(node))
    bound: frozenset[str] = frozenset((found & (INDEX_LETTERS | {"tau"})) | counted)
    known = CLASSIC_INDICES | PATTERN_LETTERS | bound
    if more := ordinals - known:
        known |= more.difference(_plain(trees))
    known |= _marked(nodes, known)
    known |= _beside(trees, nodes, known, sizes)
    return known | _picking(trees, nodes, known | sizes, bound)


def _marked(nodes: Sequence[Node], known: frozenset[str]) -> frozenset[str]:
    """The sign that an index is compared with, as in `[j=+]` and `\\sum_{j\\ne+}`: `k_+` is one of `k_j`.

    Two such signs would be two different members, and free indices may be the same.
    """
    found = set[str]()
    for node in nodes:
        match node:
            case Apply("rel", (Name(index), Name(sign)) | (Name(sign), Name(index)), "=" | "ne") if (
                sign in SIGNS and index in known
            ):
                found.add(sign)
    return frozenset(found) if len(found) == 1 else frozenset()


def _beside(
    trees: Sequence[Node], nodes: Sequence[Node], known: frozenset[str], sizes: frozenset[str]
) -> frozenset[str]:
    """Letters below a symbol next to an index (`A_{pj}`, so `A_{pq}`) that stand nowhere else.

    Those of blocks are written twice as well: `S_{aa}`.
    """
    pairs = [pair for node in nodes if (pair := _pair_below(node)) is not None]
    if not pairs:
        return frozenset()
    free = INDEX_LETTERS - known - sizes - {one for one, other in pairs if one == other}
    free -= _plain(trees)
    found = set[str]()
    while more := {
        one
        for pair in pairs
        for one, other in (pair, pair[::-1])
        if one in free - found and other in known | found
    }:
        found |= more
    return frozenset(found)


def _pair_below(node: Node) -> tuple[str, str] | None:
    """The two letters of `A_{pq}`."""
    match node:
        case Apply("sub", (_, Apply("juxt" | "list", (Name(one), Name(other))))):
            return one, other
    return None


def _plain(trees: Sequence[Node]) -> set[str]:
    """The letters that stand in a formula as more than an index, though not all alone."""
    return {text for tree in trees if not isinstance(tree, Name) for text in _above(tree)}


def _above(node: Node) -> Iterator[str]:
    """The letters of an expression that stand in no subscript, and bind no sum."""
    match node:
        case Name(text):
            yield text
        case Apply("sub", (body, _)) | Apply("big", (body, *_)) | Apply("sup", (body, Apply("fence"))):
            yield from _above(body)
        case Apply("list"):
            yield from (text for part in node.args if not isinstance(part, Name) for text in _above(part))
        case Apply():
            yield from (text for part in node.args for text in _above(part))


def _picking(
    trees: Sequence[Node], nodes: Sequence[Node], known: frozenset[str], bound: frozenset[str]
) -> frozenset[str]:
    """Letters that pick a member: o of `p_o` and `u_o` where sums run over p_w and u_w, and o stands alone.

    It is never a factor or a term, and the only letter besides indices below its families.
    """
    plain = (tree.text for tree in trees if isinstance(tree, Name) and not tree.font)
    alone = set(plain) & (INDEX_LETTERS - known)
    if not alone:
        return frozenset()
    below = defaultdict[str, set[str]](set)
    computed = set[str]()
    for node in nodes:
        match node:
            case Apply("sub", (Name(head), Name(letter))):
                below[head].add(letter)
            case Apply(op, args) if op in ARITHMETIC:
                computed.update(part.text for part in args if isinstance(part, Name))
    families = [row for row in below.values() if row & bound]
    return frozenset(
        letter for letter in alone - computed if sum(row - known == {letter} for row in families) >= MEMBERS
    )


def _families(trees: Iterable[Node], nodes: Iterable[Node], naming: Naming) -> Iterator[tuple[str, int, int]]:
    """Heads with an index letter, and where; their number of scripts below (0) or above (1)."""
    for seen, offset in (pair for tree in trees for pair in _script_names(tree)):
        head = naming.folded(seen)
        for kind, scripts in enumerate((seen.subs, seen.sups)):
            if scripts and any(naming.names_index(s) for s in scripts):
                naming.letters_in.setdefault(head, set()).add(naming.section_of(offset))
                yield head, kind, len(scripts)
    for node in nodes:
        for head, offset in _enumerated(node, naming):
            naming.letters_in.setdefault(head, set()).add(naming.section_of(offset))
            yield head, 0, 1


def _labelled(trees: Sequence[Node], naming: Naming) -> Iterator[tuple[str, str]]:
    """Heads with one classic index letter that no sum binds, among `LABELS` or more other letters below."""
    below: dict[str, set[str]] = defaultdict(set)
    bound: set[tuple[str, str]] = set()
    for tree in trees:
        for head, letter in _single_scripts(tree, naming):
            below[head].add(letter)
        for part in walk(tree):
            if isinstance(part, Apply) and part.op == "big":
                letters = set(bound_names(part.args[1]))
                bound.update(pair for pair in _single_scripts(part.args[0], naming) if pair[1] in letters)
    for head, letters in below.items():
        indices = letters & naming.index_letters
        if len(letters - indices - naming.sizes) >= LABELS and len(indices) == 1:
            yield from ((head, letter) for letter in indices & CLASSIC_INDICES if (head, letter) not in bound)


def _single_scripts(tree: Node, naming: Naming) -> Iterator[tuple[str, str]]:
    """Heads with the one letter below them."""
    for seen, _ in _script_names(tree):
        match seen.subs:
            case (Name(letter),) if len(letter) == 1:
                yield naming.folded(seen), letter


def _bound_by(node: Node) -> Iterator[str]:
    if isinstance(node, Apply) and node.op == "big" and node.detail in ("sum", "prod"):
        yield from (n for n in bound_names(node.args[1]) if len(n) == 1 or n == "tau")


def _counted_by(node: Node) -> Iterator[str]:
    """The letter that a sum with both limits counts with: any letter, as w over the words of a vocabulary."""
    match node:
        case Apply("big", (_, Apply("rel", (Name(text), Number()), "="), upper)) if not is_none(upper):
            if node.detail in ("sum", "prod") and len(text) == 1:
                yield text


def _of_kronecker(node: Node) -> Iterator[str]:
    """The letters of `\\delta_{ab}`."""
    match node:
        case Apply("sub", (Name("delta"), Apply("juxt" | "list", (Name(one), Name(two))))):
            if one != two and len(one) == len(two) == 1:
                yield from (one, two)


def _shifted_in(node: Node) -> Iterator[str]:
    """Letters that stand in a subscript with a number added: `h_{t-1}`, `x_{[k+1]}`."""
    if isinstance(node, Apply) and node.op == "sub":
        for index in index_parts(node.args[1]):
            match index:
                case Apply("+" | "-", (Name(text), Number())) if len(text) == 1:
                    yield text


def _script_names(tree: Node) -> Iterator[tuple[Occurrence, int]]:
    """Every name with scripts, each taken whole (not again below its accents and scripts)."""
    stack = [tree]
    while stack:
        node = stack.pop()
        seen = occurrence(node) if isinstance(node, Apply) else None
        if seen is not None:
            yield seen, node.span.start
            stack.extend(seen.subs + seen.sups)
        else:
            stack.extend(children(node))


def _enumerated(node: Node, naming: Naming) -> Iterator[tuple[str, int]]:
    """Heads listed with dots: `x_1, \\cdots, x_n` makes `x` a family though no index letter occurs."""
    if isinstance(node, Apply) and node.op in ("list", "matrix", "+", "juxt") and _has_dots(node):
        for seen, offset in _script_names(node):
            if len(seen.subs) == 1 and seen.subs[0] in (Number("1"), Number("2")):
                yield naming.folded(seen), offset


def _has_dots(node: Node) -> bool:
    return any(isinstance(part, Apply) and part.op == "dots" for part in walk(node))


def _two_fonts(trees: Iterable[Node], heads: Iterable[Node]) -> Iterator[str]:
    """Letters whose font distinguishes: bare in two fonts within one formula side, or declared in both."""
    declared: dict[str, set[str]] = defaultdict(set)
    for node in heads:
        if isinstance(node, Name) and node.font in FOLDED_FONTS:
            declared[node.text].add(node.font)
    yield from (letter for letter, fonts in declared.items() if len(fonts) > 1)
    counts: Counter[str] = Counter()
    for tree in trees:
        fonts: dict[str, set[str]] = defaultdict(set)
        for name in _bare_names(tree):
            if name.font in FOLDED_FONTS:
                fonts[name.text].add(name.font)
        counts.update(letter for letter, seen in fonts.items() if len(seen) > 1)
    yield from (letter for letter, count in counts.items() if count >= 2)


def _bare_names(node: Node) -> Iterator[Name]:
    if isinstance(node, Name):
        yield node
    elif isinstance(node, Apply) and node.op not in ("sub", "accent"):
        for child in node.args:
            yield from _bare_names(child)
