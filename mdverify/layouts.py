"""The layout contest: which convention a note keeps, and what that makes of its steps."""

from __future__ import annotations

from mdverify.calculus import LAYOUTS
from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.derivatives import derivative_parts
from mdverify.judgement import Docket, Judgement
from mdverify.messages import message
from mdverify.report import LayoutChoice, Verdict
from mdverify.syntax import Apply, Name, Node
from mdverify.trust import trusted

VAGUE = ("denominator", "mixed")
VAGUE_BUT_FOR_ROWS = ("mixed",)  # with a row of every Jacobian for a component of the function
DECLARED = {
    "layout-denominator": ("denominator",),
    "layout-numerator": ("numerator",),
    "layout-mixed": ("mixed",),
    "gradient-column": VAGUE,
    "gradient-row": ("numerator",),
}
ALTERNATIVES = frozenset({"alternative", "alternative-column", "alternative-row"})
KINDS = frozenset(DECLARED)
JACOBIANS = frozenset({"jacobian-rows"})


def declared_layout(derivation: Derivation, position: int) -> tuple[str, ...]:
    """The layouts said to hold at a position; an exact statement before a vague one, then the latest."""
    told = derivation.facts_at(position, KINDS)
    exact = [fact for fact in told if len(DECLARED[fact.kind]) == 1]
    layouts = DECLARED[(exact or told)[-1].kind] if told else ()
    settles = layouts == VAGUE and derivation.facts_at(position, JACOBIANS)
    return VAGUE_BUT_FOR_ROWS if settles else layouts


def _of_matrices(docket: Docket, judged: Judgement) -> frozenset[str]:
    """The layouts that any statement lets a derivative by a matrix have: it may be stored in another way."""
    reading = judged.outcome.reading if judged.outcome is not None else None
    shapes = reading.shapes.items() if reading is not None else ()
    if reading is None or not any(
        reading.kind(s) == "M" and reading.names.get(n) in reading.targets for n, s in shapes
    ):
        return frozenset()
    told = docket.derivation.facts_at(judged.site.position, KINDS)
    return frozenset(layout for fact in told for layout in DECLARED[fact.kind])


def expected_layout(docket: Docket, position: int) -> tuple[str, ...]:
    """The layouts a step has to keep: declared there or configured; none where the note is free."""
    configured = (docket.layout,) if docket.layout != "auto" else ()
    return declared_layout(docket.derivation, position) or configured


def in_force(docket: Docket, position: int) -> tuple[str, ...]:
    """The layouts to try first at a position."""
    return expected_layout(docket, position) or ("denominator",)


LEANING = 2  # claims that follow a convention before the only other one may be a mistake as well
CLEAR = 4  # claims that follow a convention before one that does not stands out
ASSUMED = LayoutChoice("denominator", "default")  # where nothing tells
MANIFOLD = 3  # times as many have to follow it where several do not


def majority(docket: Docket, judgements: list[Judgement]) -> LayoutChoice:
    """The convention of the note as a whole: declared, configured, or that of most claims that can tell."""
    declared = [f for f in docket.derivation.facts if len(DECLARED.get(f.kind, ())) == 1]
    if declared:
        widest = max(declared, key=lambda fact: fact.reach.end - fact.reach.start)
        return LayoutChoice(DECLARED[widest.kind][0], "declared")
    if docket.layout != "auto":
        return LayoutChoice(docket.layout, "config")
    votes = dict.fromkeys(LAYOUTS, 0)
    voters = 0
    for judged in judgements:
        if judged.discriminating and 0 < len(judged.true) < len(LAYOUTS) and not _names_gradient(judged.site):
            voters += 1
            for layout in judged.true if not declared_layout(docket.derivation, judged.site.position) else ():
                votes[layout] += 1
    best = max(LAYOUTS, key=lambda layout: votes[layout])
    if votes[best] == 0 or len(set(votes.values())) == 1:
        return ASSUMED
    against = voters - votes[best]
    clear = votes[best] >= CLEAR and (against <= 1 or votes[best] >= MANIFOLD * against)
    return LayoutChoice(best, "majority", clear, not clear and against == 1 and votes[best] >= LEANING)


def settle(docket: Docket, judged: Judgement, choice: LayoutChoice) -> Verdict:
    """The verdict of a step once the layout of the note is known."""
    if judged.verdict is not None:
        return judged.verdict
    if not judged.true:
        if judged.otherwise is Verdict.SHAPE and not trusted(docket, judged):
            judged.reason = message("shapes-guessed")
            return Verdict.UNCHECKED
        return judged.otherwise
    if not judged.discriminating or len(judged.true) == len(LAYOUTS):
        return Verdict.VERIFIED
    position = judged.site.position
    expected = expected_layout(docket, position) or ((choice.convention,) if choice.clear else ())
    if expected and not set(expected) & set(judged.true):
        expected = (*expected, *_of_matrices(docket, judged))
    if (
        not expected
        and choice.leaning
        and choice.convention not in judged.true
        and not _names_gradient(judged.site)
    ):
        judged.reason = message("other-layout", true=", ".join(judged.true))
        return Verdict.UNCHECKED
    if docket.derivation.facts_at(position, ALTERNATIVES) or not expected or set(expected) & set(judged.true):
        return Verdict.VERIFIED
    return Verdict.VERIFIED if _names_gradient(judged.site) else Verdict.LAYOUT


def _names_gradient(site: Site) -> bool:
    """`\\nabla f = df/dx` introduces a name for the gradient, however that is laid out."""
    sides = (site.lhs, site.rhs)
    fractions = [derivative_parts(side) is not None for side in sides]
    return any(_is_nabla(one) and fraction for one, fraction in zip(sides, reversed(fractions), strict=True))


def _is_nabla(node: Node) -> bool:
    """`\\nabla f`, `\\nabla_x f(x)`."""
    head = node.args[0] if isinstance(node, Apply) and node.op == "juxt" else None
    letter = head.args[0] if isinstance(head, Apply) and head.op == "sub" else head
    return letter == Name("nabla")
