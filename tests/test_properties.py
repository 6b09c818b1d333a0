"""Properties of the whole tool: total on any text, the same every time, blind to prose and to names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdverify import check_text
from mdverify.render import FORMATS, Style
from mdverify.report import Verdict

FRAGMENTS = (
    "$",
    "$$",
    "\n",
    "\n\n",
    " ",
    "= ",
    "\\frac",
    "{",
    "}",
    "\\partial",
    "^T",
    "^{-1}",
    "_",
    "x",
    "A",
    "\\mathbf{w}",
    "\\sum_{i=1}^{n}",
    "\\begin{bmatrix}",
    "\\end{bmatrix}",
    "&",
    "\\\\",
    "\\cdots",
    "\\end{}",
    "Let $q \\in \\mathbb{R}^0$. ",
    "\\frac{\\partial q^T q}{\\partial q}",
    "\\*",
    "\\foo(",
    "\\operatorname{rank}(",
    "\\bar x",
    "^{(l-1)}",
    "_{t+1}",
    "(",
    ")",
    "|",
    "\\|",
    "2",
    "-",
    "\\in \\mathbb{R}^{n}",
    "\\left(",
    "\\right)",
    "设",
    "，",
    "# ",
    "| ",
    "|---|\n",
    "> ",
    "```\n",
    "\\newcommand",
    "\\nabla",
    "\\log",
    "d",
    "对称",
    "Wrong: ",
    "\\to",
    "\\otimes",
    "999999999999",
    "!",
    "'",
    "\\sqrt",
    "\\text{if }",
)
PROSE = "\n\nAnd that is all there is to say about it, as far as words go.\n"
LETTERS = ("w", "u", "v", "p", "q", "r")

relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

fragments = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)
texts = st.one_of(st.text(max_size=200), fragments)


def verdicts(text: str) -> list[Verdict]:
    (note,) = check_text(text).notes
    return [step.verdict for step in note.steps]


def rendered(text: str) -> str:
    return FORMATS["json"](check_text(text), Style())


@st.composite
def notes(draw: st.DrawFn) -> str:
    """A note about one vector `@`, one matrix M and a vector c; some of its claims are wrong."""
    claims = (
        r"\nabla_@ (c^T @) = c",
        r"\nabla_@ (@^T M @) = (M + M^T) @",
        r"\nabla_@ (@^T M @) = 2 M @",
        r"\nabla_@ \|@\|^2 = 2 @",
        r"\nabla_@ \|M @ - c\|^2 = 2 M^T (M @ - c)",
        r"\nabla_@ \|M @ - c\|^2 = 2 M (M @ - c)",
        r"(M @)^T c = @^T M^T c",
        r"(M @)^T c = c M @",
        r"\|@ + c\|^2 = \|@\|^2 + 2 c^T @ + \|c\|^2",
        r"\|@ + c\|^2 = \|@\|^2 + c^T @ + \|c\|^2",
    )
    head = r"Let $@, c \in \mathbb{R}^n$ and $M \in \mathbb{R}^{n \times n}$. Gradients are column vectors."
    chosen = draw(st.lists(st.sampled_from(claims), min_size=1, max_size=5))
    return head + "".join(f"\n\n$$\n{claim}\n$$" for claim in chosen) + "\n"


@relaxed
@given(texts)
def test_any_text_gets_a_report(text: str) -> None:
    (note,) = check_text(text).notes
    assert all(0 <= step.sign.start <= step.sign.end <= len(text) for step in note.steps)


@relaxed
@given(st.one_of(texts, notes()))
def test_same_text_same_bytes(text: str) -> None:
    assert rendered(text) == rendered(text)


@relaxed
@given(notes())
def test_prose_at_the_end_changes_nothing(note: str) -> None:
    text = note.replace("@", "w")
    assert verdicts(text + PROSE) == verdicts(text)


@relaxed
@given(notes(), st.sampled_from(LETTERS))
def test_a_letter_may_have_another_name(note: str, letter: str) -> None:
    assert verdicts(note.replace("@", letter)) == verdicts(note.replace("@", "w"))


@pytest.mark.parametrize("claim", ["x^T x = x^T x", r"\|x\|^2 = x^T x"])
def test_a_claim_about_a_declared_vector_is_verified(claim: str) -> None:
    assert verdicts(rf"Let $x \in \mathbb{{R}}^n$. Then ${claim}$.")[-1] is Verdict.VERIFIED


def test_expectations_in_one_anothers_definitions_are_counted_once() -> None:
    """Twice as many ways down with every definition: those of twenty fit in no memory."""
    letters = [*"ABCDFGHKMNPQRSUVW", "\\Gamma", "\\Phi", "\\Psi", "\\Omega", "\\Theta"]
    rows = ["Let $x$ and $y$ be independent random vectors.", "$$A = \\mathbb E[x x^T]$$"]
    rows += [
        rf"$${after} = \mathbb E[{before} x x^T] + \mathbb E[{before} y y^T]$$"
        for before, after in pairwise(letters)
    ]
    last = letters[-1]
    rows.append(rf"$$\mathbb E[{last} x + y] = {last}\mathbb E[x] + \mathbb E[y]$$")
    (note,) = check_text("\n\n".join(rows)).notes
    assert note.steps[-1].verdict is Verdict.VERIFIED
