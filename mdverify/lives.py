"""From its declaration or definition on a letter lives until it is declared or defined anew.

Before its first birth it counts for what comes just before ("where", "其中").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from mdverify import cues
from mdverify.claims import Site
from mdverify.declarations import Declaration
from mdverify.definitions import Defined
from mdverify.derivatives import derivative_parts, is_derivative
from mdverify.manuscript import Manuscript
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import Naming, mentions, symbols_in
from mdverify.syntax import Apply, Name, Node, Number, walk

CONCLUSIONS = frozenset({"Rightarrow", "therefore", "implies"})
CUE_REACH = 16  # characters before a formula in which a cue is looked for
_EXPLAINS = re.compile(cues.EXPLAINS)
_SENTENCE_END = re.compile(r"[。；！？]|[.;!?]\s|\n\n(?!\s*\$\$)")
NUMBERS = frozenset({"pi", "e"})
CONSTANTS = NUMBERS | {"I"}
RECENT = 6  # steps back within which a condition to be solved is looked for


@dataclass(slots=True)
class Life:
    """A symbol from one birth to the next.

    `solution` is what a variable was found to be (`w = (X^T X)^{-1} X^T y` after a condition): it
    stays a variable, but a reading may put the solution in its place.
    """

    key: str
    number: int
    start: int
    section: int
    declaration: Declaration | None = None
    definition: Defined | None = None
    solution: Defined | None = None

    @property
    def name(self) -> str:
        return f"{self.key}#{self.number}"


def life_at(
    lives: Mapping[str, Sequence[Life]], script: Manuscript, key: str, position: int, back: int = 0
) -> Life | None:
    """The life of a symbol at a position: the latest born before it, else the next one born.

    What an example defines is not what a letter means outside of it, if it stands there before. `back` 1
    asks for the life before, for a restatement that may itself be the mistake or an example that goes on
    with the letters of another.
    """
    row = [life for life in lives.get(key, ()) if _holds(life, position)]
    if not row:
        return None
    born = row[: bisect_right(row, position, key=lambda life: life.start)]
    if not born:
        explains = back == 0 and script.is_just_after(row[0].start, position)
        return row[0] if explains and not is_later_value(row[0], script, position) else None
    strange = [one for one in born if one.definition and script.is_beside(one.definition.position, position)]
    strange += [one for one in born if one not in strange and _is_case(one, row, script, position)]
    strange += [one for one in born if one not in strange and _is_over(one.declaration, position)]
    own: list[Life | None] = [one for one in born if one not in strange]
    if strange and not own and script.first.get(key.rstrip("_"), 0) < script.reach(strange[0].start).start:
        own.append(None)
    order = (*reversed(own), *reversed(strange))
    return order[back] if back < len(order) else None


def is_later_value(life: Life, script: Manuscript, position: int) -> bool:
    """Whether a letter is only given a number, and not in the paragraph around or next to a position."""
    defined = life.definition
    if defined is None or defined.params or not is_value(defined, script.naming):
        return False
    there, here = script.note.block_of(defined.position), script.note.block_of(position)
    return there is not None and here is not None and there > here + 1


def _is_case(life: Life, row: Sequence[Life], script: Manuscript, position: int) -> bool:
    """Whether a letter is defined in one row of a table and otherwise in another, and this is neither."""
    mine = script.row(life.start) if life.definition is not None else None
    if mine is None or mine.start <= position < mine.end:
        return False
    others = (script.row(one.start) for one in row if one.definition is not None and one is not life)
    return any(other is not None and other != mine for other in others)


def _holds(life: Life, position: int) -> bool:
    """Whether a definition that is only supposed is asked for where it is."""
    defined = life.definition
    return defined is None or defined.until is None or defined.span.start <= position <= defined.until


def _is_over(declared: Declaration | None, position: int) -> bool:
    """Whether what was declared for a part of the note is asked for outside of it."""
    return (
        declared is not None
        and declared.here_only
        and not declared.reach.start <= position < declared.reach.end
    )


def first_targets(nodes: Iterable[Node], naming: Naming) -> dict[str, int]:
    """Where every symbol is first differentiated by: key to offset."""
    found: dict[str, int] = {}
    for node in nodes:
        for target in _targets(node):
            symbol = naming.symbol(target)
            if symbol is not None:
                found[symbol.key] = min(found.get(symbol.key, node.span.start), node.span.start)
    return found


def _targets(node: Node) -> list[Node]:
    match node:
        case Apply("sub", (Name("nabla"), target)):
            return [target]
    parts = derivative_parts(node)
    return [target for target, _ in parts.targets] if parts is not None else []


def solutions(
    sites: Sequence[Site], targets: Mapping[str, int], naming: Naming, declared: Set[str]
) -> Iterator[Defined]:
    """Definitions that solve a condition for a variable the note differentiates by.

    Of a capital nobody declared only its formula tells what it is.
    """
    for at, site in enumerate(sites):
        defined = site.defines
        if defined is None or defined.params:
            continue
        key = defined.key
        recent = sites[max(0, at - RECENT) : at]
        near = [s.lhs for s in recent if s.section == site.section and _is_zero(s.rhs)]
        concluded = CONCLUSIONS & set(site.lead) or any(
            mentions(side, key, naming) or is_derivative(side) for side in near
        )
        if not concluded and (key in declared or not key[:1].isupper()):
            concluded = _is_stationary(sites[:at], site, key, naming)
        if not concluded:
            continue
        earlier = (s.lhs for s in sites[:at] if s.section == site.section)
        varies = targets.get(key, site.position) < site.position
        if varies or any(_is_gradient(side, key, naming) for side in earlier):
            yield defined


def _is_stationary(earlier: Sequence[Site], site: Site, key: str, naming: Naming) -> bool:
    """Whether a formula is made of the letters of a derivative by the symbol, written out before it."""
    letters = _keys(site.rhs, naming)
    return any(
        letters < _keys(other.rhs, naming)
        and mentions(other.rhs, key, naming)
        and key in first_targets((other.lhs,), naming)
        and not _differentiates(other.lhs, key, naming)
        for other in earlier
        if letters and other.section == site.section
    )


def _keys(node: Node, naming: Naming) -> set[str]:
    """The letters of an expression that stand for something of the note."""
    return {symbol.key for symbol in symbols_in(node, naming)} - CONSTANTS


def _differentiates(side: Node, key: str, naming: Naming) -> bool:
    """Whether something is differentiated that is, or is made of, a symbol."""
    parts = derivative_parts(side)
    return parts is not None and parts.operand is not None and mentions(parts.operand, key, naming)


def _is_gradient(side: Node, key: str, naming: Naming) -> bool:
    """Whether a gradient of something that depends on the symbol is written; not one of the symbol itself."""
    operands = (parts.operand for part in walk(side) if (parts := derivative_parts(part)) is not None)
    if any(operand is not None and is_about(operand, key, naming) for operand in operands):
        return False
    nabla = any(isinstance(part, Name) and part.text == "nabla" for part in walk(side))
    return mentions(side, key, naming) and (nabla or is_derivative(side))


def is_about(operand: Node, key: str, naming: Naming) -> bool:
    """Whether `F`, or `F(x, y)`, is what is differentiated."""
    match operand:
        case Apply("juxt", (head, Apply("fence"))):
            return is_about(head, key, naming)
    symbol = naming.symbol(operand)
    return symbol is not None and symbol.key == key


def _is_zero(node: Node) -> bool:
    return node == Number("0") or (isinstance(node, Name) and node.text == "0")


def lives_of(
    declarations: list[Declaration],
    definitions: list[Defined],
    script: Manuscript,
    solved: frozenset[Defined],
) -> dict[str, list[Life]]:
    """The lives of every symbol, in order; `solved` are the definitions that are solutions."""
    events: dict[str, list[Declaration | Defined]] = defaultdict(list)
    for declaration in declarations:
        events[declaration.key].append(declaration)
    for defined in definitions:
        events[defined.key].append(defined)

    def circular(defined: Defined) -> bool:
        return _rests_on_itself(defined, definitions, script.naming)

    return {
        key: _row_of_lives(key, sorted(row, key=lambda event: event.position), script, solved, circular)
        for key, row in events.items()
    }


def _rests_on_itself(defined: Defined, definitions: Sequence[Defined], naming: Naming) -> bool:
    """`K = P H^T R^{-1}` where P is defined by K: true, but nothing to put in the place of K."""
    seen = set[str]()
    ahead = [defined]
    while ahead:
        keys = {symbol.key for symbol in symbols_in(ahead.pop().body, naming)} - seen
        seen |= keys
        ahead += [one for one in definitions if one.key in keys and one.key != defined.key]
    return defined.key in seen


def _row_of_lives(
    key: str,
    events: list[Declaration | Defined],
    script: Manuscript,
    solved: frozenset[Defined],
    circular: Callable[[Defined], bool],
) -> list[Life]:
    lives: list[Life] = []
    for event in events:
        section = script.note.section_of(event.position)
        current = lives[-1] if lives else None
        if isinstance(event, Declaration):
            if current is None or not _is_restated(current, event, section, script):
                lives.append(Life(key, len(lives), event.position, section, event))
            elif current.declaration is None:
                current.declaration = event
        elif current is not None and (
            _is_last_member(current, event, script) or (current.solution is not None and circular(event))
        ):
            continue
        elif event.until is not None:
            lives.append(
                Life(key, len(lives), event.position, section, _inherited(current, event, script), event)
            )
        elif event in solved:
            if current is None:
                current = Life(key, 0, 0, section)
                lives.append(current)
            current.solution = event
        elif current is None or current.definition is not None or _begins_anew(current, event, script):
            start = _birth(current, event, script)
            lives.append(Life(key, len(lives), start, section, _inherited(current, event, script), event))
        else:
            current.definition = event
    return lives


def _birth(life: Life | None, event: Defined, script: Manuscript) -> int:
    """Where a new life begins: what an example defines of a letter declared before it holds in all of it."""
    if life is None:
        return event.position
    first = script.reach(event.position).start
    if life.definition is None and script.is_beside(event.position, first - 1):
        return max(first, life.start + 1)
    known = life.definition.position if life.definition is not None else life.start
    first = _explained(event, script)
    return first if known < first else event.position


def _explained(event: Defined, script: Manuscript) -> int:
    """Where a definition begins to count: after "with" or "其中" the sentence, if it has the letter."""
    note, place = script.note, event.span.start
    at = note.maths_in(Span(0, place + 1)).stop - 1
    text, outer = note.source.text, note.maths[at].outer
    before = note.english(max(0, outer.start - CUE_REACH), outer.start)
    if note.maths[at].display or not _EXPLAINS.search(before):
        return event.position
    ends = [stop.end() for stop in _SENTENCE_END.finditer(text, 0, outer.start)]
    earlier = script.formulas[note.maths_in(Span(ends[-1] if ends else 0, outer.start)).start : at]
    sides = (side for formula in earlier for statement in formula.statements for side in statement.sides)
    used = any(mentions(side, event.key, script.naming) for side in sides)
    return ends[-1] if ends and used else event.position


def _begins_anew(life: Life, event: Defined, script: Manuscript) -> bool:
    """Whether a definition stands in another section than the declaration, or in an example beside it.

    What is declared above several sections and defined in one of them is free before that, and so is
    what is given a value in a later paragraph.
    """
    declared = life.declaration
    if declared is None:
        return False
    note, place = script.note, event.span.start
    if script.is_beside(event.position, declared.position) or _is_over(declared, event.position):
        return True
    if note.section_of(declared.position) != note.section_of(place):
        return True
    value = is_value(event, script.naming) and not event.params
    return value and note.block_of(declared.position) != note.block_of(place)


def is_value(defined: Defined, naming: Naming) -> bool:
    """Whether nothing but a number is on the right: `3`, `\\pi/4`."""
    return all(symbol.key in NUMBERS for symbol in symbols_in(defined.body, naming))


def is_number(value: Defined) -> bool:
    """Whether a value is one number, no array of them."""
    return not value.params and not any(
        isinstance(part, Apply) and part.op == "row" for part in walk(value.body)
    )


def _is_last_member(life: Life, event: Defined, script: Manuscript) -> bool:
    """`δ_T = …` after `δ_t = …`, where T only counts: said of one member, it defines no family."""
    known = life.definition
    if known is None or not known.indices or script.distance(known.position, event.position) > 0:
        return False
    naming = script.naming
    counts = set(event.indices) <= naming.sizes - naming.index_letters
    return bool(event.indices) and counts and event.indices != known.indices


def _inherited(life: Life | None, event: Defined, script: Manuscript) -> Declaration | None:
    """The declaration a symbol keeps when it is defined anew: one made in the same section."""
    declared = life.declaration if life is not None else None
    if declared is None or script.distance(declared.position, event.position) > 0:
        return None
    return None if _is_over(declared, event.position) else declared


def _is_restated(life: Life, event: Declaration, section: int, script: Manuscript) -> bool:
    """Whether a declaration says nothing new of a living symbol; of a free one in another section it does."""
    if life.declaration is None:
        return life.section == section and not script.is_beside(event.position, life.start)
    if life.definition is None and script.distance(life.declaration.position, event.position) > 0:
        return False
    if life.declaration.rank != event.rank:
        return False
    block_of = script.note.block_of
    again = block_of(life.declaration.position) == block_of(event.position)
    return (again and not event.sizes) or size_texts(life.declaration) == size_texts(event)


def says_one_shape(lives: Sequence[Life]) -> bool:
    """Whether a letter has one life, or is declared the same in all of them and never defined."""
    said = {(life.declaration.rank, *size_texts(life.declaration)) for life in lives if life.declaration}
    return len(lives) == 1 or (len(said) == 1 and all(life.definition is None for life in lives))


def size_texts(declaration: Declaration) -> tuple[str, ...]:
    """The sizes of a declaration as they are written."""
    return tuple(size if isinstance(size, str) else show(size) for size in declaration.sizes)
