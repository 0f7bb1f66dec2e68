"""Rasa's SQL tracker store, made safe: no message can end the process, errors are seen.

Rasa's own turns every ``ValueError`` into ``sys.exit``; a text with a lone surrogate is enough.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session, sessionmaker

from bot.storage.database import sqlite_engine

_log = logging.getLogger(__name__)


class SafeSQLTrackerStore(SQLTrackerStore):
    """Rolls back and re-raises instead of exiting; keeps connections; SQLite in WAL mode.

    ``last_error`` is the time (``time.monotonic``) and class name of the newest failure, for
    readiness: Rasa wraps the store so that failures are otherwise invisible.
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
        """See the base class; failures are counted and re-raised."""
        try:
            return await super().retrieve(sender_id)
        except Exception as error:
            self._note("tracker_retrieve_failed", error)
            raise

    async def save(self, tracker: DialogueStateTracker) -> None:
        """See the base class; failures are counted and re-raised."""
        try:
            await super().save(tracker)
        except Exception as error:
            self._note("tracker_save_failed", error)
            raise

    def delete(self, sender_id: str) -> None:
        """Erase a conversation. Hold its lock."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()

    def _note(self, event: str, error: Exception) -> None:
        self.last_error = (time.monotonic(), type(error).__name__)
        _log.error("%s error=%s", event, type(error).__name__)


def _add_indexes(engine: sa.engine.Engine) -> None:
    with engine.begin() as connection:
        for name, columns in (
            ("ix_events_sender_type_time", "sender_id, type_name, timestamp"),
            ("ix_events_sender_id_id", "sender_id, id"),
        ):
            connection.execute(sa.text(f"CREATE INDEX IF NOT EXISTS {name} ON events ({columns})"))
