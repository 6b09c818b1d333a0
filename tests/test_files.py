"""Paths become notes in a fixed order; what is no note is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdverify.files import STDIN_NAME, collect, read
from mdverify.settings import Settings, UsageError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "b.md",
        "a.markdown",
        "sub/c.qmd",
        "sub/UPPER.MD",
        "plain.txt",
        "script.py",
        ".hidden.md",
        ".git/x.md",
        "node_modules/p/README.md",
        "venv/x.md",
        "drafts/d.md",
        "empty/keep.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("tree")
def test_folder_is_sorted_and_filtered() -> None:
    assert collect(["."], Settings()) == ("a.markdown", "b.md", "drafts/d.md", "sub/UPPER.MD", "sub/c.qmd")


@pytest.mark.usefixtures("tree")
def test_exclude_counts_for_folders_only() -> None:
    settings = Settings(exclude=("drafts", "*.qmd"))
    assert collect([".", "drafts/d.md"], settings) == ("a.markdown", "b.md", "sub/UPPER.MD", "drafts/d.md")


@pytest.mark.usefixtures("tree")
def test_each_note_counts_once_where_first_named() -> None:
    assert collect(["sub/c.qmd", "./b.md", "sub", "b.md"], Settings()) == (
        "sub/c.qmd",
        "b.md",
        "sub/UPPER.MD",
    )


@pytest.mark.usefixtures("tree")
def test_text_is_a_note_when_named() -> None:
    assert collect(["plain.txt"], Settings()) == ("plain.txt",)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("nothing.md", "no such file or folder: nothing.md"),
        ("b.md/c.md", "no such file or folder: b.md/c.md"),
        ("empty", "no Markdown notes in folder empty"),
        ("script.py", "not a Markdown note: script.py (expected .md .markdown .qmd .txt)"),
    ],
)
@pytest.mark.usefixtures("tree")
def test_what_is_no_note_is_told(path: str, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        collect([path], Settings())
    assert str(caught.value) == text


def test_text_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("\ufeff一\r\n二".encode())
    assert read(str(path)).text == "一\r\n二"


def test_standard_input() -> None:
    note = read("-", [b"$a", b"=b$"])
    assert (note.path, note.text) == (STDIN_NAME, "$a=b$")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x89PNG\0\0", "not a text file: {}"),
        ("矩阵".encode("gbk"), "not UTF-8: {} (byte 1); save the note as UTF-8"),
    ],
)
def test_what_is_no_text_is_told(tmp_path: Path, data: bytes, text: str) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read(str(path))
    assert str(caught.value) == text.format(path)
