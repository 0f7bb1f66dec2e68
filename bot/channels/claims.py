"""Holding pieces of work while they are done: renewed as long as their server lives, free again soon after it died."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from bot.storage.shared import Shared

#: Seconds between two tries for a claim that somebody else holds.
LOOK_SECONDS = 0.1


class Claims:
    """Claims of one kind of work among all servers.

    Whoever gets a claim must look whether the work is done: it may have been finished in this very moment.
    """

    def __init__(self, shared: Shared, kind: str, seconds: float) -> None:
        """``kind`` keeps the keys apart from others'; ``seconds``: how long a server that died holds its claims."""
        self.shared, self.kind, self.seconds = shared, kind, seconds

    def name(self, key: str) -> str:
        """The claim's name among all of ``shared``."""
        return f"{self.kind}:{key}"

    @contextlib.contextmanager
    def tried(self, key: str) -> Iterator[bool]:
        """True, and held to the end of the block, where it was free; else False."""
        name = self.name(key)
        if not self.shared.claim(name, self.seconds):
            yield False
            return
        loop = asyncio.get_running_loop()
        renewing: list[asyncio.TimerHandle] = []

        def renew() -> None:
            renewing[:] = [loop.call_later(self.seconds / 3, renew)]
            self.shared.renew(name, self.seconds)

        renewing.append(loop.call_later(self.seconds / 3, renew))
        try:
            yield True
        finally:
            renewing[0].cancel()
            self.shared.release(name)

    @contextlib.asynccontextmanager
    async def waited(self, key: str) -> AsyncIterator[None]:
        """Held from the moment when it is free to the end of the block."""
        while True:
            with self.tried(key) as is_ours:
                if is_ours:
                    yield
                    return
            await asyncio.sleep(LOOK_SECONDS)
