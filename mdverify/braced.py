"""A brace with values and conditions behind it, in whatever environment they are set.

`\\left\\{ \\begin{array}{rcl} x & \\text{if} & x > 0 \\\\ … \\end{array} \\right.` is read as `cases` are:
rows of a value and its condition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from mdverify import cues
from mdverify.formulas import Math
from mdverify.syntax import Apply, Formula, Name, Node, is_none, rebuilt

CASES = frozenset({"cases", "dcases", "rcases"})
CONDITIONS = frozenset({"=", "ne", "<", ">", "le", "ge"})
_OPENS_WITH = re.compile(r"\\(?:left|[bB]igg?l?)\s*\\(?:\{|lbrace)|\{d?cases")
_IF = re.compile(cues.IF)
_ELSE = re.compile(cues.ELSE)


def with_cases(formulas: Sequence[Formula], maths: Sequence[Math]) -> tuple[Formula, ...]:
    """The formulas with such braces as `cases` of two cells a row."""
    return tuple(
        formula.with_sides(partial(rebuilt, change=_cased)) if _OPENS_WITH.search(math.body) else formula
        for formula, math in zip(formulas, maths, strict=True)
    )


def is_if(node: Node) -> bool:
    """`if`, `for`, `当`: a word before a condition."""
    return _IF.fullmatch(_word(node).strip(" :,，")) is not None


def is_rest(node: Node) -> bool:
    """`otherwise`; an empty cell says the same."""
    return is_none(node) or _ELSE.fullmatch(_word(node).strip(" .,;。，；")) is not None


def _word(node: Node) -> str:
    """What is set as text, or as an upright name for want of knowing the word."""
    match node:
        case Apply("text", _, words):
            return words
        case Name(text, "rm"):
            return text
    return ""


def is_word(node: Node) -> bool:
    """Text, or the upright name of a condition's first word."""
    return (isinstance(node, Apply) and node.op == "text") or is_if(node)


def _cased(whole: Apply) -> Node:
    match whole:
        case Apply("fence", (Apply("matrix", rows),), "{.") | Apply("matrix", rows) if (
            whole.op == "fence" or whole.detail.rstrip("*") in CASES
        ):
            cells = [_pair(row) for row in rows if isinstance(row, Apply)]
            pairs = tuple(pair for pair in cells if pair is not None)
            if len(pairs) == len(cells) > 1:
                return Apply("matrix", pairs, "cases", whole.span)
    return whole


def _pair(row: Apply) -> Apply | None:
    """A row as a value and its condition; None where it is an equation, or says no condition."""
    match row.args:
        case (Apply("list", (value, condition), ","),):
            pass
        case (value, condition):
            pass
        case (value, word, condition) if is_if(word):
            pass
        case (value, condition, rest) if is_none(rest):
            pass
        case _:
            return None
    if isinstance(value, Apply) and value.op == "rel":
        return None
    return Apply("row", (value, condition), row.detail, row.span) if _is_condition(condition) else None


def _is_condition(node: Node) -> bool:
    if isinstance(node, Apply) and node.op == "rel":
        return set(node.detail.split()) <= CONDITIONS
    return is_rest(node)
