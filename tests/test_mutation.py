"""A sample of the mutation run: nothing that differs in value is verified."""

from __future__ import annotations

import pytest
from mutation.run import run, score

PER_STEP = 3


@pytest.mark.mutation
def test_no_mutant_survives() -> None:
    results = run(PER_STEP)
    print(score(results))
    assert [str(result) for result in results if result.outcome == "survived"] == []
