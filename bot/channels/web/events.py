"""A turn as server-sent events: the same answer as the JSON form, told as it comes.

A comment goes out every 15 seconds, because Sanic writes an error page into any response that is silent for longer
than its time limit, and because proxies close silent connections.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from sanic.request import Request

HEARTBEAT_SECONDS = 15.0
HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Messages = list[dict[str, Any]]


def wanted(request: Request) -> bool:
    """Whether the client asked for events."""
    return any(
        part.split(";")[0].strip() == "text/event-stream" for part in request.headers.get("accept", "").split(",")
    )


async def write(
    request: Request, turn: asyncio.Future[Messages], headers: Mapping[str, str], failure: Mapping[str, str]
) -> None:
    """Write the turn; when the client leaves, only the writing ends.

    ``headers`` are added to ours; ``failure`` is told, in place of the end, when the turn raised.
    """
    response = await request.respond(
        status=200, headers={**HEADERS, **headers}, content_type="text/event-stream; charset=utf-8"
    )
    await response.send(_event({"type": "typing"}))
    while not turn.done():
        await asyncio.wait({turn}, timeout=HEARTBEAT_SECONDS)
        if not turn.done():
            await response.send(": heartbeat\n\n")
    if turn.exception() is not None:
        await response.send(_event({"type": "error", **failure}), end_stream=True)
        return
    messages = turn.result()
    for message in messages:
        await response.send(_event({"type": "message", **message}, message["seq"]))
    await response.send(_event({"type": "done", "last": last_of(messages)}), end_stream=True)


def last_of(messages: Messages, otherwise: int = 0) -> int:
    """The highest number of a list of messages."""
    return int(messages[-1]["seq"]) if messages else otherwise


def _event(data: Mapping[str, Any], number: int | None = None) -> str:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n"
