"""Two sides that differ: an equation to solve, something we cannot know, or wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import permutations

from mdverify import cues
from mdverify.chance_doubts import depends_on_chance, has_open_sum, sequences
from mdverify.claims import Site
from mdverify.closure import RANK, applies, closure, has_derivative, is_named
from mdverify.comparison import Outcome
from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.functions import SIGMOIDS, SUPPOSED, SUPPOSITIONS
from mdverify.judgement import Docket
from mdverify.label_doubts import is_labelled
from mdverify.lives import is_about
from mdverify.messages import Message, message
from mdverify.reading import Reading, depends, root
from mdverify.report import Verdict
from mdverify.resolve import recalled
from mdverify.sampling import CONSTRAINTS
from mdverify.show import show
from mdverify.suspects import Answer, Suspect, readable
from mdverify.symbols import Naming, Symbol, mentions, symbols_in
from mdverify.symmetry_doubts import needs_symmetry
from mdverify.syntax import Apply, Name, Node, Number, walk
from mdverify.terms import Term, is_zero
from mdverify.trust import adds_one, guessed_generics, later_letters

LINEWISE = frozenset({"softmax-rows"})
CONSEQUENCES = frozenset({"Rightarrow", "implies", "therefore", "iff", "Leftrightarrow"})
FIRST_ORDER_REACH = 80
CONSTRAINED = frozenset(kind for kinds, _ in CONSTRAINTS for kind in kinds)  # what says more than a formula
CONDITIONAL = frozenset({"expm", "skew", "cross"})  # where commuting matrices, or det = 1, make a difference
_CONDITIONS = re.compile(cues.CONDITIONS_ON_MATRICES, re.IGNORECASE)
_COMMUTING = re.compile(cues.COMMUTING, re.IGNORECASE)
_ORTHONORMAL = re.compile(cues.ORTHONORMAL, re.IGNORECASE)
_DENIAL = re.compile(cues.DENIAL, re.IGNORECASE)
_MODULAR = re.compile(cues.MODULAR, re.IGNORECASE)
_STOP = re.compile(r"[.。!！?？](?:\s|$)|\n\n(?=.)|\n#")
_FIRST_ORDER = re.compile(cues.FIRST_ORDER, re.IGNORECASE)


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
    follows = CONSEQUENCES & set(suspect.site.lead) or suspect.follows
    if follows and suspect.site.heads and not has_derivative(suspect.reading, suspect.left):
        return Verdict.CONDITION, None
    return None


def _is_beyond(suspect: Suspect) -> Answer:
    """Tensors, scalars added to matrices, claims on ranks, congruences."""
    if applies(suspect.reading, RANK, suspect.left, suspect.right):
        return Verdict.UNCHECKED, message("rank-claim")
    if applies(suspect.reading, CONDITIONAL, suspect.left, suspect.right) and _speaks_of_conditions(suspect):
        return Verdict.UNCHECKED, message("if-told")
    if suspect.reading.tensor:
        return Verdict.UNCHECKED, message("tensor")
    if not suspect.docket.derivation.lines_meant and applies(
        suspect.reading, LINEWISE, suspect.left, suspect.right
    ):
        return Verdict.UNCHECKED, message("matrix-function", text="softmax")
    plain = suspect.outcome.plain.clash if suspect.outcome.plain is not None else None
    if suspect.reading.broadcasts and (plain is None or not adds_one(suspect.site, plain)):
        return Verdict.SHAPE, None
    if _is_modular(suspect):
        return Verdict.UNCHECKED, message("modular")
    if any(name.startswith("∈") for name in suspect.only):
        return Verdict.UNCHECKED, message("index-sets")
    return None


def _is_primed(suspect: Suspect) -> Answer:
    """A prime nobody explains, where transposes do not differ."""
    if (
        suspect.case.primed
        and not suspect.outcome.options.primes
        and suspect.tried(primes=True).kind == "uncertain"
    ):
        return Verdict.UNCHECKED, message("prime-unsaid")
    return None


def _is_named(suspect: Suspect) -> Answer:
    """True if a letter that a derivative was once set equal to is free: it may be a number or a law."""
    derivation, reading = suspect.docket.derivation, suspect.reading
    position, used = suspect.site.position, reading.definitions
    named = {reading.names[name] for name in used if name in reading.names}
    named = {key for key in named if is_named(derivation, key, position)}
    opaque = suspect.outcome.options.opaque | named
    if named and suspect.tried(opaque=opaque).kind == "agree":
        return Verdict.UNCHECKED, message("if-constant", text=readable(min(named)))
    return None


def _breaks_pattern(suspect: Suspect) -> Answer:
    """An entry shown in a matrix with dots that is written unlike all others, which alone are right."""
    asked = any(choice == "regular" for choice, _ in suspect.reading.answers)
    if not asked or suspect.outcome.options.unheard or suspect.tried(regular=True).kind != "agree":
        return None
    return Verdict.WRONG, message("odd-entry")


def _is_undefined_function(suspect: Suspect) -> Answer:
    """A function without formula whose own value counts, or one we supposed to be a known one."""
    supposed = suspect.reading.choices.get(SUPPOSED)
    if supposed is not None and supposed.chosen != SUPPOSITIONS[0][1]:
        return Verdict.UNCHECKED, message("undefined-function", text=min(SIGMOIDS))
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


def _is_implicit(suspect: Suspect) -> Answer:
    """Changes of what an equation gives by itself, like `z = g(W z + U x)`: they have to be solved for."""
    derivation, site = suspect.docket.derivation, suspect.site
    part = derivation.reach(site.position)
    for other in derivation.sites:
        defined = other.defines
        if defined is None or defined.indices or not part.start <= other.position < site.position:
            continue
        itself = mentions(defined.body, defined.key, derivation.naming)
        named = is_about(defined.body, defined.key, derivation.naming)  # `u = u(x)`
        if itself and not named and _moves(suspect, defined.key):
            return Verdict.UNCHECKED, message("too-deep")
    return None


def _moves(suspect: Suspect, key: str) -> bool:
    """Whether a step is about the change of a letter: `dz`, `∂z/∂x`."""
    derivation, site = suspect.docket.derivation, suspect.site
    start, end = site.lhs.span.start, site.rhs.span.end
    if any(start <= place < end for place in derivation.differentials.get(key, ())):
        return True
    parts = (derivative_parts(node) for side in (site.lhs, site.rhs) for node in walk(side))
    operands = (one.operand for one in parts if one is not None and one.operand is not None)
    return any(mentions(operand, key, derivation.naming) for operand in operands)


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
    left = has_derivative(suspect.reading, suspect.left)
    right = has_derivative(suspect.reading, suspect.right)
    stands_for_it = left != right and _has_free_matrix(suspect, suspect.others if left else suspect.ones)
    if suspect.generic and (stands_for_it or _vanishes(suspect) or _is_family(suspect)):
        return Verdict.UNCHECKED, message("undefined-function", text=readable(suspect.generic[0]))
    return None


def _has_free_matrix(suspect: Suspect, names: frozenset[str]) -> bool:
    """Whether a matrix without formula is among the names: it may be the Jacobian."""
    shapes = suspect.reading.shapes
    return any(name in shapes and suspect.reading.kind(shapes[name]) == "M" for name in names)


def _is_family(suspect: Suspect) -> bool:
    """Whether members without formula are functions of other members: perhaps each only of its own."""
    reading = suspect.reading
    return any(
        name in reading.slots and any(argument.op == "every" for argument in generic.arguments)
        for name, generic in reading.generics.items()
    )


def _vanishes(suspect: Suspect) -> bool:
    """Whether one side is nothing but zero: what an undefined function depends on was hardly all found."""
    counter = suspect.outcome.counter
    return counter is not None and not (counter.lhs.any() and counter.rhs.any())


def _is_unlinked(suspect: Suspect) -> Answer:
    """`X` on one side and `x_i` on the other, though nobody said that the one is made of the other."""
    for one in sorted(suspect.only):
        across = suspect.others if one in suspect.ones else suspect.ones
        for other in sorted(across):
            keys = one.partition("#")[0], other.partition("#")[0]
            indexed = any(key.endswith(("_", "^()")) for key in keys)
            if indexed and keys[0] != keys[1] and _letter(keys[0]) == _letter(keys[1]):
                return Verdict.UNCHECKED, message("parts-unsaid", one=readable(one), other=readable(other))
    return None


def _is_overlooked(suspect: Suspect) -> Answer:
    """A derivative by x that is 0 beside `x_1`, or by `W = W_0 + BA` beside an `h` made of the same letters.

    Nobody said that x is made of the x_1, nor that h depends on W; it may well be meant.
    """
    reading = suspect.reading
    keys = set(reading.names.values())
    for target in sorted(keys):
        entry = next((key for key in sorted(keys) if key.startswith(f"{target}_{{")), "")
        if entry and _vanishes(suspect):
            return Verdict.UNCHECKED, message("parts-unsaid", one=readable(target), other=readable(entry))
    for generic in reading.generics.values():
        known = [one for one in generic.arguments if root(one) in reading.definitions]
        for one, other in permutations(known, 2):
            if not depends(other, one, reading) and _shares(reading, one, other):
                names = readable(root(one)), readable(root(other))
                return Verdict.UNCHECKED, message("parts-unsaid", one=names[0], other=names[1])
    return None


def _shares(reading: Reading, one: Term, other: Term) -> bool:
    """Whether all a quantity is made of is in another one as well."""
    parts = {part.data for part in closure(reading, one) if part.op == "sym" and _is_free(reading, part.data)}
    others = {part.data for part in closure(reading, other) if part.op == "sym"}
    return len(parts) > 1 and parts <= others


def _is_free(reading: Reading, name: str) -> bool:
    """Whether a symbol has no formula."""
    return name in reading.shapes and name not in reading.definitions and name not in reading.generics


def _letter(key: str) -> str:
    """The letter of a key, whatever its case, font and indices."""
    return key.partition("_")[0].removesuffix("^()").rpartition(":")[2].lower()


def _is_unrelated(suspect: Suspect) -> Answer:
    """`\\partial L/\\partial u` where the note defines both, and nothing in the formula of L is written in u.

    Then that formula is not meant, and L is whatever depends on u.
    """
    reading = suspect.reading
    for part in (part for side in (suspect.left, suspect.right) for part in _derivatives(side)):
        (body,) = part.args
        called = body.op == "call" and body.data.body is not None
        name = body.data.name if called else body.data if body.op in ("sym", "member") else ""
        if not called and name not in reading.definitions:
            continue
        lost = (root(one.term) for one in part.data.targets if not depends(body, one.term, reading))
        known = next((one for one in lost if one in reading.definitions), None)
        if known is None:
            continue
        key = reading.names.get(name, name.partition("#")[0])
        without = suspect.tried(opaque=suspect.outcome.options.opaque | {key})
        if without.kind == "differ":
            return _answer(suspect.under(without))
        return Verdict.UNCHECKED, message("parts-unsaid", one=readable(name), other=readable(known))
    return None


def _derivatives(term: Term) -> Iterator[Term]:
    """The derivatives a term is made of."""
    if term.op == "deriv":
        yield term
    for arg in term.args:
        yield from _derivatives(arg)


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


def _needs_more(suspect: Suspect) -> Answer:
    """A step that is true of matrices that commute, or of orthonormal families, where these are spoken of."""
    note, site = suspect.docket.derivation.note, suspect.site
    text = note.source.excerpt(note.sections[site.section].span)
    for choice, spoken in (("commuting", _COMMUTING), ("orthonormal", _ORTHONORMAL)):
        if _is_spoken(spoken, text) and suspect.tried(**{choice: True}).kind == "agree":
            return Verdict.UNCHECKED, message("if-told")
    return None


def _is_spoken(words: re.Pattern[str], text: str) -> bool:
    """Whether a sentence has one of the words and denies nothing."""
    return any(words.search(said) and not _DENIAL.search(said) for said in _STOP.split(text))


def _is_valued(suspect: Suspect) -> Answer:
    """`r_1 = r_0 - …` where the note gives r_0 a value, or `r_1 = 2` where r is something elsewhere."""
    derivation, site = suspect.docket.derivation, suspect.site
    symbol = derivation.naming.symbol
    head = symbol(site.lhs)
    if _is_numbered(head) and suspect.from_afar and not any(symbols_in(site.rhs, derivation.naming)):
        return Verdict.CONDITION, None
    sides = (found for side in (site.lhs, site.rhs) for found in symbols_in(side, derivation.naming))
    used = {(found.key, found.indices) for found in sides if _is_numbered(found)}
    others = (other for other in derivation.sites if other.position != site.position and other.heads)
    stated = {
        (found.key, found.indices)
        for other in others
        if other.relation.sign == "=" and (found := symbol(other.lhs)) is not None
    }
    known = sorted(key for key, _ in used & stated)
    return (Verdict.UNCHECKED, message("example")) if known else None


def _is_numbered(symbol: Symbol | None) -> bool:
    """`r_1`."""
    return symbol is not None and bool(symbol.indices) and all(isinstance(i, Number) for i in symbol.indices)


def _begins_somewhere(suspect: Suspect) -> Answer:
    """A recursion of which nobody says where it begins, true if that is zero."""
    open_ended = any(
        definition.indices and definition.first is None for definition in suspect.reading.definitions.values()
    )
    if open_ended and not suspect.outcome.options.closed and suspect.tried(closed=True).kind == "agree":
        return Verdict.UNCHECKED, message("start-unsaid")
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
    if suspect.outcome.options.unheard or suspect.reading.untied:
        return Verdict.UNCHECKED, message("shapes-guessed")
    if guessed_generics(suspect.docket, suspect.reading, suspect.site.position):
        return Verdict.UNCHECKED, message("shapes-guessed")
    supposed = _supposed(suspect.docket.derivation, suspect.reading, suspect.site.position)
    if supposed:
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(supposed))
    later = later_letters(suspect.docket, suspect.reading, suspect.site)
    if later:
        without = suspect.tried(opaque=suspect.outcome.options.opaque | later)
        if without.kind != "differ":
            return Verdict.UNCHECKED, message("defined-later")
        return _answer(suspect.under(without))
    new = suspect.only & suspect.others
    if new and suspect.from_afar:
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(min(new)))
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


def _forgets_assumption(suspect: Suspect) -> Answer:
    """True of an orthogonal `V = (v_1, …, v_n)` as such: its formula alone does not make it orthogonal."""
    reading = suspect.reading
    told = {
        reading.names[name]
        for name, kinds in reading.assumptions.items()
        if name in reading.definitions and kinds & CONSTRAINED
    }
    tried = suspect.tried(opaque=suspect.outcome.options.opaque | told) if told else None
    if tried is not None and tried.kind == "agree" and not tried.vanishes:
        return Verdict.UNCHECKED, message("if-told")
    return None


TESTS: tuple[Callable[[Suspect], Answer], ...] = (
    _is_equation,
    _is_approximate,
    _is_consequence,
    _is_beyond,
    _is_primed,
    _is_named,
    _breaks_pattern,
    has_open_sum,
    _is_undefined_function,
    _is_implicit,
    _is_undefined_symbol,
    _is_spoken_of,
    is_labelled,
    _is_jacobian,
    _is_unlinked,
    _is_overlooked,
    _is_unrelated,
    _depends_on_chance,
    _is_limited,
    _needs_recall,
    _forgets_assumption,
    _needs_more,
    _is_held_constant,
    _is_direct,
    _is_valued,
    _begins_somewhere,
    needs_symmetry,
)


def _speaks_of_conditions(suspect: Suspect) -> bool:
    """Whether the section speaks of matrices that commute, or of rotations."""
    note = suspect.docket.derivation.note
    text = note.source.excerpt(note.sections[suspect.site.section].span)
    return _CONDITIONS.search(text) is not None


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
