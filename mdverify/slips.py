"""The slips people make in a formula, each as a change of the tree and of the author's text.

One slip changes one place: a sign, a factor, a transpose, the order of two factors, a power, an
index, a letter. A step that one slip makes true was hardly misread; whoever suggests a correction
and whoever doubts an accusation asks for them here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations, islice
from typing import NamedTuple, TypeGuard

from mdverify.case import Case
from mdverify.derivatives import derivative_parts
from mdverify.show import show
from mdverify.source import Span
from mdverify.symbols import index_parts
from mdverify.syntax import Apply, Hole, Name, Node, Number, signed, walk, with_others

TRANSPOSES = (
    "^{\\mathrm{T}}",
    "^{\\mathrm T}",
    "^{\\mathsf{T}}",
    "^{\\text T}",
    "^{\\top}",
    "^\\top",
    "^T",
)
COPIED = frozenset({"+", "-", "juxt", "fence"})
PRODUCTS = frozenset({"juxt", "cdot", "times", "otimes"})
SUMS = frozenset({"+", "-"})
MORE = 3
LETTERS = 12  # of a step that are tried in each other's place
OPERATORS = frozenset({"nabla", "partial"})
TURNED_ABOUT = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "min": "max", "max": "min"}


class Edit(NamedTuple):
    """A changed tree, and the change in the text: what stands in `span` becomes `text`."""

    node: Node
    span: Span
    text: str


class Written(NamedTuple):
    """The text of a note, how it spells a transpose, and what a step could hold: letters, indices, sizes."""

    text: str
    transpose: str
    letters: tuple[Node, ...]
    indices: tuple[Name, ...]
    sizes: tuple[Name, ...]

    def of(self, node: Node) -> str:
        return self.text[node.span.start : node.span.end] or show(node)


Kind = Callable[[Node, Written], Iterator[Edit]]


def written(case: Case, text: str, near: tuple[Node, ...] = ()) -> Written:
    """What the slips of a step are made of; `near` are sides of other steps that lend their letters."""
    nodes = [node for side in (case.rhs, case.lhs) for node in _parts(side)]
    lent = [node for side in near for node in _parts(side)]
    letters = {node: None for node in (*nodes, *lent) if _is_letter(case, node)}
    powers = {node: None for node in nodes if _is_power(case, node)}
    scripts = (index_parts(node.args[1]) for node in nodes if isinstance(node, Apply) and node.op == "sub")
    indices = {part: None for part in chain.from_iterable(scripts) if isinstance(part, Name)}
    sizes = [Name(size, span=Span(0, 0)) for size in sorted(case.derivation.naming.sizes) if len(size) == 1]
    known = tuple(dict.fromkeys((*sizes[:MORE], *islice(letters, LETTERS), *islice(powers, MORE))))
    return Written(text, _spelling(text), known, tuple(indices)[:LETTERS], tuple(sizes[:MORE]))


def _parts(side: Node) -> Iterator[Node]:
    """The nodes of a side without the signs of transposes."""
    transposes = {id(node.args[1]) for node in walk(side) if _is_transpose(node)}
    return (node for node in walk(side) if id(node) not in transposes)


def _is_transpose(node: Node) -> TypeGuard[Apply]:
    match node:
        case Apply("sup", (_, Name("T" | "top"))):
            return True
    return False


def _is_letter(case: Case, node: Node) -> bool:
    """A symbol without a power; what stands above it may number it."""
    symbol = case.derivation.naming.symbol(node)
    powered = isinstance(node, Apply) and node.op == "sup"
    return symbol is not None and (not powered or bool(symbol.sup_indices) or "^" in symbol.key)


def _is_power(case: Case, node: Node) -> bool:
    match node:
        case Apply("sup", (body, Number())):
            return _is_letter(case, body)
    return False


def _spelling(text: str) -> str:
    """How the note writes a transpose."""
    counts = {spelling: text.count(spelling) for spelling in TRANSPOSES}
    return max(counts, key=lambda spelling: counts[spelling]) if any(counts.values()) else "^T"


def common_slips(side: Node, at: Written) -> Iterator[Edit]:
    """Signs, factors, transposes, order and powers, the commonest first."""
    yield from _negated(side, at)
    for kind in COMMON:
        yield from _everywhere(side, kind, at)
    yield from _scaled(side, at)
    yield _whole_transposed(side, at)


def rare_slips(side: Node, at: Written) -> Iterator[Edit]:
    """Indices, numbers, letters, factors lost or added; there are many of these."""
    yield from _copied(side, at)
    yield from _throughout(side)
    yield from _shifted(side)
    yield from _swapped_letters(side, at)
    for kind in RARE:
        yield from _everywhere(side, kind, at)


def with_coefficient(side: Node, span: Span, number: Fraction, at: Written) -> Edit | None:
    """The side with what stands in a span so many times as large."""
    node = next((part for part in walk(side) if part.span == span), None)
    if isinstance(node, Apply) and node.op == "neg":
        node = node.args[0]
    if node is None or number <= 0:
        return None
    match node:
        case Apply("juxt", (first, *rest)) if (known := _fraction(first)) is not None and rest:
            number, factors, start = number * known, tuple(rest), rest[0].span.start
        case _:
            factors, start = (node,), node.span.start
    body = at.text[start : node.span.end] or show(node)
    parts = factors if number == 1 else (_number(number, node), *factors)
    tree = parts[0] if len(parts) == 1 else Apply("juxt", parts, span=node.span)
    text = body if number == 1 else f"{show(_number(number, node))}{body}"
    return Edit(_exchanged(side, node, tree), node.span, text)


def _fraction(node: Node) -> Fraction | None:
    """A number, or a fraction of two."""
    match node:
        case Number(digits) if digits.isdigit():
            return Fraction(digits)
        case Apply("frac", (Number(over), Number(under))) if over.isdigit() and under.isdigit():
            return Fraction(int(over), int(under)) if int(under) else None
    return None


def _number(value: Fraction, node: Node) -> Node:
    """A fraction as it is written."""
    over, under = (Number(str(digits), _before(node)) for digits in value.as_integer_ratio())
    return over if value.denominator == 1 else Apply("frac", (over, under), span=_before(node))


def other_targets(side: Node, at: Written) -> Iterator[Node]:
    """The side differentiated by another letter of the step."""
    for node in walk(side):
        if not isinstance(node, Apply) or derivative_parts(node) is None or node.op != "frac":
            continue
        over, under = node.args
        for letter in (part for part in walk(under) if part in at.letters):
            for other in (other for other in at.letters if other != letter):
                yield _exchanged(side, node, replace(node, args=(over, _exchanged(under, letter, other))))


def _everywhere(node: Node, kind: Kind, at: Written) -> Iterator[Edit]:
    """The edits of a node and of everything below it, put back into the whole."""
    yield from kind(node, at)
    if not isinstance(node, Apply):
        return
    for place in _inside(node, kind in DEEP):
        for edit in _everywhere(node.args[place], kind, at):
            args = (*node.args[:place], edit.node, *node.args[place + 1 :])
            yield Edit(replace(node, args=args), edit.span, edit.text)


def _inside(node: Apply, deep: bool) -> range:
    """The arguments in which a slip may happen: most do not happen inside symbols and derivatives."""
    match node:
        case Apply("sub" | "accent" | "prime") if not deep:
            return range(0)
        case Apply("frac") if not deep and derivative_parts(node) is not None:
            return range(0)
        case Apply("sup", (_, Name("T" | "top"))):
            return range(1)
    return range(len(node.args))


def _copied(side: Node, at: Written) -> Iterator[Edit]:
    """A common slip in something that stands there more than once, with all of its copies."""
    counts = Counter(node for node in walk(side) if isinstance(node, Apply) and node.op in COPIED)
    for node in (node for node, count in counts.items() if count > 1):
        for kind in COMMON:
            for edit in kind(node, at):
                tree = with_others(side, {node: edit.node})
                yield Edit(tree, side.span, show(tree))


def _before(node: Node) -> Span:
    return Span(node.span.start, node.span.start)


def _after(node: Node) -> Span:
    return Span(node.span.end, node.span.end)


def _negated(side: Node, at: Written) -> Iterator[Edit]:
    """The whole with the other sign; a difference turned round."""
    match side:
        case Apply("neg", _):
            return
        case Apply("-", (left, right)):
            between = at.text[left.span.end : right.span.start]
            turned = at.of(right) + between + at.of(left)
            yield Edit(replace(side, args=(right, left)), left.span.cover(right.span), turned)
        case Apply("+", _):
            fenced = Apply("fence", (side,), "()", side.span)
            yield Edit(Apply("neg", (fenced,), span=side.span), side.span, f"-({at.of(side)})")
        case _:
            yield Edit(Apply("neg", (side,), span=side.span), _before(side), "-")


def _scaled(side: Node, at: Written) -> Iterator[Edit]:
    """The whole twice or half as large."""
    if isinstance(side, Apply) and side.op in SUMS:
        body: Node = Apply("fence", (side,), "()", side.span)
        half = Apply("frac", (Number("1"), Number("2")))
        for factor, text in ((Number("2"), "2"), (half, "\\frac12")):
            tree = Apply("juxt", (factor, body), span=side.span)
            yield Edit(tree, side.span, f"{text}({at.of(side)})")


def _signs(node: Node, at: Written) -> Iterator[Edit]:
    match node:
        case Apply("+" | "-" as op, (left, right)):
            other = "-" if op == "+" else "+"
            between = Span(left.span.end, right.span.start)
            if at.text[between.start : between.end].count(op) == 1:
                changed = at.text[between.start : between.end].replace(op, other)
                yield Edit(replace(node, op=other), between, changed)
            if not (isinstance(left, Apply) and left.op in ("neg", "+", "-")):
                args = (Apply("neg", (left,), span=left.span), right)
                yield Edit(replace(node, args=args), _before(left), "-")
        case Apply("neg", (body,)):
            yield Edit(body, Span(node.span.start, body.span.start), "")


def _twos(node: Node, at: Written) -> Iterator[Edit]:
    """A 2 too few or too many."""
    two = Number("2", _before(node))
    match node:
        case Apply("juxt", (Number("2") | Apply("frac", (Number("1"), Number("2"))), *rest)) if rest:
            kept = rest[0] if len(rest) == 1 else replace(node, args=tuple(rest))
            yield Edit(kept, Span(node.span.start, rest[0].span.start), "")
        case Apply("juxt", args):
            yield Edit(replace(node, args=(two, *args)), _before(node), "2")
        case Name() | Apply("sub" | "sup" | "big" | "accent" | "call"):
            yield Edit(Apply("juxt", (two, node), span=node.span), _before(node), "2")


def _transposes(node: Node, at: Written) -> Iterator[Edit]:
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            yield Edit(body, node.span, at.of(body))
        case Name() | Apply("fence" | "accent" | "sub"):
            yield Edit(_transposed(node), _after(node), at.transpose)
        case _ if node in at.letters:
            yield Edit(_transposed(node), node.span, f"{{{at.of(node)}}}{at.transpose}")


def _transposed(node: Node) -> Node:
    return Apply("sup", (node, Name("top", span=node.span)), span=node.span)


def _reversed(node: Node, at: Written) -> Iterator[Edit]:
    """The transpose of a product: `t^T X` as `X^T t`."""
    if not (isinstance(node, Apply) and node.op == "juxt"):
        return
    scalars = [
        arg for arg in node.args if isinstance(arg, Number) or (isinstance(arg, Apply) and arg.op == "frac")
    ]
    factors = [arg for arg in node.args if arg not in scalars]
    if len(factors) < 2:
        return
    turned = [_toggled(arg, at) for arg in reversed(factors)]
    numbers = "".join(map(at.of, scalars))
    args = (*scalars, *(tree for tree, _ in turned))
    yield Edit(replace(node, args=args), node.span, numbers + " ".join(text for _, text in turned))


def _toggled(node: Node, at: Written) -> tuple[Node, str]:
    """A factor with its transpose taken off or put on."""
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            return body, at.of(body)
    return _transposed(node), at.of(node) + at.transpose


def _two_toggled(node: Node, at: Written) -> Iterator[Edit]:
    """`x x^T` as `x^T x`: the transpose of one factor taken off and put on another one."""
    if not (isinstance(node, Apply) and node.op == "juxt"):
        return
    for one, two in combinations(range(len(node.args)), 2):
        if isinstance(node.args[one], Number) or isinstance(node.args[two], Number):
            continue
        args = list(node.args)
        (args[one], text), (args[two], other) = (_toggled(args[place], at) for place in (one, two))
        between = at.text[node.args[one].span.end : node.args[two].span.start]
        span = node.args[one].span.cover(node.args[two].span)
        yield Edit(replace(node, args=tuple(args)), span, text + between + other)


def _orders(node: Node, at: Written) -> Iterator[Edit]:
    """Two neighbouring factors in the other order."""
    if not (isinstance(node, Apply) and node.op in PRODUCTS):
        return
    for place, (one, two) in enumerate(zip(node.args, node.args[1:], strict=False)):
        if isinstance(one, Number) or isinstance(two, Number) or _is_operator(one):
            continue
        args = (*node.args[:place], two, one, *node.args[place + 2 :])
        swapped = at.of(two) + at.text[one.span.end : two.span.start] + at.of(one)
        yield Edit(replace(node, args=args), one.span.cover(two.span), swapped)


def _is_operator(node: Node) -> bool:
    """`\\nabla`, `\\nabla_x`: it acts on what follows."""
    letter = node.args[0] if isinstance(node, Apply) and node.op == "sub" else node
    return isinstance(letter, Name) and letter.text in OPERATORS


def _powers(node: Node, at: Written) -> Iterator[Edit]:
    match node:
        case Apply("sup", (body, Number(digits) as power)) if digits.isdigit():
            for other in (int(digits) + 1, int(digits) - 1):
                changed = Number(str(other), power.span)
                yield Edit(replace(node, args=(body, changed)), power.span, str(other))
        case Apply("sup", (body, Apply("frac" | "slash" | "neg") as power)):
            for op in ("+", "-"):
                other_power = Apply(op, (power, Number("1", _after(power))), span=power.span)
                yield Edit(
                    replace(node, args=(body, other_power)),
                    power.span,
                    f"{{{at.of(power).strip('{}')}{op}1}}",
                )


def _denominators(node: Node, at: Written) -> Iterator[Edit]:
    """A letter below a fraction bar that lost its square."""
    match node:
        case Apply("frac", (_, under)) if under in at.letters and derivative_parts(node) is None:
            squared = Apply("sup", (under, Number("2", _after(under))), span=under.span)
            tree = replace(node, args=(node.args[0], squared))
            yield Edit(
                tree,
                node.span,
                f"\\frac{{{at.of(node.args[0]).strip('{}')}}}{{{at.of(under).strip('{}')}^2}}",
            )


def _whole_transposed(side: Node, at: Written) -> Edit:
    fenced = Apply("fence", (side,), "()", side.span)
    return Edit(_transposed(fenced), side.span, f"({at.of(side)}){at.transpose}")


def _indices(node: Node, at: Written) -> Iterator[Edit]:
    """Another index of the step in the place of one."""
    if not (isinstance(node, Apply) and node.op == "sub"):
        return
    script = node.args[1]
    for part in index_parts(script):
        for other in at.indices if isinstance(part, Name) else ():
            if other != part:
                new = replace(other, span=part.span)
                yield Edit(
                    replace(node, args=(node.args[0], _exchanged(script, part, new))), part.span, at.of(other)
                )


def _shifted(side: Node) -> Iterator[Edit]:
    """The members of a sequence one step before or after, all of one letter alike or one of them alone."""
    members = [node for node in walk(side) if isinstance(node, Apply) and node.op == "sub"]
    for base in dict.fromkeys(node.args[0] for node in members):
        own = [node for node in members if node.args[0] == base]
        for step in (-1, 1):
            tree = with_others(side, {node: _moved(node, step) for node in own})
            if tree != side:
                yield Edit(tree, side.span, show(tree))
    for node in members:
        if members.count(node) > 1:
            for step in (-1, 1):
                moved = _moved(node, step)
                if moved != node:
                    index = f"{{{show(moved.args[1])}}}"
                    yield Edit(_exchanged(side, node, moved), node.args[1].span, index)


def _moved(member: Apply, step: int) -> Apply:
    """`h_2` as `h_1`, `h_t` as `h_{t-1}`."""
    base, index = member.args
    match index:
        case Number(digits) if digits.isdigit() and int(digits) + step >= 0:
            return replace(member, args=(base, Number(str(int(digits) + step), index.span)))
        case Name():
            moved = Apply("+" if step > 0 else "-", (index, Number("1", _after(index))), span=index.span)
            return replace(member, args=(base, moved))
    return member


def _swapped_indices(node: Node, at: Written) -> Iterator[Edit]:
    """Two indices of the step in each other's place, in one factor."""
    if not (isinstance(node, Apply) and node.op in ("sub", "frac")):
        return
    for one, two in combinations(at.indices, 2):
        tree = with_others(node, {one: two, two: one})
        if tree != node:
            yield Edit(tree, node.span, show(tree))


