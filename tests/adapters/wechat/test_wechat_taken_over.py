"""The turn of a server that died or was stopped is run by whoever finds it free: once, and nobody is kept waiting."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.claims import Claims
from bot.channels.wechat.identity import pseudonym
from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.state import LATE, PUSH, Outcome
from tests.adapters.wechat.acting import PATIENT, SHORT, Platform, Sent, event, text, until
from tests.adapters.wechat.conftest import account

QUESTION, OTHER = "哪些说法要当心", "证书在哪查"
HEADED = f"关于您刚才问的“{QUESTION}”：\n"
#: A claim of somebody else's that ends soon, and our own which are never seen to end.
DEATH = 0.6


def claims(platform: Platform) -> Claims:
    return platform.turns._claims


def free(platform: Platform, key: str) -> None:
    claims(platform).shared.release(claims(platform).name(key))


async def taken(platform: Platform, message: Incoming, seconds: float = DEATH) -> None:
    """Another server has begun the turn and is not heard of again."""
    await platform.turns._state.arrived(message.key)
    assert claims(platform).shared.claim(claims(platform).name(message.key), seconds)


async def promised(platform: Platform, message: Incoming, seconds: float = DEATH, how: str = LATE) -> str:
    """The same after a sending was told that the answer comes later: the follower."""
    await taken(platform, message, seconds)
    follower = pseudonym(message.openid, platform.turns._account.pseudonym_key)
    platform.late.promise(follower, message.key, platform.turns._talk.topic(message))
    assert how == await platform.turns._state.settle(message.key, how)
    return follower


async def test_a_repeat_takes_over(platform: Platform) -> None:
    """Not before the claim has ended, then once, and every sending gets the same."""
    message = text(QUESTION)
    await taken(platform, message)
    first, again = await asyncio.gather(platform.send(message), platform.send(message))
    assert "来源：" in first
    assert first == again == await platform.send(message)
    assert [QUESTION] == [seen.text for seen in platform.rasa.seen]


async def test_a_living_server_keeps_its_turn(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim is renewed for as long as the turn takes, and given back with it."""
    message, gate, renewed = text(QUESTION), asyncio.Event(), list[str]()
    name, shared = claims(platform).name(message.key), claims(platform).shared
    monkeypatch.setattr(claims(platform), "seconds", 0.15)
    monkeypatch.setattr(shared, "renew", lambda key, _: renewed.append(key))
    platform.rasa.gates[QUESTION] = gate
    sending = asyncio.create_task(platform.send(message))
    await until(lambda: 3 <= len(renewed))
    gate.set()
    assert "来源：" in await sending
    assert {name} == set(renewed)
    assert shared.claim(name, 1)


@pytest.mark.parametrize("words", ["继续", "“继续”"])
async def test_going_on_takes_over(platform: Platform, words: str) -> None:
    """「继续」 waits for the claim to end and brings the answer, with its question, in one turn."""
    await promised(platform, text(QUESTION))
    assert (await platform.say(words)).startswith(HEADED)
    assert [QUESTION] == [seen.text for seen in platform.rasa.seen]
    assert HEADED not in await platform.say(OTHER)


async def test_the_next_question_takes_over(platform: Platform) -> None:
    """It does not wait while another may still be at work; once nobody is, it brings both answers."""
    await promised(platform, text(QUESTION), 60)
    began = time.monotonic()
    assert HEADED not in await platform.say(OTHER)
    assert time.monotonic() - began < 30
    free(platform, next(iter(promises(platform))))
    answer = await platform.say(OTHER)
    assert answer.startswith(HEADED)
    assert 2 == answer.count("来源：")
    assert [OTHER, QUESTION, OTHER] == [seen.text for seen in platform.rasa.seen]


def promises(platform: Platform) -> list[str]:
    follower = pseudonym("oOne", platform.turns._account.pseudonym_key)
    return [answer.message for answer in platform.late.promised(follower, besides="")]


async def test_a_question_passes_one_who_waits(platform: Platform) -> None:
    """「继续」 waits for another server's answer without holding anybody up."""
    await promised(platform, text(QUESTION), 60)
    waiting = asyncio.create_task(platform.say("继续"))
    await asyncio.sleep(0.3)
    answer = await asyncio.wait_for(platform.say(OTHER), 20)
    assert "来源：" in answer
    assert not waiting.done()
    free(platform, promises(platform)[0])
    assert (await waiting).startswith(HEADED)


async def test_a_tap_is_taken_over(platform: Platform) -> None:
    """What was tapped is answered again as what was tapped."""
    await promised(platform, event("CLICK", "query_where"))
    await platform.say("继续")
    parsed = platform.rasa.seen[-1].parse_data
    assert parsed is not None
    assert "query_where" == parsed["intent"]["name"]


async def test_what_it_would_have_brought_along(platform: Platform) -> None:
    """A late answer that the dead server was about to give is not lost with it."""
    message = text(OTHER)
    await taken(platform, message)
    follower = pseudonym("oOne", platform.turns._account.pseudonym_key)
    platform.late.put(follower, "earlier", QUESTION, "早先的答案")
    assert ["早先的答案"] == [late.text for late in platform.late.take(follower, message.key)]
    assert (await platform.send(message)).startswith(f"{HEADED}早先的答案\n\n")


