"""Drive a server with wrk: prepared requests, so many at once, each sent once."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("load.lua")
#: Longest that one load may take, in seconds; a slow server is stopped there and its rate is still right.
MOST_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """One prepared request; the body is JSON or XML in one line."""

    path: str
    body: str = ""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    method: str = "POST"

    def line(self) -> str:
        """As load.lua reads it."""
        return "\t".join((self.method, self.path, "\x1f".join(f"{k}={v}" for k, v in self.headers), self.body))


@dataclass(frozen=True)
class Load:
    """What came of a load: rate per second, latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    failed: int


def run(port: int, requests: Sequence[Request], at_once: int, seconds: int = MOST_SECONDS) -> Load:
    """Send all requests, ``at_once`` at a time. Raises SystemExit without wrk."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("缺少 wrk：apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(request.line() for request in requests))
        file.flush()
        command = [wrk, "-t1", f"-c{at_once}", f"-d{seconds}s", "--timeout", "30s", "-s", str(_SCRIPT)]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{port}"],
            env=os.environ | {"BENCH_REQUESTS": file.name},
            capture_output=True,
            text=True,
            check=True,
        )
    line = next(line for line in done.stdout.splitlines() if line.startswith("BENCH "))
    count, duration, p50, p99, _most, failed = map(int, line.split()[1:])
    return Load(count / (duration / 1e6), p50 / 1000, p99 / 1000, failed)
