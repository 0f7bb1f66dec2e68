"""A server as the platform's tests see it, whichever it is: our channel on a bare server, or the whole process."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from tests.contract.conftest import Server
from tests.wechat_platform.platform import Platform


class Site(Protocol):
    """``turns`` counts the messages that Rasa got; ``after`` leaves out so many of the first ones."""

    platform: Platform

    @property
    def port(self) -> int: ...

    @property
    def turns(self) -> int: ...

    def texts(self, after: int = 0) -> list[str]:
        """What they said."""

    def senders(self, after: int = 0) -> list[str]:
        """Whose they were."""

    def logged(self) -> str:
        """Everything that was logged so far."""


@dataclass(frozen=True)
class Whole:
    """A running ``python -m bot run`` with one account; turns are what its conversations hold."""

    platform: Platform
    server: Server

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def turns(self) -> int:
        return int(self._rows("count(*)", "")[0][0])

    def texts(self, after: int = 0) -> list[str]:
        return [str(json.loads(row[0])["text"]) for row in self._rows("data", f"ORDER BY id LIMIT -1 OFFSET {after}")]

    def senders(self, after: int = 0) -> list[str]:
        return [str(row[0]) for row in self._rows("sender_id", f"ORDER BY id LIMIT -1 OFFSET {after}")]

    def said_by(self, openid: str) -> list[str]:
        """What Rasa got from one follower, who is known to it by a keyed hash."""
        name = self.platform.account.pseudonym(openid)
        return [text for sender, text in zip(self.senders(), self.texts()) if sender == name]

    def logged(self) -> str:
        return self.server.output()

    def _rows(self, what: str, order: str) -> list[tuple[Any, ...]]:
        query = f"SELECT {what} FROM events WHERE type_name = 'user' AND sender_id LIKE 'wx%' {order}"
        with closing(sqlite3.connect(self.server.folder / "var" / "conversations.db")) as db:
            return db.execute(query).fetchall()
