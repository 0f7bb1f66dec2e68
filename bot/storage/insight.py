"""Reading the journal for the supervisor's view: every number is a count of rows."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

from bot.storage.journal import conversation_key, misses

MISS_STATES = ("new", "pending", "done", "ignored")


class Insight:
    """Counts and lists; nothing here changes but the state of a miss."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """The journal's tables are there already."""
        self._engine = engine

    def report(self, channel: str, call: str, text: str) -> dict[str, Any]:
        """A question that staff call unanswered: the miss of the same call and text becomes pending, else a new one."""
        key = conversation_key(call)
        same = (misses.c.channel == channel) & (misses.c.conversation == key) & (misses.c.text == text)
        with self._engine.begin() as db:
            row = db.execute(sa.select(misses.c.id).where(same).order_by(misses.c.id.desc())).first() if call else None
            if row is not None:
                db.execute(misses.update().where(misses.c.id == row.id).values(state="pending"))
                return {"id": int(row.id), "state": "pending"}
            values = {"channel": channel, "conversation": key, "text": text, "reason": "reported", "state": "pending"}
            done = db.execute(misses.insert().values(at=time.time(), **values))
        return {"id": int(done.inserted_primary_key[0]), "state": "pending"}
