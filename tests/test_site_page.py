"""The extension on its own: where formulas, marks and notes come to stand in a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import handmade
import pytest

from mdverify.report import NoteReport, Verdict
from mdverify.source import Source

markdown = pytest.importorskip("markdown")

from mdverify.pages import extension, judge  # noqa: E402
from mdverify.pages.html import Look  # noqa: E402

EXTENSIONS = ["mdverify", "tables", "toc", "attr_list", "fenced_code", "admonition", "footnotes"]
QUIET = Look(badge=False)


@pytest.fixture(autouse=True)
def no_page() -> Iterator[None]:
    token = extension.current.set(None)
    yield
    extension.current.reset(token)


def wrong_two(text: str, ordinal: int) -> Verdict:
    """Steps whose right-hand side is a 2 are wrong."""
    return Verdict.WRONG if re.match(r"2\b", text) else Verdict.VERIFIED


def render(text: str, look: Look = QUIET, note: str | None = None) -> str:
    """The page of a text; `note` is the judged note where that is not the text itself."""
    report = handmade.report(Source("note.md", text if note is None else note), wrong_two)
    return convert(text, report, look)


def convert(text: str, report: NoteReport | None, look: Look = QUIET) -> str:
    extension.current.set(extension.Page(report, look))
    html: str = markdown.markdown(text, extensions=EXTENSIONS)
    return html


SIGNS = {"mdv-note": "(note)", "mdv-source": "[source]", "arithmatex": "[formula]", "mdv-refs": "^"}


def bare(html: str) -> str:
    """The page with a sign for every element that the extension has written."""
    ours = re.compile(rf'<(span|sup) class="({"|".join(SIGNS)})\b')
    while found := ours.search(html):
        depth = 0
        for tag in re.compile(rf"<(/?){found[1]}\b[^>]*>").finditer(html, found.start()):
            depth += -1 if tag[1] else 1
            if depth == 0:
                html = html[: found.start()] + SIGNS[found[2]] + html[tag.end() :]
                break
    return html


TITLE = '<h1 id="title-a2">Title [formula]</h1>\n<div class="mdv-notes">(note)</div>\n<p>text</p>'
PLACES = {
    "text $a=2$ text $b=3$ text": "<p>text [formula]^ text [formula] text(note)</p>",
    "$$a=2$$": "<p>[formula](note)</p>",
    "above\n$$\na=2\n$$\nbelow": "<p>above\n[formula](note)\nbelow</p>",
    "above\n\n$$\na\n\n=2\n$$,\n\nbelow": "<p>above</p>\n<p>[formula],(note)</p>\n<p>below</p>",
    "- item $a=2$\n  $$b=2$$\n- next": (
        "<ul>\n<li>item [formula]^\n  [formula](note)(note)</li>\n<li>next</li>\n</ul>"
    ),
    "> quote\n> $$\n> a=2\n> $$\n> end": "<blockquote>\n<p>quote\n[formula](note)\nend</p>\n</blockquote>",
    "# Title $a=2$\n\ntext": TITLE,
    "Title $a=2$\n===\ntext": TITLE,
    "> # Title $a=2$\n> text": f"<blockquote>\n{TITLE}\n</blockquote>",
    "a [link $a=2$](b.html) b": '<p>a <a href="b.html">link [formula]^</a> b(note)</p>',
    "text $a=2$\n{: .kind }": '<p class="kind">text [formula]^(note)</p>',
    "`$a=2$` and\n\n    $a=2$\n": "<p><code>$a=2$</code> and</p>\n<pre><code>$a=2$\n</code></pre>",
    "![alt $a=2$](p.png)": '<p><img alt="alt $a=2$" src="p.png" /></p>',
    '[t](u){ title="$a=2$" }': '<p><a href="u" title="$a=2$">t</a></p>',
    "text\n* item:\n\n    $$\n    a=2\n    $$\nend": (
        "<p>text\n* item:</p>\n<p>[formula](note)</p>\n<p>end</p>"
    ),
    "!!! note\n    inside $a=2$": (
        '<div class="admonition note">\n<p class="admonition-title">Note</p>\n'
        "<p>inside [formula]^(note)</p>\n</div>"
    ),
    "$$a & = 2$$": "<p>[source](note)</p>",
    "\\begin{align} a &= 2 \\end{align}": "<p>[formula](note)</p>",
}


@pytest.mark.parametrize(("text", "expected"), PLACES.items())
def test_places(text: str, expected: str) -> None:
    assert bare(render(text)) == expected


def test_table_cells() -> None:
    html = bare(render("| a | b |\n|---|---|\n| $|x|=2$ tail | $y=3$ |"))
    assert "<td>[formula]^ tail(note)</td>\n<td>[formula]</td>" in html


def test_formula_is_marked_and_described() -> None:
    html = render("So $$a = 2$$")
    assert (
        '<span class="arithmatex mdv-display mdv-math mdv-error mdv-wrong" id="mdv-at-1"'
        ' aria-describedby="mdv-note-1">\\[a = \\colorbox{#e5393540}{\\(\\displaystyle 2\\)}\\]</span>'
    ) in html
    assert 'id="mdv-note-1" aria-label="Note 1"' in html
    assert '<a class="mdv-number" href="#mdv-at-1"' in html


def test_several_findings_in_one_formula_are_told_apart() -> None:
    html = render("$$a = 2, b = 2$$")
    assert html.count("\\text{ ①}") == html.count("\\text{ ②}") == 1
    assert 'aria-describedby="mdv-note-1 mdv-note-2"' in html
    assert html.count('href="#mdv-at-1"') == 2


def test_heading_holds_no_trace_of_a_finding() -> None:
    html = render("[TOC]\n\n# On $a=2$\n")
    assert html.count('On <span class="arithmatex">\\(a=2\\)</span>') == 1
    assert "colorbox" not in html
    assert 'href="#on-a2">On \\(a=2\\)</a>' in html


def test_signs_are_off_by_default_and_show_without_notes() -> None:
    text = "$a=3$ and $b=2$"
    assert "mdv-sign" not in render(text)
    html = render(text, Look(badge=False, show=(Verdict.VERIFIED,)))
    assert 'role="img" aria-label="1 verified"' in html
    assert "mdv-note" not in html


def test_nothing_is_shown_where_nothing_is_to_be_shown() -> None:
    html = render("$a=2$", Look(badge=False, show=()))
    assert html == '<p><span class="arithmatex">\\(a=2\\)</span></p>'


def test_formulas_are_found_again_in_a_changed_page() -> None:
    note = "---\ntitle: x\n---\n\none $a=2$ two $b=3$ three $c=2$"
    html = render("added $z=9$\n\none $a=2$ two $b = 4$ three $ c=2 $", note=note)
    assert re.findall(r'id="(mdv-at-\d)".*?>\\\((.)', html) == [("mdv-at-1", "a"), ("mdv-at-2", "c")]


def test_badge_stands_below_the_title_and_not_in_the_contents() -> None:
    html = render("# Title\n\n[TOC]\n\n## Section\n\n$a=2$ $b=3$", Look(report_url="../r/"))
    assert html.index("</h1>") < html.index('<div class="mdv-badge mdv-found"') < html.index("Section")
    assert html.count("1 of 2 claims verified") == 1
    assert '<a href="../r/">report</a>' in html
    assert render("$b=3$", Look()).startswith('<div class="mdv-badge mdv-clean"')
    assert "mdv-badge" not in render("no claims", Look())


def test_chinese() -> None:
    html = render("$a=2$", Look(language="zh"))
    assert "个断言中" in html
    assert 'aria-label="注 1"' in html


HOSTILE = (
    r"x</span><script>alert(1)</script> = 2",
    r'a" onclick="alert(1) = 2',
    r"\href{javascript:alert(1)}{x} = 2",
    r"\text{</span></p><img src=x onerror=alert(1)>} = 2",
    r"{{{ x = 2",
    r"}}} x = 2",
    r"x \) <b> \( = 2",
    r"\begin{aligned} x = 2",
    r"\left( x = 2",
    r"x &lt;script&gt; = 2",
    r"\style{position:fixed;inset:0}{x} = 2",
    "\x02wzxhzdk:0\x03 = 2",
    r"<!-- x = 2",
    r"x = 2 % \)",
    r"\label{</a>} x = 2",
    r"\mmlToken{mi}[href='javascript:alert(1)']{x} = 2",
    r"\bbox[position:fixed;inset:0]{x} = 2",
    r"{: onclick=alert(1) } x = 2",
    r"[x](javascript:alert(1)) = 2",
)


class Tags(HTMLParser):
    """The tags of a page and the text outside of what the extension has written."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ours = any(name == "class" and re.match("arithmatex|mdv-", value or "") for name, value in attrs)
        if ours or self.inside:
            self.inside += 1
            assert tag in {"span", "a", "sup", "code", "mark", "div"}
            assert not any(name.startswith("on") or name == "style" for name, _ in attrs)
            assert all("javascript" not in (value or "") for name, value in attrs if name == "href")
        else:
            self.found.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.inside:
            self.inside -= 1
        else:
            self.found.append("/" + tag)

    def handle_data(self, data: str) -> None:
        if not self.inside and data.strip():
            self.found.append(data.strip())


