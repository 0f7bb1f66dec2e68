"""The shipped catalogue and lexicon, loaded once, and the language tables beside these tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.lexicon import load_lexicon
from bot.knowledge.loader import Content, load_content
from bot.occupations.catalogue import Catalogue, load_catalogue
from bot.occupations.find import Found, find
from bot.text.normalise import normalise

DATA = Path(__file__).parents[3] / "data"

Ask = Callable[[str], "Found | None"]


@pytest.fixture(scope="session")
def content() -> Content:
    return load_content(DATA / "knowledge")


@pytest.fixture(scope="session")
def catalogue(content: Content) -> Catalogue:
    return load_catalogue(DATA / "knowledge" / "occupations", content)


@pytest.fixture(scope="session")
def ask(content: Content, catalogue: Catalogue) -> Ask:
    """What a person's own words name, normalised as every channel does it."""
    lexicon = load_lexicon(DATA / "lexicon", content.contacts, catalogue.names())
    return lambda text: find(normalise(text, lexicon), catalogue)
