"""What becomes of a finished answer that no sending has fetched yet: sent by the API, or kept for the next message."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.channels.claims import Claims
from bot.channels.wechat.messages import EVENT, Incoming
from bot.channels.wechat.state import LATE, PUSH, Outcome, State
from bot.channels.wechat.talk import Talk
from bot.rendering.parts import cut
from bot.storage.wechat import Followers, LateAnswers

#: Most messages that the platform lets follow a person's message, and a tap or scan.
MOST_PUSHED, MOST_PUSHED_AFTER_EVENT = 5, 3
_log = logging.getLogger(__name__)


class Sender(Protocol):
    """Sends a text outside the reply; 0 where the platform took it, else its error number."""

    async def send_text(self, openid: str, text: str) -> int: ...


class Delivery:
    """Watches finished answers until each is given once, whichever way its sendings went."""

    def __init__(
        self,
        state: State,
        talk: Talk,
        followers: Followers,
        late: LateAnswers,
        claims: Claims,
        sender: Sender | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``claims`` are those of the turns; ``sender`` is there for accounts with customer service only."""
        self._state, self._talk, self._followers, self._late = state, talk, followers, late
        self._claims, self._sender, self._clock = claims, sender, clock
        self._running: dict[asyncio.Task[None], str] = {}

    def start(self, key: str, message: Incoming, follower: str, outcome: Outcome, seconds: float) -> None:
        """Watch an answer for so long; after that it is kept."""
        task = asyncio.get_running_loop().create_task(self._watched(key, message, follower, outcome, seconds))
        self._running[task] = follower
        task.add_done_callback(self._running.pop)

    def tasks(self, follower: str = "") -> list[asyncio.Task[None]]:
        """What is being watched, for one follower or for all."""
        return [task for task, whose in self._running.items() if follower in ("", whose)]

    def keep(self, key: str, message: Incoming, follower: str, outcome: Outcome) -> None:
        """For the follower's next message; what it would have brought along waits again too."""
        if outcome.holds:
            self._late.release(key)
        self._leave(follower, outcome, ())  # it will be told whole
        own = outcome.own if outcome.holds else outcome.text
        if own:
            self._late.put(follower, key, self._talk.topic(message), own)
        else:
            self._late.drop(key)

    async def _watched(self, key: str, message: Incoming, follower: str, outcome: Outcome, seconds: float) -> None:
        try:
            how, pause, until = "", 0.1, time.monotonic() + seconds
            while not (how := await self._state.settled(key)) and time.monotonic() < until:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
            how = how or await self._state.settle(key, LATE)
            if how == LATE:
                _log.warning("wechat_answer_late")
                self.keep(key, message, follower, outcome)
            elif how == PUSH:
                async with self._claims.waited(key):
                    if self._late.is_open(key):  # else the follower's next message has taken it up
                        await self._push(key, message, follower, outcome)
        except Exception as error:  # the edge: the follower asks again
            _log.error("wechat_answer_lost error=%s", type(error).__name__)

    async def _push(self, key: str, message: Incoming, follower: str, outcome: Outcome) -> None:
        most = MOST_PUSHED_AFTER_EVENT if message.kind == EVENT else MOST_PUSHED
        parts = cut(outcome.text, hinted=False) if outcome.text else ()
        if len(parts) > most:
            parts = cut(outcome.text)
        sent = 0
        for part in parts[:most]:
            if self._sender is None or await self._sender.send_text(message.openid, part) != 0:
                break
            sent += 1
        if parts and not sent:
            self.keep(key, message, follower, outcome)
            return
        self._leave(follower, outcome, cut(outcome.text)[sent:])
        self._late.drop(key)
        if outcome.holds:
            self._late.given(key)

    def _leave(self, follower: str, outcome: Outcome, parts: tuple[str, ...]) -> None:
        """Let ``parts`` be what is left of an answer, unless the follower has got on to another one."""
        thread = self._followers.get(follower)
        mine = cut(outcome.text)[1:]
        if mine and thread.rest[: len(mine)] == mine:
            rest = (*parts, *thread.rest[len(mine) :])
            self._followers.keep(follower, replace(thread, rest=rest, rest_at=self._clock() if rest else 0.0))
