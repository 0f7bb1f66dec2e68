"""Typed text never commands: Rasa's handler of ``/intent`` works for our own tools only."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.cli.engine import Engine
from bot.nlu.guard import NODE, TRUSTED, GuardedMessageHandler

DOMAIN = Domain.from_dict({"intents": ["greet"]})


def handle(text: str, metadata: Any = None) -> Message:
    data: dict[str, Any] = {TEXT: text}
    if metadata is not None:
        data["metadata"] = metadata
    return GuardedMessageHandler().process([Message(data=data)], DOMAIN)[0]


@pytest.mark.parametrize(
    "metadata",
    [None, {}, {TRUSTED: 1}, {TRUSTED: "true"}, {TRUSTED: False}, {TRUSTED: None}, {"x": True}, "true", [TRUSTED], 1],
)
@pytest.mark.parametrize("text", ["/restart", "/greet", '/greet{"x": 1}', "/session_start", "/any_intent"])
def test_untrusted_commands_are_text(text: str, metadata: Any) -> None:
    """1 and "true" are not True."""
    message = handle(text, metadata)
    assert text == message.get(TEXT)
    assert message.get(INTENT) is None


def test_our_own_tools_may_command() -> None:
    """Metadata that says True itself opens the handler."""
    assert "greet" == handle("/greet", {TRUSTED: True}).get(INTENT)["name"]


def test_length_and_order_are_kept() -> None:
    """As many messages as given, in their order."""
    messages = [Message(data={TEXT: text}) for text in ("/greet", "你好", "/restart")]
    done = GuardedMessageHandler().process(messages, DOMAIN)
    assert ["/greet", "你好", "/restart"] == [message.get(TEXT) for message in done]


def test_the_trained_model_is_guarded(engine: Engine) -> None:
    """The class stands in the graph of the model that is deployed."""
    schema = engine.agent.processor.model_metadata.predict_schema
    assert GuardedMessageHandler is schema.nodes[NODE].uses


@pytest.mark.parametrize("text", ["/restart", "/session_start", '/any_intent{"x":1}', '/greet{"memory":"x"}', "/back"])
async def test_parse_message_leaves_commands_inert(engine: Engine, text: str) -> None:
    """Straight into Rasa, past the channel's cleaning: no command comes out."""
    parsed = await engine.agent.parse_message(text)
    assert parsed["intent"]["name"] not in {"restart", "session_start", "any_intent", "back"}
    assert not [entity for entity in parsed["entities"] if entity["entity"] in ("x", "memory")]
