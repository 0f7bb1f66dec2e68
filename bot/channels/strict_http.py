"""One connection, as Sanic 21.12 does not guard it: any byte in an address, time for a head and a body, a last word.

An address that Sanic cannot read ends its connection without an answer, because the error page is made for the same
address again; a proxy takes that for a dead server. Its limits of time begin anew with every byte. And a connection
that is closed on bytes nobody read takes the answer with it.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from typing import Any, ClassVar
from urllib.parse import quote

import async_timeout
from sanic.exceptions import RequestTimeout, SanicException
from sanic.http import Http, Stage
from sanic.server.protocols import http_protocol

#: Seconds from the connection, or from a request's first byte, to the end of its head; for its body once more.
HEAD_SECONDS = 10
#: A little more than routes take to tell a slow body politely themselves.
BODY_SECONDS = 12
#: Open connections of the process: below the 1,024 files that a system allows by default, above what a proxy keeps.
MOST_CONNECTIONS = 800
#: Seconds and bytes that are read on, and thrown away, after a request was refused for its head.
_LAST_SECONDS, _LAST_BYTES = 1.0, 65_536
#: Seconds that requests in progress are given when the server is told to stop: a turn's 60, and a little to tell it.
FAREWELL_SECONDS = 62
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n"
    b"Cache-Control: no-store\r\n\r\n"
)


class StrictHttp(Http):
    """Guards one connection; everything else is as in the base class."""

    __slots__ = ("__weakref__", "_address", "_deadline", "_is_late")
    #: Every connection of the process.
    all: ClassVar[weakref.WeakSet[StrictHttp]] = weakref.WeakSet()
    #: When the last of them has to end, on the monotonic clock; None while the server goes on.
    last_moment: ClassVar[float | None] = None

    def __init__(self, protocol: Any) -> None:
        """The first head has to come within its time from here."""
        super().__init__(protocol)
        self._address: str | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._is_late = False
        self.all.add(self)
        self._must_come(HEAD_SECONDS)

    @property
    def url(self) -> str | None:  # type: ignore[override]
        """The address of the request, in ASCII."""
        return self._address

    @url.setter
    def url(self, address: str | None) -> None:
        """What is UTF-8 counts as if it had been percent-encoded. Raises UnicodeEncodeError for other bytes."""
        self._address = address if address is None or address.isascii() else quote(address, safe=_ASCII)

    async def http1(self) -> None:
        """Serve the connection; one too many gets a 503 without a word."""
        if len(self.protocol.connections) > MOST_CONNECTIONS:
            self.protocol.transport.write(_FULL)
            return
        await super().http1()

    async def http1_request_header(self) -> None:
        """A head, whatever trickles in, within its time."""
        self._must_come(HEAD_SECONDS)
        await super().http1_request_header()
        self._has_come()
        if self.last_moment is not None:
            self.keep_alive = False

    async def read(self) -> bytes | None:
        """A piece of the body, all of which has to come within its time."""
        if self.request_body:
            self._must_come(BODY_SECONDS)
        piece = await super().read()
        if not self.request_body:
            self._has_come()
        return piece

    async def error_response(self, exception: Exception) -> None:
        """An answer also to what is no request, and to what never comes to its end."""
        is_last = self._is_late or self.stage is Stage.REQUEST
        await super().error_response(exception)
        if is_last:
            self.request_body = None
            await self._part()

    def create_empty_request(self) -> None:
        """What stands for the request that could not be read, without its address where that is what is wrong."""
        try:
            super().create_empty_request()
        except SanicException:
            self._address = "/"
            super().create_empty_request()

    async def _part(self) -> None:
        """Read on for a moment: the answer is lost where a connection is closed on bytes that nobody read."""
        read = 0
        if self.protocol.transport.can_write_eof():
            self.protocol.transport.write_eof()
        try:
            async with async_timeout.timeout(_LAST_SECONDS):
                while read < _LAST_BYTES:
                    read += len(self.recv_buffer)
                    self.recv_buffer.clear()
                    await self._receive_more()
        except asyncio.TimeoutError:
            return

    def _must_come(self, seconds: float) -> None:
        if self._deadline is None:
            self._deadline = self.protocol.loop.call_later(seconds, self._end)

    def _has_come(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end(self) -> None:
        """As Sanic does it itself: the exception becomes the answer where none has begun."""
        self.exception, self._is_late = RequestTimeout("Request Timeout"), True
        if self.protocol._http is self and self.protocol._task is not None:
            self.protocol._task.cancel()


def stop(app: Any, *_: Any) -> None:
    """A listener for ``before_server_stop``: Sanic would wait 15 s, for connections that are done with as well."""
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = max(app.config.GRACEFUL_SHUTDOWN_TIMEOUT, FAREWELL_SECONDS)
    StrictHttp.last_moment = time.monotonic() + FAREWELL_SECONDS
    for connection in StrictHttp.all:
        connection.keep_alive = False


def seconds_left() -> float:
    """Of the time that a server which is told to stop may still take."""
    return FAREWELL_SECONDS if StrictHttp.last_moment is None else max(0.0, StrictHttp.last_moment - time.monotonic())


def install() -> None:
    """Connections look the class up when they are made."""
    http_protocol.Http = StrictHttp
