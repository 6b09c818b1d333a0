r"""What a note says of random quantities: what it takes expectations of, and the moments it gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mdverify.claims import Site
from mdverify.expectations import MOMENTS
from mdverify.lives import Life, life_at
from mdverify.manuscript import Manuscript
from mdverify.symbols import Naming, mentions, symbols_in
from mdverify.syntax import Apply, Name, Node, Number, items, walk

NORMAL = frozenset({"N"})
DEVIATIONS = (Name("sigma"), Name("s"))  # of a normal law rather the deviation than the variance
ELSEWHERE = 2  # the distance of another part of the note
Distance = Callable[[int], int]
PARTS = ("mean", "spread")
SIMPLE = frozenset({"juxt", "sup", "sub", "fence", "accent", "neg", "inv", "prime", "frac"})


@dataclass(frozen=True, slots=True)
class Law:
    """Mean and covariance of a symbol, as far as they are given, and where.

    With `raw` the covariance is that of a symbol with mean zero only: it was given as `E[v v^T]`; `drawn`
    says that they come from a law, `x \\sim N(m, S)`.
    """

    key: str
    mean: Node | None
    spread: Node | None
    position: int
    raw: bool = False
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Laws:
    """The laws given in a note, each with its place; `parameters` are the keys their moments are made of.

    `operands` stand alone in an expectation, variance or covariance, `averaged` in an expectation, at these
    places; `any` says whether there is one at all.
    """

    given: tuple[Law, ...] = ()
    parameters: frozenset[str] = frozenset()
    operands: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    averaged: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    any: bool = False

    def of(self, key: str, distance: Distance) -> Law | None:
        """The nearest moments given to a symbol, those of several places put together."""
        every = [(distance(law.position), law) for law in self.given if law.key == key]
        near = min((far for far, _ in every), default=ELSEWHERE)
        if near >= ELSEWHERE:
            return None
        found = [law for far, law in every if far == near]
        means = [law for law in found if law.mean is not None]
        spreads = [law for law in found if law.spread is not None]
        if not (means and spreads):
            return (means or spreads or found)[-1]
        return replace(spreads[-1], mean=means[-1].mean)


def is_near(places: Mapping[str, tuple[int, ...]], key: str, distance: Distance) -> bool:
    """Whether a symbol stands at one of some places in the same part of the note."""
    return any(distance(place) < ELSEWHERE for place in places.get(key, ()))


def is_expectation(node: Node) -> bool:
    """Whether a node is `E[…]`, `Var(…)`, `Cov(…)`, with or without a subscript."""
    return isinstance(node, Apply) and node.op == "call" and operator_of(node) in MOMENTS


def operator_of(call: Apply) -> str:
    """The name of a called function, below its scripts."""
    head = call.args[0]
    while isinstance(head, Apply) and head.op in ("sub", "sup"):
        head = head.args[0]
    return head.text if isinstance(head, Name) else ""


def laws_of(script: Manuscript, sites: Sequence[Site], lives: Mapping[str, Sequence[Life]]) -> Laws:
    """Everything a note says of chance."""
    calls = [n for side in script.sides() for n in walk(side) if isinstance(n, Apply) and is_expectation(n)]
    if not calls:
        return Laws()
    given = tuple(_laws(script, sites, lives))
    moments = (moment for law in given for moment in (law.mean, law.spread) if moment is not None)
    return Laws(
        given,
        frozenset(symbol.key for moment in moments for symbol in symbols_in(moment, script.naming)),
        _places(calls, script.naming),
        _places([call for call in calls if operator_of(call) == "E"], script.naming),
        any=True,
    )


def _places(calls: Sequence[Apply], naming: Naming) -> dict[str, tuple[int, ...]]:
    """Where every symbol stands alone in one of some expectations."""
    found: dict[str, tuple[int, ...]] = {}
    for call in calls:
        for key in _alone(call, naming):
            found[key] = (*found.get(key, ()), call.span.start)
    return found


def names_means(side: Node, naming: Naming) -> bool:
    """Whether an expression holds the mean of a symbol that stands alone, `E[x]`."""
    calls = (node for node in walk(side) if isinstance(node, Apply) and is_expectation(node))
    return any(operator_of(call) == "E" and any(True for _ in _alone(call, naming)) for call in calls)


def _alone(call: Apply, naming: Naming) -> Iterator[str]:
    """The keys of symbols that stand alone in an expectation."""
    inner = call.args[1]
    body = inner.args[0] if isinstance(inner, Apply) and inner.op == "fence" else inner
    yield from (symbol.key for item in items(body) if (symbol := naming.symbol(item)) is not None)


def _laws(script: Manuscript, sites: Sequence[Site], lives: Mapping[str, Sequence[Life]]) -> Iterator[Law]:
    """What the relations of a note give; nothing of what is defined, nothing a second time."""
    said = [
        law for site in sites for law in _said(site, script.naming) if not _is_defined(law, script, lives)
    ]
    for number, law in enumerate(said):
        near = [
            (other, at < number)
            for at, other in enumerate(said)
            if other.key == law.key and script.distance(other.position, law.position) < ELSEWHERE
        ]
        parts = [part for part in PARTS if getattr(law, part) is not None]
        claimed = any(before and getattr(other, part) is not None for other, before in near for part in parts)
        if not claimed or law.drawn:
            mean, spread = (None if _is_disputed(law, part, near) else getattr(law, part) for part in PARTS)
            yield replace(law, mean=mean, spread=spread)


def _is_defined(law: Law, script: Manuscript, lives: Mapping[str, Sequence[Life]]) -> bool:
    life = life_at(lives, script, law.key, law.position)
    return life is not None and life.definition is not None


def _is_disputed(law: Law, part: str, near: list[tuple[Law, bool]]) -> bool:
    """Whether a moment is given another value nearby: a letter of several examples."""
    values = (getattr(other, part) for other, _ in near)
    return any(value is not None and value != getattr(law, part) for value in values)


def _said(site: Site, naming: Naming) -> Iterator[Law]:
    if site.relation.sign == "sim":
        for symbol in filter(None, map(naming.symbol, items(site.lhs))):
            yield Law(symbol.key, *_moments(site.rhs), site.position, drawn=True)
    elif site.relation.sign == "=" and site.heads and is_expectation(site.lhs) and _is_simple(site.rhs):
        assert isinstance(site.lhs, Apply)
        yield from _stated(site.lhs, site.rhs, site.position, naming)


def _moments(law: Node) -> tuple[Node | None, Node | None]:
    """Mean and covariance of a normal law; of `N(\\mu, \\sigma)` the mean alone."""
    match law:
        case Apply("juxt", (Name(text), Apply("fence", (Apply("list", (mean, spread), ","),), _))):
            known = text in NORMAL
            return (mean if known else None), (spread if known and spread not in DEVIATIONS else None)
    return None, None


def _stated(call: Apply, value: Node, position: int, naming: Naming) -> Iterator[Law]:
    """`E[x] = \\mu`, `Var(x) = \\sigma^2`, `Cov(x) = \\Sigma`: moments of one symbol."""
    body = call.args[1].args[0] if isinstance(call.args[1], Apply) and call.args[1].op == "fence" else None
    first = operator_of(call) == "E"
    squared = _squared(body) if first else None
    symbol = naming.symbol(squared or body) if body is not None else None
    if symbol is None or isinstance(call.args[0], Apply) or mentions(value, symbol.key, naming):
        return
    mean, spread = (value, None) if first and squared is None else (None, value)
    yield Law(symbol.key, mean, spread, position, raw=squared is not None)


def _squared(body: Node | None) -> Node | None:
    """v of `v v^T` and of `v^2`."""
    match body:
        case Apply("juxt", (one, Apply("sup", (other, Name("T" | "top"))))) if one == other:
            return one
        case Apply("sup", (one, Number("2"))):
            return one
    return None


def _is_simple(value: Node) -> bool:
    """`\\mu`, `0`, `\\sigma^2 I`: what only names a moment."""
    return all(
        isinstance(part, Name | Number) or (isinstance(part, Apply) and part.op in SIMPLE)
        for part in walk(value)
    )
