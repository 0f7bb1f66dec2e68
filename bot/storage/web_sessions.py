"""Web conversations: credentials, transcript, button map. SQLAlchemy Core, so SQLite or PostgreSQL.

Clients hold a token, a cookie and a public conversation id; Rasa's sender id is another secret that never leaves
the server.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from bot.storage import erasures, web_credentials
from bot.storage.database import make_tables
from bot.storage.erasures import Erasure

_meta = sa.MetaData()
_conversations = sa.Table(
    "web_conversations",
    _meta,
    sa.Column("conv", sa.String(64), primary_key=True),
    sa.Column("sender_id", sa.String(80), nullable=False),
    sa.Column("last_seq", sa.Integer, nullable=False, default=0),
    sa.Column("turns", sa.Integer, nullable=False, default=0),
    sa.Column("seen_at", sa.Float, nullable=False),
)
_messages = sa.Table(
    "web_messages",
    _meta,
    sa.Column("conv", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("cid", sa.String(64), nullable=False, index=True),
    sa.Column("message", sa.Text, nullable=False),
)
_buttons = sa.Table(
    "web_buttons",
    _meta,
    sa.Column("conv", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("choice", sa.Text, nullable=False),
)
# what every message asks, written once: to build a statement takes as long as to run it
_CONVERSATION = sa.select(_conversations).where(_conversations.c.conv == sa.bindparam("of"))
_LOCKED = _CONVERSATION.with_for_update()
_TAKE_TURN = (
    _conversations.update()
    .where(_conversations.c.conv == sa.bindparam("of"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("last_seq", "turns", "seen_at")})
)
_ADD_MESSAGES, _ADD_BUTTONS = _messages.insert(), _buttons.insert()


def _in_order(where: Any) -> Any:
    return sa.select(_messages.c.message).where(where).order_by(_messages.c.seq)


_OF_CID = _in_order((_messages.c.conv == sa.bindparam("of")) & (_messages.c.cid == sa.bindparam("named")))
_OF_TOKEN = web_credentials.of_token(_conversations)
#: Pages that were opened and left without a word are not kept for longer.
_EMPTY_SECONDS = 86_400
#: Longest transcript kept for catching up.
MAX_MESSAGES = 500


@dataclass(frozen=True)
class Conversation:
    """An open conversation as its token finds it."""

    conv: str
    sender_id: str


@dataclass(frozen=True)
class Opened:
    """What a page gets to go on with: a token for itself, a value for the cookie that resumes the conversation."""

    token: str
    resume: str
    conversation: Conversation
    #: 0 where nothing has been said yet
    last_seq: int


class WebSessions:
    """All operations on web conversations; each is one short transaction."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """``engine`` is connected; tables are made where missing."""
        self._engine = engine
        make_tables(engine, _meta)
        make_tables(engine, web_credentials.meta)
        make_tables(engine, erasures.meta)

    def open(self, greeting: dict[str, Any], buttons: Mapping[str, Any]) -> Opened:
        """A new conversation with its greeting, which is number 0, and the starter buttons in it."""
        found = Conversation(secrets.token_urlsafe(16), f"web_{secrets.token_urlsafe(24)}")
        now = time.time()
        with self._engine.begin() as db:
            db.execute(
                _conversations.insert().values(
                    conv=found.conv, sender_id=found.sender_id, last_seq=0, turns=0, seen_at=now
                )
            )
            db.execute(_messages.insert().values(conv=found.conv, seq=0, cid="", message=_json(greeting)))
            _add_buttons(db, found.conv, buttons)
            return Opened(*web_credentials.issue(db, found.conv, now), found, 0)

    def resume(self, value: str) -> Opened | None:
        """The conversation of a live cookie, with new credentials; None when there is none."""
        now = time.time()
        with self._engine.begin() as db:
            conv = web_credentials.conv_of_resume(db, value, now)
            row = _row(db, conv) if conv else None
            if row is None:
                return None
            db.execute(_conversations.update().where(_conversations.c.conv == row.conv).values(seen_at=now))
            issued = web_credentials.issue(db, row.conv, now)
            return Opened(*issued, Conversation(row.conv, row.sender_id), row.last_seq)

    def find(self, token: str) -> Conversation | None:
        """The conversation of a live token; reading it keeps it alive."""
        now = time.time()
        with self._engine.connect() as db:
            values = {"hash": web_credentials.hashed(token), "since": now - web_credentials.IDLE_SECONDS}
            row = db.execute(_OF_TOKEN, values).first()
            if row is None:
                return None
        if web_credentials.is_stale(row, now):
            with self._engine.begin() as db:
                web_credentials.note_use(db, row, now)
        return Conversation(row.conv, row.sender_id)

    def renew(self, conv: str, value: str) -> bool:
        """Whether the cookie is the newest one of this conversation; then it lives on."""
        with self._engine.begin() as db:
            return web_credentials.renew(db, conv, value, time.time())

    def turns(self, conv: str) -> int | None:
        """How many turns a conversation has had; None when it is gone."""
        with self._engine.connect() as db:
            row = _row(db, conv)
        return int(row.turns) if row else None

    def close(self, conv: str, *, journal: bool = False) -> Erasure | None:
        """End a conversation: tokens, transcript and buttons are gone.

        What is to be erased elsewhere is noted in the same transaction, with the ``journal`` or without; None where
        the conversation had ended before.
        """
        with self._engine.begin() as db:
            row = _row(db, conv, lock=True)
            noted = erasures.note(db, row.sender_id, conv if journal else "") if row else None
            web_credentials.erase(db, conv)
            for table in (_messages, _buttons, _conversations):
                db.execute(table.delete().where(table.c.conv == conv))
        return noted

    def append(
        self,
        conv: str,
        cid: str,
        messages: Sequence[dict[str, Any]],
        buttons: Mapping[str, Any],
        turns: int,
        also: Callable[[sa.engine.Connection], None] | None = None,
    ) -> list[dict[str, Any]]:
        """Number and keep one turn's messages with their buttons; [] when the conversation is gone.

        What another server has kept for ``cid`` meanwhile is given instead, and nothing is written. ``also`` writes
        within the same transaction.
        """
        with self._engine.begin() as db:
            # two servers may answer in one conversation: the row is locked where the database can
            row = _row(db, conv, lock=True)
            if row is None:
                return []
            done = db.execute(_OF_CID, {"of": conv, "named": cid}).all()
            if done:
                return [orjson.loads(row.message) for row in done]
            numbered = [{"seq": row.last_seq + n, **message} for n, message in enumerate(messages, 1)]
            last = row.last_seq + len(numbered)
            db.execute(_TAKE_TURN, {"of": conv, "new_last_seq": last, "new_turns": turns, "new_seen_at": time.time()})
            db.execute(
                _ADD_MESSAGES,
                [{"conv": conv, "seq": m["seq"], "cid": cid, "message": _json(m)} for m in numbered],
            )
            if last > MAX_MESSAGES:
                db.execute(
                    _messages.delete().where((_messages.c.conv == conv) & (_messages.c.seq <= last - MAX_MESSAGES))
                )
            _add_buttons(db, conv, buttons)
            if also is not None:
                also(db)
        return numbered

    def of_cid(self, conv: str, cid: str) -> list[dict[str, Any]]:
        """The finished messages of a client's message id; [] when there are none."""
        return self._read(_OF_CID, {"of": conv, "named": cid})

    def after(self, conv: str, seq: int, most: int) -> list[dict[str, Any]]:
        """The ``most`` next messages with a higher number."""
        return self._read(_in_order((_messages.c.conv == conv) & (_messages.c.seq > seq)).limit(most))

    def message(self, conv: str, seq: int) -> dict[str, Any] | None:
        """One message; number 0 is the greeting."""
        found = self._read(_in_order((_messages.c.conv == conv) & (_messages.c.seq == seq)))
        return found[0] if found else None

    def button(self, conv: str, button_id: str) -> dict[str, Any] | None:
        """What a button of this conversation stands for."""
        with self._engine.connect() as db:
            row = db.execute(
                sa.select(_buttons.c.choice).where((_buttons.c.conv == conv) & (_buttons.c.id == button_id))
            ).first()
        return orjson.loads(row.choice) if row else None

    def purge(self, idle_seconds: float) -> list[Erasure]:
        """Close conversations idle for longer, or for a day with nothing said; what Rasa has to forget of them."""
        now, seen_at = time.time(), _conversations.c.seen_at
        empty = (_conversations.c.last_seq == 0) & (seen_at < now - _EMPTY_SECONDS)
        with self._engine.begin() as db:
            found = sa.select(_conversations.c.conv).where((seen_at < now - idle_seconds) | empty)
            rows = db.execute(found).all()
        return [noted for row in rows if (noted := self.close(row.conv))]

    def _read(self, found: Any, values: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        with self._engine.connect() as db:
            rows = db.execute(found, values or {}).all()
        return [orjson.loads(row.message) for row in rows]


def _row(db: Any, conv: str, lock: bool = False) -> Any:
    return db.execute(_LOCKED if lock else _CONVERSATION, {"of": conv}).first()


def _json(value: Mapping[str, Any]) -> str:
    return orjson.dumps(value).decode("utf-8")


def _add_buttons(db: Any, conv: str, buttons: Mapping[str, Any]) -> None:
    if buttons:
        db.execute(
            _ADD_BUTTONS,
            [{"conv": conv, "id": key, "choice": _json(choice)} for key, choice in buttons.items()],
        )
