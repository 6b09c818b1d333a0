"""Relations that are no claims: told apart before anything is read or evaluated."""

from __future__ import annotations

from collections.abc import Callable

from mdverify.claims import Site
from mdverify.declarations import ARROWS
from mdverify.dependence import held_still
from mdverify.derivation import Derivation
from mdverify.judgement import Judgement
from mdverify.malformed import malformed
from mdverify.manuscript import EQUALITIES
from mdverify.messages import Message, message
from mdverify.report import Verdict
from mdverify.syntax import Apply, Hole, Name, Node, Number, either_sign, is_none, signed, walk

CONDITIONS = frozenset({"ne", "<", ">", "le", "ge", "perp", "ll", "gg", "succ", "succeq", "prec", "preceq"})
GIVENS = frozenset(
    {"in", "notin", "to", "mapsto", ":", "leftarrow", "sim", "subset", "subseteq", "mid", "rightarrow"}
)
WRONG_AHEAD = frozenset({"wrong-ahead"})
SIZE_SIGNS = frozenset({"times", "fence", "juxt", "cdot", "+", "-", "list"})
INDEX_SIGNS = frozenset({"+", "-", "cdot", "juxt", "times"})


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


def _multiplies_by_colon(derivation: Derivation, site: Site) -> Judgement | None:
    """`df = G : dX`: a product by a colon, which is read as a relation."""
    for statement in derivation.formulas[site.math].statements:
        signs = {relation.sign for relation in statement.relations}
        multiplies = ":" in signs and signs & EQUALITIES and not signs & ARROWS
        if multiplies and site.relation in statement.relations:
            return Judgement(site, Verdict.UNCHECKED, reason=message("no-meaning", text=":"))
    return None


def _postulated(derivation: Derivation, site: Site) -> Judgement | None:
    """`P^2 = P` said of a free P: an assumption."""
    return Judgement(site, Verdict.GIVEN) if site.position in derivation.postulates else None


def _holds_still(derivation: Derivation, site: Site) -> Judgement | None:
    """`dA = 0` of a letter that varies nowhere: it is constant."""
    key = held_still(site.lhs, site.rhs, derivation.naming)
    return Judgement(site, Verdict.GIVEN) if key and key not in derivation.differentials else None


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


def _one_of_values(derivation: Derivation, site: Site) -> Judgement | None:
    """`y = 1` where y is one of several numbers: a case. `y = \\pm 1` says that it is."""
    symbol = derivation.naming.symbol(site.lhs)
    both = either_sign(site.rhs) is not None
    if symbol is None or (signed(site.rhs) is None and not both):
        return None
    told = derivation.assumed(symbol.key, site.position)
    several = any(kind.startswith("values:") and "," in kind for kind in told)
    return Judgement(site, Verdict.GIVEN if both else Verdict.CONDITION) if several else None


def _counts(derivation: Derivation, text: str) -> bool:
    """Whether a letter stands for an index or a size."""
    return text in derivation.naming.index_letters or text in derivation.sizes


TESTS: tuple[Callable[[Derivation, Site], Judgement | None], ...] = (
    _not_equal,
    malformed,
    _multiplies_by_colon,
    _postulated,
    _holds_still,
    _quoted,
    _incomplete,
    _assigned,
    _indexed_condition,
    _one_of_values,
)
