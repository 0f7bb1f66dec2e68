"""Readiness, and the trained model's own safety."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sqlite3
import stat
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels import health
from bot.channels.health import Pulse, first_problem
from bot.storage import database
from bot.storage.database import is_away, sqlite_engine
from bot.text.words import dictionary


async def test_no_agent_is_not_ready() -> None:
    """Without an agent, or with one without a model, it is not ready."""
    unready = SimpleNamespace(is_ready=lambda: False)
    assert "no_model" == await first_problem(None, {})
    assert "no_model" == await first_problem(unready, {})


async def test_a_fallback_store_is_not_ready(engine: Any) -> None:
    """A server whose tracker store is the in-memory fallback would forget: not ready."""
    assert "tracker_store" == await first_problem(engine.agent, {})


async def test_an_unguarded_model_is_not_ready(engine: Any) -> None:
    """A model whose graph holds Rasa's own message handler is refused."""
    schema = engine.agent.processor.model_metadata.predict_schema
    guarded = schema.nodes["run_RegexMessageHandler"]
    assert "GuardedMessageHandler" == guarded.uses.__name__
    nodes = {**schema.nodes, "run_RegexMessageHandler": dataclasses.replace(guarded, uses=guarded.uses.__base__)}
    metadata = SimpleNamespace(predict_schema=SimpleNamespace(nodes=nodes))
    agent = SimpleNamespace(
        is_ready=lambda: True,
        tracker_store=SimpleNamespace(last_error=None),
        lock_store=SimpleNamespace(),
        processor=SimpleNamespace(model_metadata=metadata),
    )
    assert "unguarded_model" == await first_problem(agent, {})


@pytest.mark.parametrize("text", ["/restart", "/session_start", '/cert_types{"memory":{}}', "／restart"])
async def test_parsing_alone_takes_no_command(engine: Any, text: str) -> None:
    """The engine's bare parse, without any channel's cleaning, reads a command as text."""
    parsed = await engine.agent.parse_message(text)
    assert (
        parsed["intent"]["name"] not in {"restart", "session_start", "cert_types"} or parsed["intent"]["confidence"] < 1
    )


def test_the_dictionary_cache_is_private() -> None:
    """jieba's cache, which is read with marshal, lies in a folder that only its owner may enter."""
    folder = dictionary().tmp_dir
    assert 0 == stat.S_IMODE(os.stat(folder).st_mode) & 0o077


def test_a_file_that_is_gone_or_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that are kept would not notice: the file itself is looked for, and the right to write in it."""
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.1)
    file = tmp_path / "service.db"
    engine = sqlite_engine(file)
    engine.connect().close()
    assert not is_away(engine)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert is_away(engine)
        other.execute("ROLLBACK")
    assert not is_away(engine)
    file.rename(tmp_path / "aside.db")
    assert is_away(engine)


async def test_a_database_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts as gone in bounded time, is asked once however many want to know, and comes back by itself."""
    asked, over = list[object](), threading.Event()

    def hang(engine: object) -> bool:
        asked.append(engine)
        over.wait(30)
        return False

    monkeypatch.setattr(health, "is_away", hang)
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    pulse = Pulse(object())  # type: ignore[arg-type]
    assert [True] * 20 == await asyncio.gather(*(pulse.is_gone() for _ in range(20)))
    assert await pulse.is_gone()
    assert 1 == len(asked)
    over.set()
    monkeypatch.setattr(health, "PATIENCE", 30)
    assert not await pulse.is_gone()
    assert not await pulse.is_gone()
    assert 1 == len(asked)
    monkeypatch.setattr(health, "LOOK_SECONDS", 0)
    assert not await pulse.is_gone()
    assert 2 == len(asked)
