"""Reports built by hand, and every format of them whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from mdverify.messages import message
from mdverify.render import FORMATS, Style, summary
from mdverify.render.values import array, number
from mdverify.report import Evidence, LayoutChoice, NoteReport, Related, Report, Step, Verdict
from mdverify.source import Source, Span

NOTE = """# 岭回归

已知矩阵 $A$，则 $y = Ax$ 且 $(AB)^T = A^TB^T$。
\t中\t$p = q + r$

$$
u
= v
+ w
+ z
$$
"""
SOURCE = Source("notes/岭.md", NOTE)
STYLE = Style()


def span(text: str) -> Span:
    start = NOTE.index(text)
    return Span(start, start + len(text))


EVIDENCE = Evidence(
    sizes=(("n", 2), ("m", 3)),
    values=(
        ("A", ((1.23456789, -0.5), (2.0, 1e-7))),
        ("\\alpha", ((0.25,),)),
        ("X", ((0.0,) * 13,)),
    ),
    lhs=((1.0, 2.0),),
    rhs=((1.0, 2.5),),
    entry=(1, 2),
    error=0.123456789,
)
WRONG = Step(
    "=",
    sign=Span(span("= A^TB").start, span("= A^TB").start + 1),
    lhs=span("(AB)^T"),
    rhs=span("A^TB^T"),
    verdict=Verdict.WRONG,
    rule="MV101",
    message=message("differs", lhs="2", rhs="2.5", entry="(1, 2)"),
    evidence=EVIDENCE,
    suggestion="B^T\nA^T",
    blame=span("A^TB^T"),
    related=(Related(span("$A$"), message("no-reason")),),
)
SHAPE = Step(
    "=",
    sign=Span(span("= q").start, span("= q").start + 1),
    lhs=span("p"),
    rhs=span("q + r"),
    verdict=Verdict.SHAPE,
    rule="MV301",
    blame=span("q + r"),
)
GIVEN = Step("=", span("= Ax"), span("y"), span("Ax"), Verdict.GIVEN)
UNCHECKED = Step("=", span("= v"), span("u"), span("v"), Verdict.UNCHECKED, reason=message("no-reason"))


def report(*steps: Step) -> Report:
    return Report((NoteReport(SOURCE, LayoutChoice("denominator", "declared"), steps),))


def test_full() -> None:
    assert FORMATS["full"](report(GIVEN, WRONG, SHAPE, UNCHECKED), STYLE) == (
        "error[MV101] value-differs: the two sides differ: 2 against 2.5 at entry (1, 2)\n"
        " --> notes/岭.md:3:33\n"
        "  |\n"
        "3 | 已知矩阵 $A$，则 $y = Ax$ 且 $(AB)^T = A^TB^T$。\n"
        "  |                                        ^^^^^^\n"
        " --> notes/岭.md:3:6\n"
        "  |\n"
        "3 | 已知矩阵 $A$，则 $y = Ax$ 且 $(AB)^T = A^TB^T$。\n"
        "  |          ^^^ no reason given\n"
        "  = sizes: n = 2, m = 3\n"
        "  = at A = [1.23 -0.5; 2 1e-7], \\alpha = 0.25, and 1 more\n"
        "  = left side:  [1 2]\n"
        "  = right side: [1 2.5]\n"
        "  = help: write B^T A^T\n"
        "\n"
        "error[MV301] shape-clash: terms or factors do not fit in shape\n"
        " --> notes/岭.md:4:9\n"
        "  |\n"
        "4 |     中    $p = q + r$\n"
        "  |                ^^^^^\n"
        "\n"
        "Judged 2 of 3 claims in 1 note(s): 0 verified, 2 found.\n"
        "Nothing to judge in 1 more: 1 given, 0 conditions.\n"
        "Unchecked: 1\n"
        "     1  no reason given\n"
    )


def test_full_in_chinese() -> None:
    text = FORMATS["full"](report(WRONG), Style("zh"))
    assert text.startswith("error[MV101] value-differs: 两边不相等：在 (1, 2) 处左边为 2，右边为 2.5\n")
    assert "1 篇笔记共 1 个断言" in text


def test_a_range_over_lines_is_shown_in_part() -> None:
    step = replace(SHAPE, blame=Span(span("u\n= v").start, span("+ z").end))
    assert FORMATS["full"](report(step), STYLE).split("\n\n")[0] == (
        "error[MV301] shape-clash: terms or factors do not fit in shape\n"
        " --> notes/岭.md:7:1\n"
        "  |\n"
        "7 | u\n"
        "  | ^\n"
        "8 | = v\n"
        "  | ^^^\n"
        "9 | + w\n"
        "  | ^^^\n"
        "  | …"
    )


def test_a_long_line_is_cut_around_the_range() -> None:
    text = "字" * 200 + "$a=b$" + "x" * 300
    step = replace(SHAPE, blame=Span(201, 204), sign=Span(202, 203), lhs=Span(201, 202), rhs=Span(203, 204))
    note = NoteReport(Source("a.md", text), LayoutChoice("mixed", "config"), (step,))
    lines = FORMATS["full"](Report((note,)), STYLE).splitlines()
    assert lines[3] == "1 | …" + "字" * 29 + "$a=b$" + "x" * 37 + "…"
    assert lines[4] == "  |  " + " " * (1 + 58) + "^^^"


def test_control_characters_stay_out_of_the_terminal() -> None:
    note = NoteReport(
        Source("a.md", "\x1b[2Jp=q"),
        LayoutChoice("mixed", "config"),
        (replace(SHAPE, blame=Span(4, 7), sign=Span(5, 6), lhs=Span(4, 5), rhs=Span(6, 7)),),
    )
    assert "\x1b" not in FORMATS["full"](Report((note,)), STYLE)


def test_concise_is_one_line_per_finding() -> None:
    assert FORMATS["concise"](report(GIVEN, WRONG, SHAPE), STYLE) == (
        "notes/岭.md:3:33: MV101 the two sides differ: 2 against 2.5 at entry (1, 2)\n"
        "notes/岭.md:4:9: MV301 terms or factors do not fit in shape\n"
    )


def test_colour_only_when_asked_for() -> None:
    assert "\x1b[1;31m" in FORMATS["full"](report(WRONG), Style(colour=True))
    assert "\x1b" not in FORMATS["full"](report(WRONG), STYLE)


def test_json() -> None:
    text = FORMATS["json"](report(WRONG, UNCHECKED), STYLE)
    content = json.loads(text)
    assert list(content) == ["schema", "tool", "notes", "summary"]
    assert content["schema"] == 1
    assert content["tool"]["name"] == "mdverify"
    (note,) = content["notes"]
    assert note["path"] == "notes/岭.md"
    assert note["layout"] == {"convention": "denominator", "source": "declared"}
    expected = {
        "line": 3,
        "column": 31,
        "end_line": 3,
        "end_column": 39,
        "relation": "=",
        "lhs": "(AB)^T",
        "rhs": "A^TB^T",
        "verdict": "wrong",
        "rule": "MV101",
        "message": "the two sides differ: 2 against 2.5 at entry (1, 2)",
        "layouts": [],
        "reason": None,
        "evidence": {
            "sizes": {"n": 2, "m": 3},
            "values": {"A": [[1.23457, -0.5], [2.0, 1e-7]], "\\alpha": [[0.25]], "X": [[0.0] * 13]},
            "lhs": [[1.0, 2.0]],
            "rhs": [[1.0, 2.5]],
            "entry": [1, 2],
            "error": 0.123457,
        },
        "suggestion": "B^T\nA^T",
    }
    assert note["steps"][0] == expected
    assert list(note["steps"][0]) == list(expected)
    assert note["steps"][1]["reason"] == "no reason given"
    assert note["steps"][1]["evidence"] is None
    assert content["summary"] == {
        "notes": 1,
        "steps": 2,
        "verified": 0,
        "wrong": 1,
        "layout": 0,
        "shape": 0,
        "notation": 0,
        "given": 0,
        "condition": 0,
        "unchecked": 1,
    }
    assert list(content["summary"])[2:] == [verdict.value for verdict in Verdict]
    assert "岭" in text


def test_github_escapes() -> None:
    source = Source("a,b:c.md", NOTE)
    steps = (replace(WRONG, message=message("usage", text="100% off, a:b")),)
    text = FORMATS["github"](Report((NoteReport(source, LayoutChoice("mixed", "config"), steps),)), STYLE)
    assert text.splitlines() == [
        "::error file=a%2Cb%3Ac.md,line=3,endLine=3,col=33,endColumn=38,"
        "title=MV101 value-differs::100%25 off, a:b",
        "a,b:c.md:3:33: MV101 100% off, a:b",
    ]


def test_github_leaves_columns_out_over_lines() -> None:
    step = replace(SHAPE, blame=span("v\n+ w"))
    assert FORMATS["github"](report(step), STYLE).startswith(
        "::error file=notes/岭.md,line=8,endLine=9,title=MV301"
    )


def unchecked(key: str, **args: object) -> Step:
    return replace(UNCHECKED, reason=message(key, **args))


REASONS = (
    unchecked("unknown-rule", name="a"),
    unchecked("unknown-rule", name="b"),
    unchecked("unknown-rule", name="b"),
    unchecked("no-reason"),
    unchecked("no-reason"),
    unchecked("binary-file", path="x"),
    unchecked("a-table"),
)


def test_summary_groups_reasons() -> None:
    assert summary(report(*REASONS), STYLE) == (
        "Judged 0 of 7 claims in 1 note(s): 0 verified, 0 found.\n"
        "Unchecked: 7\n"
        "     3  unknown rule `b` (and similar)\n"
        "     2  no reason given\n"
        "     1  a table\n"
        "        1 for other reasons (--statistics lists all)\n"
    )


def test_statistics_list_everything() -> None:
    assert summary(report(WRONG, *REASONS), Style(statistics=True)).splitlines()[1:] == [
        "Findings by rule:",
        "     1  MV101 the two sides have different values",
        "Unchecked: 7",
        "     2  no reason given",
        "     2  unknown rule `b`",
        "     1  a table",
        "     1  not a text file: x",
        "     1  unknown rule `a`",
    ]


def test_nothing_at_all() -> None:
    assert FORMATS["full"](report(), STYLE) == "No claims in 1 note(s).\n"
    assert FORMATS["concise"](report(), STYLE) == ""
    assert json.loads(FORMATS["json"](Report(()), STYLE))["notes"] == []


@pytest.mark.parametrize("name", FORMATS)
def test_formats_do_not_vary(name: str) -> None:
    one, two = (FORMATS[name](report(GIVEN, WRONG, SHAPE, *REASONS), STYLE) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-1.5, "-1.5"), (1 / 3, "0.333"), (1e-7, "1e-7"), (2.5e9, "2.5e9")]
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


def test_array() -> None:
    assert array(((1.0,),)) == "1"
    assert array(((1.0,), (2.0,))) == "[1; 2]"
    assert array(((1.0, 2.0), (3.0, 4.0))) == "[1 2; 3 4]"
    assert array(((0.0,) * 5,) * 4) == "(4×5)"
