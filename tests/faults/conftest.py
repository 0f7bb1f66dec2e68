"""A server with SQLite that can be broken in every way, and people who talk to it meanwhile."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.contract.conftest import Answer, Client, cid, free_port, prepare, stop
from tests.faults.breakable import Breakable, launch_breakable

SECRET = "专项职业能力证书的奇怪问题"
GOOD, ENTRY = "山寨证书是什么", "fake_certificate_what"
#: Size of the file system that is filled.
MEGABYTES = 12


@dataclass
class Faulty(Breakable):
    """The server, what breaks it, and somebody who talks to it all the time."""

    is_small: bool

    @contextmanager
    def talked_to(self) -> Iterator[None]:
        """Another visitor asks all the while; whatever he gets must be an answer or an honest sentence."""
        visitor, over = self.server.client().open(), threading.Event()
        acknowledged: list[str] = []
        problems: list[str] = []

        def talk() -> None:
            while not over.is_set():
                key = cid()
                answer = visitor.post(cid=key, text=GOOD)
                if not is_honest(answer):
                    problems.append(f"{answer.status} {answer.body[:200]!r}")
                if answer.status == 200:
                    acknowledged.append(key)
                time.sleep(0.1)

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(60)
        assert problems == []
        kept = visitor.transcript()
        assert [key for key in acknowledged[-200:] if key not in {m.get("cid") for m in kept}] == []


def is_honest(answer: Answer) -> bool:
    """An answer with words in it, or a refusal that names 12333; never a trace, never silence."""
    if b"Traceback" in answer.body or answer.status not in {200, 503}:
        return False
    if answer.status == 503:
        return "12333" in answer.json["message"]
    bot = [message for message in answer.json["messages"] if message["from"] == "bot"]
    return bool(bot) and all(m["text"] and (m["reason"] != "failed" or "12333" in m["text"]) for m in bot)


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    folder, port = tmp_path_factory.mktemp("faulty"), free_port()
    environment = prepare(folder, port)
    var = folder / "var"
    var.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(var)]
    is_small = os.getuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
    server = None
    try:
        server = launch_breakable(folder, port, environment)
        yield Faulty(server, is_small)
    finally:
        if server is not None:
            stop(server)
        if is_small:
            subprocess.run(["umount", str(var)], check=False)
    assert "Traceback" not in server.output()
    assert SECRET not in server.output()


def answers_again(visitor: Client) -> bool:
    """Within ten seconds, by itself."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        answer = visitor.post(text=GOOD)
        if answer.status == 200 and answer.json["messages"][-1]["entry"] == ENTRY:
            return True
        time.sleep(0.2)
    return False
