"""The convention of a note that declares none: a single step against many is reported, a mixture is not."""

from __future__ import annotations

from mdverify import check_text
from mdverify.report import Verdict

DECLARED = "Let $x, a, b, c, d \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$.\n\n"
COLUMN = r"$$\frac{\partial (%s^T x)}{\partial x} = %s$$"
ROW = r"$$\frac{\partial (%s^T x)}{\partial x} = %s^T$$"


def verdicts(*steps: str) -> list[Verdict]:
    (note,) = check_text(DECLARED + "\n\n".join(steps) + "\n").notes
    return [step.verdict for step in note.steps if step.verdict is not Verdict.GIVEN]


def test_one_row_among_columns_is_reported() -> None:
    columns = [COLUMN % (letter, letter) for letter in "abcd"]
    assert verdicts(*columns, ROW % ("a", "a")) == [Verdict.VERIFIED] * 4 + [Verdict.LAYOUT]


def test_one_column_among_rows_is_reported() -> None:
    rows = [ROW % (letter, letter) for letter in "abcd"]
    assert verdicts(COLUMN % ("a", "a"), *rows) == [Verdict.LAYOUT] + [Verdict.VERIFIED] * 4


def test_a_mixture_is_nobody_s_fault() -> None:
    steps = [COLUMN % ("a", "a"), COLUMN % ("b", "b"), ROW % ("c", "c"), ROW % ("d", "d")]
    assert verdicts(*steps) == [Verdict.VERIFIED] * 4
