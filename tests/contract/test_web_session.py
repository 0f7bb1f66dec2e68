"""A conversation goes on after a reload: the cookie, several tabs, ending and erasing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from rasa.core.channels.channel import UserMessage

from bot.storage import web_credentials, web_sessions
from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import Client
from tests.contract.test_wire_protocol import refused

ATTRIBUTES = "; Path=/; Max-Age=1800; Secure; HttpOnly; SameSite=None; Partitioned"
GONE = "__Host-zr=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None; Partitioned"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("session")


@pytest_asyncio.fixture(scope="module")
async def running(folder: Path) -> AsyncIterator[Client]:
    async with serve(folder, good, ZHENGBIAN_LIMITS="off") as client:
        yield client


@pytest_asyncio.fixture
async def client(running: Client) -> Client:
    """A visitor who has just come."""
    return await in_thread(Client(running.port).open)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds by which the clock of the session store is ahead; a test appends to it."""
    ahead: list[float] = []
    now = web_sessions.time.time
    monkeypatch.setattr(web_sessions, "time", type("Clock", (), {"time": staticmethod(lambda: now() + sum(ahead))}))
    return ahead


def rows(folder: Path, table: str, conv: str) -> int:
    with sqlite3.connect(folder / "service.db") as db:
        return int(db.execute(f"SELECT count(*) FROM {table} WHERE conv = ?", (conv,)).fetchone()[0])


async def again(client: Client, cookie: str | None = None) -> Client:
    """The same browser opens the page once more (with its cookie, or with the given one)."""
    return await in_thread(Client(client.port, cookie=client.cookie if cookie is None else cookie).open)


async def said(client: Client) -> list[int]:
    answer = await in_thread(client.send, "GET", "/chat/api/messages")
    return [message["seq"] for message in answer.json["messages"]]


async def test_cookie(running: Client) -> None:
    """It is out of reach for scripts, works in a frame, belongs to this host only and lives 30 minutes."""
    answer = await in_thread(Client(running.port).send, "POST", "/chat/api/session", {})
    name_and_value, attributes = answer.headers["set-cookie"].split(";", 1)
    assert ATTRIBUTES == ";" + attributes
    assert name_and_value.startswith("__Host-zr=")
    assert 43 == len(name_and_value.partition("=")[2])
    assert name_and_value.partition("=")[2] not in answer.text


async def test_resume(client: Client) -> None:
    """A reload brings the conversation back: same id, whole transcript, no second greeting, old token still good."""
    await in_thread(client.say, "你好")
    reloaded = await again(client)
    assert reloaded.session["resumed"] is True
    assert client.session["conv"] == reloaded.session["conv"]
    assert "greeting" not in reloaded.session
    assert [1, 2] == await said(reloaded) == await said(client)
    assert client.token != reloaded.token
    assert client.cookie != reloaded.cookie


async def test_nothing_said_yet(client: Client) -> None:
    """A reload before the first question shows the greeting again, with the same buttons."""
    reloaded = await again(client)
    assert reloaded.session["resumed"] is False
    assert (client.session["conv"], client.session["greeting"]) == (
        reloaded.session["conv"],
        reloaded.session["greeting"],
    )
    button = client.session["greeting"]["buttons"][0]["id"]
    assert 200 == (await in_thread(reloaded.post, button_id=button)).status


async def test_two_tabs_restore_at_once(client: Client, later: list[float]) -> None:
    """Both get in with the value that the first one replaced, and both new values go on; half a minute later it is dead."""
    await in_thread(client.say, "你好")
    tabs = await asyncio.gather(again(client), again(client))
    assert {client.session["conv"]} == {tab.session["conv"] for tab in tabs}
    later.append(web_credentials.GRACE_SECONDS + 1)
    assert client.session["conv"] != (await again(client)).session["conv"]
    for tab in tabs:
        assert client.session["conv"] == (await again(tab)).session["conv"]


