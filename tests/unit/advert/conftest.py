"""The signals as shipped, loaded once, and the tables beside these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.advert.models import Signals
from bot.advert.signals import load_signals, official_hosts
from bot.knowledge.loader import Content, load_content

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def content() -> Content:
    """The knowledge of the repository."""
    return load_content(ROOT / "data" / "knowledge")


@pytest.fixture(scope="session")
def signals(content: Content) -> Signals:
    """The signals of the repository."""
    return load_signals(ROOT / "data" / "knowledge" / "signals", content)


@pytest.fixture(scope="session")
def hosts(content: Content) -> frozenset[str]:
    """Official host names."""
    return official_hosts(content)
