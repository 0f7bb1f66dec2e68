"""Answers that no sending is in time for: they come with a repeat, with the next message or by the API, once."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.wechat.state import PUSH, Outcome
from bot.rendering.parts import cut
from tests.adapters.wechat.acting import SHORT, Platform, Sent, event, text, until
from tests.adapters.wechat.conftest import account


async def test_late_for_two_sendings(platform: Platform) -> None:
    """Two sendings lapse, the third has the answer; nothing is left to say."""
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    assert ["success", "success"] == [await platform.lapse(message) for _ in range(2)]
    gate.set()
    assert "来源：" in await platform.send(message)
    assert "关于您刚才问的" not in await platform.say("你好")
    assert 2 == len(platform.rasa.seen)


async def late(platform: Platform, words: str) -> None:
    """Three sendings of a message whose turn takes too long, then the turn ends."""
    message, gate = text(words), asyncio.Event()
    platform.rasa.gates[words] = gate
    for expected in ("success", "success", "正在查询，请几秒后回复“继续”查看答案。"):
        assert expected == await platform.lapse(message)
    gate.set()
    await until(lambda: not platform.turns._running)


async def test_late_for_all(platform: Platform) -> None:
    """The third gets a notice, the next message the answer, with its question, once."""
    await late(platform, "哪些说法要当心")
    answer = await platform.say("证书在哪查")
    assert answer.startswith("关于您刚才问的“哪些说法要当心”：\n")
    assert 2 == answer.count("来源：")
    assert "关于您刚才问的" not in await platform.say("继续")


async def test_asked_for(platform: Platform) -> None:
    """「继续」 brings it without a turn, even while it is still being made."""
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    for _ in range(3):
        await platform.lapse(message)
    more = text("继续")
    assert "success" == await platform.lapse(more)
    gate.set()
    assert (await platform.send(more)).startswith("关于您刚才问的“哪些说法要当心”：\n")
    assert 1 == len(platform.rasa.seen)


@pytest.mark.parametrize("words", ["“继续”", "继续吧。", "请继续", "接着说", " 往下看 ", "「继续」！", "繼續"])
async def test_asked_for_in_other_words(platform: Platform, words: str) -> None:
    """As people type it; where nothing is left to say it is asked like any other text."""
    await late(platform, "哪些说法要当心")
    assert (await platform.say(words)).startswith("关于您刚才问的“哪些说法要当心”：\n")
    assert 1 == len(platform.rasa.seen)
    await platform.say(words)
    assert 2 == len(platform.rasa.seen)


@pytest.mark.parametrize("words", ["继续教育怎么算", "接着考什么", "往下说的是什么证"])
async def test_questions_that_begin_alike(platform: Platform, words: str) -> None:
    """They are asked, and the late answer comes along."""
    await late(platform, "哪些说法要当心")
    assert "关于您刚才问的" in await platform.say(words)
    assert 2 == len(platform.rasa.seen)


async def test_a_lost_sending(platform: Platform) -> None:
    """An answer that nobody fetches waits for the next message."""
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    assert "success" == await platform.lapse(message, replace(SHORT, lost=0.2))
    gate.set()
    await until(lambda: not platform.turns._running and not platform.turns._delivery.tasks())
    assert (await platform.say("你好")).startswith("关于您刚才问的“哪些说法要当心”：\n")
    assert "success" == await platform.send(message)


async def test_two_people(platform: Platform) -> None:
    """Nobody gets what another asked."""
    await late(platform, "哪些说法要当心")
    assert "关于您刚才问的" not in await platform.say("你好", "oOther")
    assert "关于您刚才问的" in await platform.say("你好")


async def test_closed_connections(platform: Platform) -> None:
    """The handler is cancelled, the turn is not."""
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    handler = asyncio.create_task(platform.send(message))
    await until(lambda: bool(platform.rasa.seen))
    handler.cancel()
    gate.set()
    assert "来源：" in await platform.send(message)
    assert 1 == len(platform.rasa.seen)


async def test_long_answers(platform: Platform) -> None:
    """In parts, by 「继续」, without a turn; then 「继续」 is an ordinary word again."""
    await late(platform, "哪些说法要当心")
    await late(platform, "怎样辨别")
    parts = [await platform.say("你好")]
    while "回复“继续”看下文" in parts[-1]:
        parts.append(await platform.say(" 继续。"))
    assert len(parts) > 1
    assert 3 == "".join(parts).count("来源：")
    assert all(len(part.encode()) <= 2000 for part in parts)
    assert 3 == len(platform.rasa.seen)
    await platform.say("继续")
    assert "继续" == platform.rasa.seen[-1].text


async def test_unsubscribe(platform: Platform) -> None:
    """The running turn ends, and nothing is kept."""
    await late(platform, "哪些说法要当心")
    platform.rasa.gates["你好"] = asyncio.Event()
    waiting = asyncio.create_task(platform.say("你好"))
    await until(lambda: 2 == len(platform.rasa.seen))
    follower = (await platform.turns.stop("oOne")).sender_id
    assert "success" == await waiting
    assert platform.followers.get(follower) == platform.followers.get("wx_nobody")
    assert [] == platform.late.take(follower, "x")


async def test_sent_later(tmp_path: Path) -> None:
    """With customer service: „success" in time, then the answer in one piece, and not again."""
    sender = Sent()
    platform = Platform(tmp_path, account(), sender)
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    assert "success" == await platform.lapse(message)
    gate.set()
    await until(lambda: bool(sender.texts) and not platform.turns._delivery.tasks())
    assert "success" == await platform.send(message)
    assert 1 == len(sender.texts)
    assert "关于您刚才问的" not in await platform.say("你好")


