"""The only server is killed while people talk to it, and started again: what was acknowledged is there, once."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from tests.contract.conftest import Answer, Client, cid, free_port, launch, prepare, stop
from tests.faults.conftest import ENTRY, GOOD

PEOPLE = 4


@dataclass
class Person:
    """Talks as the page does: what was not answered is sent again with its ``cid``."""

    visitor: Client
    acknowledged: dict[str, Answer] = field(default_factory=dict)
    repeated: int = 0
    problems: list[str] = field(default_factory=list)

    def talk(self, over: threading.Event) -> None:
        while not over.is_set():
            self._say(cid())
            time.sleep(0.02)

    def _say(self, key: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                answer = self.visitor.post(cid=key, text=GOOD)
            except (OSError, HTTPException):
                self.repeated += 1
                time.sleep(0.2)
                continue
            if answer.status == 200:
                self.acknowledged[key] = answer
            else:
                self.problems.append(f"{answer.status} {answer.body[:200]!r}")
            return
        self.problems.append("no answer for a minute")


def test_killed_under_load(tmp_path: Path) -> None:
    """Four people go on with their conversations; every message acknowledged before or after is kept once, with its answer."""
    port = free_port()
    environment = prepare(tmp_path, port)
    server = launch(tmp_path, port, environment)
    over = threading.Event()
    people = [Person(server.client().open()) for _ in range(PEOPLE)]
    threads = [threading.Thread(target=person.talk, args=(over,)) for person in people]
    try:
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        while min(len(person.acknowledged) for person in people) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        before = [set(person.acknowledged) for person in people]
        server = launch(tmp_path, port, environment)
        while (
            any(set(person.acknowledged) == first for person, first in zip(people, before, strict=True))
            and time.monotonic() < deadline + 90
        ):
            time.sleep(0.05)
    finally:
        over.set()
        for thread in threads:
            thread.join(70)
        alive = server.process.poll() is None
        kept = [person.visitor.transcript() for person in people] if alive else []
        stop(server)
    assert [] == [problem for person in people for problem in person.problems]
    assert 0 < sum(person.repeated for person in people)
    for person, first, messages in zip(people, before, kept, strict=True):
        assert first < set(person.acknowledged)
        own = [message["cid"] for message in messages if message["from"] == "user"]
        assert sorted(person.acknowledged) == sorted(own)
        for message in (m for answer in person.acknowledged.values() for m in answer.json["messages"]):
            assert message in messages
        assert {ENTRY} == {message["entry"] for message in messages if message["from"] == "bot"}
