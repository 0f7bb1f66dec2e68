"""What opens a web conversation: tokens of open pages, and the values of the cookie that resumes it.

Only hashes are kept. The functions work inside a transaction of :mod:`bot.storage.web_sessions`.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa

meta = sa.MetaData()
_tokens = sa.Table(
    "web_tokens",
    meta,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("conv", sa.String(64), nullable=False, index=True),
    sa.Column("seen_at", sa.Float, nullable=False),
)
_resumes = sa.Table(
    "web_resumes",
    meta,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("conv", sa.String(64), nullable=False, index=True),
    sa.Column("seen_at", sa.Float, nullable=False),
    #: when a newer value took its place
    sa.Column("replaced_at", sa.Float, nullable=True),
)
#: Idle time after which either is dead: shared computers stand in service halls.
IDLE_SECONDS = 1800
#: How long a replaced cookie still resumes: several tabs restore at once.
GRACE_SECONDS = 30
#: Most of each that a conversation has: pages open in tabs.
MOST = 10
#: Seconds between two notes that a token or cookie is alive: not every message needs a write.
_NOTE_EVERY = 5


def hashed(secret: str) -> str:
    """What the store keeps of a token or a cookie."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def issue(db: Any, conv: str, now: float) -> tuple[str, str]:
    """A new token and a new resume value; the oldest of a conversation make room."""
    issued = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    for table, secret in zip((_tokens, _resumes), issued, strict=True):
        db.execute(table.insert().values(hash=hashed(secret), conv=conv, seen_at=now))
        kept = sa.select(table.c.hash).where(table.c.conv == conv).order_by(table.c.seen_at.desc())
        beyond = [row.hash for row in db.execute(kept.offset(MOST))]
        if beyond:
            db.execute(table.delete().where(table.c.hash.in_(beyond)))
    return issued


def of_token(conversations: sa.Table) -> Any:
    """Select the live token of ``hash`` alive since ``since``, with its row of ``conversations``."""
    return (
        sa.select(_tokens.c.hash, _tokens.c.seen_at.label("used_at"), conversations)
        .join_from(_tokens, conversations, _tokens.c.conv == conversations.c.conv)
        .where((_tokens.c.hash == sa.bindparam("hash")) & (_tokens.c.seen_at >= sa.bindparam("since")))
    )


def note_use(db: Any, row: Any, now: float) -> None:
    """Keep a token alive that is being used."""
    db.execute(_tokens.update().where(_tokens.c.hash == row.hash).values(seen_at=now))


def is_stale(row: Any, now: float) -> bool:
    """Whether its last use was noted so long ago that this one has to be."""
    return bool(now - row.used_at > _NOTE_EVERY)


def conv_of_resume(db: Any, value: str, now: float) -> str | None:
    """The conversation that a cookie resumes; it is replaced by the value issued next."""
    row = db.execute(sa.select(_resumes).where(_resumes.c.hash == hashed(value))).first()
    if row is None or not _is_live(row, now):
        return None
    if row.replaced_at is None:
        db.execute(_resumes.update().where(_resumes.c.hash == row.hash).values(replaced_at=now))
    return str(row.conv)


def renew(db: Any, conv: str, value: str, now: float) -> bool:
    """Prolong a cookie of this conversation; False for one that is not its newest, which must not come back."""
    row = db.execute(sa.select(_resumes).where(_resumes.c.hash == hashed(value))).first()
    if row is None or row.conv != conv or row.replaced_at is not None or not _is_live(row, now):
        return False
    if now - row.seen_at > _NOTE_EVERY:
        db.execute(_resumes.update().where(_resumes.c.hash == row.hash).values(seen_at=now))
    return True


def erase(db: Any, conv: str) -> None:
    """Tokens and cookies of a conversation are dead."""
    for table in (_tokens, _resumes):
        db.execute(table.delete().where(table.c.conv == conv))


def _is_live(row: Any, now: float) -> bool:
    if now - row.seen_at > IDLE_SECONDS:
        return False
    return row.replaced_at is None or now - row.replaced_at <= GRACE_SECONDS
