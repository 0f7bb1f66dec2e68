"""Which channels are switched off, and what is said meanwhile: one row for each channel that ever was."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from bot.storage.database import make_tables

_meta = sa.MetaData()
_switches = sa.Table(
    "channel_switches",
    _meta,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("is_on", sa.Boolean, nullable=False),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("changed_at", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class Switch:
    """The state of one channel; ``text`` is the operator's own sentence while it is off."""

    channel: str
    is_on: bool = True
    text: str = ""
    changed_at: float = 0.0


class SwitchTable:
    """Reading and setting, for servers and for the command line."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """The table is made where missing."""
        self._engine = engine
        make_tables(engine, _meta)

    def all(self) -> dict[str, Switch]:
        """Every channel that was ever switched."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(_switches)).all()
        return {row.channel: Switch(row.channel, bool(row.is_on), row.text, row.changed_at) for row in rows}

    def set(self, channel: str, is_on: bool, text: str = "") -> None:
        """Switch a channel; servers see it within seconds."""
        row = {"is_on": is_on, "text": text, "changed_at": time.time()}
        with self._engine.begin() as db:
            if not db.execute(_switches.update().where(_switches.c.channel == channel).values(**row)).rowcount:
                db.execute(_switches.insert().values(channel=channel, **row))
