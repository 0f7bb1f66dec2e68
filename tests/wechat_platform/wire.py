"""HTTP as bytes: a request goes out exactly as written, and the connection is cut at a given second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

#: What WeChat's servers send.
HEADERS = {"User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache", "Content-Type": "text/xml"}


@dataclass(frozen=True)
class Response:
    """``status`` 0: no complete response before the connection was cut or closed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "")


async def request(
    port: int,
    method: str,
    target: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    cut: float = 30.0,
) -> Response:
    """One request on a connection of its own. ``target`` is sent as given, UTF-8."""
    given = {"Host": f"127.0.0.1:{port}", **HEADERS}
    if body is not None:
        given["Content-Length"] = str(len(body))
    given |= headers or {}
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return await exchange(port, head.encode("utf-8") + b"\r\n" + (body or b""), cut, method == "HEAD")


async def exchange(port: int, data: bytes, cut: float = 30.0, bodiless: bool = False) -> Response:
    """Send bytes, read one response; whatever is not there after ``cut`` seconds never comes."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    sending = asyncio.create_task(_send(writer, data))
    try:
        response = await asyncio.wait_for(_read(reader, bodiless), cut)
    except (asyncio.TimeoutError, asyncio.IncompleteReadError, ConnectionError):
        response = Response(0)
    finally:
        sending.cancel()
        writer.close()
    return Response(response.status, response.headers, response.body, time.monotonic() - began)


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    try:
        writer.write(data)
        await writer.drain()
    except ConnectionError:
        pass  # the server hung up while it was still being sent: what counts is its answer


async def _read(reader: asyncio.StreamReader, bodiless: bool) -> Response:
    status = 100
    while status == 100:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:]) if name}
    if bodiless or status in {204, 304}:
        return Response(status, headers)
    if headers.get("transfer-encoding") == "chunked":
        return Response(status, headers, await _chunks(reader))
    return Response(status, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    return body
