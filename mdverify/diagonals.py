"""`S_{ii} = …` of a matrix that is said to be diagonal: the other entries are zero.

The definition then holds for two indices, `S_{ij} = [i = j] …`, so that the matrix has all its entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mdverify.assumptions import Assumption
from mdverify.definitions import Defined
from mdverify.syntax import Apply, Name, Node, walk

SECOND = ("j", "k", "l", "m", "n", "q", "r")  # letters for the index of the columns


def with_diagonals(definitions: Iterable[Defined], said: Iterable[Assumption]) -> Iterator[Defined]:
    """The definitions in order, those of a diagonal for all entries of its matrix."""
    diagonal = [one for one in said if one.kind == "diagonal"]
    for defined in definitions:
        told = any(
            one.key == defined.key.rstrip("_") and one.reach.start <= defined.span.start < one.reach.end
            for one in diagonal
        )
        yield _for_all_entries(defined) if told and _is_of_diagonal(defined) else defined


def _is_of_diagonal(defined: Defined) -> bool:
    """`S_{ii} = …`, with both indices below."""
    repeats = len(defined.indices) == 2 and defined.indices[0] == defined.indices[1]
    return repeats and defined.key.endswith("__") and not any(defined.shifts)


def _for_all_entries(defined: Defined) -> Defined:
    row = defined.indices[0]
    column = _unused(defined.body, row)
    same = Apply("rel", (Name(row), Name(column)), "=", defined.body.span)
    one = Name("1", "bf", defined.body.span)
    body = Apply(
        "juxt",
        (one, Apply("fence", (same,), "[]", same.span), Apply("fence", (defined.body,), "()", same.span)),
        "",
        same.span,
    )
    return replace(defined, body=body, indices=(row, column), others=())


def _unused(body: Node, row: str) -> str:
    used = {part.text for part in walk(body) if isinstance(part, Name)} | {row}
    return next(letter for letter in SECOND if letter not in used)
