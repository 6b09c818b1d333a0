"""What the look and use of a letter say about its shape, as costs of the modes it may take.

Declarations bind (cost 0, anything else is dear), then typography proposes, use decides. Costs
are in units of surprise: readings are tried cheapest first, and an accusation has to survive all
readings up to `REASONABLE`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from mdverify.declarations import Declaration, vector_maps
from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.neighbours import GREEK_UPPER, Sum, images, sums
from mdverify.symbols import BOLD, Naming, Symbol
from mdverify.syntax import Apply, Name, Node, Number, Statement, walk

REASONABLE = 2.5
FAR_USE = 0.4
PLAIN_AMONG_BOLD = 1.0
LISTED = 0.5  # what it costs to take the entries that are listed with commas for a row
DECLARED_OTHERWISE = (4.0, 1.5, 1.0)  # by how far away the declaration stands, see Derivation.distance
Costs = tuple[tuple[float, str], ...]

# (kind of letter): cost of S, V, R, M before any use is seen
PRIORS: dict[str, tuple[float, float, float, float]] = {
    "bold lower": (3.0, 0.0, 2.5, 3.0),
    "bold upper": (5.0, 2.0, 4.0, 0.0),
    "bold greek": (2.0, 0.0, 3.0, 1.5),
    "upper": (1.5, 2.0, 4.0, 0.5),
    "lower": (0.0, 1.0, 3.0, 4.0),
    "greek lower": (0.0, 1.5, 4.0, 3.0),
    "greek upper": (1.5, 3.0, 5.0, 0.0),
    "calligraphic": (0.0, 4.0, 5.0, 3.0),
    "word": (0.0, 3.0, 5.0, 5.0),
}
# use: added to the cost of S, V, R, M for having been seen at all
USES: dict[str, tuple[float, float, float, float]] = {
    "transposed": (4.0, -0.5, 0.0, -0.5),
    "inverted": (0.0, 5.0, 5.0, -0.5),
    "negative power": (0.0, 5.0, 5.0, -0.5),
    "matrix function": (3.0, 3.0, 3.0, -1.0),
    "norm": (1.5, 0.0, 0.0, 0.0),
    "dotted": (1.2, -0.3, 0.0, 0.0),
    "mapped": (1.0, -0.3, 0.0, 0.0),
    "beside a vector": (1.2, -0.3, 0.0, 0.0),
    "nabla": (1.0, -0.5, 1.0, 0.0),
    "scalar function": (-0.5, 0.5, 1.0, 2.0),
    "component": (2.0, 0.0, 0.0, 1.0),
    "entries": (3.0, 3.0, 3.0, -0.5),
    "sized by a bound": (-1.0, 3.0, 3.0, 3.0),
    "hadamard": (1.0, -0.3, 0.0, 0.0),
    "in a diagonal": (0.5, -0.5, 0.0, 1.0),
    "divisor": (-0.5, 0.7, 1.0, 1.5),
    "argument of a vector map": (2.0, -0.5, 0.5, 1.0),
    "between": (3.0, 1.0, 1.0, -0.5),
    "in a variance": (0.0, 0.0, 1.0, 2.5),
    "beside a matrix": (1.0, -0.7, 0.0, 0.0),
    "before a vector": (1.5, 0.0, 0.0, -0.2),
}
OF_MATRICES = frozenset({"transposed", "inverted", "matrix function"})  # capitals so used are matrices
LOSSES = frozenset({"L", "J", "E", "loss", "cost", "Loss", "ell", "MSE", "error", "C", "F"})
FUNCTION_USES = {
    **dict.fromkeys(("tr", "Tr", "trace", "det", "rank", "Trace", "Det"), "matrix function"),
    **dict.fromkeys(("sin", "cos", "tan", "ln", "log", "arctan"), "scalar function"),
    **dict.fromkeys(("diag", "Diag"), "in a diagonal"),
}
RANKS = "SVRM"
FACTORS = frozenset({"lambda", "eta", "mu", "rho", "alpha"})  # often numbers behind a matrix
TURNS = frozenset({Name("T"), Name("top")})


@dataclass(slots=True)
class Evidence:
    """Uses of every key over the whole note, by the beginnings of its parts, and votes of verified steps.

    `families` and `priced` remember costs without votes, `voted` costs as long as nothing else is voted for.
    """

    uses: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    derivation: Derivation | None = None
    families: dict[tuple[object, ...], Costs] = field(default_factory=dict)
    priced: dict[tuple[object, ...], tuple[float, ...]] = field(default_factory=dict)
    fonts: dict[str, Counter[str]] = field(default_factory=dict)
    bare: Counter[str] = field(default_factory=Counter)
    votes: Counter[tuple[str, str]] = field(default_factory=Counter)
    voted: dict[tuple[object, ...], Costs] = field(default_factory=dict)
    served: set[tuple[str, str, int]] = field(default_factory=set)
    values: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)

    def seen(self, key: str, use: str) -> bool:
        return use in self.uses.get(key, {})

    def weight(self, key: str, use: str, position: int) -> float:
        """How much a use counts at a position: fully nearby, less from another part of the note."""
        parts = self.uses.get(key, {}).get(use)
        if not parts or self.derivation is None:
            return 0.0
        return 1.0 if any(self.derivation.concerns(part, position) for part in parts) else FAR_USE

    def has_bold_value(self, key: str, position: int) -> bool:
        """Whether the letter a function was last set equal to is a bold lower one."""
        row = self.values.get(key, [])
        before = [bold for start, bold in row if start <= position]
        return before[-1] if before else any(bold for _, bold in row[:1])

    def cast(self, name: str, mode: str) -> None:
        """A verified step votes for a mode; what was said of costs before does not hold any more."""
        self.votes[name, mode] += 1
        self.voted.clear()

    def vote(self, name: str, mode: str) -> float:
        """What verified steps have said for a mode: a bonus, at most as large as typography."""
        return -min(1.5, 0.5 * self.votes.get((name, mode), 0))


def gather(derivation: Derivation) -> Evidence:
    """Count every use of every symbol in a note."""
    evidence = Evidence(derivation=derivation)
    maps = vector_maps(derivation)
    for formula in derivation.formulas:
        for statement in formula.statements:
            part = derivation.reach(statement.span.start).start
            for key, use in _all_uses(statement, derivation.naming, maps):
                evidence.uses.setdefault(key, {}).setdefault(use, set()).add(part)
            _note_values(statement, derivation.naming, evidence)
            for side in statement.sides:
                _count_names(side, derivation.naming, evidence)
    _note_neighbours(derivation, evidence)
    return evidence


def _note_neighbours(derivation: Derivation, evidence: Evidence) -> None:
    """Small letters beside capitals that are used as matrices are."""
    matrices = {key for key, uses in evidence.uses.items() if OF_MATRICES & uses.keys()}
    places: dict[Sum, set[int]] = {}
    for side in derivation.sides():
        for one in sums(side, derivation.naming):
            places.setdefault(one, set()).add(derivation.reach(side.span.start).start)
    for one in images(list(places), matrices):
        for key in one.letters():
            evidence.uses.setdefault(key, {}).setdefault("beside a matrix", set()).update(places[one])
        for key, _ in one.products:
            evidence.uses.setdefault(key, {}).setdefault("before a vector", set()).update(places[one])


def _all_uses(statement: Statement, naming: Naming, maps: frozenset[str]) -> Iterator[tuple[str, str]]:
    for node in (node for side in statement.sides for node in walk(side)):
        yield from _uses(node, naming)
        if isinstance(node, Apply) and node.op == "juxt":
            yield from _between(node.args, naming)
            if maps:
                yield from _mapped(node, naming, maps)


def _mapped(node: Apply, naming: Naming, maps: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The x of `f(x)`, `f_i(x)` where f is declared on vectors."""
    for head, after in pairwise(node.args):
        symbol = naming.symbol(head)
        if symbol is not None and symbol.base in maps and isinstance(after, Apply) and after.op == "fence":
            yield from _of(after.args[0], naming, "argument of a vector map")


