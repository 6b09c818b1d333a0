"""Two sides that differ: an equation to solve, something we cannot know, or wrong."""

from __future__ import annotations

from collections.abc import Callable

from mdverify.chance_doubts import depends_on_chance, sequences
from mdverify.claims import Site
from mdverify.closure import RANK, applies, closure, has_derivative
from mdverify.comparison import Outcome, agrees_at_some_size
from mdverify.equations import Equation
from mdverify.judgement import Docket
from mdverify.letter_doubts import (
    is_jacobian,
    is_spoken_of,
    is_undefined_function,
    is_undefined_symbol,
    is_written_otherwise,
)
from mdverify.messages import Message, message
from mdverify.report import Verdict
from mdverify.suspects import Answer, Suspect, readable
from mdverify.symbols import mentions, symbols_in
from mdverify.symmetry_doubts import needs_symmetry
from mdverify.syntax import Apply, Node, Number
from mdverify.terms import is_zero
from mdverify.trial_doubts import is_direct, is_held_constant, is_two_things, needs_recall
from mdverify.word_doubts import is_approximate, is_modular, needs_commuting, needs_rotation

SIZE_ARITHMETIC = frozenset({"size", "num", "add", "sub", "mul", "div", "neg", "pow"})


def accused(
    docket: Docket,
    site: Site,
    outcome: Outcome,
    told_condition: bool,
    follows: bool,
    equation: Equation | None = None,
) -> tuple[Verdict, Message | None]:
    """The verdict on a difference, and the reason where it is not our own.

    `told_condition` says that the author's words make an equation to solve of it, `follows` that it
    comes right after one; `equation` is what the right side was put back into.
    """
    reading, left, right = outcome.reading, outcome.left, outcome.right
    assert reading is not None
    assert left is not None
    assert right is not None
    suspect = Suspect(docket, site, outcome, reading, left, right, told_condition, follows, equation)
    return _answer(suspect) or (Verdict.WRONG, None)


def _answer(suspect: Suspect) -> Answer:
    """The first test that finds something."""
    return next((found for test in TESTS if (found := test(suspect)) is not None), None)


def _is_equation(suspect: Suspect) -> Answer:
    """Something set to zero or said to be solved."""
    if is_zero(suspect.right) or is_zero(suspect.left) or suspect.told_condition:
        return Verdict.CONDITION, None
    found = _is_eigen(suspect) or _equates_members(suspect) or _is_balance(suspect)
    return (Verdict.CONDITION, None) if found else None


def _is_balance(suspect: Suspect) -> bool:
    """`A w = s w` after something came to `A w - s w`: where that vanishes."""
    site, sites = suspect.site, suspect.docket.derivation.sites
    before = (other for other in sites if other.section == site.section and other.position < site.position)
    balanced = (site.lhs, site.rhs), (site.rhs, site.lhs)
    return any(
        isinstance(side, Apply) and side.op == "-" and side.args in balanced
        for other in before
        for side in (other.lhs, other.rhs)
    )


def _equates_members(suspect: Suspect) -> bool:
    """`p_0 = p_1`, `c_1^2 = c_2^2`: one member of a family is set equal to another."""
    naming = suspect.docket.derivation.naming
    match suspect.site.lhs, suspect.site.rhs:
        case Apply("sup", (one, Number() as power)), Apply("sup", (other, Number() as same)) if power == same:
            pair = naming.symbol(one), naming.symbol(other)
        case one, other:
            pair = naming.symbol(one), naming.symbol(other)
    first, second = pair
    if first is None or second is None or first.key != second.key:
        return False
    return all(isinstance(index, Number) for symbol in (first, second) for index in symbol.indices) and bool(
        first.indices
    )


def _is_eigen(suspect: Suspect) -> bool:
    """`A v = \\lambda v`, neither number nor vector of which has a formula: what they are said to be.

    The number may be written out in letters of the matrix: `A v = (v^T A v) v`.
    """
    naming, reading = suspect.docket.derivation.naming, suspect.reading
    parts: tuple[Node, ...]
    match suspect.site.lhs, suspect.site.rhs:
        case Apply("juxt", (matrix, one)), Apply("juxt", (Apply("fence", (factor,)), other)) if one == other:
            symbol = naming.symbol(matrix)
            if symbol is None or not mentions(factor, symbol.key, naming):
                return False
            parts, kinds = (one,), {"V"}
        case Apply("juxt", (*_, one)), Apply("juxt", (factor, other)) if one == other:
            parts, kinds = (factor, one), {"S", "V"}
        case _:
            return False
    keys = {symbol.key for part in parts if (symbol := naming.symbol(part)) is not None}
    names = [name for name, key in reading.names.items() if key in keys and name in reading.shapes]
    known = any(name in reading.definitions and not _is_later(suspect, name) for name in names)
    free = len(names) == len(keys) == len(kinds) and not known
    return free and {reading.kind(reading.shapes[name]) for name in names} == kinds


def _is_later(suspect: Suspect, name: str) -> bool:
    """Whether a letter is only defined behind the step: `A v = \\lambda v`, so `\\lambda = v^T A v`."""
    key, _, number = name.partition("#")
    life = suspect.docket.derivation.lives[key][int(number)] if number.isdigit() else None
    return (
        life is not None and life.definition is not None and life.definition.position > suspect.site.position
    )


