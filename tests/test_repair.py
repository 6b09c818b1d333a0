"""Suggestions: each is the author's text with one slip mended, and holds when put in its place."""

from __future__ import annotations

import pytest

from mdverify import check_text
from mdverify.report import Step, Verdict

DECLARED = "Let $A \\in \\mathbb{R}^{n \\times m}$ and $x, y \\in \\mathbb{R}^m$, $b \\in \\mathbb{R}^n$.\n\n"
REPAIRS = [
    (r"\frac{\partial}{\partial x} \|Ax - b\|^2 = A^\top(Ax - b)", r"2A^\top(Ax - b)"),
    (r"\frac{\partial}{\partial x} \|b - Ax\|^2 = 2A^\top(b - Ax)", r"-2A^\top(b - Ax)"),
    (r"\|x - y\|^2 = x^\top x + 2x^\top y + y^\top y", r"x^\top x - 2x^\top y + y^\top y"),
    (r"(A^\top A x)^\top = x^\top A A^\top", r"x^\top A^\top A"),
    (r"\frac{\partial}{\partial x} x^\top A^\top b = A b", r"A^\top b"),
    (r"\frac{d}{dt} (t^4 + 1) = 4t^2", r"4t^3"),
]


def only(text: str) -> Step:
    (found,) = [step for note in check_text(text).notes for step in note.steps if step.rule is not None]
    return found


@pytest.mark.parametrize(("claim", "meant"), REPAIRS, ids=[meant for _, meant in REPAIRS])
def test_the_slip_is_mended(claim: str, meant: str) -> None:
    assert only(f"{DECLARED}$${claim}$$\n").suggestion == meant


@pytest.mark.parametrize(("claim", "meant"), REPAIRS, ids=[meant for _, meant in REPAIRS])
def test_the_suggestion_holds(claim: str, meant: str) -> None:
    lhs, _ = claim.split(" = ")
    steps = [s for n in check_text(f"{DECLARED}$${lhs} = {meant}$$\n").notes for s in n.steps]
    assert steps[-1].verdict is Verdict.VERIFIED


def test_two_slips_get_no_suggestion() -> None:
    claim = r"\frac{\partial}{\partial x} \|Ax - b\|^2 = -7 b^\top A"
    assert only(f"{DECLARED}$${claim}$$\n").suggestion is None


def test_the_transpose_is_spelled_as_in_the_note() -> None:
    text = r"Let $A \in \mathbb{R}^{n \times m}$, $b \in \mathbb{R}^n$." + "\n\n"
    text += r"$$\nabla_x (x^{\mathrm{T}} A^{\mathrm{T}} b) = A b$$" + "\n"
    assert only(text).suggestion == r"A^{\mathrm{T}} b"


def test_what_stands_on_the_other_side_is_no_suggestion() -> None:
    assert only(DECLARED + "$$x y^T = y^T x$$\n").suggestion is None
