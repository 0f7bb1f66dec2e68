"""One way to connect to SQLite: kept connections, write-ahead log, NORMAL synchronisation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

#: Seconds that a writer waits for another.
_BUSY_SECONDS = 5


def sqlite_engine(path: Path) -> sa.engine.Engine:
    """An engine on a SQLite file; its folder is made where missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=5,
        hide_parameters=True,  # an error message must not carry what a person wrote
        connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS},
    )

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    return engine
