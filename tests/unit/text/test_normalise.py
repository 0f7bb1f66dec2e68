"""Many ways of writing a question, one form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.lexicon import Lexicon
from bot.text.normalise import fold, normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("職業資格證書在哪裡查？", "职业资格证书在哪里查?"),
        ("ＳＳＬ证书１２３", "ssl证书123"),
        ("证\u200b书\ufeff", "证书"),
        ("证 书 在 哪 查", "证书在哪查"),
        ("Python 3.10 培训", "python 3.10 培训"),
        ("好！！！！", "好!"),
        ("证书🙂查", "证书查"),
        ("①②", "12"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_fold(raw: str, expected: str) -> None:
    """Width, script, case, invisible characters and spaces."""
    assert expected == fold(raw)


def test_digits_stay_distinct(lexicon: Lexicon) -> None:
    """12333 and 88 are not one feature; a longer number is not read as a hotline in it."""
    assert normalise("12333", lexicon) != normalise("12315", lexicon)
    assert "88" == normalise("88", lexicon)
    assert "123334" in normalise("123334", lexicon)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("zhengshu zai na cha", "证书"),
        ("怎么查备按", "备案"),
        ("專項職業能力證書", "专项职业能力证书"),
        ("請問一下證書在哪裡查", "证书在哪里查"),
    ],
)
def test_ways_of_writing(lexicon: Lexicon, raw: str, wanted: str) -> None:
    """Pinyin, homophones of trade words, traditional characters, polite openings."""
    assert wanted in normalise(raw, lexicon)


@pytest.mark.parametrize("raw", ["Python培训班", "整数怎么算", "管家证", "hello world"])
def test_other_words_stay(lexicon: Lexicon, raw: str) -> None:
    """English is not read as pinyin, and a word of its own is not „corrected"."""
    assert fold(raw) == normalise(raw, lexicon)


def test_nothing_but_fillers_is_kept(lexicon: Lexicon) -> None:
    """„那个" alone is something to react to."""
    assert normalise("那个", lexicon)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_any_text_is_normalised(raw: str) -> None:
    """Folding fails on no text, and leaves no double or outer space."""
    folded = fold(raw)
    assert " ".join(folded.split()) == folded
