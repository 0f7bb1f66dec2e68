"""``rasa …`` as it is, but for one pragma: SQLite's ``synchronous`` as our own stores have it."""

from __future__ import annotations

import sqlite3
from typing import Any

from rasa.__main__ import main
from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, "connect")
def _same_synchronous(connection: Any, _: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=NORMAL")


main()
