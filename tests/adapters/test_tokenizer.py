"""Tokens stand where they say in the normalised text."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.tokenizer import NORMALISED, NormalisingJiebaTokenizer


@pytest.mark.parametrize("text", ["证书证书在哪里查", "  電工證 和 abc 证，真不真？？", "查 12333 查", "", "   "])
def test_offsets(text: str) -> None:
    """Repeated words included; what lies between two tokens is blank."""
    unused: Any = None
    tokenizer = NormalisingJiebaTokenizer.create(NormalisingJiebaTokenizer.get_default_config(), unused, unused, unused)
    message = Message({TEXT: text})
    tokens = tokenizer.tokenize(message, TEXT)
    normalised, at = message.get(NORMALISED), 0
    for token in tokens:
        assert token.text == normalised[token.start : token.end]
        assert not normalised[at : token.start].strip()
        at = token.end
    assert not normalised[at:].strip()
    assert bool(tokens) == bool(text.strip())
