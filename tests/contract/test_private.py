"""What people write about themselves is found nowhere afterwards, whichever channel they used."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable

import pytest
import yaml

from bot.settings import PROJECT, Settings
from bot.storage.database import service_engine
from bot.storage.staff import Staff
from tests.contract.conftest import WECHAT, Server
from tests.private_texts import PRIVATE_TEXTS
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.verdict import FAULT


def send_by_web(server: Server, texts: list[str]) -> str:
    """All texts in one conversation; the transcript as the page sees it."""
    visitor = server.client().open()
    for text in texts:
        assert 200 == visitor.post(text=text).status
    return visitor.send("GET", "/chat/api/messages").text


def send_by_wechat(server: Server, texts: list[str]) -> str:
    """All texts by one follower; what he reads in return."""
    follower = Platform(WECHAT, server.port).follower()

    async def chat() -> list[str]:
        return [await follower.says(text) for text in texts]

    read = asyncio.run(chat())
    assert FAULT not in read
    assert follower.openid.encode() not in kept(server)
    return "\n".join(read)


def send_by_desk(server: Server, texts: list[str]) -> str:
    """Each text asked, and noted as a question without an answer; what the desk shows."""
    settings = Settings.from_environment(server.environment)
    Staff(service_engine(settings)).add("林坐席", "operator", "一二三四五六七八九十")
    client = server.client()
    login = client.send("POST", "/desk/login", {"user": "林坐席", "password": "一二三四五六七八九十"})
    assert 200 == login.status, login.text
    headers = {"Cookie": login.headers["set-cookie"].split(";")[0], "X_CSRF_Token": login.json["csrf"]}
    told = []
    for text in texts:
        for path in ("/desk/api/assist", "/desk/api/misses"):
            answer = client.send("POST", path, {"text": text}, **headers)
            assert 200 == answer.status, answer.text
            told.append(answer.text)
    return "".join(told)


#: How each channel is sent a text; what it shows of the texts afterwards.
CHANNELS: dict[str, Callable[[Server, list[str]], str]] = {
    "web": send_by_web,
    "wechat": send_by_wechat,
    "desk": send_by_desk,
}


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
