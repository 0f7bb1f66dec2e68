"""The desk and the web channel of one running server give the same answer to the same question."""

from __future__ import annotations

import json
from typing import Any

from bot.cli.evaluate import HELD_OUT, read_held_out
from tests.contract.conftest import Server
from tests.contract.desk.conftest import Seat

#: Every so manieth of the held-out questions and adverts is asked on both sides.
EVERY = 6


def questions() -> list[str]:
    asked = [question.text for question in read_held_out(HELD_OUT)][::EVERY]
    adverts = (HELD_OUT / "adverts.jsonl").read_text(encoding="utf-8").splitlines()
    return asked + [json.loads(line)["text"] for line in adverts][::EVERY]


def of_desk(told: Any) -> list[tuple[str, str | None]]:
    """What the desk says that citizens are told, in order."""
    cards = [(card["kind"], card["entry"]) for card in told["cards"] if card["answer"]]
    return cards or [(told["kind"], None)]


def test_desk_and_web_agree(server: Server) -> None:
    """Kind, entry and reason of the first answer, and the sources under it; every card of an answer has some."""
    seat = Seat(server.port, key=server.bot("key", "add", "对照").stdout.strip())
    texts = questions()
    assert len(texts) >= 150
    for text in texts:
        told, said = seat.assist(text), server.client().open().say(text)
        assert [(m["kind"], m["entry"]) for m in said] == of_desk(told), text
        assert said[0]["reason"] == told["reason"], text
        answers = [card for card in told["cards"] if card["answer"]]
        assert [m["sources"] for m in said] == ([card["sources"] for card in answers] or [told["say"]["sources"]]), text
        assert not answers or told["total"] >= 3, text
        assert told["cards"] or told["nearest"] or told["say"], text


def test_an_answer_first(server: Server) -> None:
    """What citizens are told is the first card, an expired policy with its banner too; what else has expired is last."""
    seat = Seat(server.port, key=server.bot("key", "add", "第一张").stdout.strip())
    for text in questions()[::3]:
        cards = seat.assist(text)["cards"]
        assert [card["answer"] for card in cards] == sorted((card["answer"] for card in cards), reverse=True), text
        assert not cards or cards[0]["answer"] or not any(card["answer"] for card in cards), text
        codes = [card["status"]["code"] == "expired" for card in cards if not card["answer"]]
        assert sorted(codes) == codes, text
