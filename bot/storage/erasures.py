"""Conversations that have ended here and are not forgotten everywhere yet.

Rasa's events may stand in another database, so not everything can go in one transaction: who is to be forgotten is
noted in the transaction that erases a conversation here, and struck out when nothing is left anywhere.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.storage.database import make_tables

meta = sa.MetaData()
_erasures = sa.Table(
    "erasures",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("sender_id", sa.String(80), nullable=False),
    #: whose journal rows go too; empty: they stay
    sa.Column("conversation", sa.String(64), nullable=False),
)
#: Seconds after which whoever noted it has failed or died: a turn that still runs is waited for before.
_LATE_SECONDS = 120


@dataclass(frozen=True)
class Erasure:
    """What is still to be done: Rasa's events of a sender, and the journal's rows of a conversation if there is one."""

    id: int
    sender_id: str
    conversation: str = ""


def note(db: Any, sender_id: str, conversation: str = "") -> Erasure:
    """Note an erasure inside the caller's transaction."""
    added = db.execute(_erasures.insert().values(at=time.time(), sender_id=sender_id, conversation=conversation))
    return Erasure(int(added.inserted_primary_key[0]), sender_id, conversation)


class Erasures:
    """What is noted and not done."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """Tables are made where missing."""
        self._engine = engine
        make_tables(engine, meta)

    def due(self, age: float = _LATE_SECONDS) -> list[Erasure]:
        """Those noted longer ago than ``age`` seconds, oldest first."""
        rows = sa.select(_erasures).where(_erasures.c.at <= time.time() - age).order_by(_erasures.c.id)
        with self._engine.connect() as db:
            return [Erasure(row.id, row.sender_id, row.conversation) for row in db.execute(rows)]

    def done(self, erasure: Erasure) -> None:
        """Nothing of it is left anywhere."""
        with self._engine.begin() as db:
            db.execute(_erasures.delete().where(_erasures.c.id == erasure.id))
