"""From a symbol to its term: a parameter, a plain symbol, a member of a family, or a part of something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mdverify.assumptions import NORMALISED, ZERO_OR_ONE, is_discrete
from mdverify.circles import Circles, shifted
from mdverify.declarations import Declaration
from mdverify.definitions import Defined
from mdverify.derivation import Derivation
from mdverify.derivatives import is_derivative
from mdverify.evidence import RANKS, Costs, candidates
from mdverify.families import family_candidates
from mdverify.given_laws import by_law
from mdverify.indices import collected, entry, index_term, ranges_over
from mdverify.lives import Life, is_value
from mdverify.messages import message
from mdverify.piecewise import is_piecewise
from mdverify.reading import Clash, Reading, Stuck, depends, root
from mdverify.shapes import ONE, SCALAR, Shape
from mdverify.show import show
from mdverify.source import Span
from mdverify.swaps import EVEN, OF_MATRICES, OF_PAIRS
from mdverify.symbols import BOLD, INCREMENTS, Symbol
from mdverify.syntax import Name, Node
from mdverify.terms import Definition, Generic, Term, is_zero
from mdverify.unfolding import declared_shape, family_body, hold_to, pass_on, unfolded

ENTRYWISE = frozenset({"positive", "nonnegative", "random", "independent", "identical", "zero-mean", "noise"})
SQUARE = frozenset(
    {"symmetric", "skew-symmetric", "positive-definite", "positive-semidefinite", "orthogonal", "invertible"}
)
TALL = "VM"  # the modes of more than one row
PAIR = 2  # indices that may be exchanged
BEYOND = 2  # the last member of a recursion lies this far behind those a step may speak of


def resolve(reading: Reading, symbol: Symbol, span: Span) -> Term:
    """The term of a symbol: a parameter, a member or entry of something, or a plain one."""
    if symbol.key in reading.local:
        return reading.local[symbol.key]
    if symbol.indices or symbol.sup_indices:
        return _indexed(reading, symbol, span)
    return _plain(reading, symbol, span)


def _plain(reading: Reading, symbol: Symbol, span: Span) -> Term:
    life = reading.life(symbol.key)
    name = life.name if life else symbol.key
    if name not in reading.shapes:
        _introduce(reading, symbol, life, name, span)
    return Term("sym", (), name, reading.shapes[name], span)


def _is_oblong(declared: Declaration | None) -> bool:
    """Whether a matrix is declared with two different sizes: nobody takes it for symmetric."""
    return declared is not None and declared.rank == "M" and len({*map(_size_text, declared.sizes)}) > 1


def _size_text(size: Node | str) -> str:
    return size if isinstance(size, str) else show(size)


def _introduce(reading: Reading, symbol: Symbol, life: Life | None, name: str, span: Span) -> None:
    """Give a symbol its shape: from its family, its definition, its declaration, or the chosen mode."""
    _note(reading, name, symbol.key)
    if reading.asked("symmetric") and not (life is not None and _is_oblong(life.declaration)):
        reading.assumptions[name] |= {"symmetric"}
    if name in reading.pending:
        reading.cyclic.add(name)
    if _from_family(reading, symbol, life, name, span):
        return
    definition = _to_unfold(reading, symbol, life, name)
    declared = life.declaration if life else None
    if definition is None:
        _leave_free(reading, symbol, name, _chosen_shape(reading, symbol, declared, name), span)
        return
    body = unfolded(reading, definition, name)
    if name not in reading.cyclic:
        reading.definitions[name] = Definition((), body, _power(reading, definition))
        if declared is not None and not declared.function and definition.power is None:
            _hold_anew(reading, name, body, declared_shape(reading, declared))
        pass_on(reading, name, body)
    reading.shapes[name] = body.shape


def _hold_anew(reading: Reading, name: str, body: Term, shape: Shape) -> None:
    """A definition against the declaration of its letter, unless it begins something new."""
    try:
        hold_to(reading, body, shape)
    except Clash:
        reading.refuted.add(name)
        if not reading.asked("anew"):
            raise


def _note(reading: Reading, name: str, key: str) -> None:
    """What is assumed of a symbol where it was read or where the step stands."""
    assumed = reading.derivation.assumed
    reading.names[name] = key
    reading.assumptions[name] = assumed(key, reading.position) | assumed(key, reading.origin)
    if reading.asked("recalled"):
        reading.assumptions[name] |= recalled(reading.derivation, key, reading.position)
    if reading.asked("constrained"):
        reading.assumptions[name] |= reading.derivation.constrained(key, reading.position) & NORMALISED
    if reading.asked("commuting"):
        reading.assumptions[name] |= {"diagonal"}
    if _is_label(reading, key):
        reading.assumptions[name] |= {
            f"shares-of-{lines}" if (lines := reading.derivation.lines_meant) else "probability"
        }


def _is_label(reading: Reading, key: str) -> bool:
    """Whether a letter that weighs logarithms is to sum to one."""
    weighs = key.rstrip("_").removesuffix("^()") in reading.derivation.labels
    return weighs and bool(reading.asked("labels"))


def recalled(derivation: Derivation, key: str, position: int) -> frozenset[str]:
    """What was assumed of a letter anywhere in the note; symmetry has to be said where it is used.

    A mask may well be one of zeros and ones.
    """
    kinds = {one.kind for one in derivation.assumptions if one.key == key}
    if "mask" in kinds:
        kinds.add(ZERO_OR_ONE)
    return frozenset(kinds - {"symmetric", "asymmetric"}) | derivation.constrained(
        key, position, anywhere=True
    )


def _to_unfold(reading: Reading, symbol: Symbol, life: Life | None, name: str) -> Defined | None:
    """The definition or solution that stands for a symbol, if this reading uses it."""
    if life is None or name in reading.pending or reading.asked("opaque", symbol.key):
        return None
    if reading.derivation.is_inverse(life.definition, reading.targets):
        return None
    if _is_set_later(reading, symbol, life.definition):
        return None
    if reading.derivation.value(life) == "number" and reading.asked("unvalued"):
        return None
    solved = life.solution is not None and reading.asked("solved", symbol.key)
    definition = life.solution if solved else life.definition
    place = reading.origin if solved or life.name in reading.instances else reading.position
    if definition is None or definition.params or not reading.derivation.sees(definition, place):
        return None
    return definition


def _is_set_later(reading: Reading, symbol: Symbol, definition: Defined | None) -> bool:
    """Whether a variable of the step is set to a value only afterwards: "zero at θ = π/4"."""
    if definition is None or definition.position <= reading.position or symbol.key not in reading.targets:
        return False
    return is_value(definition, reading.derivation.naming)


def _leave_free(reading: Reading, symbol: Symbol, name: str, shape: Shape, span: Span) -> None:
    """A symbol without formula: free, with a law, or a smooth function of what it is said to depend on."""
    reading.shapes[name] = shape
    law = by_law(reading, symbol, name, shape, span)
    if law is not None:
        reading.definitions[name] = law
        return
    arguments = generic_arguments(reading, symbol.key)
    if arguments:
        reading.generics[name] = Generic(arguments)
        reading.uses_generic = True


def _from_family(reading: Reading, symbol: Symbol, life: Life | None, name: str, span: Span) -> bool:
    """`z` where only `z_i = …` is defined: the column of all of them; `J` where only `J_{ij} = …` is."""
    if life is not None and (life.definition is not None or reading.asked("solved", symbol.key)):
        return False
    known = reading.derivation.lives
    if name in reading.pending or not (f"{symbol.key}_" in known or f"{symbol.key}__" in known):
        return False
    with reading.inside(name):
        column, matrix = (_all_members(reading, symbol, letters, span) for letters in (("i",), ("i", "j")))
    body = column or matrix
    if body is None:
        return False
    if life is not None and life.declaration is not None:
        hold_to(reading, body, declared_shape(reading, life.declaration))
    reading.definitions[name] = Definition((), body)
    reading.shapes[name] = body.shape
    return True


def _all_members(reading: Reading, symbol: Symbol, letters: tuple[str, ...], span: Span) -> Term | None:
    """The members of a family of numbers that is defined by its indices, as a column or a matrix."""
    if not is_whole(reading, symbol, len(letters)) or reading.asked("opaque", symbol.key):
        return None
    key = symbol.key + "_" * len(letters)
    family = reading.derivation.life(key, reading.position)
    if len(letters) > 1 and family and family.definition and not _concerns(reading, family.definition.body):
        return None
    indices = tuple(Name(letter) for letter in letters)
    body = every(reading, Symbol(key, symbol.letter, symbol.font, indices), span)
    if body.op == "every" and is_recursive(reading, body.args[0]) and not reading.is_scalar(body.args[0]):
        return None  # of the vectors of a recursion the letter alone is any one
    return body if reading.kind(body.shape) == ("V" if len(letters) == 1 else "M") else None


def _concerns(reading: Reading, body: Node) -> bool:
    """Whether it matters what entries are: a matrix of derivatives is any matrix where nothing is derived."""
    return reading.derives or not is_derivative(body)


def is_whole(reading: Reading, symbol: Symbol, count: int) -> bool:
    """Whether the entries of a letter, by so many indices, are defined in this part of the note."""
    family = reading.derivation.life(symbol.key + "_" * count, reading.position)
    if symbol.indices or symbol.sup_indices or family is None or family.definition is None:
        return False
    return len(family.definition.indices) == count and not _is_elsewhere(reading, symbol, family)


def _is_elsewhere(reading: Reading, symbol: Symbol, family: Life) -> bool:
    """Whether a family is that of another part, and the letter here may well be another.

    Not where the letter is set to the list of its members: `p = (p_1, \\dots, p_n)^T`.
    """
    if family.definition is not None and family.definition.supposed:
        return False
    life = reading.derivation.life(symbol.key, reading.position)
    declared = life.declaration if life is not None else None
    lists = reading.derivation.lengths.get(family.key, ()) if declared is not None else ()
    if declared and any(reading.derivation.in_one_formula(declared.position, at) for at, _ in lists):
        return False
    far = reading.derivation.distance(family.start, reading.position) > 1
    return far and (life is not None or len(reading.derivation.lives[family.key]) > 1)


def _chosen_shape(reading: Reading, symbol: Symbol, declared: Declaration | None, name: str) -> Shape:
    changing = _changing(symbol) if declared is None else None
    if changing is not None and not reading.is_function(changing.key) and changing.key not in reading.pending:
        with reading.inside(name):
            return resolve(reading, changing, Span(reading.position, reading.position)).shape
    options = candidates(symbol, declared, reading.evidence, reading.derivation, reading.position)
    mode = reading.choose(name, options)
    if declared is not None and mode == declared.rank:
        return declared_shape(reading, declared)
    shape = reading.shape_of(mode)
    if mode == "M" and reading.assumptions[name] & SQUARE:
        reading.dims.unify(shape.rows, shape.cols)
    return shape


def _looked_at(reading: Reading, symbol: Symbol, name: str, shape: Shape) -> Shape:
    """The shape of a recursion that leaves its own width open, by the looks of its letter."""
    options = candidates(symbol, None, reading.evidence, reading.derivation, reading.position)
    if not reading.dims.is_open(shape.rows):
        options = tuple((cost, mode) for cost, mode in options if mode in TALL)
    return reading.shape_of(reading.choose(name, options))


def _changing(symbol: Symbol) -> Symbol | None:
    """The X of an increment `\\Delta X`, which has its shape."""
    kind, _, rest = symbol.key.partition("(")
    if kind not in INCREMENTS or not rest.endswith(")"):
        return None
    return Symbol(rest[:-1], symbol.letter, symbol.font)


def generic_arguments(reading: Reading, key: str) -> tuple[Term, ...]:
    """What an undefined symbol depends on: said in prose, or what it is differentiated by."""
    if key in reading.pending or not reading.derives:
        return ()
    life = reading.life(key)
    if life is not None and reading.derivation.is_inverse(life.definition, reading.targets):
        return ()
    assumed = reading.derivation.assumed(key, reading.position)
    if _is_label(reading, key) or any(map(is_discrete, assumed)):
        return ()
    nodes = reading.derivation.dependence(key, reading.position)
    if not nodes:
        return ()
    with reading.inside(key):
        found = [_argument(reading, node) for node in nodes]
        arguments = [one for one in found if one is not None and not _is_circular(reading, one.term)]
        return tuple(_gathered(reading, one) for one in _downstream(arguments, reading))


def _is_circular(reading: Reading, term: Term) -> bool:
    """`\\partial x_i/\\partial x_j` makes x no function of x, nor of what is one of x."""
    return reading.names.get(root(term)) in reading.pending


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument of a generic function; of `y_i` one member, with the indices it is collected over."""

    term: Term
    names: tuple[str, ...] = ()
    dims: tuple[int, ...] = ()


