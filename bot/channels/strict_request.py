"""Refuse a request whose length is no length, or whose header names are none, before Sanic reads its body.

Sanic 21.12 takes ``Content-Length: -1`` and then turns in an endless loop that holds the whole process; two lengths, or
a length beside chunks, mean different things to a proxy and to us, and so does ``Transfer-Encoding : chunked``, which
Sanic takes for a header of another name. All of them are a plain 400 here, and so is an address that is none. Its
router calls itself once for each slash at the end of a path: 3,000 of them held the process for 0.26 s (2026-11-30), so
a path with an empty part is nowhere.
"""

from __future__ import annotations

import re
from typing import Any

from httptools import HttpParserError
from sanic.exceptions import InvalidUsage, NotFound
from sanic.request import Request

from bot.channels import strict_http

#: What names of headers consist of (RFC 9110, token); Sanic has cut them at the first colon.
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_NAMES = re.compile(rf"(?:{_NAME}(?:\n{_NAME})*)?", re.ASCII)
#: A host with or without its port; names in other letters come as ``xn--…``. Pages and redirects repeat it.
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]*", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,15}", re.ASCII)


class StrictRequest(Request):
    """Checks the head's own consistency; everything else is as in the base class."""

    __slots__ = ()

    def __init__(self, url_bytes: bytes, headers: Any, *arguments: Any, **named: Any) -> None:
        """Raises InvalidUsage or NotFound, which end the connection after a 400 or 404."""
        hosts = headers.getall("host", [])
        lengths, codings = headers.getall("content-length", []), headers.getall("transfer-encoding", [])
        if (
            len(lengths) + len(codings) > 1
            or not all(_LENGTH.fullmatch(length) for length in lengths)
            or not all(coding == "chunked" for coding in codings)
            or len(hosts) > 1
            or not all(_HOST.fullmatch(host.rstrip()) for host in hosts)
            or not _NAMES.fullmatch("\n".join(headers))
        ):
            raise InvalidUsage("Bad Request")
        try:
            super().__init__(url_bytes, headers, *arguments, **named)
        except HttpParserError:
            raise InvalidUsage("Bad Request") from None
        path = self._parsed_url.path
        if path is None or b"//" in path:
            raise NotFound("Not Found")


def install(app: Any, *_: Any) -> None:
    """A listener for ``before_server_start``: connections look the classes up when they are made."""
    app.request_class = StrictRequest
    strict_http.install()
