"""Relations that are no claims: told apart before anything is read or evaluated."""

from __future__ import annotations

from collections.abc import Callable

from mdverify.claims import Site
from mdverify.derivation import Derivation
from mdverify.judgement import Judgement
from mdverify.manuscript import EQUALITIES
from mdverify.messages import Message, message
from mdverify.report import Verdict
from mdverify.syntax import Apply, Hole, Name, Node, Number, is_none, walk

CONDITIONS = frozenset({"ne", "<", ">", "le", "ge", "perp", "ll", "gg", "succ", "succeq", "prec", "preceq"})
GIVENS = frozenset(
    {"in", "notin", "to", "mapsto", ":", "leftarrow", "sim", "subset", "subseteq", "mid", "rightarrow"}
)
TROUBLES = {
    "unclosed": ("MV401", "unclosed"),
    "unopened": ("MV401", "unopened"),
    "stray-brace": ("MV401", "unopened"),
    "stray-ampersand": ("MV403", "stray-ampersand"),
}
PLAIN_TROUBLES = frozenset({"stray-ampersand", "stray-brace"})  # whatever the brackets look like
WRONG_AHEAD = frozenset({"wrong-ahead"})
SIZE_SIGNS = frozenset({"times", "fence", "juxt", "cdot", "+", "-", "list"})
INDEX_SIGNS = frozenset({"+", "-", "cdot", "juxt", "times"})
DIFFERENTIALS = frozenset({"d", "partial", "Delta", "delta", "nabla"})


def no_claim(derivation: Derivation, site: Site) -> Judgement | None:
    """The judgement of a relation that asserts nothing we judge, or None."""
    for test in TESTS:
        found = test(derivation, site)
        if found is not None:
            return found
    return None


def _not_equal(derivation: Derivation, site: Site) -> Judgement | None:
    """Inequalities are conditions, `\\in` and its like are given, `\\approx` is not judged."""
    sign = site.relation.sign
    if sign in EQUALITIES and sign != "overset?":
        return None
    if sign in CONDITIONS:
        return Judgement(site, Verdict.CONDITION)
    if sign in GIVENS:
        return Judgement(site, Verdict.GIVEN)
    reason = message("relation-not-judged", sign=site.relation.text)
    return Judgement(site, Verdict.UNCHECKED, reason=reason)


def _malformed(derivation: Derivation, site: Site) -> Judgement | None:
    """A bracket or ampersand in the wrong place, a derivative that lost its d."""
    for trouble in derivation.formulas[site.math].troubles:
        plain = trouble.kind in PLAIN_TROUBLES or not _looks_balanced(derivation.note.maths[site.math].body)
        if trouble.kind in TROUBLES and plain and _owner(derivation, site, trouble.span.start) is site:
            rule, key = TROUBLES[trouble.kind]
            said = message(key, text=trouble.text)
            return Judgement(site, Verdict.NOTATION, rule=rule, notation=said, blame=trouble.span)
    start = site.position if is_none(site.lhs) else site.lhs.span.start
    for side in (site.lhs, site.rhs):
        lost = _lost_d(derivation, side)
        if lost is not None and start <= site.rhs.span.end:
            said = message("lost-d")
            return Judgement(site, Verdict.NOTATION, rule="MV402", notation=said, blame=lost.span)
    return None


def _looks_balanced(tex: str) -> bool:
    """Whether a reader sees every bracket closed, groups and fonts left aside."""
    opened = sum(tex.count(sign) for sign in "([")
    return opened == sum(tex.count(sign) for sign in ")]")


def _owner(derivation: Derivation, site: Site, offset: int) -> Site | None:
    """The step a trouble belongs to: the last one of the formula whose relation stands before it."""
    inside = [s for s in derivation.sites if s.math == site.math]
    before = [s for s in inside if s.position <= offset]
    return before[-1] if before else inside[0] if inside else None


def _lost_d(derivation: Derivation, side: Node) -> Node | None:
    """`\\frac{f(x)}{dx}`: below stands a differential, above none."""
    for node in walk(side):
        match node:
            case Apply("frac", (above, Apply("juxt", (Name("d" | "partial" as sign), variable)))):
                if derivation.naming.symbol(variable) is None or isinstance(above, Number):
                    continue
                if sign == "d" and _is_letter_d(derivation, node.span.start):
                    continue
                if not any(isinstance(p, Name) and p.text in DIFFERENTIALS for p in walk(above)):
                    return node
    return None


