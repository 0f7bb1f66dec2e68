"""Reading the journal for the supervisor's view: every number is a count of its rows, by the day in Yunnan."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.storage.corrections import corrections
from bot.storage.journal import conversation_key, events, feedback, misses

MISS_STATES = ("new", "pending", "done", "ignored")
#: Kinds of reply that tell something.
ANSWERS = ("answer", "lookup", "advert", "urgent")
_YUNNAN = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Period:
    """Whole days in Yunnan, both ends included."""

    first: dt.date
    last: dt.date

    @classmethod
    def until(cls, last: dt.date, days: int) -> Period:
        """So many days that end with ``last``."""
        return cls(last - dt.timedelta(days=days - 1), last)

    def where(self, column: Any) -> Any:
        """The condition on a time stamp."""
        begin = dt.datetime.combine(self.first, dt.time(), _YUNNAN).timestamp()
        end = dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), _YUNNAN).timestamp()
        return (column >= begin) & (column < end)

    def days(self) -> list[str]:
        """Every day of it."""
        count = (self.last - self.first).days + 1
        return [(self.first + dt.timedelta(days=number)).isoformat() for number in range(count)]


@dataclass(frozen=True)
class Miss:
    """One question that nothing answered: masked text, where, when, its state."""

    id: int
    day: str
    channel: str
    text: str
    reason: str
    state: str


@dataclass
class Counts:
    """What a period's rows add up to."""

    #: (day, channel): replies, those that told something, distinct conversations
    days: Counter[tuple[str, str]]
    answered: Counter[tuple[str, str]]
    conversations: dict[tuple[str, str], int]
    kinds: Counter[str]
    refusals: Counter[str]
    handovers: Counter[str]
    signals: Counter[str]
    #: entry: replies that gave it; (entry, event): what became of it at the desk
    entries: Counter[str]
    marks: Counter[tuple[str, str]]
    #: (entry, value, reason) of citizens' verdicts, (entry, reason) of corrections
    verdicts: Counter[tuple[str, str, str]]
    corrections: Counter[tuple[str, str]]


class Insight:
    """Counts and lists; nothing here changes but the state of a miss. Slow on a long period: call it in a thread."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """The tables are made by those that write them."""
        self._engine = engine

    def counts(self, period: Period) -> Counts:
        """Everything that the charts and tables show."""
        columns = (
            events.c.at,
            events.c.channel,
            events.c.conversation,
            events.c.event,
            events.c.kind,
            events.c.entry,
            events.c.reason,
            events.c.signals,
        )
        found = Counts(*(Counter(), Counter(), {}, *(Counter() for _ in range(8))))
        talks: dict[tuple[str, str], set[str]] = {}
        with self._engine.connect() as db:
            for row in db.execute(sa.select(*columns).where(period.where(events.c.at))):
                if row.event != "reply":
                    found.marks[row.entry, row.event] += 1
                    continue
                key = (day_of(row.at), row.channel)
                found.days[key] += 1
                found.kinds[row.kind] += 1
                talks.setdefault(key, set()).add(row.conversation)
                if row.kind in ANSWERS:
                    found.answered[key] += 1
                    if row.entry:
                        found.entries[row.entry] += 1
                if row.kind == "refusal":
                    found.refusals[row.reason] += 1
                if row.kind == "handover":
                    found.handovers[row.channel] += 1
                found.signals.update(json.loads(row.signals))
            for row in db.execute(sa.select(feedback).where(period.where(feedback.c.at))):
                found.verdicts[row.entry, row.value, row.reason] += 1
            for row in db.execute(sa.select(corrections).where(period.where(corrections.c.at))):
                found.corrections[row.entry, row.reason] += 1
        found.conversations = {key: len(their) for key, their in talks.items()}
        return found

    def misses(self, period: Period, states: Sequence[str], most: int) -> list[Miss]:
        """The newest of the period in one of the states."""
        where = period.where(misses.c.at) & misses.c.state.in_(states)
        with self._engine.connect() as db:
            rows = db.execute(sa.select(misses).where(where).order_by(misses.c.at.desc()).limit(most)).all()
        return [Miss(row.id, day_of(row.at), row.channel, row.text, row.reason, row.state) for row in rows]

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """The texts of some misses, oldest first."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(misses.c.text).where(misses.c.id.in_(numbers)).order_by(misses.c.id)).all()
        return [row.text for row in rows]

    def mark(self, numbers: Sequence[int], state: str) -> int:
        """Set the state of misses; how many there were."""
        with self._engine.begin() as db:
            return int(db.execute(misses.update().where(misses.c.id.in_(numbers)).values(state=state)).rowcount)

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


def day_of(at: float) -> str:
    """The day in Yunnan of a time stamp."""
    return dt.datetime.fromtimestamp(at, _YUNNAN).date().isoformat()


def week_of(day: str) -> str:
    """The ISO week of a day: 2026-W47."""
    year, week, _ = dt.date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02d}"
