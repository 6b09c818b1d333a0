"""MathJax for the sample site, as `.ci/browser` has installed it; without it formulas are shown as typed."""

from __future__ import annotations

import logging
from pathlib import Path

from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

INSTALLED = Path(__file__).parents[1] / "build" / "browser" / "node_modules" / "mathjax3" / "es5"
LOG = logging.getLogger("mkdocs.mathjax")
# The fonts, and the extensions that are loaded when a formula needs them: `color` for the marks.
PARTS = ("tex-mml-chtml.js", "output/chtml/fonts/woff-v2/*.woff", "input/tex/extensions/*.js")
SETTINGS = """window.MathJax = {
  tex: { inlineMath: [["\\\\(", "\\\\)"]], displayMath: [["\\\\[", "\\\\]"]],
         processEscapes: true, processEnvironments: true },
  options: { ignoreHtmlClass: ".*|", processHtmlClass: "arithmatex" },
  startup: { pageReady: () => MathJax.startup.defaultPageReady().then(() => { window.mathIsReady = true; }) }
};
"""


def on_config(config: MkDocsConfig) -> None:
    if not INSTALLED.is_dir():
        LOG.warning("no MathJax here, formulas stay as typed; `bash .ci/browser` installs it")
        return
    scripts = ("mathjax/settings.js", "mathjax/tex-mml-chtml.js")
    config.extra_javascript.extend(ExtraScriptValue(script) for script in scripts)


def on_files(files: Files, config: MkDocsConfig) -> None:
    if not INSTALLED.is_dir():
        return
    files.append(File.generated(config, "mathjax/settings.js", content=SETTINGS))
    for path in (INSTALLED / name for pattern in PARTS for name in sorted(INSTALLED.glob(pattern))):
        uri = f"mathjax/{path.relative_to(INSTALLED).as_posix()}"
        files.append(File.generated(config, uri, abs_src_path=str(path)))
