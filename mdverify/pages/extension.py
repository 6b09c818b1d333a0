"""The Python-Markdown extension `mdverify`.

A host that knows more of a page than its Markdown (where the note begins in its file, what was said of it)
puts a `Page` into `current`; without one the extension judges the text it is given.
"""

from __future__ import annotations

import json
import re
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER, HTML_PLACEHOLDER_RE, AtomicString

from mdverify.cache import Shelf, name_of
from mdverify.pages.annotated import Annotated
from mdverify.pages.html import Look
from mdverify.pages.judge import judge
from mdverify.pages.options import SHOWN, for_note, look, settings
from mdverify.report import FINDINGS, NoteReport
from mdverify.source import Source

NOTHING_KEPT = Shelf(None)


@dataclass(frozen=True, slots=True)
class Page:
    """A page whose verdicts are known; without a report its formulas are shown without any.

    With a name for the report and a shelf, what was made of it in an earlier build is used again.
    """

    report: NoteReport | None
    look: Look
    name: str = ""
    shelf: Shelf = NOTHING_KEPT

    def annotated(self, text: str) -> Annotated:
        if self.report is None and not MAY_OPEN.search(text):
            return Annotated(text, ())
        name = name_of(self.name, repr(self.look), text) if self.name else ""
        return Annotated(*json.loads(self.shelf.kept(name, lambda: self._made(text))))

    def _made(self, text: str) -> str:
        # With it comes the parser of notes, which a site does without when all its pages are on the shelf.
        from mdverify.pages.page import annotate

        made = annotate(text, self.report, self.look)
        return json.dumps([made.text, made.pieces], ensure_ascii=False)


current: ContextVar[Page | None] = ContextVar("mdverify page", default=None)

# Before indented code is highlighted (30) and inline text is read (20).
DISPLAYS = 35
BLOCKS = frozenset({"p", "td", "li", "dd"})
_ALONE = re.compile(rf"\s*(?:{HTML_PLACEHOLDER % '[0-9]+'}\s*)+")
MAY_OPEN = re.compile(r"[$\\`~]")  # no formula begins without one of these

# After whitespace is normalised (30), before fenced code (25): what is code is known here without it.
FORMULAS = 27


class MdverifyExtension(Extension):
    """Options: layout, select, ignore, show, language, rule_url, badge, cache, config."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "layout": ["", "layout convention, where a note declares none"],
            "select": [[], "report these rules only"],
            "ignore": [[], "do not report these rules"],
            "show": [[name for name in SHOWN if name in FINDINGS], "verdicts to mark"],
            "language": ["", "en, zh, or that of each note (note)"],
            "rule_url": ["", "address of the documentation of a rule, with {code}"],
            "badge": [True, "a line with the counts at the head of a page"],
            "cache": [True, "keep verdicts on disk between builds"],
            "config": ["", "configuration file; the nearest one if empty"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        told = self.getConfigs()
        md.preprocessors.register(_Formulas(md, told), "mdverify", FORMULAS)
        md.treeprocessors.register(_Displays(md), "mdverify", DISPLAYS)


class _Formulas(Preprocessor):
    def __init__(self, md: Markdown, told: dict[str, Any]) -> None:
        super().__init__(md)
        self.told = told

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        here = current.get() or self.judged(text)
        return here.annotated(text).filled(self.md.htmlStash.store).split("\n")

    def judged(self, text: str) -> Page:
        """The page where no host has told of it."""
        source = _source(self.md, text)
        told = settings(self.told, Path(source.path).parent)
        folder = Path(told.root) if self.told["cache"] else None
        (report,) = judge((source,), told, folder).notes
        return Page(report, for_note(look(self.told, told.language), self.told, text))


class _Displays(Treeprocessor):
    """Formulas that stand for themselves: they hold no inline markup to look for.

    One that is indented like the item of a list that Python-Markdown sees none of is no code either.
    """

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag in BLOCKS and element.text and _ALONE.fullmatch(element.text):
                element.text = AtomicString(element.text)
        stashed = self.md.htmlStash.rawHtmlBlocks
        for pre in root.iter("pre"):
            code = pre[0] if len(pre) == 1 and pre[0].tag == "code" else None
            text = (code.text or "").strip() if code is not None else ""
            found = HTML_PLACEHOLDER_RE.findall(text)
            rest = HTML_PLACEHOLDER_RE.sub("", text).strip()
            if code is not None and found and not rest and all(_is_ours(stashed[int(at)]) for at in found):
                pre.tag, pre.text = "p", text
                pre.remove(code)


def _is_ours(stashed: object) -> bool:
    return isinstance(stashed, str) and stashed.startswith(('<span class="arithmatex', '<span class="mdv-'))


def _source(md: Markdown, text: str) -> Source:
    """The file of the page, if another extension of the host knows it, so that lines count front matter."""
    path = _path(md)
    if path is None or not path.is_file():
        return Source(str(path or "page.md"), text)
    whole = path.read_text(encoding="utf-8", errors="replace")
    same = "".join(whole.split()).endswith("".join(text.split()))
    return Source(path.as_posix(), whole if same else text)


def _path(md: Markdown) -> Path | None:
    """Where the page is; Zensical tells in an extension of its own."""
    for processor in md.preprocessors:
        if type(processor).__name__ == "ContextPreprocessor":
            uri = getattr(getattr(processor, "page", None), "path", "")
            told = getattr(processor, "config", None)
            folder = told.get("docs_dir", "") if isinstance(told, dict) else ""
            return Path(folder, uri) if uri else None
    return None


def makeExtension(**options: Any) -> MdverifyExtension:  # noqa: N802
    return MdverifyExtension(**options)
