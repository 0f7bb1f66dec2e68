"""Slow answers, repeats and late ones: one turn for each message, each answer given once, no fault on any screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.wechat.conftest import MODES
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import SEND, ApiHost, running
from tests.wechat_platform.hosting import QUICK, Hosted, ScriptedRasa, hosted, opening
from tests.wechat_platform.platform import CUT
from tests.wechat_platform.site import Site
from tests.wechat_platform.verdict import judge

QUESTION, OTHER = "什么是山寨证书", "证书有哪几类"
ANSWER, OTHER_ANSWER = opening("fake_certificate_what"), opening("cert_types")
NOTICE = "继续"


def in_both_modes(scenario: Callable[[Path, Account], Awaitable[None]]) -> Callable[[Path], Awaitable[None]]:
    """Both modes at the same time: for what takes seconds of waiting."""

    async def test(tmp_path: Path) -> None:
        await asyncio.gather(*(scenario(tmp_path / mode, Account(mode)) for mode in MODES))

    test.__doc__ = scenario.__doc__
    return test


async def until_finished(rasa: ScriptedRasa, text: str, seconds: float = 20) -> None:
    """Wait for the stand-in's turn on a text, which goes on without anybody listening."""
    deadline = time.monotonic() + seconds
    while text not in rasa.finished:
        assert time.monotonic() < deadline, f"the turn on {text} never ended"
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)


async def test_a_slow_turn_within_the_first_send(tmp_path: Path, account: Account) -> None:
    """Three fifths of the time are no reason for a second send."""
    async with hosted(tmp_path, account, ScriptedRasa(0.6)) as server:
        delivery = await server.platform.follower().sends("text", Content=QUESTION)
    assert ANSWER in delivery.text
    assert 1 == delivery.sends


@in_both_modes
async def test_a_turn_longer_than_one_send(tmp_path: Path, account: Account) -> None:
    """The repeat brings the answer of the one turn."""
    async with hosted(tmp_path, account, ScriptedRasa(1.4)) as server:
        delivery = await server.platform.follower().sends("text", Content=QUESTION)
    assert ANSWER in delivery.text
    assert delivery.sends in {2, 3}
    assert [QUESTION] == server.rasa.texts


@in_both_modes
async def test_a_turn_longer_than_all_sends(tmp_path: Path, account: Account) -> None:
    """The last send carries a notice; the next message brings the answer, once, under its own question."""
    rasa = ScriptedRasa(slow={QUESTION: 3.6})
    async with hosted(tmp_path, account, rasa) as server:
        follower = server.platform.follower()
        delivery = await follower.sends("text", Content=QUESTION)
        assert 3 == delivery.sends
        assert NOTICE in delivery.text
        assert ANSWER not in delivery.text
        await until_finished(rasa, QUESTION)
        read = await follower.says(OTHER)
        assert read.startswith(f"关于您刚才问的“{QUESTION}”")
        assert 0 < read.find(ANSWER) < read.find(OTHER_ANSWER)
        again = await follower.says("去哪举报")
        assert ANSWER not in again
        assert QUESTION not in again
        assert ANSWER not in await server.platform.follower().says(OTHER), "nobody else gets it"
    assert 1 == rasa.texts.count(QUESTION)


@in_both_modes
async def test_continue_waits_for_the_running_turn(tmp_path: Path, account: Account) -> None:
    """Said while the turn still runs, 继续 is joined to it and starts none of its own."""
    rasa = ScriptedRasa(slow={QUESTION: 3.6})
    async with hosted(tmp_path, account, rasa) as server:
        follower = server.platform.follower()
        assert NOTICE in await follower.says(QUESTION)
        read = await follower.says("继续")
        assert ANSWER in read
        assert ANSWER not in await follower.says(OTHER)
    assert [QUESTION, OTHER] == rasa.texts


async def test_continue_without_anything_pending(wechat: Hosted) -> None:
    """Then it is a text like any other."""
    await wechat.platform.follower().says("继续")
    assert ["继续"] == wechat.rasa.texts


@in_both_modes
async def test_late_answers_survive_a_restart(tmp_path: Path, account: Account) -> None:
    """What was promised is kept on disk."""
    rasa = ScriptedRasa(slow={QUESTION: 3.6})
    async with hosted(tmp_path, account, rasa) as server:
        follower = server.platform.follower()
        assert NOTICE in await follower.says(QUESTION)
        await until_finished(rasa, QUESTION)
    async with hosted(tmp_path, account) as server:
        assert ANSWER in await server.platform.follower(follower.openid).says(OTHER)


@in_both_modes
async def test_an_answer_that_nobody_fetched(tmp_path: Path, account: Account) -> None:
    """The platform gave up after the first send: the next message brings the answer."""
    rasa = ScriptedRasa(slow={QUESTION: 1.2})
    async with hosted(tmp_path, account, rasa, timing=replace(QUICK, lost=0.5)) as server:
        follower = server.platform.follower()
        assert 0 == (await server.platform.send_once(follower.push("text", Content=QUESTION))).status
        await until_finished(rasa, QUESTION)
        await asyncio.sleep(0.8)
        assert ANSWER in await follower.says(OTHER)
        assert ANSWER not in await follower.says(OTHER)


