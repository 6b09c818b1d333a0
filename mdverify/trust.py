"""Whether the shapes behind an accusation were said by the author, and not only guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mdverify import cues
from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.ellipsis import is_dots
from mdverify.evidence import RANKS
from mdverify.judgement import Docket, Judgement
from mdverify.lives import Life, says_one_shape
from mdverify.reading import Clash, Reading
from mdverify.show import show
from mdverify.symbols import BOLD, PATTERN_LETTERS, Symbol, symbols_in
from mdverify.syntax import Apply, Name, Node, Number, walk

SAID_NEAR = 80  # characters beside a step in which its letters may get other sizes
SQUARE = "MV303"
COLUMNS = frozenset({"V", "R"})
_SAME_SIZE = re.compile(cues.SAME_SIZE, re.IGNORECASE)


def trusted(docket: Docket, judged: Judgement) -> bool:
    """Whether the shapes behind an accusation were declared, defined so, or have served a verified step."""
    outcome, site = judged.outcome, judged.site
    if outcome is None or outcome.reading is None or outcome.reading.ranges_clash:
        return False
    reading = outcome.reading
    if later_letters(docket, reading, site) or (reading.measures and _recalls(docket, reading)):
        return False
    if outcome.clash is not None and (
        _may_fit(docket, reading, site) or _is_square_here(docket, outcome.clash, reading, site)
    ):
        return False
    if _means_other_numbers(docket, site):
        return False
    nodes = _concerned(site, outcome.clash)
    if any(_names_far_function(docket, node, reading) for node in nodes):
        return False
    if any(_guesses_values(docket, node, reading, site) for node in nodes):
        return False
    keys = {key for node in nodes for key in _keys_below(docket, node, reading)}
    return bool(nodes) and all(_is_firm(docket, key, site, reading) for key in keys)


def _may_fit(docket: Docket, reading: Reading, site: Site) -> bool:
    """Whether what clashes may be of one size, or numbers, for a reason near the step."""
    if _SAME_SIZE.search(_around(docket, site)) or _sets_to_one(docket, site) or _is_eigen(site):
        return True
    if _spreads_numbers(docket, reading, site):
        return True
    small = any(not life.key[:1].isupper() for life in plain_letters(docket.derivation, site))
    return small or _squares_columns(docket, reading, site)


def _is_square_here(docket: Docket, clash: Clash, reading: Reading, site: Site) -> bool:
    """Whether what has to be square is a letter that got its two sizes in another section."""
    if clash.rule != SQUARE:
        return False
    nodes = _concerned(site, clash)
    lives = (
        docket.derivation.life(key, site.position)
        for node in nodes
        for key in _keys_below(docket, node, reading)
    )
    born = (life.declaration for life in lives if life is not None and life.definition is None)
    return any(
        one is not None and docket.derivation.distance(one.position, site.position) > 0 for one in born
    )


def _is_eigen(site: Site) -> bool:
    """`D u = \\lambda u`: whatever was read of the λ elsewhere, here it may be a number."""
    match site.lhs, site.rhs:
        case Apply("juxt", (_, one)), Apply("juxt", (Name(factor), other)):
            return one == other and factor.islower()
    return False


def _spreads_numbers(docket: Docket, reading: Reading, site: Site) -> bool:
    """Whether a sum that a step writes is one that the note defines something by: `R = X - \\mu`.

    Of a number and an array, there as here, it is how the author writes that each entry is meant.
    """
    sums = {show(node) for side in (site.lhs, site.rhs) for node in _sums(side)}
    if not sums:
        return False
    defined = (one.defines for one in docket.derivation.sites if one.defines is not None)
    return any(
        _mixes_numbers(node, reading, docket)
        for one in defined
        for node in _sums(one.body)
        if show(node) in sums
    )


def _sums(node: Node) -> Iterator[Apply]:
    return (part for part in walk(node) if isinstance(part, Apply) and part.op in ("+", "-"))


def _mixes_numbers(node: Apply, reading: Reading, docket: Docket) -> bool:
    """Whether one of the letters of a sum is a number and another is not."""
    symbols = (docket.derivation.naming.symbol(term) for term in node.args)
    shapes = {name: reading.shapes[name] for name in reading.names if name in reading.shapes}
    keys = {symbol.key for symbol in symbols if symbol is not None}
    kinds = {reading.kind(shape) == "S" for name, shape in shapes.items() if reading.names[name] in keys}
    return len(keys) > 1 and kinds == {True, False}


def _means_other_numbers(docket: Docket, site: Site) -> bool:
    """Whether letters of a step may be numbers, or of other sizes, than what was said of them elsewhere."""
    sides = (site.lhs, site.rhs)
    written = [symbol for side in sides for symbol in symbols_in(side, docket.derivation.naming)]
    if any(_is_number_here(docket, symbol, site) for symbol in written):
        return True
    if any(_was_column(docket, symbol, site.position) for symbol in _raised(docket, site)):
        return True
    return _is_resized(docket, {symbol.key for symbol in written}, site)


def _concerned(site: Site, clash: Clash | None) -> list[Node]:
    """The expressions of a step that a finding rests on; none where a clash lies outside of it."""
    if clash is None:
        return [site.lhs, site.rhs]
    places = [clash.span, *(span for span, _ in clash.related)]
    if not all(site.lhs.span.holds(place) or site.rhs.span.holds(place) for place in places):
        return []
    parts = (part for side in (site.lhs, site.rhs) for part in walk(side))
    return [part for part in parts if any(place.holds(part.span) for place in places)]


def plain_letters(derivation: Derivation, site: Site) -> Iterator[Life]:
    """Of letters that are declared bold and that a step only writes plain: they may be others."""
    written: dict[str, set[str]] = {}
    for symbol in (symbol for side in (site.lhs, site.rhs) for symbol in symbols_in(side, derivation.naming)):
        written.setdefault(symbol.key, set()).add(symbol.font)
    for key in sorted(key for key, fonts in written.items() if fonts == {""}):
        life = derivation.life(key, site.position)
        declared = life.declaration if life is not None else None
        if life is not None and declared is not None and _font_at(derivation, key, declared.position) in BOLD:
            yield life


def _font_at(derivation: Derivation, key: str, position: int) -> str:
    """The font in which a letter is written where it is declared."""
    near = (one for f in derivation.formulas for one in f.statements if one.span.start == position)
    symbols = (symbol for one in near for symbol in symbols_in(one.sides[0], derivation.naming))
    return next((symbol.font for symbol in symbols if symbol.key == key), "")


def _is_resized(docket: Docket, keys: set[str], site: Site) -> bool:
    """Whether the section gives some letters new sizes, and those of others were said before it.

    What the section says of a letter only behind the step may not be meant there yet.
    """
    derivation, section_of = docket.derivation, docket.derivation.note.section_of
    anew = kept = anew_before = kept_before = False
    for key in keys:
        lives = derivation.lives.get(key, ())
        said = [one.declaration for one in lives if one.declaration and one.declaration.sizes]
        elsewhere = {one.sizes for one in said if section_of(one.position) != site.section}
        here = [one for one in said if section_of(one.position) == site.section]
        before = [one for one in here if one.position < site.position]
        anew = anew or bool(here and elsewhere - {one.sizes for one in here})
        kept = kept or bool(elsewhere and not here)
        anew_before = anew_before or bool(before and elsewhere - {before[-1].sizes})
        kept_before = kept_before or bool(elsewhere and not before)
    return (anew and kept) or (anew_before and kept_before)


def _is_number_here(docket: Docket, symbol: Symbol, site: Site) -> bool:
    """Whether a letter that is bold elsewhere is written plain where it was given a number."""
    fonts, life = docket.evidence.fonts.get(symbol.key), docket.derivation.life(symbol.key, site.position)
    definition = life.definition if life is not None else None
    if symbol.font or fonts is None or not fonts["bf"] + fonts["vec"] or definition is None:
        return False
    return next(symbols_in(definition.body, docket.derivation.naming), None) is None


def _raised(docket: Docket, site: Site) -> Iterator[Symbol]:
    """The x of every `x^2` in a step."""
    for node in (node for side in (site.lhs, site.rhs) for node in walk(side)):
        match node:
            case Apply("sup", (base, Number())):
                symbol = docket.derivation.naming.symbol(base)
                if symbol is not None:
                    yield symbol


def _was_column(docket: Docket, symbol: Symbol, position: int) -> bool:
    """Whether a letter was a column of another part of the note: where it is squared it may be a number."""
    life = docket.derivation.life(symbol.key, position)
    declared = life.declaration if life is not None and life.definition is None else None
    return (
        declared is not None
        and declared.rank in COLUMNS
        and docket.derivation.distance(declared.position, position) > 0
    )


def _squares_columns(docket: Docket, reading: Reading, site: Site) -> bool:
    """Whether a plain letter stands with a power that was taken for a column: it may well be a number."""
    columns = {key for name, key in reading.names.items() if _is_column(reading, name)}
    return any(symbol.font not in BOLD and symbol.key in columns for symbol in _raised(docket, site))


def _is_column(reading: Reading, name: str) -> bool:
    return name in reading.shapes and reading.kind(reading.shapes[name]) in COLUMNS


def _sets_to_one(docket: Docket, site: Site) -> bool:
    """Whether `p = 1` is said of a size before, in this example or section: what was a matrix is a number."""
    derivation = docket.derivation
    part = derivation.reach(site.position)
    return any(
        isinstance(other.lhs, Name) and other.lhs.text in derivation.sizes and other.rhs == Number("1")
        for other in derivation.sites
        if part.start <= other.position < site.position
    )


def _around(docket: Docket, site: Site) -> str:
    """What is written around a step, up to the ends of its paragraph."""
    note = docket.derivation.note
    text, math = note.source.text, note.maths[site.math].outer
    above = len(text[: math.start].rstrip())
    below = len(text) - len(text[math.end :].lstrip())
    first = max(text.rfind("\n\n", 0, above) + 1, above - SAID_NEAR)
    stop = text.find("\n\n", below)
    last = min(below + SAID_NEAR, stop if stop >= 0 else len(text))
    return note.english(first, above) + note.english(below, last)


def later_letters(docket: Docket, reading: Reading, site: Site) -> frozenset[str]:
    """Letters that are defined only further down, in another section."""
    derivation = docket.derivation
    found = set()
    for name in (*reading.definitions, *(str(key[0]) for key in reading.functions)):
        key, _, number = name.partition("#")
        definition = derivation.lives[key][int(number)].definition if number else None
        start = definition.span.start if definition is not None else 0
        if start > site.position and derivation.note.section_of(start) != site.section:
            found.add(key)
    return frozenset(found)


def _recalls(docket: Docket, reading: Reading) -> bool:
    """Whether a letter was declared or defined in another section: of what is random each has its own."""
    derivation = docket.derivation
    lives = (derivation.life(key, reading.origin) for key in reading.names.values())
    return any(life is not None and derivation.distance(life.start, reading.origin) > 0 for life in lives)


def _keys_below(docket: Docket, node: Node, reading: Reading) -> set[str]:
    """The symbols of an expression that the reading gave a shape."""
    shaped = set(reading.names.values())
    return {symbol.key for symbol in symbols_in(node, docket.derivation.naming)} & shaped


def _names_far_function(docket: Docket, node: Node, reading: Reading) -> bool:
    """Whether a letter is read as a function of another part of the note; here it may be a plain one."""
    called = {str(key[0]) for key in reading.functions}
    for symbol in symbols_in(node, docket.derivation.naming):
        life = docket.derivation.life(symbol.key, reading.origin)
        if life is None or life.name not in called:
            continue
        if docket.derivation.distance(life.start, reading.origin) == 2:
            return True
    return False


def _guesses_values(docket: Docket, node: Node, reading: Reading, site: Site) -> bool:
    """Whether the rank of a function's values was guessed: nobody declared it, nor did it serve."""
    for symbol in symbols_in(node, docket.derivation.naming):
        life = docket.derivation.life(symbol.key, site.position)
        choice = reading.choices.get(life.name if life is not None else symbol.key)
        if symbol.key not in docket.derivation.functions or choice is None or choice.chosen not in RANKS:
            continue
        declared = life is not None and life.declaration is not None
        if not declared and not _has_served(docket, symbol.key, choice.chosen, site):
            return True
    return False