def _swapped_letters(side: Node, at: Written) -> Iterator[Edit]:
    """Two letters of the side in each other's place."""
    inside = [letter for letter in at.letters if any(letter == node for node in walk(side))]
    for one, two in combinations(inside, 2):
        tree = with_others(side, {one: two, two: one})
        yield Edit(tree, side.span, show(tree))


def _exchanged(node: Node, old: Node, new: Node) -> Node:
    """The node with one node below it, or itself, exchanged; the same may stand elsewhere and stays."""
    if node is old:
        return new
    if not isinstance(node, Apply):
        return node
    return replace(node, args=tuple(_exchanged(arg, old, new) for arg in node.args))


def _left_out(node: Node, at: Written) -> Iterator[Edit]:
    """A factor or a term too many, a power or a denominator that should not be there."""
    match node:
        case Apply("juxt", args):
            for place, arg in enumerate(args):
                rest = (*args[:place], *args[place + 1 :])
                yield Edit(rest[0] if len(rest) == 1 else replace(node, args=rest), arg.span, "")
        case Apply("+" | "-" | "cdot" | "times", (left, right)):
            yield Edit(left, Span(left.span.end, right.span.end), "")
        case Apply("sup" | "frac" | "sqrt", (body, *_)):
            yield Edit(body, node.span, at.of(body))


