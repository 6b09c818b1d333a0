"""The imaginary unit: which letter of a note it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mdverify import cues
from mdverify.syntax import Apply, Name, Node, Number, children

UNITS = frozenset({"i", "j"})
_SPOKEN_OF = re.compile(cues.COMPLEX, re.IGNORECASE)


def imaginary_units(nodes: Iterable[Node], text: str) -> frozenset[str]:
    """Letters used as the imaginary unit: `e^{i\\theta}`; `3+4i` in a note that speaks of complex numbers."""
    spoken = _SPOKEN_OF.search(text) is not None
    return frozenset(letter for node in nodes for letter in _units(node, spoken))


def _units(node: Node, spoken: bool) -> Iterator[str]:
    match node:
        case Apply("sup", (Name("e"), exponent)) | Apply("call", (Name("exp"), exponent)):
            yield from _bare(exponent)
        case Apply("juxt", factors) if spoken and isinstance(factors[0], Number):
            yield from (f.text for f in factors if isinstance(f, Name) and f.text in UNITS)


def _bare(exponent: Node) -> Iterator[str]:
    """Units among the factors of an exponent, its scripts left out."""
    stack = [exponent]
    while stack:
        node = stack.pop()
        match node:
            case Name(text) if text in UNITS:
                yield text
            case Apply("sub" | "big"):
                continue
            case Apply("sup", (base, _)):
                stack.append(base)
            case _:
                stack.extend(children(node))