async def test_idle(client: Client, later: list[float]) -> None:
    """After half an hour of silence token and cookie are dead, and the next page begins anew."""
    await in_thread(client.say, "你好")
    later.append(web_credentials.IDLE_SECONDS + 1)
    refused(await in_thread(client.send, "GET", "/chat/api/messages"), 401)
    fresh = await again(client)
    assert (False, 1) == (fresh.session["resumed"], len({fresh.session["conv"]} - {client.session["conv"]}))


async def test_messages_renew_the_cookie(client: Client, later: list[float]) -> None:
    """Each message sends the same value again with its full time, so that a long talk keeps it."""
    for _ in range(3):
        later.append(web_credentials.IDLE_SECONDS - 60)
        answer = await in_thread(client.post, text="你好")
        assert client.cookie + ATTRIBUTES == answer.headers["set-cookie"]
    assert client.session["conv"] == (await again(client)).session["conv"]


async def test_what_renews_nothing(client: Client) -> None:
    """A replaced cookie would push the newer one out of the browser; a foreign one is none of this conversation's."""
    newer, other = await again(client), await in_thread(Client(client.port).open)
    for value in (client.cookie, other.cookie, "__Host-zr=" + "x" * 43, "__Host-zr="):
        answer = await in_thread(Client(client.port, client.token, value).post, text="你好")
        assert (200, False) == (answer.status, "set-cookie" in answer.headers)
    answer = await in_thread(Client(client.port, client.token, newer.cookie).post, text="你好")
    assert "set-cookie" in answer.headers
    assert "set-cookie" not in (await in_thread(client.send, "GET", "/chat/api/messages")).headers


@pytest.mark.parametrize(
    "header",
    [
        "",
        "__Host-zr",
        "__Host-zr=x",
        "__Host-zr=" + "x" * 43,
        "__Host-zr=" + "é" * 43,
        "zr=1; __Host-zr=" + "x" * 200,
        "=;;",
    ],
)
async def test_worthless_cookies(running: Client, header: str) -> None:
    """None, malformed or invented: a new conversation, no error."""
    answer = await in_thread(Client(running.port).send, "POST", "/chat/api/session", {}, Cookie=header)
    assert (200, False) == (answer.status, answer.json["resumed"])


async def test_cookie_among_others(client: Client) -> None:
    """The page's own preferences beside it, and what no cookie parser likes, do not hide it."""
    odd = f'zr_ui=big; bad[]={{"a":1}}; {client.cookie}; x="y'
    assert client.session["conv"] == (await again(client, odd)).session["conv"]


async def test_cookie_opens_nothing_else(client: Client) -> None:
    """Only a token does: the cookie alone is 401, and neither secret stands for the other."""
    value = client.cookie.partition("=")[2]
    for visitor in (Client(client.port, cookie=client.cookie), Client(client.port, token=value)):
        refused(await in_thread(visitor.send, "GET", "/chat/api/messages"), 401)
    assert client.session["conv"] != (await again(client, f"__Host-zr={client.token}")).session["conv"]


async def test_ten_tabs(client: Client, folder: Path) -> None:
    """Ten tokens of a conversation live; the eleventh takes the place of the oldest."""
    tabs = [client]
    for _ in range(web_credentials.MOST):
        tabs.append(await again(tabs[-1]))
    refused(await in_thread(tabs[0].send, "GET", "/chat/api/messages"), 401)
    for tab in tabs[1:]:
        assert [] == await said(tab)
    assert (10, 10) == tuple(rows(folder, name, client.session["conv"]) for name in ("web_tokens", "web_resumes"))


async def test_only_hashes_are_kept(client: Client, folder: Path) -> None:
    """Neither token nor cookie can be read from the files."""
    await in_thread(client.say, "你好")
    kept = b"".join(path.read_bytes() for path in folder.glob("service.db*"))
    assert client.session["conv"].encode() in kept
    for secret in (client.token, client.cookie.partition("=")[2]):
        assert secret.encode() not in kept
        assert web_credentials.hashed(secret).encode() in kept