def _put_in(node: Node, at: Written) -> Iterator[Edit]:
    """A factor or denominator of the step that a product lost, or a square root."""
    if isinstance(node, Apply) and node.op in ("juxt", "frac", "sub", "big", "fence", "call"):
        factors: tuple[Node, ...] = node.args if node.op == "juxt" else (node,)
        for letter in at.letters:
            yield from _with_factor(node, factors, 0, letter, at.of(letter))
            part = Apply("frac", (Number("1"), letter), span=node.span)
            yield from _with_factor(node, factors, 0, part, f"\\frac{{1}}{{{at.of(letter)}}}")
    match node:
        case Apply("frac", (over, under)):
            root = Apply("sqrt", (under,), span=under.span)
            yield Edit(replace(node, args=(over, root)), under.span, f"\\sqrt{{{at.of(under)}}}")
            upset = replace(node, args=(under, over))
            yield Edit(upset, node.span, f"\\frac{{{at.of(under)}}}{{{at.of(over)}}}")
        case Apply("fence" | "juxt") | Name():
            yield Edit(Apply("sqrt", (node,), span=node.span), node.span, f"\\sqrt{{{at.of(node)}}}")


def _put_between(node: Node, at: Written) -> Iterator[Edit]:
    """A letter or its transpose that a product lost on the way."""
    if (isinstance(node, Apply) and node.op not in ("juxt", "sub")) or isinstance(node, Number | Hole):
        return
    product = isinstance(node, Apply) and node.op == "juxt"
    factors: tuple[Node, ...] = node.args if isinstance(node, Apply) and product else (node,)
    places = range(int(product), len(factors) + 1)
    for letter in at.letters:
        for tree, text in ((letter, at.of(letter)), _toggled(letter, at)):
            for place in places:
                yield from _with_factor(node, factors, place, tree, text)


