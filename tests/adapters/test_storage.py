"""What Rasa keeps: no message ends the process, failures are seen, locks are quick, tokens are hashed."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.storage import tracker_store, web_sessions
from bot.storage.database import sqlite_engine
from bot.storage.lock_store import QuickLockStore
from bot.storage.tracker_store import SafeSQLTrackerStore
from bot.storage.web_credentials import IDLE_SECONDS, hashed
from bot.storage.web_sessions import MAX_MESSAGES, WebSessions

DOMAIN = Domain.empty()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SafeSQLTrackerStore]:
    found = SafeSQLTrackerStore(DOMAIN, db=str(tmp_path / "new" / "rasa.db"))
    yield found
    found.engine.dispose()


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[WebSessions]:
    engine = sqlite_engine(tmp_path / "web.db")
    yield WebSessions(engine)
    engine.dispose()


def tracker(sender: str, text: str) -> DialogueStateTracker:
    events = [ActionExecuted("action_session_start"), SessionStarted(), UserUttered(text)]
    return DialogueStateTracker.from_events(sender, events, domain=DOMAIN)


async def test_conversation_is_kept(store: SafeSQLTrackerStore) -> None:
    """Saved and read back; the folder is made; SQLite in WAL mode with the indexes."""
    await store.save(tracker("web_a", "证书在哪查"))
    found = await store.retrieve("web_a")
    assert found is not None
    assert "证书在哪查" == found.latest_message.text
    with store.engine.connect() as db:
        assert "wal" == db.exec_driver_sql("PRAGMA journal_mode").scalar()
        names = {row[1] for row in db.exec_driver_sql("PRAGMA index_list(events)")}
    assert {"ix_events_sender_type_time", "ix_events_sender_id_id"} <= names


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("web_\ud800", "好"),
        ("web_b", "坏\ud800字"),
        ("web_\x00", "好"),
        ("web_c", "坏\x00字"),
        ("w" * 300, "好"),
    ],
)
async def test_no_message_ends_the_process(store: SafeSQLTrackerStore, sender: str, text: str) -> None:
    """Rasa's own store calls sys.exit on a ValueError; ours raises it, or keeps the conversation."""
    for work in (lambda: store.save(tracker(sender, text)), lambda: store.retrieve(sender)):
        try:
            await work()
        except SystemExit:  # pragma: no cover - what must never happen
            pytest.fail("the process would have ended")
        except Exception:
            assert store.last_error is not None
    await store.save(tracker("web_after", "还在"))
    assert await store.retrieve("web_after") is not None


