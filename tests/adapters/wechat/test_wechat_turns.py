"""One turn for each message, whoever sends it how often, and what each kind of message is answered with."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channels.wechat import state as states
from bot.channels.wechat.messages import Incoming
from tests.adapters.wechat.acting import Platform, event, new_number, text, until


async def test_repeats_join_one_turn(platform: Platform) -> None:
    """At once and afterwards: the same words, one message for Rasa, under a pseudonym."""
    message = text("哪些说法要当心")
    first, again, third = await asyncio.gather(*(platform.send(message) for _ in range(3)))
    assert first == again == third == await platform.send(message)
    (seen,) = platform.rasa.seen
    assert seen.sender_id.startswith("wx_")
    assert "oOne" not in seen.sender_id
    assert ("wechat", "wechat") == (seen.input_channel, seen.output_channel.name())


async def test_the_same_words_again(platform: Platform) -> None:
    """Another number is another message."""
    await platform.say("你好")
    await platform.say("你好")
    assert 2 == len(platform.rasa.seen)


async def test_choices(platform: Platform) -> None:
    """By tap (the title), by number, by ordinal: the same intent, no classifier; not after half an hour."""
    for words in ("1", "①", "第一个", "查证书：我的证书在哪里查？"):
        await platform.send(event("subscribe"))
        await platform.say(words)
        parsed = platform.rasa.seen[-1].parse_data
        assert parsed is not None
        assert "query_where" == parsed["intent"]["name"]
    for follower in ("wx_nobody",):
        assert () == platform.followers.get(follower).live_choices(0)
    await platform.send(event("subscribe"))
    platform.turns._talk._clock = lambda: time.time() + 1801
    await platform.say("1")
    assert platform.rasa.seen[-1].parse_data is None


async def test_the_first_words_of_a_related_question(platform: Platform) -> None:
    """They are a question of their own; a number is not."""
    await platform.say("哪些说法要当心")
    title = platform.rasa.seen[-1]
    assert title.parse_data is None
    await platform.say("网上")
    assert platform.rasa.seen[-1].parse_data is None
    await platform.say("2")
    assert platform.rasa.seen[-1].parse_data is not None


@pytest.mark.parametrize("words", ["没用", "没用，打不通", "有用！", "答错了"])
async def test_verdicts(platform: Platform, words: str) -> None:
    """About the last answer; without one they are words like others."""
    await platform.say(words)
    assert 1 == len(platform.rasa.seen)
    assert "谢谢" in await platform.say(words)
    assert 1 == len(platform.rasa.seen)


async def test_not_understood(platform: Platform) -> None:
    """Whoever does not understand an answer is told where somebody explains it; before any answer it is asked."""
    await platform.say("看不懂")
    assert 1 == len(platform.rasa.seen)
    read = await platform.say("说的啥意思，我看不懂")
    assert "没说清楚" in read
    assert "12333" in read
    assert 1 == len(platform.rasa.seen)


async def test_stickers(platform: Platform) -> None:
    """A face is answered kindly, and what WeChat could not pass on as what cannot be read; no turn is spent."""
    assert "请接着说您想问的" in await platform.say("[微笑]")
    assert "只看得懂文字" in await platform.say("【收到不支持的消息类型，暂无法显示】")
    assert [] == platform.rasa.seen


@pytest.mark.parametrize(
    "words", ["没用的证书怎么办", "这个证没用吗", "有用的证书有哪些", "没用，那怎么举报", "答错了题还能拿证吗"]
)
async def test_no_verdicts(platform: Platform, words: str) -> None:
    """Questions in which such words stand are asked."""
    await platform.say("哪些说法要当心")
    await platform.say(words)
    assert 2 == len(platform.rasa.seen)


async def test_events(platform: Platform) -> None:
    """Welcome, scenes and taps; what is not ours is not answered, and no turn is spent."""
    welcome = await platform.send(event("subscribe"))
    assert all(task in welcome for task in ("查证书", "看广告", "去举报"))
    assert [] == platform.rasa.seen
    for message in (event("CLICK", "query_where"), event("SCAN", "report"), event("subscribe", "qrscene_query")):
        await platform.send(message)
    intents = [(seen.parse_data or {})["intent"]["name"] for seen in platform.rasa.seen]
    assert ["query_where", "report_how", "query_where"] == intents
    assert "复制过来" in await platform.send(event("CLICK", "wechat_send_advert"))
    for message in (event("VIEW", "https://x"), event("CLICK", "nothing"), event("SCAN", "nothing"), event("LOCATION")):
        assert not platform.turns._talk.is_answered(message)


@pytest.mark.parametrize(("kind", "words"), [("image", ""), ("link", ""), ("location", ""), ("voice", "")])
async def test_what_cannot_be_read(platform: Platform, kind: str, words: str) -> None:
    """A polite word that says what can be; a voice that was written down is text."""
    message = Incoming("gh_x", "oOne", "1", kind, words, new_number())
    assert "文字" in await platform.send(message) or "打成字" in await platform.send(message)
    assert [] == platform.rasa.seen
    await platform.send(Incoming("gh_x", "oOne", "1", "voice", "证书在哪查。", new_number()))
    assert ["证书在哪查。"] == [seen.text for seen in platform.rasa.seen]


async def test_commands_are_text(platform: Platform) -> None:
    """Nothing that a person writes is an intent."""
    for words in ("/restart", " ／session_start", '/any{"x":"y"}', "/::)"):
        await platform.say(words)
    assert all(seen.parse_data is None and not str(seen.text).startswith(("/", "／")) for seen in platform.rasa.seen)


async def test_too_many_waiting(platform: Platform) -> None:
    """Five of one person, then a polite word; others are served."""
    gate = platform.rasa.gates["你好"] = asyncio.Event()
    waiting = [asyncio.create_task(platform.say("你好")) for _ in range(5)]
    await until(lambda: bool(platform.rasa.seen))
    assert "太快" in await platform.say("你好")
    assert "来源：" in await platform.say("再见", "oOther")
    gate.set()
    await asyncio.gather(*waiting)


async def test_a_broken_turn(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is said whatever raises."""

    def broken(_: str) -> None:
        raise OSError("disk")

    monkeypatch.setattr(platform.followers, "get", broken)
    assert "没能答上来" in await platform.say("你好")


async def test_bounds(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote and was answered takes no more room than a bounded memory of the last messages."""
    monkeypatch.setattr(states, "MOST_TURNS", 50)
    for number in range(200):
        await platform.say("你好", f"oFollower{number}")
    await until(lambda: not platform.turns._delivery.tasks())
    turns = platform.turns
    assert [0, 0, 0] == [len(turns._running), len(turns._of_follower), len(turns._locks)]
    assert len(turns._state._turns) <= 50
    assert len(turns._state._told) <= 50
