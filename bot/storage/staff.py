"""Accounts of the desk: name, role, argon2id hash. Nothing here knows HTTP."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.errors import ZhengbianError
from bot.storage.database import make_tables

OPERATOR, SUPERVISOR = "operator", "supervisor"
ROLES = (OPERATOR, SUPERVISOR)
#: Bounds of a password in characters; the upper one keeps hashing bounded.
LEAST_PASSWORD, MOST_PASSWORD = 10, 200
_NAME = re.compile(r"[\w\u4e00-\u9fff.@-]{1,32}")
_meta = sa.MetaData()
_staff = sa.Table(
    "desk_staff",
    _meta,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("hash", sa.String(255), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False, default=0.0),
)


class StaffError(ZhengbianError):
    """An account that cannot be made or changed, told in Chinese."""


@dataclass(frozen=True)
class Person:
    """One member of staff; ``seen_at`` is the last login, 0 for none."""

    name: str
    role: str
    disabled: bool = False
    created_at: float = 0.0
    seen_at: float = 0.0


class Staff:
    """All operations on accounts. Hashing takes tens of milliseconds: call :meth:`verify` in a thread."""

    def __init__(self, engine: sa.engine.Engine, hasher: PasswordHasher | None = None) -> None:
        """The table is made where missing."""
        self._engine, self._hasher = engine, hasher or PasswordHasher()
        self._nobody = ""
        make_tables(engine, _meta)

    def add(self, name: str, role: str, password: str) -> None:
        """A new account. Raises StaffError."""
        if not _NAME.fullmatch(name):
            raise StaffError(f"名字 {name!r} 不能用：1 到 32 个汉字、字母、数字或 . _ - @")
        if role not in ROLES:
            raise StaffError(f"角色只能是 {'、'.join(ROLES)}")
        row = {"name": name, "role": role, "hash": self._hashed(password), "disabled": False, "created_at": time.time()}
        try:
            with self._engine.begin() as db:
                db.execute(_staff.insert().values(seen_at=0.0, **row))
        except sa.exc.IntegrityError:
            raise StaffError(f"已经有叫“{name}”的账号了") from None

    def reset(self, name: str, password: str) -> None:
        """A new password; a disabled account is enabled again. Raises StaffError."""
        self._change(name, hash=self._hashed(password), disabled=False)

    def disable(self, name: str) -> None:
        """No login any more. Raises StaffError."""
        self._change(name, disabled=True)

    def all(self) -> list[Person]:
        """Every account, oldest first."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(_staff).order_by(_staff.c.created_at)).all()
        return [Person(row.name, row.role, bool(row.disabled), row.created_at, row.seen_at) for row in rows]

    def find(self, name: str) -> Person | None:
        """An account that may log in."""
        return next((person for person in self.all() if person.name == name and not person.disabled), None)

    def verify(self, name: str, password: str) -> Person | None:
        """The person whose password this is; an unknown name takes as long as a wrong password."""
        row, secret = None, password.encode("utf-8", "replace")
        if _NAME.fullmatch(name):
            with self._engine.connect() as db:
                row = db.execute(sa.select(_staff).where(_staff.c.name == name)).first()
        if len(password) > MOST_PASSWORD:
            return None
        if row is None and not self._nobody:
            self._nobody = self._hasher.hash(secrets.token_urlsafe(16))
        try:
            self._hasher.verify(row.hash if row else self._nobody, secret)
        except (VerifyMismatchError, InvalidHashError):
            return None
        if row is None or row.disabled:
            return None
        changes = {"seen_at": time.time()}
        if self._hasher.check_needs_rehash(row.hash):
            changes["hash"] = self._hasher.hash(secret)
        self._change(name, **changes)
        return Person(row.name, row.role, False, row.created_at, row.seen_at)

    def _hashed(self, password: str) -> str:
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            raise StaffError(f"密码要 {LEAST_PASSWORD} 到 {MOST_PASSWORD} 个字符")
        return self._hasher.hash(password.encode("utf-8", "replace"))

    def _change(self, name: str, **values: object) -> None:
        with self._engine.begin() as db:
            changed = db.execute(_staff.update().where(_staff.c.name == name).values(**values)).rowcount
        if not changed:
            raise StaffError(f"没有叫“{name}”的账号")
