"""The same site under the relatives of MkDocs: ProperDocs loads the plugin, Zensical the extension alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

NOTE = (
    "---\ntitle: A note\ntags: [a]\n---\n\n# On products\n\n"
    r"Let $A \in \mathbb{R}^{m \times n}$ and $x \in \mathbb{R}^m$. Then"
    "\n$$\nA x = x^T A\n$$\nand for every number $t + t = 3t$.\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "sub").mkdir(parents=True)
    (tmp_path / "docs" / "index.md").write_text("# Home\n\nFor all $t$: $2t = t + t$.\n", encoding="utf-8")
    (tmp_path / "docs" / "sub" / "笔记.md").write_text(NOTE, encoding="utf-8")
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )


def page(project: Path) -> str:
    return (project / "site" / "sub" / "笔记" / "index.html").read_text(encoding="utf-8")


def is_marked(html: str) -> bool:
    """Two findings, each with its note and its mark, and the line of the other place as the author counts."""
    notes = re.findall(r'<span class="mdv-note [^>]*id="(mdv-note-\d)"', html)
    return notes == ["mdv-note-1", "mdv-note-2"] and html.count("\\colorbox") == 2 and "line 10:" in html


def test_properdocs(project: Path) -> None:
    pytest.importorskip("properdocs", reason="comes with mdverify[test]")
    theme = "theme: {name: mkdocs}\n"
    (project / "mkdocs.yml").write_text(f"site_name: Test\n{theme}plugins: [mdverify]\n", encoding="utf-8")
    done = run(project, "properdocs", "build", "-f", "mkdocs.yml")
    assert done.returncode == 0, done.stderr
    assert "docs/sub/笔记.md:10:" in done.stderr
    assert is_marked(page(project))
    assert (project / "site" / "mdverify" / "index.html").exists()
    assert (project / "site" / "assets" / "mdverify.css").exists()
    assert run(project, "properdocs", "build", "-q", "--strict", "-f", "mkdocs.yml").returncode == 1


def test_zensical(project: Path) -> None:
    pytest.importorskip("zensical", reason="comes with mdverify[test]")
    (project / "mkdocs.yml").write_text(
        "site_name: Test\nsite_url: https://example.org/\n"
        "markdown_extensions:\n  - mdverify:\n      rule_url: https://example.org/rules#{code}\n"
        "extra_css: [assets/mdverify.css]\nextra_javascript: [assets/mdverify.js]\n",
        encoding="utf-8",
    )
    assert run(project, "mdverify.pages", "docs/assets").returncode == 0
    done = run(project, "zensical", "build")
    assert done.returncode == 0, done.stderr
    assert is_marked(page(project))
    assert 'href="https://example.org/rules#mv' in page(project)
    assert 'href="../../assets/mdverify.css"' in page(project)
    assert (project / "site" / "assets" / "mdverify.js").exists()
