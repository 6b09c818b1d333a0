"""Markdown text to a `Note`: formulas with exact offsets, and the blocks, sections and tables around them.

Formulas are found first, by our own scanner (`formulas`), which knows code, comments and links; every one
is then painted over with letters, line by line, and markdown-it-py reads the painted text for its blocks.
The other order does not work: to a Markdown parser a blank line inside `$$` ends the paragraph, a line of
`=` makes a heading, a `|` ends a table cell, and inline tokens carry no position and have lost their
backslashes. After painting, none of that can happen, lines still correspond one to one, and the parser is
left with what it is good at. Only indented code needs a look back: what is code by its place in the
structure is known after the first parse, and then the scanner runs once more without it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from mdverify.formulas import PREFIX, Math, front_matter, remark_fences, scan
from mdverify.languages import Word, in_english, language_of, plain
from mdverify.source import Source, Span

__all__ = ["Block", "Cell", "Math", "Note", "Section", "Table", "read_note"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of prose; the displays written inside it belong to it.

    `kind` is heading, paragraph, item, quote, cell or html; `level` the heading level or list depth;
    `container` the list item with all its blocks, or the table row, or just the block.
    """

    kind: str
    span: Span
    level: int
    container: Span


@dataclass(frozen=True, slots=True)
class Section:
    """From a heading to the next one of the same or a higher level; section 0 is the note (level 0)."""

    title: Span
    level: int
    span: Span
    parent: int | None


@dataclass(frozen=True, slots=True)
class Cell:
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Note:
    """`language` is that of a note neither Chinese nor English, `words` the English for words in it."""

    source: Source
    maths: tuple[Math, ...]
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    leads: tuple[int, ...] = ()
    examples: frozenset[int] = frozenset()
    language: str = ""
    words: tuple[Word, ...] = ()

    def words_in(self, span: Span) -> tuple[Word, ...]:
        """The words of another language that lie in a span."""
        if not self.words:
            return ()
        first = bisect_left(self.words, span.start, key=lambda word: word.start)
        return self.words[first : bisect_right(self.words, span.end, lo=first, key=lambda word: word.end)]

    def english(self, start: int, end: int) -> str:
        """A stretch of the note as it stands, but words of other languages in English."""
        text, parts, at = self.source.text, [], start
        for word in self.words_in(Span(start, end)):
            parts += [text[at : word.start], word.english]
            at = word.end
        return "".join((*parts, text[at:end]))

    def section_of(self, offset: int) -> int:
        """The innermost section an offset lies in."""
        return max(0, bisect_right(self.sections, offset, lo=1, key=lambda s: s.span.start) - 1)

    def exercise_of(self, offset: int) -> int:
        """The number of the example or exercise an offset lies in; 0 before the first of a section."""
        start = self.sections[self.section_of(offset)].span.start
        at = bisect_right(self.leads, offset)
        return at if at and self.leads[at - 1] >= start else 0

    def example_of(self, offset: int) -> int:
        """The number of the example an offset lies in, with letters and values of its own; 0 elsewhere."""
        at = self.exercise_of(offset)
        return at if at and self.leads[at - 1] in self.examples else 0

    def exercise(self, offset: int) -> Span | None:
        """The example, exercise or theorem without heading that an offset lies in."""
        at = self.exercise_of(offset)
        if not at:
            return None
        ends = [s.span.start for s in self.sections if s.span.start > offset] + [len(self.source.text)]
        return Span(self.leads[at - 1], min([*self.leads[at : at + 1], *ends]))

    def block_of(self, offset: int) -> int | None:
        """The block an offset lies in."""
        at = bisect_right(self.blocks, offset, key=lambda b: b.span.start) - 1
        return at if at >= 0 and offset <= self.blocks[at].span.end else None

    def maths_in(self, span: Span) -> range:
        """The formulas that begin inside a span."""
        first = bisect_right(self.maths, span.start - 1, key=lambda m: m.outer.start)
        return range(first, bisect_right(self.maths, span.end - 1, key=lambda m: m.outer.start))


def read_note(source: Source) -> Note:
    """Total: any text is a note, at worst one without formulas."""
    text = source.text
    matter = front_matter(text)
    closed = (matter, *(end for _, end in remark_fences(text)))
    maths = tuple(scan(text, closed))
    tokens = parse_blocks(text, maths, matter)
    code = tuple(code_spans(source, tokens))
    if any(c.start <= m.outer.start < c.end for m in maths for c in code):
        kept = tuple(c for c in code if not _is_indented_display(text, maths, c, matter))
        maths = tuple(m for m in scan(text, (*closed, *kept)) if not _within(m, kept))
        tokens = parse_blocks(text, maths, matter)
    painted = paint(text, maths, matter).split("\n")
    tables = tuple(read_tables(source, tokens, painted))
    prose = plain(text, [math.outer for math in maths])
    language = language_of(prose.text)
    words = in_english(prose, language) if language else ()
    blocks = read_blocks(source, tokens, tables, maths)
    sections = read_sections(source, tokens, blocks)
    note = Note(source, maths, blocks, sections, tables, language=language, words=words)
    leads = dict(_leads(note))
    examples = frozenset(start for start, example in leads.items() if example)
    return replace(note, leads=tuple(leads), examples=examples)