def _note_values(statement: Statement, naming: Naming, evidence: Evidence) -> None:
    """Of `\\mathbf u = g(\\mathbf x)` that g has vector values there, as typography tells."""
    match statement.sides:
        case (whole, Apply("juxt", (head, Apply("fence", _, "()"))), *_):
            one, function = naming.symbol(whole), naming.symbol(head)
            if one is not None and function is not None:
                bold = one.font in BOLD and one.letter.islower()
                evidence.values.setdefault(function.key, []).append((statement.span.start, bold))


def _uses(node: Node, naming: Naming) -> list[tuple[str, str]]:
    match node:
        case Apply("sup", (body, Name("top" | "T"))):
            return _of(body, naming, "transposed")
        case Apply("sup", (body, Apply("neg", (Name("top" | "T"),)))):
            return _of(body, naming, "transposed") + _of(body, naming, "matrix function")
        case Apply("sup", (body, Apply("neg", (Number("1"),)))):
            return _of(body, naming, "inverted")
        case Apply("fence", (body,), "‖‖"):
            return [one for part in _summands(body) for one in _of(part, naming, "norm")]
        case Apply("juxt" | "+" | "-"):
            return _uses_among(node, naming)
        case Apply("sub", (Name("nabla"), body)):
            return _of(body, naming, "nabla")
        case Apply("call", (Name(text), body)) if text in FUNCTION_USES:
            return _of(_inside(body), naming, FUNCTION_USES[text])
        case Apply("call", (Name("var" | "cov"), body)):
            return [use for term in _terms(_inside(body)) for use in _of(term, naming, "in a variance")]
        case Apply("odot", (a, b)):
            return _of(a, naming, "hadamard") + _of(b, naming, "hadamard")
        case Apply("frac" | "slash", (_, below)) if derivative_parts(node) is None:
            return [(symbol.key, "divisor") for symbol in _divisors(below, naming)]
        case Apply("sub", _) | Apply("sup", (Apply("sub"), Apply("fence"))):
            return _component(node, naming)
    return []


