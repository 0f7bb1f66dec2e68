"""Forget conversations: when a person ends one, and by age."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol

from bot.settings import Settings
from bot.storage.journal import Journal
from bot.storage.web_sessions import WebSessions

_DAY = 86_400
_log = logging.getLogger(__name__)


async def forget(agent: Any, sender_id: str) -> None:
    """Erase Rasa's events of a conversation, under its lock; stores that cannot are left alone."""
    if agent is None:  # nothing is kept where no model is served
        return
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if hasattr(store, "delete"):
        async with agent.lock_store.lock(sender_id):
            await asyncio.to_thread(store.delete, sender_id)


async def purge_daily(app: Any, sessions: WebSessions, journal: Journal, settings: Settings) -> None:
    """At start and then once a day: erase what is older than the settings allow."""
    while True:
        try:
            keep = settings.number("ZHENGBIAN_KEEP_DAYS", 1) * _DAY
            for sender_id in await asyncio.to_thread(sessions.purge, keep):
                await forget(app.ctx.agent, sender_id)
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

    def purge(self, seconds: int) -> list[str]:
        """Erase those idle for longer; their sender ids."""


async def purge_idle_daily(app: Any, store: Idle, settings: Settings) -> None:
    """The same for the conversations of another channel; the journal is purged once for all."""
    while True:
        try:
            for sender_id in await asyncio.to_thread(store.purge, settings.number("ZHENGBIAN_KEEP_DAYS", 1) * _DAY):
                await forget(app.ctx.agent, sender_id)
        except Exception as error:  # the edge: a failed purge is tried again tomorrow
            _log.error("purge_failed error=%s", type(error).__name__)
        await asyncio.sleep(_DAY)
