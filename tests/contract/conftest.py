"""One real server for all tests of the wire protocol, and a plain client that sends what it is told."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.server.model import ModelFile, training_fingerprint
from bot.settings import PROJECT, Settings
from tests.wechat_platform.account import Account, made_up_key

START_SECONDS = 90
#: The official account that the server answers for, in safe mode.
WECHAT = Account()
#: The key that every server's account had before.
PREVIOUS_KEY = made_up_key("previous")


@dataclass(frozen=True)
class Answer:
    """A response: status, headers by lower-case name, body; of several cookies the headers have the last."""

    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Client:
    """One visitor of one server."""

    port: int
    token: str = ""
    cookie: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Any request; a body that is no bytes goes as JSON. Underscores of header names become hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None:
            given.setdefault("Content-Type", "application/json")
        if self.token:
            given.setdefault("Authorization", f"Bearer {self.token}")
        if self.cookie:
            given.setdefault("Cookie", self.cookie)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, data, given)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read(), tuple(response.headers.get_all("Set-Cookie", ())))
        finally:
            connection.close()

    def open(self) -> Client:
        """Begin a conversation, or go on with that of the cookie."""
        answer = self.send("POST", "/chat/api/session", {})
        assert answer.status == 200, answer.text
        self.session = answer.json
        self.token = self.session["token"]
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        return self

    def post(self, **message: object) -> Answer:
        """Send a message; a ``cid`` is made where none is given."""
        return self.send("POST", "/chat/api/messages", {"cid": cid(), **message})

    def transcript(self) -> list[dict[str, Any]]:
        """The whole conversation as the page fetches it, page after page."""
        messages: list[dict[str, Any]] = []
        more = True
        while more:
            after = messages[-1]["seq"] if messages else 0
            answer = self.send("GET", f"/chat/api/messages?after={after}")
            assert answer.status == 200, answer.text
            messages += answer.json["messages"]
            more = answer.json.get("more", False)
        return messages

    def say(self, text: str) -> list[dict[str, Any]]:
        """The bot's messages to a text that must be accepted."""
        answer = self.post(text=text)
        assert answer.status == 200, answer.text
        return [message for message in answer.json["messages"] if message["from"] == "bot"]


@dataclass(frozen=True)
class Server:
    """A running ``python -m bot run`` with everything of its own below ``folder``."""

    port: int
    folder: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def client(self) -> Client:
        return Client(self.port)

    def output(self) -> str:
        return "".join((self.folder / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))

    def bot(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m bot …`` in the server's environment."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )


def cid() -> str:
    return secrets.token_urlsafe(12)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(folder: Path, port: int, account: Account = WECHAT) -> dict[str, str]:
    """The server's own data, model, stores, settings and WeChat account; the repository's are not written to."""
    settings = Settings.from_environment()
    shutil.copytree(settings.path("ZHENGBIAN_DATA_DIR"), folder / "data")
    endpoints = yaml.safe_load(settings.path("ZHENGBIAN_ENDPOINTS").read_text(encoding="utf-8"))
    endpoints["tracker_store"]["db"] = str(folder / "var" / "conversations.db")
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    model = ModelFile.of(settings)
    (folder / "models").mkdir()
    shutil.copy(model.path, folder / "models")
    environment = os.environ | {
        "PORT": str(port),
        "ZHENGBIAN_LIMITS": "off",
        "ZHENGBIAN_DATA_DIR": str(folder / "data"),
        "ZHENGBIAN_VAR_DIR": str(folder / "var"),
        "ZHENGBIAN_MODELS_DIR": str(folder / "models"),
        "ZHENGBIAN_ENDPOINTS": str(folder / "endpoints.yml"),
        **account.environment(previous_key=PREVIOUS_KEY),
    }
    # the model that is there is the one to serve: training is not what is tested here
    stamp = {
        "fingerprint": training_fingerprint(Settings.from_environment(environment)),
        "sha256": hashlib.sha256(model.path.read_bytes()).hexdigest(),
    }
    (folder / "models" / model.stamp.name).write_text(json.dumps(stamp), encoding="utf-8")
    return environment


def wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.output()
        try:
            if server.client().send("GET", "/readyz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not ready after {START_SECONDS} s:\n{server.output()}")


def launch(folder: Path, port: int, environment: dict[str, str], *program: str) -> Server:
    """Start a prepared server and wait until it is ready; ``program`` is a module with arguments, if not ``bot run``."""
    with (folder / "stdout").open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", *(program or ("bot", "run"))],
            cwd=PROJECT,
            env=environment,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    started = Server(port, folder, environment, process)
    try:
        wait_until_ready(started)
    except BaseException:
        stop(started)
        raise
    return started


def stop(*servers: Server) -> None:
    """End servers, gently first, all at the same time."""
    for server in servers:
        server.process.send_signal(signal.SIGTERM)
    for server in servers:
        try:
            server.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    port = free_port()
    started = launch(folder, port, prepare(folder, port))
    try:
        yield started
    finally:
        stop(started)
    assert "Warning" not in started.output()
    assert "Traceback" not in started.output()


@pytest.fixture(scope="session")
def plain_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another server, whose WeChat account is in plain mode."""
    folder, port = tmp_path_factory.mktemp("plain"), free_port()
    started = launch(folder, port, prepare(folder, port, Account("plain")))
    try:
        yield started
    finally:
        stop(started)
    assert "Traceback" not in started.output()


@pytest.fixture
def client(server: Server) -> Client:
    """A visitor without a session."""
    return server.client()


@pytest.fixture
def visitor(server: Server) -> Client:
    """A visitor with a conversation just begun."""
    return server.client().open()
