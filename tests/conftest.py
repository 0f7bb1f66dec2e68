"""What the tests of several folders share: the trained engine, loaded once."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from bot.server import environment, quiet
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.cli.engine import Engine

#: Before any test module imports Rasa: the encoder on several threads is twenty times slower on a busy machine.
environment.prepare()


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The model of the models folder; questions go through Rasa's parse and the core's dialogue."""
    quiet.import_sanic_quietly()
    quiet.configure_logging(logging.ERROR)
    from bot.cli.engine import Engine

    return Engine.load(Settings.from_environment())