def _is_letter_d(derivation: Derivation, position: int) -> bool:
    """Whether the note has a d of its own."""
    return derivation.life("d", position) is not None or "d" in derivation.sizes


def _postulated(derivation: Derivation, site: Site) -> Judgement | None:
    """`P^2 = P` said of a free P: an assumption."""
    return Judgement(site, Verdict.GIVEN) if site.position in derivation.postulates else None


def _quoted(derivation: Derivation, site: Site) -> Judgement | None:
    """Text after "Wrong:" is shown, not claimed; so is a question."""
    for fact in derivation.facts_at(site.position, WRONG_AHEAD):
        if site.math in fact.subjects or not fact.subjects:
            return Judgement(site, Verdict.UNCHECKED, reason=message("quoted-as-wrong"))
    return None


def _incomplete(derivation: Derivation, site: Site) -> Judgement | None:
    """Nothing on one side, a question mark, or something unreadable."""
    for side in (site.lhs, site.rhs):
        if is_none(side):
            return Judgement(site, Verdict.UNCHECKED, reason=message("empty-side"))
        for part in walk(side):
            reason = _gap(part, site.defines is not None)
            if reason is not None:
                return Judgement(site, Verdict.UNCHECKED, reason=reason)
    if site.relation.sign == "overset?":
        return Judgement(site, Verdict.UNCHECKED, reason=message("question"))
    return None


def _gap(node: Node, defines: bool) -> Message | None:
    """Why a part of a side keeps it from being read."""
    if isinstance(node, Name) and node.text == "?":
        return message("question")
    if isinstance(node, Hole) and not defines:
        return message("unread", reason=node.reason)
    return None


def _assigned(derivation: Derivation, site: Site) -> Judgement | None:
    """Shape arithmetic: `(m×n)(n×1) = m×1`, `(N, D) = (64, 784)`."""
    if all(_is_sizes(derivation, side) for side in (site.lhs, site.rhs)) or (
        _is_tuple(site.lhs) and _is_tuple(site.rhs)
    ):
        return Judgement(site, Verdict.GIVEN)
    return None


def _is_tuple(node: Node) -> bool:
    """A bracket with plain names or numbers, separated by commas."""
    match node:
        case Apply("fence", (Apply("list", items, ","),), "()"):
            return all(isinstance(item, Name | Number) for item in items)
    return False


def _is_sizes(derivation: Derivation, node: Node) -> bool:
    """An expression made of `m×n` with letters that count."""
    parts = list(walk(node))
    return (
        any(isinstance(part, Apply) and part.op == "times" for part in parts)
        and all(_may_count(derivation, part) for part in parts)
        and any(isinstance(p, Name) or (isinstance(p, Apply) and p.op == "fence") for p in parts)
    )


def _may_count(derivation: Derivation, part: Node) -> bool:
    match part:
        case Number():
            return True
        case Name(text):
            unknown = text.islower() and derivation.life(text, part.span.start) is None
            return text in derivation.sizes or unknown
        case Apply(op):
            return op in SIZE_SIGNS
    return False


def _indexed_condition(derivation: Derivation, site: Site) -> Judgement | None:
    """`i = j`, `k = 1, …, n`, `m = n`: about indices and sizes."""
    if site.relation.sign != "=" or not isinstance(site.lhs, Name) or site.lhs.font:
        return None
    if not _counts(derivation, site.lhs.text) or derivation.assumed(site.lhs.text, site.position):
        return None
    simple = all(
        isinstance(part, Number)
        or (isinstance(part, Name) and _counts(derivation, part.text))
        or (isinstance(part, Apply) and part.op in INDEX_SIGNS)
        for part in walk(site.rhs)
    )
    return Judgement(site, Verdict.CONDITION) if simple else None


def _counts(derivation: Derivation, text: str) -> bool:
    """Whether a letter stands for an index or a size."""
    return text in derivation.naming.index_letters or text in derivation.sizes


TESTS: tuple[Callable[[Derivation, Site], Judgement | None], ...] = (
    _not_equal,
    _malformed,
    _postulated,
    _quoted,
    _incomplete,
    _assigned,
    _indexed_condition,
)
