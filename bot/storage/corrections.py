"""纠错: what staff found wrong with an entry, as items with an owner, a due date and a state."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

import sqlalchemy as sa

from bot.storage.database import make_tables
from bot.storage.journal import conversation_key

REASONS = ("wrong", "outdated", "unclear", "off_topic", "unreachable", "other")
STATES = ("open", "doing", "done", "rejected")
#: Days until an item is due.
DUE_DAYS = 7
meta = sa.MetaData()
corrections = sa.Table(
    "desk_corrections",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("conversation", sa.String(32), nullable=False, index=True),
    sa.Column("entry", sa.String(64), nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    #: cleaned and masked
    sa.Column("note", sa.Text, nullable=False),
    #: names of members of staff: who found it, who answers for it
    sa.Column("reporter", sa.String(64), nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("due", sa.String(10), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
)


@dataclass(frozen=True)
class Correction:
    """One item."""

    id: int
    at: float
    entry: str
    version: str
    reason: str
    note: str
    reporter: str
    owner: str
    due: str
    state: str


class Corrections:
    """All operations on the items."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """The table is made where missing."""
        self._engine = engine
        make_tables(engine, meta)

    def add(self, found: Correction, call: str, supervisors: list[str], today: dt.date) -> Correction:
        """Keep a new item; it goes to the supervisor with the fewest open ones, to nobody where there is none."""
        with self._engine.begin() as db:
            rows = db.execute(
                sa.select(corrections.c.owner, sa.func.count())
                .where(corrections.c.state.in_(("open", "doing")))
                .group_by(corrections.c.owner)
            ).all()
            load = {row[0]: row[1] for row in rows}
            owner = min(supervisors, key=lambda name: load.get(name, 0), default="")
            due = (today + dt.timedelta(days=DUE_DAYS)).isoformat()
            values = {
                "at": time.time(),
                "entry": found.entry,
                "version": found.version,
                "reason": found.reason,
                "note": found.note,
                "reporter": found.reporter,
                "owner": owner,
                "due": due,
                "state": "open",
            }
            key = db.execute(corrections.insert().values(conversation=conversation_key(call), **values))
        return Correction(id=int(key.inserted_primary_key[0]), **values)

    def all(self) -> list[Correction]:
        """Every item, open ones first, then by due date."""
        columns = [column for column in corrections.c if column.name != "conversation"]
        with self._engine.connect() as db:
            found = [Correction(**row._mapping) for row in db.execute(sa.select(*columns)).all()]
        return sorted(found, key=lambda item: (STATES.index(item.state), item.due, item.id))

    def mark(self, number: int, state: str) -> bool:
        """Set the state of an item; whether there is one."""
        with self._engine.begin() as db:
            done = db.execute(corrections.update().where(corrections.c.id == number).values(state=state)).rowcount
        return bool(done)

    def purge(self, days: int) -> None:
        """Erase what is older."""
        with self._engine.begin() as db:
            db.execute(corrections.delete().where(corrections.c.at < time.time() - days * 86_400))
