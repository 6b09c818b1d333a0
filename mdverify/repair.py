"""Candidate corrections of a wrong right-hand side, each verified before it is suggested.

The candidates are the slips people make: a sign, a factor 2, a transpose, the order of two factors,
a power. One is changed at a time, in the tree and in the author's own text at the same place, so a
suggestion keeps everything else as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from mdverify.attempt import attempt
from mdverify.case import Case
from mdverify.reading import Options
from mdverify.source import Span
from mdverify.syntax import Apply, Name, Node, Number

MOST = 40  # candidates tried for one finding
TRANSPOSED = (
    "^{\\mathrm{T}}",
    "^{\\mathrm T}",
    "^{\\mathsf{T}}",
    "^{\\text T}",
    "^{\\top}",
    "^\\top",
    "^T",
    "'",
)
PRODUCTS = frozenset({"juxt"})


class Edit(NamedTuple):
    """A changed tree, and the change in the text: what stands in `span` becomes `text`."""

    node: Node
    span: Span
    text: str


Kind = Callable[[Node, str, str], Iterator[Edit]]


def suggestion(case: Case, options: Options, text: str) -> str | None:
    """The right-hand side as it may have been meant, or None where no single slip explains it.

    `case` is the step, `options` the reading under which it failed (with the layout in force), `text`
    the text of the note.
    """
    spelling = _spelling(text)
    for edit in islice(_edits(case.rhs, text, spelling), MOST):
        if edit.node == case.lhs:  # true, and of no use
            continue
        mended = replace(case, rhs=edit.node)
        if attempt(mended, options, sure=False).kind == "agree":
            return _applied(text, case.rhs.span, edit)
    return None


def _applied(text: str, side: Span, edit: Edit) -> str:
    return text[side.start : edit.span.start] + edit.text + text[edit.span.end : side.end]


def _spelling(text: str) -> str:
    """How the note writes a transpose."""
    counts = {spelling: text.count(spelling) for spelling in TRANSPOSED[:-1]}
    return max(counts, key=lambda spelling: counts[spelling]) if any(counts.values()) else "^T"


def _edits(side: Node, text: str, transpose: str) -> Iterator[Edit]:
    """Single slips, the commonest first: signs, factors, transposes, order, powers."""
    yield from _negated(side, text)
    for kind in KINDS:
        yield from _everywhere(side, kind, text, transpose)
    yield _whole_transposed(side, text, transpose)


def _everywhere(node: Node, kind: Kind, text: str, transpose: str) -> Iterator[Edit]:
    """The edits of a node and of everything below it, put back into the whole."""
    yield from kind(node, text, transpose)
    if isinstance(node, Apply):
        for at, arg in enumerate(node.args):
            for edit in _everywhere(arg, kind, text, transpose):
                args = (*node.args[:at], edit.node, *node.args[at + 1 :])
                yield Edit(replace(node, args=args), edit.span, edit.text)


def _negated(side: Node, text: str) -> Iterator[Edit]:
    """The whole with the other sign; a difference turned round."""
    written = text[side.span.start : side.span.end]
    match side:
        case Apply("neg", _):
            return
        case Apply("-", (left, right)):
            one, two = (text[part.span.start : part.span.end] for part in (left, right))
            between = text[left.span.end : right.span.start]
            yield Edit(replace(side, args=(right, left)), left.span.cover(right.span), two + between + one)
        case Apply("+", _):
            fenced = Apply("fence", (side,), "()", side.span)
            yield Edit(Apply("neg", (fenced,), span=side.span), side.span, f"-({written})")
        case _:
            yield Edit(Apply("neg", (side,), span=side.span), Span(side.span.start, side.span.start), "-")


def _signs(node: Node, text: str, transpose: str) -> Iterator[Edit]:
    match node:
        case Apply("+" | "-" as op, (left, right)):
            other = "-" if op == "+" else "+"
            between = Span(left.span.end, right.span.start)
            if text[between.start : between.end].count(op) == 1:
                changed = text[between.start : between.end].replace(op, other)
                yield Edit(replace(node, op=other), between, changed)
        case Apply("neg", (body,)):
            yield Edit(body, Span(node.span.start, body.span.start), "")


def _factors(node: Node, text: str, transpose: str) -> Iterator[Edit]:
    """A 2 too few or too many."""
    two = Number("2", Span(node.span.start, node.span.start))
    match node:
        case Apply("juxt", (Number("2"), *rest)) if rest:
            kept = rest[0] if len(rest) == 1 else replace(node, args=tuple(rest))
            yield Edit(kept, Span(node.span.start, rest[0].span.start), "")
        case Apply("juxt", (Apply("frac", (Number("1"), Number("2"))), *rest)) if rest:
            kept = rest[0] if len(rest) == 1 else replace(node, args=tuple(rest))
            yield Edit(kept, Span(node.span.start, rest[0].span.start), "")
        case Apply("juxt", args):
            yield Edit(replace(node, args=(two, *args)), Span(node.span.start, node.span.start), "2")
        case Name() | Apply("sub" | "sup" | "big" | "accent"):
            doubled = Apply("juxt", (two, node), span=node.span)
            yield Edit(doubled, Span(node.span.start, node.span.start), "2")


def _transposes(node: Node, text: str, transpose: str) -> Iterator[Edit]:
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            yield Edit(body, node.span, text[body.span.start : body.span.end])
        case Name() | Apply("fence" | "accent"):
            turned = Apply("sup", (node, Name("top", span=node.span)), span=node.span)
            yield Edit(turned, Span(node.span.end, node.span.end), transpose)


def _reversed(node: Node, text: str, transpose: str) -> Iterator[Edit]:
    """The transpose of a product: `t^T X` as `X^T t`."""
    if not (isinstance(node, Apply) and node.op == "juxt"):
        return
    scalars = [
        arg for arg in node.args if isinstance(arg, Number) or (isinstance(arg, Apply) and arg.op == "frac")
    ]
    factors = [arg for arg in node.args if arg not in scalars]
    if len(factors) < 2:
        return
    turned = [_toggled(arg, text, transpose) for arg in reversed(factors)]
    numbers = "".join(text[arg.span.start : arg.span.end] for arg in scalars)
    args = (*scalars, *(tree for tree, _ in turned))
    yield Edit(replace(node, args=args), node.span, numbers + " ".join(written for _, written in turned))


def _toggled(node: Node, text: str, transpose: str) -> tuple[Node, str]:
    """A factor with its transpose taken off or put on."""
    match node:
        case Apply("sup", (body, Name("T" | "top"))):
            return body, text[body.span.start : body.span.end]
    written = text[node.span.start : node.span.end] + transpose
    return Apply("sup", (node, Name("top", span=node.span)), span=node.span), written


def _orders(node: Node, text: str, transpose: str) -> Iterator[Edit]:
    """Two neighbouring factors in the other order."""
    if not (isinstance(node, Apply) and node.op in PRODUCTS):
        return
    for at, (one, two) in enumerate(zip(node.args, node.args[1:], strict=False)):
        if isinstance(one, Number) or isinstance(two, Number):
            continue
        args = (*node.args[:at], two, one, *node.args[at + 2 :])
        between = text[one.span.end : two.span.start]
        swapped = text[two.span.start : two.span.end] + between + text[one.span.start : one.span.end]
        yield Edit(replace(node, args=args), one.span.cover(two.span), swapped)


def _powers(node: Node, text: str, transpose: str) -> Iterator[Edit]:
    match node:
        case Apply("sup", (body, Number(digits) as power)) if digits.isdigit():
            for other in (int(digits) + 1, int(digits) - 1):
                changed = Number(str(other), power.span)
                yield Edit(replace(node, args=(body, changed)), power.span, str(other))


KINDS: tuple[Kind, ...] = (_signs, _factors, _transposes, _reversed, _orders, _powers)


def _whole_transposed(side: Node, text: str, transpose: str) -> Edit:
    fenced = Apply("fence", (side,), "()", side.span)
    turned = Apply("sup", (fenced, Name("top", span=side.span)), span=side.span)
    return Edit(turned, side.span, f"({text[side.span.start : side.span.end]}){transpose}")
