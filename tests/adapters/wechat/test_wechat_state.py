"""What servers agree on: the same answers from this process, from a Redis, and while the Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.channels.wechat import state as states
from bot.channels.wechat.fallback_state import FallbackState
from bot.channels.wechat.redis_state import RedisState
from bot.channels.wechat.state import LATE, REPLY, LocalState, Outcome, State
from tests.services import Redis

OUTCOME = Outcome("好\n来源：", 1_764_000_000, "好", holds=True)


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    service = Redis()
    yield service
    service.remove()


@pytest.fixture(params=["local", "redis", "fallback", "redis away"])
async def state(request: pytest.FixtureRequest) -> AsyncIterator[State]:
    made: State
    if request.param == "local":
        made = LocalState()
    elif request.param == "redis away":
        made = FallbackState(RedisState("redis://127.0.0.1:9/0", "wx01"))
    else:
        shared = RedisState(request.getfixturevalue("redis").url, f"wx-{request.node.name}")
        made = FallbackState(shared) if request.param == "fallback" else shared
    yield made
    await made.close()


async def test_a_turn(state: State) -> None:
    """Counted, run once, told, settled once."""
    first, second = await state.arrived("k"), await state.arrived("k")
    assert [(1, True), (2, False)] == [(first.number, first.is_new), (second.number, second.is_new)]
    assert 0 <= second.age < 5
    assert (None, "") == (await state.outcome("k"), await state.settled("k"))
    await state.publish("k", OUTCOME)
    assert OUTCOME == await state.outcome("k")
    assert [REPLY, REPLY] == [await state.settle("k", REPLY), await state.settle("k", LATE)]
    assert REPLY == await state.settled("k")
    assert (await state.arrived("other")).is_new


async def test_at_once(state: State) -> None:
    """One of twenty runs the turn."""
    arrivals = await asyncio.gather(*(state.arrived("k20") for _ in range(20)))
    assert (1, 20) == (sum(a.is_new for a in arrivals), max(a.number for a in arrivals))


async def test_replays(state: State) -> None:
    """The same body is a repeat, another one is not."""
    assert [False, False, True] == [await state.is_replay("t", digest) for digest in ("a", "a", "b")]
    assert not await state.is_replay("u", "b")


async def test_tokens(state: State) -> None:
    """Kept for all, fetched by one at a time."""
    assert ("", 0.0) == await state.token()
    await state.keep_token("token", 7200.0)
    assert ("token", 7200.0) == await state.token()
    held = []

    async def fetch() -> None:
        async with state.token_lock():
            held.append(True)
            assert 1 == len(held)
            await asyncio.sleep(0)
            held.pop()

    await asyncio.gather(*(fetch() for _ in range(5)))


async def test_two_servers(redis: Redis) -> None:
    """What one has made the other tells."""
    one, other = RedisState(redis.url, "wx2"), RedisState(redis.url, "wx2")
    assert (await one.arrived("k")).is_new
    assert not (await other.arrived("k")).is_new
    await one.publish("k", OUTCOME)
    assert OUTCOME == await other.outcome("k")
    for state in (one, other):
        await state.close()


async def test_nothing_stays_for_ever(redis: Redis) -> None:
    """Every key of ours ends by itself, but for the token's two."""
    state = RedisState(redis.url, "wx3")
    await state.arrived("k")
    await state.publish("k", OUTCOME)
    await state.settle("k", REPLY)
    await state.is_replay("t", "d")
    names = [name async for name in state._redis.scan_iter(f"{state._prefix}*")]
    assert 5 == len(names)
    assert all([0 < await state._redis.ttl(name) <= states.KNOWN_SECONDS for name in names])
    await state.close()


async def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand turns and no more; a text is told for a while, known to be done for longer; running ones stay."""
    now = [1000.0]
    state = LocalState(clock=lambda: now[0])
    await state.arrived("running")
    for number in range(states.MOST_TURNS + 100):
        await state.arrived(str(number))
        await state.publish(str(number), OUTCOME)
    assert len(state._turns) <= states.MOST_TURNS
    assert len(state._told) <= states.MOST_TURNS
    assert not (await state.arrived("running")).is_new
    last = str(states.MOST_TURNS + 99)
    now[0] += states.TOLD_SECONDS + 1
    await state.arrived("later")
    assert await state.outcome(last) is None
    assert not (await state.arrived(last)).is_new
    await state.publish("running", OUTCOME)
    now[0] += 2 * states.KNOWN_SECONDS
    await state.arrived("much later")
    assert len(state._turns) < 10
    assert len(state._told) < 10
    for number in range(states.MOST_REQUESTS + 10):
        await state.is_replay(str(number), "d")
    assert len(state._requests) <= states.MOST_REQUESTS


async def test_a_turn_that_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What settles or ends it late takes the place of an old one, and goes like any other; so does one cut off."""
    monkeypatch.setattr(states, "MOST_TURNS", 5)
    now = [1000.0]
    state = LocalState(clock=lambda: now[0])
    await asyncio.gather(*(state.arrived(f"running {number}") for number in range(3)))
    for number in range(20):
        assert LATE == await state.settle(f"settled {number}", LATE)
        await state.publish(f"ended {number}", OUTCOME)
        assert len(state._turns) <= 5
    assert not any([(await state.arrived(f"running {number}")).is_new for number in range(3)])
    now[0] += states.KNOWN_SECONDS + 1
    await state.arrived("after all of them")
    assert ["after all of them"] == list(state._turns)
