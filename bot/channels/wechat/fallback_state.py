"""Shared state that does without the Redis while that fails: each server goes on by itself, and tries again soon.

A message may then be answered by two servers; better than not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

from redis.exceptions import RedisError

from bot.channels.wechat.state import Arrival, LocalState, Outcome, State

#: Seconds for which a failing Redis is left alone.
REST_SECONDS = 5.0
_FAILURES = (RedisError, OSError, asyncio.TimeoutError)
_log = logging.getLogger(__name__)


class FallbackState:
    """See :class:`bot.channels.wechat.state.State`."""

    def __init__(self, shared: State) -> None:
        """``shared`` is the state of all servers."""
        self._shared, self._own = shared, LocalState()
        self._rests_until = 0.0

    async def is_replay(self, ticket: str, digest: str) -> bool:
        """See the interface."""
        return bool(await self._first("is_replay", ticket, digest))

    async def arrived(self, key: str) -> Arrival:
        """See the interface."""
        arrival: Arrival = await self._first("arrived", key)
        return arrival

    async def publish(self, key: str, outcome: Outcome) -> None:
        """See the interface."""
        await self._first("publish", key, outcome)

    async def outcome(self, key: str) -> Outcome | None:
        """See the interface; what was made while the Redis failed is known here only."""
        found: Outcome | None = await self._first("outcome", key)
        return found or await self._own.outcome(key)

    async def settle(self, key: str, how: str) -> str:
        """See the interface."""
        return str(await self._first("settle", key, how))

    async def settled(self, key: str) -> str:
        """See the interface."""
        return str(await self._first("settled", key))

    async def token(self) -> tuple[str, float]:
        """See the interface."""
        token, until = await self._first("token")
        return token, until

    async def keep_token(self, token: str, until: float) -> None:
        """See the interface."""
        await self._first("keep_token", token, until)

    def token_lock(self) -> AbstractAsyncContextManager[object]:
        """See the interface."""
        return self._locked()

    async def close(self) -> None:
        """See the interface."""
        await self._shared.close()

    @contextlib.asynccontextmanager
    async def _locked(self) -> AsyncIterator[None]:
        async with self._own.token_lock(), contextlib.AsyncExitStack() as stack:
            if time.monotonic() >= self._rests_until:
                try:
                    await stack.enter_async_context(self._shared.token_lock())
                except _FAILURES as error:
                    self._rest(error)
            yield

    async def _first(self, operation: str, *arguments: Any) -> Any:
        if time.monotonic() >= self._rests_until:
            try:
                return await getattr(self._shared, operation)(*arguments)
            except _FAILURES as error:
                self._rest(error)
        return await getattr(self._own, operation)(*arguments)

    def _rest(self, error: BaseException) -> None:
        self._rests_until = time.monotonic() + REST_SECONDS
        _log.error("wechat_state_failed error=%s", type(error).__name__)
