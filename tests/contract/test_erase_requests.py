"""A person erases while a store fails: told as it is, and nothing stays behind in the end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sanic import Sanic

from bot.channels import retention
from bot.channels.wechat.identity import pseudonym
from bot.storage import web_sessions, wechat
from bot.storage.database import sqlite_engine
from bot.storage.erasures import Erasures
from tests.adapters.test_erasing import FailingStore, Locks
from tests.contract.bare import good, in_thread, serve
from tests.contract.test_wire_protocol import refused
from tests.wechat_platform.account import Account
from tests.wechat_platform.hosting import hosted


@pytest.mark.parametrize("path", ["/chat/api/data", "/chat/api/session"])
async def test_rasa_cannot_forget(tmp_path: Path, path: str) -> None:
    """202 with a sentence that promises no more than is true; the token is dead, the sender noted for the next try."""
    store = FailingStore(failures=1)

    def prepare(app: Sanic) -> None:
        app.ctx.agent = SimpleNamespace(tracker_store=store, lock_store=Locks())

    async with serve(tmp_path, good, prepare=prepare) as client:
        await in_thread(client.open)
        await in_thread(client.say, "你好")
        answer = await in_thread(client.send, "DELETE", path)
        assert 202 == answer.status
        assert "没删成" in answer.json["message"]
        refused(await in_thread(client.send, "GET", "/chat/api/messages"), 401)
    (noted,) = Erasures(sqlite_engine(tmp_path / "service.db")).due(age=0)
    assert noted.sender_id.startswith("web_")
    assert (path == "/chat/api/data") == bool(noted.conversation)


async def test_nothing_can_be_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with 12333, nothing has ended; the same request works when the store does."""
    close: Any = web_sessions.WebSessions.close
    async with serve(tmp_path, good) as client:
        await in_thread(client.open)
        await in_thread(client.say, "你好")
        monkeypatch.setattr(web_sessions.WebSessions, "close", lambda *_, **__: 1 / 0)
        refused(await in_thread(client.send, "DELETE", "/chat/api/data"), 503)
        monkeypatch.setattr(web_sessions.WebSessions, "close", close)
        kept = await in_thread(client.send, "GET", "/chat/api/messages")
        assert 2 == len(kept.json["messages"])
        assert 204 == (await in_thread(client.send, "DELETE", "/chat/api/data")).status


async def test_a_follower_leaves_a_database_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WeChat is answered in time, and it is tried again until the follower's row is gone."""
    tried: list[str] = []
    forget: Any = wechat.Followers.forget

    def fails_once(self: Any, follower: str) -> Any:
        tried.append(follower)
        if len(tried) == 1:
            raise OSError("disk full")
        return forget(self, follower)

    monkeypatch.setattr(wechat.Followers, "forget", fails_once)
    async with hosted(tmp_path, Account(), forget_pause=0.3) as server:
        follower = server.platform.follower()
        await follower.says("什么是山寨证书")
        monkeypatch.setattr("bot.channels.wechat.channel._LEAVE_SECONDS", 0.1)
        assert "" == await follower.unsubscribes()
        followers = server.channel.followers
        assert 1 == followers.get(tried[0]).turns
        noted = Erasures(sqlite_engine(tmp_path / "service.db"))
        for _ in range(50):
            await asyncio.sleep(0.1)
            if not followers.get(tried[0]).turns and not noted.due(age=0):
                break
        assert (0, []) == (followers.get(tried[0]).turns, noted.due(age=0))
    assert 2 == len(tried)


async def test_a_follower_leaves_while_rasa_cannot_forget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who left stays noted with the journal's rows, until both are gone."""

    async def fails(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(retention, "forget", fails)
    async with hosted(tmp_path, Account()) as server:
        follower = server.platform.follower()
        await follower.says("什么是山寨证书")
        assert "" == await follower.unsubscribes()
        known_as = pseudonym(follower.openid, server.channel._account.pseudonym_key)  # type: ignore[union-attr]
    (noted,) = Erasures(sqlite_engine(tmp_path / "service.db")).due(age=0)
    assert (known_as, known_as) == (noted.sender_id, noted.conversation)
