"""Every entry of the knowledge is reached over HTTP by a held-out question of its own."""

from __future__ import annotations

import pytest

from bot.cli.evaluate import HELD_OUT, read_held_out
from bot.knowledge.store import shared_store
from bot.settings import Settings
from tests.contract.conftest import Server

ENTRIES = tuple(shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.content.entries)
QUESTIONS = [asked for asked in read_held_out(HELD_OUT) if asked.in_scope]


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_reached_on_the_web_channel(server: Server, entry: str) -> None:
    """A question written for the entry gets it as the first bot message, with sources."""
    for asked in (asked for asked in QUESTIONS if asked.accepted[0] == entry):
        first = server.client().open().say(asked.text)[0]
        if first["entry"] == entry:
            assert first["kind"] in {"answer", "urgent"}
            assert first["sources"] or entry == "about_assistant"
            return
    pytest.fail(f"none of its own questions reaches {entry}")
