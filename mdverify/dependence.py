"""Which quantities are functions, and of what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mdverify.declarations import Declaration
from mdverify.derivatives import derivative_parts
from mdverify.lives import Life
from mdverify.manuscript import Manuscript
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import Naming
from mdverify.syntax import Apply, Name, Node, Number, items, walk

FUNCTION_LETTERS = frozenset({"f", "g", "sigma", "phi", "varphi", "psi", "F"})
ZEROS = frozenset({"0", "O"})  # what a zero matrix is written with
PRIME_TRANSPOSE = frozenset({"prime-transpose"})
APPLIED_SHARE = 4  # a letter is a function if at least one of so many occurrences is applied


@dataclass(frozen=True, slots=True)
class Dependence:
    """`key` is a function of `nodes`.

    That is spoken of in prose (`spoken`), seen where it is applied (both are `told`), or guessed
    from what it is differentiated by.
    """

    key: str
    nodes: tuple[Node, ...]
    reach: Span
    told: bool = False
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """The family `key` holds the rows (kind "rows-of") or columns of the matrix `whole`, said at `position`.

    `font` is the one its members have there.
    """

    kind: str
    key: str
    whole: str
    font: str
    position: int


@dataclass(frozen=True, slots=True)
class _Application:
    """A name before a bracket: the name's key, the bracket, and whether the name bears a prime.

    `word` says that the name is an upright word, as those of operators are.
    """

    key: str
    bracket: Apply
    primed: bool
    word: bool
    position: int

    @property
    def arguments(self) -> tuple[Node, ...]:
        return items(self.bracket.args[0])


def _applications(node: Node, naming: Naming) -> Iterator[_Application]:
    for head, bracket in _neighbours(node):
        after = _unturned(bracket)
        if isinstance(after, Apply) and after.op == "fence" and after.detail in ("()", "[]"):
            primed = isinstance(head, Apply) and head.op == "prime"
            symbol = naming.symbol(head.args[0] if isinstance(head, Apply) and primed else head)
            if symbol is not None:
                word = symbol.font == "rm" and len(symbol.letter) > 1
                yield _Application(symbol.key, after, primed, word, head.span.start)


def _neighbours(node: Node) -> Iterator[tuple[Node, Node]]:
    if isinstance(node, Apply) and node.op == "juxt":
        yield from zip(node.args, node.args[1:], strict=False)


def functions(
    script: Manuscript, lives: Mapping[str, Sequence[Life]], declarations: Sequence[Declaration]
) -> frozenset[str]:
    """Keys that are applied to arguments: declared or defined so, or `f(x)`, `k(x, x')`, `\\sigma(w^T x)`.

    A letter that is applied now and then but mostly multiplies (`X_1(x_{11}, …)` for a point with
    its coordinates) is no function.
    """
    values = {d.key for d in declarations if not d.function and d.rank in "VRM"}
    defined = [life.definition for row in lives.values() for life in row if life.definition is not None]
    certain = {d.key for d in declarations if d.function}
    certain |= {key for d in defined if d.params for key in (d.key, d.key.rstrip("_"))}
    plain = {d.key for d in defined if not d.params}
    applied: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for node in script.nodes:
        symbol = script.naming.symbol(node)
        if symbol is not None:
            everywhere[symbol.key] += 1
        for application in _applications(node, script.naming):
            if _applies(application, script, values, plain):
                applied[application.key] += 1
                if _lists_letters(application, script.naming):
                    certain.add(application.key)
    often = {key for key, count in applied.items() if APPLIED_SHARE * count >= everywhere[key]}
    return frozenset(certain | often)


def applied_in(script: Manuscript) -> Iterator[tuple[str, int]]:
    """Where a letter stands before a bracket with arguments or a factor: its key and the section."""
    for node in script.nodes:
        for one in _applications(node, script.naming):
            yield one.key, script.note.section_of(one.position)


def _applies(one: _Application, script: Manuscript, values: set[str], plain: set[str]) -> bool:
    """Whether a bracket after a name holds its arguments and is no factor."""
    if one.primed and script.facts_at(one.position, PRIME_TRANSPOSE):
        return False
    if one.key in values and not one.primed:
        return False
    round_bracket, body = one.bracket.detail == "()", one.bracket.args[0]
    if isinstance(body, Apply) and body.op == "list":
        return round_bracket
    known = one.word or script.naming.symbol(body) is not None or _is_applied(body, script.naming)
    if round_bracket and known:
        return True
    letter = one.key.removesuffix("^()")
    return (one.primed or letter in FUNCTION_LETTERS) and one.key not in plain


def _lists_letters(one: _Application, naming: Naming) -> bool:
    """`F(x, y)`: two or more different plain letters, and F has no index, as a point with coordinates may."""
    symbols = [naming.symbol(item) for item in one.arguments]
    plain = {symbol.key for symbol in symbols if symbol is not None and not symbol.indices}
    return len(plain) == len(symbols) > 1 and not one.key.endswith(("_", "^()"))


def _is_applied(node: Node, naming: Naming) -> bool:
    """`r(z)` alone in a bracket, as in `q(r(z))`."""
    match node:
        case Apply("juxt", (head, Apply("fence", _, "()"))):
            return naming.symbol(head) is not None
    return False


def differentials(script: Manuscript) -> dict[str, tuple[int, ...]]:
    """Keys that stand directly after a `d`: `dx`, `\\mathrm d X`, `d\\mathbf x^T`; and where.

    `dA = 0` is said of what does not vary.
    """
    sides = (one.sides for formula in script.formulas for one in formula.statements)
    pairs = (pair for row in sides for pair in pairwise(row))
    still = {left.span.start for left, right in pairs if held_still(left, right, script.naming)}
    found = defaultdict[str, list[int]](list)
    for node in script.nodes:
        for head, after in _neighbours(node):
            key = _differential_key(after, script.naming)
            if isinstance(head, Name) and head.text == "d" and key and head.span.start not in still:
                found[key].append(head.span.start)
    return {key: tuple(places) for key, places in found.items()}


def held_still(left: Node, right: Node, naming: Naming) -> str:
    """The letter that `dA = 0` says to be constant, with 0 of any size."""
    zero = right.args[0] if isinstance(right, Apply) and right.op == "sub" else right
    if zero != Number("0") and not (isinstance(zero, Name) and zero.text in ZEROS):
        return ""
    keys = (
        _differential_key(after, naming)
        for head, after in _neighbours(left)
        if isinstance(head, Name) and head.text == "d"
    )
    return next(keys, "")


def _differential_key(after: Node, naming: Naming) -> str:
    while isinstance(after, Apply) and after.op in ("sup", "fence"):
        after = after.args[0]
    symbol = naming.symbol(after)
    return symbol.key if symbol is not None and not symbol.indices else ""


def dependences(script: Manuscript, known: frozenset[str]) -> Iterator[Dependence]:
    """What is a function of what; `known` are the keys of functions."""
    yield from _spoken(script)
    for formula in script.formulas:
        for statement in formula.statements:
            reach = script.reach(statement.span.start)
            for node in (node for side in statement.sides for node in walk(side) if isinstance(node, Apply)):
                yield from _applied_to(node, reach, known, script.naming)
                yield from differentiated(node, reach, script.naming)


def _spoken(script: Manuscript) -> Iterator[Dependence]:
    """What prose calls a function of something."""
    for fact in script.facts:
        if fact.kind != "function-of" or not fact.sizes:
            continue
        argument = script.told_size(fact.sizes[0])
        if isinstance(argument, Name | Apply):
            for node in script.subjects(fact):
                symbol = script.naming.symbol(node)
                if symbol is not None:
                    yield Dependence(symbol.key, (argument,), fact.reach, told=True, spoken=True)


def _applied_to(node: Node, reach: Span, known: frozenset[str], naming: Naming) -> Iterator[Dependence]:
    """`u(x)`: u is a function of x."""
    for one in _applications(node, naming):
        if one.key not in known or one.primed:
            continue
        if all(naming.symbol(item) is not None for item in one.arguments):
            yield Dependence(one.key, one.arguments, reach, told=True)


def differentiated(node: Node, reach: Span, naming: Naming) -> Iterator[Dependence]:
    """`∂L/∂W`: if L is nowhere defined, it is a function of W (and of what else it is differentiated by)."""
    parts = derivative_parts(node)
    if parts is not None and parts.operand is not None:
        symbol = naming.symbol(_bare(parts.operand))
        turned_back = (_turned_back(target) for target, _ in parts.targets)
        targets = tuple(target for target in turned_back if naming.symbol(target) is not None)
        if symbol is not None and targets:
            yield Dependence(symbol.key, targets, reach)
    match node:
        case Apply("juxt", (Apply("sub", (Name("nabla"), target)), operand, *_)):
            symbol = naming.symbol(operand)
            if symbol is not None and naming.symbol(target) is not None:
                yield Dependence(symbol.key, (target,), reach)


def _unturned(node: Node) -> Node:
    """`(x)` of `J(x)^T`; of `r_i (a_i)^T`, which is a product, the whole."""
    match node:
        case Apply("sup", (Apply("fence", (Name(),)) as bracket, Name("T" | "top"))):
            return bracket
    return node


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


def _turned_back(target: Node) -> Node:
    """`x` of `\\partial x^T`."""
    match target:
        case Apply("sup", (body, Name("T" | "top"))):
            return body
    return target


def lines(script: Manuscript) -> Iterator[Line]:
    """Families told to be the rows or columns of a matrix; that may hold in the whole note."""
    for fact in script.facts:
        if fact.kind not in ("rows-of", "columns-of"):
            continue
        statements = [script.formulas[i].statements for i in fact.subjects]
        nodes = [found[0].sides[0] for found in statements if found]
        if len(nodes) >= 2:
            turned = bool(script.facts_at(fact.span.start, PRIME_TRANSPOSE))
            whole, line = script.naming.symbol(nodes[0]), script.naming.symbol(_line(nodes[1], turned))
            if whole is not None and line is not None:
                yield Line(fact.kind, line.key, whole.key, line.font, fact.span.start)


def _line(node: Node, turned: bool) -> Node:
    """`x_i` of `x_i^T`, and of `x_i'` where primes turn."""
    match node:
        case Apply("prime", (body,)) if turned:
            return body
    return _bare(node)


def components(script: Manuscript) -> Iterator[tuple[str, bool]]:
    """Families told to be the entries of members, and whether their first index counts the members."""
    for fact in script.facts:
        statements = [script.formulas[i].statements for i in fact.subjects]
        nodes = [found[0].sides[0] for found in statements if found]
        if fact.kind != "component-of" or len(nodes) != 2:
            continue
        part, whole = (script.naming.symbol(_bare(node)) for node in nodes)
        if part is not None and whole is not None and len(part.indices) == 2:
            first, last = (show(index) for index in part.indices)
            counts = [show(index) for index in whole.indices]
            if counts in ([first], [last]) and part.base == whole.base:
                yield part.key, counts == [first]