def _argument(reading: Reading, node: Node) -> _Argument | None:
    symbol = reading.derivation.naming.symbol(node)
    if symbol is None or reading.asked("unheard", symbol.key):
        return None
    before, reading.argument = reading.argument, symbol.key
    if symbol.sup_indices or symbol.indices:
        found = _any_member(reading, symbol, node.span)
    else:
        found = _Argument(resolve(reading, symbol, node.span))
    reading.argument = before
    return found


def _any_member(reading: Reading, symbol: Symbol, span: Span) -> _Argument:
    """One member of a family, at indices of its own; of an entry what it is an entry of."""
    nodes = symbol.sup_indices + symbol.indices
    names = tuple(f"ε{i}{part}" for i, part in enumerate(show(n) for n in nodes))
    dims = tuple(reading.dims.fresh(big=True) for _ in nodes)
    subs = tuple(Name(n) for n in names[len(symbol.sup_indices) :])
    sups = tuple(Name(n) for n in names[: len(symbol.sup_indices)])
    with reading.binding(zip(names, dims, strict=True)):
        body = _indexed(reading, Symbol(symbol.key, symbol.letter, symbol.font, subs, sups), span)
    if body.op == "entry" and all(arg.op == "index" for arg in body.args[1:]):
        body = body.args[0]
    used = {part.data for part in _indices(body)}
    kept = [(name, dim) for name, dim in zip(names, dims, strict=True) if name in used]
    return _Argument(body, tuple(name for name, _ in kept), tuple(dim for _, dim in kept))


