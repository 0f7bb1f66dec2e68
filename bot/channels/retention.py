"""Forget conversations: when a person ends one, and by age. What fails is noted and tried again until it is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, Protocol

from bot.settings import Settings
from bot.storage.corrections import Corrections
from bot.storage.database import service_engine
from bot.storage.desk_access import DeskAccess
from bot.storage.erasures import Erasure, Erasures
from bot.storage.journal import Journal
from bot.storage.web_sessions import WebSessions
from bot.storage.wechat import Followers

_DAY = 86_400
#: Seconds between two looks for what could not be erased.
_RETRY_SECONDS = 300
_log = logging.getLogger(__name__)


async def forget(agent: Any, sender_id: str) -> None:
    """Erase Rasa's events of a conversation, under its lock; stores that cannot are left alone."""
    if agent is None:  # nothing is kept where no model is served
        return
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if hasattr(store, "delete"):
        async with agent.lock_store.lock(sender_id):
            await asyncio.to_thread(store.delete, sender_id)


class Eraser:
    """Does what is noted in the service's database: Rasa's events first, then the journal, then the note itself."""

    def __init__(self, erasures: Erasures, journal: Journal) -> None:
        """Both stand on the service's database."""
        self._erasures, self._journal = erasures, journal

    async def erase(self, agent: Any, erasure: Erasure) -> bool:
        """Whether nothing is left; otherwise the note stays, and :meth:`retry` goes on. Raises nothing."""
        try:
            await forget(agent, erasure.sender_id)
            if erasure.conversation:
                await asyncio.to_thread(self._journal.forget, erasure.conversation)
            await asyncio.to_thread(self._erasures.done, erasure)
        except Exception as error:  # the edge: it is tried again in minutes
            _log.error("erase_failed error=%s", type(error).__name__)
            return False
        return True

    async def erase_all(self, agent: Any, erasures: Iterable[Erasure]) -> None:
        """All of them; one that fails does not keep the others."""
        for erasure in erasures:
            await self.erase(agent, erasure)

    async def erase_due(self, agent: Any) -> None:
        """What was noted a while ago and is not done. Raises nothing."""
        try:
            due = await asyncio.to_thread(self._erasures.due)
        except Exception as error:  # the edge: the database is looked at again in minutes
            _log.error("erase_failed error=%s", type(error).__name__)
            return
        await self.erase_all(agent, due)

    async def retry(self, app: Any) -> None:
        """At start and then every few minutes, for all channels."""
        while True:
            await self.erase_due(app.ctx.agent)
            await asyncio.sleep(_RETRY_SECONDS)


async def purge_daily(app: Any, sessions: WebSessions, journal: Journal, eraser: Eraser, settings: Settings) -> None:
    """At start and then once a day: erase what is older than the settings allow."""
    while True:
        try:
            keep = settings.number("ZHENGBIAN_KEEP_DAYS", 1) * _DAY
            await eraser.erase_all(app.ctx.agent, await asyncio.to_thread(sessions.purge, keep))
            await asyncio.to_thread(
                journal.purge,
                settings.number("ZHENGBIAN_KEEP_EVENT_DAYS", 1),
                settings.number("ZHENGBIAN_KEEP_FEEDBACK_DAYS", 1),
            )
        except Exception as error:  # the edge: a failed purge is tried again tomorrow
            _log.error("purge_failed error=%s", type(error).__name__)
        await asyncio.sleep(_DAY)


class Idle(Protocol):
    """A store of conversations that knows which are idle."""

    def purge(self, seconds: int) -> list[Erasure]:
        """Erase those idle for longer; what is to be erased elsewhere."""


async def purge_idle_daily(app: Any, store: Idle, eraser: Eraser, settings: Settings) -> None:
    """The same for the conversations of another channel; the journal is purged once for all."""
    while True:
        try:
            keep = settings.number("ZHENGBIAN_KEEP_DAYS", 1) * _DAY
            await eraser.erase_all(app.ctx.agent, await asyncio.to_thread(store.purge, keep))
        except Exception as error:  # the edge: a failed purge is tried again tomorrow
            _log.error("purge_failed error=%s", type(error).__name__)
        await asyncio.sleep(_DAY)


async def purge_desk_daily(access: DeskAccess, corrections: Corrections, settings: Settings) -> None:
    """The same for logins that ended, wrong passwords and corrections of the desk."""
    while True:
        try:
            await asyncio.to_thread(_purge_desk, access, corrections, settings)
        except Exception as error:  # the edge: a failed purge is tried again tomorrow
            _log.error("purge_failed error=%s", type(error).__name__)
        await asyncio.sleep(_DAY)


def purge_now(settings: Settings) -> int:
    """Everything of the service's database that is older than the settings allow; how many conversations these were.

    What Rasa has to forget of them stands in :class:`Erasures`.
    """
    engine, keep = service_engine(settings), settings.number("ZHENGBIAN_KEEP_DAYS", 1) * _DAY
    ended = len(WebSessions(engine).purge(keep)) + len(Followers(engine).purge(keep))
    events, feedback = (settings.number(f"ZHENGBIAN_KEEP_{name}_DAYS", 1) for name in ("EVENT", "FEEDBACK"))
    Journal(engine).purge(events, feedback)
    idle, longest = settings.number("ZHENGBIAN_DESK_IDLE_MINUTES", 1) * 60, settings.number("ZHENGBIAN_DESK_HOURS", 1)
    _purge_desk(DeskAccess(engine, idle, longest * 3600), Corrections(engine), settings)
    return ended


def _purge_desk(access: DeskAccess, corrections: Corrections, settings: Settings) -> None:
    access.purge()
    corrections.purge(settings.number("ZHENGBIAN_KEEP_FEEDBACK_DAYS", 1))
