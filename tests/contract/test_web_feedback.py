"""What people think of a reply, and the questions that are suggested to them."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from rasa.core.channels.channel import UserMessage

from bot.knowledge.store import shared_store
from bot.settings import Settings
from tests.contract.bare import in_thread, serve
from tests.contract.conftest import Client
from tests.contract.test_wire_protocol import refused

#: Which reply a text gets here.
REPLIES = {"答": ("entry", "red_flags"), "拒": ("wording", "refuse_unknown"), "谢": ("wording", "say_greeting")}


async def by_text(message: UserMessage) -> None:
    """A stand-in for Rasa that looks the reply up."""
    form, key = REPLIES[message.text]
    await message.output_channel.send_response(message.sender_id, {"text": "好", "reply": {"form": form, "key": key}})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback")


@pytest_asyncio.fixture(scope="module")
async def running(folder: Path) -> AsyncIterator[Client]:
    async with serve(folder, by_text, ZHENGBIAN_LIMITS="off") as client:
        yield client


@pytest_asyncio.fixture
async def client(running: Client) -> Client:
    return await in_thread(Client(running.port).open)


async def judge(client: Client, **verdict: object) -> Any:
    return await in_thread(client.send, "POST", "/chat/api/feedback", verdict)


def newest(folder: Path) -> tuple[Any, ...]:
    with sqlite3.connect(folder / "service.db") as db:
        fields = "reply, channel, entry, version, value, reason, note"
        return tuple(db.execute(f"SELECT {fields} FROM journal_feedback ORDER BY at DESC, rowid DESC").fetchone())


def count(folder: Path) -> int:
    with sqlite3.connect(folder / "service.db") as db:
        return int(db.execute("SELECT count(*) FROM journal_feedback").fetchone()[0])


@pytest.mark.parametrize("text", REPLIES)
async def test_every_reply_can_be_judged(client: Client, folder: Path, text: str) -> None:
    """An answer, a refusal, small talk: kept with what was answered and in which version."""
    reply = (await in_thread(client.say, text))[0]
    answer = await judge(client, seq=reply["seq"], value="useless", reason="unclear", note="看不懂")
    assert (204, b"") == (answer.status, answer.body)
    assert ("2", "web", reply["entry"] or "", reply["version"], "useless", "unclear", "看不懂") == newest(folder)
    assert reply["version"]


async def test_second_verdict_replaces_the_first(client: Client, folder: Path) -> None:
    """One row for each reply."""
    await in_thread(client.say, "答")
    await judge(client, seq=2, value="useful")
    before = count(folder)
    await judge(client, seq=2, value="wrong", reason="outdated")
    assert before == count(folder)
    assert ("wrong", "outdated", "") == newest(folder)[4:]


async def test_note_is_cleaned_and_masked(client: Client, folder: Path) -> None:
    """Personal numbers and control characters of a note reach no store."""
    await in_thread(client.say, "答")
    await judge(client, seq=2, value="wrong", note="打\u200b不通，\x00我的手机 13812345678")
    assert "打不通，我的手机 〔手机号〕" == newest(folder)[6]


@pytest.mark.parametrize(
    "verdict",
    [
        {},
        {"value": "useful"},
        {"seq": 2},
        {"seq": 2, "value": "good"},
        {"seq": "2", "value": "useful"},
        {"seq": True, "value": "useful"},
        {"seq": 0, "value": "useful"},
        {"seq": -1, "value": "useful"},
        {"seq": 10**12, "value": "useful"},
        {"seq": 2.0, "value": "useful"},
        {"seq": [2], "value": "useful"},
        {"seq": 2, "value": ["useful"]},
        {"seq": 2, "value": {"useful": 1}},
        {"seq": 2, "value": "useless", "reason": "bad"},
        {"seq": 2, "value": "useless", "reason": ["unclear"]},
        {"seq": 2, "value": "useless", "note": 1},
        {"seq": 2, "value": "useless", "note": "长" * 501},
    ],
)
async def test_malformed_verdicts(client: Client, folder: Path, verdict: dict[str, object]) -> None:
    """400, and nothing is kept."""
    await in_thread(client.say, "答")
    before = count(folder)
    refused(await judge(client, **verdict), 400)
    assert before == count(folder)


async def test_only_replies_of_this_conversation(client: Client, folder: Path) -> None:
    """The own message, one that is not there yet, and another conversation's number are 409; no token is 401."""
    other = await in_thread(Client(client.port).open)
    await in_thread(other.say, "答")
    before = count(folder)
    for seq in (1, 2, 3):
        refused(await judge(client, seq=seq, value="useful"), 409)
    refused(await judge(other, seq=1, value="useful"), 409)
    refused(await judge(Client(client.port), seq=2, value="useful"), 401)
    assert before == count(folder)


async def test_suggestions(client: Client) -> None:
    """Every entry with the question it answers, once."""
    answer = await in_thread(client.send, "GET", "/chat/api/suggestions")
    entries = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.content.entries
    assert {"no-store"} == {answer.headers["cache-control"]}
    assert {key: entry.title for key, entry in entries.items()} == {row["entry"]: row["title"] for row in answer.json}
    assert len(entries) == len(answer.json)
    assert {"entry", "title"} == set().union(*answer.json)
    refused(await in_thread(Client(client.port).send, "GET", "/chat/api/suggestions"), 401)


async def test_what_is_kept_is_told(client: Client) -> None:
    """The page's notice quotes the settings, not its own idea of them."""
    assert {
        "max_text": 2000,
        "phone": "12333",
        "idle_minutes": 30,
        "keep_days": 30,
        "keep_event_days": 180,
        "keep_feedback_days": 365,
    } == client.session["config"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/chat/api/x", 404), ("GET", "/chat/api/session", 405), ("PUT", "/chat/api/messages", 405)],
)
async def test_unknown_routes(client: Client, method: str, path: str, status: int) -> None:
    """Below the API even these have the form of every refusal."""
    refused(await in_thread(client.send, method, path), status)
