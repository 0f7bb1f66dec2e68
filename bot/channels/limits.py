"""Token buckets: so many at once, refilled evenly. Shared by all servers where a Redis is named."""

from __future__ import annotations

from bot.settings import Settings
from bot.storage.shared import ProcessShared, Shared, shared


class RateLimit:
    """At most ``per_minute`` events a minute for each key; a full bucket allows a burst of all of them."""

    def __init__(self, per_minute: int, buckets: Shared | None = None, name: str = "") -> None:
        """``per_minute`` 0 switches the limit off; ``name`` keeps its buckets apart from other limits'."""
        self._per_minute, self._name = per_minute, name
        self._buckets = buckets or ProcessShared()

    @classmethod
    def of(cls, settings: Settings, name: str) -> RateLimit:
        """The limit that a setting holds; off where limits are."""
        on = settings.is_on("ZHENGBIAN_LIMITS")
        return cls(settings.number(name, 1) if on else 0, shared(settings), name.removeprefix("ZHENGBIAN_").lower())

    def wait(self, key: str) -> float:
        """Take one token: 0.0 when there was one, else seconds until there is."""
        return self._buckets.wait(f"{self._name}:{key}", self._per_minute) if self._per_minute else 0.0
