"""``python -m bot run`` that breaks on demand: the file named by FAULT_FILE says what is broken at the moment.

``slow {"words": seconds}`` lets the action of every message with such words sleep, without the limit of an action.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from bot.server import environment, quiet

_FILE = Path(os.environ["FAULT_FILE"])
_clock = time.time
_seen: list[Any] = [0.0, ""]


def fault() -> str:
    """What is broken; looked at ten times a second."""
    now = time.monotonic()
    if now - _seen[0] > 0.1:
        _seen[:] = [now, _FILE.read_text(encoding="utf-8") if _FILE.exists() else ""]
    return str(_seen[1])


def _jumping() -> float:
    return _clock() + (float(fault().removeprefix("clock ")) if fault().startswith("clock ") else 0.0)


def _seconds(call: Any) -> float:
    if not fault().startswith("slow "):
        return 0.0
    text = str(call["tracker"]["latest_message"].get("text") or "")
    slow: dict[str, float] = json.loads(fault().removeprefix("slow "))
    return max((seconds for words, seconds in slow.items() if words in text), default=0.0)


def install() -> None:
    """Wrap one function of each layer."""
    environment.prepare()
    quiet.import_sanic_quietly()
    import sqlalchemy as sa
    from rasa.core.agent import Agent

    import actions.turn_action
    from bot.nlu.classifier import EntryClassifier
    from bot.server.actions import InProcessActions
    from bot.storage.tracker_store import SafeSQLTrackerStore

    time.time = _jumping
    run, respond, process = actions.turn_action.TurnAction.run, actions.turn_action.respond, EntryClassifier.process
    request, is_ready, delete = InProcessActions.request, Agent.is_ready, SafeSQLTrackerStore.delete

    @functools.wraps(run)
    async def slow(*arguments: Any, **named: Any) -> Any:
        if fault() == "action hangs":
            await asyncio.sleep(30)
        return await run(*arguments, **named)

    @functools.wraps(respond)
    def raising(*arguments: Any, **named: Any) -> Any:
        if fault() == "action raises":
            raise RuntimeError(str(arguments))
        return respond(*arguments, **named)

    @functools.wraps(process)
    def misunderstanding(self: Any, messages: Any) -> Any:
        if fault() == "nlu raises":
            raise RuntimeError(str([message.get("text") for message in messages]))
        return process(self, messages)

    @functools.wraps(delete)
    def keeping(self: Any, sender_id: str) -> None:
        if fault() == "erasing fails":
            raise OSError(sender_id)
        delete(self, sender_id)

    @functools.wraps(request)
    async def sleeping(self: Any, *arguments: Any, **named: Any) -> Any:
        await asyncio.sleep(_seconds(named["json"]))
        return await request(self, *arguments, **named)

    SafeSQLTrackerStore.delete = keeping  # type: ignore[method-assign]
    InProcessActions.request = sleeping  # type: ignore[method-assign]
    Agent.is_ready = lambda self: fault() != "no model" and is_ready(self)
    actions.turn_action.TurnAction.run = slow  # type: ignore[method-assign]
    actions.turn_action.respond = raising
    EntryClassifier.process = misunderstanding  # type: ignore[method-assign]

    @sa.event.listens_for(sa.engine.Engine, "before_cursor_execute")
    def read_only(connection: Any, cursor: Any, *_: Any) -> None:
        if connection.dialect.name == "sqlite":
            cursor.execute(f"PRAGMA query_only={'ON' if fault() == 'read only' else 'OFF'}")


if __name__ == "__main__":
    install()
    from bot.cli.main import main

    sys.exit(main(["run"]))
