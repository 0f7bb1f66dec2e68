"""What was answered is kept, whatever happens to the process next."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.contract.conftest import free_port, launch, prepare, stop


def test_an_acknowledged_turn_survives_kill_9(tmp_path: Path) -> None:
    """Killed right after the reply, started again: transcript, thread and numbers go on where they were."""
    port = free_port()
    environment = prepare(tmp_path, port)
    first = launch(tmp_path, port, environment)
    try:
        visitor = first.client().open()
        said = visitor.say("专项职业能力证书是什么")
    finally:
        os.killpg(first.process.pid, signal.SIGKILL)
        first.process.wait()
    second = launch(tmp_path, port, environment)
    try:
        kept = visitor.transcript()
        assert ["user", "bot"] == [message["from"] for message in kept]
        assert said[0]["text"] == kept[1]["text"]
        (message,) = visitor.say("这个给谁考的")
        assert ("special_ability_who", 4) == (message["entry"], message["seq"])
    finally:
        stop(second)
