"""What those who run it type: reload into a running server, and ask."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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


def test_pages_follow_a_reload(server: Server, client: Client) -> None:
    """Another number in contacts.yml is in the page, its script, the loader and the list of questions; addresses change."""
    contacts = server.data / "knowledge" / "contacts.yml"
    before = contacts.read_text(encoding="utf-8")
    number = re.compile(r"(- id: h12333\n(?:  .*\n)*?  phone: )['\"]?12333['\"]?")
    assert 1 == len(number.findall(before))

    def pages() -> dict[str, str]:
        page = client.send("GET", "/chat").text
        script = re.findall(r'"(/chat/static/chat\.[0-9a-f]+\.js)"', page)[0]
        texts = {path: client.send("GET", path).text for path in ("/chat/faq", "/embed.js", script)}
        return {
            "page": page,
            "list": texts["/chat/faq"],
            "loader": texts["/embed.js"],
            "script": texts[script],
            "at": script,
        }

    def changed(before: dict[str, str]) -> dict[str, str]:
        deadline = time.monotonic() + 15
        while (now := pages()) == before and time.monotonic() < deadline:
            time.sleep(0.1)
        return pages() if now != before else now

    old = pages()
    try:
        contacts.write_text(number.sub(r'\g<1>"12399"', before), encoding="utf-8")
        assert 0 == server.bot("reload").returncode
        new = changed(old)
    finally:
        contacts.write_text(before, encoding="utf-8")
        assert 0 == server.bot("reload").returncode
    assert old == changed(new)
    assert ["list", "loader", "page", "script"] == sorted(name for name, text in new.items() if "12399" in text)
    assert ["list", "loader", "page", "script"] == sorted(name for name, text in old.items() if "12333" in text)
    assert old["at"] != new["at"]
    assert 200 == client.send("GET", old["at"]).status


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


def hears(visitor: Client, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    """The first answer that is ``wanted``, asked for ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        (message,) = visitor.say("山寨证书是什么")
        if wanted(message):
            return message
        time.sleep(0.2)
    return None


def test_switch(server: Server, visitor: Client) -> None:
    """A channel that is off answers with a holding text and the numbers in under ten seconds, also to who just came."""
    assert "web　开" in server.bot("switch").stdout
    assert 2 == server.bot("switch", "web").returncode
    try:
        done = server.bot("switch", "web", "off", "--text", "系统升级，今晚八点恢复。")
        assert (0, "") == (done.returncode, done.stderr)
        message = hears(visitor, lambda said: "系统升级" in said["text"])
        assert message is not None
        assert "handover" == message["kind"]
        for number in ("12333", "12345", "110"):
            assert number in message["text"]
        greeting = server.client().open().session["greeting"]
        assert "系统升级" in greeting["text"]
        assert [] == greeting["buttons"]
        assert "web　关" in server.bot("switch").stdout
        assert {"status": "ready"} == visitor.send("GET", "/readyz").json
    finally:
        assert 0 == server.bot("switch", "web", "on").returncode
    assert hears(visitor, lambda said: said["entry"] == "fake_certificate_what") is not None
