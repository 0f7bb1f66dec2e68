"""One turn for each message, joined by the platform's repeats, answered in time or kept for later.

The platform waits five seconds and sends three times. The turn runs in a task of its own, so that neither a closed
connection nor a repeat touches it; whichever sending is in time gets the answer. A server holds the turn that it runs
by a claim that ends soon after the server does: then a repeat at another server, or the follower's next message, runs
the turn. No follower's lock is held while somebody else's answer is waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.channels.claims import LOOK_SECONDS, Claims
from bot.channels.conversation import OnNewMessage
from bot.channels.in_flight import InFlight
from bot.channels.limits import RateLimit
from bot.channels.wechat.answers import Answers
from bot.channels.wechat.delivery import Delivery, Sender
from bot.channels.wechat.identity import pseudonym
from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.settings import Account
from bot.channels.wechat.state import LATE, PUSH, REPLY, TOLD_SECONDS, Outcome, State
from bot.channels.wechat.talk import Talk
from bot.dialogue.safety import SAFETY_FIRST
from bot.rendering.parts import cut
from bot.storage.erasures import Erasure
from bot.storage.shared import ProcessShared, Shared
from bot.storage.wechat import Followers, LateAnswers, OpenAnswer

#: Turns of one follower at once: beyond it a polite word.
MOST_WAITING = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Timing:
    """Seconds. ``answer``: a sending must be answered; ``hold``: one that may lapse is let go; ``final_age``: no other
    will come; ``turn``: a turn is given up; ``lost``: a finished answer that no sending fetched is kept for later;
    ``claim``: the turn of a server that died is free again."""

    answer: float = 4.2
    hold: float = 10.0
    final_age: float = 9.0
    turn: float = 75.0
    lost: float = 15.0
    claim: float = 10.0


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
        shared: Shared | None = None,
    ) -> None:
        """``sender`` is there for accounts with customer service only; ``account.pseudonym_key`` is set; where
        there is no place ``in_flight`` a polite word is said; ``shared`` holds the claims of all servers."""
        self._account, self._state, self._talk = account, state, talk
        self._followers, self._late, self._sender = followers, late, sender
        self._limit, self._timing, self._clock = limit or RateLimit(0), timing, clock
        self._in_flight = in_flight or InFlight(sys.maxsize)
        self._claims = Claims(shared or ProcessShared(), f"wechat:{account.app_id}", timing.claim)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._of_follower: dict[str, set[asyncio.Task[None]]] = {}
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._answers = Answers(talk, followers, late, clock)
        self._delivery = Delivery(state, talk, followers, late, self._claims, sender, clock)

    async def reply(self, message: Incoming, arrived: float, on_new_message: OnNewMessage) -> Passive | None:
        """What this sending is answered with, None for „success". ``arrived``: monotonic time of its head."""
        key = message.key
        arrival = await self._state.arrived(key)
        # later than that an answer may have been made and forgotten
        is_young = arrival.age < TOLD_SECONDS
        is_open = arrival.is_new or (is_young and key not in self._running and await self._state.outcome(key) is None)
        if is_open and key not in self._running:
            self._start(key, message, on_new_message, is_new=arrival.is_new)
        task = self._running.get(key)
        is_final = arrival.number >= 3 or arrival.age >= self._timing.final_age
        seconds = self._timing.answer if self._sender or is_final else self._timing.hold
        if task is not None:
            await asyncio.wait({task}, timeout=max(0.0, seconds - (time.monotonic() - arrived)))
        if task is None or task.done():
            return await self._fetched(key)
        if self._sender is not None:
            return await self._pushed_later(key, message)
        if not is_final:
            return None
        return await self._noticed(key, message)

    async def stop(self, openid: str) -> Erasure:
        """End what runs for a follower and erase what is kept here; what is to be erased elsewhere."""
        follower = pseudonym(openid, self._account.pseudonym_key)
        tasks = [*self._of_follower.get(follower, ()), *self._delivery.tasks(follower)]
        for key in [key for key, task in self._running.items() if task in tasks]:
            await self._state.publish(key, Outcome("", int(self._clock())))  # nobody else is to run it now
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        return self._followers.forget(follower)

    async def is_new(self, message: Incoming) -> bool:
        """Whether an event that is acted upon without a turn came for the first time."""
        return (await self._state.arrived(message.key)).is_new

    async def finish(self, seconds: float) -> None:
        """Let what runs end, and what nobody fetched be kept; after ``seconds`` it is given back for others."""
        until = time.monotonic() + seconds
        for tasks in (self._running.values, self._delivery.tasks):
            if left := set(tasks()):
                await asyncio.wait(left, timeout=max(0.0, until - time.monotonic()))
        if left := self.close():
            await asyncio.wait(left, timeout=1)

    def close(self) -> set[asyncio.Task[None]]:
        """End everything that runs: what is ending now."""
        ending = {*self._running.values(), *self._delivery.tasks()}
        for task in ending:
            task.cancel()
        return ending

    async def _fetched(self, key: str) -> Passive | None:
        outcome = await self._state.outcome(key)
        if outcome is None or await self._state.settle(key, REPLY) != REPLY:
            return None
        if outcome.holds:
            self._late.given(key)
        return Passive(cut(outcome.text)[0], outcome.created) if outcome.text else None

    async def _noticed(self, key: str, message: Incoming) -> Passive | None:
        if await self._state.outcome(key) is not None or not await self._promised(key, message, LATE):
            return await self._fetched(key)
        is_urgent = self._talk.is_urgent(message)
        words = self._talk.words(SAFETY_FIRST.key) if is_urgent else self._talk.part("wechat_notice")
        return Passive(words, int(self._clock()))

    async def _pushed_later(self, key: str, message: Incoming) -> Passive | None:
        return None if await self._promised(key, message, PUSH) else await self._fetched(key)

    async def _promised(self, key: str, message: Incoming, how: str) -> bool:
        """Settle that the answer comes later, unless it is settled otherwise.

        The promise is written down before: whoever gives the answer strikes it out, and must not come too early.
        """
        settled = await self._state.settled(key)
        if not settled:
            self._late.promise(self._follower(message), key, self._talk.topic(message))
            settled = await self._state.settle(key, how)
            if settled != how:
                self._late.drop(key)
        return settled == how

    def _start(self, key: str, message: Incoming, on_new_message: OnNewMessage, *, is_new: bool) -> None:
        follower = self._follower(message)
        work: Coroutine[Any, Any, None]
        mine = self._of_follower.setdefault(follower, set())
        if is_new and (len(mine) >= MOST_WAITING or self._limit.wait(follower)):
            work = self._polite(key, message, "wechat_too_fast")
        else:
            work = self._claimed_turn(key, message, follower, on_new_message, is_new=is_new)
        task = self._running[key] = asyncio.get_running_loop().create_task(work)
        mine.add(task)
        task.add_done_callback(lambda _: self._ended(key, follower, task))

    def _ended(self, key: str, follower: str, task: asyncio.Task[None]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        mine = self._of_follower.get(follower, set())
        mine.discard(task)
        if not mine:
            self._of_follower.pop(follower, None)
            self._locks.pop(follower, None)

    async def _polite(self, key: str, message: Incoming, wording: str) -> None:
        await self._state.publish(key, self._answers.instead(message, wording))

    async def _claimed_turn(
        self, key: str, message: Incoming, follower: str, on_new_message: OnNewMessage, *, is_new: bool
    ) -> None:
        """Run the turn, unless and until another server has."""
        async with self._claimed(key) as is_ours:
            if not is_ours:
                return
            if not self._in_flight.enter():
                await self._polite(key, message, "wechat_busy")
                return
            try:
                if not is_new:  # what a server that died was about to bring along
                    self._late.release(key)
                resumed = await self._resume(key, message, follower, on_new_message)
                await self._run(key, message, follower, on_new_message, waited=resumed)
            finally:
                self._in_flight.leave()

    @contextlib.asynccontextmanager
    async def _claimed(self, key: str) -> AsyncIterator[bool]:
        """True while the turn is ours to run; False when another server has run it meanwhile."""
        until = time.monotonic() + self._timing.turn
        while True:
            with self._claims.tried(key) as is_ours:
                is_done = await self._state.outcome(key) is not None
                if is_ours or is_done or time.monotonic() > until:
                    yield is_ours and not is_done
                    return
            await asyncio.sleep(LOOK_SECONDS)

    async def _resume(self, key: str, message: Incoming, follower: str, on_new_message: OnNewMessage) -> bool:
        """Answer what was promised and no server is making any more; who asks for it waits for those that are.

        Whether anything was.
        """
        until, resumed = time.monotonic() + self._timing.turn, False
        try:
            while promised := self._late.promised(follower, besides=key):
                for answer in promised:
                    resumed |= await self._resumed(answer, message, follower, on_new_message)
                if not self._talk.is_more(message) or time.monotonic() > until:
                    break
                await asyncio.sleep(LOOK_SECONDS)
                resumed = True
        except Exception as error:  # the edge: the message itself is still answered
            _log.error("wechat_resume_failed error=%s", type(error).__name__)
        return resumed

    async def _resumed(
        self, answer: OpenAnswer, message: Incoming, follower: str, on_new_message: OnNewMessage
    ) -> bool:
        with self._claims.tried(answer.message) as is_ours:
            if not is_ours or not self._late.is_open(answer.message):  # being answered, or answered just now
                return False
            again = self._talk.again(answer.question, message)
            outcome = await self._state.outcome(answer.message)
            await self._state.settle(answer.message, LATE)
            self._late.release(answer.message)
            if outcome is not None:
                self._delivery.keep(answer.message, again, follower, outcome)
            elif answer.question:
                await self._run(answer.message, again, follower, on_new_message)
            else:
                self._late.drop(answer.message)
        return True

    async def _run(
        self, key: str, message: Incoming, follower: str, on_new_message: OnNewMessage, *, waited: bool = False
    ) -> None:
        lock = self._locks.setdefault(follower, asyncio.Lock())
        waited = waited or lock.locked()
        async with lock:
            outcome = await self._answers.make(
                key, message, follower, on_new_message, seconds=self._timing.turn, waited=waited
            )
            await self._state.publish(key, outcome)
            settled = await self._state.settled(key)
            if settled == LATE:
                self._delivery.keep(key, message, follower, outcome)
        if not settled or settled == PUSH:
            self._delivery.start(key, message, follower, outcome, self._timing.lost)

    def _follower(self, message: Incoming) -> str:
        return pseudonym(message.openid, self._account.pseudonym_key)
