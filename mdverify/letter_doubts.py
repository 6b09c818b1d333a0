"""What keeps a step from being accused whose letters or functions the note does not define."""

from __future__ import annotations

from mdverify.claims import Site
from mdverify.closure import has_derivative
from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.messages import message
from mdverify.report import Verdict
from mdverify.show import show
from mdverify.suspects import Answer, Suspect, readable
from mdverify.symbols import Naming, mentions
from mdverify.syntax import Apply, Name, Node, Number, walk
from mdverify.terms import Term
from mdverify.trust import plain_letters


def is_written_otherwise(suspect: Suspect) -> Answer:
    r"""`\nabla f` in a section that declares `\mathbf f`: a letter in another font may be another one."""
    derivation, site = suspect.docket.derivation, suspect.site
    for life in plain_letters(derivation, site):
        declared = life.declaration
        if declared is not None and derivation.note.section_of(declared.position) == site.section:
            return Verdict.UNCHECKED, message("shapes-guessed")
    return None


def is_undefined_function(suspect: Suspect) -> Answer:
    """A function without formula whose own value counts."""
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
    alone = [name for name in suspect.generic if (name in suspect.ones) != (name in suspect.others)]
    unsaid += [name for name in alone if _is_set(derivation, name.lstrip("?").partition("#")[0], position)]
    if unsaid:
        return Verdict.UNCHECKED, message("undefined-function", text=readable(unsaid[0]))
    return None


def _is_any_function(derivation: Derivation, name: str, position: int) -> bool:
    """Whether a function has a formula, or was said to be one and no equation binds it: `x^2 + y^2 = 9`.

    Where the formula is that of another example or section, this one may speak of another function.
    """
    key = name.partition("#")[0]
    life = derivation.life(key, position)
    if life is not None and life.definition is not None:
        return derivation.distance(life.definition.position, position) == 0
    return _is_arbitrary(derivation, name) and not _is_bound(derivation, key, position)


def _is_set(derivation: Derivation, key: str, position: int) -> bool:
    """Whether this equation sets a function that is on one side only: one said to be any, or bound."""
    if key not in derivation.lives:
        return _is_bound(derivation, key, position)
    life = derivation.life(key, position)
    return life is None or life.definition is None


def _is_bound(derivation: Derivation, key: str, position: int) -> bool:
    """Whether another equation in this part of the note asks something of a function."""
    part = derivation.reach(position)
    sites = (site for site in derivation.sites if part.start <= site.position < part.end)
    return any(_binds(site, key, derivation.naming) for site in sites if site.position != position)


def _binds(site: Site, key: str, naming: Naming) -> bool:
    """Whether an equation asks something of a function: a number it makes, or what its slope is."""
    if isinstance(site.rhs, Number):
        return mentions(site.lhs, key, naming)
    slope = mentions(site.lhs, f"{key}'", naming)
    return slope and not any(mentions(site.rhs, one, naming) for one in (key, f"{key}'"))


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


def is_undefined_symbol(suspect: Suspect) -> Answer:
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


def is_spoken_of(suspect: Suspect) -> Answer:
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


def is_jacobian(suspect: Suspect) -> Answer:
    """The derivative of a function without formula, against letters that may stand for it."""
    if suspect.generic and _vanishes(suspect):
        return Verdict.UNCHECKED, message("undefined-function", text=readable(suspect.generic[0]))
    return None


def _vanishes(suspect: Suspect) -> bool:
    """Whether one side is nothing but zero: what an undefined function depends on was hardly all found."""
    counter = suspect.outcome.counter
    return counter is not None and not (counter.lhs.any() and counter.rhs.any())
