"""The web channel behind nginx as it comes: events at once, one compression, addresses that cannot be invented."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rasa.core.channels.channel import UserMessage

from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Client, cid, free_port
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
