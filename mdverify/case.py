"""The question a step asks: are these two expressions equal here?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.evidence import Evidence
from mdverify.index_cases import IndexCase
from mdverify.lives import first_targets
from mdverify.recall import Recall
from mdverify.symbols import bound_names
from mdverify.syntax import Apply, Name, Node, is_none, walk

PRIMES = frozenset({"prime-transpose", "prime-derivative"})


@dataclass(frozen=True)
class Case:
    """Both expressions, where in the note they are compared, and for which indices, if told.

    `recall` holds what came of readings of it, attempts or trials, as long as no step votes in between.
    """

    derivation: Derivation
    evidence: Evidence
    lhs: Node
    rhs: Node
    position: int
    index_case: IndexCase | None = None
    recall: Recall[Any] = field(init=False, compare=False, repr=False, default_factory=Recall)

    @property
    def seed(self) -> str:
        """What the samples are seeded with."""
        return str(self.position)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The index letters that are free in the step."""
        return free_letters(self)

    @cached_property
    def lonely_letters(self) -> frozenset[str]:
        """The index letters that are free on one side only."""
        letters = self.derivation.naming.index_letters
        one, two = (_loose(side, frozenset(), letters) for side in (self.lhs, self.rhs))
        return frozenset(one ^ two)

    @cached_property
    def differentials(self) -> bool:
        """Whether both sides write `dx`: then d is no letter, though the note may have one."""
        return _writes_differential(self.lhs) and _writes_differential(self.rhs)

    @cached_property
    def targets(self) -> frozenset[str]:
        """What the step differentiates by."""
        return frozenset(first_targets(iter((self.lhs, self.rhs)), self.derivation.naming))

    @cached_property
    def derives(self) -> bool:
        """Whether either side writes a derivative, gradient, prime or differential."""
        return any(_is_derivative(part) for side in (self.lhs, self.rhs) for part in walk(side))

    @cached_property
    def primed(self) -> bool:
        """Whether a prime stands on either side and nobody says what it means."""
        if self.derivation.facts_at(self.position, PRIMES):
            return False
        return any(
            isinstance(part, Apply) and part.op == "prime"
            for side in (self.lhs, self.rhs)
            for part in walk(side)
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


def free_letters(case: Case) -> frozenset[str]:
    """Index letters that stand in scripts of either side and are bound by nothing there."""
    letters = case.derivation.naming.index_letters
    found: set[str] = set()
    for side in (case.lhs, case.rhs):
        found |= _loose(side, frozenset(), letters)
    return frozenset(found)


def _loose(node: Node, bound: frozenset[str], letters: frozenset[str]) -> set[str]:
    """Those of the letters that stand in scripts below a node and are not bound."""
    match node:
        case Apply("big", (body, lower, upper)):
            if is_none(lower):
                return _loose(upper, bound, letters)
            inner = bound | set(bound_names(lower)) | _also_bound(lower)
            return _loose(body, inner, letters) | _loose(upper, bound, letters)
        case Apply("sub", (body, index)) | Apply("sup", (body, Apply("fence", (index,)))):
            here = {p.text for p in walk(index) if isinstance(p, Name) and not p.font} & letters
            return (here - bound) | _loose(body, bound, letters)
        case Apply(_, args):
            return {name for arg in args for name in _loose(arg, bound, letters)}
        case _:
            return set()


def _also_bound(lower: Node) -> set[str]:
    """The j of `\\sum_{i\\ne j}`; where it means something outside, it is found free there."""
    match lower:
        case Apply("rel", (_, Name(text)), sign) if sign != "=":
            return {text}
    return set()
