"""The memory slot: JSON both ways, bounded, and harmless whatever stands in it."""

from __future__ import annotations

import json

import pytest

from bot.dialogue.memory import MAX_OFFERED, Memory
from bot.replies.reply import Choice

FULL = Memory(
    concern="find_platform",
    entry="query_where",
    topic="skill_level",
    cert_type="skill_level",
    place="yunnan",
    matter="forged",
    prefecture="kunming",
    asked="skill_level:place",
    offered=(Choice("在云南取得的", "query_where", (("place", "yunnan"),)),),
    misses=1,
)


def test_survives_json() -> None:
    """What Rasa's slot keeps is what was remembered."""
    assert FULL == Memory.from_json(json.loads(json.dumps(FULL.to_json())))


def test_empty_fields_are_left_out() -> None:
    """A new conversation costs nothing."""
    assert {} == Memory().to_json()


@pytest.mark.parametrize(
    "data",
    [None, 1, "x", [], {"offered": 5}, {"offered": [{}]}, {"offered": ["x"]}, {"offered": None}, {"unknown": "x"}],
)
def test_anything_else_is_an_empty_memory(data: object) -> None:
    """A slot written by an older version never fails a turn."""
    assert Memory() == Memory.from_json(data)


def test_offered_is_bounded() -> None:
    """A long list does not grow the slot."""
    memory = Memory(offered=tuple(Choice(str(n), "x") for n in range(30)))
    assert MAX_OFFERED == len(memory.to_json()["offered"])
