"""Read a request's body as it comes: bounded in size and time, before anything else looks at it."""

from __future__ import annotations

import asyncio

from sanic.request import Request

from bot.channels.wechat.refusal import BUFFER, Refusal

#: Bytes of a body, and seconds that it may take: less than the platform itself would wait.
MAX_BODY, BODY_SECONDS = 65_536, 5
#: Seconds between a refusal and the end of its connection: whoever sends on would be listened to again.
_LAST_WORD = 0.5


async def read_body(request: Request) -> bytes:
    """The body of a POST to a streaming route. Raises Refusal 408, 413 or 415, and ends the connection then."""
    try:
        return await asyncio.wait_for(_read(request), BODY_SECONDS)
    except asyncio.TimeoutError:
        refusal = Refusal("slow_body", BUFFER, 408)
    except Refusal as error:
        refusal = error
    asyncio.get_running_loop().call_later(_LAST_WORD, request.transport.close)
    raise refusal


async def _read(request: Request) -> bytes:
    if request.headers.get("content-encoding") is not None:
        raise Refusal("encoded_body", BUFFER, 415)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY:
        raise Refusal("large_body", BUFFER, 413)
    body = bytearray()
    while (piece := await request.stream.read()) is not None:
        body += piece
        if len(body) > MAX_BODY:
            raise Refusal("large_body", BUFFER, 413)
    return bytes(body)
