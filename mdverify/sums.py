"""Sums and products over an index, with all their bounds and conditions, and sums with dots."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mdverify.ellipsis import is_dots
from mdverify.indices import chosen, index_term
from mdverify.messages import message
from mdverify.reading import Reading, Stuck
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import bound_names, member_index
from mdverify.syntax import Apply, Name, Node, Number, is_none, walk
from mdverify.terms import Binder, Term

CONDITIONS = frozenset({"ne", "<", ">", "le", "ge"})


def big(reading: Reading, node: Apply) -> Term:
    """`\\sum`, `\\prod`; everything else with limits has no value here."""
    if node.detail not in ("sum", "prod"):
        raise Stuck(message("no-meaning", text=f"\\{node.detail}"), node.span)
    body, lower, upper = node.args
    names = _names(reading, body, lower, node)
    if is_none(upper) and any(_is_open_ended(reading, body, name) for name in names):
        raise Stuck(message("index-unclear", text=show(lower)), node.span)
    dims, bounds = _ranges(reading, names, node)
    if bounds[0] is not None and _start(lower) == Number("0"):
        reading.spans[names[0]] = _span(reading, upper)
        if _is_size(reading, upper):
            reading.last[names[0]] = reading.size(upper)
    with reading.binding(zip(names, dims, strict=True)):
        condition = _condition(reading, lower)
        inner = reading.term(body)
        weight = _membership(reading, lower)
    if weight is not None:
        if node.detail == "prod":
            raise Stuck(message("index-unclear", text=show(lower)), node.span)
        inner = reading.apply("mul", weight, inner, span=node.span)
    binder = Binder(names, dims, bounds, condition)
    if node.detail == "prod" and reading.kind(inner.shape) != "S":
        return _ordered(reading, inner, binder, node)
    return Term(node.detail, (inner,), binder, inner.shape, node.span)


def _ordered(reading: Reading, inner: Term, binder: Binder, node: Apply) -> Term:
    """A product of matrices: factors from left to right or, as chain rules want it, from right to left."""
    if len(binder.names) != 1:
        raise Stuck(message("ordered-product"), node.span)
    order = reading.choose(f"prod {show(node)}", ((0.0, "chain"), (0.05, "chain-down")))
    return chained(reading, inner, binder, order, node.span)


def chained(reading: Reading, inner: Term, binder: Binder, order: str, span: Span) -> Term:
    """A product of square matrices over an index; the factor with the lowest index comes first or last."""
    if not reading.dims.unify(inner.shape.rows, inner.shape.cols):
        raise Stuck(message("ordered-product"), span)
    return Term(order, (inner,), binder, inner.shape, span)


def _names(reading: Reading, body: Node, lower: Node, node: Apply) -> tuple[str, ...]:
    if not is_none(lower):
        names = bound_names(lower)
        if not names:
            raise Stuck(message("index-unclear", text=show(lower)), node.span)
        return (*names, *_also_bound(reading, lower))
    found = _loose_letters(reading, body)
    if not found:
        raise Stuck(message("sum-without-index"), node.span)
    return found


def _also_bound(reading: Reading, lower: Node) -> tuple[str, ...]:
    """`\\sum_{i\\neq j}` binds j as well where j means nothing outside."""
    match lower:
        case Apply("rel", (_, Name(text)), sign) if sign in CONDITIONS:
            known = text in reading.index or text in reading.unbound or text in reading.derivation.sizes
            letter = text in reading.derivation.naming.index_letters
            return (text,) if letter and not known else ()
    return ()


def _loose_letters(reading: Reading, body: Node) -> tuple[str, ...]:
    """`\\sum x_i y_i`: the index letters of the body that nothing else binds."""
    letters = reading.derivation.naming.index_letters
    found = [
        part.text
        for node in walk(body)
        if isinstance(node, Apply) and node.op in ("sub", "sup")
        for part in walk(node.args[1])
        if isinstance(part, Name) and part.text in letters
    ]
    return tuple(n for n in dict.fromkeys(found) if n not in reading.index and n not in reading.unbound)


def _is_open_ended(reading: Reading, body: Node, index: str) -> bool:
    """`\\sum_n \\frac{1}{n^2}`: what is summed counts with the index, and no family or function ends it."""
    return _has(body, index) and not any(_picks(reading, node, index) for node in walk(body))


def _picks(reading: Reading, node: Node, index: str) -> bool:
    """Whether an index chooses one of several there: `x_i`, `x^{(i)}`, `p(i)`."""
    symbol = reading.derivation.naming.symbol(node)
    if symbol is not None:
        chosen_by = (*symbol.indices, *symbol.sup_indices)
    elif isinstance(node, Apply) and node.op == "juxt":
        chosen_by = tuple(
            after
            for head, after in pairwise(node.args)
            if isinstance(head, Name) and isinstance(after, Apply) and after.op == "fence"
        )
    else:
        return isinstance(node, Apply) and node.op == "sub" and _has(node.args[1], index)
    return any(_has(one, index) for one in chosen_by)


def _has(node: Node, index: str) -> bool:
    return any(isinstance(part, Name) and part.text == index for part in walk(node))


Range = tuple[Term, Term] | None


def _ranges(
    reading: Reading, names: tuple[str, ...], node: Apply
) -> tuple[tuple[int | None, ...], tuple[Range, ...]]:
    """For every name its dimension, or its bounds where it does not simply run from 1 to a size."""
    body, lower, upper = node.args
    start = _start(lower)
    dims: list[int | None] = []
    bounds: list[Range] = []
    for number, name in enumerate(names):
        if number > 0 or (start in (None, Number("1")) and is_none(upper)):
            dims.append(_open_range(reading, body, name))
            bounds.append(None)
        elif start == Number("1") and _is_size(reading, upper):
            dims.append(reading.size(upper))
            bounds.append(None)
        else:
            dims.append(None)
            bounds.append(_bounds(reading, start, lower, upper))
    return tuple(dims), tuple(bounds)


def _open_range(reading: Reading, body: Node, name: str) -> int:
    """How many values a letter has that is summed over without bounds.

    One that picks no member, but is what functions are applied to, has as many in one sum as in the next.
    """
    scripts = (part.args[1] for part in walk(body) if isinstance(part, Apply) and part.op in ("sub", "sup"))
    if any(_has(script, name) for script in scripts):
        return reading.dims.fresh(big=True)
    if name not in reading.values:
        reading.values[name] = reading.dims.fresh(big=True)
    return reading.values[name]


def _span(reading: Reading, upper: Node) -> int:
    """How many numbers there are from 0 to a bound."""
    match upper:
        case Apply("-", (size, Number("1"))):
            return reading.size(size)
    return reading.dims.total([reading.size(upper), reading.dims.const(1)])


def _start(lower: Node) -> Node | None:
    match lower:
        case Apply("rel", (_, start), "="):
            return start
    return None


def _is_size(reading: Reading, upper: Node) -> bool:
    match upper:
        case Number(text):
            return text.isdigit()
        case Name(text):
            return text in reading.derivation.sizes and text not in reading.index
        case Apply("sub", _):
            return True
        case _:
            return False


def _bounds(reading: Reading, start: Node | None, lower: Node, upper: Node) -> tuple[Term, Term]:
    if start is None or is_none(upper):
        raise Stuck(message("index-unclear", text=show(lower)), lower.span)
    return _bound(reading, start), _bound(reading, upper)


def _bound(reading: Reading, node: Node) -> Term:
    """A bound: an index, a size, a number, or a sum of them."""
    if isinstance(node, Name) and node.text == "infty":
        raise Stuck(message("no-value", text="\\infty"), node.span)
    return index_term(reading, node)


def _condition(reading: Reading, lower: Node) -> tuple[str, Term, Term] | None:
    match lower:
        case Apply("rel", (left, right), sign) if sign in CONDITIONS:
            return sign, index_term(reading, left), index_term(reading, right)
        case Apply("rel", (_, _), "=" | "in") | Apply("rel", (_, _, _), ": ="):
            return None
        case Name() | Apply("none" | "list" | "juxt"):
            return None
    raise Stuck(message("index-unclear", text=show(lower)), lower.span)


def _membership(reading: Reading, lower: Node) -> Term | None:
    """`\\sum_{i\\in C}`, `\\sum_{i:y_i=1}`: a weight of 0 or 1, as the sum runs over some of the members."""
    lower = _over_indices(lower)
    match lower:
        case Apply("rel", (Name() as index, whole), "in") | Apply("rel", (Name() as index, whole, _), _):
            if _is_of_alphabet(index, whole):
                return None
            if index.text not in reading.derivation.naming.index_letters:
                raise Stuck(message("index-unclear", text=show(lower)), lower.span)
            symbol = reading.derivation.naming.symbol(whole) if len(lower.args) == 2 else None
            if symbol is None:
                return chosen(reading, f"∈{show(lower)}", (index,), lower.span)
            nodes = (index, *symbol.sup_indices, *symbol.indices)
            return chosen(reading, f"∈{symbol.key}", nodes, lower.span)
    return None


def _is_of_alphabet(value: Name, whole: Node) -> bool:
    """`\\sum_{x\\in X}`, `\\sum_{y\\in\\mathcal Y}`: over all values of what the capital stands for."""
    return isinstance(whole, Name) and whole.text != value.text and whole.text.lower() == value.text


def _over_indices(lower: Node) -> Node:
    """`x_i \\in M` as `i \\in M`."""
    match lower:
        case Apply("rel", (member, whole), "in"):
            return Apply("rel", (member_index(member) or member, whole), "in", lower.span)
    return lower


# --- dots --------------------------------------------------------------------------------------


def dotted_sum(reading: Reading, terms: Sequence[tuple[int, Node]], span: Span) -> Term:
    """`a_1x_1 + a_2x_2 + \\cdots + a_nx_n`."""
    patterns = reading.derivation.patterns
    nodes = [
        body if sign > 0 or is_dots(body) else patterns.node("neg", (body,), "", body.span)
        for sign, body in terms
    ]
    found = patterns.run(nodes)
    if found is None:
        raise Stuck(message("dots", text=show(nodes[0])), span)
    total = bound_sum(reading, found.pattern, found.letter, found.first, found.last, span)
    for node in (*found.before, *found.after):
        total = reading.apply("add", total, reading.term(node), span=span)
    return total


def bound_sum(reading: Reading, pattern: Node, letter: str, first: Node, last: Node, span: Span) -> Term:
    dim, bounds = label_range(reading, first, last)
    with reading.binding([(letter, dim)]):
        inner = reading.term(pattern)
    return Term("sum", (inner,), Binder((letter,), (dim,), (bounds,)), inner.shape, span)


def dotted_product(reading: Reading, factors: Sequence[Node], span: Span) -> list[Term] | None:
    """`W_n W_{n-1} \\cdots W_1 x` as the factors of a product, or None where no pattern is seen."""
    found = reading.derivation.patterns.chain(factors)
    if found is None:
        return None
    dim, bounds = label_range(reading, found.first, found.last)
    with reading.binding([(found.letter, dim)]):
        inner = reading.term(found.pattern)
    binder = Binder((found.letter,), (dim,), (bounds,))
    if reading.kind(inner.shape) == "S":
        whole = Term("prod", (inner,), binder, inner.shape, span)
    else:
        whole = chained(reading, inner, binder, "chain-down" if found.descends else "chain", span)
    sides = [
        Apply("juxt", part, span=span) if len(part) > 1 else part[0]
        for part in (found.before, found.after)
        if part
    ]
    read = [reading.term(side) for side in sides]
    return [*read[: bool(found.before)], whole, *read[bool(found.before) :]]


def label_range(reading: Reading, first: Node, last: Node) -> tuple[int | None, Range]:
    """From 1 to a size: that dimension; otherwise bounds."""
    if first == Number("1") and _is_size(reading, last):
        return reading.size(last), None
    if first == Number("1") and isinstance(last, Name) and last.text not in reading.index:
        reading.counted.add(last.text)
        return reading.size(last), None
    return None, (index_term(reading, first), index_term(reading, last))
