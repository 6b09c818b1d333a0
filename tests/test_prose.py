"""What the prose of a note says: one short sample for each way of saying it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdverify import cues
from mdverify.notes import Note, read_note
from mdverify.prose import Fact, facts
from mdverify.source import Source


def note(text: str) -> Note:
    return read_note(Source("sample.md", text))


def spell(text: str) -> list[str]:
    """Facts as `kind: subjects | sizes`, formulas as their TeX."""
    read = note(text)
    tex = [m.body.strip() for m in read.maths]

    def line(fact: Fact) -> str:
        subjects = ", ".join([tex[i] for i in fact.subjects] or [fact.words])
        sizes = ", ".join(size if isinstance(size, str) else tex[size] for size in fact.sizes)
        return f"{fact.kind}: {subjects}" + (f" | {sizes}" if sizes else "")

    return [line(fact) for fact in facts(read)]


SAYS = {
    "vector": [
        ("some $g$ and $h$ with $k$ entries", "vector: g, h | k"),
        ("取 $p$ 为 $k$ 维列向量。", "vector: p | k"),
        ("给出 n维向量 $g$。", "vector: g | n"),
        ("$h$ 为 $k\\times 1$ 的向量", "vector: h | k\\times 1"),
        ("Here $g$ is a vector with $k$ components.", "vector: g | k"),
        ("where $g$ and $h$ are $k$-vectors", "vector: g, h | k"),
        ("take an $k$-dimensional vector $h$", "vector: h | k"),
        ("a column vector $h$ of weights", "vector: h"),
        ("for vectors $g$ and $h$ with $k$ components", "vector: g, h | k"),
        ("向量 $g$、$h$ 都在里面", "vector: g, h"),
        ("$g$, $h$ are vectors of length $k$", "vector: g, h | k"),
        ("$r$ 是行向量", "row-vector: r"),
        ("$r$ is a row vector.", "row-vector: r"),
        ("向量 $g$ 的维度是 $k$", "vector: g | k"),
        ("into $g$ (length $k$) and others", "vector: g | k"),
        ("其中 $g$（长度 $k$）为", "vector: g | k"),
        ("Take $h$, a vector of length $k$, and $g$.", "vector: h | k"),
    ],
    "matrix": [
        ("The matrix $G$ of size $k\\times n$ is known.", "matrix: G | k\\times n"),
        ("Let $G$ and $H$ be two symmetric matrices.", "matrix: G, H"),
        ("Let $g$, $H$ a matrix with a trace.", "matrix: H"),
        ("where $H$ is of order $k$", "square: H | k"),
        ("$M$ is an $p$ by $q$ matrix.", "matrix: M | p, q"),
        ("$M$ 为 $p\\times q$ 矩阵", "matrix: M | p\\times q"),
        ("any $p\\times q$ matrix $M$ will do", "matrix: M | p\\times q"),
        ("Let $Z$ be $p\\times q$.", "matrix: Z | p\\times q"),
        ("take $M$ ($p\\times q$) and $N$ ($q\\times p$)", "matrix: N | q\\times p"),
        ("$K$ 为 $q$ 阶方阵", "square: K | q"),
        ("$K$ is a square matrix.", "square: K"),
        ("$M$ 的大小是 $p\\times q$", "matrix: M | p\\times q"),
        ("$M$ 是 $p$ 行 $q$ 列的矩阵", "matrix: M | p, q"),
    ],
    "scalar and function": [
        ("$c$ 为标量", "scalar: c"),
        ("where $c$ is a scalar", "scalar: c"),
        ("$c>0$ is a number", "scalar: c>0"),
        ("the scalar $s(g)$ below", "scalar: s(g)"),
        ("向量函数 $P$、$Q$", "vector-function: P, Q"),
        ("$p$ 是 $g$ 的 $k$ 维向量函数", "function-of: p | g, k"),
        ("$p$, $q$ are smooth functions of $g$", "function-of: p, q | g"),
        ("这里 $\\phi$ 逐元素作用", "elementwise: \\phi"),
        ("where $\\phi$ is applied elementwise", "elementwise: \\phi"),
    ],
    "assumptions": [
        ("$K$ is symmetric and positive definite.", "positive-definite: K"),
        ("for symmetric positive definite $K$ we have", "symmetric: K"),
        ("设 $K$ 为对称正定矩阵。", "positive-definite: K"),
        ("$K$ 半正定", "positive-semidefinite: K"),
        ("$K$ is not necessarily symmetric", "asymmetric: K"),
        ("$K$（不一定对称）", "asymmetric: K"),
        ("$K$ 没有对称性", "asymmetric: K"),
        ("a matrix $K$ is given; $K$ is arbitrary", "asymmetric: K"),
        ("with $K$ invertible", "invertible: K"),
        ("若 $K$ 非奇异", "invertible: K"),
        ("$Q$ 是正交矩阵", "orthogonal: Q"),
        ("since $Q$ is orthogonal", "orthogonal: Q"),
        ("$V$ has orthonormal columns", "orthonormal-columns: V"),
        ("where $g\\in\\mathbb R^k$ has unit length", "unit: g\\in\\mathbb R^k"),
        ("$g$ 是单位向量", "unit: g"),
        ("单位向量 $g$", "unit: g"),
        ("$M$ has full column rank", "full-column-rank: M"),
        ("$M$（列满秩）", "full-column-rank: M"),
        ("$M$ with full row rank", "full-row-rank: M"),
        ("对角矩阵 $D$", "diagonal: D"),
        ("a diagonal matrix $D$", "diagonal: D"),
        ("$t$ 是 one-hot 向量", "one-hot: t"),
        ("$c$ 是正数", "positive: c"),
        ("one positive scale $c$", "positive: c"),
        ("$c$ 是常数", "constant: c"),
        ("$g$ is constant", "constant: g"),
        ("$p$ 与 $g$ 无关", "constant: p | g"),
        ("$H$ is idempotent", "idempotent: H"),
        ("$H$ 是上三角矩阵", "upper-triangular: H"),
        ("$\\mathbf 1$ is the all-ones vector", "ones: \\mathbf 1"),
        ("$p$ is a probability vector", "probability: p"),
        ("假设矩阵对称", "symmetric: "),
        ("设 K 是对称矩阵", "symmetric: K"),
        ("Put $S = BB^T$, which is symmetric", "symmetric: S = BB^T"),
    ],
    "more assumptions": [
        ("$c$ 是与 $g$ 无关的常数", "constant: c | g"),
        ("$\\mathbf 1$ denotes the vector of ones", "ones: \\mathbf 1"),
        ("$e_j$ 是第 $j$ 个标准基向量", "standard-basis: e_j | j"),
        ("for a symmetric matrix $K$, $x^TKx$ is", "symmetric: K"),
        ("for symmetric $K$, $L$ and $M$", "symmetric: K, L, M"),
    ],
    "rows and entries": [
        ("Each row of $M$ is a sample", "rows-of: M"),
        ("$M$ 的第 $i$ 行是 $m_i^T$", "rows-of: M, m_i^T | i"),
        ("the rows of $M$ are $m_i^T$", "rows-of: M, m_i^T"),
        ("把样本按行排成 $M$", "rows-of: M"),
        ("features $M$ (one row per sample)", "rows-of: M"),
        ("$m_j$ are the columns of $M$", "columns-of: M, m_j"),
        ("with $m_{ij}$ the entries of $M$", "entries-of: M, m_{ij}"),
        ("$M$ 的元素 $m_{ij}$", "entries-of: M, m_{ij}"),
        ("$g_j$ 表示 $g$ 的第 $j$ 个分量", "component-of: g_j, g | j"),
    ],
    "marks": [
        ("A prime denotes transposition.", "prime-transpose: "),
        ("这里撇号表示转置", "prime-transpose: "),
        ("$'$ 表示求导", "prime-derivative: '"),
        ("a prime is $d/dt$", "prime-derivative: d/dt"),
        ("这里 $T$ 是步数，不是转置", "T-is-number: T"),
        ("Now let $g$ be something else.", "new-life: g"),
        ("现在设 $g$ 很小", "new-life: g"),
    ],
    "verdicts": [
        ("Wrong: $p = q$. Right: $p = r$.", "wrong-ahead: p = q"),
        ("Wrong: $p = q$. Right: $p = r$.", "right-ahead: p = r"),
        ("错误：$p = q$，正确：$p = r$。", "wrong-ahead: p = q"),
        ("$p = q$ 是错的。", "wrong-ahead: p = q"),
        ("What is $p + q$?", "question: p + q"),
        ("Find $p =\\,?$", "question: p =\\,?"),
        ("也可以写成列向量形式：\n\n$$p = q$$", "alternative-column: p = q"),
        ("in row form, $p = q^T$", "alternative-row: p = q^T"),
        ("$p = q^T$ 或写成 $p = q$", "alternative: p = q"),
    ],
    "layout": [
        ("The gradient of a scalar function is a column vector.", "gradient-column: "),
        ("The gradient with respect to a vector is another row vector.", "gradient-row: "),
        ("全文采用分母布局。", "layout-denominator: "),
        ("A Jacobian has one row per component.", "jacobian-rows: "),
        ("雅可比矩阵行对应分子、列对应分母。", "jacobian-rows: "),
        ("We use numerator layout throughout.", "layout-numerator: "),
        ("Convention. Numerator layout.", "layout-numerator: "),
        ("# 分子布局\n", "layout-numerator: "),
        ("在分母布局的条件下：\n$$p$$", "layout-denominator: "),
        ("## 约定\n\n导数的排法（混合布局）", "layout-mixed: "),
        ("We write gradients as row vectors.", "gradient-row: "),
        ("The Jacobian is $p$ by $q$ (numerator layout).", "layout-numerator: "),
        ("梯度一律写成列向量。", "gradient-column: "),
        ("All gradients are columns.", "gradient-column: "),
    ],
}


@pytest.mark.parametrize(("text", "expected"), [pair for pairs in SAYS.values() for pair in pairs])
def test_says(text: str, expected: str) -> None:
    assert expected in spell(text)


SILENT = [
    ("each word $g$ has a vector of its own", "vector"),
    ("Let $H$ be a matrix of order $k$, which is not symmetric.", "asymmetric"),
    ("a random vector $g$ with covariance $G$, $h$ the covariance $H$", "symmetric: G, h"),
    ("a column $k$ and order $k$, and $H$ denotes the identity", "identity: k, H"),
    ("$g$ 表示向量内积", "vector"),
    ("$K$ 不可逆", "invertible"),
    ("Is $K$ symmetric?", "symmetric"),
    ("$p$ 是对称矩阵的特征值", "symmetric"),
    ("$g$ is orthogonal to $h$", "orthogonal"),
    ("the positive class $y = 1$", "positive"),
    ("$K$ 可逆 $\\Leftrightarrow$ $\\det K \\ne 0$", "invertible"),
    ("$K$ is symmetric and $g$ is small", "symmetric: g"),
    ("if $K$ is invertible, the vector $g$ is unique", "invertible: g"),
    ("two conventions: numerator layout and denominator layout", "layout"),
    ("- [分母布局](#a)\n- [分子布局](#b)", "layout"),
    ("Only the last page is not in denominator layout.", "layout"),
    ("Of the rows of a Jacobian we say nothing.", "jacobian"),
    ("Incorrect: $p = q$.", "right-ahead"),
    ("写在对角线元素 $d$ 上", "diagonal"),
    ("Independent columns make $K$ full", "full-column-rank"),
]


@pytest.mark.parametrize(("text", "prefix"), SILENT)
def test_silent(text: str, prefix: str) -> None:
    assert [said for said in spell(text) if said.startswith(prefix)] == []


def reach(text: str, kind: str) -> str:
    read = note(text)
    (fact,) = [f for f in facts(read) if f.kind == kind]
    return text[slice(*fact.reach)]


def test_condition_reaches_the_display_below() -> None:
    text = "# A\n\n若 $K$ 对称，则\n\n$$a$$\n\n一般地\n\n$$b$$\n"
    assert reach(text, "symmetric") == "若 $K$ 对称，则\n\n$$a$$"


def test_declaration_reaches_its_section_from_the_formula_before() -> None:
    text = "# A\n\nintro\n\n$$a$$\n\nwhere $K$ is symmetric.\n\n$$b$$\n\n# B\n\n$$c$$\n"
    assert reach(text, "symmetric") == "$$a$$\n\nwhere $K$ is symmetric.\n\n$$b$$\n\n"


def test_notation_reaches_the_note() -> None:
    text = "# T\n\n## Notation\n\n- $K$ is symmetric\n\n## Rest\n\n$$c$$\n"
    assert reach(text, "symmetric") == text


def test_cell_reaches_its_row() -> None:
    text = "| f | g |\n|---|---|\n| $x^TKx$ ($K$ symmetric) | $2Kx$ |\n| $x^TKx$ | $Kx$ |\n"
    assert reach(text, "symmetric") == "$x^TKx$ ($K$ symmetric) | $2Kx$"


def test_item_condition_reaches_its_item() -> None:
    text = "- 若 $K$ 对称：\n  $$a$$\n- 否则 $b$\n"
    assert reach(text, "symmetric") == "- 若 $K$ 对称：\n  $$a$$"


def test_section_only() -> None:
    text = "# T\n\nIn this section only, a prime is a transpose.\n\n# U\n\n$a'$\n"
    assert reach(text, "prime-transpose") == text[: text.index("# U")]


def test_from_here_on() -> None:
    text = "# T\n\n$$a$$\n\nFrom here on $K$ is arbitrary.\n\n$$b$$\n"
    assert reach(text, "asymmetric").startswith("From here")


def test_layout_of_a_heading() -> None:
    text = "# T\n\n## 分母布局\n\n$$a$$\n\n## 分子布局\n\n$$b$$\n"
    assert reach(text, "layout-denominator") == "## 分母布局\n\n$$a$$\n\n"


def test_adopted_in_a_section_about_layout() -> None:
    text = "# T\n\n## Part\n\n### 布局约定\n\n我们采用分母布局。\n\n### Rest\n\n$$a$$\n"
    assert reach(text, "layout-denominator").endswith("$$a$$\n")


CUES = "$x$ $A$ $m\\times n$ 是 为 对称 is symmetric , 的 矩阵 vector if 若 则 ： 分母布局 ? 。 and not 不"
BREAKS = [
    "Wrong:",
    "prime",
    "\n\n",
    "\n\n$$a$$\n\n",
    "# ",
    "- ",
    "（",
    "）",
    "| ",
    "n",
    "with $n$ components",
    "第 $i$ 行是",
]
WORDS = st.sampled_from([*CUES.split(), *BREAKS])


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_total(text: str) -> None:
    read = note(text)
    for fact in facts(read):
        assert all(
            0 <= i < len(read.maths) for i in (*fact.subjects, *(s for s in fact.sizes if isinstance(s, int)))
        )
        assert 0 <= fact.span.start <= fact.span.end <= len(text)
        assert 0 <= fact.reach.start <= fact.reach.end <= len(text)


def test_cues_are_written_in_small_letters() -> None:
    rows = [row[1] for row in (*cues.PROPERTIES, *cues.NOUNS)]
    rows += [text for frame in cues.FRAMES for text in (frame.before, frame.after)]
    rows += [phrase.regex for phrase in cues.PHRASES]
    rows += [*cues.SIZES, cues.NEGATIONS, cues.FILLERS, cues.FILLERS_ZH]
    beside = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\.|\{[A-Z]\}|\?P<\w+>")
    assert [row for row in rows if re.search("[A-Z]", beside.sub("", row))] == []
