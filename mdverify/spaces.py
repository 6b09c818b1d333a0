"""Sets a symbol may be taken from, and the rank and sizes they give it.

Ranks are S (scalar), V (column), R (row) and M (matrix).
"""

from __future__ import annotations

from collections.abc import Mapping

from mdverify.syntax import Apply, Name, Node, Number

SET_FONTS = frozenset({"bb", "bf", "rm", "cal", ""})
RANKS: Mapping[str, str] = {
    "vector": "V", "row-vector": "R", "matrix": "M", "square": "M", "scalar": "S",
    "vector-function": "V", "matrix-function": "M", "scalar-function": "S",
}  # fmt: skip


def is_space(node: Node) -> bool:
    """`\\mathbb R^n`, or a plain R with a size above it."""
    match node:
        case Apply("sup", (Name("C", "bb"), _)):
            return True
        case Apply("sup", (Name("R" | "S", font), size)):
            return (
                font == "bb"
                or (
                    font in ("", "bf", "rm")
                    and not isinstance(size, Number)
                    and not (isinstance(size, Name) and size.text in ("T", "top", "prime", "t"))
                    and not (isinstance(size, Apply) and size.op == "neg")
                )
                or (isinstance(size, Apply) and size.op == "times")
            )
        case Name("R" | "C", "bb"):
            return True
    return False


def space(node: Node) -> tuple[str, tuple[Node, ...]] | None:
    """Rank and sizes of the elements of a set: `\\mathbb R^{m\\times n}` is M with (m, n)."""
    match node:
        case Apply("sup", (Name("R" | "S"), size)):
            return space_of(size)
        case Apply("sup", (Name("C", "bb"), size)):
            return space_of(size)
        case Name("C", "bb"):
            return "S", ()
        case Name("R", font) if font in SET_FONTS:
            return "S", ()
        case Apply("sub", (Name("R", "bb"), _)):
            return "S", ()
        case Apply("fence", (_,), "{}" | "[]" | "()" | "(]" | "[)"):
            return "S", ()
        case Apply("sup", (Apply("fence", (Apply("list"),), "{}" | "[]" | "()" | "(]" | "[)"), size)):
            return space_of(size)
        case _:
            return None


def space_of(size: Node) -> tuple[str, tuple[Node, ...]] | None:
    """Rank and sizes of the elements of a power of R, by its exponent."""
    match size:
        case Apply("fence", (inner,), _):
            return space_of(inner)
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
