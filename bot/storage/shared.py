"""What all servers of an installation must agree on for some seconds: budgets of requests, who does a piece of work.

In Redis where ``ZHENGBIAN_REDIS`` names one, else in the process. While Redis fails, each server goes on by itself, and
tries again after some seconds: a limit that is counted twice is better than a citizen who gets no answer.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import OrderedDict
from functools import lru_cache
from typing import Any, Protocol

import redis

from bot.settings import Settings

#: Seconds for which a failing Redis is left alone.
REST_SECONDS = 5.0
#: Seconds that a call may take: it is made on the event loop.
CALL_SECONDS = 0.5
_PREFIX = "zhengbian:"
_MOST_KEYS = 20_000
_BUCKET = """
local most, now = tonumber(ARGV[1]), tonumber(ARGV[2])
local rate = most / 60
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'filled')
local tokens, filled = tonumber(kept[1]) or most, tonumber(kept[2]) or now
tokens = math.min(most, tokens + math.max(0, now - filled) * rate)
local wait = 0
if tokens < 1 then wait = (1 - tokens) / rate else tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'filled', tostring(now))
redis.call('EXPIRE', KEYS[1], 120)
return tostring(wait)
"""
#: A claim is renewed by whoever made it, also where Redis has forgotten it meanwhile, and given back by nobody else.
_RENEW = """
local holder = redis.call('GET', KEYS[1])
if not holder or holder == ARGV[1] then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_log = logging.getLogger(__name__)


class Shared(Protocol):
    """The operations; keys are namespaced by the caller and hold nothing personal."""

    def wait(self, key: str, per_minute: int) -> float:
        """Take a token of a bucket: 0.0 when there was one, else the seconds until there is."""

    def claim(self, key: str, seconds: float) -> bool:
        """Whether the caller is the first in ``seconds`` to claim the key."""

    def renew(self, key: str, seconds: float) -> None:
        """Hold one's claim for longer; another's, who took it when it had run out, is left alone."""

    def release(self, key: str) -> None:
        """Give one's claim back; another's is left alone."""


class ProcessShared:
    """For one server: token buckets and claims in memory, the oldest dropped beyond 20,000."""

    def __init__(self) -> None:
        """Empty."""
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._claims: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str, per_minute: int) -> float:
        """See :class:`Shared`."""
        now, rate = time.monotonic(), per_minute / 60
        tokens, filled = self._buckets.pop(key, (float(per_minute), now))
        tokens = min(float(per_minute), tokens + (now - filled) * rate)
        wait = (1 - tokens) / rate if tokens < 1 else 0.0
        _put(self._buckets, key, (tokens if wait else tokens - 1, now))
        return wait

    def claim(self, key: str, seconds: float) -> bool:
        """See :class:`Shared`."""
        now = time.monotonic()
        if self._claims.get(key, 0.0) > now:
            return False
        self._claims.pop(key, None)
        while self._claims and next(iter(self._claims.values())) <= now:  # what has run out is not kept
            self._claims.popitem(last=False)
        _put(self._claims, key, now + seconds)
        return True

    def renew(self, key: str, seconds: float) -> None:
        """See :class:`Shared`."""
        _put(self._claims, key, time.monotonic() + seconds)

    def release(self, key: str) -> None:
        """See :class:`Shared`."""
        self._claims.pop(key, None)


class RedisShared:
    """For several servers."""

    def __init__(self, url: str) -> None:
        """Connects when first used."""
        self._redis: Any = redis.Redis.from_url(
            url, socket_connect_timeout=CALL_SECONDS, socket_timeout=CALL_SECONDS, health_check_interval=30
        )
        self._bucket, self._renew, self._release = map(self._redis.register_script, (_BUCKET, _RENEW, _RELEASE))
        #: what stands in our claims; no other server's are like it
        self._holder = secrets.token_hex(8)
        self._alone = ProcessShared()
        self._rests_until = 0.0

    def wait(self, key: str, per_minute: int) -> float:
        """See :class:`Shared`."""
        found = self._try(lambda: float(self._bucket(keys=[f"{_PREFIX}limit:{key}"], args=[per_minute, time.time()])))
        return self._alone.wait(key, per_minute) if found is None else float(found)

    def claim(self, key: str, seconds: float) -> bool:
        """See :class:`Shared`."""
        name, life = f"{_PREFIX}claim:{key}", int(seconds * 1000)
        found = self._try(lambda: bool(self._redis.set(name, self._holder, nx=True, px=life)))
        return self._alone.claim(key, seconds) if found is None else bool(found)

    def renew(self, key: str, seconds: float) -> None:
        """See :class:`Shared`."""
        self._try(lambda: self._renew(keys=[f"{_PREFIX}claim:{key}"], args=[self._holder, int(seconds * 1000)]))
        self._alone.renew(key, seconds)

    def release(self, key: str) -> None:
        """See :class:`Shared`."""
        self._try(lambda: self._release(keys=[f"{_PREFIX}claim:{key}"], args=[self._holder]))
        self._alone.release(key)

    def _try(self, call: Any) -> Any:
        """The call's result; None while Redis does not answer."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            return call()
        except (redis.RedisError, OSError) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            _log.error("redis_failed error=%s", type(error).__name__)
            return None


def shared(settings: Settings) -> Shared:
    """Redis where one is named, shared by all who ask; else a memory of the caller's own."""
    url = settings.text("ZHENGBIAN_REDIS")
    return _redis(url) if url else ProcessShared()


@lru_cache(maxsize=4)
def _redis(url: str) -> RedisShared:
    return RedisShared(url)


def _put(table: OrderedDict[str, Any], key: str, value: Any) -> None:
    table[key] = value
    while len(table) > _MOST_KEYS:
        table.popitem(last=False)
