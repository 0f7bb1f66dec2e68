"""What those who run it type for the desk: accounts, keys, erasing by age; against a database of its own."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from bot.settings import PROJECT, Settings
from bot.storage.corrections import Correction, Corrections
from bot.storage.database import sqlite_engine
from bot.storage.desk_access import DeskAccess
from bot.storage.journal import Journal, events, feedback, misses
from bot.storage.staff import Staff
from bot.storage.web_sessions import WebSessions
from tests.contract.desk.conftest import PASSWORD, reply_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    endpoints = yaml.safe_load((PROJECT / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["tracker_store"]["db"] = str(tmp_path / "conversations.db")
    (tmp_path / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    return tmp_path


def bot(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    own = {"ZHENGBIAN_VAR_DIR": str(folder), "ZHENGBIAN_ENDPOINTS": str(folder / "endpoints.yml")}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=PROJECT, env=os.environ | own, input=typed, capture_output=True, text=True, timeout=120
    )


def test_accounts(folder: Path) -> None:
    """Added with a password from standard input, listed, disabled, brought back; mistakes are told in one line."""
    assert 0 == bot(folder, "staff", "add", "李班长", "--role", "supervisor", typed=PASSWORD + "\n").returncode
    staff, access = (
        Staff(sqlite_engine(folder / "service.db")),
        DeskAccess(sqlite_engine(folder / "service.db"), 60, 60),
    )
    found = staff.verify("李班长", PASSWORD)
    assert found is not None
    assert "supervisor" == found.role
    cookie, _ = access.open("李班长", "supervisor")
    for arguments, typed, words in (
        (("add", "李班长", "--role", "operator"), PASSWORD, "已经有"),
        (("add", "王坐席", "--role", "operator"), "short", "10 到 200"),
        (("add", "a b", "--role", "operator"), PASSWORD, "不能用"),
        (("disable", "没有这个人"), "", "没有叫"),
        (("unlock", "没有这个人"), "", "没有叫"),
    ):
        done = bot(folder, "staff", *arguments, typed=typed)
        assert 1 == done.returncode
        assert words in done.stderr
        assert "Traceback" not in done.stderr
        assert PASSWORD not in done.stdout + done.stderr
    waits = [access.lock.attempt("李班长", "10.0.0.1") for _ in range(6)]
    assert 0 < waits[-1]
    assert 0 == bot(folder, "staff", "unlock", "李班长").returncode
    assert 0 == access.lock.attempt("李班长", "10.0.0.1")
    assert 0 == bot(folder, "staff", "disable", "李班长").returncode
    assert None is access.session(cookie) is staff.verify("李班长", PASSWORD)
    assert "停用" in bot(folder, "staff", "list").stdout
    assert 0 == bot(folder, "staff", "reset", "李班长", typed="another-one-2026").returncode
    assert staff.verify("李班长", "another-one-2026") is not None


def test_keys(folder: Path) -> None:
    """Shown once, alone on standard output; the list never shows it; a revoked one is dead."""
    done = bot(folder, "key", "add", "话务平台")
    key, access = done.stdout.strip(), DeskAccess(sqlite_engine(folder / "service.db"), 60, 60)
    assert "话务平台" == access.key(key)
    listed = bot(folder, "key", "list").stdout
    assert "话务平台" in listed
    assert key not in listed
    assert 1 == bot(folder, "key", "add", "话务平台").returncode
    assert 0 == bot(folder, "key", "revoke", "话务平台").returncode
    assert access.key(key) is None
    assert 1 == bot(folder, "key", "revoke", "没有").returncode


def test_purge(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of record goes at its own age, as the settings say, and what is younger stays."""
    engine = sqlite_engine(folder / "service.db")
    now, days = time.time(), {"events": 180, "feedback": 365, "conversations": 30}
    kept = Settings.from_environment({})
    assert list(days.values()) == [
        kept.number(f"ZHENGBIAN_KEEP_{name}") for name in ("EVENT_DAYS", "FEEDBACK_DAYS", "DAYS")
    ]
    for age in (29, 31, 179, 181, 364, 366):
        monkeypatch.setattr(time, "time", lambda age=age: now - age * 86_400)
        journal = Journal(engine)
        journal.replied("web", f"c{age}", f"问题{age}", [reply_of("refusal", "no_entry")])
        journal.judged("web", f"c{age}", "2", "", "", "useless", "", "")
        Corrections(engine).add(
            Correction(0, 0.0, "query_where", "", "wrong", "", "", "", "", ""), "", [], dt.date(2026, 1, 1)
        )
        conversation = WebSessions(engine).open({}, {}).conversation
        WebSessions(engine).append(conversation.conv, "a" * 10, [{"from": "user", "text": "你好"}], {}, 1)
    DeskAccess(engine, 60, 60).open("王坐席", "operator")
    monkeypatch.undo()
    done = bot(folder, "purge")
    assert (0, "") == (done.returncode, done.stderr)
    with engine.connect() as db:

        def count(table: str) -> int:
            return int(db.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar())

        assert [3, 3, 5, 5] == [count(t.name) for t in (events, misses, feedback)] + [count("desk_corrections")]
        assert [1, 0] == [count("web_conversations"), count("desk_sessions")]
