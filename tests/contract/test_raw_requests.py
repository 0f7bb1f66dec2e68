"""Bytes that are no proper HTTP: refused or hung up upon, never a 5xx, never the end of the process."""

from __future__ import annotations

import json
import random
import socket
import time

import pytest

from tests.contract.conftest import Client, Server, cid
from tests.contract.test_hostile_requests import LIMIT

HEAD = "Host: 127.0.0.1\r\nContent-Type: application/json\r\n"
POST = f"POST /chat/api/session HTTP/1.1\r\n{HEAD}"
#: SANIC_REQUEST_TIMEOUT, and what a busy machine may add.
HEADER_SECONDS, SLACK = 10, 8

RAW: dict[str, bytes] = {
    "nothing": b"\r\n\r\n",
    "no words": b"\x00\x01\x02\xff\xfe" * 50 + b"\r\n\r\n",
    "TLS": bytes.fromhex("16030100c8010000c40303") + bytes(200),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no version": b"GET /chat\r\n\r\n",
    "old version": b"GET /chat HTTP/0.9\r\nHost: x\r\n\r\n",
    "unknown method": b"BREW /chat HTTP/1.1\r\nHost: x\r\n\r\n",
    "TRACE": b"TRACE /chat HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT": b"CONNECT 10.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n",
    "whole address": b"GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\n\r\n",
    "no host": b"GET /chat HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /chat HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "odd host": b"GET /chat HTTP/1.1\r\nHost: a b<script>\r\n\r\n",
    "long path": b"GET /" + b"a" * 7000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "climbing path": b"GET /chat/static/../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "escaped climbing": b"GET /chat/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in the path": b"GET /chat/static/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "broken escape": b"GET /chat/static/%zz%c0%ae HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in the path": b"GET /chat/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "large header": f"GET /chat HTTP/1.1\r\nHost: x\r\nX-A: {'a' * 20_000}\r\n\r\n".encode(),
    "many headers": (
        "GET /chat HTTP/1.1\r\nHost: x\r\n" + "".join(f"X-{n}: y\r\n" for n in range(900)) + "\r\n"
    ).encode(),
    "folded header": b"GET /chat HTTP/1.1\r\nHost: x\r\nX-A: b\r\n  c\r\n\r\n",
    "folded header with a colon": b"GET /chat HTTP/1.1\r\nHost: x\r\nX-A: b\r\n  c: d\r\n\r\n",
    "space before the colon": b"GET /chat HTTP/1.1\r\nHost: x\r\nX-A : b\r\n\r\n",
    "hidden chunks": f"{POST}Content-Length: 2\r\nTransfer-Encoding : chunked\r\n\r\n{{}}".encode(),
    "hidden length": f"{POST}Content-Length\t: 9\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
    "capital chunks": f"{POST}Transfer-Encoding: Chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n".encode(),
    "no coding": f"{POST}Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
    "length with a sign": f"{POST}Content-Length: +2\r\n\r\n{{}}".encode(),
    "list of lengths": f"{POST}Content-Length: 2, 2\r\n\r\n{{}}".encode(),
    "endless chunk extension": f"{POST}Transfer-Encoding: chunked\r\n\r\n2;{'a' * 100_000}".encode(),
    "trailers": f"{POST}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\nContent-Length: 5\r\n\r\n".encode(),
    "bare line feeds": b"GET /chat HTTP/1.1\nHost: x\n\n",
    "upgrade to HTTP/2": f"{POST}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
    "header without a name": b"GET /chat HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
    "bytes in a header": b"GET /chat/api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n",
    "odd cookie": b"POST /chat/api/session HTTP/1.1\r\nHost: x\r\nCookie: \xff=;;=;" + b"a=b;" * 500 + b"\r\n\r\n",
    "negative length": f"{POST}Content-Length: -1\r\n\r\n{{}}".encode(),
    "length in words": f"{POST}Content-Length: two\r\n\r\n{{}}".encode(),
    "huge length": f"{POST}Content-Length: 99999999999999999999\r\n\r\n{{}}".encode(),
    "two lengths": f"{POST}Content-Length: 2\r\nContent-Length: 9\r\n\r\n{{}}".encode(),
    "length and chunks": f"{POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode(),
    "unknown coding": f"{POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n".encode(),
    "broken chunk": f"{POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n".encode(),
    "negative chunk": f"{POST}Transfer-Encoding: chunked\r\n\r\n-2\r\n{{}}\r\n0\r\n\r\n".encode(),
    "huge chunk": f"{POST}Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n{{}}".encode(),
    "compressed": f"{POST}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
    "expectation": f"{POST}Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
    "websocket": b"GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
}


