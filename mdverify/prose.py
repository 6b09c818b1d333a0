"""What the prose of a note says about its formulas: the rows of `cues`, found and given a reach.

Every block is read with its formulas replaced by single characters. Predicates ("is a symmetric `n` by
`n` matrix") are runs of known words, so each adjective in one becomes a fact without a pattern of its own;
what is not a predicate is a phrase. A fact holds over its reach: a condition over its paragraph and the
display below, a declaration over its section, a sheet of notation over the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mdverify import cues
from mdverify.cues import INLINE, SIZE
from mdverify.notes import Note
from mdverify.passages import (
    DIMENSIONS,
    LENGTH,
    Fact,
    Prose,
    heads_sheet,
    is_asked,
    next_formulas,
    proses,
    reach_of,
    size_parts,
    statement_reach,
)
from mdverify.predicates import last_clause, predicates
from mdverify.source import Span

__all__ = ["Fact", "facts"]


def facts(note: Note) -> tuple[Fact, ...]:
    """Everything the prose of a note states, in order of where it is said."""
    found: dict[tuple[object, ...], Fact] = {}
    named: list[Fact] = []
    for prose in proses(note):
        for reader in (predicates, _phrases, _layouts, _alternatives, _verdicts, _questions):
            for fact in reader(prose):
                found.setdefault((fact.kind, fact.subjects, fact.sizes, fact.words, fact.reach), fact)
        named += (*_symmetry(prose), *_dimensions(prose))
    for fact in _tabled(note):
        found.setdefault((fact.kind, fact.subjects, fact.sizes, fact.words, fact.reach), fact)
    return tuple(sorted((*found.values(), *named), key=lambda f: (f.span, f.kind, f.subjects)))


# Phrases

_PHRASES = tuple((phrase, cues.pattern(phrase.regex)) for phrase in cues.PHRASES)


def _phrases(prose: Prose) -> Iterator[Fact]:
    for phrase, regex in _PHRASES:
        for match in regex.finditer(prose.small):
            if not is_asked(prose, match.start()):
                yield from _phrase_facts(prose, phrase, match)


def _phrase_facts(prose: Prose, phrase: cues.Phrase, match: re.Match[str]) -> Iterator[Fact]:
    groups = match.groupdict()
    first = _group(prose, match, "f")
    second = _group(prose, match, "g")
    if phrase.check and not (first and re.search(phrase.check, prose.tex(first[0]))):
        return
    sizes = tuple(s for name in ("d", "z") if groups.get(name) for s in size_parts(prose, *match.span(name)))
    span, reach = prose.span(*match.span()), reach_of(prose, match.start(), match.end())
    words = groups.get("w") or ""
    if phrase.kind == "new-life":
        sentence = prose.sentence(match.end())
        subjects = _introduced(prose, match.end(), sentence.end)
        if subjects:
            yield Fact(phrase.kind, subjects, (), span, Span(prose.offsets[sentence.start], reach.end))
    elif phrase.kind == "function-of":
        for argument in second:
            yield Fact(phrase.kind, first, (argument, *sizes), span, reach, words)
    elif phrase.kind == "constant":
        yield Fact(phrase.kind, first, second, span, reach)
    elif phrase.kind in ("rows-of", "columns-of") and not (phrase.swap or first):
        yield Fact(phrase.kind, (*_owner(prose, match.start()), *second), sizes, span, reach)
    elif phrase.kind.startswith("prime"):
        yield Fact(
            phrase.kind, first if phrase.check else (), (), span, statement_reach(prose, match.start())
        )
    else:
        yield Fact(phrase.kind, second + first if phrase.swap else first + second, sizes, span, reach, words)


_SINGULAR = re.compile(
    r"\s*(?:[是为]|is\b|depends\b)"
)  # verbs that may leave the first formulas of a list out


def _group(prose: Prose, match: re.Match[str], name: str) -> tuple[int, ...]:
    if not match.groupdict().get(name):
        return ()
    start, end = match.span(name)
    places = [at for at in prose.maths if start <= at < end]
    if name == "f" and places[-1:] == [end - 1] and _SINGULAR.match(prose.text, end):
        places = last_clause(prose, places)
    numbers = (prose.maths[at] for at in places)
    return tuple(i for i in numbers if not DIMENSIONS.fullmatch(prose.tex(i)))


def _introduced(prose: Prose, start: int, end: int) -> tuple[int, ...]:
    """Formulas of a sentence that stand for themselves and not for a size."""
    sized = re.compile(r"(?:by|with)\s+$")
    return tuple(
        index
        for at, index in prose.maths.items()
        if start <= at < end
        and prose.text[at] in (SIZE, INLINE)
        and not re.match(r"\s*(?:by\b|-|维|阶|components|行|列)", prose.text[at + 1 :])
        and not (prose.text[at] == SIZE and sized.search(prose.text[:at]))
    )


def _owner(prose: Prose, before: int) -> tuple[int, ...]:
    """The nearest formula before a cue that can be a matrix: no inequality, not in parentheses."""
    sentence = prose.sentence(before)
    depth = 0
    for at in range(before - 1, sentence.start - 1, -1):
        depth += (prose.text[at] in ")）") - (prose.text[at] in "(（")
        if (
            depth <= 0
            and prose.text[at] in (SIZE, INLINE)
            and not re.search("[<>]", prose.tex(prose.maths[at]))
        ):
            return (prose.maths[at],)
    return ()


# Tables of shapes

_SHAPES = re.compile(cues.SHAPES, re.IGNORECASE)
_NUMBER = re.compile(r"1|\(?\s*1\s*\\times\s*1\s*\)?")
_SPACE = re.compile(r"\\mathbb\s*\{?\s*R\b")


def _tabled(note: Note) -> Iterator[Fact]:
    """What a table with a column of shapes says of the letters in the column before it, or the next."""
    for table in note.tables:
        titles = [note.english(*cell.span) for cell in table.header]
        shapes = [at for at, title in enumerate(titles) if _SHAPES.fullmatch(title)]
        if len(shapes) != 1:
            continue
        for row in table.rows:
            cells = [note.maths_in(cell.span) for cell in row]
            if shapes[0] >= len(cells):
                continue
            sizes = tuple(cells.pop(shapes[0]))
            letters = next((tuple(numbers) for numbers in cells if numbers), ())
            if len(sizes) == 1:
                sizes *= len(letters)
            for letter, size in zip(letters, sizes, strict=False) if len(letters) == len(sizes) else ():
                kind = _shape_kind(note.maths[size].body.strip())
                said = note.maths[letter].outer
                reach = note.sections[note.section_of(said.start)].span
                if kind:
                    yield Fact(kind, (letter,), () if kind == "scalar" else (size,), said, reach)


def _shape_kind(tex: str) -> str:
    """The kind of what has a shape: `m \\times n`, `\\mathbb R^n`, `n` or 1."""
    if _NUMBER.fullmatch(tex):
        return "scalar"
    if DIMENSIONS.fullmatch(tex) or _SPACE.match(tex):
        return "matrix"
    return "vector" if LENGTH.fullmatch(tex) else ""


# Layout, alternatives, mistakes, questions

_LAYOUTS = tuple((kind, re.compile(regex, re.IGNORECASE)) for kind, regex in cues.LAYOUTS)
_GRADIENTS = tuple((kind, re.compile(regex, re.IGNORECASE)) for kind, regex in cues.GRADIENTS)
_ALTERNATIVES = tuple((kind, re.compile(regex, re.IGNORECASE)) for kind, regex in cues.ALTERNATIVES)
_ADOPTS = re.compile(cues.ADOPTS, re.IGNORECASE)
_DENIES = re.compile(cues.DENIES, re.IGNORECASE)
_SHEET = re.compile(cues.SHEET, re.IGNORECASE)
_SCALARS = re.compile(cues.OF_SCALARS, re.IGNORECASE)
_JACOBIANS = re.compile(cues.OF_VECTORS, re.IGNORECASE)
OF_SCALARS = {"layout-denominator": "gradient-column", "layout-numerator": "gradient-row"}
_WRONG = re.compile(cues.WRONG, re.IGNORECASE)
_WRONG_BEHIND = re.compile(cues.WRONG_BEHIND, re.IGNORECASE)
_RIGHT = re.compile(cues.RIGHT, re.IGNORECASE)
_SYMMETRY = re.compile(cues.SYMMETRY)
_ONE_DIMENSION = re.compile(cues.ONE_DIMENSION)
_ASKS = re.compile(cues.ASKS, re.IGNORECASE)
_OPEN_QUESTION = re.compile(r"(?:=|\\approx)(?:\s|\\[,;:! ]|~|\\quad)*[?？]|(?:overset|stackrel)\s*\{[?？]\}")


def _layouts(prose: Prose) -> Iterator[Fact]:
    """Statements of a convention; a comparison, a denial or a passing mention is none."""
    section = prose.note.sections[prose.note.section_of(prose.note.blocks[prose.block].span.start)]
    heading = prose.note.blocks[prose.block].kind == "heading"
    for kind, regex in _LAYOUTS:
        for match in regex.finditer(prose.text):
            sentence = prose.sentence(match.start())
            said, before = prose.text[sentence.start : sentence.end], _before(prose, sentence, match.start())
            span = prose.span(*match.span())
            rivals = any(other.search(said) for name, other in _LAYOUTS if name != kind)
            adopted = _ADOPTS.search(before.rstrip(' \t(（"“'))
            behind, bracketed = prose.text[match.end() :], before.rstrip().endswith(("(", "（"))
            aside = bracketed and re.match(r"[)）]", behind) is not None
            stated = aside or heads_sheet(prose) or _SHEET.search(before) or _only_names(said, match.group())
            if heading:
                if not rivals:
                    sheet = _SHEET.search(prose.text.replace(match.group(), ""))
                    yield Fact(
                        kind, (), (), span, statement_reach(prose, match.start()) if sheet else section.span
                    )
            elif _leads_in(prose, match, sentence, cues.LEADS_ASIDE):
                yield Fact(kind, (), (), span, next_formulas(prose, match.end()))
            elif _leads_in(prose, match, sentence, cues.LEADS_IN):
                yield Fact(kind, (), (), span, Span(span.start, section.span.end))
            elif (adopted or (stated and not _contested(prose, kind, aside))) and not _DENIES.search(before):
                meant = OF_SCALARS.get(kind, kind) if aside and _is_of_scalars(said) else kind
                yield Fact(meant, (), (), span, statement_reach(prose, match.start()))
    for kind, regex in _GRADIENTS:
        for match in regex.finditer(prose.text):
            yield Fact(kind, (), (), prose.span(*match.span()), statement_reach(prose, match.start()))


def _is_of_scalars(sentence: str) -> bool:
    """Whether a sentence that names a layout in brackets speaks of derivatives of scalars alone."""
    return _SCALARS.search(sentence) is not None and _JACOBIANS.search(sentence) is None


def _only_names(sentence: str, layout: str) -> bool:
    """Whether a clause of a sentence holds nothing but the name: "Denominator layout throughout."."""
    clause = re.compile(cues.NAMES_ONLY.replace("{L}", re.escape(layout)), re.IGNORECASE)
    return any(clause.fullmatch(part.strip(" \t\n.。!！")) for part in re.split("[,，;；]", sentence))


def _contested(prose: Prose, kind: str, aside: bool) -> bool:
    """Whether the section itself names another layout too, so that naming one is not yet choosing it.

    A name in brackets tells of one operator, and another section may tell of the next.
    """
    note = prose.note
    if aside and _names_rival(note.english(0, len(note.source.text)), kind):
        return True
    section = note.sections[note.section_of(note.blocks[prose.block].span.start)]
    children = [s.span.start for s in note.sections if s is not section and s.span.start > section.span.start]
    text = note.english(section.span.start, min([*children, section.span.end]))
    return _names_rival(text, kind)


def _names_rival(text: str, kind: str) -> bool:
    return any(other.search(text) for name, other in _LAYOUTS if name != kind)


def _before(prose: Prose, sentence: Span, end: int) -> str:
    """What stands before a mention in its sentence, with a one-word sentence before ("Convention.")."""
    earlier = prose.sentence(sentence.start - 1) if sentence.start else sentence
    start = earlier.start if earlier.end - earlier.start < 20 else sentence.start
    return prose.text[start:end]


def _leads_in(prose: Prose, match: re.Match[str], sentence: Span, cue: str) -> bool:
    """Whether a sentence only names the layout of the formula that follows."""
    end = sentence.end
    formulas = [at for at in prose.maths if match.end() <= at < sentence.end]
    end = formulas[0] if formulas else end
    lead = re.compile(cue.replace("{L}", re.escape(match.group())), re.IGNORECASE)
    said = prose.text[sentence.start : end]
    announces = (
        bool(formulas)
        or said.rstrip().endswith((":", "："))
        or next_formulas(prose, match.end()) != prose.span(match.end(), sentence.end)
    )
    return announces and lead.fullmatch(said) is not None


def _alternatives(prose: Prose) -> Iterator[Fact]:
    """Another form of what stands before; of two names in one sentence the more precise counts."""
    told: set[Span] = set()
    for kind, regex in _ALTERNATIVES:
        for match in regex.finditer(prose.text):
            reach = next_formulas(prose, match.end())
            sentence = prose.sentence(match.start())
            subjects = tuple(prose.note.maths_in(reach))
            general = any(r.search(prose.text, *sentence) for _, r in _GRADIENTS)
            if subjects and sentence not in told and not general:
                told.add(sentence)
                yield Fact(kind, subjects, (), prose.span(*match.span()), reach)


def _verdicts(prose: Prose) -> Iterator[Fact]:
    """What the author calls wrong or right himself."""
    for kind, regex, other in (("wrong-ahead", _WRONG, _RIGHT), ("right-ahead", _RIGHT, _WRONG)):
        for match in regex.finditer(prose.text):
            sentence = prose.sentence(match.end())
            stop = other.search(prose.text, match.end(), sentence.end)
            end = stop.start() if stop else sentence.end
            reach = (
                prose.span(match.end(), end)
                if prose.formulas(match.end(), end)
                else next_formulas(prose, match.end())
            )
            subjects = tuple(prose.note.maths_in(reach))
            if subjects:
                yield Fact(kind, subjects, (), prose.span(*match.span()), reach)
    for match in _WRONG_BEHIND.finditer(prose.text):
        index = prose.maths[match.start()]
        yield Fact("wrong-ahead", (index,), (), prose.span(*match.span()), prose.note.maths[index].outer)


def _symmetry(prose: Prose) -> Iterator[Fact]:
    """Where symmetry is named, whoever has it."""
    for match in _SYMMETRY.finditer(prose.small):
        yield Fact("symmetry", (), (), prose.span(*match.span()), reach_of(prose, *match.span()))


def _dimensions(prose: Prose) -> Iterator[Fact]:
    """Where the author goes over to numbers: "in one dimension"."""
    for match in _ONE_DIMENSION.finditer(prose.small):
        span = prose.span(*match.span())
        yield Fact("one-dimension", (), (), span, span)


def _questions(prose: Prose) -> Iterator[Fact]:
    for index in prose.maths.values():
        if _OPEN_QUESTION.search(prose.tex(index)):
            outer = prose.note.maths[index].outer
            yield Fact("question", (index,), (), outer, outer)
    for sentence in prose.sentences:
        said = prose.text[sentence.start : sentence.end].strip()
        subjects = prose.formulas(*sentence)
        if subjects and said.endswith(("?", "？")) and _ASKS.search(said):
            span = prose.span(*sentence)
            yield Fact("question", subjects, (), span, span)
