"""What is read of a text before it is a question: faces, placeholders, verdicts."""

from __future__ import annotations

import pytest

from bot.channels.wechat.faces import is_only_faces, is_unsupported
from bot.channels.wechat.feedback import read_verdict


@pytest.mark.parametrize(
    "text",
    [
        *("[微笑]", "[捂脸][捂脸]", " [OK] ", "/::)", "/::)/::~", "/:rose", "👍", "🙏🙏", "❤️", "👍🏻"),
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    ],
)
def test_faces(text: str) -> None:
    """Of new and old telephones, and emoji in all their parts."""
    assert is_only_faces(text)


@pytest.mark.parametrize(
    "text", ["", "  ", "1", "①", "？", "。。。", "好的[微笑]", "👍证书", "[证书", "/restart", "/微笑", "[微笑]1"]
)
def test_no_faces(text: str) -> None:
    """Anything that can be read, and nothing at all."""
    assert not is_only_faces(text)


def test_placeholder() -> None:
    """WeChat's own words, whole; not in a question about them."""
    assert is_unsupported("【收到不支持的消息类型，暂无法显示】")
    assert not is_unsupported("【收到不支持的消息类型，暂无法显示】是什么意思")


@pytest.mark.parametrize(
    "text",
    [
        *("看不懂", "我看不懂", "没看懂！", "还是不太懂", "看不懂，太复杂", "啥意思", "什么意思？", "太长了"),
        *("说的啥意思，我看不懂", "你讲的是哪样意思", "字太多了", "没用，看不懂"),
    ],
)
def test_not_understood(text: str) -> None:
    """Said with a verdict or without, in one breath or two."""
    assert ("useless", "unclear") == read_verdict(text)


@pytest.mark.parametrize(
    "text",
    [
        "证书是什么意思",
        "看不懂证书上的字",
        "备案是啥意思",
        "我妈看不懂合同",
        "不懂就问，哪里查证书",
        "太长了的证书编号",
    ],
)
def test_questions_about_meaning(text: str) -> None:
    """They name something, and are asked."""
    assert read_verdict(text) is None
