"""`P(Y = 1 \\mid x)`: the probability of an event, a function of what is no event.

In the tree an equation in the bracket of a P is a part of its name, so that `P(Y = 1 \\mid x)` and
`P(Y = 0 \\mid x)` are two functions of x, and `P(y = 1)` is a number; `P(X = k)` is a function of k.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mdverify.show import show
from mdverify.syntax import Apply, Formula, Name, Node, signed, walk

PROBABILITIES = frozenset({"P", "p", "Pr", "Prob"})
EVENTS = frozenset({"=", "ne", "<", ">", "le", "ge"})


def with_events(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with every probability of an event under a name of its own."""
    return tuple(
        formula.with_sides(_named)
        if any(_is_event(node) for one in formula.statements for side in one.sides for node in walk(side))
        else formula
        for formula in formulas
    )


def _is_event(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "rel" and node.detail in EVENTS


def _named(node: Node) -> Node:
    if not isinstance(node, Apply):
        return node
    args = tuple(_named(arg) for arg in node.args)
    match node.op, args:
        case "call", (Name() as head, bracket) if (found := _probability(head, bracket)) is not None:
            return found[0] if len(found) == 1 else Apply("juxt", found, span=node.span)
        case "juxt", _:
            factors = tuple(_factors(args))
            return factors[0] if len(factors) == 1 else replace(node, args=factors)
    return replace(node, args=args)


def _factors(args: tuple[Node, ...]) -> Iterator[Node]:
    """The factors of a product, a P and its bracket replaced."""
    at = 0
    while at < len(args):
        found = _probability(args[at], args[at + 1]) if at + 1 < len(args) else None
        if found is None:
            yield args[at]
            at += 1
        else:
            yield from found
            at += 2


def _probability(head: Node, bracket: Node) -> tuple[Node, ...] | None:
    """The name of a probability and, if anything is left of its arguments, a bracket with them."""
    if not (isinstance(head, Name) and head.text in PROBABILITIES):
        return None
    if not (isinstance(bracket, Apply) and bracket.op == "fence" and bracket.detail in ("()", "[]", "{}")):
        return None
    items = tuple(_items(bracket.args[0]))
    events = [item for item in items if _is_event(item)]
    if not events or not all(_is_plain(event) for event in events):
        return None
    span = head.span.cover(bracket.span)
    inside, rest = zip(*map(_name_and_argument, items), strict=True)
    name = Name(f"{head.text}({', '.join(inside)})", "rm", span)
    arguments = tuple(argument for argument in rest if argument is not None)
    if not arguments:
        return (name,)
    body = arguments[0] if len(arguments) == 1 else Apply("list", arguments, ",", bracket.span)
    return name, Apply("fence", (body,), "()", bracket.span)


def _is_plain(event: Node) -> bool:
    """A letter without scripts, and what it is."""
    return isinstance(event, Apply) and len(event.args) == 2 and isinstance(event.args[0], Name)


def _name_and_argument(item: Node) -> tuple[str, Node | None]:
    """What an item in the bracket adds to the name of the probability, and to its arguments."""
    if not (isinstance(item, Apply) and _is_event(item)):
        return "·", item
    letter, value = item.args
    if signed(value) is not None:
        return show(item), None
    return f"{show(letter)} {item.detail} ·", value


def _items(node: Node) -> Iterator[Node]:
    """The single arguments, those behind a bar among them."""
    if isinstance(node, Apply) and node.op == "list":
        for item in node.args:
            yield from _items(item)
    else:
        yield node
