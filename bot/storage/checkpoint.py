"""SQLite's write-ahead log is copied into the database beside the event loop.

SQLite leaves the copying to whoever happens to write a thousandth page, who waits for the disk twice: on the loop that
is one message of some hundred and everybody behind it, for 5–9 ms here, and up to 470 ms while the disk is slow
(measured 2026-11-27). Here a thread does it; a writer waits once after each copy, when the log begins anew.
"""

from __future__ import annotations

import asyncio
import logging
import weakref

import sqlalchemy as sa

#: Pages (4 KB) of a log from which a writer copies it after all: a tool without a loop, a disk that falls behind.
MOST_PAGES = 16_000
#: Seconds between two copies.
EVERY_SECONDS = 5.0
_engines: weakref.WeakSet[sa.engine.Engine] = weakref.WeakSet()
_log = logging.getLogger(__name__)


def take_over(engine: sa.engine.Engine) -> None:
    """Copy the log of this engine's SQLite file with the others'."""
    _engines.add(engine)


def checkpoint() -> None:
    """Copy all logs; nobody waits for it but the caller. What cannot be copied now is copied next time."""
    for engine in list(_engines):
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        except sa.exc.SQLAlchemyError as error:
            _log.error("checkpoint_failed error=%s", type(error).__name__)


async def checkpoint_regularly() -> None:
    """For as long as the server runs."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await asyncio.to_thread(checkpoint)
