r"""Two indices or arguments that may be exchanged: `w_{ij} = w_{ji}`, `F_{ij} = -F_{ji}`, `w_{ii} = 0`."""

from __future__ import annotations

from mdverify.symbols import Naming, Symbol
from mdverify.syntax import Apply, Node, Number

EVEN, ODD, HOLLOW = "swaps", "swaps-sign", "hollow"  # kinds of families of two indices
DISPUTED = "swaps-disputed"  # said not to be so, perhaps
OF_MATRICES = {EVEN: "symmetric", ODD: "skew-symmetric", HOLLOW: HOLLOW}  # the same, said of a matrix
OF_PAIRS = {
    "symmetric": EVEN,
    "positive-definite": EVEN,
    "positive-semidefinite": EVEN,
    "skew-symmetric": ODD,
}


def swapped(left: Node, right: Node, naming: Naming) -> tuple[Symbol, str] | None:
    """The family an equation is about that only exchanges its indices, and what is said of it."""
    symbol = naming.symbol(left)
    if symbol is None or symbol.sup_indices or len(symbol.indices) != 2:
        return None
    if symbol.indices[0] == symbol.indices[1]:
        return (symbol, HOLLOW) if right == Number("0") else None
    negative = isinstance(right, Apply) and right.op == "neg"
    other = naming.symbol(right.args[0] if negative and isinstance(right, Apply) else right)
    if other is None or other.key != symbol.key or other.indices != symbol.indices[::-1]:
        return None
    return symbol, ODD if negative else EVEN
