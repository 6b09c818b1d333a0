"""Every sentence exists in every language and asks for the same things."""

from __future__ import annotations

from string import Formatter

import pytest

from mdverify.messages import CATALOGUE, LANGUAGES, message


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("key", CATALOGUE)
def test_both_languages_say_the_same(key: str) -> None:
    texts = CATALOGUE[key]
    assert len(texts) == len(LANGUAGES)
    assert all(text.strip() for text in texts)
    assert placeholders(texts[0]) == placeholders(texts[1])


def test_arguments_may_hold_braces() -> None:
    assert message("help", suggestion=r"\frac{a}{b}").text() == r"help: write \frac{a}{b}"


def test_an_argument_may_be_a_message() -> None:
    inner = message("unknown-rule", name="MV999")
    assert message("did-you-mean", text=inner, near="MV101").text("zh") == (
        "没有名为 `MV999` 的规则；是否想写 `MV101`？"
    )


def test_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        message("no such key").text()
