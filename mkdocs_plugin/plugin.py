"""The events of a build, in the order in which they come."""

from __future__ import annotations

from dataclasses import replace
from logging import INFO, WARNING
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError, PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_relative_url

from mdverify.cache import FOLDER, Shelf, key
from mdverify.messages import LANGUAGES
from mdverify.pages import extension
from mdverify.pages.assets import SCRIPT, STYLE
from mdverify.pages.html import Look
from mdverify.pages.judge import Memory
from mdverify.pages.options import for_note, look, settings
from mdverify.pages.overview import Entry, Heading, headings, overview
from mdverify.pages.words import say
from mdverify.render import FORMATS, Style
from mdverify.report import NoteReport, Report
from mdverify.selection import failed
from mdverify.settings import Settings, UsageError, matches
from mdverify.source import Source
from mkdocs_plugin.options import Options

log = get_plugin_logger("mdverify")
SILENT = extension.Page(None, Look(badge=False))
MOST_LISTED = 50
NOT_FOUND = "---\nsearch: {exclude: true}\n---\n"
"""The report quotes the pages: a search that reads this finds those alone, without what is said of them."""


class MdverifyPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Registers the extension and tells it what was found on the page in work."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.serving = False
        self.told: dict[str, str] = {}
        self.shelf = Shelf(None)

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Being here keeps this instance, and with it the memory, from one build of a server to the next."""
        self.serving = command == "serve"
        self.told = {}

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        self.root = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        try:
            self.settings = settings(self.config, self.root, _language(config))
            self.look = look(self.config, self.settings.language)
        except UsageError as error:
            raise ConfigurationError(str(error)) from error
        self.pages: dict[str, NoteReport] = {}
        self.names: dict[str, str] = {}
        self.overview: File | None = None
        config.markdown_extensions.append("mdverify")
        _add(config.extra_css, f"assets/{STYLE.name}")
        _add(config.extra_javascript, f"assets/{SCRIPT.name}")
        return config

    @event_priority(-100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        notes = [file for file in files.documentation_pages() if self._is_note(file)]
        sources = [Source(_shown_path(file), file.content_string) for file in notes]
        reports = self.memory.judge(sources, self.settings, self.root if self.config.cache else None)
        self.shelf.close()
        self.shelf = Shelf(self.root / FOLDER if self.config.cache else None)
        self.judged = {file.src_uri: report for file, report in zip(notes, reports, strict=True)}
        for asset in (STYLE, SCRIPT):
            if files.get_file_from_path(f"assets/{asset.name}") is None:
                files.append(File.generated(config, f"assets/{asset.name}", abs_src_path=str(asset)))
        if self.config.report:
            self.overview = self._overview_file(files, config)
        return files

    def _is_note(self, file: File) -> bool:
        path, patterns = file.abs_src_path, self.settings.exclude
        return not (path and patterns and matches(path, patterns, self.settings.root))

    def _overview_file(self, files: Files, config: MkDocsConfig) -> File:
        uri = self.config.report_page
        if files.get_file_from_path(uri) is not None:
            raise PluginError(f"{uri} is a page of the site; name the report otherwise with `report_page`")
        content = f"{NOT_FOUND}# {say('report-title', self.settings.language)}\n"
        file = File.generated(config, uri, content=content, inclusion=InclusionLevel.NOT_IN_NAV)
        files.append(file)
        return file

    @event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        extension.current.set(SILENT)
        if page.file is self.overview or not self._is_note(page.file):
            return markdown
        report = self._report(page.file, markdown)
        self.pages[page.file.src_uri] = report
        name = self.names[page.file.src_uri] = key(report.source, self.settings)
        extension.current.set(extension.Page(report, self._page_look(page.file, markdown), name, self.shelf))
        if not self.serving or self.told.get(page.file.src_uri) != name:
            self._log(report)
        self.told[page.file.src_uri] = name
        return markdown

    def _report(self, file: File, markdown: str) -> NoteReport:
        """The report on the file; on the text itself if another plugin has put that in place of the file."""
        report = self.judged.get(file.src_uri)
        if report is not None and markdown.strip() in report.source.text:
            return report
        return Memory().judge((Source(_shown_path(file), markdown),), self.settings, None)[0]

    def _page_look(self, file: File, markdown: str) -> Look:
        shown = for_note(self.look, self.config, markdown)
        if self.overview is None:
            return shown
        url = get_relative_url(self.overview.url, file.url)
        return replace(shown, report_url=url, rule_url=self.look.rule_url or url + "#{code}")

    def _log(self, report: NoteReport) -> None:
        level = INFO if self.config.fail_on == "never" else WARNING
        if log.isEnabledFor(level):
            for line in _lines(Report((report,)), self.settings):
                log.log(level, "%s", line)
        if report.failure is not None:
            log.error("%s", report.failure.text(self.settings.language))

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        extension.current.set(SILENT)
        return html

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> None:
        extension.current.set(None)
        with self.shelf:
            report = Report(tuple(self.pages.values()))
            fail_on = self.config.fail_on or ("warning" if config.strict else "never")
            if failed(report, fail_on) and (config.strict or not self.serving):
                raise PluginError(self._failure(report))
            if self.overview is not None and self.overview.page is not None:
                self._write_overview(self.overview.page, files)

    def _failure(self, report: Report) -> str:
        """Why the build ends; the findings are listed again where the log did not show them."""
        lines = _lines(report, self.settings)
        text = f"mdverify found {len(lines)} problem(s)"
        if log.isEnabledFor(WARNING):
            return text
        rest = [f"… and {len(lines) - MOST_LISTED} more"] if len(lines) > MOST_LISTED else []
        return "\n  ".join((f"{text}:", *lines[:MOST_LISTED], *rest))

    def _write_overview(self, page: Page, files: Files) -> None:
        entries = []
        for uri, report in self.pages.items():
            note = files.get_file_from_path(uri)
            if note is not None and note.page is not None:
                url = get_relative_url(note.url, page.file.url)
                entries.append(Entry(str(note.page.title), url, report, self.names[uri]))
        seen = replace(self.look, rule_url=self.look.rule_url or "#{code}")
        page.content = overview(entries, seen, self.shelf)
        page.toc = get_toc(list(map(_toc_token, headings(self.settings.language))))


def _toc_token(heading: Heading) -> Any:
    children = [_toc_token(each) for each in heading.inner]
    return {"level": heading.level, "id": heading.anchor, "name": heading.title, "children": children}


def _lines(report: Report, told: Settings) -> list[str]:
    return FORMATS["concise"](report, Style(told.language)).splitlines()


def _language(config: MkDocsConfig) -> str:
    """The language of the theme, if it is one of ours."""
    name = str(config.theme.get("language") or config.theme.get("locale") or "")[:2]
    return name if name in LANGUAGES else ""


def _shown_path(file: File) -> str:
    """The path as an author would type it."""
    path = Path(file.abs_src_path or file.src_uri)
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()


def _add(names: list[Any], name: str) -> None:
    if name not in names:
        names.append(name)
