"""The page's session where two servers answer: resumed by either, ended at both, and the same files from both."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.storage.journal import conversation_key
from tests.contract.conftest import Client, cid
from tests.contract.test_wire_protocol import refused
from tests.grow.conftest import Cluster


def test_resumed_at_the_other_server(cluster: Cluster) -> None:
    """The cookie that one server gave brings the conversation back at the other, thread included."""
    one, two = cluster.ports
    visitor = Client(one).open()
    visitor.say("专项职业能力证书是什么")
    reloaded = Client(two, cookie=visitor.cookie).open()
    assert (True, visitor.session["conv"]) == (reloaded.session["resumed"], reloaded.session["conv"])
    (message,) = reloaded.say("这个给谁考的")
    assert ("special_ability_who", 4) == (message["entry"], message["seq"])
    renewed = replace(reloaded, port=one).post(text="你好")
    assert renewed.headers["set-cookie"].startswith(reloaded.cookie + ";")


def test_erased_at_the_other_server(cluster: Cluster) -> None:
    """删除我的记录 at one server: the token is dead at both, and no table of PostgreSQL holds anything any more."""
    one, two = cluster.ports
    visitor = Client(one).open()
    visitor.say("山寨证书是什么")
    assert 204 == visitor.send("POST", "/chat/api/feedback", {"seq": 2, "value": "useful"}).status
    conv = visitor.session["conv"]
    (sender,) = cluster.postgres.rows("SELECT sender_id FROM web_conversations WHERE conv = %s", conv)[0]
    assert 204 == replace(visitor, port=two).send("DELETE", "/chat/api/data").status
    for port in (one, two):
        refused(replace(visitor, port=port).send("GET", "/chat/api/messages"), 401)
    left = [
        cluster.postgres.rows(f"SELECT 1 FROM {table} WHERE {column} = %s", value)
        for column, value, tables in (
            ("conv", conv, ("web_conversations", "web_messages", "web_buttons", "web_tokens", "web_resumes")),
            ("conversation", conversation_key(conv), ("journal_events", "journal_misses", "journal_feedback")),
            ("sender_id", sender, ("events",)),
        )
        for table in tables
    ]
    assert [[]] * 9 == [list(rows) for rows in left]


def test_events_through_the_proxy(cluster: Cluster) -> None:
    """A stream comes whole through deploy/nginx.conf, and the pages that it publishes are there."""
    visitor = cluster.proxied().open()
    body = {"cid": cid(), "text": "山寨证书是什么"}
    answer = visitor.send("POST", "/chat/api/messages", body, Accept="text/event-stream")
    assert ["typing", "message", "message", "done"] == re.findall(r'data: {"type": "([a-z]+)"', answer.text)
    statuses = {
        path: visitor.send("GET", path).status for path in ("/chat", "/chat/faq", "/embed.js", "/demo", "/healthz")
    }
    assert {"/chat": 200, "/chat/faq": 200, "/embed.js": 200, "/demo": 200, "/healthz": 404} == statuses


def test_files_are_the_same_at_both(cluster: Cluster) -> None:
    """The page of one server finds its style and script at the other."""
    one, two = (Client(port) for port in cluster.ports)
    paths = re.findall(r'"(/chat/static/[^"]+)"', one.send("GET", "/chat").text)
    assert 2 == len(paths)
    for path in paths:
        assert one.send("GET", path).body == two.send("GET", path).body
