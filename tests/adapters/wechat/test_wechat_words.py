"""What is read of a text before it is a question: faces, placeholders, verdicts."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.channels.wechat.faces import is_only_faces, is_unsupported
from bot.channels.wechat.feedback import read_verdict
from bot.settings import PROJECT


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
        *("[收到了一个表情，请在手机上查看]", "[文件] 证书.pdf", "[图片]", "[图片] [图片]", "【语音】", "[聊天记录]"),
        *("[照片]", "[收到一条视频消息，请在手机上查看]", "[文件]培训合同.docx"),
    ],
)
def test_pasted_placeholders(text: str) -> None:
    """What WeChat for desktops puts in the place of a picture or a file is no face and no question."""
    assert is_unsupported(text)
    assert not is_only_faces(text)


@pytest.mark.parametrize("text", ["[文件] 证书.pdf 是真的吗", "[图片]证书在哪查", "[2]", "[微笑]", "图片"])
def test_no_placeholder(text: str) -> None:
    """With words of one's own, or a face."""
    assert not is_unsupported(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("有用👍", "useful"), ("谢谢，有用", "useful"), ("挺有用[强]", "useful"), ("👍有用，谢谢老师", "useful")),
        *(("答错了🙏", "wrong"), ("没用，谢谢", "useless"), ("嗯嗯 没啥用", "useless"), ("好的，有帮助！", "useful")),
    ],
)
def test_a_verdict_among_polite_words(text: str, value: str) -> None:
    """Faces and thanks round it take nothing away."""
    found = read_verdict(text)
    assert found is not None
    assert value == found[0]


@pytest.mark.parametrize("text", ["谢谢", "好的", "有用吗", "证书有用", "没用的证书怎么退", "[强]", "👍"])
def test_no_verdict(text: str) -> None:
    """Thanks alone, faces alone, and what is asked."""
    assert read_verdict(text) is None


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


_HOSTILE = [
    "证" + "嗯" * 90 + "书",
    "证" + "谢谢" * 45 + "书",
    "太长了" * 33 + "x",
    "还是" * 49,
    "。" * 99 + "x",
    "嗯" * 2000,
]


def test_no_verdict_takes_long() -> None:
    """Repeated words cost no more than others: two to the power of ninety steps would never come to an end."""
    program = (
        "import sys; from bot.channels.wechat.feedback import read_verdict; print(*map(read_verdict, sys.argv[1:]))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, *_HOSTILE]
    ended = subprocess.run(command, cwd=PROJECT, timeout=120, check=True, capture_output=True, text=True)
    assert ["None"] * len(_HOSTILE) == ended.stdout.split()
