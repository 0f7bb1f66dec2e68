"""Which of the messages in progress goes on next: the one that came first, one in a round of the event loop.

A turn keeps the loop for its few milliseconds. Without an order, whoever comes back from the encoder's thread stands
behind all turns that began meanwhile; with it, the encoder's time is time that is waited for anyway. Between two turns
requests are read, first looks taken and answers written. Nobody holds anything: a turn that waits for something else
keeps nobody back.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
from collections.abc import Callable
from concurrent.futures import Executor
from itertools import count
from typing import TypeVar

T = TypeVar("T")


class Pace:
    """One in a process, for the event loop that is running: what an ended one left behind keeps nobody waiting."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._arrivals = count()
        self._is_taken = False

    def arrive(self) -> int:
        """The place of a new message in the order of arrival."""
        return next(self._arrivals)

    async def my_turn(self, place: int) -> None:
        """Wait until no older message wants to go on, and none has in this round."""
        loop = self._running_loop()
        if not self._is_taken:
            self._is_taken = True
            loop.call_soon(self._next)
            return
        future: asyncio.Future[None] = loop.create_future()
        self._queue(place, future)
        await future

    async def beside(self, place: int, threads: Executor, work: Callable[[], T]) -> T:
        """The result of ``work``, done in one of ``threads``, when it is there and it is the message's turn.

        Raises what ``work`` raises.
        """
        loop = self._running_loop()
        future: asyncio.Future[None] = loop.create_future()
        job = threads.submit(work)

        def done(_: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(self._queue, place, future)

        job.add_done_callback(done)
        try:
            await future
        except asyncio.CancelledError:
            job.cancel()
            raise
        return job.result()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._is_taken = loop, False
            self._waiting.clear()
        return loop

    def _queue(self, place: int, future: asyncio.Future[None]) -> None:
        heapq.heappush(self._waiting, (place, future))
        if not self._is_taken:
            self._next()

    def _next(self) -> None:
        self._is_taken = False
        while self._waiting and not self._is_taken:
            _, future = heapq.heappop(self._waiting)
            if not future.done():  # else its turn was given up
                self._is_taken = True
                future.set_result(None)
                asyncio.get_running_loop().call_soon(self._next)
