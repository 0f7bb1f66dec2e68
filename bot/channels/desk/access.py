"""Who asks: a login session with its cookie, an API key, or nobody; and what a login needs."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sanic.request import Request

from bot.channels import metrics
from bot.errors import InputError
from bot.storage.desk_access import KEY_PREFIX, DeskAccess
from bot.storage.staff import MOST_PASSWORD, OPERATOR, SUPERVISOR, Person, Staff

COOKIE = "zr_desk"
#: Makes a browser known in which somebody has logged in: no other's wrong passwords keep it out.
DEVICE_COOKIE = "zr_desk_device"
#: What an API key is, beside the roles of people.
KEY = "key"
PEOPLE, SUPERVISORS, ANYBODY_KNOWN = (OPERATOR, SUPERVISOR), (SUPERVISOR,), (OPERATOR, SUPERVISOR, KEY)
#: Passwords looked at side by side: each takes tens of milliseconds of a core and 64 MB.
_AT_ONCE = 2
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Caller:
    """Who asks, and as what; ``csrf`` and ``cookie`` of a session, '' for a key."""

    name: str
    role: str
    csrf: str = ""
    cookie: str = ""


@dataclass(frozen=True)
class Login:
    """Who has come in, and what the browser is given for it."""

    person: Person
    cookie: str
    csrf: str
    device: str


class Doorkeeper:
    """Lets in who may, and says politely why not."""

    def __init__(self, staff: Staff, access: DeskAccess) -> None:
        """Both stand on the service's database."""
        self._staff, self._access = staff, access
        self._hashing = asyncio.Semaphore(_AT_ONCE)

    def caller(self, request: Request, allowed: Collection[str]) -> Caller:
        """Whoever the request's key or cookie belongs to. Raises InputError 401 or 403."""
        caller = self._of_key(request) if "authorization" in request.headers else self._of_cookie(request)
        if caller is None:
            raise InputError(401, "no_login", "请先登录坐席台；登录可能已经过期。")
        if caller.role not in allowed:
            raise InputError(403, "not_allowed", "您的账号没有这个权限，请找值班长。")
        return caller

    def check_csrf(self, request: Request, caller: Caller) -> None:
        """A request that changes something must show that our own page sent it. Raises InputError 403."""
        given = request.headers.get("x-csrf-token", "")
        if caller.cookie and not hmac.compare_digest(given.encode(), caller.csrf.encode()):
            raise InputError(403, "bad_csrf", "页面太旧了，请刷新坐席台再试。")

    async def login(self, body: dict[str, Any], address: str, device: str) -> Login:
        """For a right password; ``device`` is what the browser knows itself by. Raises InputError 400, 401 or 429."""
        name, password = body.get("user"), body.get("password")
        if not isinstance(name, str) or not isinstance(password, str) or not name or not password:
            raise InputError(400, "bad_field", "请填账号和密码。")
        lock, tried = self._access.lock, name[:MOST_PASSWORD]
        wait = lock.attempt(tried, address, device)
        if wait:
            metrics.logins.labels("locked").inc()
            minutes = -(-wait // 60)
            raise InputError(
                429,
                "locked",
                f"密码错的次数太多，请过 {minutes} 分钟再试；急用请在平时登录的电脑上登录，或请值班长解锁。",
                {"Retry-After": str(wait)},
            )
        async with self._hashing:
            person = await asyncio.to_thread(self._staff.verify, name, password)
        metrics.logins.labels("right" if person else "wrong").inc()
        if person is None:
            raise InputError(401, "wrong_password", "账号或密码不对；连错五次要等一刻钟。")
        device = lock.succeeded(tried, address, device)
        cookie, session = self._access.open(person.name, person.role)
        return Login(person, cookie, session.csrf, device)

    def logout(self, caller: Caller) -> None:
        """The session is dead at once, whoever still holds its cookie."""
        self._access.close(caller.cookie)

    def _of_cookie(self, request: Request) -> Caller | None:
        cookie = request.cookies.get(COOKIE)
        session = self._access.session(cookie) if cookie else None
        return Caller(session.name, session.role, session.csrf, cookie) if session else None

    def _of_key(self, request: Request) -> Caller | None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key.startswith(KEY_PREFIX):
            return None
        name = self._access.key(key)
        return Caller(name, KEY) if name else None


def cookie_header(request: Request, public_origin: str, cookie: str, seconds: int, name: str = COOKIE) -> str:
    """``Set-Cookie`` of a session or a known browser; plain http is for this machine only. Empty and 0 take it away."""
    host = urlsplit(f"//{request.host}").hostname or ""
    plain = host in _LOOPBACK and not public_origin.startswith("https:")
    secure = "" if plain else "; Secure"
    return f"{name}={cookie}; Path=/desk; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
