"""What keeps a step from being accused that is true once some of its letters are taken otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mdverify.derivatives import derivative_parts
from mdverify.given_laws import CORE
from mdverify.messages import message
from mdverify.report import Verdict
from mdverify.resolve import recalled
from mdverify.suspects import Answer, Suspect, readable
from mdverify.symbols import Naming
from mdverify.syntax import Node, walk


def needs_recall(suspect: Suspect) -> Answer:
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
        masked = any("mask" in kinds for kinds in reading.assumptions.values())
        return Verdict.UNCHECKED, message("mask" if masked else "assumed-elsewhere")
    return None


def is_two_things(suspect: Suspect) -> Answer:
    """A letter that another section defined since a definition used here was made of it: which is meant?"""
    derivation, position, names = suspect.docket.derivation, suspect.site.position, suspect.reading.names
    keys = Counter(key for name, key in names.items() if CORE not in name)
    for key in sorted(key for key, count in keys.items() if count > 1):
        life = derivation.life(key, position)
        if life is None or life.definition is None or life.name not in names:
            continue
        if derivation.distance(life.definition.position, position) > 0:
            return Verdict.UNCHECKED, message("two-meanings", text=readable(key))
    return None


def is_held_constant(suspect: Suspect) -> Answer:
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


def is_direct(suspect: Suspect) -> Answer:
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
