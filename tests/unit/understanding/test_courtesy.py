"""Politeness and masked data change nothing."""

from __future__ import annotations

import pytest

from bot.understanding.courtesy import plainly


@pytest.mark.parametrize(
    "text",
    [
        "您好，我想问一下，证书怎么查",
        "老师，证书怎么查",
        "你好请问一下 证书怎么查",
        "老师，您好，证书怎么查，谢谢",
        "证书怎么查 谢谢您！",
        "谢谢，证书怎么查",
        "证书〔证书编号〕怎么查",
    ],
)
def test_the_same_remains(text: str) -> None:
    """Greeting, thanks and the sign of a masked number are left out."""
    assert "证书怎么查" == plainly(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("包过能信吗？？？谢谢", "包过能信吗？"),
        ("谢谢", "谢谢"),
        ("您好", "您好"),
        ("老师说包过", "老师说包过"),
        ("〔手机号〕", "〔手机号〕"),
        ("我想考证", "我想考证"),
        ("你好多证书要考", "你好多证书要考"),
    ],
)
def test_nothing_else_is_taken(text: str, plain: str) -> None:
    """Courtesy alone stays, and words that only look like it."""
    assert plain == plainly(text)
