"""Sites built with the plugin, from mkdocs.yml to the files written and the log."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import handmade
import pytest

from mdverify.pages import extension, judge, overview
from mdverify.report import Report, Verdict
from mdverify.settings import Settings
from mdverify.source import Source

pytest.importorskip("mkdocs", reason="the plugin needs mdverify[site]")

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError, PluginError

from mkdocs_plugin.plugin import MdverifyPlugin

NOTE = "---\ntitle: A note\nlist: [a]\n---\n\n# On sums\n\nSo $x + x = 2x$, and $x + x = 3x$.\n"
CLEAN = "# Clean\n\n$y = 2x$\n"

Site = Callable[..., Path]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The notes judged; a step is wrong if its right-hand side is `3x`."""
    found: list[str] = []

    def check(sources: Sequence[Source], settings: Settings) -> Report:
        found.extend(Path(source.path).name for source in sources)
        return handmade.judge(lambda text, _: Verdict.WRONG if text == "3x" else Verdict.VERIFIED)(
            sources, settings
        )

    monkeypatch.setattr(judge, "_judge", check)
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    docs = tmp_path / "docs"
    (docs / "sub").mkdir(parents=True)
    (docs / "index.md").write_text(CLEAN, encoding="utf-8")
    (docs / "sub" / "笔记.md").write_text(NOTE, encoding="utf-8")
    extension.current.set(None)
    return tmp_path


def configured(project: Path, options: str = "", more: str = "") -> Path:
    plugins = "plugins:\n  - mdverify:\n" + textwrap.indent(options or "badge: true", "      ") + "\n"
    file = project / "mkdocs.yml"
    file.write_text(f"site_name: Test\n{plugins}{more}", encoding="utf-8")
    return file


def built(project: Path, options: str = "", more: str = "", **overrides: Any) -> Path:
    config = load_config(str(configured(project, options, more)), **overrides)
    config.plugins.on_startup(command="build", dirty=False)
    # MkDocs keeps instances as long as the process lasts; a build is a process of its own.
    config.plugins["mdverify"].memory.reports.clear()
    build(config)
    return project / "site"


