"""Read and validate requests of the wire protocol; everything wrong is an :class:`InputError`.

``{phone}`` in a message is filled by the channel: numbers stand in contacts.yml only.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sanic.request import Request

from bot.errors import InputError
from bot.text.clean import MAX_TEXT, clean

#: Largest JSON body in bytes.
MAX_BODY = 16_384
#: Seconds that a body may take. Sanic waits for one as long as for an answer, so routes read it themselves.
BODY_SECONDS = 10
#: Seconds between the refusal of a slow body and the end of its connection.
_LAST_WORD = 0.5
_CID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_TOKEN = re.compile(r"[0-9A-Za-z_-]{20,128}")
_HELP = "，也可以拨打 {phone}。"


@dataclass(frozen=True)
class Incoming:
    """A message to answer: text (cleaned and masked) or a button's id."""

    cid: str
    text: str
    button_id: str


async def json_body(request: Request) -> dict[str, Any]:
    """The JSON object of a POST to a streaming route. Raises InputError 400, 408, 413 or 415."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise InputError(415, "unsupported_media_type", "请用 application/json 发送" + _HELP)
    try:
        raw = await asyncio.wait_for(_read(request), BODY_SECONDS)
    except asyncio.TimeoutError:
        # whoever sends no body would be waited for again once the answer is out
        asyncio.get_running_loop().call_later(_LAST_WORD, request.transport.close)
        raise InputError(408, "too_slow", "网络太慢，没有收全，请再发一次" + _HELP) from None
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise InputError(400, "bad_json", "没有看懂这次请求，请刷新页面再试" + _HELP) from None
    if not isinstance(body, dict):
        raise InputError(400, "bad_json", "没有看懂这次请求，请刷新页面再试" + _HELP)
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
    return InputError(413, "too_large", "内容太长了，请分几次发" + _HELP)


def bearer(request: Request) -> str:
    """The session token. Raises InputError 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token.strip()):
        raise no_session()
    return token.strip()


def no_session() -> InputError:
    """There is no such session, or not any more."""
    return InputError(401, "no_session", "会话已经结束，请重新打开页面" + _HELP)


def incoming(body: dict[str, Any], public_numbers: Collection[str]) -> Incoming:
    """A message out of its JSON, cleaned and masked. Raises InputError 400."""
    cid, text, button_id = body.get("cid"), body.get("text"), body.get("button_id")
    if not isinstance(cid, str) or not _CID.fullmatch(cid):
        raise InputError(400, "bad_cid", "没有看懂这次请求，请刷新页面再试" + _HELP)
    if (text is None) == (button_id is None):
        raise InputError(400, "bad_message", "请发送文字或者点按钮" + _HELP)
    if button_id is not None:
        if not isinstance(button_id, str) or not 1 <= len(button_id) <= 64:
            raise InputError(400, "bad_message", "请发送文字或者点按钮" + _HELP)
        return Incoming(cid, "", button_id)
    if not isinstance(text, str) or not text.strip():
        raise InputError(400, "empty", "请先写下要问的话" + _HELP)
    if len(text) > MAX_TEXT:
        raise InputError(400, "too_long", f"一次最多 {MAX_TEXT} 个字，请删短一些再发" + _HELP)
    return Incoming(cid, clean(text, public_numbers), "")


def after_number(request: Request) -> int:
    """``?after=N``, 0 without it. Raises InputError 400."""
    value = request.args.get("after", "0")
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise InputError(400, "bad_after", "没有看懂这次请求，请刷新页面再试" + _HELP)
    return int(value)


def check_origin(request: Request, public_origin: str) -> None:
    """``Origin``, where a browser sends it, must be the page's own. Raises InputError 403."""
    origin = request.headers.get("origin")
    allowed = {public_origin} if public_origin else {f"http://{request.host}", f"https://{request.host}"}
    if origin is not None and origin not in allowed:
        raise InputError(403, "bad_origin", "请从官方页面打开对话" + _HELP)
    if request.path.endswith("/session") and request.method == "POST":
        site = request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            raise InputError(403, "bad_origin", "请从官方页面打开对话" + _HELP)
