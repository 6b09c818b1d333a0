"""The sample notes: every planted mistake is found, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mdverify.cli import main

HERE = Path(__file__).parent
EXPECTED: dict[str, list[dict[str, object]]] = json.loads(
    (HERE / "sample_expectations.json").read_text(encoding="utf-8")
)
FOUND = {"wrong", "layout", "shape", "notation"}


@pytest.mark.parametrize("path", EXPECTED)
def test_sample(path: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE.parent)
    assert main(["check", path, "--output-format", "json"]) == 1
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    found = {step["line"]: step["verdict"] for step in note["steps"] if step["verdict"] in FOUND}
    planted = {entry["line"]: entry["verdicts"] for entry in EXPECTED[path]}
    assert found.keys() == planted.keys()
    assert all(found[line] in verdicts for line, verdicts in planted.items())


def test_every_sample_is_listed() -> None:
    notes = (HERE.parent / "sample_notes").glob("*.md")
    assert {f"sample_notes/{note.name}" for note in notes} == set(EXPECTED)
