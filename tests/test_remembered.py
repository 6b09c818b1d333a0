"""What is remembered changes no verdict: neither readings found again nor values of what is written twice."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from mdverify import check_text
from mdverify.places import Places
from mdverify.reading import Options
from mdverify.recall import Recall
from mdverify.report import NoteReport
from mdverify.shapes import SCALAR, Dims, Shape
from mdverify.source import Span
from mdverify.terms import Binder, Derivative, Target, Term

NOTES = sorted((Path(__file__).parent.parent / "sample_notes").glob("*.md"))
MISREAD = r"""# Misread

Let $f = x^T A x + b^T x$ with $x, b \in \mathbb{R}^n$.

$$
\nabla f = (A + A^T) x + b, \qquad \nabla f = 2 A x + b, \qquad \frac{\partial f}{\partial x} = A x - b
$$
"""


@cache
def text_of(name: str) -> str:
    return MISREAD if name == "misread" else next(p for p in NOTES if p.name == name).read_text("utf-8")


def report(name: str) -> NoteReport:
    (note,) = check_text(text_of(name)).notes
    return note


names = pytest.mark.parametrize("name", ["misread", *(path.name for path in NOTES)])


@names
def test_every_reading_anew(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = report(name)
    monkeypatch.setattr(Recall, "find", lambda self, options: None)
    assert report(name) == usual


@names
def test_every_value_anew(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = report(name)
    monkeypatch.setattr(Places, "of", lambda self, term: id(term))
    assert report(name) == usual


def test_options_are_alike_where_they_answer_alike() -> None:
    recall: Recall[str] = Recall()
    recall.keep({("modes", "x"): "V", ("opaque", "f"): False, ("layout", ""): "denominator"}, "found")
    assert recall.find(Options(modes=(("y", "M"), ("x", "V")), opaque=frozenset({"g"}))) == "found"
    for other in (
        Options(),
        Options(modes=(("x", "M"),)),
        Options(modes=(("x", "V"),), opaque=frozenset({"f"})),
        Options("numerator", modes=(("x", "V"),)),
    ):
        assert recall.find(other) is None


def test_places() -> None:
    dims = Dims()
    n, m = dims.named("n"), dims.named("m")

    def symbol(name: str, rows: int, at: int) -> Term:
        return Term("sym", (), name, Shape(rows, 0), Span(at, at + 1))

    def norm(of: Term) -> Term:
        return Term("norm", (of,), None, SCALAR, of.span)

    def slope(of: Term, by: Term, arrangement: str) -> Term:
        return Term("deriv", (of,), Derivative((Target(by),), arrangement), by.shape, of.span)

    x, again, y, long = symbol("x", n, 0), symbol("x", n, 9), symbol("y", n, 3), symbol("x", m, 5)
    places = Places(dims)
    assert places.of(norm(x)) == places.of(norm(again))
    assert places.of(slope(norm(x), x, "by-target")) == places.of(slope(norm(again), again, "by-target"))
    different = [
        x, y, long, norm(x), norm(y),
        slope(norm(x), x, "by-target"), slope(norm(x), y, "by-target"), slope(norm(x), x, "by-target-T"),
        Term("sum", (x,), Binder(("i",), (n,), (None,)), x.shape, x.span),
        Term("sum", (x,), Binder(("j",), (n,), (None,)), x.shape, x.span),
        Term("prod", (x,), Binder(("i",), (n,), (None,)), x.shape, x.span),
    ]  # fmt: skip
    assert len({places.of(term) for term in different}) == len(different)
