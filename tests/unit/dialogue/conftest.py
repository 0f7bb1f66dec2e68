"""The content that ships, and questions made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.dialogue.question import Question
from bot.knowledge.store import Snapshot, shared_store
from bot.settings import Settings

Ask = Callable[..., Question]


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current


@pytest.fixture(scope="session")
def ask() -> Ask:
    def make(text: str, intent: str = "nlu_fallback", support: float = 0.15, **entities: Any) -> Question:
        values = {kind: value if isinstance(value, tuple) else (value,) for kind, value in entities.items()}
        lengths = dict.fromkeys(values, 2)
        return Question(text, text, intent, support, ((intent, support),), values, lengths)

    return make
