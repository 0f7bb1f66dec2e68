"""Two real servers on one PostgreSQL and one Redis, with nginx before them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.settings import PROJECT
from tests.contract.conftest import WECHAT, Client, Server, free_port, prepare, wait_until_ready
from tests.services import Nginx, Postgres, Redis, shipped
from tests.wechat_platform.account import Account


@dataclass
class Cluster:
    """The pieces; a server that was killed can be started again on its port."""

    postgres: Postgres
    redis: Redis
    folder: Path
    servers: list[Server] = field(default_factory=list)
    nginx: Nginx | None = None

    def add(self) -> Server:
        folder, port, environment = self.prepared(f"server{len(self.servers)}", WECHAT)
        self.servers.append(Server(port, folder, environment, _started(folder, environment)))
        return self.servers[-1]

    def prepared(self, name: str, account: Account) -> tuple[Path, int, dict[str, str]]:
        """Folder, port and settings of another server, which is not started."""
        folder, port = self.folder / name, free_port()
        folder.mkdir()
        return (
            folder,
            port,
            prepare(folder, port, account)
            | {
                "ZHENGBIAN_DATABASE": self.postgres.url,
                "ZHENGBIAN_REDIS": self.redis.url,
                "ZHENGBIAN_ENDPOINTS": str(PROJECT / "deploy" / "endpoints.production.yml"),
                "ZHENGBIAN_TRAIN": "off",
                "ZHENGBIAN_PROXIES": "1",
            },
        )

    def kill(self, index: int) -> None:
        self.servers[index].process.kill()
        self.servers[index].process.wait()

    def start_again(self, index: int) -> None:
        dead = self.servers[index]
        self.servers[index] = Server(dead.port, dead.folder, dead.environment, _started(dead.folder, dead.environment))
        wait_until_ready(self.servers[index])

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    def proxied(self) -> Client:
        assert self.nginx is not None
        return Client(self.nginx.port)


def _started(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with (folder / "stdout").open("ab") as stdout, (folder / "stderr").open("ab") as stderr:
        command = [sys.executable, "-m", "bot", "run"]
        return subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=stdout, stderr=stderr, start_new_session=True
        )


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    postgres = Postgres()
    try:
        redis = Redis()
    except BaseException:
        postgres.remove()
        raise
    found = Cluster(postgres, redis, tmp_path_factory.mktemp("cluster"))
    try:
        for server in (found.add(), found.add()):
            wait_until_ready(server)
        found.nginx = Nginx(lambda folder, port: shipped(folder, port, found.ports))
        yield found
        for server in found.servers:
            assert "Traceback" not in server.output()
            assert "Warning" not in server.output()
    finally:
        for server in found.servers:
            if server.process.poll() is None:
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
        for service in (found.nginx, redis, postgres):
            if service is not None:
                service.remove()