def outside(html: str) -> list[str]:
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert tags.inside == 0
    return tags.found


@pytest.mark.parametrize("tex", HOSTILE)
@pytest.mark.parametrize("shape", ["before $$%s$$ after\n\nnext", "- item\n  $$%s$$\n\nnext"])
def test_hostile_formula_changes_nothing_outside_of_itself(tex: str, shape: str) -> None:
    html = render(shape % tex)
    assert outside(html) == outside(render(shape % "x = 2"))
    assert "<script" not in html
    assert "<img" not in html


def test_hostile_formulas_are_not_given_to_a_renderer() -> None:
    assert 'class="arithmatex' not in render(r"$\href{javascript:alert(1)}{x} = 2$")
    assert "<mark>" in render(r"$$\left( x = 2$$")


def test_text_of_notes_holds_nothing_that_a_script_takes_for_a_formula() -> None:
    """The message of the report made by hand is `$1 <b> … \\(2\\)`."""
    html = render("$a=2$")
    assert "<span>$</span>1 &lt;b&gt;" in html
    assert "<span>\\</span>(2<span>\\</span>)" in html


def test_without_a_host_the_text_is_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(judge, "_judge", handmade.judge(wrong_two))
    options = {"mdverify": {"rule_url": "https://example.org/{code}", "show": "wrong"}}
    html = markdown.markdown("$a=2$", extensions=["mdverify"], extension_configs=options)
    assert 'href="https://example.org/mv101"' in html
    assert (tmp_path / ".mdverify_cache" / "notes.sqlite").exists()


def test_reports_of_the_real_pipeline_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    html = markdown.markdown("For all $x$: $x + x = 3x$, $2x = x + x$.", extensions=["mdverify"])
    assert html.count('class="mdv-note ') == 1
    assert "\\colorbox" in html
