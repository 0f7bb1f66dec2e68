"""The web channel's JSON interface, exactly as the page and others rely on it."""

from __future__ import annotations

import re
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from bot.storage.journal import conversation_key
from tests.contract.conftest import Answer, Client, Server, cid

KINDS = {"answer", "lookup", "advert", "urgent", "clarify", "refusal", "handover", "smalltalk"}
BOT_KEYS = {"seq", "from", "kind", "entry", "version", "reason", "text", "blocks", "buttons", "sources"}


def check_bot_message(message: dict[str, Any]) -> None:
    assert BOT_KEYS <= set(message) <= BOT_KEYS | {"quotes", "card", "understood"}
    assert "bot" == message["from"]
    assert message["kind"] in KINDS
    assert message["text"]
    assert message["version"]
    assert message["blocks"]
    assert (message["reason"] is not None) == (message["kind"] == "refusal")
    for button in message["buttons"]:
        assert {"id", "title"} == set(button)
        assert button["title"]
    for source in message["sources"]:
        assert {"title", "issuer", "date"} <= set(source) <= {"title", "issuer", "date", "url"}
        assert source["issuer"] in message["text"] or message["kind"] == "smalltalk"


def test_session(client: Client) -> None:
    """A token of 256 bits, a public id, a greeting with buttons, the page's configuration; nothing else."""
    answer = client.send("POST", "/chat/api/session", {})
    body = answer.json
    assert 200 == answer.status
    assert {"token", "conv", "resumed", "greeting", "config"} == set(body)
    assert re.fullmatch(r"[0-9A-Za-z_-]{43,}", body["token"])
    assert body["conv"] not in body["token"]
    assert body["resumed"] is False
    assert (2000, "12333") == (body["config"]["max_text"], body["config"]["phone"])
    assert 0 == body["greeting"]["seq"]
    assert "smalltalk" == body["greeting"]["kind"]
    assert len(body["greeting"]["buttons"]) >= 3
    check_bot_message(body["greeting"])
    assert "no-store" == answer.headers["cache-control"]
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_message(visitor: Client) -> None:
    """The person's own message first, then the answer, numbered from 1."""
    key = cid()
    answer = visitor.post(cid=key, text="山寨证书是什么")
    user, bot = answer.json["messages"]
    assert 200 == answer.status
    assert {"seq": 1, "from": "user", "cid": key, "text": "山寨证书是什么"} == user
    check_bot_message(bot)
    assert (2, "answer", "fake_certificate_what", None) == (bot["seq"], bot["kind"], bot["entry"], bot["reason"])
    assert "来源：" in bot["text"]
    assert bot["sources"]
    assert 2 == answer.json["last"]


@pytest.mark.parametrize(
    ("text", "kind", "entry", "reason"),
    [
        ("云南的技能等级证书在哪里查", "answer", "query_where", None),
        ("健康管理师是国家认可的吗", "lookup", "X-02", None),
        ("考证不用考试，包过，交钱就拿证，全国通用，国家认可，名额有限，速加微信！", "advert", None, None),
        ("我被骗了三千块钱怎么办", "urgent", "cheated", None),
        ("学历怎么查", "refusal", None, "other_authority"),
        ("转人工", "handover", None, None),
        ("你好", "smalltalk", None, None),
    ],
)
def test_kinds(visitor: Client, text: str, kind: str, entry: str | None, reason: str | None) -> None:
    """Each kind has the protocol's shape."""
    (message,) = visitor.say(text)
    check_bot_message(message)
    assert (kind, entry, reason) == (message["kind"], message["entry"], message["reason"])
    assert (kind == "lookup") == ("card" in message)
    if kind == "advert":
        assert [quote for quote in message["quotes"] if text[quote["start"] : quote["end"]] == "不用考试"]


@pytest.mark.parametrize(
    ("text", "entry", "understood"),
    [
        ("zhengshu zai na cha", "query_where", "证书在哪查"),
        ("證書在哪裡查真假", "query_where", None),
        ("nihao", None, None),
    ],
)
def test_how_it_was_read(visitor: Client, text: str, entry: str | None, understood: str | None) -> None:
    """Told where the words were read into others, on the first answer, and again when catching up."""
    (message,) = visitor.say(text)
    assert (entry, understood) == (message["entry"], message.get("understood"))
    assert message == visitor.send("GET", "/chat/api/messages?after=1").json["messages"][0]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/chat"), ("GET", "/embed.js"), ("POST", "/chat/api/session"), ("GET", "/chat/api/messages")],
)
def test_no_foreign_origin_is_let_in(client: Client, method: str, path: str) -> None:
    """The real server sends no header of cross-origin sharing, whatever it is asked."""
    answer = client.send(method, path, {} if method == "POST" else None, Origin="https://evil.example")
    assert [] == [name for name in answer.headers if name.startswith("access-control")]


