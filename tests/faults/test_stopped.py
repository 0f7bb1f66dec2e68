"""A server is told to stop (every deployment does it): what it has begun is finished, told and kept, then it is gone."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from tests.contract.conftest import Answer, Client, Server, cid, free_port, prepare, stop
from tests.faults.breakable import Breakable, launch_breakable
from tests.faults.conftest import GOOD

#: A turn's seconds, more than Sanic would be given.
_TURN = 5


def in_flight(server: Server) -> int:
    lines = server.client().send("GET", "/metrics").text.splitlines()
    return sum(
        int(float(line.split()[-1])) for line in lines if line.startswith('zhengbian_turns_in_flight{channel="web"')
    )


def test_turns_outlive_the_word_to_stop(tmp_path: Path) -> None:
    """Whoever waits gets the answer, of whoever has gone it is kept; nobody new is let in; the end comes soon after."""
    port = free_port()
    environment = prepare(tmp_path, port) | {"SANIC_GRACEFUL_SHUTDOWN_TIMEOUT": "1"}
    server = launch_breakable(tmp_path, port, environment)
    try:
        waiting, gone, key = server.client().open(), server.client().open(), cid()
        Breakable(server).become(f"slow {json.dumps({GOOD: _TURN})}")
        answers: list[Answer] = []
        asking = threading.Thread(target=lambda: answers.append(waiting.post(text=GOOD)))
        asking.start()
        leave_after_asking(gone, key)
        deadline = time.monotonic() + 30
        while in_flight(server) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        server.process.send_signal(signal.SIGTERM)
        asking.join(60)
        assert [200] == [answer.status for answer in answers]
        assert "answer" == answers[0].json["messages"][1]["kind"]
        assert 0 == server.process.wait(30)
        with pytest.raises(OSError, match=r"refused|拒绝"):
            server.client().send("GET", "/healthz")
        server = launch_breakable(tmp_path, port, environment)
        assert [key, None] == [message.get("cid") for message in gone.transcript()]
    finally:
        stop(server)


def leave_after_asking(visitor: Client, key: str) -> None:
    """A page that is closed before its answer came."""
    body = json.dumps({"cid": key, "text": GOOD}).encode()
    head = (
        f"POST /chat/api/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {visitor.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", visitor.port)) as raw:
        raw.sendall(head.encode() + body)
        time.sleep(0.5)
