"""One turn for each message, joined by the platform's repeats, answered in time or kept for later.

The platform waits five seconds and sends three times. The turn runs in a task of its own, so that neither a closed
connection nor a repeat touches it; whichever sending is in time gets the answer.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from bot.channels.conversation import OnNewMessage
from bot.channels.in_flight import InFlight
from bot.channels.limits import RateLimit
from bot.channels.wechat.delivery import Delivery, Sender
from bot.channels.wechat.identity import pseudonym
from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.settings import Account
from bot.channels.wechat.state import LATE, PUSH, REPLY, Outcome, State
from bot.channels.wechat.talk import Spoken, Talk
from bot.rendering.parts import cut
from bot.rendering.wechat import escape
from bot.storage.erasures import Erasure
from bot.storage.wechat import Followers, LateAnswer, LateAnswers

#: Turns of one follower at once: beyond it a polite word.
MOST_WAITING = 5
#: Characters of a question that a late answer repeats.
_LONGEST_QUESTION = 30
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """Seconds. ``answer``: a sending must be answered; ``hold``: one that may lapse is let go; ``final_age``: no other
    will come; ``turn``: a turn is given up; ``lost``: a finished answer that no sending fetched is kept for later."""

    answer: float = 4.2
    hold: float = 10.0
    final_age: float = 9.0
    turn: float = 75.0
    lost: float = 15.0


@dataclass(frozen=True)
class Passive:
    """The reply to one sending: text and the time it was made at."""

    text: str
    created: int


class Turns:
    """All turns of the process."""

    def __init__(
        self,
        account: Account,
        state: State,
        talk: Talk,
        followers: Followers,
        late: LateAnswers,
        sender: Sender | None = None,
        limit: RateLimit | None = None,
        in_flight: InFlight | None = None,
        timing: Timing = Timing(),
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``sender`` is there for accounts with customer service only; ``account.pseudonym_key`` is set; where
        there is no place ``in_flight`` a polite word is said."""
        self._account, self._state, self._talk = account, state, talk
        self._followers, self._late, self._sender = followers, late, sender
        self._limit, self._timing, self._clock = limit or RateLimit(0), timing, clock
        self._in_flight = in_flight or InFlight(sys.maxsize)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._of_follower: dict[str, set[asyncio.Task[None]]] = {}
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._delivery = Delivery(state, talk, followers, late, sender, clock)

    async def reply(self, message: Incoming, arrived: float, on_new_message: OnNewMessage) -> Passive | None:
        """What this sending is answered with, None for „success". ``arrived``: monotonic time of its head."""
        key = message.key
        arrival = await self._state.arrived(key)
        if arrival.is_new:
            self._start(key, message, on_new_message)
        elif key not in self._running and await self._state.outcome(key) is None:
            if await self._state.settled(key):
                return None
            self._running[key] = self._task(self._elsewhere(key), key)
        task = self._running.get(key)
        is_final = arrival.number >= 3 or arrival.age >= self._timing.final_age
        seconds = self._timing.answer if self._sender or is_final else self._timing.hold
        if task is not None:
            await asyncio.wait({task}, timeout=max(0.0, seconds - (time.monotonic() - arrived)))
        if task is None or task.done():
            return await self._fetched(key)
        if self._sender is not None:
            return await self._fetched(key) if await self._state.settle(key, PUSH) == REPLY else None
        if not is_final:
            return None
        return await self._noticed(key, message)

    async def stop(self, openid: str) -> Erasure:
        """End what runs for a follower and erase what is kept here; what is to be erased elsewhere."""
        follower = pseudonym(openid, self._account.pseudonym_key)
        tasks = [*self._of_follower.get(follower, ()), *self._delivery.tasks(follower)]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        return self._followers.forget(follower)

    async def is_new(self, message: Incoming) -> bool:
        """Whether an event that is acted upon without a turn came for the first time."""
        return (await self._state.arrived(message.key)).is_new

    def close(self) -> None:
        """End everything that runs."""
        for task in (*self._running.values(), *self._delivery.tasks()):
            task.cancel()

    async def _fetched(self, key: str) -> Passive | None:
        outcome = await self._state.outcome(key)
        if outcome is None or await self._state.settle(key, REPLY) != REPLY:
            return None
        if outcome.holds:
            self._late.given(key)
        return Passive(cut(outcome.text)[0], outcome.created) if outcome.text else None

    async def _noticed(self, key: str, message: Incoming) -> Passive | None:
        if await self._state.outcome(key) is not None or await self._state.settle(key, LATE) != LATE:
            return await self._fetched(key)
        self._late.put(self._follower(message), key, self._talk.topic(message))
        return Passive(self._talk.part("wechat_notice"), int(self._clock()))

    def _start(self, key: str, message: Incoming, on_new_message: OnNewMessage) -> None:
        follower = self._follower(message)
        work: Coroutine[Any, Any, None]
        mine = self._of_follower.setdefault(follower, set())
        entered = False
        if len(mine) >= MOST_WAITING or self._limit.wait(follower):
            work = self._polite(key, "wechat_too_fast")
        elif entered := self._in_flight.enter():
            work = self._own(key, message, follower, on_new_message)
        else:
            work = self._polite(key, "wechat_busy")
        task = self._running[key] = self._task(work, key)
        if entered:
            task.add_done_callback(self._in_flight.leave)
        mine.add(task)
        task.add_done_callback(lambda _: self._ended(follower, task))

    def _task(self, work: Coroutine[Any, Any, None], key: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(lambda _: self._running.pop(key, None) if self._running.get(key) is task else None)
        return task

    def _ended(self, follower: str, task: asyncio.Task[None]) -> None:
        mine = self._of_follower.get(follower, set())
        mine.discard(task)
        if not mine:
            self._of_follower.pop(follower, None)
            self._locks.pop(follower, None)

    async def _polite(self, key: str, wording: str) -> None:
        text = self._talk.words(wording)
        await self._state.publish(key, Outcome(text, int(self._clock())))

    async def _elsewhere(self, key: str) -> None:
        """Wait for a turn that another server runs."""
        for _ in range(round(self._timing.turn / 0.1)):
            if await self._state.outcome(key) is not None:
                return
            await asyncio.sleep(0.1)

    async def _own(self, key: str, message: Incoming, follower: str, on_new_message: OnNewMessage) -> None:
        lock = self._locks.setdefault(follower, asyncio.Lock())
        waited = lock.locked()
        async with lock:
            outcome = await self._outcome(key, message, follower, waited, on_new_message)
            await self._state.publish(key, outcome)
            settled = await self._state.settled(key)
            if settled == LATE:
                self._delivery.keep(key, message, follower, outcome)
        if not settled or settled == PUSH:
            self._delivery.start(key, message, follower, outcome, self._timing.lost)

    async def _outcome(
        self, key: str, message: Incoming, follower: str, waited: bool, on_new_message: OnNewMessage
    ) -> Outcome:
        try:
            work = self._answered(key, message, follower, waited, on_new_message)
            return await asyncio.wait_for(work, self._timing.turn)
        except Exception as error:  # the edge: something is always said
            _log.error("wechat_turn_failed error=%s", type(error).__name__)
            text = self._talk.words("refuse_failed")
            return Outcome(text, int(self._clock()), text)

    async def _answered(
        self, key: str, message: Incoming, follower: str, waited: bool, on_new_message: OnNewMessage
    ) -> Outcome:
        thread = self._followers.get(follower)
        spoken = None
        left: tuple[str, ...] = ()
        if self._talk.is_more(message):
            while self._late.is_waiting(follower, besides=key):
                await asyncio.sleep(0.2)
            late = self._late.take(follower, key)
            left = thread.live_rest(self._clock())
            if late:
                spoken = Spoken("", thread)
            elif left:
                spoken, left = Spoken(left[0], thread), left[1:]
            elif waited:
                spoken = Spoken("", thread)
        if spoken is None:
            spoken = await self._talk.answer(message, follower, thread, on_new_message)
            late = self._late.take(follower, key)
            left = ()
        text = "\n\n".join([*map(self._headed, late), *filter(None, [spoken.text])])
        rest = (*cut(text)[1:], *left)
        self._followers.keep(follower, replace(spoken.thread, rest=rest, rest_at=self._clock() if rest else 0.0))
        return Outcome(text, int(self._clock()), spoken.text if late else "", bool(late))

    def _headed(self, late: LateAnswer) -> str:
        if not late.question:
            return late.text
        asked = " ".join(late.question.split())
        asked = asked if len(asked) <= _LONGEST_QUESTION else asked[:_LONGEST_QUESTION] + "…"
        return self._talk.part("wechat_late").replace("〔question〕", escape(asked)) + "\n" + late.text

    def _follower(self, message: Incoming) -> str:
        return pseudonym(message.openid, self._account.pseudonym_key)
