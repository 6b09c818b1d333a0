"""Formulas that a common site leaves as typed; arithmatex itself is the judge where it is installed."""

from __future__ import annotations

from html import unescape
from html.parser import HTMLParser

import pytest

from mdverify.notes import read_note
from mdverify.source import Source
from mdverify.stock import hidden

# A note with one formula, and the message on it; none where it is shown.
NOTES = {
    "a\n\n$$\nx\n$$\n\nb": "",
    "# Title\n$$\nx\n$$\n": "",
    "a $x$ b": "",
    "- a\n\n    $$x$$\n": "",
    "> a\n>\n> $$x$$\n>\n> b": "",
    "\\begin{align}\nx\n\\end{align}\n": "",
    "\\[x\\]\n": "",
    "a \\(x\\) b": "",
    "| a |\n|---|\n| $x$ |\n": "",
    "a\n$$\nx\n$$\n\nb": "stock-text-above",
    "$$\nx\n$$\nb": "stock-text-below",
    "a $$x$$ b": "stock-in-line",
    "$$x$$,\n\nb": "stock-in-line",
    "$$\nx\n\ny\n$$\n": "stock-blank-inside",
    "- a\n\n  $$x$$\n": "stock-indent",
    "a $ x $ b": "stock-blank-at-dollar",
    "a $`x`$ b": "stock-delimiter",
    "| a | b |\n|---|---|\n| $|x|$ | b |\n": "stock-bar",
}


@pytest.mark.parametrize(("text", "key"), NOTES.items())
def test_hidden(text: str, key: str) -> None:
    assert [each.said.key for each in hidden(read_note(Source("", text)))] == [key][: bool(key)]


class Shown(HTMLParser):
    """The formulas of a page and the text around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.formulas: list[str] = []
        self.rest = ""
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = ("class", "arithmatex") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.formulas.append(unescape(data))
        else:
            self.rest += data


@pytest.mark.parametrize(("text", "key"), NOTES.items())
def test_arithmatex_agrees(text: str, key: str) -> None:
    pytest.importorskip("pymdownx", reason="comes with mdverify[sample]")
    from markdown import markdown

    options = {"pymdownx.arithmatex": {"generic": True}}
    page = Shown(markdown(text, extensions=["pymdownx.arithmatex", "tables"], extension_configs=options))
    assert (len(page.formulas) == 1 and "$" not in page.rest) == (not key)