def _indices(term: Term) -> Iterator[Term]:
    """The index letters that stand in a term."""
    if term.op == "index":
        yield term
    for arg in term.args:
        yield from _indices(arg)


def _gathered(reading: Reading, one: _Argument) -> Term:
    """All members one below the other; of a recursion (`h_t` by `h_{t-1}`) the last, which have seen all."""
    if not one.names:
        return one.term
    last = _last(reading, one) if one.term.op == "member" and is_recursive(reading, one.term) else one
    return collected(reading, last.term, last.names, last.dims, one.term.span) if last.names else last.term


def _last(reading: Reading, one: _Argument) -> _Argument:
    """The members a recursion ends with, a little outside the indices a step may speak of.

    Of `z_j^l` by `z_k^{l-1}` those are all of the last l.
    """
    key, span, args = one.term.data, one.term.span, list(one.term.args)
    slots = (0,) if len(args) == 1 else Circles(reading.definitions).steps(key)
    dims = dict(zip(one.names, one.dims, strict=True))
    for slot in slots:
        dim = dims.pop(args[slot].data, None)
        if dim is not None:
            args[slot] = _end(reading, key, dim, span)
    member = Term("member", tuple(args), key, one.term.shape, span)
    return _Argument(member, tuple(dims), tuple(dims.values()))


