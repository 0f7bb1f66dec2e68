"""What people write about themselves is found nowhere afterwards, whichever channel they used."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable

import pytest
import yaml

from bot.settings import PROJECT
from tests.contract.conftest import Server
from tests.private_texts import PRIVATE_TEXTS


def send_by_web(server: Server, texts: list[str]) -> str:
    """All texts in one conversation; the transcript as the page sees it."""
    visitor = server.client().open()
    for text in texts:
        assert 200 == visitor.post(text=text).status
    return visitor.send("GET", "/chat/api/messages").text


#: How each channel is sent a text; what it shows of the texts afterwards.
CHANNELS: dict[str, Callable[[Server, list[str]], str]] = {"web": send_by_web}


def kept(server: Server) -> bytes:
    """Every byte below the run-time folder, every row of every database, and the log."""
    files = [path for path in (server.folder / "var").rglob("*") if path.is_file()]
    dumps = []
    for path in (path for path in files if path.suffix == ".db"):
        with sqlite3.connect(path) as db:
            dumps.append("\n".join(db.iterdump()).encode())
    assert len(dumps) >= 2
    return b"".join([*(path.read_bytes() for path in files), *dumps, server.output().encode()])


def forms(datum: str) -> set[bytes]:
    """As it was written, and as JSON escapes it."""
    return {datum.encode(), json.dumps(datum)[1:-1].encode()}


def test_every_channel_takes_part() -> None:
    """Whoever adds a channel sends the texts by it."""
    names = yaml.safe_load((PROJECT / "credentials.yml").read_text(encoding="utf-8"))
    assert {name.split(".")[2] for name in names} == set(CHANNELS)


@pytest.mark.parametrize("channel", CHANNELS)
def test_personal_data_is_kept_nowhere(server: Server, channel: str) -> None:
    """Fifty texts: nothing of them in a database, a file, the log or the transcript."""
    shown = CHANNELS[channel](server, [text for text, _ in PRIVATE_TEXTS])
    everything = kept(server) + shown.encode()
    assert "〔身份证号〕".encode() in everything
    found = [datum for _, data in PRIVATE_TEXTS for datum in data if any(form in everything for form in forms(datum))]
    assert found == []
