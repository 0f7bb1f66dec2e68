"""What was loaded at the start is put aside from Python's collector, and let go when the content is loaded anew."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.server import garbage
from bot.settings import PROJECT
from tests.services import free_port

#: The start of a server, up to where Rasa would take over, and what it has been told to do once it listens.
_START = """
import asyncio, gc, inspect, types
import rasa.core.run
from bot.server.serve import serve
from bot.settings import Settings
def started(*_, server_listeners, **__):
    print("collects", gc.isenabled(), gc.get_freeze_count() > 0)
    for listener, event in server_listeners:
        if event == "after_server_start":
            called = listener(types.SimpleNamespace(ctx=types.SimpleNamespace()), None)
            if inspect.isawaitable(called):
                asyncio.run(called)
    print("collects", gc.isenabled(), gc.get_freeze_count() > 100_000)
rasa.core.run.serve_application = started
serve(Settings.from_environment(), "none")
"""


class Ring:
    """Refers to itself: only the collector can let it go."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def _is_looked_at(thing: object) -> bool:
    return any(thing is other for other in gc.get_objects())


def test_what_is_loaded_is_put_aside() -> None:
    """Nothing is collected while loading; afterwards no collection looks at what was loaded, and new things are."""
    garbage.pause()
    assert not gc.isenabled()
    loaded = Ring()
    assert _is_looked_at(loaded)
    garbage.settle()
    assert gc.isenabled()
    assert not _is_looked_at(loaded)
    assert _is_looked_at(Ring())


def test_what_was_put_aside_can_go() -> None:
    """Content that has been replaced does not stay for ever."""
    garbage.pause()
    loaded = Ring()
    gone = weakref.ref(loaded)
    garbage.settle()
    del loaded
    gc.collect()
    assert gone() is not None, "this test shows nothing: the ring was never put aside"
    garbage.settle()
    assert gone() is None


def test_a_start_puts_aside(tmp_path: Path) -> None:
    """The launcher pauses before it loads, and settles once the server listens."""
    environment = os.environ | {"ZHENGBIAN_VAR_DIR": str(tmp_path), "PORT": str(free_port())}
    command = [sys.executable, "-W", "ignore", "-c", _START]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("collects")]
    assert ["collects False False", "collects True True"] == lines, done.stderr
