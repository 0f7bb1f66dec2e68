"""The database of the service's own stores: SQLite (write-ahead log, kept connections) or PostgreSQL by setting."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from bot.settings import Settings

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


@contextlib.contextmanager
def alone(engine: sa.engine.Engine) -> Iterator[sa.engine.Connection]:
    """A transaction for changes of the schema: servers that start at the same time make them one after the other."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7236841)"))
        yield connection


def make_tables(engine: sa.engine.Engine, meta: sa.MetaData) -> None:
    """Make the tables that are missing."""
    with alone(engine) as connection:
        meta.create_all(connection)


def is_away(engine: sa.engine.Engine) -> bool:
    """Whether the database does not answer a real question just now. Blocks as long as the engine waits, seconds.

    SQLite is asked for the right to write, which no file that is locked, read-only or gone gives.
    """
    database = engine.url.database
    if engine.dialect.name == "sqlite" and database and not Path(database).is_file():
        return True
    try:
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "SELECT 1")
            connection.rollback()
        finally:
            connection.close()
    except Exception:  # whatever it is, nobody can be served
        return True
    return False


def service_engine(settings: Settings) -> sa.engine.Engine:
    """The one engine behind sessions, journal and accounts; every channel of the process shares it.

    ``ZHENGBIAN_DATABASE`` is a SQLAlchemy address of PostgreSQL; empty means ``service.db`` in the run-time folder.
    """
    address = settings.text("ZHENGBIAN_DATABASE")
    return _postgres_engine(address) if address else _sqlite(settings.path("ZHENGBIAN_VAR_DIR") / "service.db")


@lru_cache(maxsize=8)
def _sqlite(path: Path) -> sa.engine.Engine:
    return sqlite_engine(path)


@lru_cache(maxsize=8)
def _postgres_engine(address: str) -> sa.engine.Engine:
    return postgres_engine(sa.engine.make_url(address))


def postgres_engine(url: sa.engine.URL, options: str = "") -> sa.engine.Engine:
    """An engine on PostgreSQL: few connections, tested before use, and nothing that waits for ever.

    ``options`` are further options of a connection, such as a schema search path.
    """
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,  # after a restart of the database the first use of a kept connection would fail
        pool_recycle=1800,
        pool_size=5,
        max_overflow=5,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 3,
            "options": f"{options} -c statement_timeout=5000 -c lock_timeout=5000".strip(),
            # a host that is gone without a word is noticed in seconds, not hours
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
            "application_name": "zhengbian",
        },
    )
