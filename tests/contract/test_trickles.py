"""Bytes that come one by one: a limit of time is one of the clock, not of silence, for every part of a request."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.channels import strict_http
from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Client

#: Far less than a trickle of one byte each ``_PAUSE`` takes to end by itself.
_SECONDS, _PAUSE = 0.5, 0.02
HEAD = b"GET /chat HTTP/1.1\r\nHost: x\r\nX-Slow: "
#: The bodies of a route that reads, of one that is read for, and of a request that is refused first.
BODIES = {
    "read by a route": b"POST /chat/api/session",
    "read by the server": b"GET /chat",
    "thrown away": b"POST /nothing",
}


async def trickle(client: Client, first: bytes, drop: bytes = b"a") -> bytes:
    """What is heard by one who sends ``first`` and then drop by drop until the connection is ended, however it is."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    heard = bytearray()

    async def listen() -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(4096):
                heard.extend(piece)

    listening = asyncio.create_task(listen())
    with contextlib.suppress(ConnectionError):
        writer.write(first)
        while not listening.done():
            writer.write(drop)
            await asyncio.sleep(_PAUSE)
    writer.close()
    await listening
    return bytes(heard)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_http, "HEAD_SECONDS", _SECONDS)
    monkeypatch.setattr(strict_http, "BODY_SECONDS", _SECONDS)


async def test_a_head_that_trickles(tmp_path: Path) -> None:
    """A byte now and then keeps no connection: 408 and the end, while others are answered."""
    async with serve(tmp_path, good) as client:
        slow = asyncio.create_task(trickle(client, HEAD))
        assert 200 == (await in_thread(client.send, "GET", "/chat")).status
        assert b" 408 " in (await asyncio.wait_for(slow, 30)).splitlines()[0]


async def test_a_later_head_that_trickles(tmp_path: Path) -> None:
    """A connection that once was good is treated alike."""
    async with serve(tmp_path, good) as client:
        heard = await asyncio.wait_for(trickle(client, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + HEAD), 30)
    assert [b"200", b"408"] == [part.split(b" ", 1)[0] for part in heard.split(b"HTTP/1.1 ")[1:]]


async def test_a_connection_without_a_word(tmp_path: Path) -> None:
    """It is ended too, and nothing is said to nobody."""
    async with serve(tmp_path, good) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        assert b"" == await asyncio.wait_for(reader.read(), 30)
        writer.close()


@pytest.mark.parametrize("kind", BODIES)
async def test_a_body_that_trickles(tmp_path: Path, kind: str) -> None:
    """Whoever reads it, and though its answer is out already."""
    head = b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"
    async with serve(tmp_path, good) as client:
        heard = await asyncio.wait_for(trickle(client, BODIES[kind] + head), 30)
    assert heard.splitlines()[0].split(b" ")[1] in {b"408", b"404"}


async def test_a_slow_turn_is_no_trickle(tmp_path: Path) -> None:
    """Who has said everything in time is answered however long that takes."""

    async def slow(message: object) -> None:
        await asyncio.sleep(3 * _SECONDS)
        await good(message)  # type: ignore[arg-type]

    async with serve(tmp_path, slow) as client:
        await in_thread(client.open)
        assert 200 == (await in_thread(client.post, text="你好")).status


async def test_too_many_connections(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than there is room for is told so and ended; when one has gone there is room again."""
    monkeypatch.setattr(strict_http, "MOST_CONNECTIONS", 3)
    monkeypatch.setattr(strict_http, "HEAD_SECONDS", 60)
    async with serve(tmp_path, good) as client:
        idle = [await asyncio.open_connection("127.0.0.1", client.port) for _ in range(3)]
        for reader, writer in idle:
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in await reader.readuntil(b"\r\n")
        reader, _ = await asyncio.open_connection("127.0.0.1", client.port)
        assert b" 503 " in (await asyncio.wait_for(reader.read(), 30)).splitlines()[0]
        for _, writer in idle:
            writer.close()
        statuses = set[int]()
        while 200 not in statuses:
            with contextlib.suppress(ConnectionError):
                statuses.add((await in_thread(client.send, "GET", "/chat")).status)
        assert statuses <= {200, 503}
