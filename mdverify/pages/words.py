"""What pages say to a reader, beyond the messages of findings."""

from __future__ import annotations

from mdverify.diagnostics import Text
from mdverify.report import Verdict

VERDICTS = {
    Verdict.VERIFIED: Text("verified", "已验证"),
    Verdict.WRONG: Text("wrong", "错误"),
    Verdict.LAYOUT: Text("other layout", "布局不符"),
    Verdict.SHAPE: Text("shapes clash", "形状不符"),
    Verdict.NOTATION: Text("notation", "记号有误"),
    Verdict.UNCHECKED: Text("unchecked", "未判定"),
}

LAYOUTS = {
    "denominator": Text("denominator layout", "分母布局"),
    "numerator": Text("numerator layout", "分子布局"),
    "mixed": Text("mixed layout", "混合布局"),
}

ORIGINS = {
    "declared": Text("declared in the note", "笔记中声明"),
    "config": Text("configured", "由配置指定"),
    "majority": Text("followed by most of the note", "全文多数算式采用"),
    "default": Text("the default", "默认"),
}

WORDS = {
    "note": Text("Note {number}", "注 {number}"),
    "back": Text("back to the formula of note {number}", "返回注 {number} 所指的公式"),
    "expected": Text("the right side should read", "右边应为"),
    "expected-cell": Text("it should read", "应为"),
    "typed": Text(
        "No renderer can set this, so it stands here as typed.", "渲染器无法排版，因此按原文显示。"
    ),
    "in-force": Text("here {convention} is in force ({origin})", "此处采用{convention}（{origin}）"),
    "counterexample": Text("counterexample", "反例"),
    "left": Text("left side", "左边"),
    "right": Text("right side", "右边"),
    "see": Text("line {line}:", "第 {line} 行："),
    "delimiter": Text("a delimiter of formulas stands inside the formula", "公式内部出现了公式定界符"),
    "unsafe": Text("a command in it could change the page around it", "其中的命令可能影响公式以外的页面"),
    "not-shown": Text("not shown as a formula: {why}", "未显示为公式：{why}"),
    "badge": Text("{verified} of {claims} claims verified", "{claims} 个断言中 {verified} 个已验证"),
    "badge-found": Text("problems found: {count}", "发现 {count} 个问题"),
    "badge-unchecked": Text("unchecked: {count}", "{count} 个未判定"),
    "report": Text("report", "报告"),
    "switch": Text("Marks", "标注"),
    "sign": Text("{count} {verdict}", "{verdict} {count} 个"),
    # the report page
    "report-title": Text("Verified mathematics", "数学验证报告"),
    "report-empty": Text("There are no claims on this site.", "本站没有可供判定的断言。"),
    "report-sum": Text(
        "Notes: {notes}. Claims: {claims}, of which verified: {verified}, problems found: {found},"
        " unchecked: {unchecked}.",
        "{notes} 篇笔记共 {claims} 个断言：{verified} 个已验证，发现 {found} 个问题，{unchecked} 个未判定。",
    ),
    "report-how": Text(
        "Every equation and every derivative in the notes was evaluated on both sides at random points. A"
        " line and column lead to the place in the note, a code to the rule at the end of this page.",
        "笔记中的每个等式和每个导数都在随机取点后对两边求值。"
        "点击行列号可到达笔记中的位置，点击规则代码可查看本页末尾的说明。",
    ),
    "notes": Text("Notes", "笔记"),
    "findings": Text("Problems found", "发现的问题"),
    "unchecked": Text("Unchecked", "未判定"),
    "unchecked-how": Text(
        "No praise and no blame: these were not understood or not decided. Declaring a symbol or its size, or"
        " explaining a function in the note, often helps.",
        "既非通过，也非有误：这些断言未能读懂或未能判定。在笔记中声明符号及其尺寸、说明所用的函数，往往有帮助。",
    ),
    "no-unchecked": Text("Every claim was decided.", "所有断言均已判定。"),
    "rules": Text("Rules", "规则"),
    "column-note": Text("Note", "笔记"),
    "column-found": Text("Problems", "问题"),
    "column-verified": Text("Verified", "已验证"),
    "column-unchecked": Text("Unchecked", "未判定"),
    "column-layout": Text("Layout", "布局"),
    "no-findings": Text("Nothing was found.", "没有发现问题。"),
    "what": Text("What it reports", "检查什么"),
    "why": Text("Why it matters", "为什么重要"),
    "bad": Text("For example", "例如"),
    "good": Text("Better", "应写作"),
}


def say(key: str, language: str, /, **args: object) -> str:
    return WORDS[key].text(language).format(**args)