def test_suggested_questions_get_their_answers(server: Server) -> None:
    """Whoever picks a suggestion gets that entry, also where the classifier would take another."""
    visitor = server.client().open()
    titles = {row["entry"]: row["title"] for row in visitor.send("GET", "/chat/api/suggestions").json}
    for entry in ("how_to_tell", "query_title", "query_where", "report_how"):
        assert [entry] == [message["entry"] for message in server.client().open().say(titles[entry])]


def test_reload_in_mid_conversation(visitor: Client) -> None:
    """With the cookie the thread goes on: an ellipsis still refers to what was said before."""
    visitor.say("专项职业能力证书是什么")
    reloaded = Client(visitor.port, cookie=visitor.cookie).open()
    assert reloaded.session["resumed"] is True
    (message,) = reloaded.say("这个给谁考的")
    assert "special_ability_who" == message["entry"]
    assert [1, 2, 3, 4] == [m["seq"] for m in visitor.transcript()]


def test_events(visitor: Client) -> None:
    """The same answer as a stream, on the real server."""
    body = {"cid": cid(), "text": "山寨证书是什么"}
    answer = visitor.send("POST", "/chat/api/messages", body, Accept="text/event-stream")
    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    first, *_, last = answer.text.strip().split("\n\n")
    assert 'data: {"type": "typing"}' == first
    assert 'data: {"type": "done", "last": 2}' == last
    assert '"entry": "fake_certificate_what"' in answer.text


def test_erase(server: Server, visitor: Client) -> None:
    """删除我的记录: nothing of the conversation is left in either database."""
    visitor.say("山寨证书是什么")
    visitor.send("POST", "/chat/api/feedback", {"seq": 2, "value": "useful"})
    conv = visitor.session["conv"]
    key = conversation_key(conv)
    service, rasa = server.folder / "var" / "service.db", server.folder / "var" / "conversations.db"
    with sqlite3.connect(service) as db:
        (sender,) = db.execute("SELECT sender_id FROM web_conversations WHERE conv = ?", (conv,)).fetchone()
    assert 0 < rows(rasa, "events", "sender_id", sender)
    assert 204 == visitor.send("DELETE", "/chat/api/data").status
    for table in ("web_conversations", "web_messages", "web_buttons", "web_tokens", "web_resumes"):
        assert 0 == rows(service, table, "conv", conv)
    for table in ("journal_events", "journal_misses", "journal_feedback"):
        assert 0 == rows(service, table, "conversation", key)
    assert 0 == rows(rasa, "events", "sender_id", sender)


def rows(file: Path, table: str, column: str, value: str) -> int:
    with sqlite3.connect(file) as db:
        return int(db.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (value,)).fetchone()[0])


def test_several_answers_are_several_messages(visitor: Client) -> None:
    """One answer is one message, each with its own entry and sources."""
    first, second = visitor.say("职业资格和技能等级有什么区别？专项职业能力证书是什么？")
    assert ["cert_types_difference", "special_ability_what"] == [first["entry"], second["entry"]]
    assert [2, 3] == [first["seq"], second["seq"]]
    assert first["sources"]
    assert second["sources"]


def test_catching_up(visitor: Client) -> None:
    """``after=N`` gives what is newer; without it everything; the greeting is never among it."""
    visitor.say("山寨证书是什么")
    sent = visitor.say("转人工")
    everything = visitor.send("GET", "/chat/api/messages").json
    assert [1, 2, 3, 4] == [message["seq"] for message in everything["messages"]]
    assert sent == visitor.send("GET", "/chat/api/messages?after=3").json["messages"]
    assert {"messages": [], "last": 4} == visitor.send("GET", "/chat/api/messages?after=4").json
    assert {"messages": [], "last": 99} == visitor.send("GET", "/chat/api/messages?after=99").json


def test_button(visitor: Client) -> None:
    """The transcript shows the button's title; its id leads where it said."""
    buttons = visitor.session["greeting"]["buttons"]
    answer = visitor.post(button_id=buttons[0]["id"])
    user, bot = answer.json["messages"]
    assert (200, buttons[0]["title"]) == (answer.status, user["text"])
    assert "query_where" == bot["entry"]
    then = {button["title"]: button["id"] for button in bot["buttons"]}
    user, bot = visitor.post(button_id=then["专项职业能力证书"]).json["messages"]
    assert "专项职业能力证书" == user["text"]
    then = {button["title"]: button["id"] for button in bot["buttons"]}
    user, bot = visitor.post(button_id=then["在外省取得的"]).json["messages"]
    assert "区号-12333" in bot["text"]
    assert "osta.org.cn" not in bot["text"]


def test_greeting_buttons_work_all_session(visitor: Client) -> None:
    """However long ago they were shown, and as often as one likes."""
    visitor.say("山寨证书是什么")
    for button in [*visitor.session["greeting"]["buttons"], visitor.session["greeting"]["buttons"][0]]:
        answer = visitor.post(button_id=button["id"])
        assert button["title"] == answer.json["messages"][0]["text"]
        assert "answer" == answer.json["messages"][1]["kind"]


