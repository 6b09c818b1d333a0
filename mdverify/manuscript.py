"""A note with its formulas parsed, its prose understood, and its letters told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from mdverify.adjoints import with_adjoints
from mdverify.braced import with_cases
from mdverify.decimals import with_points, with_thin_spaces, writes_commas
from mdverify.derivatives import derivative_parts
from mdverify.dropped import with_dropped_indices
from mdverify.escapes import unescaped
from mdverify.events import with_events
from mdverify.expectations import with_expectations
from mdverify.exponents import with_exponents_last
from mdverify.formulas import Math
from mdverify.gaps import with_signs
from mdverify.imaginary import imaginary_units
from mdverify.implied import with_announced_sums
from mdverify.increments import with_increments
from mdverify.minus_marks import with_minus_marks
from mdverify.named_functions import with_named_functions
from mdverify.notes import Note
from mdverify.ones import with_ones
from mdverify.parser import parse, scan_macros
from mdverify.primes import shown_transposes, with_transposes
from mdverify.prose import Fact, facts
from mdverify.quotients import with_quotients
from mdverify.repeats import with_repeats
from mdverify.sizes import counting_letters
from mdverify.source import Span
from mdverify.spaces import is_space, space
from mdverify.spelled import with_words
from mdverify.superscripts import ORDINALS, numbering, with_superscripts
from mdverify.symbols import Naming, naming_of, symbols_in
from mdverify.syntax import Apply, Formula, Name, Node, Number, items, walk

EQUALITIES = frozenset({"=", ":=", "equiv", "triangleq", "overset?"})
MEMBERSHIP = frozenset({"in"})


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What is written, before anything is said of what it means.

    `nodes` is every expression with all below it, in order, `keys` every symbol that occurs, `first` where
    its letter first stands; `sizes` are the letters that count, `imaginary` those that stand for the
    imaginary unit, `numbered` those that bear the number of a layer or a time above.
    """

    note: Note
    formulas: tuple[Formula, ...]
    nodes: tuple[Node, ...]
    facts: tuple[Fact, ...]
    sizes: frozenset[str]
    naming: Naming
    keys: frozenset[str]
    first: Mapping[str, int]
    imaginary: frozenset[str]
    numbered: frozenset[str]

    def sides(self) -> Iterator[Node]:
        """Every expression of every formula, in order."""
        return _sides(self.formulas)

    def reach(self, position: int) -> Span:
        """The section around a position, or the example of it: how far what is said there holds."""
        return self.note.exercise(position) or self.note.sections[self.note.section_of(position)].span

    def row(self, position: int) -> Span | None:
        """The row of a table around a position."""
        at = self.note.block_of(position)
        block = self.note.blocks[at] if at is not None else None
        return block.container if block is not None and block.kind == "cell" else None

    @property
    def everywhere(self) -> Span:
        """The reach of what holds in the whole note."""
        return Span(0, len(self.note.source.text) + 1)

    def is_just_after(self, birth: int, position: int) -> bool:
        """Whether something said at `birth` still explains what stands at `position` before it."""
        if self._in_another(birth, position):
            return False
        return self.note.section_of(birth) == self.note.section_of(position)

    def distance(self, birth: int, position: int) -> int:
        """0 for the same section or one around it, 1 within the same chapter, 2 beyond.

        What one example or exercise of a section says is not said in the next.
        """
        far = self.apart(self.note.section_of(birth), position)
        return 1 if far == 0 and self._in_another(birth, position) else far

    def in_one_formula(self, one: int, other: int) -> bool:
        """Whether both positions lie in the same formula, or where it ends."""
        maths = self.note.maths
        return any(math.start <= one <= math.end and math.start <= other <= math.end for math in maths)

    def concerns(self, there: int, position: int) -> bool:
        """Whether what one part of the note shows tells of a position: in its chapter, no other example."""
        return self.distance(there, position) < 2 and not self._in_another(there, position)

    def is_beside(self, birth: int, position: int) -> bool:
        """Whether something is said in an example that a position does not lie in."""
        return self.note.example_of(birth) != 0 and self._in_another(birth, position)

    def _in_another(self, birth: int, position: int) -> bool:
        """Whether something is said in an example or exercise that a position does not lie in."""
        return self.note.exercise_of(birth) not in (0, self.note.exercise_of(position))

    def apart(self, there: int, position: int) -> int:
        """The distance of a section, see `distance`."""
        here = self.note.section_of(position)
        around = self._around(here)
        if there in around:
            return 0
        shared = [s for s in self._around(there) if s in around and s != 0]
        return 1 if shared and self.note.sections[shared[0]].level > 1 else 2

    def _around(self, section: int) -> list[int]:
        found = [section]
        while (parent := self.note.sections[found[-1]].parent) is not None:
            found.append(parent)
        return found

    def facts_at(self, position: int, kinds: frozenset[str] | None = None) -> list[Fact]:
        """The facts of some kinds, or of any, whose reach covers a position."""
        told = self.facts if kinds is None else (f for f in self.facts if f.kind in kinds)
        return [f for f in told if f.reach.start <= position < f.reach.end]

    def subjects(self, fact: Fact) -> Iterator[Node]:
        """The symbols a fact speaks of: bare, in a list, or left of a relation."""
        for number in fact.subjects:
            for statement in self.formulas[number].statements:
                yield from items(statement.sides[0])
                if len(statement.sides) == 2 and statement.relations[0].sign == "=":
                    yield from (other for other in statement.sides[1:] if isinstance(other, Name))

    def told_size(self, size: int | str) -> Node | str | None:
        """A size named in prose: a text, or the formula of that number."""
        if isinstance(size, str):
            return size
        statements = self.formulas[size].statements
        return statements[0].sides[0] if statements else None


