"""Small letters that stand beside others as vectors do: `A x`, `A_t x_t + B u_t`, `w^T x_i + b`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from mdverify.symbols import Naming, Symbol
from mdverify.syntax import Apply, Name, Node

GREEK_UPPER = frozenset(
    {"Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"}
)
TRANSPOSES = (Name("T"), Name("top"))
Pair = tuple[str, str]  # the keys of a capital, or of what is transposed, and of the small letter behind it


@dataclass(frozen=True, slots=True)
class Sum:
    """The products `A x` of a sum, and the small letters that are added to them."""

    products: tuple[Pair, ...]
    added: tuple[str, ...]

    def letters(self) -> Iterator[str]:
        """The small letters, all of them vectors if one is."""
        yield from (small for _, small in self.products)
        yield from self.added


def sums(side: Node, naming: Naming) -> Iterator[Sum]:
    """Every sum of an expression, or single term, that has such a product."""
    stack: list[Node] = [side]
    while stack:
        terms = _terms(stack.pop())
        products = tuple(pair for term in terms for pair in _products(term, naming))
        if products:
            symbols = [naming.symbol(term) for term in terms if any(map(_is_column, terms))]
            yield Sum(products, tuple(one.key for one in symbols if one is not None and _is_small(one)))
        stack.extend(part for term in terms if isinstance(term, Apply) for part in term.args)


def images(found: Sequence[Sum], matrices: Set[str]) -> list[Sum]:
    """The sums in which a matrix, or a capital before what another sum shows to be a vector, has a part."""
    known = set(matrices)
    while True:
        firm = [one for one in found if any(capital in known for capital, _ in one.products)]
        vectors = {small for one in firm for small in one.letters()}
        more = {capital for one in found for capital, small in one.products if small in vectors}
        if more <= known:
            return firm
        known |= more


def _terms(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Apply) and node.op in ("+", "-", "neg"):
        return tuple(term for arg in node.args for term in _terms(arg))
    return (node,)


def _is_column(term: Node) -> bool:
    """Whether a term begins with a capital: `w^T x`, of small letters, is a number."""
    while isinstance(term, Apply) and term.op in ("juxt", "sup", "sub", "accent"):
        term = term.args[0]
    return isinstance(term, Name) and (term.text[:1].isupper() or term.text in GREEK_UPPER)


def _products(term: Node, naming: Naming) -> Iterator[Pair]:
    """The `A x` of a term."""
    match term:
        case Apply("juxt", factors):
            for left, right in pairwise(factors):
                yield from _multiplied(left, right, naming)


def _multiplied(left: Node, right: Node, naming: Naming) -> Iterator[Pair]:
    turned = isinstance(left, Apply) and left.op == "sup" and left.args[1] in TRANSPOSES
    while isinstance(left, Apply) and left.op == "sup":
        left = left.args[0]
    first, small = naming.symbol(left), naming.symbol(right)
    if first is None or small is None or {first.letter, small.letter} & naming.sizes:
        return
    if (_is_capital(first) or turned) and _is_small(small):
        yield first.key, small.key


def _is_capital(symbol: Symbol) -> bool:
    """A matrix by its looks."""
    upper = len(symbol.letter) == 1 and symbol.letter.isupper()
    return symbol.font != "cal" and (upper or symbol.letter in GREEK_UPPER)


def _is_small(symbol: Symbol) -> bool:
    return not (symbol.letter.isupper() or symbol.letter in GREEK_UPPER)
