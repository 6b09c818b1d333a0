"""The rules: what mdverify reports, why it matters, and an example of each.

The documentation, `mdverify explain` and the test for completeness derive from this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from mdverify.messages import LANGUAGES
from mdverify.report import Verdict


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Text(NamedTuple):
    """The same text in each of LANGUAGES."""

    en: str
    zh: str

    def text(self, language: str = "en") -> str:
        return self[LANGUAGES.index(language)]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding; the examples are TeX as it would stand in a note."""

    code: str
    name: str
    severity: Severity
    verdict: Verdict
    summary: Text
    what: Text
    why: Text
    example_bad: str
    example_good: str


RULES: tuple[Rule, ...] = (
    Rule(
        "MV101",
        "value-differs",
        Severity.ERROR,
        Verdict.WRONG,
        Text("the two sides have different values", "两边的值不相等"),
        Text(
            "Both sides were read completely and fit in shape, but they differ at generic values of"
            " their symbols. The report shows the sizes and values of one such case. A formula said to solve"
            " an equation is put back into it; what is left of the equation then should be zero, and is not.",
            "等号两边都被完整读懂，形状也相符，但代入一般的取值后结果不同。报告会列出一组具体的尺寸和取值。"
            "若称某式是方程的解，则将其代回方程；此时方程应当成立，却并不成立。",
        ),
        Text(
            "A sign, a factor, a transpose or the order of two factors is easily lost on the way, and"
            " every later line inherits the slip.",
            "符号、系数、转置、矩阵相乘的次序都容易在推导中丢失，后面的每一行都会受其影响。",
        ),
        r"(\mathbf{A}\mathbf{B})^T = \mathbf{A}^T\mathbf{B}^T",
        r"(\mathbf{A}\mathbf{B})^T = \mathbf{B}^T\mathbf{A}^T",
    ),
    Rule(
        "MV102",
        "derivative-differs",
        Severity.ERROR,
        Verdict.WRONG,
        Text("the claimed derivative is not the derivative", "所写的导数不正确"),
        Text(
            "One side is a derivative. Two independent numerical derivatives agree with each other, and"
            " under no layout convention do they agree with the other side.",
            "等式的一边是导数。两种相互独立的数值求导结果一致，但在任何布局约定下都与另一边不符。",
        ),
        Text(
            "Gradients are copied into programs, where a wrong one still descends, only slower or to the"
            " wrong place.",
            "梯度公式常被直接写进程序；错误的梯度往往也能让损失下降，只是更慢，或者收敛到错误的地方。",
        ),
        r"\frac{\partial}{\partial \mathbf{x}} \mathbf{x}^T\mathbf{A}\mathbf{x} = 2\mathbf{A}\mathbf{x}",
        r"\frac{\partial}{\partial \mathbf{x}} \mathbf{x}^T\mathbf{A}\mathbf{x}"
        r" = (\mathbf{A}+\mathbf{A}^T)\mathbf{x}",
    ),
    Rule(
        "MV103",
        "free-index",
        Severity.ERROR,
        Verdict.WRONG,
        Text("an index is free on one side only", "某个下标只在一边出现"),
        Text(
            "One side depends on an index that the other side does not have, or has only as the index of"
            " a sum.",
            "一边依赖于某个下标，而另一边没有这个下标，或者它只作为求和下标出现。",
        ),
        Text(
            "Such an equation says something different for every value of the index; usually a sum sign"
            " was lost.",
            "这样的等式对下标的每个取值含义都不同；多半是丢了一个求和号。",
        ),
        r"\frac{\partial}{\partial b}\sum_{i=1}^n (b - y_i)^2 = 2(b - y_i)",
        r"\frac{\partial}{\partial b}\sum_{i=1}^n (b - y_i)^2 = 2\sum_{i=1}^n (b - y_i)",
    ),
    Rule(
        "MV201",
        "other-layout",
        Severity.ERROR,
        Verdict.LAYOUT,
        Text("true under another layout convention only", "只在另一种布局约定下成立"),
        Text(
            "The derivative is right, but arranged by another convention (numerator, denominator or"
            " mixed layout) than the one in force at this place. The convention in force is the one the"
            " note declares, else the one configured, else the one most of the note follows.",
            "导数本身没有算错，但它的排列方式（分子布局、分母布局或混合布局）与此处采用的约定不同。"
            "此处的约定依次取自：笔记中的声明、配置、全文多数算式所遵循的约定。",
        ),
        Text(
            "Results of two conventions cannot be multiplied or added: the chain rule runs in opposite"
            " directions.",
            "两种约定下的结果不能直接相乘或相加：链式法则的书写次序正好相反。",
        ),
        "With denominator layout declared:\n"
        r"\frac{\partial (\mathbf{A}\mathbf{x})}{\partial \mathbf{x}} = \mathbf{A}",
        "With denominator layout declared:\n"
        r"\frac{\partial (\mathbf{A}\mathbf{x})}{\partial \mathbf{x}} = \mathbf{A}^T",
    ),
    Rule(
        "MV301",
        "shape-clash",
        Severity.ERROR,
        Verdict.SHAPE,
        Text("terms or factors do not fit in shape", "相加的项或相乘的因子形状不符"),
        Text(
            "Whatever sizes the symbols have, two terms of a sum have different shapes, or the inner"
            " sizes of a product do not match.",
            "无论各符号取什么尺寸，和式中总有两项形状不同，或乘积中相邻因子的内侧尺寸不符。",
        ),
        Text(
            "A row added to a column, or a product in the wrong order, has no value; programs that"
            " broadcast will compute something else without complaint.",
            "行向量与列向量相加、次序写反的乘积都没有意义；而会自动广播的程序会不声不响地算出别的东西。",
        ),
        r"-2\mathbf{y}^T\mathbf{X} + 2\mathbf{X}^T\mathbf{X}\mathbf{w}",
        r"-2\mathbf{X}^T\mathbf{y} + 2\mathbf{X}^T\mathbf{X}\mathbf{w}",
    ),
    Rule(
        "MV302",
        "sides-shape",
        Severity.ERROR,
        Verdict.SHAPE,
        Text("the two sides have different shapes", "两边的形状不同"),
        Text(
            "Each side is meaningful by itself, but no choice of sizes gives both the same shape.",
            "两边各自都有意义，但无论尺寸如何取，两边的形状都不相同。",
        ),
        Text(
            "A scalar set equal to a matrix, or a column to a row, is mostly a lost transpose or a trace"
            " that was dropped.",
            "标量等于矩阵、列向量等于行向量，多半是丢了转置或漏写了迹。",
        ),
        r"\mathbf{x}\mathbf{x}^T = \|\mathbf{x}\|^2",
        r"\mathbf{x}^T\mathbf{x} = \|\mathbf{x}\|^2",
    ),
    Rule(
        "MV303",
        "square-needed",
        Severity.ERROR,
        Verdict.SHAPE,
        Text("a square matrix is needed here", "此处需要方阵"),
        Text(
            "The inverse, trace, determinant or a power is taken of a matrix whose numbers of rows and"
            " columns need not agree.",
            "对行数与列数不一定相等的矩阵取了逆、迹、行列式或幂。",
        ),
        Text(
            "These operations exist for square matrices only, so a factor or a transpose is missing.",
            "这些运算只对方阵有定义，因此多半漏写了某个因子或转置。",
        ),
        r"\mathbf{X} \in \mathbb{R}^{m \times n}, \quad \operatorname{tr}(\mathbf{X})",
        r"\mathbf{X} \in \mathbb{R}^{m \times n}, \quad \operatorname{tr}(\mathbf{X}^T\mathbf{X})",
    ),
    Rule(
        "MV401",
        "unbalanced",
        Severity.ERROR,
        Verdict.NOTATION,
        Text("a bracket is not closed or was never opened", "括号不配对"),
        Text(
            "A bracket, brace, fence or environment has no counterpart in its formula.",
            "公式中的某个括号、定界符或环境没有与之配对的另一半。",
        ),
        Text(
            "A reader has to guess where the missing half belongs, and the guesses differ in value.",
            "读者只能猜测缺失的一半应在哪里，而不同的猜法结果不同。",
        ),
        r"\log(1 + e^{-z}",
        r"\log(1 + e^{-z})",
    ),
    Rule(
        "MV402",
        "missing-differential",
        Severity.ERROR,
        Verdict.NOTATION,
        Text("a derivative lacks its d or ∂", "导数记号缺少 d 或 ∂"),
        Text(
            "A fraction has a differential below and none above, so it reads as a quotient although a"
            " derivative is meant.",
            "分母中有微分记号，分子中却没有：看上去是商，而本意是导数。",
        ),
        Text(
            "As written the fraction divides a function by a differential, which has no meaning.",
            "照字面读，这是函数除以微分，没有意义。",
        ),
        r"\frac{f(x)}{dx} = 2x",
        r"\frac{d f(x)}{dx} = 2x",
    ),
    Rule(
        "MV403",
        "stray-ampersand",
        Severity.ERROR,
        Verdict.NOTATION,
        Text("an alignment sign & outside an alignment", "对齐符 & 出现在对齐环境之外"),
        Text(
            "The sign & separates columns inside environments such as aligned or matrix, and stands here"
            " outside all of them.",
            "& 只能在 aligned、matrix 等环境中用来分列，此处却在这些环境之外。",
        ),
        Text(
            "MathJax and KaTeX show an error message in place of the whole formula.",
            "MathJax 与 KaTeX 会把整个公式显示为报错信息。",
        ),
        "$$\ny &= a + b \\\\\n  &= c\n$$",
        "$$\n\\begin{aligned}\ny &= a + b \\\\\n  &= c\n\\end{aligned}\n$$",
    ),
    Rule(
        "MV404",
        "undefined-macro",
        Severity.WARNING,
        Verdict.NOTATION,
        Text("a macro that neither LaTeX nor the note defines", "宏命令既非 LaTeX 自带，也未在笔记中定义"),
        Text(
            "Neither MathJax nor KaTeX knows the command or environment, and the note does not define it. A"
            " macro that several formulas use is taken for one that the set-up of the site defines, and not"
            " reported unless it resembles a command.",
            "MathJax 与 KaTeX 都不认识这个命令或环境，笔记中也没有定义它。多个公式都用到的宏命令"
            "被视为已在网站设置中定义，除非与某个已有命令相似，否则不报告。",
        ),
        Text(
            "A site shows an error in place of the command, and the formula cannot be judged.",
            "网站会在这个命令的位置显示报错，公式也无法判断。",
        ),
        r"\argmim_x f(x)",
        r"\arg\min_x f(x)",
    ),
    Rule(
        "MV405",
        "not-typeset",
        Severity.ERROR,
        Verdict.NOTATION,
        Text("TeX that no renderer can set", "任何渲染器都无法排版的 TeX"),
        Text(
            "A second superscript on the same base, a command without its argument, \\left without a"
            " bracket, and the like. Only what MathJax and KaTeX both reject is reported.",
            "同一对象带有两个上标、命令缺少参数、\\left 之后没有括号等。"
            "只报告 MathJax 与 KaTeX 都拒绝的写法。",
        ),
        Text(
            "A site shows an error message in place of the whole formula.",
            "网站会在整个公式的位置显示报错信息。",
        ),
        r"\mathbf{X}^T^{-1}",
        r"(\mathbf{X}^T)^{-1}",
    ),
)

_BY_LABEL = {label: each for each in RULES for label in (each.code, each.name)}


def rule(label: str) -> Rule:
    """The rule of a code (in either case) or name; KeyError if there is none."""
    return _BY_LABEL.get(label.upper()) or _BY_LABEL[label.lower()]


def expand(selector: str) -> tuple[str, ...]:
    """The codes meant by a name, a code, or the beginning of codes (`MV3`); empty if none."""
    wanted = selector.strip()
    if wanted.lower() in _BY_LABEL:
        return (rule(wanted).code,)
    if not wanted.upper().startswith("MV"):
        return ()
    return tuple(each.code for each in RULES if each.code.startswith(wanted.upper()))


def labels() -> tuple[str, ...]:
    """Every code and name, for suggestions."""
    return tuple(_BY_LABEL)