#: What a proxy could read in another way than we do: refused outright, and nothing after it is read.
TWO_READINGS = (
    *("space before the colon", "hidden chunks", "hidden length", "two lengths", "length and chunks", "two hosts"),
    *("capital chunks", "no coding", "length with a sign", "list of lengths", "folded header with a colon"),
    *("header without a name", "unknown coding", "negative length"),
)


def answer_to(port: int, data: bytes, seconds: float = 12) -> bytes:
    """What comes back within ``seconds``, until nothing more comes; b'' for a hang-up or nothing."""
    received = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as raw:
            raw.sendall(data)
            while more := raw.recv(65536):
                received += more
                raw.settimeout(0.3)
    except (TimeoutError, ConnectionError):
        pass
    return received


@pytest.mark.parametrize("name", RAW)
def test_no_proper_http(server: Server, name: str) -> None:
    """A status below 500 or a hang-up; no trace and no file of ours; others are served at once."""
    received = answer_to(server.port, RAW[name], seconds=2)
    if received:
        status = int(received.split(b" ", 2)[1])
        assert 100 <= status < 500, received[:200]
    assert b"Traceback" not in received
    assert b"root:" not in received
    assert 200 == server.client().send("GET", "/healthz").status
    assert server.process.poll() is None


@pytest.mark.parametrize("name", TWO_READINGS)
def test_what_can_be_read_in_two_ways(server: Server, name: str) -> None:
    """400 and the end of the connection: what a proxy took for a body is never read as the next request."""
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    received = answer_to(server.port, RAW[name] + hidden, seconds=2)
    assert b" 400 " in received.splitlines()[0]
    assert 1 == received.count(b"HTTP/1.1 ")


def test_noise(server: Server) -> None:
    """Sixty connections of random bytes, and good requests with some bytes changed."""
    chance = random.Random(20220408)
    good = f"{POST}Content-Length: 2\r\n\r\n{{}}".encode()
    for number in range(60):
        data = bytearray(chance.randbytes(chance.randrange(1, 400)) if number % 2 else good)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        received = answer_to(server.port, bytes(data), seconds=0.3)
        status = received.split(b" ", 2)[1:2]
        assert not status or not status[0].startswith(b"5"), (bytes(data), received[:200])
    assert server.client().open().say("三类证书有哪些")
    assert server.process.poll() is None


def test_a_slow_head_is_ended(server: Server, visitor: Client) -> None:
    """A head that comes a byte a second ends its connection after the limit; meanwhile others are answered."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=HEADER_SECONDS + SLACK) as slow:
        slow.sendall(b"GET /chat HTTP/1.1\r\nHost: x\r\n")
        assert visitor.say("12333管什么")
        received = slow.recv(4096)
    assert not received or b" 408 " in received.splitlines()[0]
    assert time.monotonic() - began < HEADER_SECONDS + SLACK


def test_chunks_are_counted(server: Server, visitor: Client) -> None:
    """A body without a length is cut off at the same limit as one with."""
    body = json.dumps({"cid": cid(), "text": "你好"}).encode()
    head = (
        f"POST /chat/api/messages HTTP/1.1\r\n{HEAD}Authorization: Bearer {visitor.token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()

    def chunked(data: bytes) -> bytes:
        pieces = [data[at : at + 1000] for at in range(0, len(data), 1000)]
        return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"

    assert b" 200 " in answer_to(server.port, head + chunked(body), 3).splitlines()[0]
    assert b" 413 " in answer_to(server.port, head + chunked(body + b" " * LIMIT), 3).splitlines()[0]


def test_pipelined_requests(server: Server) -> None:
    """Ten requests in one go are answered in order on one connection, and nothing of one gets into another."""
    one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    received = answer_to(server.port, one * 10, 3)
    assert 10 == received.count(b'{"status":"ok"}')
