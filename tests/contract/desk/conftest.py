"""The desk on a bare Sanic server with the trained model behind it, one for all tests of this folder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import sanic.app
from sanic import Sanic

from bot.channels import switches
from bot.channels.desk.channel import DeskChannel
from bot.replies.reply import Kind, Reply
from bot.settings import Settings
from tests.contract.conftest import Answer, Client, free_port

PASSWORD = "马儿跑得快-2026"
OPERATOR, SUPERVISOR = "王坐席", "李班长"
JSON = {"Content_Type": "application/json"}


@dataclass
class Seat:
    """One browser (cookie and CSRF token) or one program (key) before the desk."""

    port: int
    cookie: str = ""
    csrf: str = ""
    key: str = ""
    device: str = ""
    told: dict[str, Any] = field(default_factory=dict)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Any request, with what a page of ours would send along; a header given as '' is left out."""
        mine = {}
        kept = {"zr_desk": self.cookie, "zr_desk_device": self.device}
        if any(kept.values()):
            mine |= {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items() if value)}
        if self.cookie:
            mine |= {"X_CSRF_Token": self.csrf}
        if self.key:
            mine |= {"Authorization": f"Bearer {self.key}"}
        given = {name: value for name, value in (mine | headers).items() if value}
        return Client(self.port).send(method, path, body, **given)

    def post(self, path: str, **body: object) -> Any:
        """The JSON of a POST that must succeed."""
        answer = self.send("POST", path, body)
        assert answer.status == 200, answer.text
        return answer.json

    def assist(self, text: str, **more: object) -> Any:
        return self.post("/desk/api/assist", text=text, **more)

    def login(self, user: str, password: str = PASSWORD, **headers: str) -> Answer:
        answer = self.send("POST", "/desk/login", {"user": user, "password": password}, **headers)
        if answer.status == 200:
            self.cookie = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
            self.csrf, self.told = answer.json["csrf"], answer.json
            (self.device,) = [
                c.split(";")[0].partition("=")[2] for c in answer.cookies if c.startswith("zr_desk_device=")
            ]
        return answer


@dataclass(frozen=True)
class Desk:
    """The running server; its channel is at hand for what HTTP does not show."""

    port: int
    channel: DeskChannel

    def seat(self, user: str = "") -> Seat:
        """Nobody yet, or a person who has just logged in."""
        seat = Seat(self.port)
        if user:
            answer = seat.login(user)
            assert answer.status == 200, answer.text
        return seat

    def program(self, name: str) -> Seat:
        return Seat(self.port, key=self.channel.access.add_key(name))


def start(
    folder: Path, agent: object, *, others: tuple[Any, ...] = (), **settings: str
) -> tuple[Desk, Callable[[], None]]:
    """A bare server in a thread of its own, and how to stop it; ``others`` are further channels."""
    port = free_port()
    values = {"ZHENGBIAN_VAR_DIR": str(folder), "ZHENGBIAN_LIMITS": "off", **settings}
    channel = DeskChannel(Settings.from_environment(values))
    channel.staff.add(OPERATOR, "operator", PASSWORD)
    channel.staff.add(SUPERVISOR, "supervisor", PASSWORD)
    app = Sanic(f"zhengbian_desk_{port}", configure_logging=False)
    app.ctx.agent = agent
    for each in (channel, *(make(Settings.from_environment(values)) for make in others)):
        app.blueprint(each.blueprint(_no_rasa), url_prefix="/")
    loop, ready, stopping = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
        assert server is not None
        await server.startup()
        # Sanic 21.12 rewrites its own methods at each start, which works once in a process
        sanic.app.TouchUp.run = lambda _: None
        await server.before_start()
        await server.start_serving()
        ready.set()
        await stopping.wait()
        server.close()
        await server.wait_closed()

    if any("__touched__" in vars(target) for target, _ in sanic.app.TouchUp._registry):
        sanic.app.TouchUp.run = lambda _: None
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(30)

    def stop() -> None:
        loop.call_soon_threadsafe(stopping.set)
        thread.join(20)

    return Desk(port, channel), stop


async def _no_rasa(_: object) -> None:
    """The desk uses no conversation."""


@pytest.fixture(scope="session")
def desk(engine: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """With the trained model."""
    running, stop = start(tmp_path_factory.mktemp("desk"), engine.agent)
    yield running
    stop()


@pytest.fixture
def quiet_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """A server of the test's own, without a model unless given: made with the settings given."""
    stops, connected = [], list(switches._of_this_process)

    def make(agent: object = SimpleNamespace(is_ready=lambda: False), **settings: Any) -> Desk:
        running, stop = start(tmp_path / str(len(stops)), agent, **settings)
        stops.append(stop)
        return running

    yield make
    for stop in stops:
        stop()
    switches._of_this_process[:] = connected


@pytest.fixture(scope="session")
def operator(desk: Desk) -> Seat:
    return desk.seat(OPERATOR)


@pytest.fixture(scope="session")
def supervisor(desk: Desk) -> Seat:
    return desk.seat(SUPERVISOR)


@pytest.fixture(scope="session")
def document(supervisor: Seat) -> Any:
    """The OpenAPI document as it is served."""
    return supervisor.send("GET", "/desk/api/openapi.json").json


def reply_of(kind: str, reason: str | None = None) -> Reply:
    """A reply without words, for the journal."""
    return Reply(Kind(kind), None, "v1", "body", "speech", reason=reason)


def fits(document: Any, path: str, method: str, answer: Answer) -> None:
    """The response is as the document says, status and body."""
    responses = document["paths"][path][method.lower()]["responses"]
    described = responses.get(str(answer.status)) or responses["default"]
    while "$ref" in described:
        described = document["components"]["responses"][described["$ref"].rsplit("/", 1)[1]]
    content = described.get("content", {}).get("application/json")
    if content is None:
        assert answer.body == b""
        return
    assert answer.headers["content-type"] == "application/json"
    schema = {**content["schema"], "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer.json)


def refused(answer: Answer, status: int, code: str) -> None:
    """The house's form of an error, in Chinese, that does not send staff to their own number."""
    assert (answer.status, answer.json["error"]) == (status, code), answer.text
    assert set(answer.json) == {"error", "message"}
    assert "12333" not in answer.json["message"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json["message"])
