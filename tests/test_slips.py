"""Slips: each is one change of the tree, written into the author's text at the same place."""

from __future__ import annotations

import pytest

from mdverify.case import Case
from mdverify.derivation import derive
from mdverify.evidence import gather
from mdverify.notes import read_note
from mdverify.parser import parse_expression
from mdverify.show import show
from mdverify.slips import common_slips, rare_slips, written
from mdverify.source import Source

SIDES = [
    ("A x + b", r"A x - b"),
    ("A x - b", r"b - A x"),
    ("A x", r"2A x"),
    (r"\frac12 x^\top x", r"x^\top x"),
    ("A x", "A^T x"),
    (r"x^\top A", r"A^\top x"),
    ("A B", "B A"),
    ("x^3", "x^2"),
    ("x_i y_j", "x_j y_j"),
    ("x_i y_j", "x_i"),
    (r"\sigma'(z)", r"\sigma (z)"),
    (r"\sigma(z)", r"\sigma'(z)"),
    (r"\sin x", r"\cos x"),
    ("X^{-1} b", "X b"),
    ("X b", "X^{-1} b"),
    ("x x^T", "x^T x"),
    (r"\frac{x}{y}", r"\frac{y}{x}"),
    (r"\frac{x}{y}", r"\frac{x}{\sqrt{y}}"),
    ("3 x", "4 x"),
    ("x + y", "x + x"),
    ("e^{-x}", "e^x"),
    (r"(1 - x^2) + (1 - x^2)^2", r"(1 + x^2) + (1 + x^2)^2"),
    ("h_1 + h_2", "h_0 + h_1"),
    ("2 x^2 + 2 y^2", "3 x^3 + 3 y^3"),
    ("A^{-1/2}", "A^{-1/2-1}"),
    ("x + y", r"2(x + y)"),
]


def slips(side: str) -> list[str]:
    """What a side becomes with one slip, read from the changed text."""
    source = Source("note.md", f"Let $m$ and $n$ be sizes.\n\n$$L = {side}$$\n")
    derivation = derive(read_note(source))
    (site,) = derivation.sites
    case = Case(derivation, gather(derivation), site.lhs, site.rhs, site.position)
    at = written(case, source.text)
    span = site.rhs.span
    edits = [*common_slips(site.rhs, at), *rare_slips(site.rhs, at)]
    return [
        source.text[span.start : edit.span.start] + edit.text + source.text[edit.span.end : span.end]
        for edit in edits
    ]


def plain(text: str) -> str:
    return show(parse_expression(text))


@pytest.mark.parametrize(("side", "slipped"), SIDES, ids=[f"{a} -> {b}" for a, b in SIDES])
def test_the_slip_is_among_them(side: str, slipped: str) -> None:
    assert plain(slipped) in {plain(text) for text in slips(side)}
