"""Two sides that differ: an equation to solve, something we cannot know, or wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from mdverify.attempt import attempt
from mdverify.calculus import LAYOUTS
from mdverify.case import Case
from mdverify.claims import Site
from mdverify.closure import free_names, has_derivative
from mdverify.comparison import Outcome
from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.judgement import Docket
from mdverify.messages import Message, message
from mdverify.reading import Options, Reading
from mdverify.report import Verdict
from mdverify.show import show
from mdverify.syntax import Apply, walk
from mdverify.terms import Term, is_zero
from mdverify.trust import guessed_generics

SYMMETRY_WORDS = (
    "symmetr",
    "symetr",
    "simétr",
    "simmetr",
    "симметр",
    "对称",
    "對稱",
    "対称",
    "대칭",
    "hessian",
    "covarian",
)
_SYMMETRY = re.compile("|".join(SYMMETRY_WORDS))
DENIALS = ("not ", "no ", "without", "n't", "不", "没有", "非", "无")
CONSEQUENCES = frozenset({"Rightarrow", "implies", "therefore", "iff", "Leftrightarrow"})
SYMMETRY_REACH = (400, 200)  # characters before and after a step in which symmetry is looked for
DENIAL_REACH = 40
Answer = tuple[Verdict, Message | None] | None


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
    suspect = _Suspect(docket, site, outcome, reading, left, right, told_condition, follows)
    for test in TESTS:
        found = test(suspect)
        if found is not None:
            return found
    return Verdict.WRONG, None


@dataclass(frozen=True)
class _Suspect:
    """A step whose sides differ, under the reading in which they do."""

    docket: Docket
    site: Site
    outcome: Outcome
    reading: Reading
    left: Term
    right: Term
    told_condition: bool
    follows: bool

    @cached_property
    def ones(self) -> frozenset[str]:
        """What the left side depends on; names of generic functions begin with "?"."""
        return free_names(self.reading, self.left)

    @cached_property
    def others(self) -> frozenset[str]:
        """What the right side depends on."""
        return free_names(self.reading, self.right)

    @cached_property
    def generic(self) -> list[str]:
        """The undefined quantities of both sides."""
        return sorted(name for name in self.ones | self.others if name.startswith("?"))

    @cached_property
    def only(self) -> set[str]:
        """What only one side depends on."""
        return {name for name in self.ones ^ self.others if not name.startswith("?")}

    @cached_property
    def unknown(self) -> list[str]:
        """What only one side depends on and the note says nothing of."""
        return sorted(name for name in self.only if "#" not in name)

    @cached_property
    def explicit(self) -> bool:
        """Whether a derivative is taken on either side."""
        return has_derivative(self.reading, self.left) or has_derivative(self.reading, self.right)


def _is_equation(suspect: _Suspect) -> Answer:
    """Something set to zero, said to be solved, or concluded from what is."""
    if is_zero(suspect.right) or is_zero(suspect.left) or suspect.told_condition:
        return Verdict.CONDITION, None
    follows = CONSEQUENCES & set(suspect.site.lead) or suspect.follows
    if follows and suspect.site.heads and not has_derivative(suspect.reading, suspect.left):
        return Verdict.CONDITION, None
    return None


def _is_beyond(suspect: _Suspect) -> Answer:
    """Tensors, scalars added to matrices, and first-order approximations."""
    if suspect.reading.tensor:
        return Verdict.UNCHECKED, message("tensor")
    if suspect.reading.broadcasts:
        return Verdict.SHAPE, None
    names = suspect.ones | suspect.others
    if any("Delta(" in name or name.partition("#")[0] == "Delta" for name in names):
        return Verdict.UNCHECKED, message("first-order")
    if any(name.startswith("∈") for name in suspect.only):
        return Verdict.UNCHECKED, message("index-sets")
    return None


def _is_undefined_function(suspect: _Suspect) -> Answer:
    """A function without formula whose own value counts."""
    bare = {
        name
        for side in (suspect.left, suspect.right)
        for name in _bare_functions(suspect.docket.derivation, side)
    }
    if bare:
        return Verdict.UNCHECKED, message("undefined-function", text=readable(min(bare)))
    if suspect.generic and (suspect.only or not suspect.explicit):
        return Verdict.UNCHECKED, message("undefined-function", text=readable(suspect.generic[0]))
    return None


def _is_undefined_symbol(suspect: _Suspect) -> Answer:
    """A symbol that stands on one side only, so that the step may define or determine it."""
    heads = suspect.site.place == 0
    new = suspect.only & suspect.others
    if new and not suspect.explicit:
        reason = message("undefined-symbol", text=readable(min(new)))
        return (Verdict.CONDITION if heads else Verdict.UNCHECKED), reason
    if not suspect.explicit and (suspect.unknown or (suspect.only and heads)):
        return Verdict.CONDITION, None
    if suspect.unknown and not _is_in_formula(suspect.docket.derivation, suspect.site):
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(suspect.unknown[0]))
    return None


def _is_limited(suspect: _Suspect) -> Answer:
    """Our own limits: a plausible reading we cannot judge, or shapes that are mere guesses."""
    if suspect.outcome.limited is not None:
        return Verdict.UNCHECKED, suspect.outcome.limited
    if guessed_generics(suspect.docket, suspect.reading, suspect.site.position):
        return Verdict.UNCHECKED, message("shapes-guessed")
    new = suspect.only & suspect.others
    if new and _from_afar(suspect.docket.derivation, suspect.reading, suspect.site.position):
        return Verdict.UNCHECKED, message("undefined-symbol", text=readable(min(new)))
    return None


def _needs_symmetry(suspect: _Suspect) -> Answer:
    """A step that is true for symmetric matrices: wrong, unless symmetry is spoken of nearby."""
    if not _true_if_symmetric(suspect.docket, suspect.site, suspect.outcome, suspect.reading):
        return None
    spoken = _speaks_of_symmetry(suspect.docket.derivation, suspect.site)
    return (Verdict.UNCHECKED if spoken else Verdict.WRONG), message("if-symmetric")


TESTS: tuple[Callable[[_Suspect], Answer], ...] = (
    _is_equation,
    _is_beyond,
    _is_undefined_function,
    _is_undefined_symbol,
    _is_limited,
    _needs_symmetry,
)


def _from_afar(derivation: Derivation, reading: Reading, position: int) -> bool:
    """Whether a definition of another section stands behind a symbol: here the letter may be free."""
    lives = (derivation.life(reading.names.get(name, name), position) for name in reading.definitions)
    return any(
        life is not None
        and life.definition is not None
        and derivation.distance(life.definition.position, position) > 0
        for life in lives
    )


def _true_if_symmetric(docket: Docket, site: Site, outcome: Outcome, reading: Reading) -> bool:
    """Whether the step would be true if its matrices were symmetric."""
    if not any(reading.kind(shape) == "M" for shape in reading.shapes.values()):
        return False
    case = Case(docket.derivation, docket.evidence, site.lhs, site.rhs, site.position)
    return any(
        attempt(case, replace(options, layout=layout, symmetric=True), sure=False).kind == "agree"
        for options in dict.fromkeys((outcome.options, Options()))
        for layout in LAYOUTS
    )


def _speaks_of_symmetry(derivation: Derivation, site: Site) -> bool:
    """Symmetry named nearby, in whatever language, by words no cue understood."""
    before, after = SYMMETRY_REACH
    start = max(0, site.position - before)
    text = derivation.note.source.text.lower()
    understood = [f.span for f in derivation.facts if "symmetric" in f.kind or "definite" in f.kind]
    places = (match.start() for match in _SYMMETRY.finditer(text, start, site.position + after))
    return any(
        not any(span.start <= at < span.end for span in understood)
        and not any(word in text[max(0, at - DENIAL_REACH) : at] for word in DENIALS)
        for at in places
    )


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


def readable(name: str) -> str:
    """A name as the author would know it: without the number of its life, its font and its indices."""
    return name.lstrip("?").partition("#")[0].removeprefix("bf:").rstrip("_").removesuffix("^()")
