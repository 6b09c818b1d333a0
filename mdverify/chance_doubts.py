"""What keeps a difference about something random from being accused."""

from __future__ import annotations

from mdverify.closure import closure
from mdverify.laws import names_means
from mdverify.messages import message
from mdverify.randomness import (
    RANDOM,
    has_unknown_law,
    is_determined,
    most_random,
    unclear_chances,
)
from mdverify.report import Verdict
from mdverify.suspects import Answer, Suspect
from mdverify.terms import Term

TOLD = RANDOM | {"constant", "positive"}  # what samples of a random symbol take into account, or do not need


def depends_on_chance(suspect: Suspect) -> Answer:
    """A step about what is random: wrong only if it is under every law the note allows."""
    reading, random = suspect.reading, set(suspect.reading.chances)
    if not random:
        return None
    if unclear_chances(reading):
        return Verdict.UNCHECKED, message("nothing-random")
    if any(reading.assumptions.get(name, frozenset()) - TOLD for name in random):
        return Verdict.UNCHECKED, message("nothing-random")
    degrees = [most_random(reading, closure(reading, side)) for side in (suspect.left, suspect.right)]
    unsaid = {name for name in random if not is_determined(reading, name, max(degrees))}
    uneven = degrees[0] != degrees[1] or any(has_unknown_law(reading, name) for name in unsaid)
    alone = (suspect.ones ^ suspect.others) & random
    if len(reading.measures) > 1 or max(degrees) > 2 or (unsaid and uneven) or unsaid & alone:
        return Verdict.UNCHECKED, message("law-unsaid")
    dropped = not names_means(suspect.site.rhs, suspect.docket.derivation.naming)
    excuses = ("apart", *(["centred"] if dropped else []))  # a mean that is zero is not written
    if suspect.tried(kindly="uncorrelated").kind != "differ" or any(
        suspect.tried(kindly=how).kind == "agree" for how in excuses
    ):
        return Verdict.UNCHECKED, message("if-independent")
    return None


def sequences(suspect: Suspect) -> frozenset[str]:
    """What goes like `x_t = a x_{t-1} + e_t` and may begin with a law of its own, a stationary one, say."""
    reading = suspect.reading
    return frozenset(
        reading.names[name]
        for name, definition in reading.definitions.items()
        if name in reading.names and definition.indices and _refers_to(definition.body, name)
    )


def _refers_to(body: Term, name: str) -> bool:
    """Whether a member of the same family stands in a formula."""
    return (body.op == "member" and body.data == name) or any(_refers_to(arg, name) for arg in body.args)
