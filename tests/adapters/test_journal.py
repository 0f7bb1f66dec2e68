"""The journal: what is counted, what is kept of a text, what is forgotten."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.replies.reply import Kind, Quote, Reply
from bot.storage.database import sqlite_engine
from bot.storage.journal import Journal, conversation_key, events, feedback, misses

ANSWER = Reply(Kind.ANSWER, "query_where", "v1", "body", "speech")
REFUSAL = Reply(Kind.REFUSAL, None, "v1", "body", "speech", reason="no_entry")
OWN_CASE = Reply(Kind.REFUSAL, None, "v1", "body", "speech", reason="own_case")
ADVERT = Reply(Kind.ADVERT, None, "v1", "body", "speech", quotes=(Quote(0, 2, "guarantee"), Quote(3, 4, "guarantee")))


@pytest.fixture
def engine(tmp_path: Path) -> sa.engine.Engine:
    return sqlite_engine(tmp_path / "journal.db")


def rows(engine: sa.engine.Engine, table: sa.Table) -> list[Any]:
    with engine.connect() as db:
        return list(db.execute(sa.select(table)).all())


def test_a_turn_is_one_row_for_each_reply(engine: sa.engine.Engine) -> None:
    """With channel, kind, entry, reason and red flags; the conversation only as a hash."""
    Journal(engine).replied("web", "secret", "包过吗", [ANSWER, ADVERT])
    first, second = rows(engine, events)
    assert ("web", "reply", "answer", "query_where") == (first.channel, first.event, first.kind, first.entry)
    assert ("advert", '["guarantee"]') == (second.kind, second.signals)
    assert conversation_key("secret") == first.conversation != "secret"


@pytest.mark.parametrize(("replies", "kept"), [([REFUSAL], 1), ([OWN_CASE], 0), ([ANSWER], 0), ([ANSWER, REFUSAL], 0)])
def test_text_is_kept_of_misses_only(engine: sa.engine.Engine, replies: list[Reply], kept: int) -> None:
    """What was answered in any part, or is somebody's own case, leaves no text."""
    Journal(engine).replied("web", "c", "能落户吗", replies)
    assert kept == len(rows(engine, misses))


def test_a_second_verdict_replaces_the_first(engine: sa.engine.Engine) -> None:
    """One row for each reply of a conversation."""
    journal = Journal(engine)
    for value in ("useful", "wrong"):
        journal.judged("web", "c", "4", "query_where", "v1", value, "outdated", "")
    assert ["wrong"] == [row.value for row in rows(engine, feedback)]


def test_forgetting_and_ageing(engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation is erased whole, and everything is by age."""
    journal = Journal(engine)
    for conversation in ("one", "other"):
        journal.replied("web", conversation, "能落户吗", [REFUSAL])
        journal.judged("web", conversation, "2", "", "v1", "useless", "", "")
    journal.forget("one")
    assert [1, 1, 1] == [len(rows(engine, table)) for table in (events, misses, feedback)]
    later = time.time() + 200 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    journal.purge(event_days=180, feedback_days=365)
    assert [0, 0, 1] == [len(rows(engine, table)) for table in (events, misses, feedback)]
