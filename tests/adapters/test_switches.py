"""A channel is switched off and on without a restart, for all servers of a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.channels import conversation, switches
from bot.channels.switches import CLOSED, Switches
from bot.clock import today
from bot.knowledge.store import shared_store
from bot.replies.compose import compose
from bot.replies.reply import ReplyRef
from bot.settings import Settings
from bot.storage.database import sqlite_engine
from bot.storage.switches import SwitchTable


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.engine.Engine]:
    found = sqlite_engine(tmp_path / "service.db")
    yield found
    found.dispose()


async def test_off_and_on(engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each server sees it at its next look; other channels stay open."""
    monkeypatch.setattr(switches, "LOOK_SECONDS", -1.0)
    one, two = Switches(engine), Switches(engine)
    table = SwitchTable(engine)
    assert [None, None] == [await one.closed("web"), await two.closed("web")]
    table.set("web", False, "系统升级，今晚八点恢复。")
    expected = ReplyRef("wording", CLOSED, {"before": "系统升级，今晚八点恢复。"})
    assert [expected, expected] == [await one.closed("web"), await two.closed("web")]
    assert await one.closed("wechat") is None
    table.set("web", True)
    assert [None, None] == [await one.closed("web"), await two.closed("web")]


async def test_a_look_holds_for_seconds(engine: sa.engine.Engine) -> None:
    """The database is not asked for every message, and in well under ten seconds."""
    found = Switches(engine)
    assert await found.closed("web") is None
    SwitchTable(engine).set("web", False)
    assert await found.closed("web") is None
    assert switches.LOOK_SECONDS < 10


async def test_a_broken_database_changes_nothing(engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last known state stays, and the log has the event."""
    lines: list[str] = []
    monkeypatch.setattr(switches, "LOOK_SECONDS", -1.0)
    monkeypatch.setattr(switches._log, "error", lambda line, *values: lines.append(line % values))
    found = Switches(engine)
    SwitchTable(engine).set("desk", False)
    assert await found.closed("desk") is not None

    def broken() -> None:
        raise OperationalError("SELECT", {}, Exception("no"))

    monkeypatch.setattr(found._table, "all", broken)
    assert await found.closed("desk") is not None
    assert await found.closed("web") is None
    assert {"switch_read_failed error=OperationalError"} == set(lines)


async def test_every_turn_asks(engine: sa.engine.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn of a closed channel never reaches Rasa."""
    monkeypatch.setattr(switches, "_of_this_process", [Switches(engine)])
    SwitchTable(engine).set("web", False)

    async def rasa(_: object) -> None:
        pytest.fail("Rasa was asked")

    for text in ("证书在哪查", ""):
        assert [ReplyRef("wording", CLOSED)] == await conversation.ask("web", "web_x", text, rasa)


def test_the_numbers_are_always_named() -> None:
    """An operator's own words stand before them, never in their place."""
    snapshot = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current
    contacts = snapshot.content.contacts
    for blanks in ({}, {"before": "系统升级。"}):
        reply = compose(ReplyRef("wording", CLOSED, blanks), snapshot, today())
        assert reply.body.startswith(blanks.get("before", ""))
        for key in ("h12333", "h12345", "h110"):
            assert contacts[key].phone in reply.body
