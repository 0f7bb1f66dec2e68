"""What the servers of one account must agree on within seconds: who runs a turn, how it ended, the API's token.

One interface, two kinds: in this process, or in a Redis (:mod:`bot.channels.wechat.redis_state`). Everything ends by
itself and is bounded in number.
"""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from typing import Protocol

#: How the one delivery of a turn was settled: as the reply, by a call of the API, or kept for later.
REPLY, PUSH, LATE = "reply", "push", "late"
#: Seconds for which a finished turn can be told again, and for which it is known not to be run again: no request is
#: accepted for longer.
TOLD_SECONDS, KNOWN_SECONDS = 90, 660
#: Turns and requests remembered.
MOST_TURNS, MOST_REQUESTS = 10_000, 50_000


@dataclass(frozen=True)
class Arrival:
    """Which sending of a message this is, and seconds since the first; ``is_new``: nobody runs its turn yet."""

    number: int
    age: float
    is_new: bool


@dataclass(frozen=True)
class Outcome:
    """What a turn ended with: the whole text ('' for no answer) and when it was made (for its XML).

    ``own`` is the text without late answers of other questions that it brings along (``holds``).
    """

    text: str
    created: int
    own: str = ""
    holds: bool = False

    def to_json(self) -> str:
        """For a store."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, data: str) -> Outcome:
        """Inverse of :meth:`to_json`."""
        return cls(**json.loads(data))


class State(Protocol):
    """See the module. ``key`` is a message's."""

    async def is_replay(self, ticket: str, digest: str) -> bool:
        """Whether the same query came with another body."""

    async def arrived(self, key: str) -> Arrival:
        """Count a sending."""

    async def publish(self, key: str, outcome: Outcome) -> None:
        """The turn has ended."""

    async def outcome(self, key: str) -> Outcome | None:
        """How it ended, None while it runs or when it is too long ago."""

    async def settle(self, key: str, how: str) -> str:
        """Settle the delivery; how it *was* settled, which is ``how`` only for the first."""

    async def settled(self, key: str) -> str:
        """How the delivery was settled, '' as long as it was not."""

    async def token(self) -> tuple[str, float]:
        """The API's token and when it ends, ('', 0) without one."""

    async def keep_token(self, token: str, until: float) -> None:
        """Keep a token; '' drops it."""

    def token_lock(self) -> AbstractAsyncContextManager[object]:
        """Held by the one who fetches a token."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass
class _Turn:
    first: float
    arrivals: int = 0
    settled: str = ""
    #: compressed: ten thousand texts in a minute and a half would be twenty megabytes
    outcome: bytes = b""
    ended: float = 0.0


class LocalState:
    """In this process. Nothing in here waits, so that finding and making a turn is one step."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` gives seconds that only grow."""
        self._clock = clock
        self._turns: OrderedDict[str, _Turn] = OrderedDict()
        self._told: OrderedDict[str, None] = OrderedDict()
        self._requests: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._token, self._token_until = "", 0.0
        self._token_lock: asyncio.Lock | None = None

    async def is_replay(self, ticket: str, digest: str) -> bool:
        """See :class:`State`."""
        now = self._clock()
        while self._requests:
            ticket_of_oldest, (at, _) = next(iter(self._requests.items()))
            if at > now - KNOWN_SECONDS and len(self._requests) < MOST_REQUESTS:
                break
            del self._requests[ticket_of_oldest]
        return self._requests.setdefault(ticket, (now, digest))[1] != digest

    async def arrived(self, key: str) -> Arrival:
        """See :class:`State`."""
        now = self._clock()
        is_new = key not in self._turns
        turn = self._turn(key, _Turn(now))
        turn.arrivals += 1
        return Arrival(turn.arrivals, now - turn.first, is_new)

    async def publish(self, key: str, outcome: Outcome) -> None:
        """See :class:`State`."""
        turn = self._turn(key, _Turn(self._clock()))
        turn.outcome = zlib.compress(outcome.to_json().encode(), 1)
        turn.ended = self._clock()
        self._told[key] = None

    async def outcome(self, key: str) -> Outcome | None:
        """See :class:`State`."""
        turn = self._turns.get(key)
        return Outcome.from_json(zlib.decompress(turn.outcome).decode()) if turn and turn.outcome else None

    async def settle(self, key: str, how: str) -> str:
        """See :class:`State`."""
        now = self._clock()
        turn = self._turn(key, _Turn(now, ended=now))  # one that is not remembered runs no longer
        turn.settled = turn.settled or how
        return turn.settled

    async def settled(self, key: str) -> str:
        """See :class:`State`."""
        turn = self._turns.get(key)
        return turn.settled if turn else ""

    async def token(self) -> tuple[str, float]:
        """See :class:`State`."""
        return self._token, self._token_until

    async def keep_token(self, token: str, until: float) -> None:
        """See :class:`State`."""
        self._token, self._token_until = token, until

    def token_lock(self) -> AbstractAsyncContextManager[object]:
        """See :class:`State`."""
        self._token_lock = self._token_lock or asyncio.Lock()
        return self._token_lock

    async def close(self) -> None:
        """Nothing is open."""

    def _turn(self, key: str, unknown: _Turn) -> _Turn:
        """The turn of ``key``; where none is remembered ``unknown`` from now on."""
        if key not in self._turns:
            self._make_room(self._clock())
            self._turns[key] = unknown
        return self._turns[key]

    def _make_room(self, now: float) -> None:
        while self._told and self._ended(next(iter(self._told))) < now - TOLD_SECONDS:
            turn = self._turns.get(self._told.popitem(last=False)[0])
            if turn is not None:
                turn.outcome = b""
        for _ in range(len(self._turns)):
            key, turn = next(iter(self._turns.items()))
            is_old = max(turn.first, turn.ended) < now - KNOWN_SECONDS
            if not is_old and len(self._turns) < MOST_TURNS:
                return
            if turn.ended or is_old:
                del self._turns[key]
                self._told.pop(key, None)
            else:  # still running: looked at again when its time has come
                self._turns.move_to_end(key)

    def _ended(self, key: str) -> float:
        turn = self._turns.get(key)
        return turn.ended if turn else 0.0
