"""Guessing passwords: how many tries whoever has, and that no stranger's tries keep the office out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.channels import metrics
from bot.storage import desk_lock
from bot.storage.database import sqlite_engine
from bot.storage.desk_lock import LoginLock
from tests.contract.desk.conftest import OPERATOR, PASSWORD, SUPERVISOR, Desk, Seat, refused


def wrong(desk: Desk, name: str, times: int, **headers: str) -> None:
    """So many wrong passwords, each of them told so."""
    for _ in range(times):
        refused(Seat(desk.port).login(name, "不是这个密码", **headers), 401, "wrong_password")


def test_brute_force(quiet_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    """Five wrong passwords, then even the right one waits; a name of nobody is treated alike; time and unlocking open."""
    desk = quiet_desk()
    before = metrics.logins.labels("locked")._value.get()
    for name in (OPERATOR, "没有这个人"):
        wrong(desk, name, 5)
        locked = Seat(desk.port).login(name, PASSWORD)
        refused(locked, 429, "locked")
        assert 850 < int(locked.headers["retry-after"]) <= 900
        assert "15 分钟" in locked.json["message"]
    assert before + 2 == metrics.logins.labels("locked")._value.get()
    assert 200 == Seat(desk.port).login(SUPERVISOR).status
    desk.channel.access.lock.unlock(OPERATOR)
    assert 200 == Seat(desk.port).login(OPERATOR).status
    wrong(desk, OPERATOR, 20)
    refused(Seat(desk.port).login(OPERATOR), 429, "locked")
    now = time.time()
    monkeypatch.setattr(desk_lock.time, "time", lambda: now + 901)
    assert 200 == Seat(desk.port).login(OPERATOR).status


def test_brute_force_of_an_address(quiet_desk: Callable[..., Desk]) -> None:
    """Many names from one address wait too; another address does not."""
    desk = quiet_desk(ZHENGBIAN_PROXIES="1")
    for number in range(20):
        wrong(desk, f"人{number}", 1, X_Forwarded_For="10.0.0.1")
    refused(Seat(desk.port).login(OPERATOR, X_Forwarded_For="10.0.0.1"), 429, "locked")
    assert 200 == Seat(desk.port).login(OPERATOR, X_Forwarded_For="10.0.0.2").status


def test_no_stranger_locks_the_office_out(quiet_desk: Callable[..., Desk]) -> None:
    """Whatever is tried for whomever behind the office's own address: who has logged in here before comes in."""
    desk = quiet_desk()
    operator, supervisor = desk.seat(OPERATOR), desk.seat(SUPERVISOR)
    wrong(desk, OPERATOR, 5)
    for number in range(15):
        wrong(desk, f"人{number}", 1)
    for name in (OPERATOR, SUPERVISOR, "人20"):
        refused(Seat(desk.port).login(name), 429, "locked")
    assert 200 == operator.login(OPERATOR).status
    assert 200 == supervisor.login(SUPERVISOR).status


def test_no_stranger_locks_a_name_from_elsewhere(quiet_desk: Callable[..., Desk]) -> None:
    """From one address nobody locks an account for another, not even for browsers that are new; thirty from many do."""
    desk = quiet_desk(ZHENGBIAN_PROXIES="1")
    for number in range(6):
        assert 200 == Seat(desk.port).login(OPERATOR, X_Forwarded_For="10.0.0.9").status
        wrong(desk, OPERATOR, 5, X_Forwarded_For=f"10.0.1.{number}")
        refused(Seat(desk.port).login(OPERATOR, X_Forwarded_For=f"10.0.1.{number}"), 429, "locked")
    refused(Seat(desk.port).login(OPERATOR, X_Forwarded_For="10.0.0.9"), 429, "locked")


def test_a_known_browser_guesses_no_more(quiet_desk: Callable[..., Desk]) -> None:
    """It has five tries of its own, then it is like any other; its cookie opens nothing for another name, nor a made-up one."""
    desk = quiet_desk()
    seat = desk.seat(OPERATOR)
    for _ in range(10):
        refused(seat.login(OPERATOR, "不是这个密码"), 401, "wrong_password")
    refused(seat.login(OPERATOR), 429, "locked")
    wrong(desk, SUPERVISOR, 5)
    refused(seat.login(SUPERVISOR), 429, "locked")
    refused(Seat(desk.port, device="A" * 43).login(SUPERVISOR), 429, "locked")
    refused(Seat(desk.port, device="'").login(SUPERVISOR), 429, "locked")


def test_one_browser_of_several_people(quiet_desk: Callable[..., Desk]) -> None:
    """A shared screen is known for each who has logged in at it, and no other browser by the same value."""
    desk = quiet_desk()
    shared = desk.seat(OPERATOR)
    value = shared.device
    assert 200 == shared.login(SUPERVISOR).status
    assert value == shared.device != desk.seat(OPERATOR).device
    wrong(desk, OPERATOR, 5)
    wrong(desk, SUPERVISOR, 5)
    for name in (OPERATOR, SUPERVISOR):
        assert 200 == shared.login(name).status
    planted = Seat(desk.port, device="B" * 43)
    desk.channel.access.lock.unlock(OPERATOR)
    assert 200 == planted.login(OPERATOR).status
    assert "B" * 43 != planted.device


def test_known_browsers_are_forgotten(quiet_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the account that is closed or reset, by age, and beyond twenty."""
    desk = quiet_desk()
    lock, seat = desk.channel.access.lock, desk.seat(OPERATOR)
    for number in range(desk_lock.MOST_KNOWN):
        now = time.time() + number
        monkeypatch.setattr(desk_lock.time, "time", lambda now=now: now)
        lock.succeeded(OPERATOR, "10.0.0.1")
    wrong(desk, OPERATOR, 5)
    refused(seat.login(OPERATOR), 429, "locked")
    lock.unlock(OPERATOR)
    assert 200 == seat.login(OPERATOR).status
    desk.channel.access.close_all(OPERATOR)
    wrong(desk, OPERATOR, desk_lock.MOST_WHILE_UNLOCKED_OF_ADDRESS)
    refused(seat.login(OPERATOR), 429, "locked")


def test_the_cookie_of_a_known_browser(desk: Desk) -> None:
    """No script reads it, no other site sends it, it stays when the person leaves."""
    seat = desk.seat()
    (cookie,) = [c for c in seat.login(OPERATOR).cookies if c.startswith("zr_desk_device=")]
    assert "; Path=/desk; Max-Age=15552000; HttpOnly; SameSite=Strict" in cookie
    assert () == tuple(c for c in seat.send("POST", "/desk/logout", {}).cookies if "device" in c)
    (outside,) = [c for c in Seat(desk.port).login(OPERATOR, Host="desk.example").cookies if "device" in c]
    assert outside.endswith("; Secure")


def test_many_tries_at_once(tmp_path: Any) -> None:
    """A try counts before the password is looked at, so that a burst gains nothing."""
    lock = LoginLock(sqlite_engine(tmp_path / "s.db"))
    waits = [lock.attempt("王坐席", "10.0.0.1") for _ in range(8)]
    assert [True] * 5 + [False] * 3 == [wait == 0 for wait in waits]
