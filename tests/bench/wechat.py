"""Fifty followers of a WeChat account at once, in safe mode, each asking as soon as he has read the last answer."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.cli.evaluate import HELD_OUT, read_held_out
from bot.settings import Settings
from tests.contract.conftest import free_port
from tests.wechat_platform.account import Account
from tests.wechat_platform.platform import Follower, Platform
from tests.wechat_platform.wire import request

FOLLOWERS, MESSAGES = 50, 10_000
SLOWEST, FAULTS, REPEATS, GROWTH, RATE = (
    "WeChat, 50 followers at once, p99 ms",
    "WeChat, fault notices in 10,000 messages",
    "WeChat, sends beyond the first in 10,000 messages",
    "WeChat, memory after 10,000 messages over memory after 1,000, %",
    "WeChat, 50 followers at once, messages/s",
)
TARGETS = {SLOWEST: 2500.0, FAULTS: 0.0, GROWTH: 105.0}


def measure(folder: Path, messages: int = MESSAGES) -> dict[str, float]:
    """Start a server with its own run-time data below ``folder`` and talk to it; rows of the report."""
    account, port = Account(), free_port()
    environment = os.environ | account.environment()
    environment |= {"PORT": str(port), "ZHENGBIAN_LIMITS": "off", "ZHENGBIAN_VAR_DIR": str(folder / "var")}
    environment |= {"ZHENGBIAN_ENDPOINTS": str(_endpoints(folder))}
    if (folder / "models").is_dir():
        environment["ZHENGBIAN_MODELS_DIR"] = str(folder / "models")
    server = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment)
    try:
        return asyncio.run(_measure(Platform(account, port), server.pid, messages))
    finally:
        server.terminate()
        server.wait(30)


async def _measure(platform: Platform, pid: int, messages: int) -> dict[str, float]:
    await _ready(platform.port)
    questions = itertools.cycle([asked.text for asked in read_held_out(HELD_OUT)])
    followers = [platform.follower() for _ in range(FOLLOWERS)]
    load = _Load()
    began = time.monotonic()
    await load.run(followers, itertools.islice(questions, messages // 10))
    early = _resident(pid)
    await load.run(followers, itertools.islice(questions, messages - messages // 10))
    return {
        SLOWEST: sorted(load.milliseconds)[int(len(load.milliseconds) * 0.99)],
        FAULTS: float(load.faults),
        REPEATS: float(load.repeats),
        GROWTH: 100 * _resident(pid) / early,
        RATE: messages / (time.monotonic() - began),
    }


class _Load:
    """What followers lived through."""

    def __init__(self) -> None:
        self.milliseconds: list[float] = []
        self.faults = self.repeats = 0

    async def run(self, followers: list[Follower], questions: Iterator[str]) -> None:
        """All followers at once, until the questions are used up."""
        await asyncio.gather(*(self._chat(follower, questions) for follower in followers))

    async def _chat(self, follower: Follower, questions: Iterator[str]) -> None:
        for question in questions:
            began = time.perf_counter()
            delivery = await follower.sends("text", Content=question)
            self.milliseconds.append((time.perf_counter() - began) * 1000)
            self.faults += bool(delivery.verdict.fault)
            self.repeats += delivery.sends - 1


def _endpoints(folder: Path) -> Path:
    """The project's stores, with Rasa's conversations below the folder."""
    text = Settings.from_environment().path("ZHENGBIAN_ENDPOINTS").read_text(encoding="utf-8")
    path = folder / "wechat-endpoints.yml"
    path.write_text(text.replace("var/conversations.db", str(folder / "var" / "conversations.db")), encoding="utf-8")
    return path


async def _ready(port: int) -> None:
    for _ in range(900):
        try:
            if (await request(port, "GET", "/readyz")).status == 200:
                return
        except OSError:
            pass
        await asyncio.sleep(0.1)
    raise SystemExit("服务没有在 90 秒内就绪")


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """These rows alone: ``python -m tests.bench.wechat [messages]``."""
    with tempfile.TemporaryDirectory() as name:
        for row, value in measure(Path(name), *map(int, sys.argv[1:2])).items():
            print(f"{row}: {value:.1f}" + (f"（≤ {TARGETS[row]:g}）" if row in TARGETS else ""))


if __name__ == "__main__":
    main()