def read_manuscript(note: Note) -> Manuscript:
    """Parse every formula and settle which letters count, index, and distinguish by their font."""
    macros = scan_macros(note.source.text)
    commas = writes_commas(note)
    text, english = note.source.text, note.english(0, len(note.source.text))
    parsed = tuple(
        with_quotients(parse(_as_read(text, math, commas), math.span, macros), math.body)
        for math in note.maths
    )
    formulas = with_signs(with_increments(with_words(with_repeats(with_cases(parsed, note.maths)))))
    formulas = with_dropped_indices(formulas, note)
    formulas = with_expectations(with_announced_sums(formulas, english), english)
    formulas = with_adjoints(with_events(with_named_functions(formulas)), note)
    told = shown_transposes(formulas, facts(note), Span(0, len(text) + 1))
    formulas = with_ones(with_transposes(with_minus_marks(formulas), told))
    formulas, numbered = with_superscripts(formulas, told)
    formulas = with_exponents_last(formulas, note.maths)
    trees = list(_sides(formulas))
    nodes = tuple(node for tree in trees for node in walk(tree))
    sizes = counting_letters(nodes, told, formulas)
    heads, short = [*_heads(formulas), *_declared_names(formulas)], _short_vectors(formulas)
    ordinals = numbering(ORDINALS, told, formulas) - sizes
    naming = naming_of(trees, nodes, heads, sizes, note.section_of, short, ordinals)
    written = [(symbol.key, tree.span.start) for tree in trees for symbol in symbols_in(tree, naming)]
    first = {key.rstrip("_"): start for key, start in reversed(written)}
    naming.variables = frozenset(_primed_variables(nodes, naming))
    imaginary = imaginary_units(nodes, english)
    keys = frozenset(key for key, _ in written)
    return Manuscript(note, formulas, nodes, told, sizes, naming, keys, first, imaginary, numbered)


def _primed_variables(nodes: Iterable[Node], naming: Naming) -> Iterator[str]:
    """`\\partial E/\\partial c'`: the new c is a variable, and no derivative of c."""
    for parts in map(derivative_parts, nodes):
        for target, _ in parts.targets if parts is not None else ():
            symbol = naming.symbol(target) if isinstance(target, Apply) and target.op == "prime" else None
            if symbol is not None:
                yield symbol.key


def _as_read(text: str, math: Math, commas: bool) -> str:
    """The text with quote markers inside a formula blanked, escapes and commas replaced; offsets stay."""
    body = unescaped(math.body)
    tex = with_points(body) if commas else with_thin_spaces(body)
    return text if tex == text[math.start : math.end] else text[: math.start] + tex + text[math.end :]


def _sides(formulas: tuple[Formula, ...]) -> Iterator[Node]:
    return (side for formula in formulas for statement in formula.statements for side in statement.sides)


def _heads(formulas: tuple[Formula, ...]) -> Iterator[Node]:
    """What stands left of `=`, bare names left out."""
    for formula in formulas:
        for statement in formula.statements:
            equal = statement.relations and statement.relations[0].sign in EQUALITIES
            if equal and not isinstance(statement.sides[0], Name):
                yield statement.sides[0]


def _short_vectors(formulas: tuple[Formula, ...]) -> Iterator[Node]:
    """Names declared in `\\mathbb R^2`: the numbers 1 and 2 below them count their entries."""
    for formula in formulas:
        found = [
            space(side) for statement in formula.statements for side in statement.sides if is_space(side)
        ]
        if any(one is not None and one[0] == "V" and isinstance(one[1][0], Number) for one in found):
            yield from _declared_names((formula,))


def _declared_names(formulas: tuple[Formula, ...]) -> Iterator[Node]:
    """Names before an `∈`, those of `x, y ∈ R` as well."""
    for formula in formulas:
        pending: list[Node] = []
        for statement in formula.statements:
            if not statement.relations:
                pending.append(statement.sides[0])
            elif statement.sides[0] == Name("d") and statement.relations[0].sign in EQUALITIES:
                yield statement.sides[0]
            elif statement.relations[0].sign in MEMBERSHIP:
                yield from (item for side in [*pending, statement.sides[0]] for item in items(side))
                pending = []
            else:
                pending = []
