"""The question a step asks: are these two expressions equal here?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.equations import Equation
from mdverify.evidence import Evidence
from mdverify.index_cases import IndexCase
from mdverify.lives import first_targets
from mdverify.primes import PRIMES
from mdverify.recall import Recall
from mdverify.symbols import symbols_in
from mdverify.syntax import NONE, Apply, Name, Node, walk


@dataclass(frozen=True)
class Case:
    """Both expressions, where in the note they are compared, and for which indices, if told.

    With an `equation`, the right one is put back into it: that is what is compared then.
    `recall` holds what came of readings of it, attempts or trials, as long as no step votes in between.
    """

    derivation: Derivation
    evidence: Evidence
    lhs: Node
    rhs: Node
    position: int
    index_case: IndexCase | None = None
    equation: Equation | None = None
    recall: Recall[Any] = field(init=False, compare=False, repr=False, default_factory=Recall)

    @cached_property
    def sides(self) -> tuple[Node, Node]:
        """What is compared."""
        return (self.lhs, self.rhs) if self.equation is None else self.equation.sides(self.rhs)

    @property
    def seed(self) -> str:
        """What the samples are seeded with."""
        return str(self.position)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The index letters that are free in the step."""
        return frozenset[str]().union(*self._letters)

    @cached_property
    def lonely_letters(self) -> frozenset[str]:
        """The index letters that are free on one side only; those that count steps are never summed over."""
        one, two = self._letters
        return (one ^ two) - self.derivation.naming.steps

    @property
    def summable(self) -> frozenset[str]:
        """The index letters that an implied sum may run over; few where the step writes sums itself."""
        parts = (part for side in self.sides for part in walk(side))
        if any(isinstance(part, Apply) and part.op == "big" and part.detail == "sum" for part in parts):
            return self.lonely_letters
        return self.letters - self.derivation.naming.steps

    @cached_property
    def _letters(self) -> tuple[frozenset[str], frozenset[str]]:
        """The index letters that stand in scripts of each side and are bound by nothing there."""
        loose = self.derivation.naming.loose_letters
        one, two = self.sides
        return loose(one), loose(two)

    @cached_property
    def differentials(self) -> bool:
        """Whether both sides write `dx`: then d is no letter, though the note may have one."""
        return all(map(_writes_differential, self.sides))

    @cached_property
    def targets(self) -> frozenset[str]:
        """What the step differentiates by."""
        parts = (part for side in self.sides for part in walk(side))
        return frozenset(first_targets(parts, self.derivation.naming))

    @cached_property
    def derives(self) -> bool:
        """Whether either side writes a derivative, gradient, prime or differential."""
        return any(_is_derivative(part) for side in self.sides for part in walk(side))

    @cached_property
    def numeric(self) -> bool:
        """Whether a side is made of numbers alone."""
        naming = self.derivation.naming
        return not all(any(symbols_in(side, naming)) for side in self.sides)

    @cached_property
    def divisors(self) -> frozenset[str]:
        """The letters that stand alone below a fraction bar or in a logarithm, and are never turned."""
        found, turned = set[str](), set[str]()
        for part in (part for side in self.sides for part in walk(side)):
            match part:
                case Apply("frac" | "slash", (_, body)) | Apply("call", (Name("log" | "ln"), body)):
                    symbol = self.derivation.naming.symbol(body)
                    found |= {symbol.key} if symbol is not None else set()
                case Apply("sup", (body, Name("T" | "top"))):
                    symbol = self.derivation.naming.symbol(body)
                    turned |= {symbol.key} if symbol is not None else set()
        return frozenset(found - turned)

    @cached_property
    def functions(self) -> tuple[frozenset[str], frozenset[str]]:
        """The functions of the note that either side applies, and those it writes without arguments."""
        heads, bare = set[str](), set[str]()
        for node in (node for side in self.sides for node in walk(side)):
            if not isinstance(node, Apply) or node.op == "sub":
                continue
            for part, after in zip(node.args, (*node.args[1:], NONE), strict=False):
                symbol = self.derivation.naming.symbol(part) if isinstance(part, Name) else None
                if symbol is not None and symbol.key in self.derivation.functions:
                    applied = isinstance(after, Apply) and after.op == "fence" and node.op == "juxt"
                    (heads if applied else bare).add(symbol.key)
        return frozenset(heads), frozenset(bare)

    @cached_property
    def primed(self) -> bool:
        """Whether a prime stands on either side and nobody says what it means."""
        if self.derivation.facts_at(self.position, PRIMES):
            return False
        return any(
            isinstance(part, Apply) and part.op == "prime" for side in self.sides for part in walk(side)
        )


def _writes_differential(side: Node) -> bool:
    return any(
        isinstance(part, Apply) and part.op == "juxt" and isinstance(head, Name) and head.text == "d"
        for part in walk(side)
        for head in (part.args[:-1] if isinstance(part, Apply) else ())
    )


def _is_derivative(node: Node) -> bool:
    match node:
        case Name("partial" | "nabla") | Apply("prime"):
            return True
        case Apply("juxt", (Name("d"), *_)):
            return True
        case _:
            return derivative_parts(node) is not None
