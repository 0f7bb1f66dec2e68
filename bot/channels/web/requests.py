"""Read and validate requests of the wire protocol; everything wrong is an :class:`InputError`.

``{phone}`` in a message is filled by the channel: numbers stand in contacts.yml only.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sanic.exceptions import MethodNotSupported, NotFound, PayloadTooLarge, RequestTimeout, SanicException
from sanic.request import Request

from bot.channels.requests import HELP, too_large
from bot.errors import InputError
from bot.text.clean import MAX_TEXT, clean

_CID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_BUTTON = re.compile(r"[0-9A-Za-z_-]{1,64}")
_TOKEN = re.compile(r"[0-9A-Za-z_-]{20,128}")


@dataclass(frozen=True)
class Incoming:
    """A message to answer: text (cleaned and masked) or a button's id."""

    cid: str
    text: str
    button_id: str


def refused_by_server(exception: Exception) -> InputError | None:
    """What the server raised about a request, in our words; None for what is no fault of the request."""
    if isinstance(exception, NotFound):
        return InputError(404, "not_found", "没有这个地址，请刷新页面再试" + HELP)
    if isinstance(exception, MethodNotSupported):
        allowed = {"Allow": str(exception.headers["Allow"])} if "Allow" in exception.headers else {}
        return InputError(405, "bad_method", "没有看懂这次请求，请刷新页面再试" + HELP, allowed)
    if isinstance(exception, PayloadTooLarge):
        return too_large()
    if isinstance(exception, RequestTimeout):
        return InputError(408, "too_slow", "网络太慢，没有收全，请再发一次" + HELP)
    if isinstance(exception, SanicException) and 400 <= exception.status_code < 500:
        return InputError(400, "bad_request", "没有看懂这次请求，请刷新页面再试" + HELP)
    return None


def bearer(request: Request) -> str:
    """The session token. Raises InputError 401."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token.strip()):
        raise no_session()
    return token.strip()


def no_session() -> InputError:
    """There is no such session, or not any more."""
    return InputError(401, "no_session", "会话已经结束，请重新打开页面" + HELP)


def incoming(body: dict[str, Any], public_numbers: Collection[str]) -> Incoming:
    """A message out of its JSON, cleaned and masked. Raises InputError 400."""
    cid, text, button_id = body.get("cid"), body.get("text"), body.get("button_id")
    if not isinstance(cid, str) or not _CID.fullmatch(cid):
        raise InputError(400, "bad_cid", "没有看懂这次请求，请刷新页面再试" + HELP)
    if (text is None) == (button_id is None):
        raise InputError(400, "bad_message", "请发送文字或者点按钮" + HELP)
    if button_id is not None:
        if not isinstance(button_id, str) or not _BUTTON.fullmatch(button_id):
            raise InputError(400, "bad_message", "请发送文字或者点按钮" + HELP)
        return Incoming(cid, "", button_id)
    if not isinstance(text, str) or not text.strip():
        raise InputError(400, "empty", "请先写下要问的话" + HELP)
    if len(text) > MAX_TEXT:
        raise InputError(400, "too_long", f"一次最多 {MAX_TEXT} 个字，请删短一些再发" + HELP)
    return Incoming(cid, clean(text, public_numbers), "")


def after_number(request: Request) -> int:
    """``?after=N``, 0 without it. Raises InputError 400."""
    value = request.args.get("after", "0")
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise InputError(400, "bad_after", "没有看懂这次请求，请刷新页面再试" + HELP)
    return int(value)


def check_origin(request: Request, public_origin: str) -> None:
    """``Origin``, where a browser sends it, must be the page's own. Raises InputError 403."""
    origin = request.headers.get("origin")
    allowed = {public_origin} if public_origin else {f"http://{request.host}", f"https://{request.host}"}
    if origin is not None and origin not in allowed:
        raise InputError(403, "bad_origin", "请从官方页面打开对话" + HELP)
    if request.path.endswith("/session") and request.method == "POST":
        site = request.headers.get("sec-fetch-site")
        if site is not None and site != "same-origin":
            raise InputError(403, "bad_origin", "请从官方页面打开对话" + HELP)
