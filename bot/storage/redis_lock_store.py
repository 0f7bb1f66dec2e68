"""Conversation locks for several servers: one atomic lock in Redis for each conversation, which expires by itself.

Rasa's own Redis store reads, changes and writes a ticket list, which two servers can do at the same time. While Redis
fails, each server goes on with locks of its own; a proxy that sends a conversation to the same server makes that safe.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import time
from collections.abc import AsyncGenerator
from typing import Any

import redis.asyncio as redis
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME
from redis.exceptions import LockError, RedisError

from bot.storage.lock_store import QuickLockStore

_POLL_SECONDS = 0.05
#: Seconds after which the lock of a server that died is free; a living one renews it.
LIFE_SECONDS = 10.0
#: Seconds that a message waits for those before it: as long as a turn may take.
WAIT_SECONDS = 60.0
#: Seconds for which a failing Redis is left alone.
REST_SECONDS = 5.0
_log = logging.getLogger(__name__)


class RedisLocks(QuickLockStore):
    """``url`` of endpoints.yml is the address of Redis; messages of one server queue in the process first."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """Connects when first used, in the loop that uses it."""
        super().__init__()
        self._url = str(getattr(endpoint_config, "url", None) or "redis://127.0.0.1:6379/0")
        self._redis: Any = None
        self._rests_until = 0.0

    @contextlib.asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = _POLL_SECONDS
    ) -> AsyncGenerator[TicketLock, None]:
        """See the base class; raises LockError when others hold the conversation for a minute."""
        async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as ticket:
            held = await self._acquire(conversation_id)
            renewing = asyncio.create_task(self._renew(held)) if held is not None else None
            try:
                yield ticket
            finally:
                if renewing is not None:
                    renewing.cancel()
                    await self._release(held)

    async def _acquire(self, conversation_id: str) -> Any:
        if time.monotonic() < self._rests_until:
            return None
        name = "zhengbian:lock:" + hashlib.sha256(conversation_id.encode("utf-8", "replace")).hexdigest()
        lock = self._client().lock(name, timeout=LIFE_SECONDS, sleep=_POLL_SECONDS, blocking_timeout=WAIT_SECONDS)
        try:
            acquired = await lock.acquire()
        except (RedisError, OSError) as error:
            self._failed(error)
            return None
        if not acquired:
            raise LockError("the conversation is held elsewhere")
        return lock

    async def _renew(self, lock: Any) -> None:
        while True:
            await asyncio.sleep(LIFE_SECONDS / 3)
            try:
                await lock.extend(LIFE_SECONDS, replace_ttl=True)
            except (RedisError, OSError) as error:
                self._failed(error)

    async def _release(self, lock: Any) -> None:
        try:
            await asyncio.shield(lock.release())
        except LockError:
            _log.error("lock_expired")  # the turn outlived its lock: another may have run beside it
        except (RedisError, OSError) as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._rests_until = time.monotonic() + REST_SECONDS
        _log.error("lock_store_failed error=%s", type(error).__name__)

    def _client(self) -> Any:
        if self._redis is None:
            self._redis = redis.Redis.from_url(
                self._url, socket_connect_timeout=1, socket_timeout=2, health_check_interval=30
            )
        return self._redis
