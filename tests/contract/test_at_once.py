"""Twenty requests at once in one conversation of the real server: each message one turn, whole and in order."""

from __future__ import annotations

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.contract.conftest import Answer, Client, Server, cid

#: Questions that nobody takes for one another, each with its entry.
QUESTIONS = {
    "山寨证书是什么": "fake_certificate_what",
    "专项职业能力证书是什么": "special_ability_what",
    "举报要准备什么材料": "report_evidence",
    "证书有哪几类": "cert_types",
}
#: Requests at once: half post, each message twice, the others read.
AT_ONCE = 20


def entries(messages: list[dict[str, Any]]) -> list[str]:
    return [message["entry"] for message in messages if message["from"] == "bot" and message["entry"]]


def until_accepted(visitor: Client, key: str, text: str) -> tuple[Answer, list[int]]:
    """A page's way: what has to wait is sent again with the same ``cid``; the last answer, and every status."""
    statuses: list[int] = []
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = visitor.post(cid=key, text=text)
        statuses.append(answer.status)
        if answer.status != 429:
            return answer, statuses
        time.sleep(0.1)
    raise AssertionError("asked to wait for a minute")


def test_one_token_twenty_requests(server: Server, visitor: Client) -> None:
    """200, or 429 for what has to wait; repeats share a turn; the transcript has every turn once, unbroken."""
    said = list(itertools.islice(itertools.cycle(QUESTIONS), AT_ONCE // 4))
    keys = [cid() for _ in said]
    together = threading.Barrier(AT_ONCE)

    def post(number: int) -> tuple[Answer, list[int]]:
        together.wait(30)
        return until_accepted(visitor, keys[number], said[number])

    def read(_: int) -> Answer:
        together.wait(30)
        return visitor.send("GET", "/chat/api/messages")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        posts = [pool.submit(post, number % len(said)) for number in range(2 * len(said))]
        reads = [pool.submit(read, number) for number in range(AT_ONCE - len(posts))]
        posted = [future.result() for future in posts]
        seen = [future.result() for future in reads]

    assert {200} == {answer.status for answer, _ in posted}
    assert {status for _, statuses in posted for status in statuses} <= {200, 429}
    assert {200} == {answer.status for answer in seen}
    for first, again in zip(posted[: len(said)], posted[len(said) :], strict=True):
        assert first[0].json == again[0].json

    transcript = visitor.transcript()
    assert list(range(1, len(transcript) + 1)) == [message["seq"] for message in transcript]
    starts = [at for at, message in enumerate(transcript) if message["from"] == "user"]
    assert sorted(keys) == sorted(transcript[at]["cid"] for at in starts)
    for start, end in zip(starts, [*starts[1:], len(transcript)], strict=True):
        number = keys.index(transcript[start]["cid"])
        assert said[number] == transcript[start]["text"]
        assert [QUESTIONS[said[number]]] == entries(transcript[start:end])
        assert transcript[start:end] == posted[number][0].json["messages"]
    for answer in seen:  # whoever read meanwhile saw whole turns only
        part = answer.json["messages"]
        assert transcript[: len(part)] == part
        assert not part or part[-1]["from"] == "bot"
    assert "failed" not in server.output()


def test_many_messages_of_one_token(visitor: Client) -> None:
    """Twenty different messages at once: five are taken, the others are asked to wait and get their turn; none is lost."""
    keys = [cid() for _ in range(AT_ONCE)]
    together = threading.Barrier(AT_ONCE)

    def post(key: str) -> tuple[Answer, list[int]]:
        together.wait(30)
        return until_accepted(visitor, key, "山寨证书是什么")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        posted = list(pool.map(post, keys))
    statuses = {status for _, its in posted for status in its}
    assert {200} <= statuses <= {200, 429}
    transcript = visitor.transcript()
    own = [message["cid"] for message in transcript if message["from"] == "user"]
    assert sorted(keys) == sorted(own)
    assert list(range(1, len(transcript) + 1)) == [message["seq"] for message in transcript]
