"""Start and stop what is measured: our server, stock Rasa with its action server, an empty Sanic."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from bot.settings import PROJECT

START_SECONDS = 300


@dataclass(frozen=True)
class Running:
    """A server that answers; ``started`` is the monotonic time at which its process was made."""

    port: int
    processes: tuple[subprocess.Popen[bytes], ...]
    started: float

    @property
    def resident(self) -> float:
        """Memory of all its processes, MB."""
        return sum(_resident(process.pid) for process in self.processes)

    @property
    def processor(self) -> float:
        """Processor seconds that its processes have used."""
        return sum(_processor(process.pid) for process in self.processes)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def ours(folder: Path, models: Path) -> Iterator[Running]:
    """``python -m bot run`` with stores of its own and limits lifted, WeChat in the clear included."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    endpoints = yaml.safe_load((PROJECT / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["tracker_store"]["db"] = str(folder / "conversations.db")
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    environment = {
        "PORT": str(port),
        "ZHENGBIAN_LIMITS": "off",
        "ZHENGBIAN_VAR_DIR": str(folder),
        "ZHENGBIAN_MODELS_DIR": str(models),
        "ZHENGBIAN_ENDPOINTS": str(folder / "endpoints.yml"),
        "WECHAT_MODE": "plain",
        "WECHAT_TOKEN": "bench",
    }
    with _processes(folder, environment, [[sys.executable, "-m", "bot", "run"]]) as (started, processes):
        _wait(f"http://127.0.0.1:{port}/readyz", processes)
        yield Running(port, processes, started)


@contextlib.contextmanager
def stock(folder: Path, model: Path) -> Iterator[Running]:
    """``rasa run`` and ``rasa run actions``, the REST channel, SQLite, our actions."""
    folder.mkdir(parents=True, exist_ok=True)
    here, port, actions = PROJECT / "tests" / "bench" / "stock", free_port(), free_port()
    environment = {"BENCH_ACTIONS_PORT": str(actions), "BENCH_STOCK_DB": str(folder / "stock.db"), **QUIET, **THREADS}
    rasa = [sys.executable, "-W", "ignore", "-m", "tests.bench.stock", "run"]
    commands = [
        [*rasa, "actions", "--actions", "actions", "--port", str(actions)],
        [*rasa, "-m", str(model), "--endpoints", str(here / "endpoints.yml")],
    ]
    commands[1] += ["--credentials", str(here / "credentials.yml"), "--port", str(port), "-i", "127.0.0.1"]
    with _processes(folder, environment, commands) as (started, processes):
        _wait(f"http://127.0.0.1:{actions}/health", processes)
        _wait(f"http://127.0.0.1:{port}/", processes)
        yield Running(port, processes, started)


@contextlib.contextmanager
def echo(folder: Path) -> Iterator[Running]:
    """Sanic alone, which gives back what it got."""
    port = free_port()
    code = (
        "from sanic import Sanic, response\n"
        "app = Sanic('echo')\n"
        "@app.post('/')\nasync def echo(request): return response.json(request.json)\n"
        "@app.get('/')\nasync def up(request): return response.text('')\n"
        f"app.run('127.0.0.1', {port}, access_log=False, motd=False)"
    )
    with _processes(folder, {}, [[sys.executable, "-W", "ignore", "-c", code]]) as (started, processes):
        _wait(f"http://127.0.0.1:{port}/", processes)
        yield Running(port, processes, started)


#: Threads as our own server has them: TensorFlow's pools would wait for each other on two cores.
THREADS = dict.fromkeys(("TF_INTRA_OP_PARALLELISM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS", "OMP_NUM_THREADS"), "1")
#: For commands of Rasa's own.
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def timed(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float, float]:
    """Run a command: wall seconds, peak memory in MB, processor seconds. Raises CalledProcessError."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=PROJECT, env=os.environ | dict(environment), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    del before
    return wall, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


@contextlib.contextmanager
def _processes(
    folder: Path, environment: Mapping[str, str], commands: Sequence[Sequence[str]]
) -> Iterator[tuple[float, tuple[subprocess.Popen[bytes], ...]]]:
    folder.mkdir(parents=True, exist_ok=True)
    started, processes = time.monotonic(), []
    try:
        for number, command in enumerate(commands):
            with (folder / f"output{number}").open("wb") as output:
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=PROJECT,
                        env=os.environ | dict(environment),
                        stdout=output,
                        stderr=output,
                        start_new_session=True,
                    )
                )
        yield started, tuple(processes)
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait(url: str, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url, timeout=30).status_code == 200:
                return
        time.sleep(0.05)
    raise SystemExit(f"没有在 {START_SECONDS} 秒内就绪：{' '.join(map(str, processes[0].args))}")  # type: ignore[arg-type]


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