def _ties_sizes(suspect: Suspect) -> Answer:
    """`p + q = D`: a size by other sizes; those we hand out keep to no such equation."""
    sides = (suspect.left, suspect.right)
    parts = {part.op for side in sides for part in closure(suspect.reading, side)}
    if any(side.op == "size" for side in sides) and parts <= SIZE_ARITHMETIC:
        return Verdict.CONDITION, None
    return None


def _is_solved(suspect: Suspect) -> Answer:
    """`A x = b`, of which the note says next what x is."""
    derivation, position = suspect.docket.derivation, suspect.site.position
    solved = set()
    for key in suspect.reading.names.values():
        life = derivation.life(key, position)
        solution = life.solution if life is not None else None
        if (
            solution is not None
            and position < solution.position
            and derivation.distance(solution.position, position) == 0
        ):
            solved.add(key)
    if solved and suspect.tried(solved=suspect.outcome.options.solved | solved).kind == "agree":
        return Verdict.CONDITION, None
    return None


def _is_consequence(suspect: Suspect) -> Answer:
    """Concluded from an equation to be solved."""
    if suspect.follows and suspect.site.heads and not has_derivative(suspect.reading, suspect.left):
        return Verdict.CONDITION, None
    return None


def _is_valued(suspect: Suspect) -> Answer:
    """`r_1 = 2` where r is something elsewhere."""
    naming, site = suspect.docket.derivation.naming, suspect.site
    head = naming.symbol(site.lhs)
    numbered = head is not None and head.indices and all(isinstance(i, Number) for i in head.indices)
    if numbered and suspect.from_afar and not any(symbols_in(site.rhs, naming)):
        return Verdict.CONDITION, None
    return None


def _is_beyond(suspect: Suspect) -> Answer:
    """Claims on ranks, tensors, scalars added to matrices."""
    if applies(suspect.reading, RANK, suspect.left, suspect.right):
        return Verdict.UNCHECKED, message("rank-claim")
    if suspect.reading.tensor:
        return Verdict.UNCHECKED, message("tensor")
    if suspect.reading.biased:
        turned = suspect.tried(turned=not suspect.outcome.options.turned)
        if turned.kind != "differ":
            return Verdict.UNCHECKED, message("shapes-guessed")
    if suspect.reading.broadcasts:
        return Verdict.SHAPE, None
    return None


def _is_sized(suspect: Suspect) -> Answer:
    """True at a size that the note does not tell: `tr(I) = 4` among rotations and shifts."""
    if agrees_at_some_size(suspect.case, suspect.outcome):
        return Verdict.UNCHECKED, message("only-sometimes")
    return None


def _breaks_pattern(suspect: Suspect) -> Answer:
    """An entry shown in a matrix with dots that is written unlike all others, which alone are right."""
    asked = any(choice == "regular" for choice, _ in suspect.reading.answers)
    if not asked or suspect.outcome.options.unheard or suspect.tried(regular=True).kind != "agree":
        return None
    return Verdict.WRONG, message("odd-entry")


def _depends_on_chance(suspect: Suspect) -> Answer:
    """A step about something random, read with and without the sequences that make it up."""
    found = depends_on_chance(suspect)
    moving = sequences(suspect) if suspect.reading.chances else None
    if found is not None or not moving:
        return found
    without = suspect.tried(opaque=suspect.outcome.options.opaque | moving)
    if without.kind != "differ":
        return Verdict.UNCHECKED, message("law-unsaid")
    return _answer(suspect.under(without))


def _is_limited(suspect: Suspect) -> Answer:
    """Our own limits: a plausible reading we cannot judge, or shapes that are mere guesses."""
    if suspect.outcome.limited is not None:
        return Verdict.UNCHECKED, suspect.outcome.limited
    if suspect.reading.untied:
        return Verdict.UNCHECKED, message("shapes-guessed")
    supposed = _supposed(suspect)
    if supposed and not (supposed <= suspect.docket.derivation.bars and _differs_without(suspect, supposed)):
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(min(supposed)))
    return None


def _differs_without(suspect: Suspect, supposed: frozenset[str]) -> bool:
    """Whether a step is wrong of the means that bars stand for, and of any numbers in their place."""
    return suspect.tried(opaque=suspect.outcome.options.opaque | supposed).kind == "differ"


def _supposed(suspect: Suspect) -> frozenset[str]:
    """The symbols whose definition nobody wrote that were used."""
    derivation, reading, position = suspect.docket.derivation, suspect.reading, suspect.site.position
    lives = (
        derivation.life(reading.names[name], position)
        for name in reading.definitions
        if name in reading.names
    )
    return frozenset(
        life.key for life in lives if life is not None and life.definition and life.definition.supposed
    )


TESTS: tuple[Callable[[Suspect], Answer], ...] = (
    _is_equation,
    _ties_sizes,
    is_approximate,
    _is_consequence,
    needs_rotation,
    _is_beyond,
    is_modular,
    _breaks_pattern,
    is_undefined_function,
    is_undefined_symbol,
    is_spoken_of,
    is_written_otherwise,
    is_jacobian,
    _depends_on_chance,
    _is_limited,
    needs_recall,
    is_two_things,
    needs_commuting,
    is_held_constant,
    is_direct,
    _is_valued,
    _is_solved,
    needs_symmetry,
    _is_sized,
)
