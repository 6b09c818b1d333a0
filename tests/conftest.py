"""Options and markers of the test command."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-cases", action="store_true", help="write the reports in tests/cases as they are now"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "mutation: judges a sample of the mutants of the verified steps")