async def test_failures_are_noted(store: SafeSQLTrackerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time and class for readiness, no text and no sender in the log."""
    lines: list[str] = []
    monkeypatch.setattr(tracker_store._log, "error", lambda line, *values: lines.append(line % values))
    assert store.last_error is None
    with pytest.raises(UnicodeEncodeError):
        await store.retrieve("web_geheim\ud800")
    assert store.last_error is not None
    assert "UnicodeEncodeError" == store.last_error[1]
    assert time.monotonic() - store.last_error[0] < 5
    assert ["tracker_retrieve_failed error=UnicodeEncodeError"] == lines


async def test_corrupt_event_is_an_error_not_an_exit(store: SafeSQLTrackerStore) -> None:
    """A damaged row fails its own conversation only."""
    await store.save(tracker("web_a", "x"))
    await store.save(tracker("web_b", "x"))
    with store.engine.begin() as db:
        db.exec_driver_sql("UPDATE events SET data = '{' WHERE sender_id = 'web_a'")
    with pytest.raises(ValueError, match="Expecting"):
        await store.retrieve("web_a")
    assert await store.retrieve("web_b") is not None


async def turns(store: SafeSQLTrackerStore, sender: str, count: int, slot_until: int = 10_000) -> None:
    """So many turns as Rasa stores them, each with a parse; the memory is set in the first ``slot_until``."""
    for turn in range(count):
        found = await store.retrieve(sender) or DialogueStateTracker.from_events(sender, [], domain=DOMAIN)
        if not found.events:
            await store.save(found)
            found.update_with_events(
                [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN
            )
        ranking = [{"name": f"intent{rank}", "confidence": 0.5} for rank in range(100)]
        parsed = {"intent": ranking[0], "intent_ranking": ranking, "text_tokens": [[0, 1]]}
        found.update(UserUttered(f"第{turn}问", ranking[0], [], parsed))
        found.update_with_events([ActionExecuted("action_answer"), BotUttered(f"第{turn}答")], DOMAIN)
        if turn < slot_until:
            found.update(SlotSet("memory", {"topic": turn}))
        found.update(ActionExecuted("action_listen"))
        await store.save(found)


async def test_a_long_conversation_is_read_by_its_end(store: SafeSQLTrackerStore) -> None:
    """Every event is stored once and in order; a message sees the turns before it, not all of them."""
    await turns(store, "web_long", 60)
    with store.engine.connect() as db:
        texts = db.exec_driver_sql("SELECT data FROM events WHERE type_name = 'user' ORDER BY id").scalars().all()
        assert 3 + 60 * 5 == db.exec_driver_sql("SELECT count(*) FROM events").scalar()
    assert [f"第{turn}问" for turn in range(60)] == [json.loads(text)["text"] for text in texts]
    found = await store.retrieve("web_long")
    assert found is not None
    assert ["第58问", "第59问"] == [event.text for event in found.events if isinstance(event, UserUttered)]
    assert isinstance(found.events[0], ActionExecuted)
    assert "action_listen" == found.events[0].action_name == found.events[-1].action_name


async def test_a_slot_outlives_the_window(store: SafeSQLTrackerStore) -> None:
    """A memory that was set long ago is still there."""
    await turns(store, "web_long", 30, slot_until=1)
    found = await store.retrieve("web_long")
    assert found is not None
    assert [{"topic": 0}] == [event.value for event in found.events if isinstance(event, SlotSet)]


async def test_a_session_begins_where_it_began(store: SafeSQLTrackerStore) -> None:
    """Nothing of the session before is seen."""
    await turns(store, "web_a", 3)
    found = await store.retrieve("web_a")
    assert found is not None
    found.update_with_events([ActionExecuted("action_session_start"), SessionStarted(), UserUttered("新的")], DOMAIN)
    await store.save(found)
    again = await store.retrieve("web_a")
    assert again is not None
    assert ["新的"] == [event.text for event in again.events if isinstance(event, UserUttered)]
    assert "action_session_start" == again.events[0].action_name


async def test_a_parse_is_stored_without_its_tail(store: SafeSQLTrackerStore) -> None:
    """The present turn keeps its whole ranking; the row keeps the first ranks."""
    await turns(store, "web_a", 1)
    found = await store.retrieve("web_a")
    assert found is not None
    parsed = found.latest_message.parse_data
    assert ["intent0", "intent1"] == [row["name"] for row in parsed["intent_ranking"][:2]]
    assert len(parsed["intent_ranking"]) < 10


async def test_delete(store: SafeSQLTrackerStore) -> None:
    """One conversation is gone, the others stay."""
    await store.save(tracker("web_a", "x"))
    await store.save(tracker("web_b", "x"))
    store.delete("web_a")
    assert await store.retrieve("web_a") is None
    assert await store.retrieve("web_b") is not None


async def test_locks_are_polled_quickly() -> None:
    """A second message waits for the first, not for a second on the clock."""
    locks = QuickLockStore()
    order = []

    async def work(name: str, seconds: float) -> None:
        async with locks.lock("web_a"):
            order.append(name)
            await asyncio.sleep(seconds)

    started = time.monotonic()
    await asyncio.gather(work("first", 0.1), work("second", 0.0), work("third", 0.0))
    assert ["first", "second", "third"] == order
    assert time.monotonic() - started < 0.8


def test_token_is_hashed_at_rest(sessions: WebSessions, tmp_path: Path) -> None:
    """The file holds neither the token nor anything to make it from."""
    opened = sessions.open({}, {})
    token = opened.token
    assert len(token) >= 43
    assert opened.conversation == sessions.find(token)
    assert sessions.find(token[:-1] + "x") is None
    rows = list(sqlite3.connect(tmp_path / "web.db").execute("SELECT hash FROM web_tokens"))
    assert [(hashed(token),)] == rows
    assert token.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_idle_session_dies(sessions: WebSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shared computers stand in service halls."""
    token = sessions.open({}, {}).token
    now = time.time()
    monkeypatch.setattr(web_sessions.time, "time", lambda: now + IDLE_SECONDS + 1)
    assert sessions.find(token) is None


def test_transcript_is_bounded(sessions: WebSessions) -> None:
    """The oldest messages go, numbers go on."""
    found = sessions.open({}, {}).conversation
    for turn in range(MAX_MESSAGES // 2 + 5):
        sessions.append(found.conv, f"cid{turn:05}", [{"from": "user"}, {"from": "bot"}], {}, turn)
    kept = sessions.after(found.conv, 0, MAX_MESSAGES + 1)
    assert MAX_MESSAGES == len(kept)
    assert MAX_MESSAGES + 10 == kept[-1]["seq"]


def test_closed_conversation_takes_nothing(sessions: WebSessions) -> None:
    """A turn that ends after 重新开始 leaves no trace."""
    opened = sessions.open({}, {"b": {"title": "x"}})
    found = opened.conversation
    sessions.close(found.conv)
    assert sessions.find(opened.token) is None
    assert sessions.resume(opened.resume) is None
    assert [] == sessions.append(found.conv, "cid00001", [{"from": "user"}], {}, 1)
    assert sessions.button(found.conv, "b") is None


def test_purge_names_the_senders(sessions: WebSessions) -> None:
    """Idle conversations go, and their Rasa conversations can be erased too."""
    old = sessions.open({}, {}).conversation
    assert [] == sessions.purge(60)
    assert [old.sender_id] == [erasure.sender_id for erasure in sessions.purge(-1)]


def test_purge_of_what_was_never_used(sessions: WebSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that was opened and left is gone after a day; a conversation stays as long as the setting says."""
    empty, used = sessions.open({}, {}).conversation, sessions.open({}, {}).conversation
    sessions.append(used.conv, "cid00001", [{"from": "user"}], {}, 1)
    now = time.time()
    monkeypatch.setattr(web_sessions.time, "time", lambda: now + 86_400 + 60)
    assert [empty.sender_id] == [erasure.sender_id for erasure in sessions.purge(30 * 86_400)]
    assert [1] == [message["seq"] for message in sessions.after(used.conv, 0, MAX_MESSAGES)]
