"""What servers share through Redis and PostgreSQL, and what happens while those are away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from redis.exceptions import LockError

from bot.channels.limits import RateLimit
from bot.storage import redis_lock_store, shared
from bot.storage.database import postgres_engine
from bot.storage.redis_lock_store import RedisLocks
from bot.storage.shared import ProcessShared, RedisShared, Shared
from bot.storage.tracker_store import SafeSQLTrackerStore
from tests.services import Postgres, Redis

DOMAIN = Domain.empty()


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    found = Redis()
    yield found
    found.remove()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    found = Postgres()
    yield found
    found.remove()


@pytest.fixture(params=["process", "redis"])
def pair(request: pytest.FixtureRequest, redis: Redis) -> tuple[Shared, Shared]:
    """Two who must agree: two servers on one Redis, or two users of one process."""
    if request.param == "redis":
        return RedisShared(redis.url), RedisShared(redis.url)
    one = ProcessShared()
    return one, one


def test_claims_that_ran_out_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that runs for months keeps the claims of the last seconds, and a living one as long as it is renewed."""
    alone, now = ProcessShared(), time.monotonic()
    assert alone.claim("living", 10)
    for number in range(100):
        monkeypatch.setattr(time, "monotonic", lambda at=now + number: at)
        alone.renew("living", 10)
        assert alone.claim(f"message {number}", 10)
        assert not alone.claim("living", 10)
    alone.release("living")
    monkeypatch.setattr(time, "monotonic", lambda: now + 1000)
    assert alone.claim("the last", 10)
    assert ["the last"] == list(alone._claims)


def test_a_limit_is_one(pair: tuple[Shared, Shared]) -> None:
    """Three a minute together, then the seconds until the next."""
    limits = [RateLimit(3, who, "messages") for who in pair]
    key = f"a{time.time()}"
    assert [0.0, 0.0, 0.0] == [limits[n % 2].wait(key) for n in range(3)]
    assert 15 < limits[0].wait(key) <= 20
    assert 15 < limits[1].wait(key) <= 20
    assert 0.0 == limits[1].wait(f"other{key}")


def test_a_claim_is_one(pair: tuple[Shared, Shared]) -> None:
    """The first has it until it is given back or runs out."""
    one, two = pair
    key = f"b{time.time()}"
    assert [True, False] == [one.claim(key, 10), two.claim(key, 10)]
    one.renew(key, 10)
    assert not two.claim(key, 10)
    one.release(key)
    assert two.claim(key, 0.1)
    time.sleep(0.15)
    assert one.claim(key, 10)


def test_a_claim_is_ones_own(redis: Redis) -> None:
    """Whoever slept through the end of his claim neither prolongs nor gives back what another has taken meanwhile."""
    one, two, three = RedisShared(redis.url), RedisShared(redis.url), RedisShared(redis.url)
    assert one.claim("g", 0.05)
    time.sleep(0.1)
    assert two.claim("g", 0.5)
    one.renew("g", 60)
    one.release("g")
    assert not three.claim("g", 60)
    time.sleep(0.6)
    assert three.claim("g", 60)
    three.release("g")
    assert one.claim("h", 60)
    one._redis.flushall()
    one.renew("h", 60)
    assert not two.claim("h", 60)


def test_each_goes_on_alone_while_redis_is_away(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """No error and no waiting; afterwards they agree again."""
    monkeypatch.setattr(shared, "REST_SECONDS", 0.0)
    one, two = RedisShared(redis.url), RedisShared(redis.url)
    assert one.claim("c", 10)
    redis.stop()
    try:
        assert [True, True] == [one.claim("d", 10), two.claim("d", 10)]
        assert not one.claim("d", 10)
        assert 0.0 == one.wait("d", 60)
    finally:
        redis.start()
    assert [True, False] == [one.claim("e", 10), two.claim("e", 10)]


def locks(redis: Redis) -> RedisLocks:
    return RedisLocks(SimpleNamespace(url=redis.url))


async def test_a_lock_is_one(redis: Redis) -> None:
    """Two servers, one conversation: never both inside; another conversation is not held up."""
    inside, most = [0], [0]
    pair = locks(redis), locks(redis)

    async def work(store: RedisLocks) -> None:
        async with store.lock("web_a"):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            await asyncio.sleep(0.03)
            inside[0] -= 1

    async with pair[0].lock("web_other"):
        await asyncio.wait_for(asyncio.gather(*(work(pair[n % 2]) for n in range(8))), 20)
    assert 1 == most[0]


async def test_a_long_turn_keeps_its_lock(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is renewed while the turn runs; that of a server that died is free after its life."""
    monkeypatch.setattr(redis_lock_store, "LIFE_SECONDS", 0.3)
    monkeypatch.setattr(redis_lock_store, "WAIT_SECONDS", 0.6)
    one, two = locks(redis), locks(redis)
    async with one.lock("web_b"):
        with pytest.raises(LockError):
            async with two.lock("web_b"):
                pytest.fail("both are inside")
    died = one._client().lock("zhengbian:lock:dead", timeout=0.3)
    assert await died.acquire()
    async with two.lock("web_b"):
        pass


async def test_locks_without_redis(redis: Redis) -> None:
    """A conversation is still one at a time on each server."""
    store = locks(redis)
    redis.stop()
    try:
        order: list[str] = []

        async def work(name: str, seconds: float) -> None:
            async with store.lock("web_c"):
                order.append(name)
                await asyncio.sleep(seconds)
                order.append(name)

        await asyncio.gather(work("first", 0.1), work("second", 0.0))
        assert ["first", "first", "second", "second"] == order
    finally:
        redis.start()


def tracker(sender: str, text: str) -> DialogueStateTracker:
    events = [ActionExecuted("action_session_start"), SessionStarted(), UserUttered(text)]
    return DialogueStateTracker.from_events(sender, events, domain=DOMAIN)


async def test_conversations_in_postgresql(postgres: Postgres) -> None:
    """Saved and read back, with the indexes; no text ends the process; a restart of the database is not noticed."""
    store = SafeSQLTrackerStore(DOMAIN, host=postgres.url, dialect="postgresql")
    await store.save(tracker("web_a", "证书在哪查"))
    indexes = {name for (name,) in postgres.rows("SELECT indexname FROM pg_indexes WHERE tablename = 'events'")}
    assert {"ix_events_sender_type_time", "ix_events_sender_id_id"} <= indexes
    for sender, text in (
        ("web_\ud800", "好"),
        ("web_b", "坏\ud800字"),
        ("web_\x00", "好"),
        ("web_c", "坏\x00字"),
        ("w" * 300, "好"),
    ):
        for work in (store.save(tracker(sender, text)), store.retrieve(sender)):
            try:
                await work
            except Exception:
                assert store.last_error is not None
    postgres.stop()
    postgres.start()
    found = await store.retrieve("web_a")
    assert found is not None
    assert "证书在哪查" == found.latest_message.text
    store.delete("web_a")
    assert await store.retrieve("web_a") is None
    store.engine.dispose()


def test_connections_have_limits(postgres: Postgres) -> None:
    """A statement that never ends is ended; the schema's search path stays."""
    engine = postgres_engine(sa.engine.make_url(postgres.url), "-csearch_path=public")
    with engine.connect() as db:
        assert "5s" == db.exec_driver_sql("SHOW statement_timeout").scalar()
        assert "public" == db.exec_driver_sql("SHOW search_path").scalar()
    assert engine.pool.size() <= 10
    engine.dispose()
