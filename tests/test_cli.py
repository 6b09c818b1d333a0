"""The command line from outside: output, error lines, exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mdverify import check
from mdverify.cli import main
from mdverify.diagnostics import RULES
from mdverify.report import NoteReport
from mdverify.settings import Settings
from mdverify.source import Source

RIGHT = "For vectors $x \\in \\mathbb{R}^n$ and $y \\in \\mathbb{R}^n$ we have $x^Ty = y^Tx$.\n"
WRONG = "For $A \\in \\mathbb{R}^{n\\times n}$, $B \\in \\mathbb{R}^{n\\times n}$: $(AB)^T = A^TB^T$.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "right.md").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "wrong.md").write_text(WRONG, encoding="utf-8")
    (tmp_path / "empty.md").write_text("", encoding="utf-8")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text("", encoding="utf-8")
    (tmp_path / "picture.md").write_bytes(b"\x89PNG\r\n\0\0")
    (tmp_path / "gbk.md").write_bytes("矩阵".encode("gbk"))
    (tmp_path / "bad.toml").write_text('layuot = "mixed"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def outside(*arguments: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
    """A process of its own, with this checkout first on the path."""
    here = str(Path(__file__).parent.parent)
    environment = os.environ | {"PYTHONPATH": here} | variables
    return subprocess.run(
        [sys.executable, *arguments], input=stdin, capture_output=True, env=environment, check=False
    )


USAGE = {
    ("check", "nothing.md"): "no such file or folder: nothing.md",
    ("check", "code"): "no Markdown notes in folder code",
    ("check", "code/a.py"): "not a Markdown note: code/a.py (expected .md .markdown .qmd .txt)",
    ("check", "picture.md"): "not a text file: picture.md",
    ("check", "gbk.md"): "not UTF-8: gbk.md (byte 1); save the note as UTF-8",
    ("check", "--layuot=mixed", "right.md"): "unknown argument `--layuot`; did you mean `--layout`?",
    ("check", "--lay", "mixed"): "unknown argument `--lay`; did you mean `--layout`?",
    ("check", "--jobs", "0", "right.md"): "argument --jobs: expected a whole number from 1",
    ("check", "--select", "MV1011", "right.md"): "unknown rule `MV1011`; did you mean `MV101`?",
    ("check", "--config", "none.toml", "right.md"): "no such configuration file: none.toml",
    ("check", "--config", "bad.toml", "right.md"): (
        "unknown key `layuot` in bad.toml; did you mean `layout`?"
    ),
    ("explain", "MV999"): "unknown rule `MV999`",
    ("explain", "shape-clsh"): "unknown rule `shape-clsh`; did you mean `shape-clash`?",
    ("explain", "MV101", "MV102"): "unknown argument `MV102`",
    ("show", "right.md"): "expected FILE:LINE, not `right.md`",
    ("show", "right.md:99"): "right.md has 2 line(s), no line 99",
    ("show", "nothing.md:1"): "no such file or folder: nothing.md",
    (): "the following arguments are required: COMMAND",
}


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
@pytest.mark.usefixtures("folder")
def test_wrong_usage_is_one_line(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"mdverify: error: {USAGE[arguments]}\n"


@pytest.mark.usefixtures("folder")
def test_a_folder_with_a_bad_note_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "."]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["check", "--layout", "row"], ["frobnicate"], ["check", "--jobs", "x"]]
)
def test_argparse_speaks_the_same_way(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("mdverify: error: ")
    assert err.count("\n") == 1


def test_error_lines_follow_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nothing.md", "--language", "zh"]) == 2
    assert capsys.readouterr().err == "mdverify: 错误：文件或文件夹不存在：nothing.md\n"


def test_rules_are_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in RULES]


@pytest.mark.parametrize("label", ["MV301", "mv301", "shape-clash"])
def test_explain(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", label]) == 0
    out = capsys.readouterr().out
    assert out.startswith("MV301 shape-clash (error)\n")
    assert "Why it matters" in out


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["check", "--help"]])
def test_help_and_version_end_well(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert "mdverify" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["explain", "MV101"], ["rules"]], ids=" ".join
)
def test_light_commands_load_no_heavy_library(arguments: list[str]) -> None:
    done = outside("-X", "importtime", "-m", "mdverify", *arguments)
    assert done.returncode == 0
    loaded = {line.rpartition(b"|")[2].strip().split(b".")[0] for line in done.stderr.splitlines()}
    assert b"argparse" in loaded
    assert not loaded & {b"numpy", b"sympy", b"markdown_it"}


# From here on notes are judged.


@pytest.mark.usefixtures("folder")
def test_a_right_note_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "right.md"]) == 0
    assert "Judged 1 of 1 claims in 1 note(s): 1 verified, 0 found." in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_an_empty_note_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "empty.md"]) == 0
    assert capsys.readouterr().out == "No claims in 1 note(s).\n"


@pytest.mark.usefixtures("folder")
def test_a_wrong_note_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "wrong.md", "right.md"]) == 1
    out = capsys.readouterr().out
    assert "error[MV101]" in out
    assert "--> wrong.md:1:" in out


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--exit-zero"], 0),
        (["--fail-on", "never"], 0),
        (["--fail-on", "warning"], 1),
        (["--ignore", "MV101"], 0),
        (["--select", "shape-clash,MV4"], 0),
        (["--no-cache"], 1),
        (["--jobs", "2"], 1),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_decides_the_exit_status(options: list[str], status: int) -> None:
    assert main(["check", "wrong.md", *options]) == status


@pytest.mark.usefixtures("folder")
def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "wrong.md", "--output-format", "json"]) == 1
    out, err = capsys.readouterr()
    content = json.loads(out)
    assert err == ""
    assert content["notes"][0]["path"] == "wrong.md"
    assert content["summary"]["wrong"] == 1


@pytest.mark.usefixtures("folder")
def test_concise_keeps_the_summary_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "wrong.md", "--output-format", "concise"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("wrong.md:1:")
    assert out.count("\n") == 1
    assert err.startswith("Judged ")


@pytest.mark.usefixtures("folder")
def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "wrong.md:1"]) == 0
    assert "A" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_show_where_there_is_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "empty.md:1"]) == 2
    assert capsys.readouterr().err == "mdverify: error: no formula on line 1 of empty.md\n"


def test_standard_input_and_no_colour_in_a_pipe() -> None:
    done = outside("-m", "mdverify", "check", "-", stdin=WRONG.encode(), PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert b"--> <stdin>:1:" in done.stdout
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_formulas_that_a_site_leaves_as_typed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "site.md").write_text(
        "---\ntitle: x\n---\n\nText\n$$\nx = 1\n$$\n\nand $x$.\n", encoding="utf-8"
    )
    assert main(["site", "site.md"]) == 1
    line, total = capsys.readouterr().out.splitlines()
    assert line == "site.md:6:1: text stands right above it: put a blank line between"
    assert total.startswith("1 of 2 formulas in 1 note(s)")
    assert main(["site", "right.md", "--language", "zh"]) == 0


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("again", ["first run", "from the cache"])
def test_an_error_of_ours_ends_one_note_only(
    again: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(source: Source, settings: Settings) -> NoteReport:
        if source.path == "right.md":
            raise ZeroDivisionError("division by zero")
        return judged(source, settings)

    command, judged = ["check", "--output-format", "json", "--jobs", "1", "--exit-zero"], check.check_note
    monkeypatch.setattr(check, "check_note", failing)
    for _ in range(1 + (again == "from the cache")):
        assert main([*command, "right.md", "wrong.md"]) == 1
        out, err = capsys.readouterr()
        assert re.fullmatch(
            r"mdverify: error: internal error in right\.md: ZeroDivisionError: division by zero "
            r"\(test_cli\.py:\d+\); the note was not judged, please report this with it\n",
            err,
        )
        right, wrong = json.loads(out)["notes"]
        assert right["steps"] == []
        assert [step["verdict"] for step in wrong["steps"]] == ["given", "given", "wrong"]
    monkeypatch.setattr(check, "check_note", judged)
    assert main(["check", "right.md"]) == 0  # what failed was not kept
