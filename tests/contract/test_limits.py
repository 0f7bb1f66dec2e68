"""Too many, too slow, gone wrong: the channel on a bare server, with a stand-in for Rasa."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from bot.channels import conversation
from bot.channels.web import turns
from tests.contract.bare import Rasa, good, in_thread, serve
from tests.contract.conftest import Client
from tests.contract.test_wire_protocol import refused


async def test_messages_of_a_session(tmp_path: Path) -> None:
    """A burst is served, then 429 with the seconds to wait; another session is not affected."""
    async with serve(tmp_path, good, ZHENGBIAN_MESSAGES_PER_MINUTE="3") as client:
        await in_thread(client.open)
        for _ in range(3):
            assert 200 == (await in_thread(client.post, text="你好")).status
        answer = await in_thread(client.post, text="你好")
        refused(answer, 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 20
        other = Client(client.port)
        await in_thread(other.open)
        assert 200 == (await in_thread(other.post, text="你好")).status


async def test_a_repeat_is_free(tmp_path: Path) -> None:
    """However often a message is sent again, while it is answered or after: its conversation may still say the next."""
    async with serve(
        tmp_path, good, ZHENGBIAN_MESSAGES_PER_MINUTE="2", ZHENGBIAN_ADDRESS_MESSAGES_PER_MINUTE="2"
    ) as client:
        await in_thread(client.open)
        together = [in_thread(client.post, cid="the-same-message", text="你好") for _ in range(20)]
        answers = [*await asyncio.gather(*together), await in_thread(client.post, cid="the-same-message", text="你好")]
        assert [200] * 21 == [answer.status for answer in answers]
        assert 1 == len({answer.body for answer in answers})
        assert 200 == (await in_thread(client.post, text="你好")).status
        refused(await in_thread(client.post, text="你好"), 429)


async def test_reads_of_a_session(tmp_path: Path) -> None:
    """Transcript, questions and repeats share a bucket; another session has its own."""
    async with serve(tmp_path, good, ZHENGBIAN_READS_PER_MINUTE="4") as client:
        await in_thread(client.open)
        assert 200 == (await in_thread(client.post, cid="the-same-message", text="你好")).status
        assert 200 == (await in_thread(client.post, cid="the-same-message", text="你好")).status
        for path in ("/chat/api/messages", "/chat/api/suggestions", "/chat/api/messages?after=1"):
            assert 200 == (await in_thread(client.send, "GET", path)).status
        for path in ("/chat/api/messages", "/chat/api/suggestions"):
            refused(await in_thread(client.send, "GET", path), 429)
        refused(await in_thread(client.post, cid="the-same-message", text="你好"), 429)
        assert 200 == (await in_thread(client.post, text="你好")).status
        other = Client(client.port)
        await in_thread(other.open)
        assert 200 == (await in_thread(other.send, "GET", "/chat/api/messages")).status


async def test_a_transcript_comes_in_pages(tmp_path: Path) -> None:
    """Fifty messages an answer, oldest first, told where there are more: together they are the whole."""
    async with serve(tmp_path, good, ZHENGBIAN_LIMITS="off") as client:
        await in_thread(client.open)
        for _ in range(51):
            await in_thread(client.say, "你好")
        first = (await in_thread(client.send, "GET", "/chat/api/messages")).json
        second = (await in_thread(client.send, "GET", f"/chat/api/messages?after={first['last']}")).json
        third = (await in_thread(client.send, "GET", f"/chat/api/messages?after={second['last']}")).json
        exactly = (await in_thread(client.send, "GET", "/chat/api/messages?after=52")).json
    pages = [[message["seq"] for message in page["messages"]] for page in (first, second, third)]
    assert [list(range(1, 51)), list(range(51, 101)), [101, 102]] == pages
    assert [(50, True), (100, True), (102, None)] == [(p["last"], p.get("more")) for p in (first, second, third)]
    assert (50, 102, None) == (len(exactly["messages"]), exactly["last"], exactly.get("more"))


async def test_messages_of_an_address(tmp_path: Path) -> None:
    """Many sessions of one address share a bucket."""
    async with serve(tmp_path, good, ZHENGBIAN_ADDRESS_MESSAGES_PER_MINUTE="2") as client:
        visitors = [Client(client.port) for _ in range(3)]
        for visitor in visitors:
            await in_thread(visitor.open)
        statuses = [(await in_thread(visitor.post, text="你好")).status for visitor in visitors]
        assert [200, 200, 429] == statuses


async def test_sessions_of_an_address(tmp_path: Path) -> None:
    """Opening sessions is bounded too."""
    async with serve(tmp_path, good, ZHENGBIAN_ADDRESS_SESSIONS_PER_MINUTE="2") as client:
        for _ in range(2):
            await in_thread(client.open)
        refused(await in_thread(client.send, "POST", "/chat/api/session", {}), 429)


async def test_addresses_behind_a_proxy(tmp_path: Path) -> None:
    """With a trusted proxy each visitor has a bucket of his own; without, the header is not believed."""
    for proxies, expected in (("1", 200), ("0", 429)):
        limits = {"ZHENGBIAN_ADDRESS_SESSIONS_PER_MINUTE": "1", "ZHENGBIAN_PROXIES": proxies}
        async with serve(tmp_path / proxies, good, **limits) as client:
            for address in ("10.0.0.1", "10.0.0.2"):
                answer = await in_thread(client.send, "POST", "/chat/api/session", {}, X_Forwarded_For=address)
            assert expected == answer.status


async def test_waiting_messages(tmp_path: Path) -> None:
    """Five of a session may wait, the sixth is asked to; all five are answered."""
    gate = asyncio.Event()

    async def slow(message: UserMessage) -> None:
        await gate.wait()
        await good(message)

    async with serve(tmp_path, slow) as client:
        await in_thread(client.open)
        waiting = [asyncio.create_task(in_thread(client.post, text="你好")) for _ in range(turns.MAX_WAITING)]
        await asyncio.sleep(0.3)
        refused(await in_thread(client.post, text="你好"), 429)
        gate.set()
        assert [200] * turns.MAX_WAITING == [answer.status for answer in await asyncio.gather(*waiting)]


async def test_busy_server(tmp_path: Path) -> None:
    """Beyond the turns in flight: 503 at once, with a sentence."""
    gate = asyncio.Event()

    async def slow(message: UserMessage) -> None:
        await gate.wait()
        await good(message)

    async with serve(tmp_path, slow, ZHENGBIAN_IN_FLIGHT="1") as client:
        one, other = Client(client.port), Client(client.port)
        await in_thread(one.open)
        await in_thread(other.open)
        first = asyncio.create_task(in_thread(one.post, text="你好"))
        await asyncio.sleep(0.3)
        refused(await in_thread(other.post, text="你好"), 503)
        gate.set()
        assert 200 == (await first).status


async def raises(_: UserMessage) -> None:
    raise RuntimeError("13812345678")


async def silent(_: UserMessage) -> None:
    """An empty answer: what Rasa makes of any failure."""


async def hangs(_: UserMessage) -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize("rasa", [raises, silent, hangs])
async def test_a_failed_turn_is_an_answer(tmp_path: Path, rasa: Rasa, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 with „try again" and 12333; the next message works; the log has no text."""
    lines: list[str] = []
    monkeypatch.setattr(conversation, "TURN_SECONDS", 0.3)
    monkeypatch.setattr(conversation._log, "error", lambda line, *values: lines.append(line % values))
    async with serve(tmp_path, rasa) as client:
        await in_thread(client.open)
        for _ in range(2):
            answer = await in_thread(client.post, text="你好")
            user, bot = answer.json["messages"]
            assert (200, "你好") == (answer.status, user["text"])
            assert ("refusal", "failed") == (bot["kind"], bot["reason"])
            assert "12333" in bot["text"]
    assert lines
    assert "13812345678" not in "".join(lines)
    assert "你好" not in "".join(lines)


async def test_what_rasa_is_given(tmp_path: Path) -> None:
    """Cleaned and masked text, a sender of ours, our channel's name, no metadata; a button brings its intent."""
    seen: list[UserMessage] = []

    async def keep(message: UserMessage) -> None:
        seen.append(message)
        await good(message)

    async with serve(tmp_path, keep) as client:
        await in_thread(client.open)
        await in_thread(client.post, text=" /证书\u200b 13812345678", metadata={"_trusted_payload": True})
        await in_thread(client.post, button_id=client.session["greeting"]["buttons"][0]["id"])
    typed, pressed = seen
    assert "证书 〔手机号〕" == typed.text
    assert typed.sender_id.startswith("web_")
    assert typed.sender_id == pressed.sender_id
    assert (None, None) == (typed.parse_data, typed.metadata or None)
    assert "web" == typed.input_channel
    assert pressed.parse_data is not None
    assert "query_where" == pressed.parse_data["intent"]["name"]
