"""The blocks of a note as plain text with formulas as single characters, and how far a statement reaches.

A condition holds over its paragraph and the display below it, a table cell over its row, a declaration over
its section from the formula before it on, a sheet of notation over the part of the note it opens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from mdverify import cues
from mdverify.cues import DIMS, DISPLAY, INLINE, SIZE
from mdverify.formulas import Math
from mdverify.notes import Block, Note, Section
from mdverify.source import Span


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the prose says. Subjects and integer sizes are indices into `note.maths`.

    `span` is where it is said, `reach` where it holds; `words` names a subject written outside math.
    """

    kind: str
    subjects: tuple[int, ...]
    sizes: tuple[int | str, ...]
    span: Span
    reach: Span
    words: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """A block as text, also in small letters: formulas are single characters, `offsets` leads back."""

    note: Note
    block: int
    text: str
    small: str
    offsets: tuple[int, ...]
    maths: dict[int, int]
    sentences: tuple[Span, ...]

    def span(self, start: int, end: int) -> Span:
        """The offsets of a stretch of the text."""
        return Span(self.offsets[start], max(self.offsets[start], self.offsets[end]))

    def sentence(self, at: int) -> Span:
        return self.sentences[max(0, bisect_right(self.sentences, at, key=lambda s: s.start) - 1)]

    def tex(self, index: int) -> str:
        return self.note.maths[index].body.strip()

    def formulas(self, start: int, end: int) -> tuple[int, ...]:
        """Formulas between two positions, in order."""
        return tuple(index for at, index in self.maths.items() if start <= at < end)


_MARKUP = re.compile(
    r"!\[[^\]\n]*\]\([^)\n]*\)|\]\([^)\n]*\)|<!--[\s\S]*?-->"
    r"|</?[a-zA-Z][^<>\n]*>|\n[ \t>]*|\*+|`+|~~|\[\[|\]\]|\[(?=[^\]\n]+\]\()"
)
_TITLE = re.compile(r"[ \t>]*\[![\w-]+\]")
SPOKEN = frozenset({"0", "0/1", "0-1"})  # what is read as words are: "a $0/1$ matrix", "of mean $0$"
SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
DIMENSIONS = re.compile(r"[(\[{]?\s*[\w+\-' {}]+(?:\s*\\times\s*[\w+\-' {}]+)+\s*[)\]}]?")
LENGTH = re.compile(r"(?:\d*\s*[a-zA-Z](?:_\{?\w+\}?)?|\\(?:ell|tau|nu|kappa))(?:\s*[+-]\s*\d+)?|\d+")
_ABBREVIATED = "".join(rf"(?<!{word}\.)" for word in ("etc", "resp", "sym", "symm", "pos"))
_STOP = re.compile(rf"[。！？；!?;]|(?<![a-z]\.[a-z])(?<!\d)\.(?=\s|$){_ABBREVIATED}|{DISPLAY}")
_LINK = re.compile(r"\s*\[[^\]\n]*\]\([^)\n]*\)\s*")


def proses(note: Note) -> Iterator[Prose]:
    """Every block that says something; entries of a table of contents say nothing."""
    for index, block in enumerate(note.blocks):
        if not _LINK.fullmatch(note.source.text, block.span.start, block.span.end):
            yield _prose(note, index, block)


def _prose(note: Note, index: int, block: Block) -> Prose:
    text = note.source.text
    chars: list[str] = []
    offsets: list[int] = []
    maths: dict[int, int] = {}
    at = block.span.start
    inside = [(note.maths[i].outer, i) for i in note.maths_in(block.span)]
    words = {word.start: word for word in note.words_in(block.span)}
    for outer, math in [*inside, (Span(block.span.end, block.span.end), -1)]:
        while at < outer.start:
            if at in words:
                english = words[at].english
                chars += english
                offsets += [at] * len(english)
                at = words[at].end
                continue
            markup = _MARKUP.match(text, at, outer.start)
            char = text[at] if markup is None else _break(text, at) if markup.group().startswith("\n") else ""
            if char and not (char.isspace() and chars and chars[-1] == " "):
                chars.append(" " if char.isspace() else char)
                offsets.append(at)
            at = markup.end() if markup else at + 1
        if math >= 0:
            maths[len(chars)] = math
            said = _class(text, note.maths[math])
            chars += said
            offsets += [outer.start] * len(said)
            at = outer.end
    plain = "".join(chars)
    ends = [*offsets, block.span.end]
    return Prose(note, index, plain, plain.translate(SMALL), tuple(ends), maths, tuple(_sentences(plain)))


def _break(text: str, at: int) -> str:
    """The end of a line as text: the title of a callout is a sentence of its own."""
    return "." if _TITLE.match(text, text.rfind("\n", 0, at) + 1, at) else " "


def _class(text: str, math: Math) -> str:
    """A formula as one character, or as it is read out."""
    body = math.body.strip()
    if math.display and not _in_line(text, math.outer):
        return DISPLAY
    if body in SPOKEN:
        return body
    return DIMS if DIMENSIONS.fullmatch(body) else SIZE if LENGTH.fullmatch(body) else INLINE


def _in_line(text: str, outer: Span) -> bool:
    """Whether a formula stands on one line with words."""
    before = text[text.rfind("\n", 0, outer.start) + 1 : outer.start]
    after = text[outer.end :].split("\n", 1)[0] if outer.end < len(text) else ""
    return "\n" not in text[outer.start : outer.end] and re.search(r"[^\W\d_]", before + after) is not None


def _sentences(text: str) -> Iterator[Span]:
    """A display ends a sentence: what follows it speaks for itself."""
    start = 0
    for stop in _STOP.finditer(text):
        if stop.group() == DISPLAY and re.match(r"\s*[,，;；:：.。]", text[stop.end() :]):
            continue
        yield Span(start, stop.end())
        start = stop.end()
    yield Span(start, len(text))


