"""The word lists that ship with the project."""

from __future__ import annotations

import pytest

from bot.knowledge.store import shared_store
from bot.settings import Settings
from bot.text.lexicon import Lexicon


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.lexicon
