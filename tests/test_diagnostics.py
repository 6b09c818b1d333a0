"""The table of rules is complete, and rules are found by code, name and beginning of code."""

from __future__ import annotations

import re

import pytest

from mdverify.cli import explanation
from mdverify.diagnostics import RULES, Rule, expand, labels, rule
from mdverify.messages import LANGUAGES
from mdverify.report import FINDINGS

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("known", RULES, ids=lambda known: known.code)
def test_rule_is_documented_in_every_language(known: Rule) -> None:
    assert re.fullmatch(r"MV\d{3}", known.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", known.name)
    assert known.verdict in FINDINGS
    assert known.example_bad != known.example_good
    for text in (known.summary, known.what, known.why):
        assert not CHINESE.search(text.text("en"))
        assert CHINESE.search(text.text("zh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanation_holds_the_whole_rule(language: str) -> None:
    for known in RULES:
        text = explanation(known, language)
        for part in (known.code, known.summary.text(language), known.what.text(language)):
            assert part in text


def test_codes_are_unique_and_sorted() -> None:
    codes = [known.code for known in RULES]
    assert codes == sorted(set(codes))
    assert len(labels()) == 2 * len(RULES)


def test_every_kind_of_finding_has_a_rule() -> None:
    assert {known.verdict for known in RULES} == FINDINGS


def test_lookup() -> None:
    assert rule("mv301") is rule("Shape-Clash") is rule("MV301")
    with pytest.raises(KeyError):
        rule("MV999")


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("MV3", ("MV301", "MV302", "MV303")),
        (" mv201 ", ("MV201",)),
        ("other-layout", ("MV201",)),
        ("MV9", ()),
        ("M", ()),
        ("", ()),
    ],
)
def test_expand(selector: str, codes: tuple[str, ...]) -> None:
    assert expand(selector) == codes
