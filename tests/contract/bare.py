"""The web channel on a bare Sanic server, with a stand-in for Rasa: no model is needed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Sanic

from bot.channels.web.channel import WebChannel
from bot.replies.reply import ReplyRef
from bot.settings import Settings
from tests.contract.conftest import Client, free_port

Rasa = Callable[[UserMessage], Awaitable[None]]
Other = Callable[[Settings], InputChannel]
GOOD = ReplyRef("entry", "red_flags").to_json()


@asynccontextmanager
async def serve(
    folder: Path,
    rasa: Rasa,
    patience: float = 60,
    port: int = 0,
    others: Iterable[Other] = (),
    prepare: Callable[[Sanic], None] = lambda _: None,
    **settings: str,
) -> AsyncIterator[Client]:
    """A visitor of a server with the web channel alone, whose Rasa is ``rasa``.

    ``patience`` is how many seconds the server itself waits for an answer; ``port`` 0 takes any; ``others`` make
    further channels of the same settings, ``prepare`` gives the application what they need.
    """
    port = port or free_port()
    values = {"ZHENGBIAN_VAR_DIR": str(folder), **settings}
    app = Sanic(f"zhengbian_test_{secrets.token_hex(4)}", configure_logging=False)
    app.config.RESPONSE_TIMEOUT = patience
    prepare(app)
    for make in (WebChannel, *others):
        channel = make(Settings.from_environment(values))
        app.blueprint(channel.blueprint(rasa), url_prefix=urljoin("/webhooks/", channel.url_prefix()))
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.start_serving()
    try:
        yield Client(port)
    finally:
        server.close()
        for connection in tuple(server.connections):
            connection.transport.abort()  # a server that is gone answers nobody, not even on an open connection
        await server.wait_closed()


async def good(message: UserMessage) -> None:
    """Always the same answer."""
    await message.output_channel.send_response(message.sender_id, {"text": "好", "reply": GOOD})


async def in_thread(work: Callable[..., object], *arguments: object, **named: object) -> Any:
    """A blocking call, while the server goes on in this loop."""
    return await asyncio.to_thread(work, *arguments, **named)
