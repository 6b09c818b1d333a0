"""The notes of tests/cases: every report as it stands there, every planted mistake and no other found."""

from __future__ import annotations

from collections import Counter

import pytest
from mutation.casebook import Case, cases, misjudged, report_of, rewrite

CASES = cases()


@pytest.fixture(scope="module", autouse=True)
def _updated(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-cases"):
        for file in sorted({case.file for case in CASES}):
            rewrite(file)


def test_names_are_unique() -> None:
    repeated = [name for name, count in Counter(case.name for case in CASES).items() if count > 1]
    assert not repeated


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_report(case: Case, request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--update-cases"):
        assert report_of(case.note) == case.report


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_planted_mistakes_and_no_others_are_found(case: Case) -> None:
    assert misjudged(case) == []
