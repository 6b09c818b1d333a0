"""Markdown to notes: where formulas are found, where they are not, and the structure around them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mdverify.notes import Note, read_note
from mdverify.source import Source


def note(text: str) -> Note:
    return read_note(Source("sample.md", text))


def formulas(text: str) -> list[str]:
    return [text[m.start : m.end].strip() for m in note(text).maths]


FOUND = {
    "own lines": ("Text\n\n$$\na = b\n$$\n", ["a = b"]),
    "one line": ("$$a = b$$", ["a = b"]),
    "mid-sentence": ("so $$a = b$$ holds", ["a = b"]),
    "under and over text": ("so\n$$\na = b\n$$\nholds for $c$", ["a = b", "c"]),
    "blank lines inside": ("$$\na\n\n= b\n$$\n\nwith $c$", ["a\n\n= b", "c"]),
    "list": ("- first:\n\n  $$\n  a = b\n  $$\n\n- then $c$", ["a = b", "c"]),
    "two glued": ("$$a$$$$b$$", ["a", "b"]),
    "environment on the dollar line": ("$$\\begin{align}\na &= b\n\\end{align}$$", None),
    "bare environment": ("so\n\\begin{gather}\na\n\\end{gather}\n", ["\\begin{gather}\na\n\\end{gather}"]),
    "several lines": ("with $a +\nb$ small", ["a +\nb"]),
    "newline inside dollars": ("thus\n$\na = b\n$\n", ["a = b"]),
    "spaces inside dollars": ("vector $ x_i $ and $ n $", ["x_i", "n"]),
    "dollar-backtick": ("the $`a_1`$ of it", ["a_1"]),
    "math fence": ("```math\na = b\n```\n", ["a = b"]),
    "brackets": ("so \\(a\\) and\n\\[\nb \\\\[4pt] c\n\\]\n", ["a", "b \\\\[4pt] c"]),
    "doubled backslashes": ("so \\\\( a_1 \\\\) and\n\\\\[ b = c \\\\]\n", ["a_1", "b = c"]),
    "heading": ("# The norm $\\|x\\|$\n", ["\\|x\\|"]),
    "bold": ("**the $x$**", ["x"]),
    "cell": ("| a | b |\n|---|---|\n| $\\|x\\|$ | $|y|$ |\n", ["\\|x\\|", "|y|"]),
    "number": ("takes $3$ of $12$", ["3", "12"]),
    "escaped dollar inside": ("$a \\$ b$", ["a \\$ b"]),
    "text box": ("$$a \\text{ if $b$ is}$$", ["a \\text{ if $b$ is}"]),
    "in html": ('<p align="center">$x$</p>', ["x"]),
    "tildes at a line start": ("$\na\n~~~~~= b\n$\n", ["a\n~~~~~= b"]),
    "admonition": ("!!! note\n\n    here $x = y$\n", ["x = y"]),
    "a display indented too far in a list": ("- item\n\n      $$\n      a = b\n      $$\n", ["a = b"]),
    "minus at a line start": ("$$\na\n- b\n= c\n$$\n\n$d$", ["a\n- b\n= c", "d"]),
}


@pytest.mark.parametrize("name", FOUND)
def test_found(name: str) -> None:
    text, expected = FOUND[name]
    assert formulas(text) == (expected or [text.strip("$")])


QUIET = {
    "money": "lunch is $5 and dinner $6",
    "money with an equals sign": "in cents: $5 = 500 cents and $7 = 700 cents.",
    "money twice": "between $5k and ($6k)",
    "escaped": "that is \\$7 = \\$3 + \\$4",
    "code span": "run `a=$1; b=$2` and ``echo `$x$` ``",
    "fence": "```sh\necho $x_1 = $y\n```\n",
    "tilde fence": "~~~\n$$a$$\n~~~\n",
    "indented code": "so:\n\n    price = $e = mc^2$\n",
    "comment": "<!-- $a = b$ -->",
    "link target": "see [this](https://a.org/?q=$x$&y)",
    "address": "see <https://a.org/$x$> and https://a.org/$x$/",
    "yaml": "---\ntitle: the $x$\n---\n",
    "json": '---\n{"title": "the $x$"}\n---\n',
    "shell": "set $HOME/$USER first",
    "pre": "<pre>\n$a$\n</pre>",
    "unclosed": "$$\na = b\n\n# Next\n\ntext",
    "escaped brackets": "see \\[the third\\] and \\(again and again\\)",
    "empty": "$$ $$ and $ $",
}


@pytest.mark.parametrize("name", QUIET)
def test_quiet(name: str) -> None:
    assert formulas(QUIET[name]) == []


def test_quote_markers_are_blanked() -> None:
    text = "> so\n> $$\n> a\n= b\n> $$\n"
    (math,) = note(text).maths
    assert text[math.start : math.end] == "\n> a\n= b\n> "
    assert math.body == "\n  a\n= b\n  "


def test_displays_belong_to_their_paragraph() -> None:
    text = "# Top\n\nLet\n$$\na\n\n= b\n$$\nwhere $c$.\n\nNext.\n"
    blocks = note(text).blocks
    assert [b.kind for b in blocks] == ["heading", "paragraph", "paragraph"]
    assert text[slice(*blocks[1].span)].endswith("where $c$.")


def test_items_know_their_container() -> None:
    text = "1. one:\n\n   $$\n   a\n   $$\n\n2. two\n"
    first, second, third = note(text).blocks
    assert first.container == second.container != third.container
    assert text[slice(*first.container)].endswith("$$")


def test_sections_nest() -> None:
    text = "start $s$\n\n# A\n\n## B\n\n$b$\n\n## C\n\n$$\nc\n$$\n---\n\n# D\n$d$\n"
    read = note(text)
    assert [text[slice(*s.title)] for s in read.sections] == ["", "A", "B", "C", "D"]
    assert [s.parent for s in read.sections] == [None, 0, 1, 1, 0]
    assert [read.section_of(m.start) for m in read.maths] == [0, 2, 3, 4]


def test_table_cells() -> None:
    text = "| $f$ | `a` \\| b |\n|:-:|---|\n| $\\|x\\|$ | |\n| x | $|y|$ |\n"
    (table,) = note(text).tables
    assert [text[slice(*c.span)] for c in table.header] == ["$f$", "`a` \\| b"]
    assert [[text[slice(*c.span)] for c in row] for row in table.rows] == [["$\\|x\\|$", ""], ["x", "$|y|$"]]


WORDS = (
    "$ $$ ` ``` ~~~ \\ \\( \\) \\[ \\] > - 1. # | --- === <!-- --> ]( ) x = 5 word $` `$ { <pre> 好 ， \x00"
)
BREAKS = ["\n", "\n\n", "    ", " ", "\t", "\r", "> ", "- ", "# ", "!!! a\n", "```math\n", "\u2028", "\x0c"]
PIECES = st.sampled_from([*WORDS.split(), *BREAKS, "\\begin{align}", "\\end{align}"])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


@given(TEXTS)
@example("|\n-")
@example("> ```math\n$")
def test_total_and_exact(text: str) -> None:
    read = note(text)
    end = 0
    for math in read.maths:
        assert end <= math.outer.start <= math.start <= math.end <= math.outer.end <= len(text)
        assert len(math.body) == math.end - math.start
        assert text[math.start : math.end].strip() or math.delimiter in ("```math", "env")
        assert read.block_of(math.outer.start) is not None
        end = math.outer.end
    for first, second in zip(read.blocks, read.blocks[1:], strict=False):
        assert 0 <= first.span.start <= first.span.end <= second.span.start
    for section in read.sections[1:]:
        assert section.parent is not None
        parent = read.sections[section.parent].span
        assert parent.start <= section.span.start <= section.span.end <= parent.end


@given(st.lists(st.sampled_from(["a_1", "x = y", "\\frac{a}{b}", "n"]), max_size=6))
def test_inline_formulas_come_back(written: list[str]) -> None:
    assert formulas(" and ".join(f"${formula}$" for formula in written)) == written
