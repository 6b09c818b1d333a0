"""Every sentence mdverify says to a user, in English and in Chinese.

A message is a key and its arguments, so that a report can be written in either language.
"""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence by key, with the texts to fill into it."""

    key: str
    args: tuple[tuple[str, str | Message], ...] = ()

    def text(self, language: str = "en") -> str:
        """The sentence in one of LANGUAGES; KeyError for an unknown key, ValueError for a language."""
        template = CATALOGUE[self.key][LANGUAGES.index(language)]
        filled = {
            name: value.text(language) if isinstance(value, Message) else value for name, value in self.args
        }
        return template.format(**filled)


def message(key: str, /, **args: object) -> Message:
    """A message to be written later; an argument may be a message itself."""
    return Message(
        key,
        tuple((name, value if isinstance(value, Message) else str(value)) for name, value in args.items()),
    )


# key: (English, Chinese)
CATALOGUE: dict[str, tuple[str, str]] = {
    "unsolved": (
        "put back into its equation, this leaves {rest} where nothing should be left",
        "代回所解的方程后，本应为零之处剩下 {rest}",
    ),
    "to-solve": ("the equation to be solved", "要解的方程"),
    "differs": (
        "the two sides differ: {lhs} against {rhs} at entry {entry}",
        "两边不相等：在 {entry} 处左边为 {lhs}，右边为 {rhs}",
    ),
    "differs-scalar": ("the two sides differ: {lhs} against {rhs}", "两边不相等：左边 {lhs}，右边 {rhs}"),
    # findings
    "clash-sum": ("adds {left} to {right}", "{left} 与 {right} 相加"),
    "clash-product": ("multiplies {left} by {right}", "{left} 与 {right} 相乘"),
    "clash-equation": ("sets {left} equal to {right}", "令 {left} 等于 {right}"),
    "this-is": ("this is {shape}", "此处为 {shape}"),
    "not-square": ("needs a square matrix, this is {shape}", "此处需要方阵，实为 {shape}"),
    "divides": ("divides by a matrix ({shape})", "以矩阵（{shape}）为除数"),
    "scalar-added": (
        "a scalar stands where a vector or matrix is needed",
        "此处需要向量或矩阵，写的却是标量",
    ),
    "other-layout": ("true only in {true} layout", "仅在 {true} 布局下成立"),
    "unclosed": ("`{text}` is never closed", "`{text}` 没有闭合"),
    "unopened": ("`{text}` closes what was never opened", "`{text}` 没有对应的左括号"),
    "stray-ampersand": ("`&` outside an alignment", "`&` 不在对齐环境之内"),
    "ampersand-in-group": (
        "`&` inside a group: braces and \\left … \\right have to end before it",
        "`&` 出现在分组之内：花括号和 \\left … \\right 都须在它之前结束",
    ),
    "mismatched": (
        "`{text}` ends an environment that is not the one begun last",
        "`{text}` 与最近开始的环境不一致",
    ),
    "second-superscript": (
        "a second superscript on the same base: put braces around the base with the first",
        "同一对象带有两个上标：请用花括号把它和第一个上标括在一起",
    ),
    "second-subscript": (
        "a second subscript on the same base: put braces around the base with the first",
        "同一对象带有两个下标：请用花括号把它和第一个下标括在一起",
    ),
    "late-prime": (
        "a prime behind a superscript: write it before the `^`",
        "撇号写在了上标之后：应写在 `^` 之前",
    ),
    "no-argument": ("`{text}` lacks an argument", "`{text}` 缺少参数"),
    "empty-script": ("nothing follows `{text}`", "`{text}` 之后没有内容"),
    "no-delimiter": (
        "`{text}` has to be followed by a bracket; a brace is written `\\{{`",
        "`{text}` 之后须紧跟括号；花括号要写作 `\\{{`",
    ),
    "misplaced": ("`{text}` cannot stand here", "`{text}` 不能出现在此处"),
    "unknown-environment": (
        "neither MathJax nor KaTeX knows the environment of `{text}`",
        "MathJax 与 KaTeX 都没有 `{text}` 这个环境",
    ),
    "undefined-macro": ("neither TeX nor the note defines `{text}`", "TeX 与笔记都没有定义 `{text}`"),
    "lost-d": ("a derivative without its d or ∂ above the line", "导数的分子缺少 d 或 ∂"),
    # what keeps a formula from being found by the stock set-up of a site
    "stock-text-above": (
        "text stands right above it: put a blank line between",
        "紧挨着上一行文字：请在中间空一行",
    ),
    "stock-text-below": (
        "text stands right below it: put a blank line between",
        "紧挨着下一行文字：请在中间空一行",
    ),
    "stock-in-line": (
        "a display inside a line of text: give it lines of its own, with a blank line before and behind",
        "行间公式写在一行文字之中：请单独成行，前后各空一行",
    ),
    "stock-blank-inside": ("a blank line inside the formula: take it out", "公式内部有空行：请去掉"),
    "stock-blank-at-dollar": (
        "a blank right inside a dollar sign: take it out",
        "美元符号内侧有空白：请去掉",
    ),
    "stock-bar": (
        "`|` ends the cell of the table: write `\\vert`",
        "`|` 会结束表格的单元格：请写作 `\\vert`",
    ),
    "stock-indent": (
        "indented by other than a multiple of four blanks: indent it like the text around it",
        "缩进不是四个空格的倍数：请与所在段落对齐",
    ),
    "stock-delimiter": ("written with `{text}`: use `$` or `$$`", "定界符为 `{text}`：请改用 `$` 或 `$$`"),
    "stock-sum": (
        "{count} of {all} formulas in {notes} note(s) stay as typed on a site that finds formulas with"
        " pymdownx.arithmatex; with the extension of mdverify they are shown.",
        "{notes} 篇笔记共 {all} 个公式，其中 {count} 个在以 pymdownx.arithmatex 识别公式的网站上会原样显示；"
        "使用 mdverify 的扩展则能正常显示。",
    ),
    # why a step is unchecked
    "undecided": ("not decided", "未能判定"),
    "unread": ("could not read: {reason}", "无法读取：{reason}"),
    "no-meaning": ("no meaning known for `{text}`", "不清楚 `{text}` 的含义"),
    "operator-alone": ("nothing for `{text}` to act on", "`{text}` 没有作用对象"),
    "no-value": ("`{text}` has no value here", "`{text}` 在此没有值"),
    "unknown-function": ("unknown function `{text}`", "未知函数 `{text}`"),
    "undefined-function": ("`{text}` is not defined in the note", "笔记没有定义 `{text}`"),
    "undefined-symbol": ("`{text}` is not explained in the note", "笔记没有说明 `{text}`"),
    "argument-unclear": ("unclear arguments of `{text}`", "`{text}` 的自变量不明确"),
    "gradient-of-what": ("unclear by what `{text}` is differentiated", "不清楚 `{text}` 对什么求导"),
    "matrix-function": ("`{text}` of a matrix", "矩阵的 `{text}`"),
    "matrix-power": ("power `{text}` of a matrix", "矩阵的 `{text}` 次幂"),
    "index-unclear": ("unclear index `{text}`", "下标 `{text}` 不明确"),
    "sum-without-index": ("a sum without an index", "求和没有下标"),
    "ordered-product": ("a product of matrices whose order is not said", "矩阵连乘的次序不明"),
    "dots": ("dots after `{text}` follow no pattern seen", "`{text}` 之后的省略号看不出规律"),
    "ragged-matrix": ("rows of different length", "各行长度不同"),
    "rank-claim": (
        "a claim on ranks, which may rest on a condition that was not read",
        "关于秩的断言，可能依赖未读出的条件",
    ),
    "tensor": ("a derivative of or by a matrix with more than two indices", "涉及矩阵的导数超过两个下标"),
    "if-told": ("may need a property the section speaks of", "可能需要该节提到的条件"),
    "open-order": ("a derivative whose order is a letter", "阶数为字母的导数"),
    "higher-order": ("a higher derivative by a vector", "对向量的高阶导数"),
    "too-deep": ("definitions nested too deep or in a circle", "定义嵌套过深或循环"),
    "too-large": ("size {size} is too large to sample", "尺寸 {size} 过大，无法取样"),
    "exhausted": ("too much to evaluate ({what})", "计算量过大（{what}）"),
    "budget": ("too much to evaluate ({what})", "计算量过大（{what}）"),
    "undefined-everywhere": ("undefined at every sample", "在所有取样点均无定义"),
    "no-sizes": ("no sizes satisfy what is declared", "找不到满足声明的尺寸"),
    "only-sometimes": ("holds for some values only", "仅对部分取值成立"),
    "rounded": ("differs by no more than what was rounded away", "差异不超过舍入误差"),
    "mask": ("holds if the entries of a mask are 0 or 1", "若掩码的元素为 0 或 1 则成立"),
    "assumed-elsewhere": ("holds with what is assumed in another section", "在另一节的假设下成立"),
    "modular": ("may be meant as a congruence", "可能是同余意义下的等式"),
    "only-if-scalar": ("true if a capital letter is a number", "仅当大写字母为数时成立"),
    "example": ("holds for the values of an example only", "仅对例子中的取值成立"),
    "general-entry": ("an entry set equal to the whole", "以一个元素表示整体"),
    "implied-sum": ("an index that may be summed over", "下标可能隐含求和"),
    "complex": ("complex numbers", "含复数"),
    "cross-product": ("may be a cross product", "可能是向量积"),
    "too-close": ("too close to call", "误差介于两可之间"),
    "both-vanish": ("both sides vanish identically", "两边恒为零"),
    "too-many-indices": ("more than two indices", "下标超过两个"),
    "first-order": ("an increment: holds to first order at most", "含增量，至多一阶成立"),
    "unknown-functions": ("functions the note does not define", "含笔记未定义的函数"),
    "entry-by-entry": ("a derivative meant entry by entry", "逐元素意义下的导数"),
    "nothing-random": ("not said what is random here", "未说明此处何者随机"),
    "if-independent": ("holds for what is uncorrelated or of mean zero", "在不相关或零均值时成立"),
    "law-unsaid": ("depends on a distribution that is not given", "取决于未给出的分布"),
    "no-column": ("`{text}` of something that is no column", "`{text}` 的对象不是列向量"),
    "pair-varied": (
        "differentiated by one of two numbers that are the same",
        "对相等的两个数之一求导",
    ),
    "two-meanings": ("`{text}` may be what it was before or after", "`{text}` 可能是先前或后来的含义"),
    "if-symmetric": ("holds for symmetric matrices", "对对称矩阵成立"),
    "if-constant": ("holds if `{text}` does not depend on the variable", "当 `{text}` 与求导变量无关时成立"),
    "odd-entry": ("one entry is written unlike all others", "有一个元素的写法与其余的不同"),
    "unconfirmed": (
        "differs as read, but no slip explains it and too little confirms the reading",
        "按此读法不相等，但没有哪处笔误能解释，读法也缺少佐证",
    ),
    "shapes-guessed": ("shapes not said clearly enough", "形状说得不够明确"),
    "no-witness": ("two derivative methods disagree", "两种求导方法结果不一致"),
    "empty-side": ("nothing on one side", "一侧为空"),
    "question": ("a question", "这是问题"),
    "quoted-as-wrong": ("shown as an example of a mistake", "作为错误示例给出"),
    "relation-not-judged": ("relation {sign} is not judged", "不判定关系 {sign}"),
    "equation-unread": ("an equation whose shapes were not understood", "未能理解该方程的形状"),
    # why a step is not reported
    "rule-ignored": ("rule {rule} is ignored here", "此处忽略规则 {rule}"),
    # frames of the text report
    "help": ("help: write {suggestion}", "建议：改为 {suggestion}"),
    "sizes": ("sizes: {sizes}", "尺寸：{sizes}"),
    "values": ("at {values}", "取值：{values}"),
    "more-values": ("{values}, and {count} more", "{values}，另有 {count} 个"),
    "left-side": ("left side:  {value}", "左边：{value}"),
    "right-side": ("right side: {value}", "右边：{value}"),
    "worst-entry": ("{value} at entry {entry}", "{value}（位于 {entry}）"),
    # the summary
    "judged": (
        "Judged {judged} of {claims} claims in {notes} note(s): {verified} verified, {found} found.",
        "{notes} 篇笔记共 {claims} 个断言，判定了 {judged} 个：{verified} 个通过，发现 {found} 个问题。",
    ),
    "nothing-claimed": ("No claims in {notes} note(s).", "{notes} 篇笔记中没有可供判定的断言。"),
    "further": (
        "Nothing to judge in {count} more: {given} given, {condition} conditions.",
        "另有 {count} 个无须判定：{given} 个给定，{condition} 个条件。",
    ),
    "unchecked": ("Unchecked: {count}", "未判定：{count} 个"),
    "and-similar": ("{text} (and similar)", "{text}（及类似情况）"),
    "more-reasons": (
        "{count} for other reasons (--statistics lists all)",
        "{count} 个出于其他原因（--statistics 列出全部）",
    ),
    "no-reason": ("no reason given", "未说明原因"),
    "findings-by-rule": ("Findings by rule:", "各规则的问题数："),
    "judging": ("judging {count} note(s) …", "正在判定 {count} 篇笔记……"),
    # usage
    "internal": (
        "internal error in {path}: {error} ({place}); the note was not judged, please report this with it",
        "{path} 出现内部错误：{error}（{place}），未检查这篇笔记；请连同笔记一起报告",
    ),
    "error-line": ("mdverify: error: {text}", "mdverify: 错误：{text}"),
    "usage": ("{text}", "{text}"),
    "did-you-mean": ("{text}; did you mean `{near}`?", "{text}；是否想写 `{near}`？"),
    "unknown-argument": ("unknown argument `{name}`", "无法识别的参数 `{name}`"),
    "unknown-rule": ("unknown rule `{name}`", "没有名为 `{name}` 的规则"),
    "jobs-number": ("argument --jobs: expected a whole number from 1", "参数 --jobs：应为不小于 1 的整数"),
    "no-such-path": ("no such file or folder: {path}", "文件或文件夹不存在：{path}"),
    "no-notes": ("no Markdown notes in folder {path}", "文件夹中没有 Markdown 笔记：{path}"),
    "not-a-note": (
        "not a Markdown note: {path} (expected {suffixes})",
        "不是 Markdown 笔记：{path}（应为 {suffixes}）",
    ),
    "binary-file": ("not a text file: {path}", "不是文本文件：{path}"),
    "not-utf8": (
        "not UTF-8: {path} (byte {offset}); save the note as UTF-8",
        "不是 UTF-8 编码：{path}（第 {offset} 字节），请以 UTF-8 保存",
    ),
    "unreadable": ("cannot read {path}: {why}", "无法读取 {path}：{why}"),
    "not-a-place": ("expected FILE:LINE, not `{text}`", "应写作 FILE:LINE，而不是 `{text}`"),
    "no-such-line": ("{path} has {lines} line(s), no line {line}", "{path} 共 {lines} 行，没有第 {line} 行"),
    "no-formula": ("no formula on line {line} of {path}", "{path} 第 {line} 行没有公式"),
    # configuration
    "no-such-config": ("no such configuration file: {path}", "配置文件不存在：{path}"),
    "bad-toml": ("{path} is not valid TOML: {why}", "{path} 不是有效的 TOML：{why}"),
    "unknown-key": ("unknown key `{name}` in {path}", "{path} 中有无法识别的键 `{name}`"),
    "bad-value": (
        "bad value for `{key}` in {path}: expected {expected}",
        "{path} 中 `{key}` 的值有误：应为 {expected}",
    ),
    "config-unknown-rule": (
        "unknown rule `{name}` for `{key}` in {path}",
        "{path} 的 `{key}` 中没有名为 `{name}` 的规则",
    ),
    "one-of": ("one of {names}", "{names} 之一"),
    "list-of-text": ("a list of texts", "字符串列表"),
    "table-of-lists": ("a table of lists of rules by file pattern", "由文件模式到规则列表的表"),
    "whole-number": ("a whole number from 1", "不小于 1 的整数"),
    "a-table": ("a table", "一个表"),
    # SymPy
    "not-a-formula": ("not a formula: `{text}`", "不是公式：`{text}`"),
    "not-one-formula": ("not exactly one formula: `{text}`", "不是恰好一个公式：`{text}`"),
    "sympy-none": ("SymPy has no form for `{text}`", "SymPy 无法表达 `{text}`"),
    "sympy-refuses": ("SymPy does not accept `{text}`", "SymPy 不接受 `{text}`"),
    "sympy-relation": ("SymPy has no relation `{text}`", "SymPy 没有关系 `{text}`"),
    "sympy-pinv": ("SymPy has no pseudo-inverse: `{text}`", "SymPy 没有伪逆：`{text}`"),
    "sympy-spectral": ("SymPy has no spectral norm: `{text}`", "SymPy 没有谱范数：`{text}`"),
    "sympy-norminf": ("SymPy has no maximum norm: `{text}`", "SymPy 没有最大值范数：`{text}`"),
    "sympy-vec": ("SymPy has no vectorised matrix: `{text}`", "SymPy 没有矩阵的向量化：`{text}`"),
    **dict.fromkeys(
        ("sympy-softmax-rows", "sympy-softmax-columns"),
        ("SymPy has no softmax of a matrix: `{text}`", "SymPy 没有矩阵的 softmax：`{text}`"),
    ),
    "sympy-blocks": (
        "SymPy has no stack of indexed blocks: `{text}`",
        "SymPy 没有按下标堆叠的分块：`{text}`",
    ),
    "sympy-target": (
        "SymPy differentiates by symbols and entries only: `{text}`",
        "SymPy 只能对符号或分量求导：`{text}`",
    ),
    "sympy-inside": (
        "SymPy has no shape for a derivative of or by a matrix inside an expression: `{text}`",
        "表达式中含有涉及矩阵的导数，SymPy 不知其形状：`{text}`",
    ),
    "sympy-depends": (
        "SymPy has no functions with matrix values: `{text}` (unfold=True writes its definition out)",
        "SymPy 没有取矩阵值的函数：`{text}`（unfold=True 可展开其定义）",
    ),
    "sympy-matrix-function": (
        "SymPy has no functions with matrix values: `{text}`",
        "SymPy 没有取矩阵值的函数：`{text}`",
    ),
    "sympy-point": (
        "SymPy puts no matrix in the place of a variable: `{text}`",
        "SymPy 不能以矩阵代换变量：`{text}`",
    ),
    # show
    "show-step": ("{line}:{column}  {verdict}", "{line}:{column}  {verdict}"),
    "show-reason": ("because: {value}", "原因：{value}"),
    "show-clash": ("trouble: {value}", "问题：{value}"),
    "show-layout": ("layout: {value}", "布局：{value}"),
    "show-true-under": ("true under: {value}", "成立于：{value}"),
    "show-shapes": ("shapes: {value}", "形状：{value}"),
    "show-definition": ("definition: {value}", "定义：{value}"),
    "show-equation": ("put back into: {value}", "代回：{value}"),
    "show-assumption": ("assumed of {value}", "假设 {value}"),
    "show-sizes": ("sizes: {value}", "尺寸：{value}"),
    "show-value": ("value: {value}", "值：{value}"),
    "show-left": ("left side: {value}", "左边：{value}"),
    "show-right": ("right side: {value}", "右边：{value}"),
}
