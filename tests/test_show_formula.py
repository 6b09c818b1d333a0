"""What `mdverify show` says of a line."""

from __future__ import annotations

import pytest

from mdverify.explain import show_formula
from mdverify.settings import Settings
from mdverify.source import Source

NOTE = Source(
    "ridge.md",
    r"""Let $X \in \mathbb{R}^{m\times n}$ and $y \in \mathbb{R}^m$.

$$
L = \|Xw-y\|^2
$$

Hence $\frac{\partial L}{\partial w} = 2X^T(Xw-y)$.

Let $S$ be symmetric.

$$
\begin{aligned}
2S &= S \\
&= S^T
\end{aligned}
$$

Nothing here.
""",
)
GRADIENT = r"""
ridge.md:7:7  $\frac{\partial L}{\partial w} = 2X^T(Xw-y)$
    frac  \frac{\partial L}{\partial w}
      juxt  \partial L
        name  \partial
        name  L
      juxt  \partial w
        name  \partial
        name  w
  =
    juxt  2X^T(Xw-y)
      number  2
      sup  X^T
        name  X
        name  T
      fence ()  (Xw-y)
        -  Xw-y
          juxt  Xw
            name  X
            name  w
          name  y

7:38  verified  \frac{\partial L}{\partial w} = 2X^T(Xw-y)
  layout: denominator
  true under: denominator, mixed
  shapes: L: 1×1, w: n×1, X: m×n, y: m×1
  definition: L = \|Xw-y\|^2 (4)
  sizes: m = 2, n = 3
  left side: [LEFT]
  right side: [LEFT]
"""


def shown(line: int, language: str = "en") -> str:
    return show_formula(NOTE, line, Settings(language=language))


def test_a_derivative_in_full() -> None:
    text = shown(7)
    left = text.rpartition("left side: [")[2].partition("]")[0]
    assert len(left.split("; ")) == 3
    assert text == GRADIENT.lstrip("\n").replace("LEFT", left)


def test_a_definition() -> None:
    *_, step = shown(4).split("\n\n")
    lines = step.splitlines()
    assert lines[:2] == [r"4:3  given  L = \|Xw-y\|^2", "  shapes: w: n×1, X: m×n, y: m×1"]
    assert lines[3].startswith("  value: ")


def test_only_the_steps_of_the_line() -> None:
    tree, step = shown(13).split("\n\n")
    assert tree.splitlines()[0].startswith(r"ridge.md:11:1  $$ \begin{aligned} 2S &= S \\ &= S^T")
    assert step.splitlines()[:3] == [
        "13:5  wrong  2S = S",
        "  shapes: S: p×p",
        "  assumed of S: symmetric",
    ]


def test_all_steps_where_the_line_has_none() -> None:
    assert [part.split()[1] for part in shown(11).split("\n\n")[1:]] == ["wrong", "verified"]


def test_every_formula_of_the_line() -> None:
    assert [part.split("  ")[0] for part in shown(1).split("\n\n")] == [
        "ridge.md:1:5", "1:8", "ridge.md:1:40", "1:43",
    ]  # fmt: skip


def test_chinese() -> None:
    step = shown(14, "zh").split("\n\n")[1].splitlines()
    assert step[:3] == ["14:2  verified  S = S^T", "  形状：S: p×p", "  假设 S: symmetric"]
    assert step[3].startswith("  左边：[")


@pytest.mark.parametrize("line", [2, 18, 19])
def test_no_formula(line: int) -> None:
    assert shown(line) == ""


SOLVED = Source(
    "solved.md",
    r"""Let $G \in \mathbb{R}^{n\times n}$ be invertible and $h \in \mathbb{R}^n$.

Let $R(u) = u^T G^T G u - 2 h^T G u$.

$$\nabla_u R = 2 G^T G u - 2 G^T h = 0$$

Hence $u = G^{-1} h$.

$$\nabla_u R = 2 G^T G u - 2 G^T h = 0$$

Hence $u = -G^{-1} h$.
""",
)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (7, "  put back into: 2 G^T G u - 2 G^T h = 0 (5)\n"),
        (11, "  put back into: 2 G^T G u - 2 G^T h = 0 (9)\n  sizes: n = 3\n  left side: "),
    ],
)
def test_what_a_solution_is_put_back_into(line: int, said: str) -> None:
    assert said in show_formula(SOLVED, line, Settings())
