"""Who gets in: every route of the table with every kind of credential, and every way of getting one."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.desk.access import ANYBODY_KNOWN, KEY, PEOPLE
from bot.channels.desk.channel import DeskChannel, Route
from bot.channels.web.channel import WebChannel
from bot.settings import Settings
from bot.storage import desk_access
from bot.storage.database import sqlite_engine
from bot.storage.desk_access import DeskAccess
from bot.storage.staff import Staff
from tests.contract.conftest import Client
from tests.contract.desk.conftest import OPERATOR, PASSWORD, SUPERVISOR, Desk, Seat, refused

ROUTES = DeskChannel(Settings.from_environment({"ZHENGBIAN_VAR_DIR": tempfile.mkdtemp()})).routes
#: Open to everybody: the login itself, and pages without data.
OPEN = {("POST", "/desk/login")} | {
    (method, path) for method in ("GET", "HEAD") for path in ("/desk", "/desk/insight", "/desk/static/<name:str>")
}
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r.method} {r.path}")


def ask(seat: Seat, route: Route, **headers: str) -> Any:
    path = route.path.replace("<name>", "kinds").replace("<id>", "query_where")
    return seat.send(route.method, path, {} if route.method == "POST" else None, **headers)


@pytest.fixture(scope="module")
def program(desk: Desk) -> Seat:
    return desk.program("测试程序")


def test_the_table_is_all_there_is(desk: Desk) -> None:
    """Every route of the blueprint is in the table, or among the few that are open."""
    blueprint = desk.channel.blueprint(lambda _: None)  # type: ignore[arg-type, return-value]
    served = {(method, str(future.uri)) for future in blueprint._future_routes for method in future.methods}
    catch_all = {(method, path) for method, path in served if path == "/desk/api/<rest:path>"}
    assert {(route.method, route.path) for route in ROUTES} | OPEN | catch_all == served


@each_route
def test_without_credentials(desk: Desk, route: Route) -> None:
    """Nobody gets 401, and so does whoever shows something that opens nothing."""
    for headers in (
        {},
        {"Cookie": "zr_desk=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"Cookie": "zr_desk="},
        {"Authorization": "Bearer zrk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"Authorization": "Basic 546L5Z2Q5bitOng="},
        {"Authorization": ""},
    ):
        refused(ask(Seat(desk.port), route, **headers), 401, "no_login")


@each_route
def test_with_credentials_that_have_ended(desk: Desk, route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    """Idle too long, logged in too long, logged out, disabled, revoked: 401."""
    idle, old, left, gone = desk.seat(OPERATOR), desk.seat(OPERATOR), desk.seat(OPERATOR), desk.seat(OPERATOR)
    assert 204 == left.send("POST", "/desk/logout", {}).status
    desk.channel.access.close(gone.cookie)
    revoked = desk.program(f"作废 {route.method} {route.path}")
    desk.channel.access.revoke_key(f"作废 {route.method} {route.path}")
    for seat in (left, gone, revoked):
        refused(ask(seat, route), 401, "no_login")
    now = time.time()
    monkeypatch.setattr(desk_access.time, "time", lambda: now + 3601)
    refused(ask(idle, route), 401, "no_login")
    monkeypatch.setattr(desk_access.time, "time", lambda: now + 12 * 3600 + 1)
    refused(ask(old, route), 401, "no_login")


@each_route
def test_with_the_other_role(operator: Seat, supervisor: Seat, program: Seat, route: Route) -> None:
    """403 for a role that the table does not name; the named ones pass the door."""
    for role, seat in (("operator", operator), ("supervisor", supervisor), (KEY, program)):
        if route.path == "/desk/logout" and role != KEY:
            continue
        answer = ask(seat, route)
        if role in route.allowed:
            assert answer.status not in (401, 403), answer.text
        else:
            refused(answer, 403, "not_allowed")


@each_route
def test_only_our_own_page_may_change_anything(desk: Desk, route: Route) -> None:
    """A POST with a cookie needs the session's own CSRF token; any request must come from our own origin."""
    seat, other = desk.seat(OPERATOR if "operator" in route.allowed else SUPERVISOR), desk.seat(OPERATOR)
    if route.method != "GET":
        for token in ("", "x", other.csrf):
            refused(ask(seat, route, X_CSRF_Token=token), 403, "bad_csrf")
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{desk.port + 1}"):
        refused(ask(seat, route, Origin=origin), 403, "bad_origin")
    assert 200 == seat.send("GET", "/desk/api/me").status