def _end(reading: Reading, key: str, dim: int, span: Span) -> Term:
    """The index a recursion ends with."""
    if reading.definitions[key].ends is not None:
        return Term("num", (), 1.0 - BEYOND, SCALAR, span)
    further = 0 if reading.asked("ending") else BEYOND
    beyond, end = Term("num", (), float(further), SCALAR, span), Term("size", (), dim, SCALAR, span)
    return Term("add", (end, beyond), None, SCALAR, span)


def is_recursive(reading: Reading, member: Term) -> bool:
    """Whether members of a family are defined by other members of it."""
    definition = reading.definitions.get(member.data)
    return definition is not None and depends(definition.body, member, reading)


def every(reading: Reading, symbol: Symbol, span: Span) -> Term:
    """All members of a family, one below the other."""
    one = _any_member(reading, symbol, span)
    return collected(reading, one.term, one.names, one.dims, span) if one.names else one.term


def _indexed(reading: Reading, symbol: Symbol, span: Span) -> Term:
    """`x_i`, `A_{ij}`, `x^{(i)}_j`, `W_{ij}` …: as the mode of the family says."""
    if symbol.sup_indices and symbol.indices:
        return _entry_of_member(reading, symbol, span)
    nodes = symbol.sup_indices or symbol.indices
    life = reading.life(symbol.key)
    name = life.name if life else symbol.key
    definition = life.definition if life else None
    if definition is None and len(nodes) == 1 and _is_basis(reading, symbol.key):
        return _basis(reading, life, nodes[0], span)
    if (
        definition
        and definition.indices
        and not definition.params
        and _unfolds(reading, symbol.key, definition)
    ):
        if len(set(nodes)) < len(nodes) and is_piecewise(definition.body):
            raise Stuck(message("index-unclear", text=show(nodes[0])), span)  # `\\delta_{ii}` is summed
        return _member(reading, symbol, life, name, nodes, span)
    options = family_candidates(
        symbol, life, reading.evidence, reading.derivation, reading.position, reading.origin
    )
    if _is_label(reading, symbol.key) and not _are_vectors(reading, symbol.key):
        options = (*_shares(reading, symbol, len(nodes)), *options)
    if _has_entries(reading, symbol):
        options = tuple(o for o in options if not o[1].startswith("entry:")) or options
    if reading.pending:
        options = tuple(o for o in options if not _is_pending(reading, o[1])) or options
    mode = reading.choose(name, options)
    if mode in RANKS:
        return _member(reading, symbol, life, name, nodes, span)
    how, _, base = mode.partition(":")
    return _part(reading, how, base, symbol, nodes, span)


