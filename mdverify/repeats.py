r"""The short form `(a + b)(\cdot)^T`, `(a + b)(\text{same})^T`: the bracket before it once more."""

from __future__ import annotations

from dataclasses import replace

from mdverify.syntax import Apply, Formula, Name, Node

SAME = frozenset({"same", "cdot", "ast", "bullet", "star", "*", "idem"})


def with_repeats(formulas: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """The formulas with every repeated bracket written out."""
    return tuple(formula.with_sides(_written_out) for formula in formulas)


def _written_out(node: Node) -> Node:
    if not isinstance(node, Apply):
        return node
    args = tuple(map(_written_out, node.args))
    if node.op == "juxt":
        args = tuple(_repeated(before, factor) for before, factor in zip((None, *args), args, strict=False))
    same = all(new is old for new, old in zip(args, node.args, strict=True))
    return node if same else replace(node, args=args)


def _repeated(before: Node | None, factor: Node) -> Node:
    """A factor, with the bracket before it where it only says "the same"."""
    match before, factor:
        case Apply("fence", _, "()" | "[]"), Apply("sup", (Apply("fence", (body,)), _)) if _says_same(body):
            return replace(factor, args=(before, *factor.args[1:]))
    return factor


def _says_same(body: Node) -> bool:
    parts = body.args if isinstance(body, Apply) and body.op == "juxt" else (body,)
    return "".join(map(_word, parts)).strip().lower() in SAME


def _word(node: Node) -> str:
    match node:
        case Name(text) | Apply("text", _, text):
            return text
    return "?"
