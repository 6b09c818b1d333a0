"""What indices imply: a sum over one that stands twice in a product (Einstein's convention), or that a
matrix is meant where only its general entry is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from mdverify import cues
from mdverify.derivatives import derivative_parts
from mdverify.symbols import INDEX_LETTERS
from mdverify.syntax import NONE, Apply, Formula, Name, Node, Statement, walk

TERMS = frozenset({"+", "-"})
FACTORS = frozenset({"juxt", "cdot", "times", "frac", "slash"})
MOST_SUMS = 5  # of one product
MOST_INDICES = 2  # of an entry
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

    An index that stands alone in some term of either side is free, however often it stands elsewhere; one
    above and below the bar of a derivative says which entry is derived by which.
    """
    letters = letters - {letter for side in sides for letter in _matched(side)}
    free = {letter for side in sides for letter, count in _summed(side, letters)[1].items() if count}
    summed = tuple(_summed(side, letters - free)[0] for side in sides)
    return None if summed == tuple(sides) else summed


def _matched(side: Node) -> Iterator[str]:
    """The j of `\\frac{\\partial z_j}{\\partial b_j}`."""
    for part in walk(side):
        if isinstance(part, Apply) and part.op in ("frac", "slash") and derivative_parts(part) is not None:
            above, below = (set(_indices(arg)) for arg in part.args)
            yield from above & below


def _indices(node: Node) -> Iterator[str]:
    for part in walk(node):
        match part:
            case Apply("sub" | "sup", (_, index)):
                yield from (one.text for one in walk(index) if isinstance(one, Name))


def with_entries(sides: Sequence[Node], letters: Set[str]) -> list[tuple[Node, ...]]:
    """The sides, of two that are a whole and a general entry (`(A B)_{ij} = A B`) the whole as its entry.

    The letters of the entry count rows and columns in the order of the alphabet; last, the other way round.
    """
    free = [sorted(_summed(side, letters)[1]) for side in sides]
    if [not one for one in free].count(True) != 1 or max(map(len, free)) > MOST_INDICES:
        return []
    found = next(one for one in free if one)
    return [
        tuple(_entry(side, indices) if not one else side for side, one in zip(sides, free, strict=True))
        for indices in ((found,) if len(found) == 1 else (found, found[::-1]))
    ]


def bare(side: Node, letters: Set[str]) -> Node:
    """What a side writes the general entry of: the sum in `(A + B)_{ij}`."""
    match side:
        case Apply("sub", (Apply("fence", (body,)), index)):
            names = [part.text for part in walk(index) if isinstance(part, Name)]
            return body if names and set(names) <= letters else side
    return side


def _entry(side: Node, indices: Sequence[str]) -> Node:
    names = tuple(Name(letter, span=side.span) for letter in indices)
    index = names[0] if len(names) == 1 else Apply("juxt", names, span=side.span)
    return Apply("sub", (Apply("fence", (side,), "()", side.span), index), span=side.span)


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