def _uses_among(node: Apply, naming: Naming) -> list[tuple[str, str]]:
    """What factors and summands say of each other."""
    if node.op == "juxt":
        return _of(node.args[-1], naming, "mapped") if _maps(node, naming) else _dotted(node.args, naming)
    if any(_maps(part, naming) for part in _summands(node)):
        return [one for part in node.args for one in _of(part, naming, "beside a vector")]
    return []


def _summands(node: Node) -> tuple[Node, ...]:
    """What is added up; anything else is its own only summand."""
    if isinstance(node, Apply) and node.op in ("+", "-"):
        return tuple(part for arg in node.args for part in _summands(arg))
    return (node,)


def _maps(node: Node, naming: Naming) -> bool:
    """`W x`, `A^T y`: a matrix before a vector, as letters look."""
    match node:
        case Apply("juxt", (Apply("sup", (first, turn)), last)) if turn in TURNS:
            return _looks_upper(first, naming) and _looks_lower(last, naming)
        case Apply("juxt", (first, last)):
            return _looks_upper(first, naming) and _looks_lower(last, naming)
    return False


def _looks_upper(node: Node, naming: Naming) -> bool:
    symbol = naming.symbol(node)
    return symbol is not None and symbol.letter.isupper()


def _looks_lower(node: Node, naming: Naming) -> bool:
    symbol = naming.symbol(node)
    return symbol is not None and symbol.letter.islower() and symbol.letter not in FACTORS


