"""Two sides that differ: an equation to solve, something we cannot know, or wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mdverify import cues
from mdverify.chance_doubts import depends_on_chance, sequences
from mdverify.claims import Site
from mdverify.closure import RANK, applies, has_derivative
from mdverify.comparison import Outcome
from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.judgement import Docket
from mdverify.messages import Message, message
from mdverify.reading import Reading
from mdverify.report import Verdict
from mdverify.resolve import recalled
from mdverify.show import show
from mdverify.suspects import Answer, Suspect, readable
from mdverify.symbols import Naming, mentions, symbols_in
from mdverify.symmetry_doubts import needs_symmetry
from mdverify.syntax import Apply, Name, Node, Number, walk
from mdverify.terms import Term, is_zero
from mdverify.trust import adds_one

FIRST_ORDER_REACH = 80
TURNED = frozenset({"skew", "cross"})  # where det = 1 makes a difference
_ROTATIONS = re.compile(cues.ROTATIONS, re.IGNORECASE)
_DENIAL = re.compile(cues.DENIAL, re.IGNORECASE)
_STOP = re.compile(r"[.。!！?？](?:\s|$)|\n\n(?=.)|\n#")
_COMMUTING = re.compile(cues.COMMUTING, re.IGNORECASE)
_FIRST_ORDER = re.compile(cues.FIRST_ORDER, re.IGNORECASE)
_MODULAR = re.compile(cues.MODULAR, re.IGNORECASE)


def accused(
    docket: Docket, site: Site, outcome: Outcome, told_condition: bool, follows: bool
) -> tuple[Verdict, Message | None]:
    """The verdict on a difference, and the reason where it is not our own.

    `told_condition` says that the author's words make an equation to solve of it, `follows` that it
    comes right after one.
    """
    reading, left, right = outcome.reading, outcome.left, outcome.right
    assert reading is not None
    assert left is not None
    assert right is not None
    suspect = Suspect(docket, site, outcome, reading, left, right, told_condition, follows)
    return _answer(suspect) or (Verdict.WRONG, None)


def _answer(suspect: Suspect) -> Answer:
    """The first test that finds something."""
    return next((found for test in TESTS if (found := test(suspect)) is not None), None)


def _is_equation(suspect: Suspect) -> Answer:
    """Something set to zero or said to be solved."""
    if is_zero(suspect.right) or is_zero(suspect.left) or suspect.told_condition or _is_eigen(suspect):
        return Verdict.CONDITION, None
    return None


def _is_eigen(suspect: Suspect) -> bool:
    """`A v = \\lambda v`, neither number nor vector of which has a formula: what they are said to be."""
    match suspect.site.lhs, suspect.site.rhs:
        case Apply("juxt", (*_, one)), Apply("juxt", (factor, other)) if one == other:
            pair = [suspect.docket.derivation.naming.symbol(node) for node in (factor, one)]
        case _:
            return False
    keys = [symbol.key for symbol in pair if symbol is not None]
    reading = suspect.reading
    names = [name for name, key in reading.names.items() if key in keys and name in reading.shapes]
    free = len(names) == len(set(keys)) == 2 and not any(name in reading.definitions for name in names)
    return free and {reading.kind(reading.shapes[name]) for name in names} == {"S", "V"}


def _is_approximate(suspect: Suspect) -> Answer:
    """What holds for small increments only."""
    names = suspect.ones | suspect.others
    increments = any("Delta(" in name or name.partition("#")[0] == "Delta" for name in names)
    if increments or _is_to_first_order(suspect.docket.derivation, suspect.site):
        return Verdict.UNCHECKED, message("first-order")
    return None


def _is_consequence(suspect: Suspect) -> Answer:
    """Concluded from an equation to be solved."""
    if suspect.follows and suspect.site.heads and not has_derivative(suspect.reading, suspect.left):
        return Verdict.CONDITION, None
    return None


def _is_beyond(suspect: Suspect) -> Answer:
    """Tensors, scalars added to matrices, claims on ranks, congruences."""
    if applies(suspect.reading, RANK, suspect.left, suspect.right):
        return Verdict.UNCHECKED, message("rank-claim")
    if applies(suspect.reading, TURNED, suspect.left, suspect.right) and _speaks_of_rotations(suspect):
        return Verdict.UNCHECKED, message("if-told")
    if suspect.reading.tensor:
        return Verdict.UNCHECKED, message("tensor")
    plain = suspect.outcome.plain.clash if suspect.outcome.plain is not None else None
    if suspect.reading.broadcasts and (plain is None or not adds_one(suspect.site, plain)):
        return Verdict.SHAPE, None
    if _is_modular(suspect):
        return Verdict.UNCHECKED, message("modular")
    return None


def _breaks_pattern(suspect: Suspect) -> Answer:
    """An entry shown in a matrix with dots that is written unlike all others, which alone are right."""
    asked = any(choice == "regular" for choice, _ in suspect.reading.answers)
    if not asked or suspect.outcome.options.unheard or suspect.tried(regular=True).kind != "agree":
        return None
    return Verdict.WRONG, message("odd-entry")


def _is_undefined_function(suspect: Suspect) -> Answer:
    """A function without formula whose own value counts, or one we supposed to be a known one."""
    bare = {
        name
        for side in (suspect.left, suspect.right)
        for name in _bare_functions(suspect.docket.derivation, side)
    }
    if bare:
        return Verdict.UNCHECKED, message("undefined-function", text=readable(min(bare)))
    whole = suspect.generic if suspect.only or not suspect.explicit else sorted(suspect.rates)
    derivation, position = suspect.docket.derivation, suspect.site.position
    unsaid = [
        name
        for name in whole
        if name not in suspect.rates or not _is_any_function(derivation, name.lstrip("?"), position)
    ]
    if unsaid:
        return Verdict.UNCHECKED, message("undefined-function", text=readable(unsaid[0]))
    return None


def _is_any_function(derivation: Derivation, name: str, position: int) -> bool:
    """Whether a function has a formula, or was said to be one and no equation binds it: `x^2 + y^2 = 9`."""
    key, part = name.partition("#")[0], derivation.reach(position)
    life = derivation.life(key, position)
    if life is not None and life.definition is not None:
        return True
    sites = (site for site in derivation.sites if part.start <= site.position < part.end)
    bound = any(isinstance(site.rhs, Number) and mentions(site.lhs, key, derivation.naming) for site in sites)
    return _is_arbitrary(derivation, name) and not bound


def _is_undefined_symbol(suspect: Suspect) -> Answer:
    """A symbol that stands on one side only, so that the step may define or determine it."""
    heads = suspect.site.place == 0
    new = suspect.only & suspect.others
    if new and not suspect.explicit:
        reason = message("undefined-symbol", text=readable(min(new)))
        return (Verdict.CONDITION if heads else Verdict.UNCHECKED), reason
    open_ended = suspect.unknown or (suspect.only and heads)
    if not suspect.explicit and open_ended and not _is_asserted(suspect):
        return Verdict.CONDITION, None
    if suspect.unknown and not _is_in_formula(suspect.docket.derivation, suspect.site):
        if _is_told_here(suspect):
            return None
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(suspect.unknown[0]))
    return None


def _is_spoken_of(suspect: Suspect) -> Answer:
    """A side that is nothing but a letter the note speaks of elsewhere, without a formula we could read.

    What words say of it (a cofactor, an adjugate) may be its definition.
    """
    naming, site = suspect.docket.derivation.naming, suspect.site
    unknown = {suspect.reading.names.get(name, name) for name in suspect.only}
    letters = [naming.symbol(_bare(side)) for side in (site.lhs, site.rhs)]
    found = [symbol for symbol in letters if symbol is not None and symbol.key in unknown]
    if not found:
        return None
    (symbol,) = found[:1]
    others = (f for number, f in enumerate(suspect.docket.derivation.formulas) if number != site.math)
    sides = (side for formula in others for statement in formula.statements for side in statement.sides)
    if any(mentions(side, symbol.key, naming) for side in sides):
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(symbol.key))
    return None


def _bare(side: Node) -> Node:
    """What is transposed, bracketed or negated."""
    match side:
        case Apply("fence" | "neg", (body,)) | Apply("sup", (body, Name("T" | "top"))):
            return _bare(body)
    return side


def _is_asserted(suspect: Suspect) -> bool:
    """`M M^T = R R^T` after `M = QR`: two expressions, and what one side lacks is written on neither.

    What the note solves for, or differentiates by, is no free letter.
    """
    derivation, site = suspect.docket.derivation, suspect.site
    naming = derivation.naming
    if any(_is_name(side, naming) for side in (site.lhs, site.rhs)):
        return False
    lost = {suspect.reading.names.get(name, "") for name in suspect.only}
    lives = (life for key in lost for life in derivation.lives.get(key, ()))
    if lost & derivation.targets.keys() or any(life.solution is not None for life in lives):
        return False
    return not any(mentions(side, key, naming) for side in (site.lhs, site.rhs) for key in lost)


def _is_name(side: Node, naming: Naming) -> bool:
    """A number, a symbol, or a function of something."""
    match side:
        case Apply("juxt", (head, Apply("fence"))):
            return naming.symbol(head) is not None
    return not isinstance(side, Apply) or naming.symbol(side) is not None


def _is_told_here(suspect: Suspect) -> bool:
    """Whether only the derivative of what this section defines has letters the other side lost."""
    inside = suspect.ones if has_derivative(suspect.reading, suspect.left) else suspect.others
    return set(suspect.unknown) <= inside and not suspect.from_afar


def _is_jacobian(suspect: Suspect) -> Answer:
    """The derivative of a function without formula, against letters that may stand for it."""
    if suspect.generic and _vanishes(suspect):
        return Verdict.UNCHECKED, message("undefined-function", text=readable(suspect.generic[0]))
    return None


def _vanishes(suspect: Suspect) -> bool:
    """Whether one side is nothing but zero: what an undefined function depends on was hardly all found."""
    counter = suspect.outcome.counter
    return counter is not None and not (counter.lhs.any() and counter.rhs.any())


def _is_held_constant(suspect: Suspect) -> Answer:
    """True of `J(x)` if a quantity in it that the note defines by x is given, like a measurement."""
    if not suspect.explicit or not suspect.reading.functions:
        return None
    opaque = suspect.outcome.options.opaque
    for name in suspect.reading.definitions:
        key = suspect.reading.names.get(name, name.partition("#")[0])
        if key.endswith("_"):
            continue
        for symmetric in (False, True):
            tried = suspect.tried(opaque=opaque | {key}, symmetric=symmetric)
            if tried.kind == "agree" and not tried.vanishes:
                return Verdict.UNCHECKED, message("if-constant", text=readable(key))
    return None


def _needs_commuting(suspect: Suspect) -> Answer:
    """A step that is true of matrices that commute, where these are spoken of."""
    note, site = suspect.docket.derivation.note, suspect.site
    text = note.source.excerpt(note.sections[site.section].span)
    spoken = any(_COMMUTING.search(said) and not _DENIAL.search(said) for said in _STOP.split(text))
    if spoken and suspect.tried(commuting=True).kind == "agree":
        return Verdict.UNCHECKED, message("if-told")
    return None


def _is_direct(suspect: Suspect) -> Answer:
    """`\\partial c_t/\\partial c_{t-1}` along the way that does not lead through the gates."""
    naming = suspect.docket.derivation.naming
    own = {key for side in (suspect.site.lhs, suspect.site.rhs) for key in _stepped(side, naming)}
    if not own:
        return None
    keys = {suspect.reading.names.get(name, "") for name in suspect.reading.definitions} - own
    tried = suspect.tried(opaque=suspect.outcome.options.opaque | keys)
    if tried.kind == "agree" and not tried.vanishes:
        return Verdict.UNCHECKED, message("if-constant", text=readable(min(keys)))
    return None


def _stepped(side: Node, naming: Naming) -> Iterator[str]:
    """Families one member of which is differentiated by another."""
    for parts in filter(None, map(derivative_parts, walk(side))):
        one = naming.symbol(parts.operand) if parts.operand is not None else None
        others = [naming.symbol(target) for target, _ in parts.targets]
        if one is not None and any(other is not None and other.key == one.key for other in others):
            yield one.key


def _is_valued(suspect: Suspect) -> Answer:
    """`r_1 = 2` where r is something elsewhere."""
    naming, site = suspect.docket.derivation.naming, suspect.site
    head = naming.symbol(site.lhs)
    numbered = head is not None and head.indices and all(isinstance(i, Number) for i in head.indices)
    if numbered and suspect.from_afar and not any(symbols_in(site.rhs, naming)):
        return Verdict.CONDITION, None
    return None


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
    supposed = _supposed(suspect.docket.derivation, suspect.reading, suspect.site.position)
    if supposed:
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(supposed))
    return None


def _supposed(derivation: Derivation, reading: Reading, position: int) -> str:
    """A symbol whose definition nobody wrote, if one was used."""
    lives = (
        derivation.life(reading.names[name], position)
        for name in reading.definitions
        if name in reading.names
    )
    used = (life for life in lives if life is not None and life.definition is not None)
    return next((life.key for life in used if life.definition is not None and life.definition.supposed), "")


def _needs_recall(suspect: Suspect) -> Answer:
    """A step that is true with what another part of the note assumes of its letters."""
    reading, derivation = suspect.reading, suspect.docket.derivation
    more = {
        key
        for name, key in reading.names.items()
        if recalled(derivation, key, suspect.site.position) - reading.assumptions.get(name, frozenset())
    }
    if not more:
        return None
    options = suspect.outcome.options
    free = {"opaque": options.opaque | more, "factors": options.factors | more}
    outcomes = [suspect.tried(recalled=True, **changes) for changes in ({}, free)]
    if any(one.kind == "agree" or (one.reason and one.reason.key == "no-sizes") for one in outcomes):
        return Verdict.UNCHECKED, message("assumed-elsewhere")
    return None


TESTS: tuple[Callable[[Suspect], Answer], ...] = (
    _is_equation,
    _is_approximate,
    _is_consequence,
    _is_beyond,
    _breaks_pattern,
    _is_undefined_function,
    _is_undefined_symbol,
    _is_spoken_of,
    _is_jacobian,
    _depends_on_chance,
    _is_limited,
    _needs_recall,
    _needs_commuting,
    _is_held_constant,
    _is_direct,
    _is_valued,
    needs_symmetry,
)


def _speaks_of_rotations(suspect: Suspect) -> bool:
    """Whether the section speaks of matrices that turn and do not reflect."""
    note = suspect.docket.derivation.note
    return _ROTATIONS.search(note.source.excerpt(note.sections[suspect.site.section].span)) is not None


def _is_modular(suspect: Suspect) -> bool:
    """Whole numbers in a section that speaks of congruences."""
    note, site = suspect.docket.derivation.note, suspect.site
    parts = [part for side in (site.lhs, site.rhs) for part in walk(side)]
    whole = all(not isinstance(part, Number) or part.text.isdigit() for part in parts)
    if not whole or any(suspect.docket.derivation.naming.symbol(part) is not None for part in parts):
        return False
    return _MODULAR.search(note.source.excerpt(note.sections[site.section].span)) is not None


def _is_to_first_order(derivation: Derivation, site: Site) -> bool:
    """Whether the sentence before a formula speaks of something small."""
    text = derivation.note.source.text
    start = derivation.note.maths[site.math].outer.start
    before = text[max(0, start - FIRST_ORDER_REACH) : start]
    return _FIRST_ORDER.search(_STOP.split(before.rstrip("\n"))[-1]) is not None


def _bare_functions(derivation: Derivation, term: Term) -> set[str]:
    """Functions nobody defined or said to be arbitrary, whose own value (not derivative) counts."""
    found = set()
    stack = [term]
    while stack:
        part = stack.pop()
        undefined = part.op == "call" and part.data.body is None
        if part.op == "deriv" or (undefined and part.data.order):
            continue
        if undefined and not _is_arbitrary(derivation, part.data.name):
            found.add(part.data.name)
        stack.extend(part.args)
    return found


def _is_arbitrary(derivation: Derivation, name: str) -> bool:
    """Whether a function was declared as such: `f: R^n → R`, "u is a function of x"."""
    key, _, number = name.partition("#")
    if number and derivation.lives[key][int(number)].declaration is not None:
        return True
    return any(d.key == key and d.told and d.spoken for d in derivation.dependences)


def _is_in_formula(derivation: Derivation, site: Site) -> bool:
    """Whether what is differentiated stands in the formula itself."""
    for node in (node for side in (site.lhs, site.rhs) for node in walk(side)):
        parts = derivative_parts(node)
        operand = parts.operand if parts is not None else None
        if operand is not None and derivation.naming.symbol(operand) is None:
            return True
        if isinstance(node, Apply) and node.op == "juxt" and show(node).startswith(r"\nabla"):
            return True
    return False
