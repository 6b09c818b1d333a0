"""Sums that are implied: an index that stands twice in a product is summed over (Einstein's convention)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace

from mdverify import cues
from mdverify.symbols import INDEX_LETTERS
from mdverify.syntax import NONE, Apply, Formula, Name, Node, Statement, walk

TERMS = frozenset({"+", "-"})
FACTORS = frozenset({"juxt", "cdot", "times", "frac", "slash"})
MOST_SUMS = 5  # of one product
Counts = Counter[str]
_ANNOUNCED = re.compile(cues.IMPLIED_SUMS, re.IGNORECASE)


def with_announced_sums(formulas: tuple[Formula, ...], text: str) -> tuple[Formula, ...]:
    """The formulas of a note, with every sum written out if the note says that they are implied."""
    if not _ANNOUNCED.search(text):
        return formulas
    return tuple(replace(f, statements=tuple(_statement(s) for s in f.statements)) for f in formulas)


def _statement(statement: Statement) -> Statement:
    sides = with_sums(statement.sides, INDEX_LETTERS)
    return statement if sides is None else replace(statement, sides=sides)


def with_sums(sides: Sequence[Node], letters: Set[str]) -> tuple[Node, ...] | None:
    """The sides with implied sums written out, or None where there are none.

    An index that stands alone in some term of either side is free, however often it stands elsewhere.
    """
    free = {letter for side in sides for letter, count in _summed(side, letters)[1].items() if count}
    summed = tuple(_summed(side, letters - free)[0] for side in sides)
    return None if summed == tuple(sides) else summed


def _summed(node: Node, letters: Set[str]) -> tuple[Node, Counts]:
    """A node with its sums, and how often every letter still stands free in one of its terms."""
    match node:
        case Apply("sub", (body, index)):
            inner, counts = _summed(body, letters)
            here = Counter(p.text for p in walk(index) if isinstance(p, Name) and not p.font)
            counts.update({letter: count for letter, count in here.items() if letter in letters})
            return _wrapped(replace(node, args=(inner, index)), counts)
        case Apply("big", (body, lower, upper)):
            bound = {part.text for part in walk(lower) if isinstance(part, Name)}
            inner, counts = _summed(body, letters - bound)
            return replace(node, args=(inner, lower, upper)), counts
        case Apply(op, args) if args:
            parts = [_summed(arg, letters) for arg in args]
            counts = Counter()
            for _, found in parts:
                counts = counts | found if op in TERMS else counts + found
            whole = replace(node, args=tuple(part for part, _ in parts))
            return _wrapped(whole, counts) if op in FACTORS else (whole, counts)
    return node, Counter()


def _wrapped(node: Node, counts: Counts) -> tuple[Node, Counts]:
    """A product below the sums over the letters that stand twice in it."""
    twice = sorted(letter for letter, count in counts.items() if count == 2)[:MOST_SUMS]
    for letter in twice:
        node = Apply("big", (node, Name(letter, span=node.span), NONE), "sum", node.span)
    return node, Counter({letter: count for letter, count in counts.items() if letter not in twice})