@in_both_modes
async def test_with_customer_service(tmp_path: Path, account: Account) -> None:
    """A verified account says success in time, sends the answer itself, once, and is not asked again."""
    account = replace(account, customer_service=True)
    with running(ApiHost(account.app_id, account.secret)) as api:
        async with hosted(tmp_path, account, ScriptedRasa(1.4), api=api) as server:
            follower = server.platform.follower()
            delivery = await follower.sends("text", Content=QUESTION)
            assert (1, "") == (delivery.sends, delivery.text)
            await until_finished(server.rasa, QUESTION)
            await asyncio.sleep(0.3)
            (text,) = api.texts_to(follower.openid)
            assert ANSWER in text
            assert 1 == len(api.calls_of(SEND))
            server.rasa.seconds = 0
            assert ANSWER not in await follower.says(OTHER)


async def test_repeats_in_the_same_moment(steady: Site) -> None:
    """Three at once and one afterwards: one turn, the same words four times."""
    before, platform = steady.turns, steady.platform
    follower = platform.follower()
    push = follower.push("text", Content=QUESTION)
    answers = [*await asyncio.gather(*(platform.send_once(push) for _ in range(3)))]
    answers.append(await platform.send_once(push))
    replies = [judge(answer, platform.account, follower.openid, push.query["nonce"]).reply for answer in answers]
    assert [QUESTION] == steady.texts(before)
    assert all(replies)
    assert 1 == len({reply.text for reply in replies if reply})
    assert ANSWER in replies[0].text


@in_both_modes
async def test_three_sends_in_the_same_moment_of_a_slow_turn(tmp_path: Path, account: Account) -> None:
    """There is no fourth: one of the three says in time that the answer comes later."""
    async with hosted(tmp_path, account, ScriptedRasa(slow={QUESTION: 2.0})) as server:
        follower = server.platform.follower()
        push = follower.push("text", Content=QUESTION)
        answers = await asyncio.gather(*(server.platform.send_once(push) for _ in range(3)))
        (last,) = [answer for answer in answers if answer.status]
        assert NOTICE in judge(last, account, follower.openid, push.query["nonce"]).reply.text
        await until_finished(server.rasa, QUESTION)
        assert ANSWER in await follower.says(OTHER)


async def test_the_same_message_under_another_signature(steady: Site) -> None:
    """Should the platform sign a repeat anew, the message's id still makes it one turn."""
    before, pusher = steady.turns, steady.platform.pusher
    fields = pusher.fields(steady.platform.follower().openid, "text", Content=QUESTION)
    texts = [(await steady.platform.deliver(pusher.push(fields))).text for _ in range(3)]
    assert ANSWER in texts[0]
    assert 1 == len(set(texts))
    assert [QUESTION] == steady.texts(before)


async def test_events_have_no_id(steady: Site) -> None:
    """The same second and event are one; another key in the same second is another."""
    before, pusher, follower = steady.turns, steady.platform.pusher, steady.platform.follower()
    first = pusher.fields(follower.openid, "event", Event="CLICK", EventKey="red_flags")
    second = {**first, "EventKey": "how_to_tell"}
    once, twice = [(await steady.platform.deliver(pusher.push(first))).text for _ in range(2)]
    other = (await steady.platform.deliver(pusher.push(second))).text
    assert opening("red_flags") in once
    assert once == twice
    assert opening("how_to_tell") in other
    assert before + 2 == steady.turns


async def test_the_peer_leaves(tmp_path: Path, account: Account) -> None:
    """The turn goes on to its end, and the next message is answered as quickly as ever."""
    rasa = ScriptedRasa(slow={QUESTION: 0.6})
    async with hosted(tmp_path, account, rasa) as server:
        follower = server.platform.follower()
        gone = await server.platform.send_once(follower.push("text", Content=QUESTION), cut=0.1)
        assert 0 == gone.status
        await until_finished(rasa, QUESTION)
        began = time.monotonic()
        assert OTHER_ANSWER in await follower.says(OTHER)
        assert time.monotonic() - began < 2
    assert [QUESTION, OTHER] == rasa.finished


async def test_the_same_words_again(steady: Site) -> None:
    """A new message with old words is a new turn."""
    before, follower = steady.turns, steady.platform.follower()
    for _ in range(2):
        assert ANSWER in await follower.says(QUESTION)
    assert [QUESTION, QUESTION] == steady.texts(before)


async def test_fifty_at_once(tmp_path: Path, account: Account) -> None:
    """Each gets an answer, none a fault, each in a turn of its own."""
    async with hosted(tmp_path, account, ScriptedRasa(0.2), cut=CUT) as server:
        followers = [server.platform.follower() for _ in range(50)]
        read = await asyncio.gather(*(follower.says(QUESTION) for follower in followers))
    assert all(ANSWER in text for text in read)
    assert 50 == len(server.rasa.turns) == len({turn.sender_id for turn in server.rasa.turns})


@pytest.mark.parametrize("gone_wrong", [{"error": RuntimeError("13812345678")}, {"silent": True}])
async def test_failed_turns_are_answers(
    tmp_path: Path, account: Account, gone_wrong: dict[str, object], log: pytest.LogCaptureFixture
) -> None:
    """Rasa raises, or says nothing, as it does without a model: words and a number, and the log names no one."""
    async with hosted(tmp_path, account, ScriptedRasa(**gone_wrong)) as server:
        read = await server.platform.follower().says(QUESTION)
    assert "12333" in read
    assert "13812345678" not in log.text
    assert QUESTION not in log.text


@in_both_modes
async def test_a_turn_without_end(tmp_path: Path, account: Account) -> None:
    """It is given up, and the next message does not wait for it."""
    rasa = ScriptedRasa(slow={QUESTION: 60})
    async with hosted(tmp_path, account, rasa, timing=replace(QUICK, turn=1.2)) as server:
        follower = server.platform.follower()
        assert "12333" in await follower.says(QUESTION)
        assert OTHER_ANSWER in await follower.says(OTHER)