def _shares(reading: Reading, symbol: Symbol, indices: int) -> Costs:
    """What the labels of a cross-entropy are entries of: of one vector, or of members that stand alone."""
    if indices == 1:
        return ((-1.0, f"entry:{symbol.base}"),)
    member = f"{symbol.base}_"
    return ((-1.0, f"within:{member}"),) if member in reading.evidence.fonts else ()


def _has_entries(reading: Reading, symbol: Symbol) -> bool:
    """Whether the note has entries of the members of a family: `w^l` is no entry beside `w_{jk}^l`."""
    fonts = reading.evidence.fonts
    return bool(symbol.sup_indices) and any(f"{symbol.key}{many}" in fonts for many in ("_", "__"))


def _are_vectors(reading: Reading, key: str) -> bool:
    """Whether members are used as vectors, or have entries of their own."""
    evidence = reading.evidence
    return evidence.seen(key, "transposed") or f"{key}_" in evidence.fonts


def _is_basis(reading: Reading, key: str) -> bool:
    """Whether members are said to be vectors of the standard basis, where they are read or in the step."""
    assumed = reading.derivation.assumed
    return "standard-basis" in assumed(key, reading.position) | assumed(key, reading.origin)


def _basis(reading: Reading, life: Life | None, node: Node, span: Span) -> Term:
    """The vector with a 1 at an index."""
    declared = life.declaration if life is not None else None
    shape = declared_shape(reading, declared) if declared is not None else reading.shape_of("V")
    where = index_term(reading, node)
    own = reading.index.get(node.text) if isinstance(node, Name) else None
    if own is not None and not reading.dims.unify(own, shape.rows):
        raise Stuck(message("index-unclear", text=show(node)), span)
    ranges_over(reading, node, shape.rows)
    return Term("basis", (where,), None, shape, span)


def _unfolds(reading: Reading, key: str, definition: Defined) -> bool:
    """Whether the definition of a family is used."""
    inverse = reading.derivation.is_inverse(definition, reading.targets)
    return not inverse and not reading.asked("opaque", key)