def _dotted(parts: tuple[Node, ...], naming: Naming) -> list[tuple[str, str]]:
    """The z of `a^T z`: what a small letter turned into a row is multiplied by."""
    found = []
    for one, other in itertools.pairwise(parts):
        match one, other:
            case Apply("sup", (row, Name("top" | "T"))), Name(text) if text.islower() and len(text) == 1:
                turned = naming.symbol(row)
                if turned is not None and turned.letter.islower():
                    found += _of(other, naming, "dotted")
    return found


def _between(factors: tuple[Node, ...], naming: Naming) -> Iterator[tuple[str, str]]:
    """The D of `U D U^T`, `T D T^{-1}`: a number would stand before them."""
    for before, node, after in zip(factors, factors[1:], factors[2:], strict=False):
        symbol = naming.symbol(node)
        if symbol is None or not symbol.letter[:1].isupper():
            continue
        one, other = _turned(before), _turned(after)
        if (one is None) != (other is None) and (one or before) == (other or after):
            yield symbol.key, "between"


def _turned(node: Node) -> Node | None:
    """What is transposed or inverted."""
    match node:
        case Apply("sup", (body, Name("T" | "top") | Apply("neg", (Number("1"),)))):
            return body
    return None


def _terms(node: Node) -> tuple[Node, ...]:
    """The terms of a sum, the items of a list; of `A x` what comes last."""
    if isinstance(node, Apply) and node.op in ("+", "-", "list"):
        return tuple(part for arg in node.args for part in _terms(arg))
    return _terms(node.args[-1]) if isinstance(node, Apply) and node.op == "juxt" else (node,)


def _divisors(node: Node, naming: Naming) -> Iterator[Symbol]:
    """What stands below a fraction bar bare: `n`, `a + b`, `2ab`, `\\sigma^2`; of `x^T x` nothing."""
    symbol = naming.symbol(node)
    if symbol is not None:
        yield symbol
        return
    match node:
        case Apply("+" | "-", parts) | Apply("fence", parts, "()" | "{}"):
            for part in parts:
                yield from _divisors(part, naming)
        case Apply("sup", (body, Number())):
            yield from _divisors(body, naming)
        case Apply("juxt" | "cdot", parts):
            found = [list(_divisors(part, naming)) for part in parts]
            plain = (isinstance(part, Number) or one for part, one in zip(parts, found, strict=True))
            if all(plain):
                yield from (symbol for one in found for symbol in one)


def _of(node: Node, naming: Naming, use: str) -> list[tuple[str, str]]:
    symbol = naming.symbol(_inside(node))
    if symbol is None or (not symbol.sup_indices and node is not _inside(node)):
        return []
    return [(symbol.key, use), (in_font(symbol), use)] if symbol.indices else [(symbol.key, use)]


def in_font(symbol: Symbol) -> str:
    """The key of the members of a family that are written bold, or of those that are not."""
    return f"{symbol.key}|{symbol.font in BOLD}"


def _inside(node: Node) -> Node:
    return node.args[0] if isinstance(node, Apply) and node.op == "fence" else node


def _component(node: Node, naming: Naming) -> list[tuple[str, str]]:
    symbol = naming.symbol(node)
    if symbol is None or not symbol.indices:
        return []
    whole = f"{symbol.base}^()" if symbol.sup_indices else symbol.base
    return [(whole, "component" if len(symbol.indices) == 1 else "entries")]


def _count_names(side: Node, naming: Naming, evidence: Evidence) -> None:
    stack = [side]
    while stack:
        node = stack.pop()
        symbol = naming.symbol(node) if not isinstance(node, Number) else None
        if symbol is not None:
            evidence.bare[symbol.key] += 1
            evidence.fonts.setdefault(symbol.key, Counter())[symbol.font] += 1
            stack.extend(symbol.indices + symbol.sup_indices)
        elif isinstance(node, Apply):
            stack.extend(node.args)


