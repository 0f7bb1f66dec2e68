"""Who may use the desk just now: login sessions and API keys. Cookies and keys are random and kept as SHA-256 only."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from dataclasses import dataclass

import sqlalchemy as sa

from bot.storage.database import make_tables
from bot.storage.desk_lock import LoginLock
from bot.storage.staff import StaffError

#: How an API key begins, so that one that leaks can be searched for.
KEY_PREFIX = "zrk_"
#: Seconds between two notes of „still in use".
_NOTE_SECONDS = 20
_log = logging.getLogger(__name__)
_meta = sa.MetaData()
_sessions = sa.Table(
    "desk_sessions",
    _meta,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, index=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("opened_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
)
_keys = sa.Table(
    "desk_keys",
    _meta,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("start", sa.String(16), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False, default=0.0),
    sa.Column("revoked_at", sa.Float, nullable=False, default=0.0),
)


@dataclass(frozen=True)
class Session:
    """A live login."""

    name: str
    role: str
    csrf: str


@dataclass(frozen=True)
class Key:
    """An API key as listed: never the key itself."""

    name: str
    start: str
    created_at: float
    seen_at: float
    revoked_at: float


class DeskAccess:
    """All operations on sessions and keys; each is one short transaction."""

    def __init__(self, engine: sa.engine.Engine, idle_seconds: float, longest_seconds: float) -> None:
        """``idle_seconds`` without a request, or ``longest_seconds`` after the login, end a session."""
        self._engine, self._idle, self._longest = engine, idle_seconds, longest_seconds
        self._note_again = 0.0
        make_tables(engine, _meta)
        #: what a password may be tried by
        self.lock = LoginLock(engine)

    def open(self, name: str, role: str) -> tuple[str, Session]:
        """A session under an id that nobody has seen before: (cookie, session)."""
        cookie, session, now = secrets.token_urlsafe(32), Session(name, role, secrets.token_urlsafe(32)), time.time()
        with self._engine.begin() as db:
            row = {"name": name, "role": role, "csrf": session.csrf, "opened_at": now, "seen_at": now}
            db.execute(_sessions.insert().values(hash=_hashed(cookie), **row))
        return cookie, session

    def session(self, cookie: str) -> Session | None:
        """The live session of a cookie; asking keeps it alive up to its longest."""
        now = time.time()
        with self._engine.connect() as db:
            row = db.execute(sa.select(_sessions).where(_sessions.c.hash == _hashed(cookie))).first()
        if row is None or now - row.seen_at > self._idle or now - row.opened_at > self._longest:
            return None
        self._note(_sessions, row)
        return Session(row.name, row.role, row.csrf)

    def close(self, cookie: str) -> None:
        """End one session."""
        self._delete(_sessions.c.hash == _hashed(cookie))

    def close_all(self, name: str) -> None:
        """End every session of a person; no browser is known for it any more."""
        self._delete(_sessions.c.name == name)
        self.lock.forget(name)

    def add_key(self, name: str) -> str:
        """A new API key, shown this once. Raises StaffError."""
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        if not 1 <= len(name) <= 64:
            raise StaffError("密钥的名字要 1 到 64 个字")
        try:
            with self._engine.begin() as db:
                row = {"name": name, "start": key[:8], "created_at": time.time(), "seen_at": 0.0, "revoked_at": 0.0}
                db.execute(_keys.insert().values(hash=_hashed(key), **row))
        except sa.exc.IntegrityError:
            raise StaffError(f"已经有叫“{name}”的密钥了，换个名字") from None
        return key

    def key(self, key: str) -> str | None:
        """The name of a live key."""
        with self._engine.connect() as db:
            row = db.execute(sa.select(_keys).where(_keys.c.hash == _hashed(key))).first()
        if row is None or row.revoked_at:
            return None
        self._note(_keys, row)
        return str(row.name)

    def _note(self, table: sa.Table, row: sa.engine.Row) -> None:
        """That it is still in use, now and then; staff work on while that cannot be written, and seldom wait."""
        if time.time() - row.seen_at <= _NOTE_SECONDS or time.monotonic() < self._note_again:
            return
        try:
            with self._engine.begin() as db:
                db.execute(table.update().where(table.c.hash == row.hash).values(seen_at=time.time()))
        except sa.exc.SQLAlchemyError as error:
            self._note_again = time.monotonic() + _NOTE_SECONDS
            _log.error("desk_use_not_noted error=%s", type(error).__name__)

    def all_keys(self) -> list[Key]:
        """Every key, oldest first."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(_keys).order_by(_keys.c.created_at)).all()
        return [Key(row.name, row.start, row.created_at, row.seen_at, row.revoked_at) for row in rows]

    def revoke_key(self, name: str) -> None:
        """A key that is refused from now on. Raises StaffError."""
        with self._engine.begin() as db:
            done = db.execute(_keys.update().where(_keys.c.name == name).values(revoked_at=time.time())).rowcount
        if not done:
            raise StaffError(f"没有叫“{name}”的密钥")

    def purge(self) -> None:
        """Erase dead sessions, and of the lock what counts no longer."""
        now = time.time()
        self._delete((_sessions.c.seen_at < now - self._idle) | (_sessions.c.opened_at < now - self._longest))
        self.lock.purge()

    def _delete(self, where: sa.sql.ColumnElement[bool]) -> None:
        with self._engine.begin() as db:
            db.execute(_sessions.delete().where(where))


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
