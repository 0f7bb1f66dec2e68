"""What is kept of a WeChat follower between messages: counts, the last list, what is left to say. No openid.

A follower is known here by the pseudonym that Rasa knows too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.replies.reply import Choice
from bot.storage import erasures
from bot.storage.database import make_tables
from bot.storage.erasures import Erasure

_meta = sa.MetaData()
_followers = sa.Table(
    "wechat_followers",
    _meta,
    sa.Column("follower", sa.String(48), primary_key=True),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False, index=True),
    #: everything else of :class:`Follower`, as JSON
    sa.Column("state", sa.Text, nullable=False),
)
_late = sa.Table(
    "wechat_late_answers",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("follower", sa.String(48), nullable=False, index=True),
    #: the message that is answered
    sa.Column("message", sa.String(32), nullable=False, index=True),
    sa.Column("question", sa.Text, nullable=False),
    #: empty while the answer is not made: it is promised
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False, index=True),
    #: the message whose reply brings this answer, and since when; empty: it waits
    sa.Column("holder", sa.String(32), nullable=False, default=""),
    sa.Column("held_at", sa.Float, nullable=False, default=0.0),
)
#: Seconds for which a list can be chosen from and a late answer waits; late answers of one follower, of all.
LIST_SECONDS, LATE_SECONDS, MOST_LATE, MOST_LATE_OF_ALL = 1800, 1800, 5, 10_000
#: Seconds after which an answer that nobody gave is free again.
_HELD_SECONDS = 120


@dataclass(frozen=True)
class Follower:
    """A follower's thread: ``turns`` of Rasa so far; the last list and when it was shown (``related``: further
    questions); the parts not yet said; the last reply (its number, entry, version), which a verdict is about."""

    turns: int = 0
    choices: tuple[Choice, ...] = ()
    related: bool = False
    listed_at: float = 0.0
    rest: tuple[str, ...] = ()
    rest_at: float = 0.0
    reply: tuple[str, str, str] | None = None

    def live_choices(self, now: float) -> tuple[Choice, ...]:
        """The last list while it can be chosen from."""
        return self.choices if now - self.listed_at < LIST_SECONDS else ()

    def live_rest(self, now: float) -> tuple[str, ...]:
        """What is left to say while somebody may still want it."""
        return self.rest if now - self.rest_at < LATE_SECONDS else ()


@dataclass(frozen=True)
class LateAnswer:
    """An answer that came too late for its own message; ``question`` is cleaned and masked, '' for none."""

    question: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class OpenAnswer:
    """An answer that was promised and is not made: the message's key, and its question, cleaned and masked."""

    message: str
    question: str = field(repr=False)


class Followers:
    """Followers by pseudonym."""

    def __init__(self, engine: sa.engine.Engine, clock: Callable[[], float] = time.time) -> None:
        """Tables are made where missing."""
        self._engine, self._clock = engine, clock
        make_tables(engine, _meta)
        make_tables(engine, erasures.meta)

    def get(self, follower: str) -> Follower:
        """What is known; an empty thread for somebody new."""
        with self._engine.connect() as db:
            row = db.execute(sa.select(_followers).where(_followers.c.follower == follower)).first()
        return _follower(row.turns, json.loads(row.state)) if row else Follower()

    def keep(self, follower: str, thread: Follower) -> None:
        """Keep the thread as it is now."""
        row = {"turns": thread.turns, "seen_at": self._clock(), "state": json.dumps(_state(thread), ensure_ascii=False)}
        with self._engine.begin() as db:
            if not db.execute(_followers.update().where(_followers.c.follower == follower).values(**row)).rowcount:
                db.execute(_followers.insert().values(follower=follower, **row))

    def forget(self, follower: str) -> Erasure:
        """Erase the thread and everything left to say; what is to be erased elsewhere."""
        with self._engine.begin() as db:
            db.execute(_followers.delete().where(_followers.c.follower == follower))
            db.execute(_late.delete().where(_late.c.follower == follower))
            return erasures.note(db, follower, follower)

    def purge(self, seconds: int) -> list[Erasure]:
        """Erase threads idle for longer; what Rasa has to forget of them."""
        idle = _followers.c.seen_at < self._clock() - seconds
        with self._engine.begin() as db:
            gone = [row.follower for row in db.execute(sa.select(_followers.c.follower).where(idle))]
            found = [erasures.note(db, follower) for follower in gone]
            db.execute(_followers.delete().where(idle))
            db.execute(_late.delete().where(_late.c.at < self._clock() - LATE_SECONDS))
        return found