@pytest.mark.parametrize("error", [45015, 45047, 48001, 45002, 45009, -1])
async def test_not_sent_later(tmp_path: Path, error: int) -> None:
    """What the platform does not take waits for the next message."""
    platform = Platform(tmp_path, account(), Sent(error))
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    assert "success" == await platform.lapse(message)
    gate.set()
    await until(lambda: not platform.turns._running and not platform.turns._delivery.tasks())
    assert (await platform.say("你好")).startswith("关于您刚才问的“哪些说法要当心”：\n")


@pytest.mark.parametrize(
    ("event_name", "errors", "sent", "left"),
    [("", (), 5, 1), ("CLICK", (), 3, 3), ("", (0, 0, 45047), 3, 4), ("", (-1,), 1, 0)],
    ids=["a message", "a tap", "no more allowed", "none taken"],
)
async def test_long_answers_sent_later(
    tmp_path: Path, event_name: str, errors: tuple[int, ...], sent: int, left: int
) -> None:
    """As many parts as the platform allows, in order; the others by 「继续」; what was not taken is never lost."""
    sender = Sent(*errors)
    platform = Platform(tmp_path, account(), sender)
    body = "".join(f"第{n}句话有这么长，一直说到句号才停。" for n in range(190))
    parts = cut(body)
    assert 6 == len(parts)
    message = event(event_name, "query_where") if event_name else text("说来话长")
    follower = "wx_follower"
    platform.followers.keep(follower, replace(platform.followers.get(follower), rest=parts[1:], rest_at=time.time()))
    await platform.turns._state.arrived("k")
    assert PUSH == await platform.turns._state.settle("k", PUSH)
    platform.late.promise(follower, "k", "说来话长")
    platform.turns._delivery.start("k", message, follower, Outcome(body, 1), 1)
    await until(lambda: not platform.turns._delivery.tasks())
    said = [words.split("\n（")[0] for words in parts]
    assert said[:sent] == [words.split("\n（")[0] for words in sender.texts]
    assert parts[6 - left :] == platform.followers.get(follower).rest
    assert ([body] if errors == (-1,) else []) == [late.text for late in platform.late.take(follower, "x")]
