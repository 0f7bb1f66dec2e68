"""The web channel behind nginx: as it comes, events at once and compression once; as we ship it, nobody's odd request
touches another's, and what no server answers is told in our words."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import re
import socket
import subprocess
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Client, cid, free_port
from tests.contract.test_any_address import LETTERS, NO_LETTERS, PLACES, answer, leads_on
from tests.services import Nginx, shipped
from tests.system import program

CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log stderr error; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  gzip on; gzip_proxied any; gzip_types *;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[Client]:
    """A visitor who comes through nginx, which buffers and compresses whatever it may."""
    binary, port = program("nginx"), free_port()
    folder.mkdir(exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(CONFIGURATION.format(folder=folder, port=port, behind=behind), encoding="utf-8")
    process = subprocess.Popen([binary, "-c", str(file), "-p", str(folder)], stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield Client(port)
    finally:
        process.terminate()
        process.wait(10)


def first_event(client: Client, encoding: str) -> str:
    """What is heard of a stream that has not ended."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=5)
    headers = {"Authorization": f"Bearer {client.token}", "Content-Type": "application/json"}
    headers |= {"Accept": "text/event-stream", "Accept-Encoding": encoding}
    try:
        connection.request("POST", "/chat/api/messages", json.dumps({"cid": cid(), "text": "你好"}), headers)
        response = connection.getresponse()
        assert encoding == response.getheader("Content-Encoding", "identity")
        heard = response.read1()
        return (zlib.decompressobj(31).decompress(heard) if encoding == "gzip" else heard).decode()
    finally:
        connection.close()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_events_come_at_once(tmp_path: Path, encoding: str) -> None:
    """That it works on it is heard while the turn still runs, even where nginx is told to compress events."""
    gate = asyncio.Event()

    async def slow(message: UserMessage) -> None:
        await gate.wait()
        await good(message)

    async with serve(tmp_path, slow) as behind:
        with nginx(tmp_path / "nginx", behind.port) as client:
            await in_thread(client.open)
            assert 'data: {"type": "typing"}\n\n' == await in_thread(first_event, client, encoding)
            gate.set()


async def test_compressed_once(tmp_path: Path) -> None:
    """nginx passes on what is compressed already, and keeps the forms apart."""
    async with serve(tmp_path, good) as behind:
        with nginx(tmp_path / "nginx", behind.port) as client:
            packed = await in_thread(client.send, "GET", "/chat", None, Accept_Encoding="gzip")
            plain = await in_thread(client.send, "GET", "/chat")
            assert plain.body == gzip.decompress(packed.body)
            assert (
                packed.headers["etag"]
                == (await in_thread(behind.send, "GET", "/chat", None, Accept_Encoding="gzip")).headers["etag"]
            )


async def test_addresses_cannot_be_invented(tmp_path: Path) -> None:
    """With one trusted proxy the address is the one that nginx saw, whatever a client claims before it."""
    limits = {"ZHENGBIAN_ADDRESS_SESSIONS_PER_MINUTE": "2", "ZHENGBIAN_PROXIES": "1"}
    async with serve(tmp_path, good, **limits) as behind:
        with nginx(tmp_path / "nginx", behind.port) as client:
            statuses = [
                (await in_thread(client.send, "POST", "/chat/api/session", {}, X_Forwarded_For=f"10.0.0.{n}")).status
                for n in range(3)
            ]
    assert [200, 200, 429] == statuses


@asynccontextmanager
async def published(folder: Path, *alive: bool) -> AsyncIterator[Client]:
    """A visitor of our own configuration before two servers; those that are not ``alive`` refuse every connection."""
    ports = [free_port(), free_port()]
    servers = [serve(folder, good, port=port, ZHENGBIAN_PROXIES="1") for port in ports]
    async with servers[0], servers[1]:
        used = [port if lives else free_port() for port, lives in zip(ports, alive, strict=True)]
        proxy = await in_thread(Nginx, lambda place, port: shipped(place, port, used))
        try:
            yield Client(proxy.port)
        finally:
            await in_thread(proxy.remove)


