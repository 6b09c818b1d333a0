"""What no renderer of TeX on the web shows; the renderers themselves are judges where they are installed."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from time import perf_counter

import pytest

from mdverify.typeset import Fault, Flaw, flaw, is_sound

ROOT = Path(__file__).parents[1]
PACKAGES = Path(os.environ.get("MDVERIFY_BROWSER", ROOT / "build" / "browser"))

# What is blamed stands between « and ».
FLAWS = {
    r"\frac{1}«{»2": Fault.UNCLOSED,
    r"a«}»": Fault.UNOPENED,
    r"\text«{»a": Fault.UNCLOSED,
    r"«\left(» a": Fault.UNCLOSED,
    r"a «\right»)": Fault.UNOPENED,
    r"a «\end{}»": Fault.UNOPENED,
    r"\left( \frac{a}«{»b \right)}": Fault.UNCLOSED,
    r"«\begin{aligned}» a": Fault.UNCLOSED,
    r"\begin{aligned} a «\end{matrix}»": Fault.MISMATCH,
    r"«\begin{mine}» a \end{mine}": Fault.ENVIRONMENT,
    r"a «&» b": Fault.AMPERSAND,
    r"\begin{equation} a «&» b \end{equation}": Fault.AMPERSAND,
    r"\begin{aligned} {a «&» b} \end{aligned}": Fault.CELL,
    r"\begin{aligned} a &= \left( b \\ «&»+ c \right) \end{aligned}": Fault.CELL,
    r"x^2«^»3": Fault.SUPERSCRIPT,
    r"\mathbf{X}^{\top} «^»{-1}": Fault.SUPERSCRIPT,
    r"X^\mathrm{T}«^»{-1}": Fault.SUPERSCRIPT,
    r"x_i^2«_»j": Fault.SUBSCRIPT,
    r"x_{a_b«_»c}": Fault.SUBSCRIPT,
    r"f^2«'»": Fault.PRIME,
    r"«\frac»{a}": Fault.ARGUMENT,
    r"{a + «\hat»}": Fault.ARGUMENT,
    r"{x«^»} + 1": Fault.SCRIPT,
    r"x«_»": Fault.SCRIPT,
    r"«\left»{ a \right\}": Fault.DELIMITER,
    r"«\big» x": Fault.DELIMITER,
    r"a «\middle»| b": Fault.MISPLACED,
    r"a «\hline» b": Fault.MISPLACED,
    r"a = «#»1": Fault.MISPLACED,
}
SOUND = (
    r"\left\{ a \right. \left[ b \right] \left\langle c \middle| d \right\rangle \Bigl( e \Bigr)",
    r"\begin{pmatrix} a & b \\ \hline c & d \end{pmatrix} \begin{array}{c|c} a & b \end{array}",
    r"\pmatrix{a & b \cr c & d}",
    r"\text{if $x$ \& y} \{ \} \% \&",
    r"\begin{align} a &= b \tag{a} \end{align}",
    r"x'^2 + {x^2}' + {x^2}^3 + x_i^j + x_{i_j} + {}^tA + \sum\limits_{i}^{n} x + \prod_{i}\nolimits^{n}",
    r"\frac ab + \frac12 + \frac\alpha\beta + \sqrt[3]{x} + \sqrt 2 + \hat\beta + x^\frac{1}{2}_3",
    r"\textcolor{#e53935}{x} + \colorbox{#eee}{$x$} + \#",
    r"\overset{a}{=} \underset b c \binom{n}{k} \overbrace{a}^{b} \operatorname*{argmin}_x",
    r"\substack{i \\ j} {a \over b} \not= \xrightarrow[a]{b}",
)
# With a macro of the site in sight only braces and scripts count.
DOUBTFUL = (
    r"\bea a &= b \eea",
    r"\lpar a \right)",
    r"\begin{mine} \foo \end{mine}",
    r"\newcommand{\R}{\mathbf} \R x",
    r"\def\e#1{e^{#1}} \e{x}",
)


@pytest.mark.parametrize(("pattern", "fault"), FLAWS.items())
def test_flaw(pattern: str, fault: Fault) -> None:
    found = flaw(pattern.replace("«", "").replace("»", ""))
    assert isinstance(found, Flaw)
    assert (found.fault, found.span.start) == (fault, pattern.index("«"))
    assert found.text == pattern[pattern.index("«") + 1 : pattern.index("»")]
    assert found.text in found.said.text() or "{text}" not in found.said.text()


@pytest.mark.parametrize("tex", SOUND)
def test_no_flaw(tex: str) -> None:
    assert flaw(tex) is None
    assert is_sound(tex)


@pytest.mark.parametrize("tex", DOUBTFUL)
def test_macros_are_given_the_benefit_of_the_doubt(tex: str) -> None:
    assert flaw(tex) is None
    assert not is_sound(tex)


def test_braces_count_with_macros_too() -> None:
    assert flaw(r"\foo{a}}").fault is Fault.UNOPENED  # type: ignore[union-attr]
    assert flaw(r"\newcommand{\R}{a} {x").fault is Fault.UNCLOSED  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "tex",
    [
        "{" * 20_000 + "}" * 20_000,
        "x^{" * 20_000 + "}" * 20_000,
        r"\frac{" * 20_000 + "}{b}" * 20_000,
        r"\text{" * 20_000 + "}" * 20_000,
        r"x^\mathrm{" * 20_000 + "}" * 20_000,
        r"\mine" + "{" * 20_000 + r"& \middle| \hline" * 5_000 + "}" * 20_000,
        r"\left" * 20_000,
        r"\begin{matrix}" * 20_000,
    ],
)
def test_long_and_deep_formulas(tex: str) -> None:
    """A scan takes as long as its formula, whatever stands in it."""
    start = perf_counter()
    flaw(tex)
    assert perf_counter() - start < 5


PIECES = (
    *("a", "b", "1", " ", "=", "+", "&", r"\\", "{", "}", "{", "}", "_", "^", "^", "'", "|", ".", "(", ")"),
    *(r"\frac", r"\sqrt", r"\left(", r"\right)", r"\left", r"\right", r"\middle|", r"\text{if }", r"\mathbf"),
    *(
        r"\mathrm{T}",
        r"\sum",
        r"\hat",
        r"\cdot",
        r"\top",
        r"\quad",
        r"\big",
        r"\bigl(",
        r"\limits",
        r"\hline",
    ),
    *(r"\operatorname{tr}", "{a}", "{b}", "x^2", "x_1", r"\mathbf{x}", r"\overset", r"\displaystyle", r"\{"),
    *(r"\begin{aligned}", r"\end{aligned}", r"\begin{pmatrix}", r"\end{pmatrix}", r"\sqrt[3]", r"\lvert"),
    *(r"\boxed", r"\not", r"\xrightarrow", "漢", r"\frac ab", r"\dots", r"\binom", r"\bar x", r"\overline"),
)


def formulas(count: int) -> list[str]:
    """Formulas that are mostly sound, with some damage."""
    dice = random.Random(1)

    def part(depth: int) -> str:
        kind = dice.random() if depth < 3 else 0
        inner = "".join(part(depth + 1) for _ in range(dice.randint(1, 3))) if kind > 0.5 else ""
        if kind > 0.9:
            return rf"\frac{{{inner}}}{{b}}"
        if kind > 0.8:
            return rf"x^{{{inner}}}"
        if kind > 0.7:
            return rf"\begin{{aligned}} {inner} &= b \end{{aligned}}"
        if kind > 0.6:
            return rf"\left( {inner} \right)"
        return f"{{{inner}}}" if inner else dice.choice(PIECES) + " " * dice.randint(0, 1)

    return ["".join(part(0) for _ in range(dice.randint(1, 5))) for _ in range(count)]


def rejected(texs: list[str]) -> list[list[str]]:
    """What each of the renderers says against each formula."""
    told = subprocess.run(
        ["node", str(ROOT / "tests" / "browser" / "typeset.cjs")],
        input=json.dumps(texs),
        cwd=PACKAGES,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found: list[list[str]] = json.loads(told.stdout.rpartition("\n")[2])
    return found


def test_the_renderers_agree() -> None:
    """What is called a flaw is rejected by all of them, and what is called sound is shown by all."""
    if not shutil.which("node") or not (PACKAGES / "node_modules" / "katex").is_dir():
        pytest.skip("no renderers of formulas on this machine; .ci/browser installs them")
    damaged = [tex for tex in formulas(4000) if flaw(tex) is not None]
    assert len(damaged) > 1000
    known = [pattern.replace("«", "").replace("»", "") for pattern in FLAWS]
    said = rejected([*known, *damaged])
    assert [tex for tex, told in zip((*known, *damaged), said, strict=True) if "" in told] == []
    tests = [tex for tex in SOUND if not tex.startswith(r"\pmatrix{")]  # which KaTeX does not know
    assert [(tex, told) for tex, told in zip(tests, rejected(tests), strict=True) if any(told)] == []