def _is_firm(docket: Docket, key: str, site: Site, reading: Reading, depth: int = 12) -> bool:
    """Whether the shape of a symbol was said, here or once and for all, and not only guessed."""
    derivation = docket.derivation
    life = derivation.life(key, site.position)
    modes = [c.chosen for variable, c in reading.choices.items() if variable.partition("#")[0] == key]
    if "S" in modes and life is not None and life.declaration and life.declaration.rank != "S":
        return False
    if any(_has_served(docket, key, mode, site) for mode in modes):
        return True
    if life is None or _is_strange(derivation, life, site.position):
        base = key.rstrip("_")
        guessed = any(v.partition("#")[0] == key and c.chosen in RANKS for v, c in reading.choices.items())
        return base != key and not guessed and _is_firm(docket, base, site, reading, depth)
    if life.declaration is not None:
        return True
    if life.definition is None or life.definition.supposed or depth == 0:
        return False
    if _guesses_values(docket, life.definition.body, reading, site):
        return False
    if _guesses_members(life.definition.body, reading):
        return False
    if derivation.value(life) and derivation.distance(life.start, site.position) > 0:
        return False  # the value of an example elsewhere
    return all(
        _is_firm(docket, inner, site, reading, depth - 1)
        for inner in _keys_below(docket, life.definition.body, reading)
    )


def _guesses_members(body: Node, reading: Reading) -> bool:
    """Whether members are known by the pattern of their names alone: `W = (w_{c_1}, \\dots, w_{c_K})`."""
    members = any(PATTERN_LETTERS & set(key) for key in reading.names.values())
    return members and any(map(is_dots, walk(body)))


def _is_strange(derivation: Derivation, life: Life, position: int) -> bool:
    """Whether what is known of a letter was said in another chapter or example, and may not hold here."""
    if life.definition is not None and derivation.is_beside(life.definition.position, position):
        return True
    return derivation.distance(life.start, position) == 2 and not says_one_shape(derivation.lives[life.key])


def _has_served(docket: Docket, key: str, mode: str, site: Site) -> bool:
    """Whether a mode has served a verified step of the section, or of its chapter if there no other has.

    Numbers have to serve in the section itself: where nothing tells, a letter is read as one.
    """
    served, apart = docket.evidence.served, docket.derivation.apart
    if (key, mode, site.section) in served or mode == "S":
        return (key, mode, site.section) in served
    near = {other for name, other, section in served if name == key and apart(section, site.position) < 2}
    return near == {mode}
