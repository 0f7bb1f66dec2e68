"""``make soak``: what takes minutes. 10,000 sessions opened and left, then load without end: memory must stay flat.

``SOAK_SECONDS`` (default 300) is how long the load lasts. The held-out questions are asked as they are, with a greeting,
or with a greeting, a town and an age before them, so that most texts are new to every cache; nothing is warmed up before.
Prints the table of docs/operations.md; status 1 where memory grew.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex

import httpx

from bot.cli.evaluate import HELD_OUT, read_held_out
from tests.contract.conftest import Server, free_port, launch, prepare, stop

SESSIONS, PEOPLE, MESSAGES = 10_000, 4, 5
GREETINGS = ("您好，", "请问", "麻烦问一下，", "想问问", "老师，", "你好呀，", "帮我看看，", "")
TOWNS = ("昆明", "曲靖", "玉溪", "保山", "昭通", "丽江", "普洱", "临沧", "楚雄", "红河", "文山", "大理", "德宏", "怒江")
#: Memory after the load's last tenth over that after its first.
MOST_GROWTH = 1.05


def resident(server: Server) -> float:
    """Megabytes."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def open_and_leave(server: Server, number: int) -> None:
    """Some of the sessions, over one connection."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        for _ in range(number):
            assert 200 == client.post("/chat/api/session", json={}).status_code


class Questions:
    """What people ask, without end and in the same order each time; may be shared by threads."""

    def __init__(self, texts: list[str]) -> None:
        self._texts, self._chance, self._lock = texts, random.Random(2022), threading.Lock()
        self.given = set[str]()

    def next(self) -> str:
        """A question, seldom the same one twice."""
        with self._lock:
            choose, form = self._chance.choice, self._chance.randrange(3)
            before = choose(GREETINGS) if form else ""
            if form == 2:
                before += f"我在{choose(TOWNS)}，今年{self._chance.randrange(18, 70)}岁，"
            text = before + choose(self._texts)
            self.given.add(text)
            return text


def talk(server: Server, questions: Questions, over: threading.Event, said: list[float]) -> None:
    """Conversations of five messages, one after the other."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client:
        while not over.is_set():
            client.cookies.clear()
            token = client.post("/chat/api/session", json={}).json()["token"]
            for _ in range(MESSAGES):
                body = {"cid": token_hex(8), "text": questions.next()}
                began = time.perf_counter()
                answer = client.post("/chat/api/messages", json=body, headers={"Authorization": f"Bearer {token}"})
                assert 200 == answer.status_code, answer.text
                said.append(time.perf_counter() - began)


def main() -> int:
    """Measure and print."""
    seconds = int(os.environ.get("SOAK_SECONDS", "300"))
    questions = Questions([asked.text for asked in read_held_out(HELD_OUT)])
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        server = launch(folder, port, prepare(folder, port))
        try:
            fresh = resident(server)
            began = time.monotonic()
            with ThreadPoolExecutor(PEOPLE) as pool:
                list(pool.map(lambda _: open_and_leave(server, SESSIONS // PEOPLE), range(PEOPLE)))
            opened, after_sessions = time.monotonic() - began, resident(server)
            said, over, samples = list[float](), threading.Event(), list[float]()
            people = [threading.Thread(target=talk, args=(server, questions, over, said)) for _ in range(PEOPLE)]
            for person in people:
                person.start()
            for _ in range(seconds):
                time.sleep(1)
                samples.append(resident(server))
            over.set()
            for person in people:
                person.join(60)
            tenth = max(1, seconds // 10)
            first, last = statistics.mean(samples[tenth : 2 * tenth]), statistics.mean(samples[-tenth:])
            size = sum(path.stat().st_size for path in (folder / "var").iterdir() if path.is_file()) / 1e6
        finally:
            stop(server)
    rows = [
        ("memory when ready, MB", fresh),
        (f"{SESSIONS:,} sessions opened and left, s", opened),
        ("memory after them, MB", after_sessions),
        (f"messages in {seconds} s of load by {PEOPLE} people", len(said)),
        ("different texts among them", len(questions.given)),
        ("slowest of a hundred, ms", sorted(said)[int(len(said) * 0.99)] * 1000),
        ("memory after the load's first tenth, MB", first),
        ("memory in its last tenth, MB", last),
        ("the latter over the former", last / first),
        ("files of the run-time folder, MB", size),
    ]
    print("| figure | measured |\n|---|---|")
    for label, value in rows:
        print(f"| {label} | {value:,.2f} |")
    return int(last / first > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