# Reach

_CONDITION = re.compile(cues.CONDITION, re.IGNORECASE)
_SUPPOSITION = re.compile(cues.SUPPOSITION, re.IGNORECASE)
_IMPERATIVE = re.compile(cues.IMPERATIVE, re.IGNORECASE)
_CONSEQUENCE = re.compile(cues.CONSEQUENCE, re.IGNORECASE)
_EVERYWHERE = re.compile(cues.EVERYWHERE, re.IGNORECASE)
_HERE_ONLY = re.compile(cues.HERE_ONLY, re.IGNORECASE)
_SHEET = re.compile(cues.SHEET, re.IGNORECASE)
_WHERE = re.compile(cues.WHERE, re.IGNORECASE)
_FROM_HERE = re.compile(cues.FROM_HERE, re.IGNORECASE)


def reach_of(prose: Prose, start: int, end: int) -> Span:
    """Where something said at `[start, end)` of a block holds."""
    block = prose.note.blocks[prose.block]
    sentence = prose.sentence(start)
    said = prose.text[sentence.start : sentence.end]
    if block.kind == "cell":
        return block.container
    supposed = _SUPPOSITION.search(said) and _CONSEQUENCE.search(prose.text, end, sentence.end)
    condition = _CONDITION.search(said)
    ordered = condition and _IMPERATIVE.search(prose.text, sentence.start + condition.end(), start)
    if (condition and not ordered) or supposed:
        return (
            block.container
            if block.kind == "item"
            else Span(prose.offsets[sentence.start], _last_display(prose))
        )
    if block.kind == "item" and not heads_sheet(prose) and _claims(prose, sentence.start, start):
        return block.container
    scope = statement_reach(prose, start)
    if _FROM_HERE.search(said):
        return Span(prose.offsets[sentence.start], scope.end)
    everywhere = _EVERYWHERE.search(said) or heads_sheet(prose)
    return Span(scope.start if everywhere else _first_display(prose), scope.end)


def statement_reach(prose: Prose, at: int) -> Span:
    """Where a statement about the whole note or section holds: its section, unless it says otherwise."""
    sentence = prose.sentence(at)
    said = prose.text[sentence.start : sentence.end]
    section = _section(prose)
    if _HERE_ONLY.search(said):
        return section.span
    whole = prose.note.sections[0].span
    if _EVERYWHERE.search(said) or section.level == 0:
        return whole
    if heads_sheet(prose):
        parent = prose.note.sections[section.parent or 0]
        first = prose.note.sections.index(section) <= 2 or parent.span.start == 0
        return whole if first else Span(section.span.start, parent.span.end)
    return section.span


def _section(prose: Prose) -> Section:
    return prose.note.sections[prose.note.section_of(prose.note.blocks[prose.block].span.start)]


def heads_sheet(prose: Prose) -> bool:
    """Whether the section is a list of notation or conventions."""
    title = prose.note.english(*_section(prose).title)
    return _SHEET.search(title) is not None


def _claims(prose: Prose, start: int, end: int) -> bool:
    """Whether an equation stands before a cue in its sentence: then the cue is a remark on it."""
    return any("=" in prose.tex(i) for i in prose.formulas(start, end))


def is_display_only(note: Note, index: int) -> bool:
    """Whether a block holds displays and no words."""
    block, text = note.blocks[index], note.source.text
    at, rest = block.span.start, []
    for i in note.maths_in(block.span):
        rest.append(text[at : note.maths[i].outer.start])
        at = max(at, note.maths[i].outer.end)
    return at > block.span.start and not re.search(r"\w", "".join((*rest, text[at : block.span.end])))


def _last_display(prose: Prose) -> int:
    """The end of a block and of the displays right below it."""
    note, index = prose.note, prose.block
    while index + 1 < len(note.blocks) and is_display_only(note, index + 1):
        index += 1
    return note.blocks[index].span.end


def _first_display(prose: Prose) -> int:
    """The start of the displays a block explains, that is those right above it; else of the block itself."""
    note, index = prose.note, prose.block
    if _WHERE.match(prose.text) or prose.text[:1] in (SIZE, INLINE, "(", "（"):
        while index > 0 and is_display_only(note, index - 1):
            index -= 1
    return note.blocks[index].span.start


def next_formulas(prose: Prose, at: int) -> Span:
    """The formulas a cue announces: those left in its sentence, else the next display."""
    sentence = prose.sentence(at)
    if prose.formulas(at, sentence.end):
        return prose.span(at, sentence.end)
    following = prose.formulas(sentence.end, len(prose.text))
    note, below = prose.note, prose.block + 1
    if following and prose.text[sentence.end :].lstrip()[:1] == DISPLAY:
        return note.maths[following[0]].outer
    if not following and below < len(note.blocks) and is_display_only(note, below):
        return note.blocks[below].span
    return prose.span(at, sentence.end)


def is_asked(prose: Prose, at: int) -> bool:
    sentence = prose.sentence(at)
    return prose.text[sentence.start : sentence.end].rstrip().endswith(("?", "？", "吗"))


def size_parts(prose: Prose, start: int, end: int) -> tuple[int | str, ...]:
    """Sizes in a stretch: formulas by index, letters and numbers as they are."""
    parts: list[int | str] = []
    for found in re.finditer(rf"[{DIMS}{SIZE}]|\d+|(?<![a-zA-Z])[a-zA-Z](?![a-zA-Z])", prose.text[start:end]):
        at = start + found.start()
        if at in prose.maths:
            parts.append(prose.maths[at])
        elif found.group() not in ("x", "a"):
            parts.append(found.group())
    return tuple(parts)
