"""Pages in a real browser, with the renderers of formulas in use.

`.ci/browser` installs what these tests need; without it they are skipped, and say so.
"""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import handmade
import pytest

from mdverify.pages.assets import ASSETS
from mdverify.report import Verdict
from mdverify.source import Source

markdown = pytest.importorskip("markdown")

from mdverify.pages import extension  # noqa: E402
from mdverify.pages.html import Look  # noqa: E402

HERE = Path(__file__).parent / "browser"
ROOT = HERE.parents[1]
PACKAGES = Path(os.environ.get("MDVERIFY_BROWSER", ROOT / "build" / "browser"))
NEEDED = ("playwright-core", "katex", "mathjax3", "mathjax4", "@mathjax/mathjax-newcm-font")

Probe = Callable[[Path, list[dict[str, Any]]], list[dict[str, Any]]]


def missing() -> str:
    """What keeps the tests from running; empty if nothing does."""
    if not (shutil.which("chromium") and shutil.which("node")):
        return "no Chromium or no Node.js on this machine"
    absent = [name for name in NEEDED if not (PACKAGES / "node_modules" / name).is_dir()]
    return f"not in {PACKAGES}: {', '.join(absent)}" if absent else ""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Requests are not worth a line of output."""


@pytest.fixture(scope="session")
def node_modules() -> Path:
    if why := missing():
        pytest.skip(f"browser tests: {why}; run .ci/browser")
    return PACKAGES / "node_modules"


@pytest.fixture(scope="session")
def probe(node_modules: Path) -> Probe:
    """Serve a folder on the loopback and look at pages of it."""

    def look(folder: Path, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        with served(folder) as base:
            job = {"chromium": shutil.which("chromium"), "base": base, "pages": pages}
            done = subprocess.run(
                ["node", str(HERE / "probe.mjs")],
                input=json.dumps(job),
                cwd=node_modules.parent,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    return look


class served:  # noqa: N801
    """A folder at an address of the loopback, as long as the block lasts."""

    def __init__(self, folder: Path) -> None:
        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(_Quiet, directory=str(folder))
        )

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def __exit__(self, *details: object) -> None:
        self.server.shutdown()
        self.server.server_close()


RENDERERS = {
    "mathjax3": ("mathjax3", "mathjax3/es5/tex-mml-chtml.js"),
    "mathjax3-svg": ("mathjax3", "mathjax3/es5/tex-mml-svg.js"),
    "mathjax4": ("mathjax4", "mathjax4/tex-mml-chtml.js"),
    "mathjax4-svg": ("mathjax4", "mathjax4/tex-mml-svg.js"),
    "katex": ("katex", "katex/dist/katex.min.js"),
}
MATHJAX = """<script>
window.MathJax = {
  tex: { inlineMath: [["\\\\(", "\\\\)"]], displayMath: [["\\\\[", "\\\\]"]],
         processEscapes: true, processEnvironments: true },
  options: { ignoreHtmlClass: ".*|", processHtmlClass: "arithmatex" },
  output: { fontPath: "/node_modules/@mathjax/mathjax-newcm-font" },
  startup: { pageReady: () => MathJax.startup.defaultPageReady().then(() => { window.mathIsReady = true; }) }
};
</script><script src="/node_modules/PATH"></script>"""
KATEX = """<link rel="stylesheet" href="/node_modules/katex/dist/katex.min.css">
<script src="/node_modules/PATH"></script>
<script src="/node_modules/katex/dist/contrib/auto-render.min.js"></script>
<script>document.addEventListener("DOMContentLoaded", () => {
  renderMathInElement(document.body, { throwOnError: false, delimiters: [
    { left: "$$", right: "$$", display: true }, { left: "$", right: "$", display: false },
    { left: "\\\\(", right: "\\\\)", display: false }, { left: "\\\\[", right: "\\\\]", display: true } ] });
  window.mathIsReady = true;
});</script>"""


def head(renderer: str) -> str:
    """What a page needs to have its formulas shown by one of RENDERERS."""
    family, path = RENDERERS[renderer]
    return (KATEX if family == "katex" else MATHJAX).replace("PATH", path)


@pytest.fixture
def folder(tmp_path: Path, node_modules: Path) -> Path:
    """A folder to put pages in, with the renderers and the assets below it."""
    (tmp_path / "node_modules").symlink_to(node_modules, target_is_directory=True)
    return tmp_path


NOTE = HERE / "note.md"
VERDICTS = {"1": Verdict.WRONG, "2": Verdict.SHAPE, "3": Verdict.LAYOUT, "4": Verdict.NOTATION}


@pytest.fixture(autouse=True)
def no_page() -> Iterator[None]:
    token = extension.current.set(None)
    yield
    extension.current.reset(token)


def choose(text: str, ordinal: int) -> Verdict:
    """A right-hand side that begins with 1 to 4 is a finding, one of each kind."""
    return VERDICTS.get(text.lstrip("{\\, ")[:1], Verdict.VERIFIED)


def written(folder: Path, name: str, note: Path, renderer: str, look: Look) -> int:
    """Write a page, and tell how many findings it has."""
    source = Source(note.name, note.read_text(encoding="utf-8"))
    report = handmade.report(source, choose)
    extension.current.set(extension.Page(report, look))
    body = markdown.markdown(source.text, extensions=["mdverify", "tables", "toc", "admonition"])
    for asset in ASSETS:
        shutil.copy(asset, folder)
    (folder / name).write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Note</title>'
        '<link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="mdverify.css"><script src="mdverify.js"></script>'
        f"<style>:root {{ color-scheme: light dark }}</style>{head(renderer)}<body>{body}</body></html>",
        encoding="utf-8",
    )
    return sum(step.is_finding for step in report.steps)


def shown(told: dict[str, Any]) -> dict[str, Any]:
    """What must be so on every page; the rest is returned."""
    page: dict[str, Any] = told["page"]
    assert told["outside"] == []
    assert told["console"] == []
    assert told["dialogs"] == []
    assert page["untypeset"] == []
    assert page["errors"] == []
    assert None not in page["described"]
    return page


@pytest.mark.parametrize("renderer", RENDERERS)
def test_every_formula_is_shown_and_every_finding_marked(renderer: str, folder: Path, probe: Probe) -> None:
    findings = written(folder, "note.html", NOTE, renderer, Look(rule_url="rules.html#{code}"))
    (told,) = probe(folder, [{"path": "note.html", "tabs": 120, "dark": renderer.endswith("svg")}])
    page = shown(told)
    assert page["formulas"] >= 20
    assert page["notes"] == [f"mdv-note-{number}" for number in range(1, findings + 1)]
    in_headings = {"mdv-note-1", "mdv-note-5"}
    assert sorted({*page["described"], *in_headings}) == sorted(page["notes"])
    assert all(page["marked"].values()), page["marked"]
    assert sum(page["marked"].values()) >= findings - len(in_headings)
    numbers = {int(found[1]) for name in told["focus"] if (found := re.match(r"#mdv-at-(\d+)", name))}
    assert {f"mdv-at-{number}" for number in numbers} == set(page["marked"])
    assert "rules.html#mv101" in told["focus"]
    hidden(told)


def hidden(told: dict[str, Any]) -> None:
    """The switch hides all marks, and is remembered when the page is opened again."""
    assert told["page"]["switches"] == ["true"]
    for later in (told["off"], told["reloaded"]):
        assert later["switches"] == ["false"]
        assert later["notes"] == []
        assert sum(later["marked"].values()) == 0
        assert later["formulas"] == told["page"]["formulas"]


@pytest.mark.parametrize("renderer", ["mathjax4", "katex"])
def test_quiet_marks_for_verified_and_unchecked(renderer: str, folder: Path, probe: Probe) -> None:
    look = Look(show=(*VERDICTS.values(), Verdict.VERIFIED, Verdict.UNCHECKED))
    written(folder, "note.html", NOTE, renderer, look)
    (told,) = probe(folder, [{"path": "note.html"}])
    page = shown(told)
    assert sum(count > 0 for name, count in page["marked"].items() if name.startswith("other-")) == 4


@pytest.mark.parametrize("renderer", ["mathjax3", "katex"])
def test_hostile_text_stays_inside_its_formula(renderer: str, folder: Path, probe: Probe) -> None:
    written(folder, "note.html", NOTE.with_name("hostile.md"), renderer, Look())
    (told,) = probe(folder, [{"path": "note.html"}])
    page = shown(told)
    assert page["sources"] >= 8
    assert page["stray"] == 0
    assert page["title"] == "Note"


def test_without_scripts_everything_reads(folder: Path, probe: Probe) -> None:
    written(folder, "note.html", NOTE, "katex", Look())
    (told,) = probe(folder, [{"path": "note.html", "script": False}])
    assert "the two sides differ" in told["text"]
    assert "claims verified" in told["text"]
    assert "Marks" not in told["text"]


def test_sample_site(folder: Path, probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Material's set-up of MathJax, in light and dark, with what the pipeline finds."""
    pytest.importorskip("material", reason="the sample site needs mdverify[sample]")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    monkeypatch.chdir(ROOT)
    config = load_config(str(ROOT / "sample_site" / "mkdocs.yml"), site_dir=str(folder / "site"))
    build(config)
    names = [
        path.name
        for path in sorted((folder / "site").glob("*.html"))
        if path.name not in ("404.html", "index.html")
    ]
    pages = [{"path": f"site/{name}", "dark": dark} for name in names for dark in (False, True)]
    for told in probe(folder, pages):
        page = shown(told)
        assert page["formulas"] > 20
        assert page["notes"]
        assert all(page["marked"].values())
        hidden(told)
