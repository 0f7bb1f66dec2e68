"""Forget conversations: when a person ends one, and by age."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol

from bot.settings import Settings
from bot.storage.corrections import Corrections
from bot.storage.database import service_engine
from bot.storage.desk_access import DeskAccess
from bot.storage.journal import Journal
from bot.storage.web_sessions import WebSessions
from bot.storage.wechat import Followers

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


async def purge_desk_daily(access: DeskAccess, corrections: Corrections, settings: Settings) -> None:
    """The same for logins that ended, wrong passwords and corrections of the desk."""
    while True:
        try:
            await asyncio.to_thread(_purge_desk, access, corrections, settings)
        except Exception as error:  # the edge: a failed purge is tried again tomorrow
            _log.error("purge_failed error=%s", type(error).__name__)
        await asyncio.sleep(_DAY)


def purge_now(settings: Settings) -> list[str]:
    """Everything of the service's database that is older than the settings allow; the sender ids for Rasa to forget."""
    engine, keep = service_engine(settings), settings.number("ZHENGBIAN_KEEP_DAYS", 1) * _DAY
    senders = [*WebSessions(engine).purge(keep), *Followers(engine).purge(keep)]
    events, feedback = (settings.number(f"ZHENGBIAN_KEEP_{name}_DAYS", 1) for name in ("EVENT", "FEEDBACK"))
    Journal(engine).purge(events, feedback)
    idle, longest = settings.number("ZHENGBIAN_DESK_IDLE_MINUTES", 1) * 60, settings.number("ZHENGBIAN_DESK_HOURS", 1)
    _purge_desk(DeskAccess(engine, idle, longest * 3600), Corrections(engine), settings)
    return senders


def _purge_desk(access: DeskAccess, corrections: Corrections, settings: Settings) -> None:
    access.purge()
    corrections.purge(settings.number("ZHENGBIAN_KEEP_FEEDBACK_DAYS", 1))
