"""Which words a text was read as, and when there is nothing to tell."""

from __future__ import annotations

import pytest

from bot.text.lexicon import Lexicon
from bot.text.reading import reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zhengshu zai na cha", "证书在哪查"),
        ("wo yao ju bao jia zheng", "我要举报假证"),
        ("证数在哪查？", "证书在哪查"),
        ("备按机构在哪查", "备案机构在哪查"),
        ("哪点可以举抱", "哪里可以举报"),
        ("给是真的", "是不是真的"),
        ("證數在哪裡查", "证书在哪里查"),
        ("OSTA网站哪点可以查", "OSTA网站哪里可以查"),
        ("ＯＳＴＡ证数", "OSTA证书"),
        ("打12333举抱,行不行?", "打12333举报，行不行"),
    ],
)
def test_told(lexicon: Lexicon, text: str, expected: str) -> None:
    """Pinyin, slips and dialect; numbers and punctuation stay readable."""
    assert expected == reading(text, lexicon)


@pytest.mark.parametrize(
    "text",
    [
        "我的证书在哪里查？",
        "證書在哪裡查",
        "ＯＳＴＡ网站",
        "请问，证书 在哪查！！！",
        "12333是什么电话",
        "证书咋查",
        "山寨证书是啥",
        "假证书怎么举报",
        "被骗了三千块钱,咋办",
        "ID card",
        "娃娃想考证，晓不得咋个报名",
        "kuada xuanchuan zenme suan",
        "〔手机号〕是谁的",
        "👍",
        "",
    ],
)
def test_not_told(lexicon: Lexicon, text: str) -> None:
    """What every reader takes for the same is no other reading."""
    assert "" == reading(text, lexicon)
