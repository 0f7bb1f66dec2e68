"""What a person or its age erases is noted until nothing is left, whatever store fails meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels import retention
from bot.channels.retention import Eraser
from bot.replies.reply import Kind, Reply
from bot.storage import erasures as notes
from bot.storage import journal as journal_tables
from bot.storage.database import sqlite_engine
from bot.storage.erasures import Erasures
from bot.storage.journal import Journal
from bot.storage.web_sessions import WebSessions
from bot.storage.wechat import Follower, Followers


@dataclass
class FailingStore:
    """Rasa's store, which fails as often as it is told."""

    failures: int = 0
    deleted: list[str] = field(default_factory=list)

    def delete(self, sender_id: str) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("disk full")
        self.deleted.append(sender_id)


class Locks:
    """Rasa's locks."""

    @contextlib.asynccontextmanager
    async def lock(self, _: str) -> AsyncIterator[None]:
        yield


@dataclass
class World:
    """All stores on one file, with a Rasa of the test's own."""

    engine: sa.engine.Engine
    store: FailingStore = field(default_factory=FailingStore)

    def __post_init__(self) -> None:
        self.sessions, self.journal, self.erasures = (
            WebSessions(self.engine),
            Journal(self.engine),
            Erasures(self.engine),
        )
        self.followers, self.eraser = Followers(self.engine), Eraser(self.erasures, self.journal)
        self.agent = SimpleNamespace(tracker_store=self.store, lock_store=Locks())

    def talked(self, conversation: str) -> None:
        reply = Reply(Kind.REFUSAL, None, "v1", "body", "speech", reason="no_entry")
        self.journal.replied("web", conversation, "一个问题", [reply])

    def journal_rows(self) -> int:
        with self.engine.connect() as db:
            return len(db.execute(sa.select(journal_tables.misses.c.id)).all())


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(sqlite_engine(tmp_path / "service.db"))


async def test_rasa_fails_once(world: World) -> None:
    """The conversation has ended, its sender stays noted, the next try erases events and journal and strikes it out."""
    found = world.sessions.open({}, {}).conversation
    world.talked(found.conv)
    noted = world.sessions.close(found.conv, journal=True)
    assert noted is not None
    world.store.failures = 1
    assert await world.eraser.erase(world.agent, noted) is False
    assert ([], 1) == (world.store.deleted, world.journal_rows())
    assert [noted] == world.erasures.due(age=0)
    assert await world.eraser.erase(world.agent, noted) is True
    assert ([found.sender_id], 0, []) == (world.store.deleted, world.journal_rows(), world.erasures.due(age=0))


async def test_the_journal_fails_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same when Rasa forgot and the journal did not: erasing twice does no harm."""
    found = world.sessions.open({}, {}).conversation
    world.talked(found.conv)
    noted = world.sessions.close(found.conv, journal=True)
    assert noted is not None
    with monkeypatch.context() as broken:
        broken.setattr(world.journal, "forget", lambda _: 1 / 0)
        assert await world.eraser.erase(world.agent, noted) is False
    assert [noted] == world.erasures.due(age=0)
    assert await world.eraser.erase(world.agent, noted) is True
    assert ([found.sender_id] * 2, 0) == (world.store.deleted, world.journal_rows())


async def test_ending_leaves_the_journal(world: World) -> None:
    """重新开始 erases Rasa's events alone; whoever ends what has ended notes nothing."""
    found = world.sessions.open({}, {}).conversation
    world.talked(found.conv)
    noted = world.sessions.close(found.conv)
    assert noted is not None
    assert await world.eraser.erase(world.agent, noted) is True
    assert ([found.sender_id], 1) == (world.store.deleted, world.journal_rows())
    assert world.sessions.close(found.conv, journal=True) is None


async def test_what_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was noted just now may still be at work and is left alone; later it is done, one failure keeping no other."""
    ended = [world.sessions.open({}, {}).conversation for _ in range(3)]
    for conversation in ended:
        world.sessions.close(conversation.conv)
    await world.eraser.erase_due(world.agent)
    assert [] == world.store.deleted
    now = notes.time.time()
    monkeypatch.setattr(notes.time, "time", lambda: now + 121)
    world.store.failures = 1
    await world.eraser.erase_due(world.agent)
    assert [conversation.sender_id for conversation in ended[1:]] == world.store.deleted
    await world.eraser.erase_due(world.agent)
    assert sorted(conversation.sender_id for conversation in ended) == sorted(world.store.deleted)
    assert [] == world.erasures.due(age=0)


async def test_age_erases_through_a_failing_store(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daily purge of web and WeChat notes whom Rasa could not forget; the retry that runs beside it forgets them."""
    conversation = world.sessions.open({}, {}).conversation
    world.followers.keep("wx_1", Follower(turns=1))
    senders = {conversation.sender_id, "wx_1"}
    world.store.failures = 2
    noted = [*world.sessions.purge(-1), *world.followers.purge(-1)]
    assert senders == {erasure.sender_id for erasure in noted}
    await world.eraser.erase_all(world.agent, noted)
    assert [] == world.store.deleted
    monkeypatch.setattr(notes, "_LATE_SECONDS", 0)
    monkeypatch.setattr(retention, "_RETRY_SECONDS", 0.01)
    now = notes.time.time()
    monkeypatch.setattr(notes.time, "time", lambda: now + 200)
    app: Any = SimpleNamespace(ctx=SimpleNamespace(agent=world.agent))
    retrying = asyncio.create_task(world.eraser.retry(app))
    while world.erasures.due(age=0):
        await asyncio.sleep(0.01)
    retrying.cancel()
    assert senders == set(world.store.deleted)


async def test_the_database_of_the_notes_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The retry outlives it."""
    monkeypatch.setattr(world.erasures, "due", lambda: 1 / 0)
    await world.eraser.erase_due(world.agent)
    assert [] == world.store.deleted