def test_unknown_button(visitor: Client, server: Server) -> None:
    """409 for an invented id, and for one of another conversation; the page then sends the title."""
    other = server.client().open()
    for button in ("x" * 16, other.session["greeting"]["buttons"][0]["id"]):
        refused(visitor.post(button_id=button), 409)


def refused(answer: Answer, status: int) -> None:
    assert status == answer.status, answer.text
    assert "application/json" == answer.headers["content-type"].split(";")[0]
    assert {"error", "message"} == set(answer.json)
    assert re.fullmatch(r"[a-z_]+", answer.json["error"])
    assert "12333" in answer.json["message"]
    assert "no-store" == answer.headers["cache-control"]


def test_same_cid_is_one_turn(visitor: Client) -> None:
    """A repeat gives the same messages, whatever it says, and counts once."""
    key = cid()
    first = visitor.post(cid=key, text="山寨证书是什么").json
    assert first == visitor.post(cid=key, text="山寨证书是什么").json
    assert first == visitor.post(cid=key, text="转人工").json
    assert first == visitor.send("GET", "/chat/api/messages").json


def test_same_cid_at_once_is_one_turn(visitor: Client) -> None:
    """A retry that overtakes its first try joins it."""
    key = cid()
    answers: list[Answer] = []
    threads = [
        threading.Thread(target=lambda: answers.append(visitor.post(cid=key, text="山寨证书是什么"))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [200] * 5 == [answer.status for answer in answers]
    assert 1 == len({answer.text for answer in answers})
    assert [1, 2] == [m["seq"] for m in visitor.transcript()]


def test_quick_questions_are_answered_in_turn(visitor: Client) -> None:
    """Three at once: three whole turns, numbered without gap, each answer behind its question."""
    texts = {"山寨证书是什么": "fake_certificate_what", "转人工": None, "我被骗了三千块钱怎么办": "cheated"}
    threads = [threading.Thread(target=visitor.say, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = visitor.transcript()
    assert [1, 2, 3, 4, 5, 6] == [message["seq"] for message in messages]
    for user, bot in zip(messages[::2], messages[1::2], strict=True):
        assert texts[user["text"]] == bot["entry"]


def test_conversations_are_apart(server: Server) -> None:
    """A token opens its own conversation only, and nothing of a request can name another."""
    one, other = server.client().open(), server.client().open()
    one.say("我被骗了三千块钱怎么办")
    assert [] == other.send("GET", "/chat/api/messages").json["messages"]
    assert [] == other.send("GET", f"/chat/api/messages?conv={one.session['conv']}").json["messages"]
    assert one.session["conv"] != other.session["conv"]


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer " + "x" * 43, "Bearer " + "x" * 300, "Basic eDp5", "x" * 43],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/chat/api/messages"),
        ("GET", "/chat/api/messages"),
        ("GET", "/chat/api/suggestions"),
        ("POST", "/chat/api/feedback"),
        ("DELETE", "/chat/api/session"),
        ("DELETE", "/chat/api/data"),
    ],
)
def test_no_session(client: Client, method: str, path: str, authorization: str) -> None:
    """An absent, forged or malformed token is 401."""
    headers = {"Authorization": authorization} if authorization else {}
    body = {"cid": cid(), "text": "你好"} if method == "POST" else None
    refused(client.send(method, path, body, **headers), 401)


def test_conversation_id_is_no_credential(visitor: Client) -> None:
    """The public id opens nothing."""
    refused(visitor.send("GET", "/chat/api/messages", Authorization=f"Bearer {visitor.session['conv']}"), 401)


def test_delete(visitor: Client) -> None:
    """204, then the token is dead."""
    visitor.say("山寨证书是什么")
    answer = visitor.send("DELETE", "/chat/api/session")
    assert (204, b"") == (answer.status, answer.body)
    refused(visitor.send("GET", "/chat/api/messages"), 401)
    refused(visitor.post(text="你好"), 401)
    refused(visitor.send("DELETE", "/chat/api/session"), 401)


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 10, "", "１", "1e3", "%00", "0 OR 1=1"])
def test_after_must_be_a_number(visitor: Client, after: str) -> None:
    """Anything else is 400."""
    answer = visitor.send("GET", "/chat/api/messages?after=" + after.replace(" ", "%20").replace("１", "%EF%BC%91"))
    # an empty value is no value to Sanic
    if after:
        refused(answer, 400)
    else:
        assert 200 == answer.status


def test_health(client: Client) -> None:
    """The process answers, and it would answer rightly."""
    assert (200, {"status": "ok"}) == (client.send("GET", "/healthz").status, client.send("GET", "/healthz").json)
    assert {"status": "ready"} == client.send("GET", "/readyz").json
