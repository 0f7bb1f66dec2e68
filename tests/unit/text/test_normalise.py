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


@pytest.mark.parametrize("raw", ["你知道12345吗", "打12345", "0871-12345打得通吗", "12345app", "拨12345号码"])
def test_a_hotline_is_read(lexicon: Lexicon, raw: str) -> None:
    """With a code, a program's name or a word about it."""
    assert "12345" not in normalise(raw, lexicon)


@pytest.mark.parametrize("raw", ["abc12345", "人民中路12345号的学校", "a_12345", "12345@qq.com", "北京大道12345"])
def test_a_hotline_is_a_whole_number(lexicon: Lexicon, raw: str) -> None:
    """Not within an account, an address of mail or behind a street."""
    assert "12345" in normalise(raw, lexicon)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("zhengshu zai na cha", "证书"),
        ("怎么查备按", "备案"),
        ("專項職業能力證書", "专项职业能力证书"),
        ("請問一下證書在哪裡查", "证书在哪里查"),
        ("正规呢技能证给查得", "正规的技能证能不能查"),
        ("钱着哄克了，咋个整", "怎么办"),
        ("克哪点考证", "去哪里考证"),
    ],
)
def test_ways_of_writing(lexicon: Lexicon, raw: str, wanted: str) -> None:
    """Pinyin, homophones of trade words, traditional characters, polite openings."""
    assert wanted in normalise(raw, lexicon)


@pytest.mark.parametrize(
    "raw",
    [
        *("Python培训班", "整数怎么算", "管家证", "hello world"),
        *(
            "证书上写些内容",
            "一键立案",
            "颁证单位",
            "往上升级",
            "货真价实",
            "候机室",
            "怎么验手机",
            "我报过名",
            "这个证指上岗",
        ),
    ],
)
def test_other_words_stay(lexicon: Lexicon, raw: str) -> None:
    """English is not read as pinyin, and a word of its own is not „corrected"."""
    assert fold(raw) == normalise(raw, lexicon)


@pytest.mark.parametrize("raw", ["母亲的名额", "亲戚交的金额", "额外收费"])
def test_a_particle_inside_a_word_stays(lexicon: Lexicon, raw: str) -> None:
    """亲 and 额 are dropped as sounds, never out of 母亲 or 名额."""
    assert raw == normalise(raw, lexicon)


def test_what_stands_for_de_stays_a_question_elsewhere(lexicon: Lexicon) -> None:
    """呢 before a noun is Yunnan's 的; at the end, or before a pronoun, it is no such thing."""
    assert "考的那个证" == normalise("考呢那个证", lexicon)
    assert "证书呢我丢了" == normalise("证书呢我丢了", lexicon)
    assert "在哪里呢" == normalise("在哪里呢", lexicon)


def test_nothing_but_fillers_is_kept(lexicon: Lexicon) -> None:
    """„那个" alone is something to react to."""
    assert normalise("那个", lexicon)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_any_text_is_normalised(raw: str) -> None:
    """Folding fails on no text, and leaves no double or outer space."""
    folded = fold(raw)
    assert " ".join(folded.split()) == folded
