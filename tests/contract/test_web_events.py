"""The same turn told as server-sent events: framing, heartbeats, a client that leaves, a turn that fails."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rasa.core.channels.channel import UserMessage

from bot.channels.web import events, turns
from bot.storage.web_sessions import WebSessions
from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Answer, Client, cid
from tests.contract.test_wire_protocol import refused

STREAM = {"Accept": "text/event-stream"}


async def three(message: UserMessage) -> None:
    """Three answers to one message."""
    for key in ("red_flags", "query_where", "report_how"):
        reply = {"form": "entry", "key": key}
        await message.output_channel.send_response(message.sender_id, {"text": "好", "reply": reply})


@pytest_asyncio.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with serve(tmp_path_factory.mktemp("events"), three, ZHENGBIAN_LIMITS="off") as client:
        yield await in_thread(client.open)


async def ask(client: Client, key: str = "", **headers: str) -> Answer:
    body = {"cid": key or cid(), "text": "你好"}
    return await in_thread(client.send, "POST", "/chat/api/messages", body, **{**STREAM, **headers})


def read(text: str) -> list[dict[str, Any]]:
    """The events of a stream, each with its ``id``; comments are left out."""
    assert text.endswith("\n\n")
    found = []
    for block in text[:-2].split("\n\n"):
        if block.startswith(":"):
            continue
        match = re.fullmatch(r"(?:id: (\d+)\n)?data: (.+)", block)
        assert match, block
        found.append({"id": match[1] and int(match[1]), **json.loads(match[2])})
    return found


async def test_stream(client: Client) -> None:
    """First that it works on it, then the messages by number with their ids, then the end; the same as the JSON form."""
    key = cid()
    answer = await ask(client, key)
    told = read(answer.text)
    assert ["typing", *["message"] * 4, "done"] == [event["type"] for event in told]
    same = await in_thread(client.post, cid=key, text="你好")
    messages = [{k: v for k, v in event.items() if k not in ("type", "id")} for event in told[1:-1]]
    assert same.json == {"messages": messages, "last": told[-1]["last"]}
    assert [event["seq"] for event in told[1:-1]] == [event["id"] for event in told[1:-1]]
    assert [None, None] == [told[0]["id"], told[-1]["id"]]


async def test_headers(client: Client) -> None:
    """No proxy may keep it back or change it; the cookie is renewed as with the JSON form."""
    headers = (await ask(client)).headers
    assert "text/event-stream; charset=utf-8" == headers["content-type"]
    assert "no-store, no-transform" == headers["cache-control"]
    assert "no" == headers["x-accel-buffering"]
    assert "nosniff" == headers["x-content-type-options"]
    assert headers["set-cookie"].startswith(client.cookie + ";")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/event-stream", True),
        ("application/json, text/event-stream;q=0.5", True),
        ("*/*", False),
        ("text/event", False),
    ],
)
async def test_form_is_the_clients_choice(client: Client, accept: str, expected: bool) -> None:
    """Only who names the type gets events."""
    answer = await ask(client, Accept=accept)
    assert expected == answer.headers["content-type"].startswith("text/event-stream")


async def test_repeat_and_refusals(client: Client) -> None:
    """A repeated cid gives the same stream again; what is wrong is refused as JSON with its status."""
    key = cid()
    assert (await ask(client, key)).text == (await ask(client, key)).text
    wrong = Client(client.port, "x" * 43)
    refused(await ask(wrong), 401)
    refused(await in_thread(client.send, "POST", "/chat/api/messages", {"cid": cid(), "button_id": "x"}, **STREAM), 409)
    refused(await in_thread(client.send, "POST", "/chat/api/messages", {"cid": cid(), "text": ""}, **STREAM), 400)


async def test_heartbeats_outlast_the_servers_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn longer than Sanic's limit for an answer: comments keep the stream alive, the answer is whole."""
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.4)

    async def slow(message: UserMessage) -> None:
        await asyncio.sleep(3)
        await good(message)

    async with serve(tmp_path, slow, patience=1) as client:
        await in_thread(client.open)
        answer = await ask(client)
        assert 200 == answer.status
        assert answer.text.count(": heartbeat\n\n") >= 5
        assert ["typing", "message", "message", "done"] == [event["type"] for event in read(answer.text)]


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
async def test_peer_leaves(tmp_path: Path, accept: str) -> None:
    """Whoever closes the connection in the middle finds the whole turn later, done once."""
    gate, heard = asyncio.Event(), []

    async def slow(message: UserMessage) -> None:
        heard.append(message.text)
        await gate.wait()
        await good(message)

    async with serve(tmp_path, slow) as client:
        await in_thread(client.open)
        key = cid()
        body = json.dumps({"cid": key, "text": "你好"}).encode()
        head = f"POST /chat/api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\nAccept: {accept}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", client.port)) as peer:
            peer.sendall(head.encode() + body)
            while not heard:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        gate.set()
        while not (kept := (await in_thread(client.send, "GET", "/chat/api/messages?after=0")).json["messages"]):
            await asyncio.sleep(0.05)
        assert [1, 2] == [message["seq"] for message in kept]
        assert kept == (await in_thread(client.post, cid=key, text="你好")).json["messages"]
    assert ["你好"] == heard


async def test_catching_up(client: Client) -> None:
    """After a stream that was cut behind its first answer: the rest, by number."""
    told = [event for event in read((await ask(client)).text) if event["type"] == "message"]
    answer = await in_thread(client.send, "GET", f"/chat/api/messages?after={told[1]['seq']}")
    assert [told[2]["seq"], told[3]["seq"]] == [message["seq"] for message in answer.json["messages"]]
    assert told[3]["seq"] == answer.json["last"]


async def test_broken_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the answer cannot be kept, the stream says so in words and has no end mark: the client tries again."""
    lines: list[str] = []
    monkeypatch.setattr(turns._log, "error", lambda line, *values: lines.append(line % values))
    async with serve(tmp_path, good) as client:
        await in_thread(client.open)
        with monkeypatch.context() as broken:
            broken.setattr(WebSessions, "append", lambda *_: 1 / 0)
            told = read((await ask(client)).text)
        assert ["typing", "error"] == [event["type"] for event in told]
        assert "12333" in told[-1]["message"]
        assert ["web_answer_not_kept error=ZeroDivisionError"] == lines
        assert ["typing", "message", "message", "done"] == [event["type"] for event in read((await ask(client)).text)]
