"""The cookie that resumes a conversation, also inside a frame on another site.

Written by hand: Python 3.10's cookie classes do not know ``Partitioned``. The page's script cannot read it.
"""

from __future__ import annotations

import re

from sanic.request import Request
from sanic.response import HTTPResponse

from bot.storage.web_credentials import IDLE_SECONDS

NAME = "__Host-zr"
_VALUE = re.compile(r"[0-9A-Za-z_-]{20,128}")


def read(request: Request) -> str:
    """The value that the browser sent; '' for none, or one that is none of ours."""
    for header in request.headers.getall("cookie", ()):
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == NAME and _VALUE.fullmatch(value):
                return str(value)
    return ""


def given(value: str) -> str:
    """The ``Set-Cookie`` header that keeps a value for as long as a conversation may be idle."""
    return f"{NAME}={value}; Path=/; Max-Age={IDLE_SECONDS}; Secure; HttpOnly; SameSite=None; Partitioned"


def taken() -> str:
    """The header that deletes it: the same attributes, or the browser keeps it."""
    return f"{NAME}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None; Partitioned"


def set_on(response: HTTPResponse, header: str) -> HTTPResponse:
    """The response with the header."""
    response.headers.add("Set-Cookie", header)
    return response
