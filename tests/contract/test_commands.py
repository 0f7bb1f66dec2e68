"""What those who run it type: reload into a running server, and ask."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.conftest import Client, Server

OLD, NEW = "我没看懂这句话。", "这句话我没读懂。"


@pytest.fixture
def replies(server: Server) -> Iterator[Path]:
    """The server's own replies.yml, put back afterwards."""
    path = server.data / "knowledge" / "replies.yml"
    before = path.read_text(encoding="utf-8")
    yield path
    path.write_text(before, encoding="utf-8")
    assert 0 == server.bot("reload").returncode


def says(visitor: Client, wanted: str) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if wanted in visitor.say("asdfgh")[0]["text"]:
            return True
        visitor.say("你好")
        time.sleep(0.1)
    return False


def test_reload(server: Server, visitor: Client, replies: Path) -> None:
    """A new answer is there without a restart; a broken file is refused and the old one stays."""
    assert says(visitor, OLD)
    good = replies.read_text(encoding="utf-8").replace(OLD, NEW)
    replies.write_text(good, encoding="utf-8")
    done = server.bot("reload")
    assert (0, "") == (done.returncode, done.stderr)
    assert says(visitor, NEW)

    replies.write_text(good.replace("kind: refusal", "kind: nonsense", 1), encoding="utf-8")
    done = server.bot("reload")
    assert 1 == done.returncode
    assert "replies.yml" in done.stderr
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr
    assert says(visitor, NEW)
    assert {"status": "ready"} == visitor.send("GET", "/readyz").json


def test_ask(server: Server) -> None:
    """One question in the terminal: the channel's messages as JSON, nothing else on either stream."""
    done = server.bot("ask", "--json", "山寨证书是什么")
    (message,) = json.loads(done.stdout)
    assert (0, "") == (done.returncode, done.stderr)
    assert ("bot", "answer", "fake_certificate_what") == (message["from"], message["kind"], message["entry"])
    assert message["blocks"]
    assert message["sources"]
    assert message["buttons"]


def test_ask_in_words(server: Server) -> None:
    """Without --json the same reply as text."""
    done = server.bot("ask", "转人工")
    assert 0 == done.returncode
    assert "12333" in done.stdout
