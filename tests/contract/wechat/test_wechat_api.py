"""Answers that a verified account sends itself: one token for all, few tries, nothing lost, nothing told."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wechat import api as host_client
from bot.replies.reply import ReplyRef
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import SEND, TOKEN, ApiHost
from tests.wechat_platform.hosting import LONG, QUICK, Hosted, ScriptedRasa, hosted, opening
from tests.wechat_platform.platform import Follower
from tests.wechat_platform.wire import request

QUESTION, OTHER = "什么是山寨证书", "证书有哪几类"
ANSWER, OTHER_ANSWER = opening("fake_certificate_what"), opening("cert_types")
VERIFIED = Account(customer_service=True)
#: Longer than the answer deadline, so that every such answer goes by custom/send.
SLOW = 0.7
PROMPT = replace(QUICK, answer=0.4)


async def until(done: Any, seconds: float = 5) -> None:
    """Wait for something that happens without us."""
    for _ in range(int(seconds / 0.05)):
        if done():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


async def asks(server: Hosted, follower: Follower, text: str = QUESTION) -> None:
    """A question whose answer comes later: the passive reply is silence, without a fault."""
    delivery = await follower.sends("text", Content=text)
    assert (1, "") == (delivery.sends, delivery.text)
    await until(lambda: text in server.rasa.finished)


async def test_what_is_sent(tmp_path: Path, api: ApiHost) -> None:
    """To whom, what, as raw UTF-8; the token by the stable way, never forced; nothing said about a model."""
    async with hosted(tmp_path, VERIFIED, ScriptedRasa(SLOW), api=api, timing=PROMPT) as server:
        follower = server.platform.follower()
        await asks(server, follower)
        await until(lambda: api.texts_to(follower.openid))
    (token,), (sent,) = api.calls_of(TOKEN), api.calls_of(SEND)
    assert {"client_credential", VERIFIED.app_id, VERIFIED.secret} <= set(map(str, token.json.values()))
    assert not token.json.get("force_refresh")
    assert (follower.openid, "text") == (sent.json["touser"], sent.json["msgtype"])
    assert ANSWER in sent.json["text"]["content"]
    assert ANSWER.encode() in sent.raw
    assert "aimsgcontext" not in sent.json
    assert {TOKEN, SEND} >= {call.path for call in api.calls}


async def test_long_answers_in_order(tmp_path: Path, api: ApiHost) -> None:
    """Part after part; what is beyond the quota waits for 继续."""
    rasa = ScriptedRasa(SLOW, answers={"全部": [ReplyRef("entry", entry) for entry in LONG]})
    async with hosted(tmp_path, VERIFIED, rasa, api=api, timing=PROMPT) as server:
        follower = server.platform.follower()
        await asks(server, follower, "全部")
        await until(lambda: len(api.texts_to(follower.openid)) == 5)
        rasa.seconds = 0
        read = [*api.texts_to(follower.openid)]
        while re.search(r"回复“继续”看下文）\s*$", read[-1]) and len(read) < 12:
            read.append(await follower.says("继续"))
    places = ["".join(read).find(opening(entry)) for entry in LONG]
    assert -1 not in places
    assert sorted(places) == places
    assert ["全部"] == rasa.texts
    assert not [call for call in api.calls if call.errcode]


async def test_expired_once(tmp_path: Path, api: ApiHost) -> None:
    """The token is fetched anew once and the answer sent once."""
    async with hosted(tmp_path, VERIFIED, ScriptedRasa(SLOW), api=api, timing=PROMPT) as server:
        followers = [server.platform.follower() for _ in range(2)]
        await asks(server, followers[0])
        await until(lambda: api.texts_to(followers[0].openid))
        api.expire()
        await asks(server, followers[1])
        await until(lambda: api.texts_to(followers[1].openid))
    assert [0, 42001, 0] == [call.errcode for call in api.calls_of(SEND)]
    assert 2 == len(api.calls_of(TOKEN))


async def test_twenty_at_once_with_an_expired_token(tmp_path: Path, api: ApiHost) -> None:
    """One refresh for all of them, every answer sent."""
    async with hosted(tmp_path, VERIFIED, ScriptedRasa(SLOW), api=api, timing=PROMPT) as server:
        first = server.platform.follower()
        await asks(server, first)
        await until(lambda: api.texts_to(first.openid))
        api.expire()
        followers = [server.platform.follower() for _ in range(20)]
        await asyncio.gather(*(follower.sends("text", Content=QUESTION) for follower in followers))
        await until(lambda: all(api.texts_to(follower.openid) for follower in followers))
    assert 2 == len(api.calls_of(TOKEN))
    assert [1] * 20 == [len(api.texts_to(follower.openid)) for follower in followers]


async def test_twenty_at_once_without_a_token(tmp_path: Path, api: ApiHost) -> None:
    """At the very start too."""
    async with hosted(tmp_path, VERIFIED, ScriptedRasa(SLOW), api=api, timing=PROMPT) as server:
        followers = [server.platform.follower() for _ in range(20)]
        await asyncio.gather(*(follower.sends("text", Content=QUESTION) for follower in followers))
        await until(lambda: all(api.texts_to(follower.openid) for follower in followers))
    assert 1 == len(api.calls_of(TOKEN))


@pytest.mark.parametrize(
    ("code", "most_sends", "most_tokens"),
    [
        (40001, 2, 2),
        (40014, 2, 2),
        (42001, 2, 2),
        (45015, 1, 1),
        (45047, 1, 1),
        (48001, 1, 1),
        (45002, 1, 1),
        (45009, 1, 1),
    ],
)
async def test_refused_answers_wait(
    tmp_path: Path, api: ApiHost, log: pytest.LogCaptureFixture, code: int, most_sends: int, most_tokens: int
) -> None:
    """Few tries; what was not accepted comes with the next message, once; no secret in any log."""
    api.for_ever[SEND] = code
    async with hosted(tmp_path, VERIFIED, ScriptedRasa(SLOW), api=api, timing=PROMPT) as server:
        follower = server.platform.follower()
        await asks(server, follower)
        await asyncio.sleep(0.3)
        assert 1 <= len(api.calls_of(SEND)) <= most_sends
        assert len(api.calls_of(TOKEN)) <= most_tokens
        server.rasa.seconds = 0
        read = await follower.says(OTHER)
        assert read.startswith(f"关于您刚才问的“{QUESTION}”")
        assert 0 < read.find(ANSWER) < read.find(OTHER_ANSWER)
        assert ANSWER not in await follower.says(OTHER)
        health = await request(server.port, "GET", "/webhooks/wechat/")
    told = log.text + health.text
    for secret in (VERIFIED.secret, VERIFIED.token, VERIFIED.key, api.token, follower.openid, QUESTION):
        assert secret not in told


@pytest.mark.parametrize("trouble", ["no token", "silence", "token silence", "nobody there", "no json"])
async def test_host_in_trouble(
    tmp_path: Path, api: ApiHost, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """Whatever happens at the host, the follower gets the answer with the next message, and no fault."""
    base = api.base
    if trouble == "no token":
        api.for_ever[TOKEN] = 40164
    elif trouble == "nobody there":
        api.base = "http://127.0.0.1:9"
    elif trouble == "no json":
        api.base = f"{base}/elsewhere"
    else:
        api.for_ever[TOKEN if "token" in trouble else SEND] = 1.5
    monkeypatch.setattr(host_client, "_CALL_SECONDS", 0.3)
    async with hosted(tmp_path, VERIFIED, ScriptedRasa(SLOW), api=api, timing=PROMPT) as server:
        follower = server.platform.follower()
        await asks(server, follower)
        await asyncio.sleep(0.6)
        server.rasa.seconds = 0
        assert ANSWER in await follower.says(OTHER)
        assert ANSWER not in await follower.says(OTHER)
    assert VERIFIED.secret not in log.text
    assert api.token not in log.text


async def test_quick_answers_need_no_host(tmp_path: Path, api: ApiHost) -> None:
    """In time is passive, verified or not."""
    async with hosted(tmp_path, VERIFIED, api=api) as server:
        assert ANSWER in await server.platform.follower().says(QUESTION)
    assert [] == api.calls


async def test_a_part_sent_passively_is_followed_by_continue(tmp_path: Path, api: ApiHost) -> None:
    """Never by custom/send: WeChat keeps no order between the two."""
    rasa = ScriptedRasa(answers={"全部": [ReplyRef("entry", entry) for entry in LONG]})
    async with hosted(tmp_path, VERIFIED, rasa, api=api) as server:
        assert "回复“继续”看下文" in await server.platform.follower().says("全部")
        await asyncio.sleep(0.3)
    assert [] == api.calls
