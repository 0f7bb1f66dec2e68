"""The databases of two servers go away while people talk: what they see, what is kept, how it comes back."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
import redis

from tests.contract.conftest import Client, cid
from tests.faults.conftest import ENTRY, GOOD, answers_again, is_honest
from tests.grow.conftest import Cluster


@contextmanager
def talked_to(cluster: Cluster) -> Iterator[list[int]]:
    """Two visitors, one at each server, ask all the while; the statuses they got. Nothing acknowledged may be lost."""
    visitors = [Client(port).open() for port in cluster.ports]
    over, problems, statuses = threading.Event(), list[str](), list[int]()
    acknowledged: list[list[str]] = [[], []]

    def talk(number: int) -> None:
        while not over.is_set():
            key = cid()
            answer = visitors[number].post(cid=key, text=GOOD)
            statuses.append(answer.status)
            if not is_honest(answer):
                problems.append(f"{answer.status} {answer.body[:200]!r}")
            if answer.status == 200:
                acknowledged[number].append(key)
            time.sleep(0.1)

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    assert problems == []
    for number, visitor in enumerate(visitors):
        assert answers_again(visitor)
        kept = {message.get("cid") for message in visitor.transcript()}
        assert [key for key in acknowledged[number][-200:] if key not in kept] == []


def thread_is_kept(visitor: Client) -> bool:
    """An ellipsis is still understood."""
    return bool(visitor.say("那对象是哪些人")[0]["entry"] == "special_ability_who")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "at once"])
def test_postgresql_is_restarted(cluster: Cluster, how: signal.Signals) -> None:
    """Answers or a 503 with 12333 meanwhile; then all goes on, conversations with their thread."""
    visitor = Client(cluster.ports[0]).open()
    visitor.say("专项职业能力证书是什么")
    with talked_to(cluster) as statuses:
        cluster.postgres.stop(how)
        cluster.postgres.start()
        time.sleep(1)
    assert 200 in statuses
    assert thread_is_kept(visitor)


def test_postgresql_is_away(cluster: Cluster) -> None:
    """A polite 503 within seconds, the page still loads, the process answers; afterwards it comes back by itself."""
    visitor = Client(cluster.ports[0]).open()
    with talked_to(cluster) as statuses:
        cluster.postgres.stop()
        try:
            answer = visitor.post(text=GOOD)
            assert 503 == answer.status
            assert is_honest(answer)
            assert 200 == visitor.send("GET", "/chat").status
            assert 200 == visitor.send("GET", "/healthz").status
            for port in cluster.ports:
                assert tells(Client(port), {"database"})
        finally:
            cluster.postgres.start()
    assert 503 in statuses
    for port in cluster.ports:
        # Rasa's store, where it failed meanwhile, is told for half a minute more
        assert tells(Client(port), {"ready", "tracker_store_failing"})
    for server in cluster.servers:
        assert server.process.poll() is None


def tells(client: Client, states: set[str]) -> bool:
    """Whether ``/readyz`` tells one of these within ten seconds."""
    for _ in range(50):
        if client.send("GET", "/readyz").json["status"] in states:
            return True
        time.sleep(0.2)
    return False


def shares_again(cluster: Cluster, port: int) -> None:
    """Until a server claims its messages in Redis again: for some seconds it goes on alone."""
    visitor, claimed = Client(port).open(), redis.Redis.from_url(cluster.redis.url)
    for _ in range(100):
        key = cid()
        assert 200 == visitor.post(cid=key, text=GOOD).status
        if claimed.keys(f"*{key}*"):
            return
        time.sleep(0.2)
    raise AssertionError("Redis is back, and the server does not use it")


def test_the_same_message_at_both_while_redis_is_away(cluster: Cluster) -> None:
    """Nobody can say whose it is, so both work it out: it is kept once, and both give what was kept."""
    visitor = Client(cluster.ports[0]).open()
    pair = [replace(visitor, port=port) for port in cluster.ports]
    cluster.redis.stop()
    try:
        for _ in range(6):
            key = cid()
            with ThreadPoolExecutor(2) as pool:
                answers = [pool.submit(each.post, cid=key, text=GOOD) for each in pair]
                told = [answer.result() for answer in answers]
            assert [200, 200] == [answer.status for answer in told]
            assert told[0].json == told[1].json
    finally:
        cluster.redis.start()
    transcript = visitor.transcript()
    assert list(range(1, 13)) == [message["seq"] for message in transcript]
    for port in cluster.ports:
        shares_again(cluster, port)


def test_redis_is_away(cluster: Cluster) -> None:
    """Nobody notices: every message is answered, before, during and after."""
    with talked_to(cluster) as statuses:
        cluster.redis.stop()
        try:
            (message,) = Client(cluster.ports[1]).open().say(GOOD)
            assert ENTRY == message["entry"]
            time.sleep(1)
        finally:
            cluster.redis.start()
        for port in cluster.ports:
            shares_again(cluster, port)
    assert {200} == set(statuses)
    assert "event=redis_failed" in "".join(server.output() for server in cluster.servers)
