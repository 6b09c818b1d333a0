"""The same bytes on another machine: processors differ in the last digits of what numpy works out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
EVERY = 4  # a quarter of the cases takes 8 seconds
FOUND: list[str] = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])  # type: ignore[call-overload]
PROGRAM = f"""
from mutation.casebook import cases, report_of
print(*(case.name for case in cases()[::{EVERY}] if report_of(case.note) != case.report), sep="\\n")
"""


@pytest.mark.skipif(not FOUND, reason="numpy uses nothing here that an older processor lacks")
def test_reports_hang_on_no_last_digit() -> None:
    older = {"NPY_DISABLE_CPU_FEATURES": " ".join(FOUND), "OPENBLAS_CORETYPE": "Nehalem"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env={**os.environ, **older, "PYTHONPATH": str(HERE)},
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split("\n") == ["", ""]
