"""SQLite's log is copied beside the loop, not by whoever writes the thousandth page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage import checkpoint
from bot.storage.database import sqlite_engine


def filled(path: Path, rows: int) -> sa.engine.Engine:
    """A database with a page or so a row, all of it in the log."""
    engine = sqlite_engine(path)
    with engine.begin() as db:
        db.exec_driver_sql("CREATE TABLE kept (text)")
    for _ in range(rows):
        with engine.begin() as db:
            db.exec_driver_sql("INSERT INTO kept VALUES (?)", ("证" * 1300,))
    return engine


def in_database(path: Path) -> int:
    """Bytes that have been copied out of the log."""
    return path.stat().st_size


def test_writers_do_not_copy(tmp_path: Path) -> None:
    """Beyond SQLite's own thousand pages; then all of it is copied, also with a reader in the way of a second copy."""
    path = tmp_path / "a.db"
    engine = filled(path, 1200)
    before = in_database(path)
    assert before < 100_000
    checkpoint.checkpoint()
    assert in_database(path) > 1200 * 3900
    with engine.connect() as reader:
        reader.exec_driver_sql("BEGIN")
        assert 1200 == reader.exec_driver_sql("SELECT count(*) FROM kept").scalar()
        with engine.begin() as db:
            db.exec_driver_sql("INSERT INTO kept VALUES ('x')")
        checkpoint.checkpoint()
    assert 1201 == engine.connect().exec_driver_sql("SELECT count(*) FROM kept").scalar()
    engine.dispose()


async def test_it_goes_on_after_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A file that is none is named in the log, the others are copied, and again."""
    monkeypatch.setattr(checkpoint, "EVERY_SECONDS", 0.02)
    broken = tmp_path / "broken.db"
    spoilt = sqlite_engine(broken)
    broken.write_bytes(b"no database at all" * 100)
    path = tmp_path / "b.db"
    engine = filled(path, 50)
    task = asyncio.create_task(checkpoint.checkpoint_regularly())
    await asyncio.sleep(0.3)
    assert not task.done()
    task.cancel()
    assert "checkpoint_failed error=DatabaseError" in caplog.text
    assert in_database(path) > 50 * 3900
    engine.dispose()
    spoilt.dispose()