def _with_factor(
    node: Node, factors: tuple[Node, ...], place: int, factor: Node, text: str
) -> Iterator[Edit]:
    """The product with one factor more."""
    start = factors[place].span.start if place < len(factors) else node.span.end
    args = (*factors[:place], factor, *factors[place:])
    yield Edit(Apply("juxt", args, span=node.span), Span(start, start), f"{text} ")


def _inverses(node: Node, at: Written) -> Iterator[Edit]:
    """An inverse too few, a power of the other sign."""
    match node:
        case Apply("sup", (body, power)):
            value = signed(power)
            if value is not None:
                new = Number(str(abs(value)), power.span)
                tree = new if value < 0 else Apply("neg", (new,), span=power.span)
                yield Edit(replace(node, args=(body, tree)), power.span, f"{{{-value}}}")
        case Name() | Apply("fence" | "accent" | "sub"):
            one = Apply("neg", (Number("1"),), span=node.span)
            yield Edit(Apply("sup", (node, one), span=node.span), _after(node), "^{-1}")
            exponents: tuple[Node, ...] = (Number("2"), *at.sizes)
            for exponent in exponents:
                yield Edit(Apply("sup", (node, exponent), span=node.span), _after(node), f"^{show(exponent)}")


def _negated_inside(node: Node, at: Written) -> Iterator[Edit]:
    """The argument of a function, what stands in brackets, or an entry, with the other sign."""
    match node:
        case Apply("fence", (Apply("list" | "rel") | Number(),)):
            return
        case Apply("fence", (body,)):
            yield from (
                Edit(replace(node, args=(edit.node,)), edit.span, edit.text) for edit in _negated(body, at)
            )
        case Apply("row", cells):
            for place, cell in enumerate(cells):
                for edit in _negated(cell, at) if _has_sign(cell) else ():
                    args = (*cells[:place], edit.node, *cells[place + 1 :])
                    yield Edit(replace(node, args=args), edit.span, edit.text)


