"""The stories of `rasa test core` stay true without starting Rasa's own test command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.engine import Engine
from bot.dialogue.respond import DECIDERS, concern_of

STORIES = yaml.safe_load(Path(__file__).with_name("test_rules.yml").read_text(encoding="utf-8"))["stories"]


def pairs() -> Iterator[Any]:
    for story in STORIES:
        steps = story["steps"]
        assert len(steps) % 2 == 0
        for said, done in zip(steps[::2], steps[1::2], strict=True):
            yield pytest.param(said["user"].strip(), said["intent"], done["action"], id=said["user"].strip())


@pytest.mark.parametrize(("text", "intent", "action"), pairs())
async def test_story(engine: Engine, text: str, intent: str, action: str) -> None:
    """The text is understood as the intent, and the intent belongs to the action."""
    parsed = await engine.parse(text)
    assert intent == parsed["intent"]["name"]
    assert action == f"action_{concern_of(intent, engine.store.current.content)}"


def test_every_action_has_a_story() -> None:
    """No concern is left out."""
    assert {f"action_{concern}" for concern in DECIDERS} == {case.values[2] for case in pairs()}
