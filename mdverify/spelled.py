"""Names of several letters that a note sets as one word here (`\\mathrm{net}_t`) and letter by letter there.

The letters `n e t_1` are then that one name, and no product.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mdverify.symbols import occurrence
from mdverify.syntax import Apply, Formula, Name, Node, walk, with_factors

SHORTEST = 3  # letters: `dx` is spelled like a differential
SCRIPTS = frozenset({"sub", "sup", "prime"})


def with_words(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with every word of the note joined where it is spelled."""
    words = frozenset(_words(formulas))
    if not words:
        return formulas
    return tuple(
        formula.with_sides(partial(with_factors, change=partial(_merged, words=words)))
        for formula in formulas
    )


def _words(formulas: tuple[Formula, ...]) -> Iterator[str]:
    """Upright names of several letters that bear a subscript: quantities, and no text between formulas."""
    sides = (side for formula in formulas for statement in formula.statements for side in statement.sides)
    for node in (node for side in sides for node in walk(side)):
        match node:
            case Apply("sub", (Name(text, "rm"), _)) if len(text) >= SHORTEST and text.isalpha():
                yield text


def _merged(factors: list[Node], words: frozenset[str]) -> Iterator[Node]:
    """The factors, those that spell a word taken together."""
    at = 0
    while at < len(factors):
        word = next((word for word in sorted(words) if _spells(factors[at : at + len(word)], word)), "")
        if word:
            start, last = factors[at].span, factors[at + len(word) - 1]
            yield _renamed(last, Name(word, "rm", start.cover(_core(last).span)))
            at += len(word)
        else:
            yield factors[at]
            at += 1


def _spells(factors: list[Node], word: str) -> bool:
    """Whether the factors are the letters of a word, the last one perhaps with scripts."""
    if len(factors) < len(word) or not all(isinstance(factor, Name) for factor in factors[:-1]):
        return False
    cores = [*factors[:-1], _core(factors[-1])]
    return all(
        isinstance(core, Name) and core.text == letter and core.font in ("", "rm")
        for core, letter in zip(cores, word, strict=True)
    )


def _core(node: Node) -> Node:
    """What bears the scripts."""
    while isinstance(node, Apply) and node.op in SCRIPTS and occurrence(node.args[0]) is not None:
        node = node.args[0]
    return node


def _renamed(node: Node, name: Name) -> Node:
    """The scripts of a node on another name."""
    if not isinstance(node, Apply):
        return name
    inner = _renamed(node.args[0], name)
    return Apply(node.op, (inner, *node.args[1:]), node.detail, name.span.cover(node.span))
