"""What every HTTP surface of ours shares: read a JSON body, check where it comes from, spend a limit, tell an error.

Everything wrong is an :class:`InputError`; ``{phone}`` in its message is filled when it is told.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import async_timeout
from sanic import response as http
from sanic.exceptions import InvalidUsage
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import metrics
from bot.channels.limits import RateLimit
from bot.errors import InputError

#: Largest JSON body in bytes.
MAX_BODY = 16_384
#: Seconds that a body may take. Sanic waits for one as long as for an answer, so routes read it themselves.
BODY_SECONDS = 10
#: Seconds between the refusal of a slow body and the end of its connection.
_LAST_WORD = 0.5
HELP = "，也可以拨打 {phone}。"
API_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


async def json_body(request: Request) -> dict[str, Any]:
    """The JSON object of a POST to a streaming route. Raises InputError 400, 408, 413 or 415."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise InputError(415, "unsupported_media_type", "请用 application/json 发送" + HELP)
    try:
        async with async_timeout.timeout(BODY_SECONDS):
            raw = await _read(request)
    except asyncio.TimeoutError:
        # whoever sends no body would be waited for again once the answer is out
        asyncio.get_running_loop().call_later(_LAST_WORD, request.transport.close)
        raise InputError(408, "too_slow", "网络太慢，没有收全，请再发一次" + HELP) from None
    except InvalidUsage:  # broken chunks
        raise InputError(400, "bad_json", "没有看懂这次请求，请刷新页面再试" + HELP) from None
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise InputError(400, "bad_json", "没有看懂这次请求，请刷新页面再试" + HELP) from None
    if not isinstance(body, dict):
        raise InputError(400, "bad_json", "没有看懂这次请求，请刷新页面再试" + HELP)
    return body


async def _read(request: Request) -> bytes:
    body = bytearray()
    while (piece := await request.stream.read()) is not None:
        body += piece
        if len(body) > MAX_BODY:
            raise too_large()
    return bytes(body)


def too_large() -> InputError:
    """A body over the limit, found here or by the server itself."""
    return InputError(413, "too_large", "内容太长了，请分几次发" + HELP)


def check_origin(request: Request, public_origin: str) -> None:
    """``Origin``, where a browser sends it, must be the page's own. Raises InputError 403."""
    origin = request.headers.get("origin")
    allowed = {public_origin} if public_origin else {f"http://{request.host}", f"https://{request.host}"}
    if origin is not None and origin not in allowed:
        raise InputError(403, "bad_origin", "请从官方页面打开" + HELP)


def spend(limit: RateLimit, request: Request, key: str = "") -> None:
    """One of the limit's tokens, of ``key`` or of the address. Raises InputError 429."""
    wait = limit.wait(key or request.remote_addr or request.ip)
    if wait:
        seconds = str(int(wait) + 1)
        raise InputError(
            429, "too_many", f"发得太快了，请过 {seconds} 秒再发；急事请拨打 {{phone}}。", {"Retry-After": seconds}
        )


def error_response(error: InputError, phone: str, headers: dict[str, str]) -> HTTPResponse:
    """The one form of every error: a word for programs and a sentence for people."""
    metrics.rejected.labels(error.code).inc()
    body = {"error": error.code, "message": error.message.replace("{phone}", phone)}
    return http.json(body, status=error.status, headers={**headers, **error.headers}, ensure_ascii=False)