def test_what_a_key_is_for() -> None:
    """Assist, entries and the document that describes them; nothing else, whatever is added."""
    opened = {route.path for route in ROUTES if KEY in route.allowed}
    assert {"/desk/api/assist", "/desk/api/entries/<id>", "/desk/api/openapi.json"} == opened
    assert all(route.allowed in (PEOPLE, ANYBODY_KNOWN, ("supervisor",)) for route in ROUTES)


def test_the_cookie(desk: Desk) -> None:
    """HttpOnly, strict, below /desk only, Secure but on this machine; the page gets the token, not the cookie."""
    seat = Seat(desk.port)
    answer = seat.login(OPERATOR)
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/desk", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert {"csrf", "role", "name"} == set(answer.json)
    assert seat.cookie not in answer.text
    outside = Seat(desk.port).login(OPERATOR, Host="desk.example")
    assert "; Secure" in outside.headers["set-cookie"]
    away = seat.send("POST", "/desk/logout", {})
    assert (204, "zr_desk=; Path=/desk; Max-Age=0") == (away.status, away.headers["set-cookie"].split("; Http")[0])


def test_login_from_elsewhere(desk: Desk) -> None:
    """A foreign page can log nobody in."""
    refused(Seat(desk.port).login(OPERATOR, Origin="https://evil.example"), 403, "bad_origin")
    form = Client(desk.port).send(
        "POST", "/desk/login", b"user=a&password=b", Content_Type="application/x-www-form-urlencoded"
    )
    refused(form, 415, "unsupported_media_type")


def test_no_session_is_fixed(desk: Desk) -> None:
    """A cookie brought along is not taken over: each login has an id and a token of its own, and the old one dies not."""
    first, second = desk.seat(OPERATOR), desk.seat(OPERATOR)
    planted = Seat(desk.port, cookie="A" * 43)
    planted.login(OPERATOR)
    assert 4 == len({first.cookie, second.cookie, planted.cookie, "A" * 43})
    assert 3 == len({first.csrf, second.csrf, planted.csrf})
    refused(Seat(desk.port, cookie="A" * 43).send("GET", "/desk/api/me"), 401, "no_login")


@pytest.mark.parametrize(
    "body",
    [{}, {"user": OPERATOR}, {"user": 1, "password": 2}, {"user": "", "password": ""}, {"user": [], "password": {}}],
)
def test_malformed_login(desk: Desk, body: object) -> None:
    """Told, and not counted."""
    refused(Seat(desk.port).send("POST", "/desk/login", body), 400, "bad_field")


@pytest.mark.parametrize("name", ["a' OR 1=1 --", "\x00", "\ud800", "王" * 500, "%"])
def test_strange_names_are_nobody(desk: Desk, name: str) -> None:
    """No name reaches the database unread, whatever the browser knows itself by."""
    for device in ("", "C" * 43):
        refused(Seat(desk.port, device=device).login(name, "\ud800x"), 401, "wrong_password")


def test_a_disabled_account(desk: Desk) -> None:
    """Cannot log in, is logged out, and comes back with a new password."""
    desk.channel.staff.add("走了的人", "operator", PASSWORD)
    seat = desk.seat("走了的人")
    desk.channel.staff.disable("走了的人")
    desk.channel.access.close_all("走了的人")
    refused(seat.send("GET", "/desk/api/me"), 401, "no_login")
    refused(Seat(desk.port).login("走了的人"), 401, "wrong_password")
    desk.channel.staff.reset("走了的人", PASSWORD + "!")
    assert 200 == Seat(desk.port).login("走了的人", PASSWORD + "!").status