_PROSE = ("paragraph_open", "heading_open")
_PARSER = MarkdownIt("commonmark").enable("table").disable("inline")
_DIALECTS = (
    # a heading without the blank after its hashes
    (re.compile(r"^(#{2,6})(?=[^#\s])", re.MULTILINE), r"\1 "),
    # an admonition or tab: what is indented below it is no code, so let it be a list item
    (re.compile(r"^([ \t]*)(?:!!!|\?\?\?\+?|===\+?!?(?=[ \t]+\"))[ \t]*(?=[\w\"])", re.MULTILINE), r"\1-   "),
)


def paint(text: str, maths: tuple[Math, ...], matter: Span) -> str:
    """The text with every formula painted over; lines keep their number and, unless blank, their length."""
    parts = ["\n" * text.count("\n", 0, matter.end)]
    at = matter.end
    for math in maths:
        parts.append(text[at : math.outer.start])
        first, *rest = text[math.outer.start : math.outer.end].split("\n")
        parts.append("\n".join(("Q" * len(first), *(_paint_line(line) for line in rest))))
        at = math.outer.end
    parts.append(text[at:])
    return re.sub(r"\r(?!\n)|\x00", " ", "".join(parts))


def _paint_line(line: str) -> str:
    start = re.match(r"[ \t]*(?:>[ \t]*)*", line)
    kept = start.group() if start else ""
    return kept + "Q" * max(1, len(line) - len(kept))


def parse_blocks(text: str, maths: tuple[Math, ...], matter: Span) -> list[Token]:
    painted = _without_remark_fences(paint(text, maths, matter))
    for pattern, common in _DIALECTS:
        painted = pattern.sub(common, painted)
    return _PARSER.parse(painted)


def _without_remark_fences(painted: str) -> str:
    """The text with blanks for the fences around remarks, which are no code."""
    parts, at = [], 0
    for fence in (fence for pair in remark_fences(painted) for fence in pair):
        parts += [painted[at : fence.start], " " * (fence.end - fence.start)]
        at = fence.end
    return "".join((*parts, painted[at:]))


def code_spans(source: Source, tokens: list[Token]) -> Iterator[Span]:
    """Where indented code stands."""
    for token in tokens:
        if token.type == "code_block" and token.map:
            yield _lines(source, token.map[0], token.map[1])


def _lines(source: Source, first: int, last: int) -> Span:
    """The span of lines [first, last), from 0, without the final line break and blanks."""
    start = source.offset(first + 1)
    end = source.offset(last + 1) if last < source.lines else len(source.text)
    while end > start and source.text[end - 1] in " \t\r\n":
        end -= 1
    return Span(start, end)


def _is_indented_display(text: str, maths: tuple[Math, ...], code: Span, matter: Span) -> bool:
    """Whether indented code is only a display below a list item, indented too far."""
    inside = [m for m in maths if code.start <= m.outer.start < code.end]
    rest = text[code.start : code.end]
    for math in reversed(inside):
        rest = rest[: math.outer.start - code.start] + rest[math.outer.end - code.start :]
    above = text[matter.end : code.start].rstrip().rsplit("\n", 1)[-1]
    return (
        not rest.strip(" \t\r\n.,;。，；")
        and all(m.display for m in inside)
        and bool(re.match(r"[ \t>]+\S|[ \t>]*(?:[-*+]|\d+[.)])[ \t]", above))
    )


def _within(math: Math, spans: tuple[Span, ...]) -> bool:
    return any(s.start <= math.outer.start < s.end for s in spans)


def read_blocks(
    source: Source, tokens: list[Token], tables: tuple[Table, ...], maths: tuple[Math, ...]
) -> tuple[Block, ...]:
    """The stretches of prose; a formula left outside of all of them makes a paragraph of its own."""
    blocks = [*_prose_blocks(source, tokens), *_cell_blocks(tables)]
    covered = sorted(b.span for b in blocks)
    starts = [s.start for s in covered]
    for math in maths:
        at = bisect_right(starts, math.outer.start) - 1
        if at < 0 or covered[at].end < math.outer.end:
            blocks.append(Block("paragraph", math.outer, 0, math.outer))
    return tuple(_disjoint(sorted(blocks, key=lambda b: (b.span.start, -b.span.end))))


def _disjoint(blocks: list[Block]) -> Iterator[Block]:
    end = -1
    for block in blocks:
        if block.span.start >= end:
            yield block
            end = block.span.end


