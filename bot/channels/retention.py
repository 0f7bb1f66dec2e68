"""Forget conversations: when a person ends one, and by age."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from bot.storage.web_sessions import WebSessions

_DAY = 86_400
_log = logging.getLogger(__name__)


async def forget(agent: Any, sender_id: str) -> None:
    """Erase Rasa's events of a conversation, under its lock; stores that cannot are left alone."""
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if hasattr(store, "delete"):
        async with agent.lock_store.lock(sender_id):
            await asyncio.to_thread(store.delete, sender_id)


async def purge_daily(app: Any, sessions: WebSessions, keep_days: int) -> None:
    """At start and then once a day: drop conversations idle for longer than ``keep_days``."""
    while True:
        try:
            for sender_id in await asyncio.to_thread(sessions.purge, keep_days * _DAY):
                await forget(app.ctx.agent, sender_id)
        except Exception as error:  # the edge: a failed purge is tried again tomorrow
            _log.error("purge_failed error=%s", type(error).__name__)
        await asyncio.sleep(_DAY)
