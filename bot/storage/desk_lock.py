"""Wrong passwords at the desk's door: how many may be tried, so that a guesser waits and no stranger locks anybody out.

A browser in which somebody has logged in holds a cookie for it (OWASP's device cookie): tries from there count by
themselves, and what others do wrong keeps nobody out who sits before his own screen. All other tries count for the
name together with the address, for the address, and for the name. Names of nobody count like others, so that none can
be told from an account. Cookies, names and addresses are kept as SHA-256 only.

The bound for one account: 5 tries a quarter of an hour in each known browser, of which there are 20 at most, and from
all others together 30, or 100 in the quarter of an hour after an unlock.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time

import sqlalchemy as sa

from bot.storage.database import make_tables

#: Seconds for which a wrong password counts, and for which an unlocked name is given more tries.
LOCK_SECONDS = 900
#: Tries in that time: of a known browser, or of an unknown address for one name.
MOST_WRONG = 5
#: Of all unknown browsers of an address, whatever names they try; for one name, whatever addresses they come from.
MOST_WRONG_OF_ADDRESS, MOST_WRONG_OF_NAME = 20, 30
#: The latter two for a name that was unlocked: its owner comes in though somebody goes on trying.
MOST_WHILE_UNLOCKED_OF_ADDRESS, MOST_WHILE_UNLOCKED = 20, 100
#: Seconds for which a browser stays known without a login, and how many of a name are.
KNOWN_SECONDS, MOST_KNOWN = 180 * 86_400, 20
_DEVICE = re.compile(r"[0-9A-Za-z_-]{43}")
_meta = sa.MetaData()
_wrong = sa.Table(
    "desk_wrong_passwords",
    _meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("whose", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
)
_devices = sa.Table(
    "desk_devices",
    _meta,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("whose", sa.String(64), primary_key=True),
    sa.Column("seen_at", sa.Float, nullable=False),
)
_unlocked = sa.Table(
    "desk_unlocked",
    _meta,
    sa.Column("whose", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)


class LoginLock:
    """All operations; each is one short transaction."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """Tables are made where missing."""
        self._engine = engine
        make_tables(engine, _meta)

    def attempt(self, name: str, address: str, device: str = "") -> int:
        """Seconds to wait before a password may be tried; 0 and the try counts as wrong until it succeeds.

        Counted before the password is looked at, so that many at once gain nothing.
        """
        now = time.time()
        with self._engine.begin() as db:
            if _is_known(db, name, device, now):
                own = {_of_device(name, device): MOST_WRONG}
                if not _wait(db, own, now):
                    _count(db, own, now)
                    return 0
            bounds = _bounds(db, name, address, now)
            wait = _wait(db, bounds, now)
            if not wait:
                _count(db, bounds, now)
        return int(wait + 0.999)

    def succeeded(self, name: str, address: str, device: str = "") -> str:
        """The password was right: this browser's tries count no longer, others' are left. What makes it known."""
        now = time.time()
        with self._engine.begin() as db:
            for whose in (_of_device(name, device), _of_pair(name, address)):
                db.execute(_wrong.delete().where(_wrong.c.whose == whose))
            if not _is_known(db, name, device, now):
                for whose in (_of_address(address), _of_name(name)):  # this one try
                    last = db.execute(sa.select(sa.func.max(_wrong.c.id)).where(_wrong.c.whose == whose)).scalar()
                    db.execute(_wrong.delete().where(_wrong.c.id == last))
            return _make_known(db, name, device, now)

    def unlock(self, name: str) -> None:
        """Wrong passwords of a name count no longer, and for a quarter of an hour it is given more tries."""
        with self._engine.begin() as db:
            db.execute(_wrong.delete().where(_wrong.c.whose == _of_name(name)))
            db.execute(_unlocked.delete().where(_unlocked.c.whose == _of_name(name)))
            db.execute(_unlocked.insert().values(whose=_of_name(name), at=time.time()))

    def forget(self, name: str) -> None:
        """No browser is known for a name any more."""
        with self._engine.begin() as db:
            db.execute(_devices.delete().where(_devices.c.whose == _of_name(name)))

    def purge(self) -> None:
        """Erase what locks nothing and opens nothing any more."""
        now = time.time()
        with self._engine.begin() as db:
            db.execute(_wrong.delete().where(_wrong.c.at < now - LOCK_SECONDS))
            db.execute(_unlocked.delete().where(_unlocked.c.at < now - LOCK_SECONDS))
            db.execute(_devices.delete().where(_devices.c.seen_at < now - KNOWN_SECONDS))


def _bounds(db: sa.engine.Connection, name: str, address: str, now: float) -> dict[str, int]:
    """How many tries of an unknown browser count for what."""
    found = sa.select(_unlocked.c.at).where(
        (_unlocked.c.whose == _of_name(name)) & (_unlocked.c.at > now - LOCK_SECONDS)
    )
    if db.execute(found).first() is not None:
        return {_of_pair(name, address): MOST_WHILE_UNLOCKED_OF_ADDRESS, _of_name(name): MOST_WHILE_UNLOCKED}
    return {
        _of_pair(name, address): MOST_WRONG,
        _of_address(address): MOST_WRONG_OF_ADDRESS,
        _of_name(name): MOST_WRONG_OF_NAME,
    }


def _wait(db: sa.engine.Connection, bounds: dict[str, int], now: float) -> float:
    """Seconds until each of them has a try left; 0.0 where all have."""
    waits = [0.0]
    for whose, most in bounds.items():
        tries = sa.select(_wrong.c.at).where((_wrong.c.whose == whose) & (_wrong.c.at > now - LOCK_SECONDS))
        times = [row.at for row in db.execute(tries.order_by(_wrong.c.at.desc()).limit(most))]
        if len(times) == most:
            waits.append(times[-1] + LOCK_SECONDS - now)
    return float(max(waits))


def _count(db: sa.engine.Connection, bounds: dict[str, int], now: float) -> None:
    db.execute(_wrong.insert(), [{"whose": whose, "at": now} for whose in bounds])


def _is_known(db: sa.engine.Connection, name: str, device: str, now: float) -> bool:
    if not _DEVICE.fullmatch(device):
        return False
    mine = (_devices.c.hash == _hashed(device)) & (_devices.c.whose == _of_name(name))
    found = sa.select(_devices.c.hash).where(mine & (_devices.c.seen_at > now - KNOWN_SECONDS))
    return db.execute(found).first() is not None


def _make_known(db: sa.engine.Connection, name: str, device: str, now: float) -> str:
    """The browser's own value where we gave it, for this name or another's; else a new one."""
    given = sa.select(_devices.c.hash).where(_devices.c.hash == _hashed(device))
    if not _DEVICE.fullmatch(device) or db.execute(given).first() is None:
        device = secrets.token_urlsafe(32)
    mine = (_devices.c.hash == _hashed(device)) & (_devices.c.whose == _of_name(name))
    db.execute(_devices.delete().where(mine))
    db.execute(_devices.insert().values(hash=_hashed(device), whose=_of_name(name), seen_at=now))
    kept = sa.select(_devices.c.hash).where(_devices.c.whose == _of_name(name)).order_by(_devices.c.seen_at.desc())
    beyond = [row.hash for row in db.execute(kept.offset(MOST_KNOWN))]
    if beyond:
        db.execute(_devices.delete().where((_devices.c.whose == _of_name(name)) & _devices.c.hash.in_(beyond)))
    return device


def _of_device(name: str, device: str) -> str:
    return _hashed(f"device:{name}:{device}")


def _of_pair(name: str, address: str) -> str:
    return _hashed(f"pair:{address}:{name}")


def _of_address(address: str) -> str:
    return _hashed(f"address:{address}")


def _of_name(name: str) -> str:
    return _hashed(f"name:{name}")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
