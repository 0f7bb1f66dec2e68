"""Token buckets: so many at once, refilled evenly. Local to the process, bounded in number."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Bucket:
    tokens: float
    filled: float


class RateLimit:
    """At most ``per_minute`` events a minute for each key; a full bucket allows a burst of all of them."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic, most_keys: int = 20_000) -> None:
        """``per_minute`` 0 switches the limit off."""
        self._per_minute, self._clock, self._most = per_minute, clock, most_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, key: str) -> float:
        """Take one token: 0.0 when there was one, else seconds until there is."""
        if not self._per_minute:
            return 0.0
        now = self._clock()
        bucket = self._buckets.pop(key, None) or _Bucket(float(self._per_minute), now)
        rate = self._per_minute / 60
        bucket.tokens = min(float(self._per_minute), bucket.tokens + (now - bucket.filled) * rate)
        bucket.filled = now
        self._buckets[key] = bucket
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / rate
        bucket.tokens -= 1
        return 0.0