def _is_pending(reading: Reading, mode: str) -> bool:
    """Entries of something that is just being defined by them are free members instead."""
    _, _, base = mode.partition(":")
    return bool(base) and any(name.partition("#")[0] == base for name in reading.pending)


def _part(reading: Reading, how: str, base: str, symbol: Symbol, nodes: tuple[Node, ...], span: Span) -> Term:
    """An entry, a row or a column of the symbol `base`."""
    if how in ("within", "across"):
        which, at = nodes if how == "within" else nodes[::-1]
        member = _indexed(reading, Symbol(base, symbol.letter, symbol.font, (which,)), span)
        return entry(reading, member, (at,), span)
    font, _, letter = base.rpartition(":")
    kinds = reading.derivation.assumed(symbol.key, reading.position)
    whole = _whole(reading, Symbol(base, letter, font or symbol.font), span)
    if how == "entry":
        if len(nodes) == 1 and reading.kind(whole.shape) in "VR":
            _keep_length(reading, symbol.key, whole.shape[reading.kind(whole.shape) == "R"])
        if whole.op == "sym":
            shared = frozenset(k for k in kinds if k.startswith("values:") or k in ENTRYWISE)
            if len(nodes) == PAIR:
                shared |= {
                    OF_MATRICES.get(kind, kind) for kind in kinds & (OF_MATRICES.keys() | OF_PAIRS.keys())
                }
            if "independent" in kinds:
                shared |= {"apart"}
            reading.assumptions[whole.data] = reading.assumptions.get(whole.data, frozenset()) | shared
        return entry(reading, whole, nodes, span)
    if reading.kind(whole.shape) != "M":
        raise Stuck(message("index-unclear", text=show(nodes[0])), span)
    return _line(reading, how, whole, nodes[0], span)


def _whole(reading: Reading, symbol: Symbol, span: Span) -> Term:
    """What has the parts: a symbol, or the value of a function at its parameters."""
    if reading.is_function(symbol.key):
        return reading.term(Name(symbol.letter, symbol.font, span))
    return resolve(reading, symbol, span)


def _line(reading: Reading, how: str, whole: Term, node: Node, span: Span) -> Term:
    """A row or column of a matrix; rows may be written as columns."""
    index = index_term(reading, node)
    if how == "col":
        ranges_over(reading, node, whole.shape.cols)
        return Term("col", (whole, index), None, Shape(whole.shape.rows, ONE), span)
    ranges_over(reading, node, whole.shape.rows)
    line = Term("row", (whole, index), None, Shape(ONE, whole.shape.cols), span)
    return reading.apply("T", line, span=span) if how == "row-as-column" else line


def _entry_of_member(reading: Reading, symbol: Symbol, span: Span) -> Term:
    """`x_j^{(i)}`: entry j of member i, unless the doubly indexed family is known as such."""
    life = reading.life(symbol.key)
    if life and life.definition and life.definition.indices:
        return _member(reading, symbol, life, life.name, symbol.sup_indices + symbol.indices, span)
    above = Symbol(f"{symbol.base}^()", symbol.letter, symbol.font, (), symbol.sup_indices)
    member = _indexed(reading, above, span)
    if reading.kind(member.shape) == "S":
        return _member(reading, symbol, life, symbol.key, symbol.sup_indices + symbol.indices, span)
    return entry(reading, member, symbol.indices, span)


def _member(
    reading: Reading, symbol: Symbol, life: Life | None, name: str, nodes: tuple[Node, ...], span: Span
) -> Term:
    """A member of a family, defined by its index or free."""
    indices = tuple(index_term(reading, node) for node in nodes)
    if name not in reading.shapes:
        reading.slots[name] = tuple(reading.dims.fresh(big=True) for _ in nodes)
        _keep_length(reading, symbol.key, reading.slots[name][0])
        _introduce_family(reading, symbol, life, name, span)
    known, slots = reading.definitions.get(name), reading.slots.get(name, ())
    if len(slots) != len(nodes) or (known is not None and len(known.indices) != len(nodes)):
        raise Stuck(message("index-unclear", text=show(nodes[-1])), span)
    for node, dim in zip(nodes, slots, strict=True):
        ranges_over(reading, node, dim)
        if (
            isinstance(node, Name)
            and node.text in reading.derivation.sizes
            and node.text not in reading.index
        ):
            reading.dims.unify(dim, reading.counted_by(node.text))
    return Term("member", indices, name, reading.shapes[name], span)


