"""Rasa's SQL tracker store, made safe and quick: no message can end the process, errors are seen.

Rasa's own turns every ``ValueError`` into ``sys.exit``; a text with a lone surrogate is enough. It also reads a whole
session for every message and counts its rows for every save, so that each turn makes the next one dearer.
"""

from __future__ import annotations

import contextlib
import json
import logging
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any, Optional

import orjson
import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session, sessionmaker

from bot.storage.database import alone, postgres_engine, sqlite_engine

#: Turns before the present one that a message sees, and the most rows read for them.
KEPT_TURNS, _MOST_ROWS = 2, 48
#: Ranks of a parse that are stored: the present turn uses all that it carries, later ones none of it.
_KEPT_RANKS = 5
#: On a tracker: how many of its events are in the database already.
_STORED = "zhengbian_stored"
_log = logging.getLogger(__name__)
_table = SQLTrackerStore.SQLEvent.__table__
# what every message asks, written once: to build a statement takes as long as to run it
_APPEND = _table.insert()
_OF_SENDER = sa.select(_table.c.id, _table.c.type_name, _table.c.action_name, _table.c.data).where(
    _table.c.sender_id == sa.bindparam("of")
)
_NEWEST = _OF_SENDER.order_by(_table.c.id.desc()).limit(_MOST_ROWS)
_SLOTS_BEFORE = (
    _OF_SENDER.where(_table.c.type_name == sa.bindparam("slot"), _table.c.id < sa.bindparam("before"))
    .order_by(_table.c.id.desc())
    .limit(1)
)


class SafeSQLTrackerStore(SQLTrackerStore):
    """Rolls back and re-raises instead of exiting; keeps connections; SQLite in WAL mode.

    ``retrieve`` gives the last turns of the session with the slots as they stand, so that the two-hundredth turn
    costs what the second did; ``save`` appends what is new in one insert, without reading. ``last_error`` is the time
    (``time.monotonic``) and class name of the newest failure, for readiness: Rasa wraps the store so that failures
    are otherwise invisible.
    """

    def __init__(
        self,
        domain: Optional[Domain] = None,
        host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None,
        dialect: str = "sqlite",
        db: str = "rasa.db",
        **kwargs: Any,
    ) -> None:
        """See the base class; ``db`` of SQLite is a path whose folder is made."""
        self.last_error: Optional[tuple[float, str]] = None
        if dialect == "sqlite" and db:
            Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain=domain, dialect=dialect, host=host, db=db, event_broker=event_broker, **kwargs)
        if dialect == "sqlite":
            self.engine = sqlite_engine(Path(db))
            self.sessionmaker = sessionmaker(bind=self.engine)
        elif dialect == "postgresql":
            options = create_engine_kwargs(self.engine.url).get("connect_args", {}).get("options", "")
            self.engine.dispose()
            self.engine = postgres_engine(self.engine.url, options)
            self.sessionmaker = sessionmaker(bind=self.engine)
        _add_indexes(self.engine)

    @contextlib.contextmanager
    def session_scope(self) -> Generator[Session, None, None]:
        """A transaction that rolls back on any error and never ends the process."""
        session = self.sessionmaker()
        try:
            yield session
        except Exception:
            session.rollback()
            raise
        finally:
            session.close()

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The last turns of the newest session; failures are counted and re-raised."""
        try:
            events = self._newest_events(sender_id)
            if not self.domain or not events:
                return None
            tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
            setattr(tracker, _STORED, len(tracker.events))
            return tracker
        except Exception as error:
            self._note("tracker_retrieve_failed", error)
            raise

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events that are new; failures are counted and re-raised."""
        try:
            if not tracker.events:  # a new conversation is stored with its first turn
                setattr(tracker, _STORED, 0)
                return
            await self.stream_events(tracker)
            known = getattr(tracker, _STORED, None)
            if known is None:  # made elsewhere: Rasa's way, which counts what is there
                with self.session_scope() as session:
                    fresh = list(self._additional_events(session, tracker))
            else:
                fresh = list(tracker.events)[known:]
            if fresh:
                with self.engine.begin() as connection:
                    connection.execute(_APPEND, [_row(tracker.sender_id, event) for event in fresh])
            setattr(tracker, _STORED, len(tracker.events))
        except Exception as error:
            self._note("tracker_save_failed", error)
            raise

    def delete(self, sender_id: str) -> None:
        """Erase a conversation. Hold its lock."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()

    def _newest_events(self, sender_id: str) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            rows = connection.execute(_NEWEST, {"of": sender_id}).all()
            start, whole = _begin(rows)
            kept = rows[start::-1]
            if not whole and not any(row.type_name == SlotSet.type_name for row in kept):
                older = {"of": sender_id, "slot": SlotSet.type_name, "before": kept[0].id}
                kept = [*connection.execute(_SLOTS_BEFORE, older).all(), *kept]
        return [_read(row.data) for row in kept]

    def _note(self, event: str, error: Exception) -> None:
        self.last_error = (time.monotonic(), type(error).__name__)
        _log.error("%s error=%s", event, type(error).__name__)


def _begin(rows: Sequence[Any]) -> tuple[int, bool]:
    """Where the window begins in ``rows`` (newest first), and whether that is where the session begins.

    A window begins with the ``action_listen`` before a person's message.
    """
    turns, listening = 0, len(rows) - 1
    for index, row in enumerate(rows):
        if row.type_name == SessionStarted.type_name:
            before = rows[index + 1 : index + 2]
            return index + (1 if before and before[0].type_name == ActionExecuted.type_name else 0), True
        if row.type_name == ActionExecuted.type_name and row.action_name == ACTION_LISTEN_NAME:
            listening = index
            if turns >= KEPT_TURNS:
                return index, False
        turns += row.type_name == UserUttered.type_name
    return (len(rows) - 1, True) if len(rows) < _MOST_ROWS else (listening, False)


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data = event.as_dict()
    parsed = data.get("parse_data")
    if parsed:
        kept = {key: value for key, value in parsed.items() if key != "text_tokens"}
        kept["intent_ranking"] = list(parsed.get("intent_ranking") or ())[:_KEPT_RANKS]
        data = {**data, "parse_data": kept}
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": ((parsed or {}).get("intent") or {}).get("name"),
        "action_name": data.get("name"),
        "data": _written(data),
    }


def _written(data: dict[str, Any]) -> str:
    try:
        return orjson.dumps(data).decode("utf-8")
    except TypeError:  # what orjson is too strict for: a lone surrogate, a number of numpy
        return json.dumps(data)


def _read(data: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(data)
    except ValueError:
        found = json.loads(data)
    return found


def _add_indexes(engine: sa.engine.Engine) -> None:
    with alone(engine) as connection:
        for name, columns in (
            ("ix_events_sender_type_time", "sender_id, type_name, timestamp"),
            ("ix_events_sender_id_id", "sender_id, id"),
        ):
            connection.execute(sa.text(f"CREATE INDEX IF NOT EXISTS {name} ON events ({columns})"))