def page(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def test_page_report_and_assets(project: Path, asked: list[str]) -> None:
    site = built(project)
    note = page(site, "sub/笔记/index.html")
    assert note.count('class="mdv-note ') == 1
    assert 'href="../../mdverify/#mv101"' in note
    assert 'href="../../mdverify/">report</a>' in note
    assert 'href="../../assets/mdverify.css"' in note
    report = page(site, "mdverify/index.html")
    assert "Notes: 2. Claims: 3, of which verified: 2, problems found: 1, unchecked: 0." in report
    assert re.search(r'<a href="[^"]*sub/[^"]*#mdv-note-1">8:30</a>', report)
    assert 'id="mv101"' in report
    assert 'id="mv102"' not in report
    assert "A note" in report
    assert (site / "assets" / "mdverify.css").exists()
    assert (site / "assets" / "mdverify.js").exists()
    assert sorted(asked) == ["index.md", "笔记.md"]


def test_the_list_of_a_note_is_kept(project: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = page(built(project), "mdverify/index.html")
    monkeypatch.setattr(overview, "_finding", None)
    assert page(built(project), "mdverify/index.html") == first
    (project / "docs" / "sub" / "笔记.md").write_text(NOTE + "\nMore.\n", encoding="utf-8")
    with pytest.raises(TypeError):
        built(project)


def test_no_search_reads_the_report(project: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[object] = []
    monkeypatch.setattr(MdverifyPlugin, "_write_overview", lambda self, page, files: found.append(page.meta))
    built(project)
    assert found == [{"search": {"exclude": True}}]


def test_the_report_leads_to_what_was_not_decided(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pick = {"3x": Verdict.WRONG, "5x": Verdict.UNCHECKED}
    choose = handmade.judge(lambda text, _: pick.get(text, Verdict.VERIFIED))
    monkeypatch.setattr(judge, "_judge", choose)
    note = "---\nt: 1\n---\n\n# A\n\n- $a = 5x$ and $b = 3x$\n- $$c = d = 5x$$\n"
    (project / "docs" / "sub" / "笔记.md").write_text(note, encoding="utf-8")
    site = built(project)
    report = page(site, "mdverify/index.html")
    assert re.findall(r'href="[^"]*/#(mdv-unchecked-\d)">([\d:]+)</a> no reason given', report) == [
        ("mdv-unchecked-1", "7:6"),
        ("mdv-unchecked-2", "8:11"),
    ]
    shown = page(site, "sub/笔记/index.html")
    assert re.findall(r'id="(mdv-unchecked-\d)"></span><span [^>]*>\\.([ac])', shown) == [
        ("mdv-unchecked-1", "a"),
        ("mdv-unchecked-2", "c"),
    ]
    assert "mdv-unchecked" not in page(built(project, "report: false"), "sub/笔记/index.html")


def test_no_inline_script_or_style_is_added(project: Path, asked: list[str]) -> None:
    with_plugin = page(built(project), "sub/笔记/index.html")
    (project / "mkdocs.yml").write_text("site_name: Test\n", encoding="utf-8")
    build(load_config(str(project / "mkdocs.yml")))
    plain = page(project / "site", "sub/笔记/index.html")
    for pattern in (r"<script(?![^>]*\bsrc=)", r"<style", r"\sstyle=", r"\son\w+="):
        assert len(re.findall(pattern, with_plugin)) == len(re.findall(pattern, plain))


def test_findings_are_logged_where_the_author_sees_them(
    project: Path, asked: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "mkdocs"):
        built(project)
    (line,) = [record for record in caplog.records if "MV101" in record.getMessage()]
    assert line.levelno == logging.WARNING
    assert line.getMessage().startswith("mdverify: docs/sub/笔记.md:8:30: MV101 ")


def test_strict_ends_the_build(project: Path, asked: list[str]) -> None:
    with pytest.raises((Abort, PluginError)):
        built(project, strict=True)
    assert not (project / "site" / "index.html").exists()


def test_fail_on_never_lets_a_strict_build_pass(project: Path, asked: list[str]) -> None:
    assert (built(project, "fail_on: never", strict=True) / "index.html").exists()


def test_fail_on_error_ends_the_build_and_writes_nothing(project: Path, asked: list[str]) -> None:
    with pytest.raises((Abort, PluginError)):
        built(project, "fail_on: error")
    assert not (project / "site" / "index.html").exists()
    assert (built(project, "{fail_on: error, ignore: [MV101]}") / "index.html").exists()


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """MkDocs as a command, with the real pipeline."""
    command = [sys.executable, "-m", "mkdocs", *arguments]
    return subprocess.run(
        command, cwd=project, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )


@pytest.mark.parametrize("options", ["fail_on: error", "badge: true"])
def test_quiet_and_strict_still_fail_and_say_why(project: Path, options: str) -> None:
    configured(project, options)
    done = run(project, "build", "--quiet", "--strict")
    assert done.returncode == 1
    assert "docs/sub/笔记.md:8:" in done.stderr
    assert "MV101" in done.stderr


def test_a_build_without_demands_succeeds(project: Path) -> None:
    configured(project)
    done = run(project, "build")
    assert done.returncode == 0, done.stderr
    assert "docs/sub/笔记.md:8:" in done.stderr


def test_a_server_judges_what_has_changed(
    project: Path, asked: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """MkDocs keeps the instance of a plugin that has `on_startup` from one build to the next."""
    config = load_config(str(configured(project, "cache: false")))
    config.plugins.on_startup(command="serve", dirty=False)
    config.plugins["mdverify"].memory.reports.clear()
    build(config)
    asked.clear()
    (project / "docs" / "index.md").write_text(CLEAN + "\n$z = 1$\n", encoding="utf-8")
    again = load_config(str(project / "mkdocs.yml"))
    assert again.plugins["mdverify"] is config.plugins["mdverify"]
    caplog.clear()
    with caplog.at_level(logging.INFO, "mkdocs"):
        build(again)
    assert asked == ["index.md"]
    assert "MV101" not in caplog.text  # what has been told of the other note


def test_a_second_build_judges_nothing(project: Path, asked: list[str]) -> None:
    built(project)
    asked.clear()
    built(project)
    assert asked == []
    assert (project / ".mdverify_cache" / "notes.sqlite").exists()


def test_options_reach_the_page(project: Path, asked: list[str]) -> None:
    site = built(project, "{show: [], badge: false, report: false, language: zh}")
    note = page(site, "sub/笔记/index.html")
    assert "mdv-" not in note
    assert not (site / "mdverify").exists()
    site = built(project, "{show: [verified], report_page: about/math.md}")
    note = page(site, "sub/笔记/index.html")
    assert "mdv-verified" in note
    assert "mdv-note" not in note
    assert (site / "about" / "math" / "index.html").exists()


def test_language_of_the_theme(project: Path, asked: list[str]) -> None:
    site = built(project, more="theme: {name: mkdocs, locale: zh_CN}\n")
    assert "个断言中" in page(site, "sub/笔记/index.html")


def test_language_of_each_note(project: Path, asked: list[str]) -> None:
    (project / "docs" / "sub" / "笔记.md").write_text(
        "# 求和\n\n对任意的数都有 $x + x = 3x$。\n", encoding="utf-8"
    )
    site = built(project, "language: note")
    assert "个断言中" in page(site, "sub/笔记/index.html")
    assert "claims verified" in page(site, "index.html")
    assert "Problems found" in page(site, "mdverify/index.html")


@pytest.mark.parametrize(
    "options", ["layout: sideways", "select: [MV999]", "show: [everything]", "fail_on: x"]
)
def test_wrong_options_are_refused(project: Path, options: str, asked: list[str]) -> None:
    with pytest.raises((Abort, ConfigurationError)):
        built(project, options)


def test_the_report_does_not_replace_a_page(project: Path, asked: list[str]) -> None:
    with pytest.raises((Abort, PluginError)):
        built(project, "report_page: index.md")


def test_configuration_of_the_project_counts(project: Path, asked: list[str]) -> None:
    (project / "mdverify.toml").write_text('exclude = ["docs/sub"]\n', encoding="utf-8")
    site = built(project)
    assert "mdv-" not in page(site, "sub/笔记/index.html").replace("mdverify", "")
    assert asked == ["index.md"]


def test_assets_of_the_author_are_kept(project: Path, asked: list[str]) -> None:
    (project / "docs" / "assets").mkdir()
    (project / "docs" / "assets" / "mdverify.css").write_text("/* mine */", encoding="utf-8")
    assert page(built(project), "assets/mdverify.css") == "/* mine */"


def test_changes_of_other_plugins_do_not_move_marks(project: Path, asked: list[str]) -> None:
    (project / "hook.py").write_text(
        "def on_page_markdown(markdown, **_):\n    return '$q = 0$\\n\\n' + markdown\n", encoding="utf-8"
    )
    note = page(built(project, more="hooks: [hook.py]\n"), "sub/笔记/index.html")
    marked = re.findall(r'id="mdv-at-1"[^>]*>(.*?)</span>', note)
    assert len(marked) == 1
    assert "3x" in marked[0]
