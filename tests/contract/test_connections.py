"""Connections: slow ones are ended while others are served, and only loopback is listened on."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

import pytest

from tests.contract.conftest import Client, Server

#: SANIC_REQUEST_TIMEOUT, and what a busy machine may add.
BODY_SECONDS, SLACK = 10, 8


def test_a_slow_body_is_ended(server: Server, visitor: Client) -> None:
    """A body that never comes ends its connection after the limit; meanwhile others are answered."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=BODY_SECONDS + SLACK) as slow:
        head = "POST /chat/api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n"
        slow.sendall(f"{head}\r\n{{".encode())
        began = time.monotonic()
        assert visitor.say("12333管什么")
        answered = time.monotonic() - began
        received = slow.recv(4096)
        while received and (more := slow.recv(4096)):
            received += more
        ended = time.monotonic() - began
    assert answered < ended
    assert b" 408 " in received.splitlines()[0]
    assert ended < BODY_SECONDS + SLACK


def test_a_half_open_connection_harms_nobody(server: Server, visitor: Client) -> None:
    """Fifty connections that send nothing leave the next question answered."""
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    try:
        assert visitor.say("三类证书有哪些")
    finally:
        for connection in idle:
            connection.close()


def resident(server: Server) -> int:
    """Kilobytes."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def test_an_unread_pipeline(server: Server, visitor: Client) -> None:
    """Who asks for thousands of pages and reads none fills his own connection, not our memory; others are answered."""
    visitor.say("三类证书有哪些")
    before = resident(server)
    with socket.socket() as greedy:
        greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        greedy.connect(("127.0.0.1", server.port))
        greedy.setblocking(False)
        with contextlib.suppress(BlockingIOError, ConnectionError):
            for _ in range(5000):
                greedy.send(b"GET /chat HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1)
        assert visitor.say("三类证书有哪些")
        assert resident(server) - before < 16_384


def test_only_loopback_is_listened_on(server: Server) -> None:
    """Another address of this machine finds nobody."""
    with pytest.raises(OSError, match=r"refused|拒绝"):
        socket.create_connection(("127.0.0.2", server.port), timeout=2)
