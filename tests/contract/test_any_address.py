"""Whatever stands in a request line is answered: the page where it can be read, else a 4xx with a way on; no hang-up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Client

#: Places of a byte in a request line; the byte stands for ``%b``.
PLACES = {
    "method": b"G%bT /chat HTTP/1.1",
    "path": b"GET /ch%bat HTTP/1.1",
    "end of the path": b"GET /chat%b HTTP/1.1",
    "path of the interface": b"GET /chat/api/%b HTTP/1.1",
    "file": b"GET /chat/static/%b.css HTTP/1.1",
    "query": b"GET /chat?from=%b HTTP/1.1",
    "name in the query": b"GET /chat?%b=1 HTTP/1.1",
    "escape": b"GET /chat?from=%%%b HTTP/1.1",
    "escape in the path": b"GET /chat%%%b HTTP/1.1",
    "fragment": b"GET /chat#%b HTTP/1.1",
    "host": b"GET http://%b/chat HTTP/1.1",
    "port": b"GET http://a:%b/chat HTTP/1.1",
    "whole": b"GET %b HTTP/1.1",
    "version": b"GET /chat HTTP/1.%b",
    "webhook": b"GET /webhooks/%b/webhook HTTP/1.1",
}
#: Bytes that form no UTF-8, or only together.
NO_LETTERS = (b"\xc3", b"\xe4\xbd", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xff\xfe", "微信".encode("gbk"))
LETTERS = ("证".encode(), "微信".encode(), "é".encode(), "😀".encode())
SLASHES = {
    "root": b"GET %b HTTP/1.1",
    "before": b"GET %bchat HTTP/1.1",
    "after": b"GET /chat%b HTTP/1.1",
    "inside": b"GET /chat%bfaq HTTP/1.1",
    "interface": b"GET /chat/api%bmessages HTTP/1.1",
    "desk": b"GET /desk/api/%b HTTP/1.1",
    "host": b"GET http://x%b HTTP/1.1",
}


@pytest_asyncio.fixture(scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    async with serve(tmp_path_factory.mktemp("any"), good) as client:
        yield client


async def answer(client: Client, line: bytes, rest: bytes = b"Host: x\r\n\r\n") -> tuple[int, bytes]:
    """Status and body of the one answer to a request line; the connection must end with it, or go on."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    try:
        writer.write(line + b"\r\n" + rest)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        return int(head.split(b" ")[1]), await reader.readexactly(int(length[1]) if length else 0)
    finally:
        writer.close()


def leads_on(status: int, body: bytes) -> bool:
    """The page, an empty answer that leads to it, or a refusal that names people to ask."""
    return status in {200, 302} or (400 <= status < 500 and b"12333" in body)


@pytest.mark.parametrize("place", PLACES)
async def test_every_byte(client: Client, place: str) -> None:
    """All 256, and bytes that belong together, in one place: an answer each, never a 5xx, and no word of it in HTML."""
    shapes = [bytes([number]) for number in range(256)] + [*NO_LETTERS, *LETTERS, b"<script>alert(1)</script>"]
    for shape in shapes:
        status, body = await answer(client, PLACES[place].replace(b"%b", shape).replace(b"%%", b"%"))
        assert leads_on(status, body), (shape, status, body[:200])
        assert b"<script>alert" not in body


@pytest.mark.parametrize("letters", LETTERS)
@pytest.mark.parametrize("place", ["query", "name in the query", "escape"])
async def test_letters_in_the_query(client: Client, place: str, letters: bytes) -> None:
    """Old web views send UTF-8 as it is: the person gets the page."""
    assert 200 == (await answer(client, PLACES[place].replace(b"%b", letters).replace(b"%%", b"%")))[0]


@pytest.mark.parametrize("place", SLASHES)
async def test_any_number_of_slashes(client: Client, place: str) -> None:
    """There is nothing there; 1,000 of them once were a 500, 7,000 held the process for a second."""
    for number in (2, 3, 100, 1000, 3000, 7000):
        status, body = await answer(client, SLASHES[place].replace(b"%b", b"/" * number))
        assert leads_on(status, body), (number, status)
        assert 404 == status


async def test_slashes_in_the_query(client: Client) -> None:
    """An address there is the client's own affair."""
    assert 200 == (await answer(client, b"GET /chat?from=https://a//b/// HTTP/1.1"))[0]


async def test_a_body_behind_a_bad_line(client: Client) -> None:
    """The answer arrives though the body was never read: no connection is reset under it."""
    for line in (b"POST /chat/\xff HTTP/1.1", b"POST //chat/api/messages HTTP/1.1", b"BROKEN"):
        rest = b"Host: x\r\nContent-Length: 60000\r\n\r\n" + b"a" * 60_000
        status, body = await answer(client, line, rest)
        assert leads_on(status, body)


@pytest.mark.parametrize("path", [b"/demo", b"/chat", b"/"])
async def test_a_host_that_is_none(client: Client, path: bytes) -> None:
    """Refused before any page repeats it."""
    for host in (b"\xff", "证".encode(), b'"><script>', b"a b", b"a/b", b"a@b"):
        status, body = await answer(client, b"GET " + path + b" HTTP/1.1", b"Host: " + host + b"\r\n\r\n")
        assert (400, True) == (status, b"12333" in body)
    for host in (b"a.example:8080", b"[::1]:5005", b"xn--fiq228c.cn", b""):
        assert (await answer(client, b"GET " + path + b" HTTP/1.1", b"Host: " + host + b"\r\n\r\n"))[0] in {200, 302}


async def test_the_interface_answers_in_json(client: Client) -> None:
    """Programs get a word, people a page; both get the number."""
    status, body = await answer(client, b"GET /chat/api/nothing HTTP/1.1")
    assert (404, b'{"error":"not_found"') == (status, body[:20])
    status, body = await answer(client, b"GET /nothing HTTP/1.1")
    assert (404, b"<!doctype html>") == (status, body[:15])


async def test_the_root_leads_to_the_page(client: Client) -> None:
    """Whoever types the host name alone gets there."""
    found = await in_thread(client.send, "GET", "/")
    assert (302, "/chat", b"") == (found.status, found.headers["location"], found.body)
    assert "text/html; charset=utf-8" == found.headers["content-type"]


async def test_no_version_is_told(client: Client) -> None:
    """Not in a header, not in a body, whatever is asked."""
    for path in ("/", "/chat", "/nothing", "/chat/api/nothing", "/healthz", "/readyz", "/webhooks", "/version"):
        found = await in_thread(client.send, "GET", path)
        told = (" ".join(f"{name}: {value}" for name, value in found.headers.items()) + found.text).lower()
        assert not re.search(r"sanic|rasa|python|\bserver:|3\.6\.21|21\.12", told), (path, told[:300])


async def test_what_fails_inside_is_told_politely(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that raises is a page in our words, without a name of anything inside."""
    monkeypatch.setattr("bot.channels.web.pages.Pages._questions", lambda _: 1 / 0)
    found = await in_thread(client.send, "GET", "/chat/faq")
    assert 503 == found.status
    assert "12333" in found.text
    assert "ZeroDivision" not in found.text
