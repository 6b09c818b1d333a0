"""What is boxed inside a formula, and what is not given to a renderer at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mdverify.pages.marks import Mark, marked
from mdverify.pages.tex import MOST_NESTED, depth, holds_delimiter, is_unsafe
from mdverify.source import Span
from mdverify.typeset import is_sound, without_comments

UNSAFE = (
    r"\href{javascript:alert(1)}{x}",
    r"\href {data:text/html,x}{x}",
    r"\text{\href{javascript:alert(1)}{x}}",
    r"\def\h#1{\href{#1:alert(1)}{x}}\h{javascript}",
    r"\csname href\endcsname{javascript:alert(1)}{x}",
    r"\style{position:fixed}{x}",
    r"\class{md-overlay}{x}",
    r"\cssId{mdv-note-1}{x}",
    r"\bbox[position:fixed; inset:0]{x}",
    r'\mmlToken{mi}[href="javascript:alert(1)"]{x}',
)
SAFE = (r"\href{https://example.org/a}{x}", r"\href{#section}{x}", r"\bbox[5px, red]{x}", r"\hrefx")


def test_what_could_act_beyond_its_formula() -> None:
    assert [tex for tex in UNSAFE if not is_unsafe(tex)] == []
    assert [tex for tex in SAFE if is_unsafe(tex)] == []


def test_delimiters_inside_a_formula() -> None:
    assert [holds_delimiter(tex) for tex in (r"a \) b", r"a $ b", "a \\", r"\] a")] == [True] * 4
    assert not holds_delimiter(r"\text{if $x$} \$ \\[2pt]")


# The range to be marked stands between « and »; what is then boxed between ⟦ and ⟧, or, where the style
# is not that of a display, between ⟪ and ⟫.
MARKED = {
    r"a = «b + c».": r"a = ⟦b + c⟧.",
    r"«a = b»": r"⟦a = b⟧",
    r"a «= b,»": r"a = ⟦b⟧,",
    r"a «- b»": r"a ⟦{}- b⟧",
    r"\frac{«a + b»}{c}": r"\frac{⟪a + b⟫}{c}",
    r"\frac{a «+ b}{c»}": r"⟦\frac{a + b}{c}⟧",
    r"x^{«n»}": r"⟦x^{n}⟧",
    r"\mathbf{«x»}": r"⟦\mathbf{x}⟧",
    r"\left( «a» + b \right)": r"\left( ⟦a⟧ + b \right)",
    r"\left( a «+ b \right) c»": r"⟦\left( a + b \right) c⟧",
    r"{\bf «x» + y}": r"⟦{\bf x + y}⟧",
    r"«a \over b»": r"⟦a \over b⟧",
    r"\begin{aligned} a &= «b \\ &= c» \end{aligned}": r"\begin{aligned} a &= ⟦b⟧ \\ &= ⟦c⟧ \end{aligned}",
    r"\begin{aligned} «a &= b» \\[2pt] \end{aligned}": r"\begin{aligned} ⟦a⟧ &= ⟦b⟧ \\[2pt] \end{aligned}",
    r"«\begin{align} a &= b \end{align}»": r"\begin{align} ⟦a⟧ &= ⟦b⟧ \end{align}",
    r"«a = b \tag{1}»": r"⟦a = b⟧ \tag{1}",
    r"\begin{matrix} a & «b» \end{matrix}": r"\begin{matrix} a & ⟪b⟫ \end{matrix}",
    r"a = \text{if «b» c}": r"a = ⟦\text{if b c}⟧",
    "«a % b\n+ c»": "⟦a    \n+ c⟧",
    r"«\sum_{i=1}^n» x_i": r"⟦\sum_{i=1}^n⟧ x_i",
    r"\begin{array}{c|c} «a» & b \end{array}": r"\begin{array}{c|c} ⟪a⟫ & b \end{array}",
    r"a = «»b": r"a = b",
    r"\left( «a» ": r"\left( a ",
}
BOXES = {"⟦": r"\colorbox{#0000}{\(\displaystyle ", "⟧": r"\)}", "⟪": r"\colorbox{#0000}{\(", "⟫": r"\)}"}


@pytest.mark.parametrize(("pattern", "expected"), MARKED.items())
def test_marked(pattern: str, expected: str) -> None:
    start, end = pattern.index("«"), pattern.index("»") - 1
    tex = pattern.replace("«", "").replace("»", "")
    for sign, written in BOXES.items():
        expected = expected.replace(sign, written)
    assert marked(tex, True, [Mark(Span(start, end), "#0000")]) == expected


def test_several_marks_nest_and_do_not_cross() -> None:
    marks = [Mark(Span(0, 5), "#1", "①"), Mark(Span(4, 5), "#2", "②"), Mark(Span(4, 9), "#3", "③")]
    assert marked("a + b + c", False, marks) == (
        r"\colorbox{#1}{\(a + \colorbox{#2}{\(b\text{ ②}\)}\text{ ①}\)} + c"
    )


def test_deep_nesting_is_left_alone() -> None:
    tex = "{" * 5000 + "x" + "}" * 5000
    assert depth(tex) > MOST_NESTED
    assert marked(tex, True, [Mark(Span(5000, 5001), "#0000")]) == tex


PIECES = st.sampled_from(
    (
        *(
            "a",
            "b",
            " ",
            "=",
            "+",
            "&",
            r"\\",
            "{",
            "}",
            "_",
            "^",
            "'",
            "%",
            "\n",
            "$",
            "#",
            "(",
            "|",
            "\\",
            "[",
            "]",
        ),
        *(
            r"\frac",
            r"\sqrt",
            r"\left",
            r"\right",
            r"\begin{aligned}",
            r"\end{aligned}",
            r"\text{",
            r"\tag{1}",
        ),
        *(r"\mathbf", r"\sum", r"\over", r"\begin{array}{cc}", r"\end{array}", r"\cdot", r"\quad", ",", "漢"),
    )
)


@example("\\over_\\", 0, 60)
@given(st.lists(PIECES, max_size=25).map("".join), st.integers(0, 60), st.integers(0, 60))
def test_marks_keep_formulas_whole(tex: str, start: int, end: int) -> None:
    """Whatever is marked, what was sound stays sound, and nothing but boxes is added."""
    shown = marked(tex, True, [Mark(Span(min(start, len(tex)), min(end, len(tex))), "#0000", "①")])
    plain = without_comments(tex)
    if is_sound(plain):
        # Inside a box the renderer reads text, in which `\(` begins a formula again.
        inner = re.sub(r"\\colorbox\{#0000\}", "", shown)
        assert is_sound(inner.replace(r"\(", "").replace(r"\)", ""))
    bare = shown.replace(r"\colorbox{#0000}{\(\displaystyle ", "").replace(r"\colorbox{#0000}{\(", "")
    assert bare.replace(r"\text{ ①}", "").replace(r"\)}", "").replace("{}", "") in (
        plain.replace("{}", ""),
        plain.replace(r"\)}", "").replace("{}", ""),
    )
