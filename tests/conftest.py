"""What the tests of several folders share: the trained engine, loaded once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
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


@pytest.fixture(scope="session", autouse=True)
def _touch_up_once() -> Iterator[None]:
    """Sanic 21.12 rewrites its own methods at each start, which works once in a process."""
    try:
        import sanic.app
    except ImportError:  # the core's tests run without it
        yield
        return
    touched: list[bool] = []
    rewrite = sanic.app.TouchUp.run

    def run(app: sanic.app.Sanic) -> None:
        if not touched:
            touched.append(True)
            rewrite(app)

    sanic.app.TouchUp.run = run
    yield
    sanic.app.TouchUp.run = rewrite
