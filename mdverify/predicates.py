"""Predicates: what a note says a formula is ("a symmetric `n` by `n` matrix"), before it or after it.

A predicate is a run of known words. Where one stands to its subject is a `Frame`; every adjective of the
run becomes a fact, and its noun becomes one with the size. A run that goes on to speak of another formula
is cut before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mdverify import cues
from mdverify.cues import INLINE, SIZE
from mdverify.passages import DIMENSIONS, Fact, Prose, is_asked, reach_of, size_parts
from mdverify.source import Span

_WORDS = "|".join(rf"(?:{row[1]})" for row in (*cues.PROPERTIES, *cues.NOUNS))
_SIZES = tuple(re.compile(cues.unnamed(size)) for size in cues.SIZES)
_KNOWN = "|".join((_WORDS, *(size.pattern for size in _SIZES), cues.NEGATIONS, cues.FILLERS))
_TOKEN = re.compile(rf"(?<![a-zA-Z])(?:{_KNOWN})(?![a-zA-Z])|{cues.FILLERS_ZH}")
# What may stand between the words of a run, the first that leads to another one: "a (centred) $p×q$ matrix".
_BETWEEN = tuple(map(re.compile, (r"\s*[(（][a-z, -]{2,30}[)）]\s*", r"\s*(?:[,，、(（]\s*)?")))
_FRAMES = tuple((frame, cues.pattern(frame.before), cues.pattern(frame.after)) for frame in cues.FRAMES)
NO_QUALITY = frozenset({"no", "reset"})
_PROPERTY = re.compile(
    "|".join(rf"(?P<p{i}>{row[1]})" for i, row in enumerate(cues.PROPERTIES))
    + rf"|(?P<no>(?<![a-zA-Z])(?:{cues.NEGATIONS})(?![a-zA-Z]))|(?P<reset>[,，(（]|\bbut\b)",
)
_NOUN = re.compile("|".join(rf"(?P<p{i}>{row[1]})" for i, row in enumerate(cues.NOUNS)))
_CLAUSE = re.compile(
    rf"\s*(?:(?:the|this|an?)\s+)?(?:{'|'.join(row[1] for row in cues.NOUNS)})\s+{cues.IS}\b"
)
_DENIED = re.compile(rf"(?:{cues.NEGATIONS})\W*\w?$")
_FILLER_LAST = re.compile(rf"(?<![a-zA-Z])(?:{cues.FILLERS}|{cues.NEGATIONS})$")
_ORDER = re.compile(r"阶|\border\b")
_OPENING = re.compile(rf"(?:an?\s+)?(?:(?:{cues.NEGATIONS}|且|又)(?![a-zA-Z]))?\s*")
_LINKED = re.compile(r"\b(?:an?|two)\s*$|[(（是为]|\b(?:with|is|are|be)\b")
_ADJECTIVE_END = re.compile(
    r"(?:对称|可逆|非奇异|正定|满秩|幂等|三角|正交|为正|非负|[的是为均都、与和且]|columns|rows|rank|length|norm|symmetry|性)$"
)
_CUT = re.compile(
    r"[,，、(（]|\b(?:and|or|but)\b(?= (?:the|an?|any)\b)|\b(?:is|are|be|has|have|of|then|but)\b"
    r"|\bwith\b(?=[a-z -]*\bcovariance)",
)
_JOINT = re.compile(r"[\s,，、]*(?:\b(?:and|or|with|of|but|then|to)|[和与且])\s*$")
_OWNER = re.compile(r"(?:阵|向量|标量|函数|数)的")
_GENITIVE = re.compile(r"的[^\W\da-zA-Z_]|.的[^\W\da-zA-Z_]")
_EQUIVALENT = re.compile(r"\s*(?:当且仅当|的?充要条件|⇔|if and only if|iff\b)")
_OWNED = re.compile(r"\b(?:has|have)\s+(?:an?\s+)?$")
_SINGULAR = re.compile(r" (?:is|has|denotes|an?) ")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_CONNECTIVE = re.compile(r"\\(?:Leftrightarrow|iff|Rightarrow|to|perp|times)")
_EQUIVALENCE = re.compile(r"\\(?:Leftrightarrow|iff)")
_LISTED = re.compile(r"[、和与及或]|\b(?:and|or)\b")
_MEMBER = re.compile(r"\\in(?![a-z])")
_SYMBOL = re.compile(
    r"\{?(?:\\[a-zA-Z]+\s*)?\{?\\?\w+\}?(?:_\{?\w+\}?|'|\^\{?\(\w+\)\}?)?\}?(?:\s*\\in.*)?", re.DOTALL
)
_RELATION = re.compile(r"=|\\in(?![a-z])|\\to|\\(?:le|ge|ne)q?(?![a-z])|[<>:]")
_OWN = re.compile(r"\s*[是为]\s*|\s+(?:is\s+)?(?=(?:an?|the)\s)")
_PLURAL = re.compile(r"\b(?:are|were|be|have|both|all)\b|[均都皆]")


@dataclass(frozen=True, slots=True)
class Predicate:
    """A run with its subjects: a stretch of formulas, or a letter outside math, or neither."""

    frame: cues.Frame
    run: Span
    whole: Span
    subjects: Span | None
    letter: str

    @property
    def attributive(self) -> bool:
        return self.subjects is not None and self.run.start < self.subjects.start


def predicates(prose: Prose) -> Iterator[Fact]:
    for frame, before, after in _FRAMES:
        for found in _found(prose, frame, before, after):
            if is_asked(prose, found.whole.start) or re.search(r"称\s*$", prose.small[: found.whole.start]):
                continue
            run = _trimmed(prose.small, found)
            if run.end > run.start and not _EQUIVALENT.match(prose.small, found.run.end):
                yield from _run_facts(prose, found, run)


def _found(
    prose: Prose, frame: cues.Frame, before: re.Pattern[str], after: re.Pattern[str]
) -> Iterator[Predicate]:
    """Every run in its frame: after each match of what stands before it, or anywhere."""
    text = prose.small
    heads = before.finditer(text) if frame.before else ()
    pairs = ((head, _run(text, head.end())) for head in heads)
    for head, run in pairs if frame.before else ((None, run) for run in _runs(text)):
        tail = after.match(text, run.end) if run else None
        if run is None or tail is None:
            continue
        named = [m for m in (head, tail) if m is not None and m.groupdict().get("f")]
        letter = prose.text[slice(*head.span("w"))] if head is not None and "w" in head.groupdict() else ""
        start = head.start() if head is not None else run.start
        subjects = Span(*named[0].span("f")) if named else None
        yield Predicate(frame, run, Span(start, tail.end()), subjects, letter)


def _runs(text: str) -> Iterator[Span]:
    at = 0
    while first := _TOKEN.search(text, at):
        run = _run(text, first.start())
        assert run is not None
        yield run
        at = run.end


def _run(text: str, start: int) -> Span | None:
    """The known words from a place on, as many as follow each other."""
    end, token = start, _TOKEN.match(text, start)
    while token is not None:
        end = token.end()
        found = (_TOKEN.match(text, gap.end()) for way in _BETWEEN if (gap := way.match(text, end)))
        token = next(filter(None, found), None)
    return Span(start, end) if end > start else None


def _trimmed(text: str, found: Predicate) -> Span:
    """The part of a run that belongs to these subjects; empty if none does."""
    start, end = found.run
    nothing = Span(start, start)
    if found.attributive:
        cuts = [cut.end() for part in (_CUT, _OWNER) for cut in part.finditer(text, start, end)]
        start = max(cuts, default=start)
        closed = not _FILLER_LAST.search(text[start:end]) and not _ADJECTIVE_END.search(text[start:end])
        return Span(start, end) if closed else nothing
    owners = [owner.end() for owner in _OWNER.finditer(text, start, end)]
    start = owners[-1] if owners and owners[-1] < end else start
    joint = _JOINT.search(text, start, end)
    if joint is not None:
        end = joint.start()
    elif found.subjects and re.match(rf"\s*[{SIZE}{INLINE}]", text[end:]):
        cuts = [cut.start() for cut in _CUT.finditer(text, start, end)]
        end = cuts[-1] if cuts else start
    if end > start and (_GENITIVE.match(text, end - 1) or _CLAUSE.match(text, start)):
        return nothing
    if found.frame.bare and not _begins_bare(text, found, Span(start, end)):
        return nothing
    return Span(start, end)


def _begins_bare(text: str, found: Predicate, run: Span) -> bool:
    """Whether a run without a verb predicates: an adjective, or a noun with its article or verb."""
    subject = found.subjects.end if found.subjects else found.whole.start
    opening = _OPENING.match(text, *run)
    start = opening.end() if opening else run.start
    noun = _NOUN.match(text, start, run.end) is not None
    content = noun or any(known.match(text, start, run.end) for known in (_PROPERTY, *_SIZES))
    before = text[subject : run.start]
    linked = _LINKED.search(before) or _LINKED.search(before + text[run.start : run.end][:2])
    return content and (linked is not None or not noun)


def _run_facts(prose: Prose, found: Predicate, run: Span) -> Iterator[Fact]:
    """A fact for every property of a run, and one for its noun; the size is that of what says none itself."""
    subjects = _subjects(prose, found, run)
    if subjects is None:
        return
    reach = reach_of(prose, *found.whole)
    sizes = _sizes(prose, run)
    negated, asked = False, False
    kinds = set()
    for word in _PROPERTY.finditer(prose.small, run.start, run.end):
        if word.lastgroup in ("no", "reset"):
            negated = word.lastgroup == "no"
            asked = word.group() in ("是否", "whether")
            continue
        kind = cues.PROPERTIES[int((word.lastgroup or "p0")[1:])][0]
        if negated:
            kind = "asymmetric" if kind == "symmetric" and not asked else ""
        if kind and kind not in kinds:
            kinds.add(kind)
            meant = subjects[:1] if kind in cues.OF_ENTRIES and _is_loose(prose, found) else subjects
            yield Fact(
                kind, meant, sizes if kind == "ones" else (), prose.span(*word.span()), reach, found.letter
            )
    noun = _NOUN.search(prose.small, run.start, run.end)
    denied = noun and _DENIED.search(prose.small[run.start : noun.start()])
    owned = noun and _OWNED.search(prose.small[found.whole.start : run.start])
    if "identity" in kinds or denied or owned or (noun is None and not (sizes and found.subjects)):
        return
    single = len(sizes) == 1 and not (isinstance(sizes[0], int) and DIMENSIONS.fullmatch(prose.tex(sizes[0])))
    kind = cues.NOUNS[int((noun.lastgroup or "p0")[1:])][0] if noun else "vector" if single else "matrix"
    if single and (kind == "matrix" or noun is None) and _ORDER.search(prose.small, *run):
        kind = "square"
    if kind == "matrix" and "asymmetric" in kinds and "square" in prose.small[run.start : run.end]:
        kind = "square"
    if sizes:
        subjects = tuple(i for i in subjects if not _MEMBER.search(prose.tex(i))) or subjects
    if subjects or found.letter:
        start = run.end - len(prose.small[run.start : run.end].lstrip())
        yield Fact(kind, subjects, sizes, prose.span(start, run.end), reach, found.letter)


def _subjects(prose: Prose, found: Predicate, run: Span) -> tuple[int, ...] | None:
    """The formulas a run is about, of a list those it can reach; None for a mere equivalence."""
    if found.subjects is None:
        return ()
    outside = _ASIDE.sub(lambda aside: " " * len(aside.group()), prose.small[slice(*found.subjects)])
    places = [found.subjects.start + at for at, char in enumerate(outside) if char in (SIZE, INLINE)]
    reached = _shared(prose, run, places) if found.attributive else _joined(prose, found, run, places)
    subjects = tuple(prose.maths[place] for place in reached)
    rest = prose.small[found.whole.end :]
    following = prose.maths.get(found.whole.end + len(rest) - len(rest.lstrip()))
    connectives = any(_CONNECTIVE.fullmatch(prose.tex(index)) for index in subjects)
    if connectives or (following is not None and _EQUIVALENCE.fullmatch(prose.tex(following))):
        return None
    return subjects


def _joined(prose: Prose, found: Predicate, run: Span, places: list[int]) -> list[int]:
    """Of a list before its verb: all if the verb is plural, else what no other clause can own."""
    verb = prose.small[found.subjects.end if found.subjects else run.start : run.end]
    if _PLURAL.search(verb):
        return places
    if _SINGULAR.search(verb):
        return places[-1:]
    return last_clause(prose, places)


def last_clause(prose: Prose, places: list[int]) -> list[int]:
    """Of a list of formulas those after the last that is a clause of its own: `x \\in R^n, \\ell is …`."""
    kept = places[:1]
    for last, place in pairwise(places):
        clause = _RELATION.search(prose.tex(prose.maths[last]))
        listed = re.search(r"[、和与及]", prose.small[last:place])
        kept = [place] if clause and not listed else [*kept, place]
    return kept


def _shared(prose: Prose, run: Span, places: list[int]) -> list[int]:
    """Of a list after an adjective: no further than one article reaches, or the next own declaration."""
    if re.match(r"\s*(?:\w+\s+)?(?:an?|one)\b", prose.small[run.start : run.end]):
        return places[:1]
    declared = _MEMBER.search(prose.tex(prose.maths[places[0]])) is not None
    for at, (last, place) in enumerate(pairwise(places), 1):
        tex = prose.tex(prose.maths[place])
        symbol = "、" in prose.small[last:place] or _SYMBOL.fullmatch(tex)
        if _is_something_else(prose, place + 1):
            return places[:at]
        if not symbol or (_MEMBER.search(tex) and not declared):
            return places[:at]
    return places


def _is_loose(prose: Prose, found: Predicate) -> bool:
    """Whether nothing but commas joins the formulas after an adjective."""
    if found.subjects is None or not found.attributive:
        return False
    return _LISTED.search(prose.small, *found.subjects) is None


def _is_something_else(prose: Prose, end: int) -> bool:
    """Whether the last formula of a list has a noun of its own: "random vector `x`, `A` a matrix"."""
    own = _OWN.match(prose.small, end)
    run = _run(prose.small, own.end()) if own is not None else None
    if run is None:
        return False
    qualities = (
        found for found in _PROPERTY.finditer(prose.small, *run) if found.lastgroup not in NO_QUALITY
    )
    return _NOUN.search(prose.small, *run) is not None or any(qualities)


def _sizes(prose: Prose, run: Span) -> tuple[int | str, ...]:
    for regex in _SIZES:
        if found := regex.search(prose.small, run.start, run.end):
            return size_parts(prose, *found.span())
    return ()