#: One of each kind that a server once hung up upon, and what makes a router tired.
POISON = [
    *(
        PLACES[place].replace(b"%b", b).replace(b"%%", b"%")
        for place in ("path", "query", "escape")
        for b in NO_LETTERS
    ),
    *(PLACES[place].replace(b"%b", b) for place in ("path", "query", "file") for b in LETTERS),
    b"GET /chat/" + b"/" * 3000 + b" HTTP/1.1",
    b"GET /chat?" + b"%\xe8\xaf\x81" * 1500 + b"\xff HTTP/1.1",
    b"GET /chat?" + "证".encode() * 2500 + b" HTTP/1.1",
]


async def test_one_bad_client(tmp_path: Path) -> None:
    """Whatever one asks for all the while, every good request of others is answered by its page."""
    async with published(tmp_path, True, True) as client:
        over = asyncio.Event()
        told: list[tuple[int, bytes]] = []

        async def bad() -> None:
            while not over.is_set():
                for line in POISON:
                    told.append(await answer(client, line))

        poisoning = asyncio.create_task(bad())
        try:
            statuses = [(await in_thread(client.send, "GET", f"/chat?n={n}")).status for n in range(150)]
            while len(told) < 3 * len(POISON):
                await asyncio.sleep(0.05)
        finally:
            over.set()
            await poisoning
        assert [200] * 150 == statuses
        assert [] == [(status, body[:80]) for status, body in told if not leads_on(status, body)]


async def test_letters_behind_the_proxy(tmp_path: Path) -> None:
    """A query in UTF-8 as old web views send it is passed on; other bytes are refused before any server is asked."""
    async with published(tmp_path, True, True) as client:
        for letters in LETTERS:
            assert 200 == (await answer(client, PLACES["query"].replace(b"%b", letters)))[0]
        for other in NO_LETTERS:
            assert 400 == (await answer(client, PLACES["query"].replace(b"%b", other)))[0]


async def test_a_dead_server_is_passed_over(tmp_path: Path) -> None:
    """No server is ever taken out, and yet nobody meets one that is dead."""
    async with published(tmp_path, True, False) as client:
        statuses = [
            (await in_thread(client.send, "GET", f"/chat?n={n}", None, Authorization=f"Bearer {n}")).status
            for n in range(40)
        ]
    assert [200] * 40 == statuses


@pytest.mark.parametrize(
    ("method", "path", "size", "status", "code"),
    [
        ("GET", "/nothing", 0, 404, ""),
        ("GET", "/metrics", 0, 404, ""),
        ("POST", "/chat", 30_000, 413, ""),
        ("GET", "/chat", 0, 502, ""),
        ("POST", "/chat/api/messages", 2, 502, "busy"),
        ("POST", "/chat/api/messages", 30_000, 413, "too_large"),
    ],
)
async def test_what_the_proxy_says_itself(
    tmp_path: Path, method: str, path: str, size: int, status: int, code: str
) -> None:
    """A page of ours with the number of people, JSON for programs; no word of the proxy, nothing that was typed."""
    async with published(tmp_path, False, False) as client:
        found = await in_thread(client.send, method, path, b"a" * size if size else None)
    assert status == found.status
    if code:
        assert (code, True) == (found.json["error"], "12333" in found.json["message"])
        assert "application/json" == found.headers["content-type"]
    else:
        assert '<a href="tel:12333">12333</a>' in found.text
        assert 'href="/chat"' in found.text
        assert "default-src 'none'" in found.headers["content-security-policy"]
    assert not re.search(r"nginx|nothing|metrics", found.text)
    assert "no-store" == found.headers["cache-control"]


async def test_the_root_behind_the_proxy(tmp_path: Path) -> None:
    """Whoever types the host name alone gets to the page, whatever the server calls itself inside."""
    async with published(tmp_path, True, True) as client:
        found = await in_thread(client.send, "GET", "/")
    assert (302, "/chat") == (found.status, found.headers["location"])
