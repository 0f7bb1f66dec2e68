"""Two servers are one service: a conversation may alternate between them, and one of them may die."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.contract.conftest import Answer, Client, cid
from tests.grow.conftest import Cluster


def at(visitor: Client, port: int) -> Client:
    """The same visitor at another server."""
    return replace(visitor, port=port)


def senders(cluster: Cluster, visitor: Client) -> str:
    rows = cluster.postgres.rows("SELECT sender_id FROM web_conversations WHERE conv = %s", visitor.session["conv"])
    return str(rows[0][0])


def test_a_conversation_alternates(cluster: Cluster) -> None:
    """Each message to the other server: what was said before is known, numbers go on, Rasa has one session."""
    one, two = cluster.ports
    visitor = Client(one).open()
    asked = [
        "健康管理师是国家认可的吗",
        "那养老护理员呢",
        "山寨证书是什么",
        "证书在哪里查",
        "云南的",
        "专项职业能力证书是什么",
    ]
    for number, text in enumerate(asked):
        (message,) = at(visitor, (one, two)[number % 2]).say(text)
        assert 2 * number + 2 == message["seq"]
        if number == 1:
            assert "lookup" == message["kind"]
            assert "养老护理员" in message["text"]
    shown = [at(visitor, port).transcript() for port in (one, two)]
    assert shown[0] == shown[1]
    assert 12 == len(shown[0])
    query = "SELECT type_name, count(*) FROM events WHERE sender_id = %s GROUP BY type_name"
    events = dict(cluster.postgres.rows(query, senders(cluster, visitor)))
    assert 6 == events["user"]
    assert events["session_started"] in {1, 2}


def test_a_repeat_at_the_other_server_is_one_turn(cluster: Cluster) -> None:
    """The same message to both at once, ten times: the same answer, and one user event each."""
    visitor = Client(cluster.ports[0]).open()
    for number in range(10):
        key = cid()
        with ThreadPoolExecutor(4) as pool:
            work = [pool.submit(at(visitor, port).post, cid=key, text="山寨证书是什么") for port in cluster.ports * 2]
            answers = [done.result().json["messages"] for done in work]
        assert 1 == len({str(messages) for messages in answers}), number
        assert [2 * number + 1, 2 * number + 2] == [message["seq"] for message in answers[0]]
    query = "SELECT count(*) FROM events WHERE sender_id = %s AND type_name = 'user'"
    assert [(10,)] == cluster.postgres.rows(query, senders(cluster, visitor))


def test_two_servers_in_one_conversation_at_once(cluster: Cluster) -> None:
    """Different messages of one conversation to both: all are answered, every number is given once."""
    visitor = Client(cluster.ports[0]).open()
    with ThreadPoolExecutor(4) as pool:
        work = [
            pool.submit(at(visitor, cluster.ports[n % 2]).post, text="转人工" if n % 3 else "山寨证书是什么")
            for n in range(12)
        ]
        answers = [done.result() for done in work]
    assert [200] * 12 == [answer.status for answer in answers]
    numbers = sorted(message["seq"] for answer in answers for message in answer.json["messages"])
    assert list(range(1, 25)) == numbers
    assert not [m for answer in answers for m in answer.json["messages"] if m.get("reason") == "failed"]


def test_the_switch_reaches_both(cluster: Cluster) -> None:
    """One command, all servers, in under ten seconds."""
    visitor = Client(cluster.ports[0]).open()

    def closed(port: int, expected: bool) -> bool:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if ("暂时停用" in at(visitor, port).say("山寨证书是什么")[0]["text"]) == expected:
                return True
            time.sleep(0.2)
        return False

    try:
        assert 0 == cluster.servers[0].bot("switch", "web", "off").returncode
        assert [True, True] == [closed(port, True) for port in cluster.ports]
    finally:
        assert 0 == cluster.servers[1].bot("switch", "web", "on").returncode
    assert [True, True] == [closed(port, False) for port in cluster.ports]


def turns_of(cluster: Cluster) -> list[float]:
    """Turns that each server has counted."""
    counted = []
    for port in cluster.ports:
        lines = Client(port).send("GET", "/metrics").text.splitlines()
        counted.append(
            sum(float(line.split()[-1]) for line in lines if line.startswith("zhengbian_turn_seconds_count"))
        )
    return counted


def test_nginx_keeps_a_conversation_at_one_server(cluster: Cluster) -> None:
    """Ten messages of one conversation are answered by one of the two."""
    visitor = cluster.proxied().open()
    before = turns_of(cluster)
    for _ in range(10):
        visitor.say("转人工")
    assert [0, 10] == sorted(after - was for was, after in zip(before, turns_of(cluster)))


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/webhooks/rest/webhook", "/model", "/wp-login.php"]
)
def test_nginx_publishes_nothing_else(cluster: Cluster, path: str) -> None:
    """Only the addresses of the channels."""
    answer = cluster.proxied().send("GET", path)
    assert 404 == answer.status
    assert "rasa" not in answer.text.lower()


def test_nginx_limits_bodies(cluster: Cluster) -> None:
    """What is far too large never reaches a server; what is a little too large gets the friendly words."""
    visitor = cluster.proxied().open()
    assert 413 == visitor.send("POST", "/chat/api/messages", b"{" + b" " * 30_000).status
    assert "too_large" == visitor.send("POST", "/chat/api/messages", b"{" + b" " * 17_000).json["error"]
    assert 200 == visitor.send("GET", "/chat").status


def insist(visitor: Client, text: str, deadline: float) -> tuple[str, Answer | None, list[int]]:
    """Send one message until it is acknowledged, as the page does; what came meanwhile."""
    key, seen = cid(), list[int]()
    while time.monotonic() < deadline:
        try:
            answer = visitor.post(cid=key, text=text)
        except OSError:
            seen.append(0)
        else:
            if answer.status == 200:
                return key, answer, seen
            seen.append(answer.status)
            if answer.status == 503 and answer.body.startswith(b"{"):
                assert "12333" in answer.text
        time.sleep(0.2)
    return key, None, seen


def test_one_killed_under_load_loses_nothing(cluster: Cluster) -> None:
    """Four people talk through nginx while a server is killed: each message is acknowledged once and is still there."""
    visitors = [cluster.proxied().open() for _ in range(4)]
    acknowledged: dict[int, list[str]] = {number: [] for number in range(4)}
    problems: list[Any] = []
    halfway = threading.Event()

    def talk(number: int) -> None:
        for turn in range(8):
            key, answer, seen = insist(visitors[number], "山寨证书是什么", time.monotonic() + 40)
            if answer is None:
                problems.append((number, turn, seen))
                return
            acknowledged[number].append(key)
            if turn == 3:
                halfway.set()

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    assert halfway.wait(60)
    cluster.kill(1)
    for thread in threads:
        thread.join(120)
    assert problems == []
    for number, visitor in enumerate(visitors):
        kept = visitor.transcript()
        assert 16 == len(kept)
        assert acknowledged[number] == [message["cid"] for message in kept if message["from"] == "user"]
    cluster.start_again(1)
    assert "fake_certificate_what" == at(visitors[0], cluster.ports[1]).say("山寨证书是什么")[0]["entry"]
