"""A PostgreSQL, a Redis and an nginx of the tests' own: on free loopback ports, started, stopped and started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg2
import redis

from bot.settings import PROJECT
from tests.system import program

_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """A program that listens on a port; everything of it lies in a folder that goes with it."""

    def __init__(self, command: list[str], folder: Path, user: str | None = None) -> None:
        self.folder, self._command, self._user = folder, command, user
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        account = {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self.folder, **account)  # type: ignore[call-overload]
        _until(self.answers)

    def answers(self) -> bool:
        raise NotImplementedError

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(_SECONDS)
            self.process = None

    def remove(self) -> None:
        self.stop(signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Service):
    """A fresh cluster with an empty database; as root it runs under the account ``postgres``."""

    def __init__(self) -> None:
        postgres, initdb = _of_debian("postgres"), _of_debian("initdb")
        user = "postgres" if os.getuid() == 0 else None
        folder = Path(tempfile.mkdtemp(prefix="zhengbian-pg-"))
        if user:
            shutil.chown(folder, user, user)
        self.port = free_port()
        account = {"user": user, "group": user, "extra_groups": []} if user else {}
        data = str(folder / "data")
        made = [initdb, "-D", data, "-A", "trust", "-U", "zhengbian", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **account)  # type: ignore[call-overload]
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": folder,
            "fsync": "off",
        }
        super().__init__(
            [postgres, "-D", data, *(f"--{name}={value}" for name, value in options.items())], folder, user
        )
        self.start()
        connection = psycopg2.connect(self._address("postgres"))
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE zhengbian")
        connection.close()

    @property
    def url(self) -> str:
        return self._address("zhengbian")

    def _address(self, database: str) -> str:
        return f"postgresql://zhengbian@127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        try:
            psycopg2.connect(self._address("postgres"), connect_timeout=1).close()
        except psycopg2.Error:
            return False
        return True

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg2.connect(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall())


class Redis(Service):
    """Without a file on disk: what it held is gone with it."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="zhengbian-redis-"))
        self.port = free_port()
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        super().__init__([program("redis-server"), *options], folder)
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=1).ping())
        except redis.RedisError:
            return False


class Nginx(Service):
    """Our configuration with other addresses; everything it writes lies in its folder."""

    def __init__(self, configuration: Callable[[Path, int], str]) -> None:
        folder = Path(tempfile.mkdtemp(prefix="zhengbian-nginx-"))
        self.port = free_port()
        path = folder / "nginx.conf"
        path.write_text(configuration(folder, self.port), encoding="utf-8")
        command = [program("nginx"), "-c", str(path), "-p", str(folder), "-g", "daemon off;"]
        checked = subprocess.run([*command[:5], "-t"], capture_output=True, text=True)
        assert 0 == checked.returncode, checked.stderr
        super().__init__(command, folder)
        self.start()

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


def shipped(folder: Path, port: int, servers: Sequence[int]) -> str:
    """deploy/nginx.conf for this machine: other addresses, no TLS, files of its own; all else as it is."""
    text = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    start, end = text.index("    server {\n        listen 80;"), text.index("    server {\n        listen 443")
    text = text[:start] + text[end:]
    text = re.sub(r"^ *(?:ssl_\w+|add_header Strict).*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};").replace("/tmp/nginx", f"{folder}/nginx")
    text = text.replace("root /etc/nginx;", f"root {PROJECT / 'deploy'};")
    (first,) = re.findall(r"        server server1:5005.*\n", text)
    lines = "".join(first.replace("server1:5005", f"127.0.0.1:{at}") for at in servers)
    text = re.sub(r"(?:        server server\d:5005.*\n)+", lines, text)
    # the tests come from one address, and quickly
    return text.replace("rate=20r/s", "rate=2000r/s")


def _of_debian(name: str) -> str:
    """The real program of the newest version, which has its libraries beside it."""
    return str(Path(program(name)).resolve())


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not holds():
        assert time.monotonic() < deadline, "the service does not answer"
        time.sleep(0.05)
