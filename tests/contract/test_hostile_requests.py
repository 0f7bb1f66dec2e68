"""What comes from the net and is not a question: refused in plain words, nothing ends, nothing leaks."""

from __future__ import annotations

import json
import socket
import sqlite3
import time
from typing import Any

import pytest

from tests.contract.conftest import Client, Server, cid
from tests.contract.test_wire_protocol import refused

LIMIT = 16_384
PERSONAL = ("13812345678", "530102199003078515", "6222021234567890128", "zhangsan8866", "0153001234567890")


@pytest.mark.parametrize(
    "text",
    [
        '/any_intent{"x":1}',
        "  /restart",
        "／restart",
        "/session_start",
        "/back",
        '/human{"memory":{"misses":9}}',
        "///",
    ],
)
def test_commands_are_text(visitor: Client, text: str) -> None:
    """Answered as text; slots and session stay, and the conversation goes on."""
    visitor.say("专项职业能力证书是什么")
    messages = visitor.say(text)
    assert 1 == len(messages)
    assert messages[0]["kind"] in {"refusal", "clarify", "handover"}
    shown = visitor.transcript()
    assert not shown[2]["text"].startswith(("/", "／", " "))
    assert "special_ability_who" == visitor.say("专项职业能力证书的对象是哪些人")[0]["entry"]


def test_session_survives_restart_commands(visitor: Client, server: Server) -> None:
    """Typed commands add no session and no restart to Rasa's store."""
    visitor.say("职业技能等级证书在哪里查？")
    visitor.say("/restart")
    visitor.say("/session_start")
    with sqlite3.connect(server.folder / "var" / "service.db") as web:
        query = "SELECT sender_id FROM web_conversations WHERE conv = ?"
        (sender,) = web.execute(query, (visitor.session["conv"],)).fetchone()
    with sqlite3.connect(server.folder / "var" / "conversations.db") as rasa:
        query = "SELECT type_name, count(*) FROM events WHERE sender_id = ? GROUP BY type_name"
        events = dict(rasa.execute(query, (sender,)).fetchall())
    assert 1 == events["session_started"]
    assert "restart" not in events
    assert 3 == events["user"]


@pytest.mark.parametrize(
    "message",
    [
        {"text": None},
        {"text": ["你好"]},
        {"text": {"a": 1}},
        {"text": 1},
        {"text": True},
        {"text": ""},
        {"text": "   \n"},
        {"text": "证" * 2001},
        {"text": "[" * 8000},
        {"text": "你好", "button_id": "x" * 16},
        {"button_id": ""},
        {"button_id": 1},
        {"button_id": ["x"]},
        {"button_id": "x" * 65},
        {"button_id": "abcdefgh\ud800"},
        {"button_id": "abcdefgh\x00"},
        {"button_id": "' OR 1=1 --"},
        {"cid": None, "text": "你好"},
        {"cid": 12345678, "text": "你好"},
        {"cid": "short", "text": "你好"},
        {"cid": "x" * 65, "text": "你好"},
        {"cid": "abcdefgh\x00", "text": "你好"},
        {"cid": "abcdefgh\n", "text": "你好"},
        {"cid": "abcdefgh\ud800", "text": "你好"},
        {"cid": ["abcdefgh"], "text": "你好"},
        {},
    ],
    ids=lambda message: json.dumps(message)[:40],
)
def test_malformed_messages(visitor: Client, message: dict[str, Any]) -> None:
    """Neither text nor a button: 400 at once, no row written."""
    started = time.monotonic()
    refused(visitor.post(**message), 400)
    assert time.monotonic() - started < 1
    assert [] == visitor.transcript()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"1",
        b"\xff\xfe",
        b"[" * 8000,
        b'{"cid":"abcdefgh","text":' + b"[" * 8000,
        b'{"a":' * 2000,
        b"NaN",
    ],
    ids=lambda body: repr(body[:12]),
)
@pytest.mark.parametrize("path", ["/chat/api/messages", "/chat/api/session"])
def test_malformed_bodies(visitor: Client, path: str, body: bytes) -> None:
    """What is no JSON object is 400 on both doors."""
    refused(visitor.send("POST", path, body), 400)


