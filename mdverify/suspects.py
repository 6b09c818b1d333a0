"""A step whose sides differ, with all that may be asked of it before it is accused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mdverify.attempt import attempt
from mdverify.case import Case
from mdverify.claims import Site
from mdverify.closure import DERIVING, closure, free_names, has_derivative
from mdverify.comparison import Outcome
from mdverify.equations import Equation
from mdverify.judgement import Docket
from mdverify.messages import Message
from mdverify.randomness import is_determined
from mdverify.reading import Reading, root
from mdverify.report import Verdict
from mdverify.symbols import BARRED
from mdverify.terms import Term

CONSTANTS = frozenset({"const", "Const", "constant", "Konstante", "constante"})  # no derivative depends on it
Answer = tuple[Verdict, Message | None] | None


@dataclass(frozen=True)
class Suspect:
    """A step whose sides differ, under the reading in which they do."""

    docket: Docket
    site: Site
    outcome: Outcome
    reading: Reading
    left: Term
    right: Term
    told_condition: bool
    follows: bool
    equation: Equation | None = None

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
        """What only one side depends on, what an expectation takes out left aside."""
        alone = {name for name in self.ones ^ self.others if not name.startswith("?")}
        taken = {name for name in alone if is_determined(self.reading, name, 2)}
        sides = [side for side in (self.ones, self.others) if taken & side]
        if len(sides) == 1 and all(is_determined(self.reading, name, 2) for name in self.reading.chances):
            parameters = self.docket.derivation.laws.parameters
            taken |= {name for name in alone & sides[0] if self.reading.names.get(name, name) in parameters}
        return alone - taken

    @cached_property
    def unknown(self) -> list[str]:
        """What only one side depends on and the note says nothing of."""
        ignored = CONSTANTS if self.explicit else frozenset[str]()
        return sorted(name for name in self.only if "#" not in name and name not in ignored)

    @cached_property
    def explicit(self) -> bool:
        """Whether a derivative is taken on either side."""
        return has_derivative(self.reading, self.left) or has_derivative(self.reading, self.right)

    @cached_property
    def rates(self) -> frozenset[str]:
        """Undefined quantities of whose derivatives one side knows what the other does not say.

        One side differentiates some and the other none of them, or not as often.
        """
        ones, others = (_moving(self.reading, side) for side in (self.left, self.right))
        shared = ones.keys() & others.keys()
        if shared:
            return frozenset(name for name in shared if ones[name] != others[name])
        derives = [has_derivative(self.reading, side) for side in (self.left, self.right)]
        told = all(derives) and not (ones and others)
        return frozenset() if told else frozenset(ones | others)

    @cached_property
    def from_afar(self) -> bool:
        """Whether a definition of another section stands behind a symbol: here the letter may be free."""
        derivation, reading, position = self.docket.derivation, self.reading, self.site.position
        lives = (derivation.life(reading.names.get(name, name), position) for name in reading.definitions)
        return any(
            life is not None
            and life.definition is not None
            and derivation.distance(life.definition.position, position) > 0
            for life in lives
        )

    @cached_property
    def case(self) -> Case:
        """The step as a question; it remembers what came of being tried."""
        docket, site = self.docket, self.site
        position = site.position if self.equation is None else self.equation.position
        return Case(docket.derivation, docket.evidence, site.lhs, site.rhs, position, equation=self.equation)

    def under(self, outcome: Outcome) -> Suspect:
        """The same step under another reading in which its sides differ."""
        reading, left, right = outcome.reading, outcome.left, outcome.right
        assert reading is not None
        assert left is not None
        assert right is not None
        return replace(self, outcome=outcome, reading=reading, left=left, right=right)

    def tried(self, **changes: Any) -> Outcome:
        """What comes of the step with some options changed."""
        return attempt(self.case, replace(self.outcome.options, **changes))


def _moving(reading: Reading, side: Term) -> dict[str, int]:
    """Undefined quantities that depend on what something made of them is differentiated by, and how often."""
    found: dict[str, int] = {}
    for part in closure(reading, side):
        if part.op in DERIVING:
            targets = part.data.targets if part.op == "deriv" else ()
            inner = _moving(reading, part.args[0]) if targets else {}
            order = sum(target.order for target in targets) or 1
            for name in free_names(reading, part.args[0]) - {f"?{root(target.term)}" for target in targets}:
                found[name] = max(found.get(name, 0), order + inner.get(name, 0))
        elif part.op == "call" and part.data.order and part.data.body is None:
            name = f"?{part.data.name}"
            found[name] = max(found.get(name, 0), part.data.order)
    return {name: order for name, order in found.items() if name.startswith("?")}


def readable(name: str) -> str:
    """A name as the author would know it: without the number of its life, its font and its indices."""
    letter = name.lstrip("?").partition("#")[0].partition(BARRED)[0]
    return letter.removeprefix("bf:").rstrip("_").removesuffix("^()")
