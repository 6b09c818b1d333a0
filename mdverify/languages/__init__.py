r"""Notes in other languages than Chinese and English: their prose in the English words that `cues` knows.

The language of a note is told by its commonest small words; a note in English or Chinese is never touched.
The tables turn prose word by word: the order of words is kept, since most cues do not mind it ("matrix
symmetric"), and what they do mind is a row for the whole phrase. A row is a regular expression in small
letters and the English for it; the first that fits counts. In it a blank is any white space, `{F}` a formula.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from mdverify.languages import french, german, italian, portuguese, russian, spanish
from mdverify.source import Span

FEWEST = 3  # small words by which a language is told
SHARE = 12  # of all words, one in so many is a small one at least
FORMULA = "\ue002"
APOSTROPHE = "['’]"
OURS = frozenset(
    ("the", "of", "and", "is", "to", "for", "with", "we", "that", "this", "are", "be", "by", "then", "where")
)
OWN_SIGNS = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # written without blanks: each counts as a word


class Word(NamedTuple):
    """A stretch of a note, and the English for it."""

    start: int
    end: int
    english: str


@dataclass(frozen=True, slots=True)
class Language:
    """Its commonest words that are not English, and its table."""

    small: frozenset[str]
    rows: tuple[tuple[str, str], ...] = ()


def _language(small: str, rows: tuple[tuple[str, str], ...] = ()) -> Language:
    return Language(frozenset(small.split()), rows)


LANGUAGES = {
    "de": _language(
        "der das und ist mit für wir den dem ein eine einen einer nicht auf von zu dann wenn auch sei gilt"
        " oder als bei wird sich aus im",
        german.ROWS,
    ),
    "fr": _language(
        "le la les des est et une un dans pour que qui avec nous donc soit où du au aux sont ce cette de il",
        french.ROWS,
    ),
    "es": _language(
        "el la los las es una un con para por que se del y como sea entonces donde su lo al de en",
        spanish.ROWS,
    ),
    "pt": _language(
        "o os um uma com para por que se da dos das em é não seja como então onde ao de pela pelo na",
        portuguese.ROWS,
    ),
    "it": _language(
        "il gli un una con che di del della è sono si come dove allora nel dei sia le per la da i",
        italian.ROWS,
    ),
    "ru": _language(
        "и в на с что для это не по где при из как то мы пусть тогда так или от имеем если", russian.ROWS
    ),
    "nl": _language("het een en van met voor zijn de dat niet"),
    "sv": _language("och att är som en för med av det inte"),
}
_WORDS = re.compile(rf"{OWN_SIGNS}|[^\W\d_]+")
_OWN = re.compile(OWN_SIGNS)
_PARAGRAPH = re.compile(r"\S(?:(?!\n[ \t>]*\n).)*", re.DOTALL)


def language_of(prose: str) -> str:
    """The language that prose is in: empty for Chinese, English and what is not known."""
    words = Counter(_WORDS.findall(prose.lower()))
    total = words.total()
    counts = {name: sum(words[word] for word in one.small) for name, one in LANGUAGES.items()}
    best = max(counts, key=lambda name: counts[name])
    ours = sum(words[word] for word in OURS) + sum(n for word, n in words.items() if _OWN.match(word))
    return best if counts[best] > ours and max(FEWEST, total / SHARE) <= counts[best] else ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A note with every formula as one character; `places` and `offsets` lead back, piece by piece."""

    text: str
    places: tuple[int, ...]
    offsets: tuple[int, ...]

    def offset(self, place: int) -> int:
        at = bisect_right(self.places, place) - 1
        return self.offsets[at] + place - self.places[at]


def plain(text: str, formulas: Iterable[Span]) -> Plain:
    """The prose of a note."""
    pieces, places, offsets = [], [], []
    at = length = 0
    for span in (*formulas, Span(len(text), len(text))):
        pieces.append(text[at : span.start] + FORMULA)
        places.append(length)
        offsets.append(at)
        length += len(pieces[-1])
        at = span.end
    return Plain("".join(pieces), tuple(places), tuple(offsets))


def in_english(prose: Plain, language: str) -> tuple[Word, ...]:
    """The words of a note that the table of its language knows, in order; paragraphs in English have none."""
    rows, small = LANGUAGES[language].rows, prose.text.lower()
    if not rows or len(small) != len(prose.text):
        return ()
    return tuple(
        Word(prose.offset(found.start()), prose.offset(found.end() - 1) + 1, rows[found.lastindex - 1][1])
        for paragraph in _PARAGRAPH.finditer(small)
        if not _is_ours(paragraph.group(), language)
        for found in _pattern(language).finditer(small, *paragraph.span())
        if found.lastindex is not None
    )


def _is_ours(paragraph: str, language: str) -> bool:
    words = _WORDS.findall(paragraph)
    return sum(word in OURS for word in words) > sum(word in LANGUAGES[language].small for word in words)


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Every row of a table as one group of one pattern; what ends with an apostrophe is no whole word."""
    rows = LANGUAGES[language].rows
    ends = ("" if row.endswith(APOSTROPHE) else r"(?!\w)" for row, _ in rows)
    groups = (f"((?:{row}){end})" for (row, _), end in zip(rows, ends, strict=True))
    return re.compile(rf"(?<!\w)(?:{'|'.join(groups)})".replace("{F}", FORMULA).replace(" ", r"\s+"))