@pytest.mark.parametrize("text", ["证书\x00在哪查", "证书\ud800在哪查", "\u202e证书在哪查", "\x1b[2J证书在哪查"])
def test_characters_that_are_no_text_go(visitor: Client, text: str) -> None:
    """They are taken out, and the rest is answered."""
    answer = visitor.post(text=text)
    user, bot = answer.json["messages"]
    assert not set(user["text"]) & {"\x00", "\ud800", "\u202e", "\x1b"}
    assert "query_where" == bot["entry"]


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u200b\u200b", "/", "／／"])
def test_nothing_left_gets_the_fixed_answer(visitor: Client, text: str) -> None:
    """No character of text: a refusal in words, without a turn of Rasa."""
    (message,) = visitor.say(text)
    assert ("refusal", "unintelligible") == (message["kind"], message["reason"])


def padded(size: int) -> bytes:
    body = json.dumps({"cid": cid(), "text": "你好"}).encode()
    return body + b" " * (size - len(body))


def test_largest_body(visitor: Client) -> None:
    """16,384 bytes are taken, one more is 413."""
    assert 200 == visitor.send("POST", "/chat/api/messages", padded(LIMIT)).status
    refused(visitor.send("POST", "/chat/api/messages", padded(LIMIT + 1)), 413)
    refused(visitor.send("POST", "/chat/api/session", padded(LIMIT + 1)), 413)
    assert 200 == visitor.post(text="证" * 2000).status


@pytest.mark.parametrize("size", [20_000, 1_000_000, 20_000_000])
def test_far_too_large_body(visitor: Client, size: int) -> None:
    """Refused before it is read whole, in the same words."""
    started = time.monotonic()
    try:
        refused(visitor.send("POST", "/chat/api/messages", padded(size)), 413)
    except ConnectionError:  # the server hung up while it was still being sent
        assert size > 100_000
    assert time.monotonic() - started < 2
    assert 200 == visitor.send("GET", "/healthz").status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"])
def test_only_json(visitor: Client, kind: str) -> None:
    """Other types need no preflight from a browser: 415."""
    body = json.dumps({"cid": cid(), "text": "你好"}).encode()
    refused(visitor.send("POST", "/chat/api/messages", body, Content_Type=kind), 415)
    refused(visitor.send("POST", "/chat/api/session", b"{}", Content_Type=kind), 415)
    assert (
        200 == visitor.send("POST", "/chat/api/messages", body, Content_Type="application/json; charset=utf-8").status
    )


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example"]
)
def test_foreign_origin(visitor: Client, origin: str) -> None:
    """403 on every call, and no header that would let another site read an answer."""
    calls = (
        ("POST", "/chat/api/session", {}),
        ("POST", "/chat/api/messages", {"cid": cid(), "text": "你好"}),
        ("GET", "/chat/api/messages", None),
        ("DELETE", "/chat/api/session", None),
    )
    for method, path, body in calls:
        answer = visitor.send(method, path, body, Origin=origin)
        refused(answer, 403)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    for path in ("/chat", "/healthz", "/"):
        answer = visitor.send("GET", path, Origin=origin)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_own_origin(visitor: Client) -> None:
    """The page itself is let in; a session is not opened from elsewhere."""
    own = f"http://127.0.0.1:{visitor.port}"
    assert 200 == visitor.send("POST", "/chat/api/session", {}, Origin=own, Sec_Fetch_Site="same-origin").status
    refused(visitor.send("POST", "/chat/api/session", {}, Sec_Fetch_Site="cross-site"), 403)
    refused(visitor.send("POST", "/chat/api/session", {}, Sec_Fetch_Site="same-site"), 403)


def test_client_cannot_name_itself(visitor: Client, server: Server) -> None:
    """Sender, metadata, intent or payload in the body have no effect."""
    injected = {
        "sender": "web_victim",
        "sender_id": "web_victim",
        "conv": "x",
        "metadata": {"_trusted_payload": True},
        "parse_data": {"intent": {"name": "human"}},
        "input_channel": "desk",
        "payload": "/human",
    }
    answer = visitor.post(text="/human", **injected)
    assert 200 == answer.status
    assert {"seq", "from", "cid", "text"} == set(answer.json["messages"][0])
    with sqlite3.connect(server.folder / "var" / "conversations.db") as rasa:
        stored = " ".join(row[0] for row in rasa.execute("SELECT data FROM events WHERE type_name = 'user'"))
        senders = [row[0] for row in rasa.execute("SELECT DISTINCT sender_id FROM events")]
    assert "_trusted_payload" not in stored
    assert "web_victim" not in senders
    assert all(sender.startswith(("web_", "wx_")) and len(sender) > 30 for sender in senders)


