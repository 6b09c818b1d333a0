"""A browser for the tests of pages, where there is one: `.ci/browser` installs what they need."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PACKAGES = Path(os.environ.get("MDVERIFY_BROWSER", HERE.parent.parent / "build" / "browser"))
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