async def test_a_promise_never_hides_an_answer(platform: Platform) -> None:
    """The notice may be written down after the answer was."""
    platform.late.put("wx_f", "m", QUESTION, "答案")
    platform.late.promise("wx_f", "m", QUESTION)
    assert [] == platform.late.promised("wx_f", besides="")
    assert ["答案"] == [late.text for late in platform.late.take("wx_f", "n")]


async def test_told_to_stop(platform: Platform) -> None:
    """What runs is finished, and an answer that no sending fetched is kept, while there is time."""
    message, gate = text(QUESTION), asyncio.Event()
    platform.rasa.gates[QUESTION] = gate
    assert "success" == await platform.lapse(message, replace(SHORT, lost=0.2))
    stopping = asyncio.create_task(platform.turns.finish(30))
    await asyncio.sleep(0.1)
    assert not stopping.done()
    gate.set()
    await stopping
    assert (await platform.say(OTHER)).startswith(HEADED)


async def test_stopped_in_the_turn(platform: Platform) -> None:
    """Nothing is published, and the turn is another's at once, though the claim would have lasted."""
    message = text(QUESTION)
    platform.rasa.gates[QUESTION] = asyncio.Event()
    assert "success" == await platform.lapse(message)
    await platform.turns.finish(0)
    assert await platform.turns._state.outcome(message.key) is None
    platform.rasa.gates[QUESTION].set()
    began = time.monotonic()
    assert "来源：" in await platform.send(message)
    assert time.monotonic() - began < PATIENT.claim


async def test_who_left_is_not_answered_by_another(platform: Platform) -> None:
    """A repeat that another server gets does not run the turn of somebody who was forgotten meanwhile."""
    message = text(QUESTION)
    platform.rasa.gates[QUESTION] = asyncio.Event()
    assert "success" == await platform.lapse(message)
    await platform.turns.stop("oOne")
    assert "success" == await platform.send(message)
    assert 1 == len(platform.rasa.seen)


async def test_an_old_sending_runs_nothing(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """A captured request that is sent again when its answer is forgotten begins no turn."""
    message = text(QUESTION)
    await platform.send(message)
    state = platform.turns._state
    now = state._clock
    monkeypatch.setattr(state, "_clock", lambda: now() + 91)
    await platform.turns._state.arrived("another")
    assert "success" == await platform.send(message)
    assert 1 == len(platform.rasa.seen)


class SlowSent(Sent):
    """An API that takes its time over every call."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.gate = asyncio.Event(), asyncio.Event()

    async def send_text(self, openid: str, text: str) -> int:
        self.began.set()
        await self.gate.wait()
        return await super().send_text(openid, text)


async def test_what_was_to_be_sent(tmp_path: Path) -> None:
    """With customer service: the next message has the answer sent after it, once, and gets its own."""
    sender = Sent()
    platform = Platform(tmp_path, account(), sender)
    await promised(platform, text(QUESTION), DEATH, PUSH)
    await asyncio.sleep(DEATH)
    assert HEADED not in await platform.say(OTHER)
    await until(lambda: not platform.turns._delivery.tasks())
    assert HEADED not in await platform.say(OTHER)
    assert 1 == len(sender.texts)
    assert [QUESTION, OTHER, OTHER] == [seen.text for seen in platform.rasa.seen]


async def test_a_message_while_an_answer_is_sent(tmp_path: Path) -> None:
    """What is on its way is not told again."""
    sender = SlowSent()
    platform = Platform(tmp_path, account(), sender)
    platform.rasa.gates[QUESTION] = asyncio.Event()
    assert "success" == await platform.lapse(text(QUESTION))
    platform.rasa.gates[QUESTION].set()
    await sender.began.wait()
    assert HEADED not in await platform.say(OTHER)
    sender.gate.set()
    await until(lambda: not platform.turns._delivery.tasks())
    assert HEADED not in await platform.say(OTHER)
    assert 1 == len(sender.texts)


async def test_taken_up_before_it_was_sent(tmp_path: Path) -> None:
    """An answer that the next message has already brought is not sent as well."""
    sender = Sent()
    platform = Platform(tmp_path, account(), sender)
    message = text(QUESTION)
    follower = await promised(platform, message, 60, PUSH)
    outcome = Outcome("早先的答案", 1)
    await platform.turns._state.publish(message.key, outcome)
    platform.turns._delivery.start(message.key, message, follower, outcome, 1)
    platform.turns._delivery.keep(message.key, message, follower, outcome)
    free(platform, message.key)
    await until(lambda: not platform.turns._delivery.tasks())
    assert [] == sender.texts
    assert f"{HEADED}早先的答案" in await platform.say(OTHER)


@pytest.mark.parametrize("sender", [None, Sent()], ids=["notice", "sent later"])
async def test_promised_before_it_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sender: Sent | None
) -> None:
    """Whoever sees that an answer is to come later finds the promise, so that nothing can strike it out too early."""
    platform = Platform(tmp_path, account(), sender)
    message, state = text(QUESTION), platform.turns._state
    settle, open_then = state.settle, list[bool]()

    async def settling(key: str, how: str) -> str:
        open_then.append(platform.late.is_open(key))
        return await settle(key, how)

    monkeypatch.setattr(state, "settle", settling)
    platform.rasa.gates[QUESTION] = asyncio.Event()
    await platform.lapse(message, replace(SHORT, final_age=0.0))
    platform.rasa.gates[QUESTION].set()
    await until(lambda: not platform.turns._running and not platform.turns._delivery.tasks())
    assert [True] == open_then
    assert not platform.late.is_open(message.key)