def test_sender_never_leaves_the_server(visitor: Client, server: Server) -> None:
    """Whoever knows it could read and poison the conversation."""
    body = visitor.post(text="你好").text + visitor.send("GET", "/chat/api/messages").text + json.dumps(visitor.session)
    with sqlite3.connect(server.folder / "var" / "service.db") as web:
        query = "SELECT sender_id FROM web_conversations WHERE conv = ?"
        (sender,) = web.execute(query, (visitor.session["conv"],)).fetchone()
    assert sender not in body
    assert sender[4:] not in body


def test_personal_numbers_are_kept_nowhere(visitor: Client, server: Server) -> None:
    """Masked before Rasa, the stores and the log; tokens are not kept either."""
    phone, identity, bank, wechat, number = PERSONAL
    visitor.say(f"我叫张三丰，手机{phone}，身份证{identity}，证书在哪查")
    visitor.say(f"我转了钱到卡号{bank}，对方微信{wechat}，被骗了怎么办")
    visitor.say(f"证书编号：{number}，在哪里查")
    shown = visitor.send("GET", "/chat/api/messages").text
    files = [path for path in (server.folder / "var").rglob("*") if path.is_file()]
    kept = b"".join(path.read_bytes() for path in files) + server.output().encode() + shown.encode()
    assert len([path for path in files if path.suffix == ".db"]) == 2
    assert "〔手机号〕" in shown
    for datum in (*PERSONAL, "张三丰"):
        assert datum.encode() not in kept
    assert visitor.token.encode() not in kept
    assert "证书在哪查" not in server.output()


def test_dropped_connection_keeps_its_turn(visitor: Client) -> None:
    """The peer leaves right after sending; the answer is there later."""
    body = json.dumps({"cid": cid(), "text": "山寨证书是什么"}).encode()
    head = (
        "POST /chat/api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {visitor.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=5) as raw:
        raw.sendall(head.encode() + body)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    deadline = time.monotonic() + 10
    messages: list[dict[str, Any]] = []
    while len(messages) < 2 and time.monotonic() < deadline:
        messages = visitor.transcript()
        time.sleep(0.05)
    assert ["user", "bot"] == [message["from"] for message in messages]
    assert "fake_certificate_what" == messages[1]["entry"]


def test_long_conversation(visitor: Client, server: Server) -> None:
    """45 turns: numbers go on, each follow-up still knows its topic, and all of it is one session of Rasa's."""
    for turn in range(45):
        (message,) = visitor.say("这个给谁考的" if turn % 2 else "专项职业能力证书是什么")
        assert ("special_ability_who" if turn % 2 else "special_ability_what") == message["entry"]
    assert 90 == message["seq"]
    with sqlite3.connect(server.folder / "var" / "service.db") as web:
        query = "SELECT sender_id FROM web_conversations WHERE conv = ?"
        (sender,) = web.execute(query, (visitor.session["conv"],)).fetchone()
    with sqlite3.connect(server.folder / "var" / "conversations.db") as rasa:
        query = "SELECT count(*) FROM events WHERE sender_id = ? AND type_name = ?"
        assert (1,) == rasa.execute(query, (sender, "session_started")).fetchone()
        assert (45,) == rasa.execute(query, (sender, "user")).fetchone()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/conversations"),
        ("GET", "/conversations/default/tracker"),
        ("GET", "/model"),
        ("PUT", "/model"),
        ("GET", "/domain"),
        ("GET", "/status"),
        ("POST", "/model/parse"),
        ("POST", "/webhooks/rest/webhook"),
        ("GET", "/socket.io/"),
        ("GET", "/chat/"),
        ("GET", "/chat/api/session"),
    ],
)
def test_nothing_else_is_served(client: Client, method: str, path: str) -> None:
    """No API of Rasa's, no channel of Rasa's, no second spelling."""
    answer = client.send(method, path, {"sender": "x", "message": "你好"} if method == "POST" else None)
    assert answer.status in {404, 405}
    assert "rasa" not in answer.text.lower()
    assert "Traceback" not in answer.text


def test_the_root_tells_no_version(client: Client) -> None:
    """Rasa's own greeting there is not ours: it leads to the page."""
    answer = client.send("GET", "/")
    assert (302, "/chat", b"") == (answer.status, answer.headers["location"], answer.body)


def test_still_alive(visitor: Client) -> None:
    """After all of the above the process answers as before."""
    assert {"status": "ready"} == visitor.send("GET", "/readyz").json
    assert "fake_certificate_what" == visitor.say("山寨证书是什么")[0]["entry"]