@pytest.mark.parametrize("path", ["/chat/api/session", "/chat/api/data"])
async def test_end(client: Client, folder: Path, path: str) -> None:
    """Every token and the cookie are dead, the browser is told to drop it, the transcript is gone."""
    await in_thread(client.say, "你好")
    tab = await again(client)
    conv = client.session["conv"]
    answer = await in_thread(client.send, "DELETE", path)
    assert (204, b"", GONE) == (answer.status, answer.body, answer.headers["set-cookie"])
    for visitor in (client, tab):
        refused(await in_thread(visitor.send, "GET", "/chat/api/messages"), 401)
        assert conv != (await again(visitor)).session["conv"]
    tables = ("web_conversations", "web_messages", "web_buttons", "web_tokens", "web_resumes")
    assert [0] * 5 == [rows(folder, table, conv) for table in tables]


def judged(folder: Path) -> tuple[int, ...]:
    with sqlite3.connect(folder / "service.db") as db:
        tables = ("journal_events", "journal_misses", "journal_feedback")
        return tuple(int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables)


async def test_erasing_is_more_than_ending(running: Client, folder: Path) -> None:
    """重新开始 leaves the journal (which knows no person) as it is, 删除我的记录 erases that too."""
    for path, kept in (("/chat/api/session", 1), ("/chat/api/data", 0)):
        before = judged(folder)
        client = await in_thread(Client(running.port).open)
        await in_thread(client.say, "你好")
        assert 204 == (await in_thread(client.send, "POST", "/chat/api/feedback", {"seq": 2, "value": "useful"})).status
        await in_thread(client.send, "DELETE", path)
        assert (before[0] + kept, before[1], before[2] + kept) == judged(folder)


async def test_nothing_is_kept_of_what_still_runs(tmp_path: Path) -> None:
    """Erased while one turn runs and one waits: the one leaves nothing behind, the other never starts."""
    gate, started = asyncio.Event(), []

    async def slow(message: UserMessage) -> None:
        started.append(message.text)
        await gate.wait()
        await good(message)

    async with serve(tmp_path, slow) as client:
        await in_thread(client.open)
        turns = [asyncio.create_task(in_thread(client.post, text=text)) for text in ("你好", "再见")]
        while not started:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        erasing = asyncio.create_task(in_thread(client.send, "DELETE", "/chat/api/data"))
        await asyncio.sleep(0.1)
        refused(await in_thread(client.send, "GET", "/chat/api/messages"), 401)
        gate.set()
        assert 204 == (await erasing).status
        assert [{"messages": [], "last": 0}] * 2 == [turn.json for turn in await asyncio.gather(*turns)]
    assert 1 == len(started)
    assert (0, 0, 0) == judged(tmp_path)


async def test_lost_store(tmp_path: Path) -> None:
    """A server that knows neither token nor cookie any more: 401, then a new conversation, and the question is answered."""
    async with serve(tmp_path / "old", good) as before:
        await in_thread(before.open)
        await in_thread(before.say, "你好")
    async with serve(tmp_path / "new", good) as after:
        lost = Client(after.port, before.token, before.cookie)
        refused(await in_thread(lost.post, text="再问一次"), 401)
        await in_thread(lost.open)
        assert before.session["conv"] != lost.session["conv"]
        assert 1 == len(await in_thread(lost.say, "再问一次"))


async def test_killed_and_started_again(tmp_path: Path) -> None:
    """A restart on the same store: token, cookie and transcript go on."""
    async with serve(tmp_path, good) as before:
        await in_thread(before.open)
        await in_thread(before.say, "你好")
    async with serve(tmp_path, good) as after:
        same = Client(after.port, before.token, before.cookie)
        assert 1 == len(await in_thread(same.say, "再问一次"))
        assert [1, 2, 3, 4] == await said(await again(same))