def test_nothing_secret_is_kept(desk: Desk, tmp_path: Any) -> None:
    """Passwords as argon2id, cookies and keys as hashes: the database opens nothing."""
    from bot.storage.database import service_engine

    seat, program = desk.seat(OPERATOR), desk.program("谁也看不见")
    engine = service_engine(desk.channel._settings)
    with engine.connect() as db:
        kept = [
            str(row)
            for table in ("desk_staff", "desk_sessions", "desk_keys", "desk_wrong_passwords", "desk_devices")
            for row in db.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    text = "\n".join(kept)
    assert "$argon2id$" in text
    for secret in (PASSWORD, seat.cookie, seat.device, program.key, "127.0.0.1"):
        assert secret not in text
    assert Staff(engine).verify(OPERATOR, PASSWORD) is not None


def test_citizens_and_staff_are_apart(quiet_desk: Callable[..., Desk]) -> None:
    """A citizen's token opens no desk route, and neither cookie nor key of the desk opens a conversation."""
    desk = quiet_desk(others=(WebChannel,))
    citizen = Client(desk.port).open()
    for route in ROUTES:
        refused(ask(Seat(desk.port, key=citizen.token), route), 401, "no_login")
        refused(ask(Seat(desk.port), route, Cookie=f"zr_desk={citizen.token}"), 401, "no_login")
    for seat in (desk.seat(OPERATOR), desk.program("程序")):
        for method in ("GET", "POST"):
            answer = seat.send(
                method, "/chat/api/messages", {"cid": "a" * 10, "text": "你好"} if method == "POST" else None
            )
            assert 401 == answer.status
        token = seat.cookie or seat.key
        assert 401 == Client(desk.port, token=token).send("GET", "/chat/api/messages").status


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_unknown_paths(desk: Desk, operator: Seat, method: str) -> None:
    """Nobody learns what is there: 401 first, and 404 in the same form for staff."""
    body = {} if method == "POST" else None
    refused(Seat(desk.port).send(method, "/desk/api/insight/nothing", body), 401, "no_login")
    refused(operator.send(method, "/desk/api/nothing", body), 404, "no_route")


def test_too_many_requests(quiet_desk: Callable[..., Desk]) -> None:
    """Each account and each key has a bucket of its own."""
    desk = quiet_desk(ZHENGBIAN_LIMITS="on", ZHENGBIAN_DESK_REQUESTS_PER_MINUTE="2")
    seat, other, program = desk.seat(OPERATOR), desk.seat(SUPERVISOR), desk.program("程序")
    for each in (seat, other):
        assert [200, 200, 429] == [each.send("GET", "/desk/api/me").status for _ in range(3)]
    statuses = [program.send("GET", "/desk/api/entries/query_where").status for _ in range(3)]
    assert [200, 200, 429] == statuses


def test_who_is_known_stays_known_while_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session and a key work on though their use can not be noted, which is tried once, not at every request."""
    engine = sqlite_engine(tmp_path / "desk.db")
    access = DeskAccess(engine, idle_seconds=1_000, longest_seconds=1_000)
    cookie, session = access.open("operator", "operator")
    key = access.add_key("program")
    lines: list[str] = []
    monkeypatch.setattr(desk_access._log, "error", lambda text, *values: lines.append(text % values))
    with engine.begin() as db:
        db.execute(sa.update(desk_access._sessions).values(seen_at=time.time() - 100))
        for table in ("desk_sessions", "desk_keys"):
            db.execute(
                sa.text(f"CREATE TRIGGER no_{table} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(FAIL, 'full'); END")
            )
    for _ in range(3):
        assert session == access.session(cookie)
        assert "program" == access.key(key)
    assert ["desk_use_not_noted error=IntegrityError"] == lines
    engine.dispose()
