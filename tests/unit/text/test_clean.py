"""What every channel does to a text first: no character that is no text, no leading slash, no excess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.clean import MAX_TEXT, clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("证书在哪查", "证书在哪查"),
        ("  证书 ", "证书"),
        ("/restart", "restart"),
        ("  /restart", "restart"),
        ("／restart", "restart"),
        ("/ ／ //restart", "restart"),
        ('/any_intent{"x":1}', 'any_intent{"x":1}'),
        ("\x00/restart", "restart"),
        ("\u200b/restart", "restart"),
        ("\u202e/restart", "restart"),
        ("\n\n/restart", "restart"),
        ("证\x00书\ud800在\u200b哪\u202e查\ufeff", "证书在哪查"),
        ("一行\r\n二行\r三行\t四", "一行\n二行\n三行 四"),
        ("\x1b[31m红\x9b", "[31m红"),
        ("和/或", "和/或"),
        ("", ""),
        ("///", ""),
        ("\x00\x01\u200b", ""),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    """Only text stays, and Rasa's command mark never starts it."""
    assert expected == clean(raw)


@pytest.mark.parametrize("raw", [None, 1, 1.5, True, ["证书"], {"text": "证书"}, b"text"])
def test_only_strings_are_text(raw: object) -> None:
    """A list or a number in place of text is refused, never turned into a string."""
    with pytest.raises(TypeError):
        clean(raw)


def test_length_is_cut_after_cleaning() -> None:
    """Characters that are taken away do not use up the allowance; the slash behind them is found."""
    assert MAX_TEXT == len(clean("证" * (MAX_TEXT + 500)))
    assert "证" * 10 == clean("\u200b" * 100 + "/" * 100 + "证" * 10)


def test_a_number_across_the_cut_is_masked_first() -> None:
    """Masking comes before cutting, so that no half of a number is left."""
    assert "1381234" not in clean("证" * (MAX_TEXT - 6) + "13812345678")


@given(st.text(max_size=300))
def test_whatever_is_typed_comes_out_clean(raw: str) -> None:
    """Any text: no command mark in front, storable as UTF-8, and cleaning again changes nothing."""
    cleaned = clean(raw)
    cleaned.encode("utf-8")
    assert not cleaned.startswith(("/", "／", " "))
    assert "\x00" not in cleaned
    assert cleaned == clean(cleaned)
