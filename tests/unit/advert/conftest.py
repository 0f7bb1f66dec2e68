"""The signals as shipped, loaded once, and the tables beside these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.advert.models import Signals
from bot.advert.signals import official_hosts
from bot.knowledge.loader import Content, load_content
from bot.knowledge.store import load_snapshot

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def content() -> Content:
    """The knowledge of the repository."""
    return load_content(ROOT / "data" / "knowledge")


@pytest.fixture(scope="session")
def signals() -> Signals:
    """The signals of the repository, with the names that jieba learns from the rest of the content."""
    return load_snapshot(ROOT / "data").signals


@pytest.fixture(scope="session")
def hosts(content: Content) -> frozenset[str]:
    """Official host names."""
    return official_hosts(content)
