"""Turns that break while they hold what people write about themselves: nothing of it in a log, a store or an answer."""

from __future__ import annotations

import asyncio

import pytest

from tests.contract.conftest import WECHAT, Client
from tests.contract.desk.conftest import Seat
from tests.contract.test_private import found_of, kept, seat
from tests.faults.conftest import Faulty, answers_again
from tests.private_texts import PRIVATE_TEXTS
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.verdict import FAULT

TEXTS = [text for text, _ in PRIVATE_TEXTS]


def by_web(visitor: Client) -> str:
    """What a page is told."""
    answers = [visitor.post(text=text) for text in TEXTS]
    assert {200} == {answer.status for answer in answers}
    return "".join(answer.text for answer in answers)


def by_wechat(faulty: Faulty) -> str:
    """What a follower reads."""
    follower = Platform(WECHAT, faulty.server.port).follower()

    async def chat() -> list[str]:
        return [await follower.says(text) for text in TEXTS]

    read = asyncio.run(chat())
    assert not {"", FAULT} & set(read)
    return "".join(read)


def by_desk(operator: Seat) -> str:
    """What the desk is told; it answers from the same code, so it may fail, politely."""
    answers = [operator.send("POST", "/desk/api/assist", {"text": text}) for text in TEXTS]
    assert {answer.status for answer in answers} <= {200, 503}
    return "".join(answer.text for answer in answers)


@pytest.mark.parametrize("what", ["action raises", "nlu raises"])
def test_traces_hold_nothing_of_a_person(faulty: Faulty, what: str) -> None:
    """Fifty texts by each channel, each in an error that names its arguments: the log tells the event and no more."""
    visitor, operator = faulty.server.client().open(), seat(faulty.server, "operator")
    with faulty.broken(what):
        told = by_web(visitor) + by_wechat(faulty) + by_desk(operator)
    assert "RuntimeError" in faulty.server.output()
    assert "Traceback" not in told
    assert [] == found_of(kept(faulty.server) + told.encode())
    assert answers_again(faulty.server.client().open())
