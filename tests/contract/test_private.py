"""What people write about themselves is found nowhere afterwards, whichever channel they used."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable
from urllib.parse import quote

import pytest
import yaml

from bot.settings import PROJECT, Settings
from bot.storage.database import service_engine
from bot.storage.staff import Staff
from tests.contract.conftest import WECHAT, Server
from tests.contract.desk.conftest import PASSWORD, Seat
from tests.private_texts import PRIVATE_TEXTS
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.verdict import FAULT


def send_by_web(server: Server, texts: list[str]) -> str:
    """All texts in one conversation, each with a verdict that says it again; the transcript as the page sees it."""
    visitor = server.client().open()
    for text in texts:
        answer = visitor.post(text=text)
        assert 200 == answer.status
        verdict = {"seq": answer.json["messages"][1]["seq"], "value": "wrong", "reason": "other", "note": text}
        assert 204 == visitor.send("POST", "/chat/api/feedback", verdict).status
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


def seat(server: Server, role: str) -> Seat:
    """Somebody of the desk, logged in."""
    settings = Settings.from_environment(server.environment)
    engine = service_engine(settings)
    staff = Staff(engine)
    if role not in {person.name for person in staff.all()}:
        staff.add(role, role, PASSWORD)
    engine.dispose()  # the server's file is not kept open from here
    found = Seat(server.port)
    assert 200 == found.login(role).status
    return found


def send_by_desk(server: Server, texts: list[str]) -> str:
    """Each text asked, noted as a question without an answer, and written below a card; what the desk shows."""
    operator = seat(server, "operator")
    told = []
    for text in texts:
        note = {"entry": "query_where", "reason": "unclear", "note": text}
        for path, body in (("assist", {"text": text}), ("misses", {"text": text}), ("feedback", note)):
            answer = operator.send("POST", f"/desk/api/{path}", body)
            assert 200 == answer.status, answer.text
            told.append(answer.text)
    return "".join(told)


def exported(server: Server) -> str:
    """What a supervisor can take out of the house: every table as JSON, CSV and picture, every list."""
    supervisor = seat(server, "supervisor")
    summary = supervisor.send("GET", "/desk/api/insight/summary?days=2")
    told = [summary.text]
    for name in summary.json["tables"]:
        for form in ("tables", "charts"):
            answer = supervisor.send("GET", f"/desk/api/insight/{form}/{name}?days=2")
            assert 200 == answer.status, answer.text
            told.append(answer.text)
    misses = supervisor.send("GET", "/desk/api/insight/misses?days=2&state=all")
    assert misses.json["total"], "the questions without an answer must be among what is looked through"
    corrections = supervisor.send("GET", "/desk/api/insight/corrections")
    assert 200 == corrections.status
    return "".join([*told, misses.text, corrections.text])


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
    """As it was written, as JSON escapes it, and as an address does."""
    return {datum.encode(), json.dumps(datum)[1:-1].encode(), quote(datum).encode()}


def is_in(datum: str, everything: bytes) -> bool:
    """Whether it is there in one of its forms.

    Six or seven digits in a row stand by chance in some identifier or time of day (1.6 % of all sixes did in one
    run), so that few must stand alone, or behind a character that JSON or an address has escaped.
    """
    alone = datum.isascii() and len(datum) < 8
    before = rb"(?:(?<![0-9A-Za-z.])|(?<=\\u[0-9a-f]{4})|(?<=%[0-9A-F]{2}))" if alone else b""
    after = rb"(?![0-9A-Za-z])" if alone else b""
    return any(re.search(before + re.escape(form) + after, everything) for form in forms(datum))


def found_of(everything: bytes) -> list[str]:
    """What of the fifty texts must not be there, and is."""
    return [datum for _, data in PRIVATE_TEXTS for datum in data if is_in(datum, everything)]


def test_every_channel_takes_part() -> None:
    """Whoever adds a channel sends the texts by it."""
    names = yaml.safe_load((PROJECT / "credentials.yml").read_text(encoding="utf-8"))
    assert {name.split(".")[2] for name in names} == set(CHANNELS)


@pytest.mark.parametrize("write", [str, json.dumps, quote])
def test_a_few_digits_are_found_where_they_were_written(write: Callable[[str], str]) -> None:
    """Also behind a character that is escaped; not in the middle of an identifier or of a time."""
    assert is_in("038519", write("身份证后六位038519").encode())
    assert not is_in("038519", b"7159de038519bc78 1795812420.038519 2038519")


@pytest.mark.parametrize("channel", CHANNELS)
def test_personal_data_is_kept_nowhere(server: Server, channel: str) -> None:
    """Fifty texts: nothing of them in a database, a file, the log, the transcript or what the supervisor exports."""
    shown = CHANNELS[channel](server, [text for text, _ in PRIVATE_TEXTS])
    out = exported(server)
    assert "〔" in out
    everything = kept(server) + (shown + out).encode()
    assert "〔身份证号〕".encode() in everything
    assert [] == found_of(everything)