def _prose_blocks(source: Source, tokens: list[Token]) -> Iterator[Block]:
    items: list[Span] = []
    quotes = 0
    opener = tokens[0] if tokens else None
    for token in tokens:
        if token.type == "list_item_open" and token.map:
            items.append(_lines(source, token.map[0], token.map[1]))
        elif token.type == "list_item_close":
            items.pop()
        elif token.type in ("blockquote_open", "blockquote_close"):
            quotes += token.nesting
        elif token.type == "inline" and token.map and opener and opener.type in _PROSE:
            heading = _is_heading(source, opener)
            kind = "heading" if heading else "item" if items else "quote" if quotes else "paragraph"
            span = _prose_span(source, token.map, heading)
            level = int(opener.tag[1]) if heading else len(items)
            yield Block(kind, span, level, items[-1] if items else span)
        elif token.type == "html_block" and token.map and not token.content.lstrip().startswith("<!--"):
            span = _lines(source, token.map[0], token.map[1])
            yield Block("html", span, len(items), items[-1] if items else span)
        opener = token


def _is_heading(source: Source, token: Token) -> bool:
    """A heading, unless a rule below a display or a whole paragraph seems to underline it."""
    if token.type != "heading_open" or not token.map:
        return False
    title = source.line_text(token.map[0] + 1).rstrip()
    one_line = token.map[1] - token.map[0] == 2
    return token.markup.startswith("#") or (one_line and not title.endswith(("$$", "\\]")))


def _prose_span(source: Source, lines: list[int], heading: bool) -> Span:
    span = _lines(source, lines[0], lines[1])
    prefix = PREFIX.match(source.text, span.start, span.end)
    start = prefix.end() if prefix else span.start
    if heading and (hashes := re.compile(r"#{1,6}[ \t]*").match(source.text, start, span.end)):
        start = hashes.end()
    return Span(start, max(start, span.end))


def _cell_blocks(tables: tuple[Table, ...]) -> Iterator[Block]:
    for table in tables:
        for row in (table.header, *table.rows):
            for cell in row:
                yield Block("cell", cell.span, 0, Span(row[0].span.start, row[-1].span.end))


def read_tables(source: Source, tokens: list[Token], painted: list[str]) -> Iterator[Table]:
    rows: list[tuple[Cell, ...]] = []
    for token in tokens:
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open" and token.map and "|" in painted[token.map[0]]:
            rows.append(tuple(_cells(source, token.map[0], painted[token.map[0]])))
        elif token.type == "table_close" and rows and rows[0]:
            kept = tuple(row for row in rows if row)
            yield Table(kept[0], kept[1:], Span(kept[0][0].span.start, kept[-1][-1].span.end))


def _cells(source: Source, line: int, painted: str) -> Iterator[Cell]:
    """Cells of one row: bars inside formulas are painted over, so every bar left is a border."""
    base = source.offset(line + 1)
    prefix = PREFIX.match(painted)
    start = prefix.end() if prefix else 0
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", painted)]
    edges = [start - 1, *(b for b in bars if b > start or painted[start:b]), len(painted)]
    if bars and bars[0] == start:
        edges[0] = start
    for left, right in pairwise(edges):
        inner = painted[left + 1 : right]
        if right == len(painted) and not inner.strip():
            continue
        begin = base + left + 1 + len(inner) - len(inner.lstrip())
        yield Cell(Span(begin, begin + len(inner.strip())))


_EXAMPLE = (
    r"(?:(?:numerical )?example|exercise|problem|question)s?"
    r"|(?:数值|具体|算)?例[子题]?|習題|习题|练习|問題|问题|例題|演習"
)
_THEOREM = r"(?:theorem|lemma|proposition|corollary|claim)s?|定理|引理|命题|推论|性质"
LEAD_REACH = 60  # characters
_LEAD = re.compile(
    rf"[*_\s【]*(?:(?:(?P<example>{_EXAMPLE})|{_THEOREM})\s*[(（]?[\dIVXivx一二三四五六七八九十]+"
    rf"|(?P<alone>{_EXAMPLE})\s*[*_]*[.:：。】]|(?P<question>Q\d*\s*[:：.]))",
    re.IGNORECASE,
)


def _leads(note: Note) -> Iterator[tuple[int, bool]]:
    """Where an example or a theorem begins that has no heading of its own, and whether it is no theorem."""
    for block in note.blocks:
        if block.kind in ("paragraph", "item", "quote"):
            start, end = block.span
            lead = _LEAD.match(note.english(start, min(end, start + LEAD_REACH)))
            if lead is not None:
                yield block.span.start, any(lead.groups())


def read_sections(source: Source, tokens: list[Token], blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    """Sections of the top-level headings, each after its parent."""
    tops = {_lines(source, t.map[0], t.map[1]).start for t in tokens if t.level == 0 and t.map}
    text = source.text
    found = [b for b in blocks if b.kind == "heading" and text.rfind("\n", 0, b.span.start) + 1 in tops]
    sections = [Section(Span(0, 0), 0, Span(0, len(text)), None)]
    open_: list[int] = [0]
    for at, block in enumerate(found):
        while sections[open_[-1]].level >= block.level:
            open_.pop()
        end = next((b.span.start for b in found[at + 1 :] if b.level <= block.level), None)
        start = text.rfind("\n", 0, block.span.start) + 1
        until = len(text) if end is None else text.rfind("\n", 0, end) + 1
        sections.append(Section(block.span, block.level, Span(start, until), open_[-1]))
        open_.append(len(sections) - 1)
    return tuple(sections)
