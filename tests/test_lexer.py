"""The tokenizer: what a token is, and that no character gets lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdverify.atoms import ATOMS
from mdverify.brackets import group
from mdverify.lexer import OPERANDS, tokenize

_PIECES = r"""
a x T d 1 12 . , ; : + - * / = < > ? ! ' ^ _ { } ( ) [ ] | || & \\ \\[4pt] ~ % $ # \, \quad \{ \} \|
\frac \sqrt \sum \max \arg\max \left( \right) \left. \right| \bigl( \bigr| \Big| \begin{aligned}
\end{aligned} \begin{pmatrix} \end{pmatrix} \begin{cases} \end{cases} \begin{x} \text{if} \text \mathrm{d}
\mathbf \bf \rm \vec \hat \boldsymbol{ab} \operatorname{tr} \log \partial \nabla \alpha \cdots ... \in \le
\Rightarrow \overset \underset \underbrace \over \substack \binom \not \mid \prime \foo \color{red} \tag{1}
tr loss \lim \int \to α ᵀ ² ₁ 𝐱 其中 ， （ ） \limits \boxed \xrightarrow \middle| \! \def \cdot \times \pm
"""
PIECES = _PIECES.split()
JOINED = st.lists(st.sampled_from(PIECES), max_size=30)
TEX = st.one_of(JOINED.map(" ".join), JOINED.map("".join), st.text())


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab", [("letter", "a"), ("letter", "b")]),
        ("tr", [("function", "tr")]),
        ("trA", [("letter", "t"), ("letter", "r"), ("letter", "A")]),
        ("loss", [("name", "loss")]),
        ("3.14x", [("number", "3.14"), ("letter", "x")]),
        ("1...n", [("number", "1"), ("dots", "ldots"), ("letter", "n")]),
        (r"\operatorname*{arg\,min}", [("big", "argmin")]),
        (r"\arg \max", [("big", "argmax")]),
        (r"\mathrm{d}", [("upright", "d")]),
        (r"\text{ if } ", [("text", "if")]),
        (r"\text T", [("font", "rm"), ("letter", "T")]),
        (r"a \% b % comment", [("letter", "a"), ("name", "%"), ("letter", "b")]),
        (r"x\_1", [("letter", "x"), ("script", "_"), ("number", "1")]),
        (r"a\\\\[4pt]b", [("letter", "a"), ("break", r"\\"), ("letter", "b")]),
        (r"\left<\right>", [("left", "⟨"), ("right", "⟩")]),
        (r"\bigl|\bigr|\Big|", [("open", "|"), ("close", "|"), ("bar", "|")]),
        (r"\begin{array}[t]{c|c}", [("begin", "array")]),
        (r"\not\in \not=", [("relation", "notin"), ("relation", "ne")]),
        ("&lt;&amp;≤", [("relation", "<"), ("amp", "&"), ("relation", "le")]),
        ("x²", [("letter", "x"), ("script", "^"), ("lbrace", "{"), ("number", "2"), ("rbrace", "}")]),
        ("𝐱𝑦", [("font", "bf"), ("letter", "x"), ("letter", "y")]),
        (r"\tag{1}\label{eq:a_b}\color{red}{x}", [("lbrace", "{"), ("letter", "x"), ("rbrace", "}")]),
        (r"\nosuchthing", [("unknown", r"\nosuchthing")]),
        ("其中x", [("text", "其中"), ("letter", "x")]),
    ],
)
def test_kinds(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_every_operand_kind_has_a_reader() -> None:
    assert set(ATOMS) == OPERANDS


@given(TEX)
def test_tokens_are_in_order_and_inside_the_text(text: str) -> None:
    at = 0
    for token in tokenize(text, 0, len(text)):
        assert at <= token.start <= token.end <= len(text)
        at = token.start


@given(TEX, st.integers(0, 8), st.integers(0, 8))
def test_a_stretch_reads_like_the_same_text_alone(text: str, before: int, after: int) -> None:
    padded = "x" * before + " " + text + " " + "y" * after
    start, end = before + 1, before + 1 + len(text)
    alone = tokenize(text, 0, len(text))
    within = tokenize(padded, start, end)
    assert [token._replace(start=token.start + start, end=token.end + start) for token in alone] == within


@given(TEX)
def test_groups_nest(text: str) -> None:
    pending = [group(tokenize(text, 0, len(text)), text).tokens]
    while pending:
        for token in pending.pop():
            assert token.kind not in (
                "open",
                "close",
                "bar",
                "lbrace",
                "rbrace",
                "left",
                "right",
                "begin",
                "end",
            )
            pending.append(list(token.inside))
