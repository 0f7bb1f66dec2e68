"""The desk's stores on PostgreSQL: what the SQLite tests say holds there too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.clock import today
from bot.replies.reply import Kind, Reply
from bot.settings import Settings
from bot.storage.corrections import Correction, Corrections
from bot.storage.database import service_engine
from bot.storage.desk_access import DeskAccess
from bot.storage.desk_lock import MOST_WRONG
from bot.storage.insight import Insight, Period
from bot.storage.journal import Journal
from bot.storage.staff import Staff, StaffError
from tests.services import Postgres


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.engine.Engine]:
    postgres = Postgres()
    postgres.start()
    made = service_engine(Settings.from_environment({"ZHENGBIAN_DATABASE": postgres.url}))
    yield made
    made.dispose()
    postgres.stop()
    postgres.remove()


def test_accounts(engine: sa.engine.Engine) -> None:
    """Added once, verified, disabled, brought back."""
    staff = Staff(engine)
    staff.add("李班长", "supervisor", "马儿跑得快-2026")
    with pytest.raises(StaffError):
        staff.add("李班长", "operator", "马儿跑得快-2026")
    assert staff.verify("李班长", "马儿跑得快-2026") is not None
    assert None is staff.verify("李班长", "x") is staff.verify("\x00", "x") is staff.verify("没有", "x")
    staff.disable("李班长")
    assert staff.verify("李班长", "马儿跑得快-2026") is None
    assert ["李班长"] == [person.name for person in staff.all()]


def test_access(engine: sa.engine.Engine) -> None:
    """Sessions, keys, the lock, and erasing them."""
    access = DeskAccess(engine, 60, 3600)
    cookie, opened = access.open("李班长", "supervisor")
    assert opened == access.session(cookie)
    key = access.add_key("话务平台")
    assert "话务平台" == access.key(key)
    access.revoke_key("话务平台")
    assert access.key(key) is None
    lock = access.lock
    waits = [lock.attempt("王坐席", "10.0.0.1") for _ in range(MOST_WRONG + 1)]
    assert [0] * MOST_WRONG == waits[:-1]
    assert waits[-1] > 0
    device = lock.succeeded("王坐席", "10.0.0.1")
    assert device == lock.succeeded("王坐席", "10.0.0.1", device)
    for _ in range(MOST_WRONG):
        assert 0 == lock.attempt("王坐席", "10.0.0.1", device)
    lock.unlock("王坐席")
    assert 0 == lock.attempt("王坐席", "10.0.0.1")
    access.close_all("李班长")
    assert access.session(cookie) is None
    access.purge()


def test_insight(engine: sa.engine.Engine) -> None:
    """Counts, misses and their states, corrections with an owner."""
    journal, insight, corrections = Journal(engine), Insight(engine), Corrections(engine)
    refusal = Reply(Kind.REFUSAL, None, "v1", "", "", reason="no_entry")
    journal.replied("web", "c1", "能落户吗", [refusal])
    journal.replied("desk", "c2", "", [Reply(Kind.ANSWER, "query_where", "v1", "", "")])
    period = Period.until(today() + dt.timedelta(days=1), 3)
    counts = insight.counts(period)
    assert {("web", 1), ("desk", 1)} == {(channel, n) for (_, channel), n in counts.days.items()}
    (miss,) = insight.misses(period, ("new",), 10)
    assert {"id": miss.id, "state": "pending"} == insight.report("web", "c1", "能落户吗")
    assert 1 == insight.mark([miss.id], "done")
    assert [] == insight.misses(period, ("new", "pending"), 10)
    found = Correction(0, 0.0, "query_where", "v1", "wrong", "", "王坐席", "", "", "")
    first = corrections.add(found, "c2", ["李班长", "张班长"], today())
    second = corrections.add(found, "c2", ["李班长", "张班长"], today())
    assert {"李班长", "张班长"} == {first.owner, second.owner}
    assert corrections.mark(first.id, "done")
    assert not corrections.mark(10**6, "done")
    assert [second.id, first.id] == [item.id for item in corrections.all()]
