"""Notes in other languages: which these are, what their words become, and that every place leads back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mutation.casebook import Case, cases

from mdverify import languages
from mdverify.languages import LANGUAGES
from mdverify.notes import Note, read_note
from mdverify.passages import proses
from mdverify.source import Source

HERE = Path(__file__).parent
OURS = [
    *sorted((HERE.parent / "sample_notes").glob("*.md")),
    *(HERE.parent / name for name in ("README.md", "ARCHITECTURE.md")),
]
FOREIGN = [
    case for case in cases() if case.file.name == "languages.md" and re.search("[^a-zA-Z ]", case.note)
]


def note(text: str) -> Note:
    return read_note(Source("sample.md", text))


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_own_notes_are_not_touched(path: Path) -> None:
    languages._pattern.cache_clear()
    read = note(path.read_text(encoding="utf-8"))
    assert (read.language, read.words) == ("", ())
    assert read.english(0, len(read.source.text)) == read.source.text
    assert languages._pattern.cache_info().currsize == 0


TITLES = {
    "de": {"Deutsch", "Spuren", "Decimal commas", "Nothing to turn"},
    "fr": {"Français", "Matrices that commute, families that are orthonormal"},
    "es": {"Español", "Primes of tuples and in other languages"},
    "ru": {"Русский"},
    "pt": {"Português"},
    "it": {"Italiano"},
}


def test_no_case_is_taken_for_another_language() -> None:
    told: dict[str, set[str]] = {}
    for case in cases():
        told.setdefault(note(case.note).language, set()).add(case.name.split(" / ")[1])
    assert {language: names for language, names in told.items() if language} == TITLES


def test_english_paragraphs_of_other_notes_are_not_touched() -> None:
    text = f"{REST['fr']}\n\nLet $a$ be a vector with the entries of $b$, pour rire.\n\nSoit $c$ symétrique."
    read = note(text)
    assert (read.language, [word.english for word in read.words][-2:]) == ("fr", ["let", "symmetric"])
    assert "be a vector with the entries of $b$, pour rire." in read.english(0, len(text))


@pytest.mark.parametrize("case", FOREIGN, ids=lambda case: case.name)
def test_places_lead_back_to_the_note(case: Case) -> None:
    read = note(case.note)
    text = read.source.text
    for word in read.words:
        assert not any(math.outer.start < word.end and word.start < math.outer.end for math in read.maths)
    for prose in proses(read):
        assert list(prose.offsets) == sorted(prose.offsets)
        assert len(prose.offsets) == len(prose.text) + 1
        for at, index in prose.maths.items():
            assert prose.offsets[at] == read.maths[index].outer.start
            assert text[prose.offsets[at]] in "$\\"


@pytest.mark.parametrize("name", [name for name, language in LANGUAGES.items() if language.rows])
def test_rows_are_well_made(name: str) -> None:
    for row, english in LANGUAGES[name].rows:
        made = re.compile(row.replace("{F}", languages.FORMULA))
        assert made.groups == 0
        assert made.search("") is None
        assert re.fullmatch(r"[ a-z0-9.-]+", english)
    assert languages._pattern(name).groups == len(LANGUAGES[name].rows)


IN_ENGLISH = {
    "de": [
        ("Es sei $A$ symmetrisch", "let $A$ symmetric"),
        ("und $A$ sei invertierbar", "and $A$ be invertible"),
        ("ist $A$ regulär, so gilt", "if $A$ invertible, so gilt"),
        ("so ist $A$ eine Matrix", "so is $A$ a matrix"),
        ("weil $c$ nicht von $x$ abhängt", "weil $c$ does not depend on $x$ abhängt"),
        ("die $n\\times n$-Matrix", "the $n\\times n$ matrix"),
        ("eine unsymmetrische Matrix", "a nonsymmetric matrix"),
        ("ein Vektor der Länge $n$", "a vector of length $n$"),
    ],
    "fr": [
        ("soit $A$ une matrice carrée d'ordre $n$", "let $A$ a square matrix of order $n$"),
        ("$c$ ne dépend pas de $x$", "$c$ does not depend on $x$"),
        ("qui n'est pas symétrique", "that is not symmetric"),
        ("semi-définie positive", "positive semidefinite"),
        ("pas à pas", "step by step"),
        ("la racine carrée", "the square root"),
        ("les éléments diagonaux", "the diagonal entries"),
    ],
    "es": [
        ("la traspuesta se escribe $'$", "the transpose written $'$"),
        ("una matriz definida positiva", "a matrix positive definite"),
        ("$f$ depende solo de $x$", "$f$ depends only on $x$"),
        ("$x$ y $y$ son vectores fila", "$x$ and $y$ are row vector"),
        ("a) el caso", "a) the caso"),
    ],
    "pt": [
        ("se $A$ é invertível", "if $A$ is invertible"),
        ("a derivada se anula", "the derivative se anula"),
        ("não depende de $x$", "does not depend on $x$"),
        ("o vetor linha", "the row vector"),
    ],
    "it": [
        ("sia $A$ una matrice antisimmetrica", "let $A$ a matrix skew-symmetric"),
        ("non dipende da $x$", "does not depend on $x$"),
        ("l'identità", "identity matrix"),
    ],
    "ru": [
        ("$A$ — симметричная матрица", "$A$ is symmetric matrix"),
        ("неравенство Коши — Буняковского", "неравенство Коши — Буняковского"),
        ("$c$ не зависит от $x$", "$c$ does not depend on $x$"),
        ("матрица несимметрична", "matrix nonsymmetric"),
        ("неотрицательно определённая", "positive semidefinite"),
        ("вектор из единиц", "all-ones vector"),
    ],
}
REST = {
    "de": "Das ist der Rest und er ist mit Absicht kurz.",
    "fr": "Voici le reste qui est dans la note pour nous.",
    "es": "El resto es para que se vea la lengua y los casos.",
    "pt": "O resto é para que uma nota não seja curta.",
    "it": "Il resto è per la lingua che si usa nel testo.",
    "ru": "Это не всё, что мы и так для примера написали в тексте.",
}


@pytest.mark.parametrize(
    ("language", "said", "english"),
    [(language, *pair) for language, pairs in IN_ENGLISH.items() for pair in pairs],
)
def test_words_in_english(language: str, said: str, english: str) -> None:
    read = note(f"{REST[language]} {REST[language]} Xx, {said}")
    start = len(read.source.text) - len(said)
    assert read.language == language
    assert read.english(start, len(read.source.text)) == english
