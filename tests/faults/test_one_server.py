"""One server with SQLite, broken in every way while people talk to it: what they see, what is kept, how it comes back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from bot.storage.journal import conversation_key
from tests.faults.conftest import ENTRY, GOOD, SECRET, Faulty, answers_again, is_honest


@pytest.mark.parametrize(
    ("what", "event"),
    [
        ("action raises", "action_failed"),
        ("action hangs", "web_turn_empty"),
        ("nlu raises", "web_turn_failed"),
    ],
)
def test_a_turn_that_breaks(faulty: Faulty, what: str, event: str) -> None:
    """200 with „try again" and 12333, at once or after three seconds; the log has the event and no word of the question."""
    visitor = faulty.server.client().open()
    with faulty.talked_to(), faulty.broken(what):
        message = visitor.say(SECRET)[0]
        assert ("refusal", "failed") == (message["kind"], message["reason"])
        assert "12333" in message["text"]
    assert answers_again(visitor)
    assert f"event={event}" in faulty.server.output()
    assert "山寨证书" not in faulty.server.output()


@pytest.mark.parametrize("seconds", [-3600, 86_400 * 3])
def test_the_clock_jumps(faulty: Faulty, seconds: int) -> None:
    """An hour back: nobody notices. Days ahead: sessions have ended, a new one is opened and answered."""
    visitor = faulty.server.client().open()
    visitor.say(GOOD)
    # whoever is in a conversation notices days ahead: it has ended
    others = faulty.talked_to() if seconds < 0 else contextlib.nullcontext()
    with others, faulty.broken(f"clock {seconds}"):
        if seconds > 0:
            assert 401 == visitor.post(text=GOOD).status
            visitor = faulty.server.client().open()
        (message,) = visitor.say(GOOD)
        assert ENTRY == message["entry"]
    assert answers_again(faulty.server.client().open())


def test_a_file_that_is_read_only(faulty: Faulty) -> None:
    """503 with 12333 for what must be kept; transcripts can be read; afterwards all is well."""
    visitor = faulty.server.client().open()
    said = visitor.say(GOOD)
    with faulty.talked_to():
        with faulty.broken("read only"):
            refused = visitor.post(text=GOOD)
            assert 503 == refused.status
            assert is_honest(refused)
            assert said[0]["text"] == visitor.send("GET", "/chat/api/messages").json["messages"][1]["text"]
        assert answers_again(visitor)


@pytest.mark.parametrize("name", ["service.db", "conversations.db"])
def test_a_database_that_is_locked(faulty: Faulty, name: str) -> None:
    """Held by another program for longer than is waited: an honest sentence; afterwards all is well."""
    visitor = faulty.server.client().open()
    with faulty.talked_to():
        with sqlite3.connect(faulty.server.folder / "var" / name, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = visitor.post(text=GOOD)
            other.execute("ROLLBACK")
        assert is_honest(answer)
        assert answers_again(visitor)


def test_erasing_that_fails(faulty: Faulty) -> None:
    """删除我的记录 while Rasa's store cannot forget: told as it is, the next try erases every row of the conversation."""
    databases = faulty.server.folder / "var"
    visitor = faulty.server.client().open()
    visitor.say("云南过桥米线哪家好吃")
    with sqlite3.connect(databases / "service.db") as db:
        query = "SELECT sender_id FROM web_conversations WHERE conv = ?"
        (sender,) = db.execute(query, (visitor.session["conv"],)).fetchone()

    def left() -> tuple[int, int]:
        key = conversation_key(visitor.session["conv"])
        with sqlite3.connect(databases / "conversations.db") as rasa, sqlite3.connect(databases / "service.db") as ours:
            events = rasa.execute("SELECT count(*) FROM events WHERE sender_id = ?", (sender,)).fetchone()[0]
            query = "SELECT count(*) FROM journal_events WHERE conversation = ?"
            return int(events), int(ours.execute(query, (key,)).fetchone()[0])

    with faulty.talked_to(), faulty.broken("erasing fails"):
        answer = visitor.send("DELETE", "/chat/api/data")
        assert 202 == answer.status
        assert "没删成" in answer.json["message"]
        assert 401 == visitor.post(text=GOOD).status
        assert 0 not in left()
    assert "event=erase_failed" in faulty.server.output()
    assert sender not in faulty.server.output()
    assert 0 == faulty.server.bot("purge").returncode
    assert (0, 0) == left()


def test_a_disk_that_is_full(faulty: Faulty) -> None:
    """503 with 12333 while nothing can be written; once there is room, all is well and nothing acknowledged is gone."""
    if not faulty.is_small:
        pytest.skip("needs a small file system: run as root where mounting is allowed")
    visitor = faulty.server.client().open()
    visitor.say(GOOD)
    filler = faulty.server.folder / "var" / "filler"
    statuses: list[int] = []
    with faulty.talked_to():
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 65536)
        try:
            deadline = time.monotonic() + 30
            while 503 not in statuses and time.monotonic() < deadline:
                answer = visitor.post(text=GOOD)
                assert is_honest(answer)
                statuses.append(answer.status)
        finally:
            filler.unlink()
        assert 503 in statuses
        assert answers_again(visitor)


def test_files_that_are_gone(faulty: Faulty) -> None:
    """The model's file and the content's folder are read at the start and on reload only: people notice nothing."""
    models, data = faulty.server.folder / "models", faulty.server.data
    moved: list[tuple[Path, Path]] = []
    try:
        for folder in (models, data):
            aside = folder.with_name(f"{folder.name}-aside")
            shutil.move(folder, aside)
            moved.append((aside, folder))
        with faulty.talked_to():
            done: Any = faulty.server.bot("reload")
            assert 1 == done.returncode
            assert "Traceback" not in done.stderr
            assert answers_again(faulty.server.client().open())
    finally:
        for aside, folder in moved:
            shutil.move(aside, folder)


@pytest.mark.parametrize("damage", ["- id: [", "- id: h12333\n", "\x00"])
def test_content_that_is_broken_while_reloading(faulty: Faulty, damage: str) -> None:
    """Refused in words by the command and by the server; people go on with the old content; good files are taken again."""
    server = faulty.server
    file = server.data / "knowledge" / "contacts.yml"
    good = file.read_text(encoding="utf-8")

    def told_to_reload(words: str) -> None:
        before = server.output().count(words)
        os.kill(server.process.pid, signal.SIGHUP)
        deadline = time.monotonic() + 30
        while server.output().count(words) == before:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    with faulty.talked_to():
        try:
            file.write_text(good + damage, encoding="utf-8")
            refused: Any = server.bot("reload")
            told_to_reload("继续用原来的版本")
            assert answers_again(server.client().open())
        finally:
            file.write_text(good, encoding="utf-8")
        assert (1, "") == (refused.returncode, refused.stdout)
        assert "contacts.yml" in refused.stderr
        assert "Traceback" not in refused.stderr
        told_to_reload("内容已更新")
        assert answers_again(server.client().open())


def test_it_was_one_process(faulty: Faulty) -> None:
    """After all of the above: the same process, which answers and is ready, or says for half a minute that a store had failed."""
    assert faulty.server.process.poll() is None
    assert answers_again(faulty.server.client().open())
    assert faulty.server.client().send("GET", "/readyz").json["status"] in {"ready", "tracker_store_failing"}
