"""What `left = right` defines: a symbol, a function, a family, a power."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mdverify.source import Span
from mdverify.swaps import swapped
from mdverify.symbols import Naming, Symbol, mentions, symbols_in
from mdverify.syntax import NOWHERE, Apply, Name, Node, Number, is_none, walk, with_others

NAMING_SIGNS = frozenset({":=", "triangleq"})
IDENTITIES = frozenset({"I", "E"})
CONSTANTS = frozenset({"e", "pi", "i", "I", "E", "0", "1", "infty"})
PARAMETERS = ("z", "t", "u", "s")  # one of these stands for what a function is applied to
PARTIAL = frozenset({"partial", "nabla"})


@dataclass(frozen=True, slots=True)
class Defined:
    """`key(params) = body`, `key_{indices} = body`, or `key^power = body`.

    `shifts` are the numbers added to the indices (`h_{t+1} = …` has 1). `others` are the further
    expressions of the chain, for a body that cannot be read. `supposed` ones are our own reading, not
    the author's word: they may explain a step, but accuse none. `last` ones stand behind their body.
    One that is only supposed holds `until` a position.
    """

    key: str
    body: Node
    position: int
    section: int
    params: tuple[str, ...] = ()
    indices: tuple[str, ...] = ()
    shifts: tuple[int, ...] = ()
    power: Node | None = None
    span: Span = NOWHERE
    others: tuple[Node, ...] = ()
    supposed: bool = False
    last: bool = False
    named: bool = False
    until: int | None = None


def naming(lhs: Node, rhs: Node, names: Naming, position: int, section: int) -> Defined | None:
    """What `lhs = rhs` defines where it gives an expression the name on its right side."""
    symbol = names.symbol(rhs)
    if symbol is None or symbol.key in CONSTANTS or symbol.key in names.sizes:
        return None
    if mentions(lhs, symbol.key, names):
        return None
    found = formal(symbol, lhs)
    span = lhs.span.cover(rhs.span)
    return (
        None if found is None else replace(found, position=position, section=section, span=span, named=True)
    )


def turned(lhs: Node, rhs: Node) -> tuple[Node, Node] | None:
    """x and the transpose of the right side, for `x^T = …`."""
    match lhs:
        case Apply("sup", (base, Name("T" | "top") as sign)):
            name = base.args[0] if _is_arguments(base) and isinstance(base, Apply) else base
            whole = Apply("fence", (rhs,), "()", rhs.span)
            return name, Apply("sup", (whole, sign), span=rhs.span)
    return None


def is_partial(node: Node) -> bool:
    """Whether a partial derivative or a gradient is written; what `dy/dx` is set equal to may be its law."""
    return any(isinstance(part, Name) and part.text in PARTIAL for part in walk(node))


def definition(lhs: Node, rhs: Node, naming: Naming, position: int, section: int) -> Defined | None:
    """What a formula `lhs = rhs` would define, or None where the left side is no definable thing."""
    match lhs:
        case Apply("big", (body, *_), "min" | "max") if not is_none(body):
            return definition(body, rhs, naming, position, section)
        case Apply("call", (Name("log" | "ln"), argument)) if _is_application(argument):
            raised = Apply("call", (Name("exp"), Apply("fence", (rhs,), "()", rhs.span)), span=rhs.span)
            return definition(_bracket_free(argument), raised, naming, position, section)
        case Apply("fence", (inner,), "{}"):
            return definition(inner, rhs, naming, position, section)
        case Apply("juxt", (Name("d"), head)) if not _is_arguments(head):
            inside = _after_d(rhs)
            return None if inside is None else definition(head, inside, naming, position, section)
    found = _head(lhs, rhs, naming)
    if found is None or swapped(lhs, rhs, naming) is not None:
        return None
    return replace(found, position=position, section=section, span=lhs.span.cover(rhs.span))


def named_last(
    lhs: Node, rhs: Node, sign: str, naming: Naming, position: int, section: int
) -> Defined | None:
    """`L^T L = S`, `1/(1+e^{-z}) \\triangleq p`: the symbol comes last, and is what stands before it."""
    symbol = naming.symbol(rhs)
    if symbol is None or naming.symbol(lhs) is not None or mentions(lhs, symbol.key, naming):
        return None
    if sign not in NAMING_SIGNS and not (symbol.letter not in IDENTITIES and is_factorised(lhs, naming)):
        return None
    found = formal(symbol, lhs)
    if found is None:
        return None
    return replace(found, position=position, section=section, span=lhs.span.cover(rhs.span), last=True)


def is_power(lhs: Node) -> bool:
    """`C^2`, `f(x)^2`: what is set equal to something is a root of it."""
    return isinstance(lhs, Apply) and lhs.op == "sup" and isinstance(lhs.args[1], Number)


def at_expression(lhs: Node, rhs: Node, names: Naming, position: int, section: int) -> Defined | None:
    """`g(\\theta^T x) = 1/(1 + e^{-\\theta^T x})`: g by its value at an expression, which is all it knows."""
    match lhs:
        case Apply("juxt", (head, Apply("fence", (Apply(op) as argument,), "()"))) if op != "list":
            taken = {symbol.key for symbol in symbols_in(rhs, names)}
            param = next((letter for letter in PARAMETERS if letter not in taken), None)
        case _:
            return None
    inside = {symbol.key for symbol in symbols_in(argument, names)}
    if param is None or not inside or names.symbol(argument) is not None:
        return None
    body = with_others(rhs, {argument: Name(param, span=argument.span)})
    if body == rhs or inside & {symbol.key for symbol in symbols_in(body, names)}:
        return None
    found = _function(names.symbol(head), body, (param,), names)
    span = lhs.span.cover(rhs.span)
    return None if found is None else replace(found, position=position, section=section, span=span)


def is_factorised(node: Node, naming: Naming) -> bool:
    """`L^T L`, `U D U^T`: a matrix written out as a product that is its own transpose."""
    match node:
        case Apply("juxt", (first, *middle, last)) if len(middle) < 2:
            plain = (_transposed(first) or first), (_transposed(last) or last)
            mirrored = (_transposed(first) is None) != (_transposed(last) is None)
            symbol = naming.symbol(plain[0])
            return mirrored and plain[0] == plain[1] and symbol is not None and symbol.letter[:1].isupper()
    return False


def _transposed(node: Node) -> Node | None:
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            return body
    return None


def _is_arguments(node: Node) -> bool:
    return isinstance(node, Apply) and node.op == "fence" and node.detail in ("()", "[]")


def _head(lhs: Node, rhs: Node, naming: Naming) -> Defined | None:
    """The definition by the form of its left side, its place in the note left open."""
    match lhs:
        case Apply("prime"):
            symbol = naming.symbol(lhs)
            return formal(symbol, rhs) if symbol is not None and symbol.key in naming.variables else None
        case Apply("juxt", (Apply("prime"), _)):
            return None
        case Apply("juxt", (head, Apply("fence", (args,), "()" | "[]"))):
            params = _params(args, naming)
            return None if params is None else _function(naming.symbol(head), rhs, params, naming)
        case Apply("juxt", (head, Apply("sub", (Apply("fence", (args,), "()" | "[]"), index)))):
            params, member = _params(args, naming), Apply("sub", (head, index), span=head.span)
            return None if params is None else _function(naming.symbol(member), rhs, params, naming)
        case Apply("frac" | "slash", (Number("1") as one, below)) if _is_formula(rhs):
            body = Apply("frac", (one, rhs), span=rhs.span)
            symbol = naming.symbol(below)
            known = symbol is None or symbol.indices or mentions(rhs, symbol.key, naming)
            return None if known else formal(symbol, body)
        case Apply("sup", (Apply("juxt", (_, Apply("fence"))) as applied, Number(_) as power)):
            degree = () if power.text == "2" else (power,)
            return _head(applied, Apply("sqrt", (rhs, *degree), span=rhs.span), naming)
        case Apply("sup", (base, Number(_) as power)):
            symbol = naming.symbol(base)
            if symbol is None or symbol.indices or symbol.sup_indices or mentions(rhs, symbol.key, naming):
                return None
            return Defined(symbol.key, rhs, 0, 0, power=power)
    return formal(naming.symbol(lhs), rhs)


def _function(symbol: Symbol | None, rhs: Node, params: tuple[str, ...], naming: Naming) -> Defined | None:
    """A function by its formula; not `f(x) = f(x_1, \\dots, x_n)`, nor `f(x) = 0.5`, a value at one point."""
    if symbol is None or isinstance(rhs, Number) or _applies(rhs, symbol.key, naming):
        return None
    return formal(symbol, rhs, params)


def _applies(node: Node, key: str, naming: Naming) -> bool:
    """Whether a function of that key is applied in an expression."""
    return any(
        _is_arguments(after) and (head := naming.symbol(one)) is not None and head.key == key
        for part in walk(node)
        if isinstance(part, Apply) and part.op == "juxt"
        for one, after in zip(part.args, part.args[1:], strict=False)
    )


def _is_formula(node: Node) -> bool:
    """More than a number or a name: `1/R = 1/R_1 + 1/R_2`."""
    return isinstance(node, Apply) and node.op in ("+", "-")


def formal(symbol: Symbol | None, rhs: Node, params: tuple[str, ...] = ()) -> Defined | None:
    """A symbol with formal index letters; `x_1`, `h_0` are members, by which no family is defined."""
    if symbol is None:
        return None
    pairs = [_formal_index(node) for node in symbol.sup_indices + symbol.indices]
    known = [pair for pair in pairs if pair is not None]
    if len(known) < len(pairs):
        return None
    names, shifts = tuple(name for name, _ in known), tuple(shift for _, shift in known)
    return Defined(symbol.key, rhs, 0, 0, params, names, shifts)


def _formal_index(node: Node) -> tuple[str, int] | None:
    """The letter of an index and the number added to it."""
    match node:
        case Name(text):
            return text, 0
        case Apply("+", (Name(text), Number(number))) if number.isdigit():
            return text, int(number)
        case Apply("-", (Name(text), Number(number))) if number.isdigit():
            return text, -int(number)
        case _:
            return None


def _is_application(node: Node) -> bool:
    """`p(x \\mid \\mu)`: its logarithm is what a note writes down."""
    match _bracket_free(node):
        case Apply("juxt", (Name(), Apply("fence", _, "()"))):
            return True
    return False


def _bracket_free(node: Node) -> Node:
    match node:
        case Apply("fence", (body,), "{}" | "()"):
            return body
    return node


def _after_d(node: Node) -> Node | None:
    """`tr(AX)` of `d[tr(AX)]`: `df = d[…]` says what f is."""
    match node:
        case Apply("juxt", (Name("d"), body)):
            return body
    return None


def _params(args: Node, naming: Naming) -> tuple[str, ...] | None:
    """The parameters of `f(x, y)`; None where the bracket holds more than names."""
    found: list[str] = []
    for item in args.args if isinstance(args, Apply) and args.op == "list" else (args,):
        if _has_dots(item):
            continue
        if isinstance(item, Apply) and item.op == "list":
            inner = _params(item, naming)
        else:
            symbol = naming.symbol(item)
            inner = (symbol.key,) if symbol is not None else None
        if inner is None:
            return None
        found.extend(inner)
    return tuple(dict.fromkeys(found))


def _has_dots(item: Node) -> bool:
    """`\\cdots`, alone or without a comma before or after it."""
    parts = item.args if isinstance(item, Apply) and item.op == "juxt" else (item,)
    return any(isinstance(part, Apply) and part.op == "dots" for part in parts)
