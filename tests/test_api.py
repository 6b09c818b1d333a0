"""The names a Python program may use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sympy

import mdverify
from mdverify import Report, Settings, UsageError, Verdict, check_paths, check_text, to_sympy

WRONG = "For $A, B \\in \\mathbb{R}^{n\\times n}$ we have $(AB)^T = A^TB^T$.\n"
RIGHT = "For $A, B \\in \\mathbb{R}^{n\\times n}$ we have $(AB)^T = B^TA^T$.\n"


def test_every_public_name_is_there() -> None:
    assert all(getattr(mdverify, name) is not None for name in mdverify.__all__)
    assert set(mdverify.__all__) <= set(dir(mdverify))


def test_there_are_no_other_names() -> None:
    with pytest.raises(AttributeError, match="module 'mdverify' has no attribute 'check_file'"):
        mdverify.check_file  # noqa: B018


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = "import sys, mdverify; print(sorted({'numpy', 'sympy', 'markdown_it'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_judging_loads_no_sympy() -> None:
    code = "import sys, mdverify; mdverify.check_text('$x^2 = x x$'); print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_check_text() -> None:
    report = check_text(RIGHT)
    assert isinstance(report, Report)
    assert [step.verdict for note in report.notes for step in note.steps if step.relation == "="] == [
        Verdict.VERIFIED
    ]
    assert report.notes[0].source.path == "<text>"
    assert list(report.findings()) == []


def test_a_finding_says_where_and_what() -> None:
    (finding,) = check_text(WRONG, path="note.md").findings()
    assert (finding.path, finding.step.verdict, finding.step.rule) == ("note.md", Verdict.WRONG, "MV101")
    assert finding.place == (1, WRONG.index("= A^T") + 1)
    assert finding.text().startswith("the two sides differ: ")
    assert finding.text("zh").startswith("两边不相等")


def test_settings_count() -> None:
    assert list(check_text(WRONG, settings=Settings(ignore=("MV101",))).findings()) == []


def test_check_paths(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(WRONG, encoding="utf-8")
    (tmp_path / "b.md").write_text(RIGHT, encoding="utf-8")
    report = check_paths(tmp_path)
    assert [Path(note.source.path).name for note in report.notes] == ["a.md", "b.md"]
    assert [finding.place.line for finding in report.findings()] == [1]
    assert check_paths([str(tmp_path / "a.md")]).count() == report.notes[0].count()
    (tmp_path / "mdverify.toml").write_text('ignore = ["MV101"]', encoding="utf-8")
    assert list(check_paths(tmp_path / "a.md").findings()) == []


def test_a_missing_path_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        check_paths(tmp_path / "none.md")


def test_to_sympy() -> None:
    x = sympy.Symbol("x")
    assert to_sympy(r"\frac{x^2}{2}") == x**2 / 2
