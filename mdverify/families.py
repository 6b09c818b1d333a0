"""What an indexed letter may be: an independent family, or parts of a vector or matrix.

The modes are the ranks S, V, R, M of independent members, and `entry:A`, `row:A`, `col:A`,
`row-as-column:A` for parts of A; with costs as in `evidence`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mdverify.declarations import Declaration
from mdverify.derivation import Derivation
from mdverify.evidence import (
    ASSUMED_MODES,
    DECLARED_OTHERWISE,
    RANKS,
    Costs,
    Evidence,
    candidates,
    in_font,
)
from mdverify.lives import Life, size_texts
from mdverify.symbols import BOLD, Symbol
from mdverify.syntax import Name, Number, walk

WHOLE = (("transposed", 1.0), ("beside a matrix", 0.6))  # uses of vectors, and how much they say of members
LINES = (("rows-of", "row-as-column"), ("columns-of", "col"))
TURNED = 3.0  # nobody transposes a number
TOLD = -3.0  # what the author says outright
BY_SIZE = 0.3  # lines of a matrix, as only their lengths tell
LIKELY = -0.1  # entries of vectors that are written with both indices, where no matrix has them
NEAR = 300  # characters: what is said further below need not hold yet
Mode = tuple[float, str]


def family_candidates(
    symbol: Symbol, life: Life | None, evidence: Evidence, derivation: Derivation, position: int, origin: int
) -> Costs:
    """The modes of an indexed family: independent members of a rank, or parts of something else.

    `position` is where it stands, perhaps in a definition, `origin` where the step does.
    """
    seen = _Place(symbol, life.declaration if life else None, evidence, derivation, position, origin)
    place = "family", symbol.key, symbol.font, seen.numbered, position, origin, life.name if life else ""
    if place in evidence.voted:
        return evidence.voted[place]
    if place not in evidence.families:
        evidence.families[place] = tuple(_modes(seen))
    costs = tuple((cost + evidence.vote(symbol.key, mode), mode) for cost, mode in evidence.families[place])
    evidence.voted[place] = costs
    return costs


@dataclass(frozen=True, slots=True)
class _Place:
    """A family and where it is read."""

    symbol: Symbol
    declared: Declaration | None
    evidence: Evidence
    derivation: Derivation
    position: int
    origin: int

    def used(self, use: str) -> float:
        """How much a use of the family counts; of members in two fonts each font has its own."""
        key = in_font(self.symbol) if self.mixed else self.symbol.key
        return self.evidence.weight(key, use, self.position)

    @property
    def mixed(self) -> bool:
        """Whether members are written both bold and not: the ones are vectors, the others may be entries."""
        fonts = self.evidence.fonts.get(self.symbol.key, Counter())
        return not self.symbol.sup_indices and len({font in BOLD for font in fonts}) > 1

    def is_newer(self, base: str) -> bool:
        """Whether a vector was declared after the family of its letter."""
        life = self.derivation.life(base, self.position)
        told = life.declaration if life is not None else None
        if self.declared is None or told is None or told.rank not in "VR":
            return False
        return self.declared.position < told.position <= self.position

    @property
    def numbered(self) -> bool:
        """Whether a member is spoken of by its number, as the entries of a small vector are: `x_1`."""
        return all(isinstance(index, Number) for index in self.symbol.indices)

    @property
    def otherwise(self) -> float:
        """What it costs to read the family against its declaration."""
        if self.declared is None:
            return 0.0
        return DECLARED_OTHERWISE[self.derivation.distance(self.declared.position, self.position)]

    def knows(self, key: str) -> bool:
        """Whether a symbol stands bare somewhere, or is declared."""
        return self.evidence.bare[key] > 0 or self.derivation.life(key, self.position) is not None

    def has_vectors(self, key: str) -> bool:
        """Whether the members of a family are declared vectors, here or where they were last declared."""
        lives = self.derivation.lives.get(key, ())
        told = [life.declaration.rank for life in lives if life.declaration and life.start <= self.position]
        assumed = self.derivation.assumed(key, self.position) | self.derivation.assumed(key, self.origin)
        return told[-1] in "VR" if told else any(ASSUMED_MODES.get(kind) == "V" for kind in assumed)

    def is_defined(self, key: str) -> bool:
        """Whether a family has a formula: its members may be anything."""
        life = self.derivation.life(key, self.position)
        return life is not None and life.definition is not None and bool(life.definition.indices)

    def is_matrix(self, key: str) -> bool:
        """Whether a symbol is declared a matrix."""
        life = self.derivation.life(key, self.position)
        return life is not None and life.declaration is not None and life.declaration.rank == "M"

    def is_vector(self, base: str, letter: str) -> bool:
        """Whether a bare symbol is rather a vector than a matrix."""
        base = Symbol(base, letter, self.symbol.font).base
        life = self.derivation.life(base, self.position)
        if life is not None and life.declaration is not None:
            return life.declaration.rank in "VR"
        plain = Symbol(base, letter, self.symbol.font)
        found = candidates(plain, None, self.evidence, self.derivation, self.position)
        costs = {rank: cost for cost, rank in found}
        return min(costs["V"], costs["S"]) <= costs["M"]


def _modes(place: _Place) -> Iterator[Mode]:
    symbol, declared = place.symbol, place.declared
    if declared is None:
        yield from _undeclared(place)
    else:
        yield from ((0.0 if rank == declared.rank else place.otherwise, rank) for rank in RANKS)
    if (symbol.indices and symbol.sup_indices) or _has_law(place):
        return
    yield from _told_lines(place)
    yield from _lines_by_size(place)
    yield from _entries_of_members(place)
    if symbol.sup_indices:
        yield from _entries_above(place)
    else:
        yield from _parts(place)


def _undeclared(place: _Place) -> Iterator[Mode]:
    """Members of a rank, by typography and by whether they are transposed."""
    symbol = place.symbol
    parts, entries, before = (
        place.evidence.weight(symbol.key, use, place.position)
        for use in ("component", "entries", "before a vector")
    )
    bold, lower = symbol.font in BOLD, symbol.letter.islower()
    turned = max(much * place.used(use) for use, much in WHOLE[: 1 if bold else 2])
    yield 3.0 * turned + 2.0 * parts + 3.0 * entries + (2.0 if bold else 0.3), "S"
    yield 1.5 - turned - 0.5 * parts + 3.0 * entries + before - (1.5 if bold and lower else 0.0), "V"
    layer = bool(symbol.sup_indices) and not lower  # `W^{(l)}`
    yield (4.0 if lower else 0.8 if layer else 2.0) - 0.5 * max(entries, turned * layer, 3 * before), "M"


def _told_lines(place: _Place) -> Iterator[Mode]:
    """The rows or columns of a matrix, where the note says so."""
    for told, how in LINES:
        for line in place.derivation.lines_of(place.symbol.key, told):
            near = line.position <= max(place.position, place.origin) + NEAR
            same = not place.mixed or (line.font in BOLD) == (place.symbol.font in BOLD)
            yield TOLD if near and same else 0.0, f"{how}:{line.whole}"


def _lines_by_size(place: _Place) -> Iterator[Mode]:
    """Members declared as long as the rows, or else the columns, of the matrix of their capital."""
    symbol, declared = place.symbol, place.declared
    upper = symbol.base[:1].upper() + symbol.base[1:]
    life = place.derivation.life(upper, place.position)
    whole = life.declaration if life is not None else None
    if declared is None or declared.rank != "V" or whole is None or whole.rank != "M" or upper == symbol.base:
        return
    lengths, sides = size_texts(declared), size_texts(whole)
    if len(set(sides)) == 2 and len(lengths) == 1 and lengths[0] in sides:
        yield BY_SIZE, f"{'col' if lengths[0] == sides[0] else 'row-as-column'}:{upper}"


def _entries_above(place: _Place) -> Iterator[Mode]:
    """`x^{(i)}` as an entry of the vector x."""
    symbol, declared = place.symbol, place.declared
    if not place.knows(symbol.base) or not place.is_vector(symbol.base, symbol.letter):
        return
    if len(symbol.sup_indices) == 1 and (declared is None or declared.rank == "S"):
        yield 0.8 if declared is None else -0.1, f"entry:{symbol.base}"


def _parts(place: _Place) -> Iterator[Mode]:
    """`x_i`, `a_{ij}` as parts of a symbol of the same letter, or of its capital."""
    symbol, declared = place.symbol, place.declared
    base = _base_of(place)
    if (base, symbol.key) in place.derivation.built:
        return
    upper = base[:1].upper() + base[1:]
    later = place.otherwise if declared is not None and declared.rank != "S" else 0.0
    if place.numbered and place.is_newer(base):
        later = 0.0
    parts = _entries_of_matrix if len(symbol.indices) == 2 else _parts_of_line
    yield from parts(place, base, upper, later)


def _entries_of_members(place: _Place) -> Iterator[Mode]:
    """`h_{t,i}` as entry i of the member `h_t` of a family of vectors."""
    symbol = place.symbol
    if len(symbol.indices) != 2 or symbol.sup_indices:
        return
    member = f"{symbol.base}_"
    if "component-of" in place.derivation.assumed(symbol.key, place.position):
        told = [one for one in place.derivation.components if one[0] == symbol.key]
        yield from ((TOLD, f"{'within' if first else 'across'}:{member}") for _, first in told)
    elif place.declared is None and (place.has_vectors(member) or _is_all_there_is(place, member)):
        yield LIKELY, f"within:{member}"


def _is_all_there_is(place: _Place, member: str) -> bool:
    """Whether members have a formula, and nothing else of their letter is there to have the entries."""
    base = _base_of(place)
    return place.is_defined(member) and not (place.knows(base) or place.knows(base[:1].upper() + base[1:]))


def _entries_of_matrix(place: _Place, base: str, upper: str, later: float) -> Iterator[Mode]:
    """`a_{ij}` of a, or else of A; of A first where only A is declared a matrix."""
    told = base[:1].islower() and place.is_matrix(upper) and not place.is_matrix(base)
    known = place.knows(base)
    lined = place.has_vectors(f"{base}_") and place.is_vector(base, place.symbol.letter)
    if known and not lined:
        yield later + 1.0 if told else later - 0.2, f"entry:{base}"
    if base[:1].islower() and place.knows(upper):
        yield later + 1.0 if known and not told else later - 0.2, f"entry:{upper}"


def _parts_of_line(place: _Place, base: str, upper: str, later: float) -> Iterator[Mode]:
    """`x_i` as an entry of x, a row or column of a matrix, or an entry of X."""
    symbol = place.symbol
    if place.knows(base):
        vector = place.is_vector(base, symbol.letter)
        if vector:
            turned = 0.0 if place.is_newer(base) else place.used("transposed")
            whole = symbol.font == "bf" or _counts_steps(place)
            yield later + (1.0 if whole else -0.2) + TURNED * turned, f"entry:{base}"
        unlikely = 1.0 if vector else 0.0
        if symbol.letter.isupper():
            yield later + 0.6 + unlikely, f"row:{base}"
            yield later + 1.2 + unlikely, f"col:{base}"
        elif not vector:
            yield later + 1.2, f"row:{base}"
            yield later + 0.6, f"col:{base}"
    capital = base[:1].islower() and base != upper and place.knows(upper)
    if capital and place.is_vector(upper, symbol.letter.upper()):
        yield later + 0.4, f"entry:{upper}"


def _has_law(place: _Place) -> bool:
    """Whether moments are given to every member, `E[x_i] = m`."""
    derivation, position = place.derivation, place.position
    law = derivation.laws.of(place.symbol.key, lambda given: derivation.distance(given, position))
    return law is not None


def _counts_steps(place: _Place) -> bool:
    """Whether an index counts steps in time (`x_{t-1}`) of which every member is transposed or multiplied."""
    letters = {part.text for index in place.symbol.indices for part in walk(index) if isinstance(part, Name)}
    whole = any(place.evidence.weight(place.symbol.key, use, place.position) for use, _ in WHOLE)
    return whole and bool(letters & place.derivation.naming.steps)


def _base_of(place: _Place) -> str:
    """The bare symbol an entry belongs to: `x_i` to `\\mathbf x` where `x` itself is a number or unknown."""
    base = place.symbol.base
    wanted = "VRM" if len(place.symbol.indices) == 1 else "M"
    for candidate in (base, f"bf:{base}", f"vec:{base}"):
        life = place.derivation.life(candidate, place.position)
        scalar = life is not None and life.declaration is not None and life.declaration.rank not in wanted
        if place.knows(candidate) and not scalar:
            return candidate
    return base
