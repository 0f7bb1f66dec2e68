"""Conversations as data: who says what, and what must come back, through the trained engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.engine import Engine
from bot.dialogue.clarify import NONE_OF_THESE
from bot.dialogue.memory import Memory
from bot.dialogue.respond import concern_of
from bot.rendering.plain import render
from bot.replies.reply import Kind, Reply

HERE = Path(__file__).parent
TURN_KEYS = {"say", "replies", "kind", "entry", "reason", "route", "words", "without", "choices"}
#: Words so bare that they can mean several things; one of them at least must be too close to call.
VAGUE = (
    "职业资格等级证书",
    "评价机构",
    "查询",
    "证",
    "云南的呢",
    "真假",
    "考证",
    "证书电话",
    "假证书网站",
    "等级证书怎么样",
    "国家承认",
)


def conversations() -> Iterator[Any]:
    for path in sorted(HERE.glob("*.yml")):
        if not path.name.startswith("test_"):
            for talk in yaml.safe_load(path.read_text(encoding="utf-8")):
                yield pytest.param(talk["turns"], id=f"{path.stem}: {talk['name']}")


def texts(reply: Reply) -> list[str]:
    return [choice.title for choice in reply.choices]


def check(expected: dict[str, Any], reply: Reply, route: str) -> None:
    assert set(expected) <= TURN_KEYS
    assert (expected["kind"], expected.get("reason")) == (reply.kind.value, reply.reason)
    text = render(reply)
    if "entry" in expected:
        assert expected["entry"] == reply.entry
    if "route" in expected:
        assert expected["route"] == route
    if "choices" in expected:
        assert expected["choices"] == texts(reply)
    for word in expected.get("words", ()):
        assert word in text
    for word in expected.get("without", ()):
        assert word not in text


@pytest.mark.parametrize("turns", conversations())
async def test_conversation(engine: Engine, turns: list[dict[str, Any]]) -> None:
    """Every message gets the replies that stand beside it, memory carried from turn to turn."""
    memory = Memory()
    for turn in turns:
        replies, done = await engine.turn(turn["say"], memory)
        memory = Memory.from_json(done.memory.to_json())
        expected = turn.get("replies") or [turn]
        assert len(expected) == len(replies), [reply.entry or reply.kind for reply in replies]
        for one, reply, reference in zip(expected, replies, done.replies, strict=True):
            check({key: value for key, value in one.items() if key != "say"}, reply, reference.key)


def test_every_route_is_taken(engine: Engine) -> None:
    """Each row of the platform and office routes is reached by some conversation."""
    taken = {turn.get("route") for case in conversations() for turn in case.values[0]}
    assert {route.id for route in engine.store.current.content.routes} <= taken


async def close_call(engine: Engine) -> tuple[Reply, Memory]:
    for text in VAGUE:
        replies, turn = await engine.turn(text)
        if replies[0].kind is Kind.CLARIFY and turn.memory.offered:
            return replies[0], turn.memory
    raise AssertionError("nothing is too close to call any more: find vaguer words")


async def test_close_call_offers_full_questions_and_none_of_these(engine: Engine) -> None:
    """Two or three published questions, then 都不是; each button leads to its entry."""
    reply, _ = await close_call(engine)
    titles = [entry.title for entry in engine.store.current.content.entries.values()]
    assert 3 <= len(reply.choices) <= 4
    assert all(title in titles for title in texts(reply)[:-1])
    assert ("都不是", NONE_OF_THESE) == (reply.choices[-1].title, reply.choices[-1].intent)


@pytest.mark.parametrize("answer", ["2", "２", "②", "第二个", "选2", "我选第二个", "2。", "TITLE"])
async def test_close_call_is_chosen_by_number_ordinal_or_text(engine: Engine, answer: str) -> None:
    """2, 第二个 or the text of a question choose it."""
    reply, memory = await close_call(engine)
    wanted = reply.choices[1]
    replies, turn = await engine.turn(wanted.title if answer == "TITLE" else answer, memory)
    assert len(replies) == 1
    assert concern_of(wanted.intent, engine.store.current.content) in ("answer", "find_platform", "find_office")
    assert wanted.intent in (replies[0].entry, turn.memory.entry)


@pytest.mark.parametrize("answer", ["都不是", "LAST"])
async def test_none_of_these_asks_for_other_words(engine: Engine, answer: str) -> None:
    """都不是, typed or by its number, is no miss and no answer."""
    reply, memory = await close_call(engine)
    replies, turn = await engine.turn(str(len(reply.choices)) if answer == "LAST" else answer, memory)
    assert Kind.SMALLTALK is replies[0].kind
    assert "换个说法" in replies[0].body
    assert turn.memory.misses == 0


async def test_close_call_may_be_ignored(engine: Engine) -> None:
    """A new question after „您是想问" is answered as such."""
    _, memory = await close_call(engine)
    replies, _ = await engine.turn("专项职业能力证书是什么", memory)
    assert "special_ability_what" == replies[0].entry


async def test_a_number_that_was_not_offered_chooses_nothing(engine: Engine) -> None:
    """9 after three choices is not understood, and nothing is guessed."""
    _, memory = await close_call(engine)
    replies, _ = await engine.turn("9", memory)
    assert replies[0].kind in (Kind.REFUSAL, Kind.CLARIFY)
