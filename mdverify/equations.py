"""Equations to solve, and the formulas said to solve them: put back, they have to hold.

`2 X^T (X w - y) = 0`, so `w = (X^T X)^{-1} X^T y`: with the formula in place of the variable nothing
may be left of the equation. A solution often wears a mark that the variable does not: `\\hat w`, `w^*`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mdverify import cues
from mdverify.claims import Chains, Site
from mdverify.definitions import Defined
from mdverify.lives import CONCLUSIONS, first_targets
from mdverify.manuscript import Manuscript
from mdverify.source import Span
from mdverify.symbols import Naming, is_label_power, mentions
from mdverify.syntax import Apply, Node, Number

RECENT = 4  # equations of a section that a formula may solve, the nearest first
SAID = 45  # characters before a formula in which a conclusion is looked for
MARKS = frozenset({"hat", "tilde", "widehat", "widetilde"})
_CONCLUDED = re.compile(cues.CONCLUDED, re.IGNORECASE)
ZERO = Number("0")


@dataclass(frozen=True, slots=True)
class Equation:
    """What a formula is put back into, and for which variable.

    `position` is where the equation stands, `told` whether the author concludes the formula from it.
    """

    lhs: Node
    rhs: Node
    variable: Node
    position: int
    told: bool

    @property
    def span(self) -> Span:
        return self.lhs.span.cover(self.rhs.span)

    def sides(self, formula: Node) -> tuple[Node, Node]:
        """What is left of the equation for any value, and that less what the formula leaves of it."""
        rest = self.lhs if self.rhs == ZERO else Apply("-", (self.lhs, self.rhs), span=self.lhs.span)
        point = Apply("rel", (self.variable, formula), "=", formula.span)
        left = Apply("at", (rest, point), span=formula.span)
        return rest, Apply("-", (rest, left), span=formula.span)


def equations(
    site: Site,
    defined: Defined,
    solvable: Sequence[Site],
    sites: Sequence[Site],
    chains: Chains,
    targets: Mapping[str, int],
    script: Manuscript,
) -> Iterator[Equation]:
    """The equations before a formula that it may solve, the nearest first.

    It is concluded from none if something else is said of the variable in between.
    """
    naming = script.naming
    before = [one for one in sites if one.section == site.section and one.position < site.position]
    near = [one for one in solvable if one.section == site.section and one.position < site.position]
    for equation in reversed(near[-RECENT:]):
        varied = first_targets(chains[equation.chain], naming).keys() or targets.keys()
        variable = _variable(site.lhs, equation, varied, naming)
        if variable is None or mentions(defined.body, variable[1], naming):
            continue
        stationary = equation.rhs == ZERO and variable[1] in varied
        between = (one for one in before if one.position > equation.position)
        last = not any(mentions(side, variable[1], naming) for one in between for side in (one.lhs, one.rhs))
        told = last and (stationary or _is_concluded(site, script))
        yield Equation(equation.lhs, equation.rhs, variable[0], equation.position, told)


def _variable(head: Node, equation: Site, varied: Collection[str], naming: Naming) -> tuple[Node, str] | None:
    """The letter of an equation that a formula is for, and its key; marks are what the equation may lack."""
    for letter in (head, _unmarked(head, naming)):
        symbol = naming.symbol(letter)
        if symbol is None or (letter is not head and symbol.key not in varied):
            continue
        if any(mentions(side, symbol.key, naming) for side in (equation.lhs, equation.rhs)):
            return letter, symbol.key
    return None


def _unmarked(head: Node, naming: Naming) -> Node:
    """`w` of `\\hat w`, `w^*` and `w_{ML}`."""
    match head:
        case Apply("accent", (body,), kind) if kind in MARKS:
            return _unmarked(body, naming)
        case Apply("sup", (body, label)) if is_label_power(label):
            return _unmarked(body, naming)
        case Apply("sub", (body, label)) if not isinstance(label, Number):
            symbol = naming.symbol(head)
            return _unmarked(body, naming) if symbol is not None and not symbol.indices else head
        case _:
            return head


def _is_concluded(site: Site, script: Manuscript) -> bool:
    """Whether the author concludes a formula from what stands before it."""
    start = script.note.maths[site.math].outer.start
    before = script.note.english(max(0, start - SAID), start)
    return bool(CONCLUSIONS & set(site.lead)) or _CONCLUDED.search(before) is not None
