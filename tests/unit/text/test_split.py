"""Several questions in one message are proposed one by one; a story stays whole."""

from __future__ import annotations

import pytest

from bot.text.split import MAX_PARTS, split_questions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("   ", ()),
        ("证书在哪里查？", ("证书在哪里查？",)),
        ("山寨证书是什么？找谁举报？", ("山寨证书是什么？", "找谁举报？")),
        ("三类证书有哪些，在哪里查呢", ("三类证书有哪些", "在哪里查呢")),
        ("山寨证书是什么 还有就是找谁举报", ("山寨证书是什么", "找谁举报")),
        ("1、证书怎么查 2、电话是多少", ("证书怎么查", "电话是多少")),
        ("我在工地干了二十年，没读过书，老板要证，怎么考", ("我在工地干了二十年，没读过书，老板要证，怎么考",)),
        ("你好。谢谢。", ("你好。谢谢。",)),
        ("怎么办？？？", ("怎么办？？？",)),
    ],
)
def test_split(text: str, expected: tuple[str, ...]) -> None:
    """Sentence marks, „还有" and numbers divide; commas only where both sides ask."""
    assert expected == split_questions(text)


def test_most_parts() -> None:
    """However many questions, a bounded number is looked at."""
    assert MAX_PARTS == len(split_questions("证书在哪里查呢？" * 40))