def _has_sign(cell: Node) -> bool:
    """Whether an entry may have lost a sign: no zero, no words, no condition."""
    return cell != Number("0") and not (
        isinstance(cell, Apply) and cell.op in ("rel", "text", "none", "dots")
    )


def _letters(node: Node, at: Written) -> Iterator[Edit]:
    """Another letter of the step in the place of one, or of both in `z \\odot z`."""
    match node:
        case Apply("odot", (one, two)) if one == two and one in at.letters:
            for other in at.letters:
                if other != one:
                    text = f"{at.of(other)} \\odot {at.of(other)}"
                    yield Edit(replace(node, args=(other, other)), node.span, text)
    for other in at.letters if node in at.letters else ():
        if other != node:
            yield Edit(other, node.span, at.of(other))


def _numbers(node: Node, at: Written) -> Iterator[Edit]:
    """A number one too large or too small, twice or half as large."""
    if not (isinstance(node, Number) and node.text.isdigit() and len(node.text) < 4):
        return
    value = int(node.text)
    others = (value + 1, max(value - 1, 1), 2 * value, value // 2 if value % 2 == 0 else value)
    for other in dict.fromkeys(others):
        if other != value:
            yield Edit(Number(str(other), node.span), node.span, str(other))
    yield Edit(Apply("neg", (node,), span=node.span), node.span, f"-{value}")


def _throughout(side: Node) -> Iterator[Edit]:
    """A number changed by one wherever it stands: in every entry, in every index."""
    for text in dict.fromkeys(part.text for part in walk(side) if isinstance(part, Number)):
        for other in (int(text) - 1, int(text) + 1) if text.isdigit() and len(text) < 4 else ():
            tree = with_others(side, {Number(text): Number(str(other))})
            if other >= 0:
                yield Edit(tree, side.span, show(tree))
        tree = with_others(side, {Number(text): Apply("neg", (Number(text),))})
        yield Edit(tree, side.span, show(tree))


def _primes(node: Node, at: Written) -> Iterator[Edit]:
    """A derivative of a function too few or too many: `f(x)` for `f'(x)`."""
    match node:
        case Apply("prime", (base,)):
            yield Edit(base, node.span, at.of(base))
        case Apply("juxt", (Name() | Apply("sub") as head, Apply("fence"), *_)):
            primed = Apply("prime", (head,), "'", head.span)
            yield Edit(replace(node, args=(primed, *node.args[1:])), _after(head), "'")


def _functions(node: Node, at: Written) -> Iterator[Edit]:
    """Sine for cosine, minimum for maximum."""
    match node:
        case Apply("call", (Name(text) as name, *rest)) if text in TURNED_ABOUT:
            other = replace(name, text=TURNED_ABOUT[text])
            yield Edit(replace(node, args=(other, *rest)), name.span, f"\\{TURNED_ABOUT[text]}")


COMMON: tuple[Kind, ...] = (
    _signs,
    _twos,
    _transposes,
    _reversed,
    _orders,
    _powers,
    _denominators,
    _two_toggled,
)
RARE: tuple[Kind, ...] = (
    _indices,
    _swapped_indices,
    _negated_inside,
    _left_out,
    _inverses,
    _primes,
    _functions,
    _put_in,
    _numbers,
    _letters,
    _put_between,
)
DEEP = frozenset({_indices, _swapped_indices, _letters})  # kinds that happen inside symbols and derivatives
