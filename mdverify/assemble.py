"""Putting nodes together: flat products, lists, normal forms. No cursor, no tokens to come."""

from __future__ import annotations

from collections.abc import Sequence

from mdverify.lexer import Token
from mdverify.source import Span
from mdverify.syntax import Apply, Hole, Name, Node, Number, is_none

_UPRIGHT_TRANSPOSES = frozenset(("rm", "sf", "bf", "tt"))


def cover(first: Node, last: Node) -> Span:
    return Span(first.span[0], last.span[1])


def moved(node: Node, span: Span) -> Node:
    """The same node over another span."""
    match node:
        case Number(text):
            return Number(text, span)
        case Name(text, font):
            return Name(text, font, span)
        case Apply(op, args, detail):
            return Apply(op, args, detail, span)
        case Hole(text, reason):
            return Hole(text, reason, span)


def add(factors: list[Node], node: Node) -> None:
    """Products stay flat, empty groups vanish."""
    if not isinstance(node, Apply):
        factors.append(node)
    elif node.op == "juxt":
        factors.extend(node.args)
    elif node.op != "none":
        factors.append(node)


def juxtaposed(factors: list[Node]) -> Node:
    flat: list[Node] = []
    for factor in factors:
        add(flat, factor)
    if len(flat) < 2:
        return flat[0] if flat else factors[0]
    return Apply("juxt", tuple(flat), "", cover(flat[0], flat[-1]))


def split(tokens: Sequence[Token], kind: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == kind:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def listed(nodes: list[Node], separators: list[str]) -> Node:
    """Items by separators: `;` holds apart more than `|`, `|` more than `,`."""
    for separator in (";", "|", ","):
        if separator in separators:
            break
    else:
        return nodes[0]
    items: list[Node] = []
    start = 0
    for end, sign in enumerate([*separators, separator], 1):
        if sign == separator:
            items.append(listed(nodes[start:end], separators[start : end - 1]))
            start = end
    if len(items) > 1 and is_none(items[-1]):
        items.pop()
    if separator == ",":
        items = [part for item in items for part in around_dots(item)]
    return items[0] if len(items) == 1 else Apply("list", tuple(items), separator, cover(items[0], items[-1]))


def around_dots(item: Node) -> list[Node]:
    """`x_1 \\cdots` as an item of a list lacks a comma."""
    if not (isinstance(item, Apply) and item.op == "juxt" and any(map(is_dots, item.args))):
        return [item]
    runs: list[list[Node]] = [[]]
    for factor in item.args:
        if is_dots(factor):
            runs += [[factor], []]
        else:
            runs[-1].append(factor)
    return [juxtaposed(run) for run in runs if run]


def is_dots(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "dots"


def differential(node: Node) -> str:
    """`d`, `\\partial` or a power of one."""
    if isinstance(node, Apply) and node.op == "sup":
        node = node.args[0]
    return node.text if isinstance(node, Name) and node.text in ("d", "partial") else ""


def order_of(node: Node) -> int:
    exponent = node.args[1] if isinstance(node, Apply) else None
    return int(exponent.text) if isinstance(exponent, Number) and exponent.text in ("2", "3", "4") else 1


def transpose(exponent: Node) -> Node:
    """Every spelling of the transpose but the plain `T`, which may be a number, is `top`."""
    if isinstance(exponent, Name):
        upright = exponent.text == "T" and exponent.font in _UPRIGHT_TRANSPOSES
        return Name("top", "", exponent.span) if upright else exponent
    if isinstance(exponent, Apply) and exponent.op == "neg" and isinstance(exponent.args[0], Name):
        return Apply("neg", (transpose(exponent.args[0]),), "", exponent.span)
    return exponent


def raised_apart(exponent: Node) -> tuple[Node, ...]:
    """`W^{(l)T}` as `(W^{(l)})^T`: an index in brackets and a transpose are two superscripts; so `W^{*T}`."""
    match exponent:
        case Apply("juxt", (Name("ast" | "star") as label, Name("T" | "top") as turned)):
            return label, turned
        case Apply("juxt" | "list", (Apply("fence") as index, Name("T" | "top") as turned)):
            return index, turned
        case Apply("juxt" | "list", (Name("T" | "top") as turned, Apply("fence") as index)):
            return index, turned
    return (exponent,)


def strip_primes(inside: Sequence[Token]) -> tuple[int, int, str]:
    """The primes at the edges of an exponent; after a letter they belong to that letter."""
    first, last = 0, len(inside)
    primes = ""
    while first < last and inside[first].kind == "prime":
        primes += inside[first].text
        first += 1
    tail = last
    while tail > first and inside[tail - 1].kind == "prime":
        tail -= 1
    if tail == first or inside[tail - 1].kind in ("infix", "fence"):
        primes += "".join(token.text for token in inside[tail:last])
        last = tail
    return first, last, primes