def _keep_length(reading: Reading, key: str, dim: int) -> None:
    """A family has as many members as a list of them says, unless it is known to have others."""
    letter = reading.derivation.length(key, reading.position)
    if letter is not None:
        reading.dims.unify(dim, reading.counted_by(letter))


def _introduce_family(reading: Reading, symbol: Symbol, life: Life | None, name: str, span: Span) -> None:
    """Give the members of a family their shape."""
    _note(reading, name, symbol.key)
    if reading.asked("symmetric") and len(reading.slots[name]) == PAIR:
        reading.assumptions[name] |= {EVEN}
    definition = life.definition if life else None
    declared = life.declaration if life else None
    if life and definition and definition.indices and _unfolds(reading, symbol.key, definition):
        shape = declared_shape(reading, declared) if declared else reading.fresh_shape()
        reading.shapes[name] = shape
        body = family_body(reading, definition, name)
        hold_to(reading, body, shape)
        if declared is None and symbol.font in BOLD and reading.dims.is_open(shape.cols):
            hold_to(reading, body, _looked_at(reading, symbol, name, shape))
        reading.shapes[name] = body.shape
        power = _power(reading, definition)
        ahead = _looks_ahead(body, name, definition)
        ends = reading.slots[name][ahead] if ahead is not None else None
        closed = bool(reading.asked("closed"))
        first = _first_value(reading, symbol, body)
        found = Definition(definition.indices, body, power, definition.shifts, ends, closed, first)
        reading.definitions[name] = found
        return
    options = family_candidates(
        symbol, life, reading.evidence, reading.derivation, reading.position, reading.origin
    )
    mode = reading.choose(name, options)
    if mode not in RANKS:
        mode = "S"
    fits = declared is not None and declared.rank == mode
    shape = declared_shape(reading, declared) if declared and fits else reading.shape_of(mode)
    _leave_free(reading, symbol, name, shape, span)


def _first_value(reading: Reading, symbol: Symbol, body: Term) -> Term | None:
    """The 0 of `v_0 = 0`, where the note gives the first member of a family a number or a letter."""
    derivation = reading.derivation
    for site in derivation.beginnings.get(symbol.key, ()):
        if site.position != reading.origin and derivation.distance(site.position, reading.position) == 0:
            value = reading.term(site.rhs)
            return value if is_zero(value) or value.shape == body.shape else None
    return None


def _looks_ahead(body: Term, name: str, definition: Defined) -> int | None:
    """The index by which members are defined by later ones of the same family."""
    if body.op == "member" and body.data == name:
        shifts = definition.shifts or (0,) * len(definition.indices)
        for slot, index in enumerate(body.args):
            letter, number = shifted(index)
            if letter == definition.indices[slot] and number > shifts[slot]:
                return slot
    found = (_looks_ahead(arg, name, definition) for arg in body.args)
    return next((slot for slot in found if slot is not None), None)


def _power(reading: Reading, definition: Defined) -> Term | None:
    """The 2 of `\\sigma^2 = …`."""
    return None if definition.power is None else reading.term(definition.power)


def _downstream(found: list[_Argument], reading: Reading) -> list[_Argument]:
    """Of what a quantity is differentiated by, the things that no other one depends on.

    Two that depend on each other (`z_t` on `h_{t-1}`, `h_t` on `z_t`) both stay.
    """
    kept: dict[str, _Argument] = {}
    for one in found:
        kept.setdefault(root(one.term), one)
    arguments = list(kept.values())

    def feeds(a: Term, b: Term) -> bool:
        return depends(b, a, reading) and not depends(a, b, reading)

    return [a for a in arguments if not any(b is not a and feeds(a.term, b.term) for b in arguments)]
