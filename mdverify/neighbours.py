"""Small letters that stand beside a capital as a vector does beside a matrix: `A x`, `A_t x_t + b`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mdverify.symbols import Naming, Symbol
from mdverify.syntax import Apply, Node, walk

GREEK_UPPER = frozenset(
    {"Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"}
)


def neighbours(side: Node, naming: Naming) -> Iterator[tuple[str, str]]:
    """The keys of a capital and of a letter it is multiplied by, or that is added to the product."""
    for node in walk(side):
        match node:
            case Apply("juxt", factors):
                yield from (pair for two in pairwise(factors) for pair in _multiplied(*two, naming))
            case Apply("+" | "-", (one, other)):
                yield from _added(one, other, naming)
                yield from _added(other, one, naming)


def _multiplied(left: Node, right: Node, naming: Naming) -> Iterator[tuple[str, str]]:
    while isinstance(left, Apply) and left.op == "sup":
        left = left.args[0]
    capital, small = naming.symbol(left), naming.symbol(right)
    if capital is None or small is None or {capital.letter, small.letter} & naming.sizes:
        return
    if _is_capital(capital) and _is_small(small):
        yield capital.key, small.key


def _is_capital(symbol: Symbol) -> bool:
    """A matrix by its looks."""
    upper = len(symbol.letter) == 1 and symbol.letter.isupper()
    return symbol.font != "cal" and (upper or symbol.letter in GREEK_UPPER)


def _is_small(symbol: Symbol) -> bool:
    return not (symbol.letter.isupper() or symbol.letter in GREEK_UPPER)


def _added(term: Node, other: Node, naming: Naming) -> Iterator[tuple[str, str]]:
    """The small letter b of `A x + b`."""
    symbol = naming.symbol(term)
    if symbol is not None and _is_small(symbol):
        yield from ((capital, symbol.key) for capital in _capitals(other, naming))


def _capitals(node: Node, naming: Naming) -> Iterator[str]:
    """The A of `A x`, or of a sum with it."""
    match node:
        case Apply("+" | "-", terms):
            for term in terms:
                yield from _capitals(term, naming)
        case Apply("juxt", (first, second)):
            yield from (capital for capital, _ in _multiplied(first, second, naming))
