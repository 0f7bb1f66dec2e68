"""The state that several servers share, in a Redis: every key expires, none holds an openid or a person's words but
the answers of the last minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from redis.asyncio import Redis

from bot.channels.wechat.state import KNOWN_SECONDS, TOLD_SECONDS, Arrival, Outcome

_PREFIX = "zhengbian:wechat:"
#: Seconds that one call may take, and for which the lock of the token is held at most.
_CALL_SECONDS, _LOCK_SECONDS = 1, 15


class RedisState:
    """See :class:`bot.channels.wechat.state.State`."""

    def __init__(self, address: str, app_id: str, clock: Callable[[], float] = time.time) -> None:
        """``app_id`` keeps several accounts of one Redis apart. Nothing is opened yet."""
        self._redis: Any = Redis.from_url(
            address, decode_responses=True, socket_timeout=_CALL_SECONDS, socket_connect_timeout=_CALL_SECONDS
        )
        self._clock, self._prefix = clock, f"{_PREFIX}{app_id}:"

    async def is_replay(self, ticket: str, digest: str) -> bool:
        """See the interface."""
        name = f"{self._prefix}request:{ticket}"
        if await self._redis.set(name, digest, nx=True, ex=KNOWN_SECONDS):
            return False
        return bool(await self._redis.get(name) != digest)

    async def arrived(self, key: str) -> Arrival:
        """See the interface: whoever counts first runs the turn."""
        name, first, now = f"{self._prefix}arrivals:{key}", f"{self._prefix}first:{key}", self._clock()
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(name).expire(name, KNOWN_SECONDS).set(first, repr(now), nx=True, ex=KNOWN_SECONDS).get(first)
            number, _, _, since = await pipe.execute()
        return Arrival(int(number), max(0.0, now - float(since)), int(number) == 1)

    async def publish(self, key: str, outcome: Outcome) -> None:
        """See the interface."""
        await self._redis.set(f"{self._prefix}outcome:{key}", outcome.to_json(), ex=TOLD_SECONDS)

    async def outcome(self, key: str) -> Outcome | None:
        """See the interface."""
        found = await self._redis.get(f"{self._prefix}outcome:{key}")
        return Outcome.from_json(found) if found else None

    async def settle(self, key: str, how: str) -> str:
        """See the interface."""
        name = f"{self._prefix}settled:{key}"
        if await self._redis.set(name, how, nx=True, ex=KNOWN_SECONDS):
            return how
        return str(await self._redis.get(name) or how)

    async def settled(self, key: str) -> str:
        """See the interface."""
        return str(await self._redis.get(f"{self._prefix}settled:{key}") or "")

    async def token(self) -> tuple[str, float]:
        """See the interface."""
        token, until = await self._redis.mget(f"{self._prefix}token", f"{self._prefix}token_until")
        return (token or "", float(until or 0))

    async def keep_token(self, token: str, until: float) -> None:
        """See the interface."""
        await self._redis.mset({f"{self._prefix}token": token, f"{self._prefix}token_until": repr(until)})

    def token_lock(self) -> AbstractAsyncContextManager[object]:
        """See the interface."""
        return self._redis.lock(  # type: ignore[no-any-return]
            f"{self._prefix}token_lock", timeout=_LOCK_SECONDS, blocking_timeout=_LOCK_SECONDS
        )

    async def close(self) -> None:
        """See the interface."""
        await self._redis.close()
