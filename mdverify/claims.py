"""The steps of a note: every relation, between the two expressions it joins, in its chain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mdverify.definitions import Defined, definition
from mdverify.manuscript import EQUALITIES, Manuscript
from mdverify.syntax import Apply, Name, Node, Relation, Statement, is_none, walk

CONTINUES = 120  # characters of prose across which a formula beginning with `=` continues the last one
MOST_CONTINUED = 2  # rows of their own in a display; one with more is a list of rules, and goes on nowhere
Chains = tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Site:
    """One relation the author writes, with the sides next to it.

    It is number `place` of the chain number `chain`; `heads` where it is the first of one and may
    define something. `math` is the number of its formula, `lead` what separates it from the
    statement before.
    """

    relation: Relation
    lhs: Node
    rhs: Node
    chain: int
    place: int
    position: int
    section: int
    math: int
    lead: tuple[str, ...]
    defines: Defined | None = None
    heads: bool = True


def written_claims(script: Manuscript) -> tuple[Chains, list[Site]]:
    """The chains of a note and their steps."""
    weaver = _Weaver(script)
    for number in range(len(script.formulas)):
        weaver.formula(number)
    chains = tuple(tuple(chain) for chain in weaver.chains)
    return chains, [_with_definition(script, site, chains[site.chain]) for site in weaver.sites]


@dataclass(slots=True)
class _Weaver:
    """Chains as they grow: rows that begin with a relation continue the last one, or its first row."""

    script: Manuscript
    chains: list[list[Node]] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    last_end: int = -1
    main: int = -1
    opened: int = 0
    listed: bool = False
    shown: int = -1
    shown_end: int = -1

    def formula(self, number: int) -> None:
        math = self.script.note.maths[number]
        row = -1
        if any(statement.relations for statement in self.script.formulas[number].statements):
            self.listed, self.opened = self.opened > MOST_CONTINUED, 0
        for order, statement in enumerate(self.script.formulas[number].statements):
            if statement.relations:
                if order == 0 and math.display and is_none(statement.sides[0]):
                    self._resume(math.start)
                at = self._chain_of(statement, math.start, new_row=statement.row != row)
                self.opened += statement.row != row and not is_none(statement.sides[0])
                row = statement.row
                self._link(statement, at, number)
                self.last_end = math.end
            elif order == 0 and not _is_text(statement.sides[0]):
                self.main = self._open(statement)
                self.last_end = math.end if math.display else self.last_end
        if math.display:
            self.shown, self.shown_end = self.main, math.end

    def _resume(self, start: int) -> None:
        """A display that begins with `=` goes on with the display before it, whatever is said in between."""
        if self.shown >= 0 and self._is_near(self.shown_end, start):
            self.main, self.last_end = self.shown, self.shown_end

    def _open(self, statement: Statement) -> int:
        self.chains.append([statement.sides[0]])
        return len(self.chains) - 1

    def _chain_of(self, statement: Statement, start: int, new_row: bool) -> int:
        """The chain a statement belongs to: a new one unless it begins with its relation."""
        if is_none(statement.sides[0]) and self.chains and self._may_continue(start):
            return self.main if new_row and self.main >= 0 else len(self.chains) - 1
        at = self._open(statement)
        if new_row:
            self.main = at
        return at

    def _may_continue(self, start: int) -> bool:
        """A formula that begins with `=` continues the one before in the same or an adjoining block."""
        if self.last_end < 0 or self.last_end > start:
            return True
        if self.listed:
            return False
        return self._is_near(self.last_end, start)

    def _is_near(self, end: int, start: int) -> bool:
        between = self.script.note.source.text[end:start]
        return len(between.strip()) < CONTINUES and "\n#" not in between

    def _link(self, statement: Statement, at: int, number: int) -> None:
        """Every relation of a statement as a step of a chain."""
        chain = self.chains[at]
        arrows = [False, *(relation.sign == "mapsto" for relation in statement.relations)]
        for relation, side, mapped in zip(statement.relations, statement.sides[1:], arrows, strict=False):
            position = relation.span.start
            section = self.script.note.section_of(position)
            place, lead = len(chain) - 1, statement.lead
            sides = chain[-1], side
            self.sites.append(
                Site(relation, *sides, at, place, position, section, number, lead, heads=place == 0 or mapped)
            )
            chain.append(side)


def _is_text(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "text"


def _with_definition(script: Manuscript, site: Site, chain: tuple[Node, ...]) -> Site:
    """A step with what it defines; the definition counts from the end of its chain on."""
    named_twice = site.place == 1 and isinstance(chain[0], Name) and isinstance(site.lhs, Name)
    named_twice = named_twice or (site.place == 1 and _are_valued(chain[0], site, script))
    if not (site.heads or named_twice) or site.relation.sign not in EQUALITIES:
        return site
    end = max(site.position, *(side.span.end for side in chain))
    defined = definition(site.lhs, site.rhs, script.naming, end, site.section)
    if defined is None:
        return site
    others = tuple(side for side in chain[site.place + 2 : site.place + 5] if not is_none(side))
    return replace(site, defines=replace(defined, others=others))


def _are_valued(first: Node, site: Site, script: Manuscript) -> bool:
    """`a_1 = a_3 = 1/4`: both have that value."""
    numbers = not any(isinstance(part, Name) for part in walk(site.rhs))
    return numbers and all(script.naming.symbol(side) is not None for side in (first, site.lhs))
