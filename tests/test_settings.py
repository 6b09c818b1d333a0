"""Configuration is found, read and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdverify.settings import Settings, UsageError, codes, load, matches


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_all_keys(tmp_path: Path) -> None:
    write(
        tmp_path,
        "mdverify.toml",
        """
        layout = "numerator"
        select = ["MV1", "other-layout"]
        ignore = ["MV103"]
        fail-on = "warning"
        exclude = ["drafts"]
        jobs = 3
        language = "zh"
        [per-file-ignores]
        "old/*.md" = ["MV4"]
        """,
    )
    assert load(str(tmp_path)) == Settings(
        layout="numerator",
        select=("MV101", "MV102", "MV103", "MV201"),
        ignore=("MV103",),
        fail_on="warning",
        per_file_ignores=(("old/*.md", ("MV401", "MV402", "MV403", "MV404", "MV405")),),
        exclude=("drafts",),
        jobs=3,
        language="zh",
        root=str(tmp_path),
    )


def test_nearest_file_counts(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", '[tool.mdverify]\nlayout = "mixed"\n')
    write(tmp_path / "a", "pyproject.toml", '[project]\nname = "other"\n')
    write(tmp_path / "b", "mdverify.toml", 'layout = "numerator"\n')
    note = write(tmp_path / "b", "note.md", "")
    assert load(str(tmp_path / "a")).layout == "mixed"
    assert load(str(note)).layout == "numerator"


def test_named_file_counts_before_all(tmp_path: Path) -> None:
    write(tmp_path, "mdverify.toml", 'layout = "mixed"\n')
    other = write(tmp_path, "other.toml", 'layout = "numerator"\n')
    assert load(str(tmp_path), str(other)).layout == "numerator"


BAD = {
    'layuot = "mixed"': "unknown key `layuot` in {}; did you mean `layout`?",
    "zzz = 1": "unknown key `zzz` in {}",
    'layout = "row"': "bad value for `layout` in {}: expected one of auto, denominator, numerator, mixed",
    "layout = 1": "bad value for `layout` in {}: expected one of auto, denominator, numerator, mixed",
    'select = "MV101"': "bad value for `select` in {}: expected a list of texts",
    'ignore = ["MV1011"]': "unknown rule `MV1011` for `ignore` in {}; did you mean `MV101`?",
    "jobs = 0": "bad value for `jobs` in {}: expected a whole number from 1",
    "jobs = true": "bad value for `jobs` in {}: expected a whole number from 1",
    "per-file-ignores = 3": (
        "bad value for `per-file-ignores` in {}: expected a table of lists of rules by file pattern"
    ),
}


@pytest.mark.parametrize("text", BAD)
def test_bad_configuration_is_told(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "mdverify.toml", text)
    with pytest.raises(UsageError) as caught:
        load(str(tmp_path))
    assert str(caught.value) == BAD[text].format(path)


@pytest.mark.parametrize("text", ["layout = ", "x = 1\nx = 2"])
def test_broken_toml_is_told(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "mdverify.toml", text)
    with pytest.raises(UsageError, match="is not valid TOML") as caught:
        load(str(tmp_path))
    assert str(path) in str(caught.value)


def test_table_of_the_wrong_kind(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool]\nmdverify = 3\n")
    with pytest.raises(UsageError, match="expected a table"):
        load(str(tmp_path))


def test_missing_config_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such configuration file"):
        load(str(tmp_path), str(tmp_path / "nothing.toml"))


def test_codes() -> None:
    assert codes(["MV30", "MV302", "value-differs"]) == ("MV301", "MV302", "MV303", "MV101")
    with pytest.raises(UsageError, match="did you mean `value-differs`"):
        codes(["value-difers"])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a.md", True),
        ("*.md", True),
        ("notes/*.md", True),
        ("notes", True),
        ("notes/", True),
        ("old/*.md", False),
        ("note", False),
    ],
)
def test_matches(tmp_path: Path, pattern: str, expected: bool) -> None:
    assert matches(str(tmp_path / "notes" / "a.md"), [pattern], str(tmp_path)) is expected
