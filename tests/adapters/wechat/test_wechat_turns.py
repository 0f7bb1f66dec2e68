"""One turn for each message, whoever sends how often; what is too late waits for the next message, once."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.state import PUSH, LocalState, Outcome
from bot.channels.wechat.talk import Talk
from bot.channels.wechat.turns import Passive, Timing, Turns
from bot.knowledge.store import shared_store
from bot.rendering.parts import cut
from bot.replies.reply import ReplyRef
from bot.settings import Settings
from bot.storage.database import sqlite_engine
from bot.storage.journal import Journal
from bot.storage.wechat import Followers, LateAnswers
from tests.adapters.wechat.conftest import account

#: Where an answer is expected, and where none is.
PATIENT, SHORT = Timing(answer=20, hold=20, turn=30), Timing(answer=0.1, hold=0.1, turn=30)
_numbers = itertools.count(1)


class Rasa:
    """Answers every text with one entry; each text may be held back."""

    def __init__(self) -> None:
        self.seen: list[UserMessage] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.entry = "red_flags"

    async def __call__(self, message: UserMessage) -> None:
        self.seen.append(message)
        gate = self.gates.get(str(message.text))
        if gate is not None:
            await gate.wait()
        reply = ReplyRef("entry", self.entry).to_json()
        await message.output_channel.send_response(message.sender_id, {"text": "好", "reply": reply})


class Sent:
    """Stands for the API: keeps what is sent, answers with the error numbers it is given."""

    def __init__(self, *errors: int) -> None:
        self.errors, self.texts = list(errors), []  # type: tuple[list[int], list[str]]

    async def send_text(self, openid: str, text: str) -> int:
        assert "oOne" == openid
        self.texts.append(text)
        return self.errors.pop(0) if self.errors else 0


class Platform:
    """Sends messages straight to the turns."""

    def __init__(self, folder: Path, sender: Sent | None = None) -> None:
        engine = sqlite_engine(folder / "service.db")
        self.followers, self.late = Followers(engine), LateAnswers(engine)
        talk = Talk(shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")), Journal(engine))
        self.rasa = Rasa()
        self.turns = Turns(account(), LocalState(), talk, self.followers, self.late, sender)

    async def send(self, message: Incoming, timing: Timing = PATIENT) -> str:
        self.turns._timing = timing
        passive = await self.turns.reply(message, time.monotonic(), self.rasa)
        return passive.text if isinstance(passive, Passive) else "success"

    async def lapse(self, message: Incoming) -> str:
        """A sending that is not waited for until its turn ends."""
        return await self.send(message, SHORT)

    async def say(self, words: str, openid: str = "oOne") -> str:
        return await self.send(text(words, openid))


def text(words: str, openid: str = "oOne") -> Incoming:
    return Incoming("gh_x", openid, "1764000000", "text", words, str(next(_numbers)))


def event(name: str, key: str = "") -> Incoming:
    return Incoming("gh_x", "oOne", str(next(_numbers)), "event", event=name, event_key=key)


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Platform]:
    made = Platform(tmp_path)
    yield made
    made.turns.close()


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1500):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")


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


async def test_a_lost_sending(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that nobody fetches waits for the next message."""
    monkeypatch.setitem(globals(), "SHORT", replace(SHORT, lost=0.2))
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    assert "success" == await platform.lapse(message)
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


@pytest.mark.parametrize("words", ["没用", "没用，看不懂", "有用！", "答错了"])
async def test_verdicts(platform: Platform, words: str) -> None:
    """About the last answer; without one they are words like others."""
    await platform.say(words)
    assert 1 == len(platform.rasa.seen)
    assert "谢谢" in await platform.say(words)
    assert 1 == len(platform.rasa.seen)


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
    message = Incoming("gh_x", "oOne", "1", kind, words, str(next(_numbers)))
    assert "文字" in await platform.send(message) or "打成字" in await platform.send(message)
    assert [] == platform.rasa.seen
    await platform.send(Incoming("gh_x", "oOne", "1", "voice", "证书在哪查。", str(next(_numbers))))
    assert ["证书在哪查。"] == [seen.text for seen in platform.rasa.seen]


async def test_commands_are_text(platform: Platform) -> None:
    """Nothing that a person writes is an intent."""
    for words in ("/restart", " ／session_start", '/any{"x":"y"}', "/::)"):
        await platform.say(words)
    assert all(seen.parse_data is None and not str(seen.text).startswith(("/", "／")) for seen in platform.rasa.seen)


async def test_unsubscribe(platform: Platform) -> None:
    """The running turn ends, and nothing is kept."""
    await late(platform, "哪些说法要当心")
    platform.rasa.gates["你好"] = asyncio.Event()
    waiting = asyncio.create_task(platform.say("你好"))
    await until(lambda: 2 == len(platform.rasa.seen))
    follower = await platform.turns.stop("oOne")
    assert "success" == await waiting
    assert platform.followers.get(follower) == platform.followers.get("wx_nobody")
    assert [] == platform.late.take(follower, "x")


async def test_too_many_waiting(platform: Platform) -> None:
    """Five of one person, then a polite word; others are served."""
    gate = platform.rasa.gates["你好"] = asyncio.Event()
    waiting = [asyncio.create_task(platform.say("你好")) for _ in range(5)]
    await until(lambda: bool(platform.rasa.seen))
    assert "太快" in await platform.say("你好")
    assert "来源：" in await platform.say("再见", "oOther")
    gate.set()
    await asyncio.gather(*waiting)


async def test_sent_later(tmp_path: Path) -> None:
    """With customer service: „success" in time, then the answer in one piece, and not again."""
    sender = Sent()
    platform = Platform(tmp_path, sender)
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
    platform = Platform(tmp_path, Sent(error))
    message, gate = text("哪些说法要当心"), asyncio.Event()
    platform.rasa.gates["哪些说法要当心"] = gate
    assert "success" == await platform.lapse(message)
    gate.set()
    await until(lambda: not platform.turns._running and not platform.turns._delivery.tasks())
    assert (await platform.say("你好")).startswith("关于您刚才问的“哪些说法要当心”：\n")


async def test_a_broken_turn(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is said whatever raises."""

    def broken(_: str) -> None:
        raise OSError("disk")

    monkeypatch.setattr(platform.followers, "get", broken)
    assert "没能答上来" in await platform.say("你好")


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
    platform = Platform(tmp_path, sender)
    body = "".join(f"第{n}句话有这么长，一直说到句号才停。" for n in range(190))
    parts = cut(body)
    assert 6 == len(parts)
    message = event(event_name, "query_where") if event_name else text("说来话长")
    follower = "wx_follower"
    platform.followers.keep(follower, replace(platform.followers.get(follower), rest=parts[1:], rest_at=time.time()))
    await platform.turns._state.arrived("k")
    assert PUSH == await platform.turns._state.settle("k", PUSH)
    platform.turns._delivery.start("k", message, follower, Outcome(body, 1), 1)
    await until(lambda: not platform.turns._delivery.tasks())
    said = [words.split("\n（")[0] for words in parts]
    assert said[:sent] == [words.split("\n（")[0] for words in sender.texts]
    assert parts[6 - left :] == platform.followers.get(follower).rest
    assert ([body] if errors == (-1,) else []) == [late.text for late in platform.late.take(follower, "x")]
