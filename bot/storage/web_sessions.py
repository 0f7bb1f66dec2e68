"""Web conversations: hashed tokens, transcript, button map. SQLAlchemy Core, so SQLite or PostgreSQL.

Clients hold a token and a public conversation id; Rasa's sender id is another secret that never
leaves the server.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

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
_tokens = sa.Table(
    "web_tokens",
    _meta,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("conv", sa.String(64), nullable=False, index=True),
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
#: Idle time after which a token is dead: shared computers stand in service halls.
IDLE_SECONDS = 1800
#: Longest transcript kept for catching up.
MAX_MESSAGES = 500


@dataclass(frozen=True)
class Conversation:
    """An open conversation as its token finds it."""

    conv: str
    sender_id: str


def hashed(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class WebSessions:
    """All operations on web conversations; each is one short transaction."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """``engine`` is connected; tables are made where missing."""
        self._engine = engine
        _meta.create_all(engine)

    def open(self, buttons: Mapping[str, Any]) -> tuple[str, Conversation]:
        """A new conversation with its starter buttons: (token, conversation)."""
        token = secrets.token_urlsafe(32)
        found = Conversation(secrets.token_urlsafe(16), f"web_{secrets.token_urlsafe(24)}")
        now = time.time()
        with self._engine.begin() as db:
            db.execute(
                _conversations.insert().values(
                    conv=found.conv, sender_id=found.sender_id, last_seq=0, turns=0, seen_at=now
                )
            )
            db.execute(_tokens.insert().values(hash=hashed(token), conv=found.conv, seen_at=now))
            _add_buttons(db, found.conv, buttons)
        return token, found

    def find(self, token: str) -> Conversation | None:
        """The conversation of a live token; reading it keeps it alive."""
        now = time.time()
        with self._engine.begin() as db:
            row = db.execute(
                sa.select(_conversations.c.conv, _conversations.c.sender_id, _tokens.c.seen_at)
                .select_from(_tokens.join(_conversations, _tokens.c.conv == _conversations.c.conv))
                .where(_tokens.c.hash == hashed(token))
            ).first()
            if row is None or now - row.seen_at > IDLE_SECONDS:
                return None
            if now - row.seen_at > 5:
                db.execute(_tokens.update().where(_tokens.c.hash == hashed(token)).values(seen_at=now))
            return Conversation(row.conv, row.sender_id)

    def turns(self, conv: str) -> int:
        """How many turns a conversation has had; 0 for none."""
        with self._engine.connect() as db:
            row = db.execute(sa.select(_conversations.c.turns).where(_conversations.c.conv == conv)).first()
        return int(row.turns) if row else 0

    def close(self, conv: str) -> None:
        """End a conversation: tokens, transcript and buttons are gone."""
        with self._engine.begin() as db:
            for table in (_tokens, _messages, _buttons, _conversations):
                db.execute(table.delete().where(table.c.conv == conv))

    def append(
        self, conv: str, cid: str, messages: Sequence[dict[str, Any]], buttons: Mapping[str, Any], turns: int
    ) -> list[dict[str, Any]]:
        """Number and keep one turn's messages with their buttons; [] when the conversation is gone."""
        with self._engine.begin() as db:
            row = db.execute(sa.select(_conversations.c.last_seq).where(_conversations.c.conv == conv)).first()
            if row is None:
                return []
            numbered = [{"seq": row.last_seq + n, **message} for n, message in enumerate(messages, 1)]
            db.execute(
                _conversations.update()
                .where(_conversations.c.conv == conv)
                .values(last_seq=row.last_seq + len(numbered), turns=turns, seen_at=time.time())
            )
            db.execute(
                _messages.insert(),
                [
                    {"conv": conv, "seq": m["seq"], "cid": cid, "message": json.dumps(m, ensure_ascii=False)}
                    for m in numbered
                ],
            )
            db.execute(
                _messages.delete().where(
                    (_messages.c.conv == conv) & (_messages.c.seq <= row.last_seq + len(numbered) - MAX_MESSAGES)
                )
            )
            _add_buttons(db, conv, buttons)
        return numbered

    def of_cid(self, conv: str, cid: str) -> list[dict[str, Any]]:
        """The finished messages of a client's message id; [] when there are none."""
        return self._read((_messages.c.conv == conv) & (_messages.c.cid == cid))

    def after(self, conv: str, seq: int) -> list[dict[str, Any]]:
        """Messages with a higher number."""
        return self._read((_messages.c.conv == conv) & (_messages.c.seq > seq))

    def button(self, conv: str, button_id: str) -> dict[str, Any] | None:
        """What a button of this conversation stands for."""
        with self._engine.connect() as db:
            row = db.execute(
                sa.select(_buttons.c.choice).where((_buttons.c.conv == conv) & (_buttons.c.id == button_id))
            ).first()
        return json.loads(row.choice) if row else None

    def purge(self, idle_seconds: float) -> list[str]:
        """Close conversations idle for longer; their Rasa sender ids, for the tracker store."""
        with self._engine.begin() as db:
            rows = db.execute(
                sa.select(_conversations.c.conv, _conversations.c.sender_id).where(
                    _conversations.c.seen_at < time.time() - idle_seconds
                )
            ).all()
        for row in rows:
            self.close(row.conv)
        return [row.sender_id for row in rows]

    def _read(self, where: Any) -> list[dict[str, Any]]:
        with self._engine.connect() as db:
            rows = db.execute(sa.select(_messages.c.message).where(where).order_by(_messages.c.seq)).all()
        return [json.loads(row.message) for row in rows]


def _add_buttons(db: Any, conv: str, buttons: Mapping[str, Any]) -> None:
    if buttons:
        db.execute(
            _buttons.insert(),
            [
                {"conv": conv, "id": key, "choice": json.dumps(choice, ensure_ascii=False)}
                for key, choice in buttons.items()
            ],
        )