class LateAnswers:
    """Answers waiting for their follower's next message; each is given once."""

    def __init__(self, engine: sa.engine.Engine, clock: Callable[[], float] = time.time) -> None:
        """Tables are made where missing."""
        self._engine, self._clock = engine, clock
        make_tables(engine, _meta)

    def promise(self, follower: str, message: str, question: str) -> None:
        """An answer to ``message`` will be there later; nothing changes where it is there already."""
        with self._engine.begin() as db:
            if db.execute(sa.select(_late.c.id).where(_late.c.message == message)).first() is None:
                self._insert(db, follower, message, question, "")

    def put(self, follower: str, message: str, question: str, text: str) -> None:
        """Keep the answer to ``message``, in the place of what stands there for it."""
        with self._engine.begin() as db:
            db.execute(_late.delete().where(_late.c.message == message))
            self._insert(db, follower, message, question, text)

    def promised(self, follower: str, besides: str) -> list[OpenAnswer]:
        """Answers that are not there yet, oldest first, other than the one to message ``besides``."""
        mine = (_late.c.follower == follower) & (_late.c.message != besides)
        is_open = (_late.c.text == "") & (_late.c.at > self._clock() - LATE_SECONDS)
        with self._engine.connect() as db:
            rows = db.execute(
                sa.select(_late.c.message, _late.c.question).where(mine & is_open).order_by(_late.c.id)
            ).all()
        return [OpenAnswer(row.message, row.question) for row in rows]

    def is_open(self, message: str) -> bool:
        """Whether the answer to ``message`` is promised and neither kept here nor given."""
        mine = (_late.c.message == message) & (_late.c.text == "")
        with self._engine.connect() as db:
            return db.execute(sa.select(_late.c.id).where(mine)).first() is not None

    def take(self, follower: str, holder: str) -> list[LateAnswer]:
        """Every finished answer, oldest first, for the reply to message ``holder``; nobody else gets them meanwhile."""
        now = self._clock()
        free = (_late.c.holder == "") | (_late.c.held_at < now - _HELD_SECONDS)
        ready = (_late.c.follower == follower) & (_late.c.text != "") & (_late.c.at > now - LATE_SECONDS)
        with self._engine.connect() as db:
            if db.execute(sa.select(_late.c.id).where(ready & free)).first() is None:
                return []
        with self._engine.begin() as db:
            db.execute(_late.update().where(ready & free).values(holder=holder, held_at=now))
            held = ready & (_late.c.holder == holder)
            rows = db.execute(sa.select(_late.c.question, _late.c.text).where(held).order_by(_late.c.id)).all()
        return [LateAnswer(row.question, row.text) for row in rows]

    def given(self, holder: str) -> None:
        """The reply to message ``holder`` went out, and with it what it held."""
        with self._engine.begin() as db:
            db.execute(_late.delete().where(_late.c.holder == holder))

    def release(self, holder: str) -> None:
        """That reply did not go out: what it held waits again."""
        with self._engine.begin() as db:
            db.execute(_late.update().where(_late.c.holder == holder).values(holder=""))

    def drop(self, message: str) -> None:
        """There will be no answer to ``message``."""
        with self._engine.begin() as db:
            db.execute(_late.delete().where((_late.c.message == message) & (_late.c.text == "")))

    def _insert(self, db: sa.engine.Connection, follower: str, message: str, question: str, text: str) -> None:
        now, mine = self._clock(), _late.c.follower == follower
        db.execute(_late.delete().where(mine & (_late.c.at < now - LATE_SECONDS)))
        row = {"follower": follower, "message": message, "question": question, "text": text, "at": now}
        db.execute(_late.insert().values(holder="", held_at=0.0, **row))
        _keep_newest(db, mine, MOST_LATE)
        _keep_newest(db, sa.true(), MOST_LATE_OF_ALL)


def _keep_newest(db: sa.engine.Connection, of: Any, most: int) -> None:
    newest_to_go = sa.select(_late.c.id).where(of).order_by(_late.c.id.desc()).offset(most).limit(1)
    number = db.execute(newest_to_go).scalar()
    if number is not None:
        db.execute(_late.delete().where(of & (_late.c.id <= number)))


def _state(thread: Follower) -> dict[str, Any]:
    state: dict[str, Any] = {}
    if thread.choices:
        state |= {"choices": [choice.to_json() for choice in thread.choices], "related": thread.related}
        state["listed_at"] = thread.listed_at
    if thread.rest:
        state |= {"rest": list(thread.rest), "rest_at": thread.rest_at}
    if thread.reply:
        state["reply"] = list(thread.reply)
    return state


def _follower(turns: int, state: dict[str, Any]) -> Follower:
    reply = state.get("reply")
    return Follower(
        turns=turns,
        choices=tuple(Choice.from_json(choice) for choice in state.get("choices", ())),
        related=bool(state.get("related")),
        listed_at=float(state.get("listed_at", 0.0)),
        rest=tuple(state.get("rest", ())),
        rest_at=float(state.get("rest_at", 0.0)),
        reply=(str(reply[0]), str(reply[1]), str(reply[2])) if reply else None,
    )
