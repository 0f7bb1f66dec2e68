"""The whole answer to one message: what was left to say, late answers to earlier ones, and what is said now."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from bot.channels.conversation import OnNewMessage
from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.state import Outcome
from bot.channels.wechat.talk import Spoken, Talk
from bot.rendering.parts import cut
from bot.rendering.wechat import escape
from bot.storage.wechat import Followers, LateAnswer, LateAnswers

#: Characters of a question that a late answer repeats.
_LONGEST_QUESTION = 30
_log = logging.getLogger(__name__)


class Answers:
    """Makes answers; who makes one and how it is told is decided elsewhere."""

    def __init__(
        self, talk: Talk, followers: Followers, late: LateAnswers, clock: Callable[[], float] = time.time
    ) -> None:
        """``clock`` gives the time that answers are dated with."""
        self._talk, self._followers, self._late, self._clock = talk, followers, late, clock

    def instead(self, message: Incoming, wording: str) -> Outcome:
        """Fixed words for an answer, or the help where a life is in danger."""
        return Outcome(self._talk.instead(message, wording), int(self._clock()))

    async def make(
        self, key: str, message: Incoming, follower: str, on_new_message: OnNewMessage, *, seconds: float, waited: bool
    ) -> Outcome:
        """The answer to ``message``, words of regret where it fails or takes longer; raises nothing but cancellation.

        ``waited``: another answer went out meanwhile, so that „go on" with nothing left needs none.
        """
        try:
            return await asyncio.wait_for(self._answered(key, message, follower, on_new_message, waited), seconds)
        except Exception as error:  # the edge: something is always said
            _log.error("wechat_turn_failed error=%s", type(error).__name__)
            return replace(failed := self.instead(message, "refuse_failed"), own=failed.text)

    async def _answered(
        self, key: str, message: Incoming, follower: str, on_new_message: OnNewMessage, waited: bool
    ) -> Outcome:
        thread = self._followers.get(follower)
        spoken = None
        left: tuple[str, ...] = ()
        if self._talk.is_more(message):
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
        pieces = [*map(self._headed, late), *filter(None, [spoken.text])]
        if self._talk.is_urgent(message):  # the help comes before anything else
            pieces.reverse()
        text = "\n\n".join(pieces)
        rest = (*cut(text)[1:], *left)
        self._followers.keep(follower, replace(spoken.thread, rest=rest, rest_at=self._clock() if rest else 0.0))
        return Outcome(text, int(self._clock()), spoken.text if late else "", bool(late))

    def _headed(self, late: LateAnswer) -> str:
        if not late.question:
            return late.text
        asked = " ".join(late.question.split())
        asked = asked if len(asked) <= _LONGEST_QUESTION else asked[:_LONGEST_QUESTION] + "…"
        return self._talk.part("wechat_late").replace("〔question〕", escape(asked)) + "\n" + late.text