def candidates(
    symbol: Symbol, declared: Declaration | None, evidence: Evidence, derivation: Derivation, position: int
) -> Costs:
    """The modes S, V, R, M of a symbol with their costs."""
    place = symbol.key, symbol.font, id(declared), position
    if place not in evidence.voted:
        evidence.voted[place] = _voted(symbol, declared, evidence, derivation, position)
    return evidence.voted[place]


def _voted(
    symbol: Symbol, declared: Declaration | None, evidence: Evidence, derivation: Derivation, position: int
) -> Costs:
    place = symbol.key, symbol.font, declared, derivation.reach(position).start
    if place not in evidence.priced:
        evidence.priced[place] = _unvoted(symbol, declared, evidence, derivation, position)
    costs = evidence.priced[place]
    voted = [cost + evidence.vote(symbol.key, rank) for rank, cost in zip(RANKS, costs, strict=True)]
    if declared is None and symbol.font == "" and _mostly_bold(symbol, evidence):
        voted[0] = min(voted[0], min(voted) + PLAIN_AMONG_BOLD)
    return tuple(zip(voted, RANKS, strict=True))


def _unvoted(
    symbol: Symbol, declared: Declaration | None, evidence: Evidence, derivation: Derivation, position: int
) -> tuple[float, ...]:
    costs = list(PRIORS[letter_kind(symbol, evidence)])
    for use, extra in USES.items():
        weight = evidence.weight(symbol.key, use, position)
        if weight:
            costs = [cost + weight * more for cost, more in zip(costs, extra, strict=True)]
    if (
        symbol.letter in LOSSES
        and symbol.font not in BOLD
        and not evidence.seen(symbol.key, "transposed")
        and not evidence.seen(symbol.key, "before a vector")
    ):
        costs[0] -= 2.0
    for kind, mode in ASSUMED_MODES.items():
        if kind in derivation.assumed(symbol.key, position):
            costs[RANKS.index(mode)] -= 3.0
    if declared is not None:
        far = derivation.distance(declared.position, position)
        weight = (0.25, 0.5, 0.6)[far]
        costs = [
            weight * max(cost, 0.0) * (far > 0 or rank != declared.rank)
            + (0.0 if rank == declared.rank else DECLARED_OTHERWISE[far])
            for rank, cost in zip(RANKS, costs, strict=True)
        ]
        if declared.rank == "V":
            costs[RANKS.index("R")] = LISTED if declared.listed else DECLARED_OTHERWISE[0]
    return tuple(costs)


def _mostly_bold(symbol: Symbol, evidence: Evidence) -> bool:
    """A letter that is bold elsewhere: written plain it may be a number."""
    fonts = evidence.fonts.get(symbol.key, Counter())
    return fonts["bf"] + fonts["vec"] > 0


ASSUMED_MODES = {
    "symmetric": "M", "positive-definite": "M", "invertible": "M", "orthogonal": "M", "diagonal": "M",
    "orthonormal-columns": "M", "full-column-rank": "M", "full-row-rank": "M", "idempotent": "M",
    "unit": "V", "one-hot": "V", "probability": "V", "positive": "S",
}  # fmt: skip


def letter_kind(symbol: Symbol, evidence: Evidence) -> str:
    fonts = evidence.fonts.get(symbol.key, Counter())
    bold = symbol.font in BOLD or fonts["bf"] + fonts["vec"] > 0
    letter = symbol.letter
    if symbol.font == "cal":
        return "calligraphic"
    if len(letter) > 1 and (letter in GREEK_UPPER or letter.islower()) and letter != "loss":
        if letter in GREEK_UPPER:
            return "greek upper" if symbol.font != "vec" else "bold greek"
        if letter == "ell":
            return "bold lower" if bold else "lower"
        return "bold greek" if bold else "greek lower"
    if len(letter) > 1:
        return "word"
    if bold:
        return "bold upper" if letter.isupper() and symbol.font != "vec" else "bold lower"
    return "upper" if letter.isupper() else "lower"
