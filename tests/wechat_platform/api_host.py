"""A stand-in for api.weixin.qq.com: tokens that expire, quotas, scripted errors, and a record of every call."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN, SEND, MENU = "/cgi-bin/stable_token", "/cgi-bin/message/custom/send", "/cgi-bin/menu/create"
#: Answers of the account's own that custom/send allows after a message and after an event.
_AFTER_MESSAGE, _AFTER_EVENT = 5, 3
_MESSAGES = {
    0: "ok",
    40001: "invalid credential, access_token is invalid or not latest",
    42001: "access_token expired",
    45002: "content size out of limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    48001: "api unauthorized",
}


@dataclass(frozen=True)
class Call:
    """One request to the host."""

    path: str
    query: dict[str, str]
    raw: bytes
    #: what was answered
    errcode: int

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.raw)
        return found


@dataclass
class ApiHost:
    """Answers as the platform does; ``script`` holds error numbers (or seconds of silence) for the next calls of a path,
    or for the next messages to a follower."""

    app_id: str
    secret: str
    base: str = ""
    calls: list[Call] = field(default_factory=list)
    script: dict[str, deque[int | float]] = field(default_factory=dict)
    for_ever: dict[str, int | float] = field(default_factory=dict)
    delivered: list[tuple[str, str]] = field(default_factory=list)
    _allowed: dict[str, int] = field(default_factory=dict)
    _generation: int = 1
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def token(self) -> str:
        """The access token of the moment: long, as the documents warn."""
        return f"tokenOfTheTests_{self._generation}_" + "x" * 480

    def expire(self) -> None:
        """The token of the moment is over; the next fetch gives another."""
        with self._lock:
            self._generation += 1

    def allow(self, openid: str, after_event: bool) -> None:
        """A follower wrote or did something: the account may send so many messages of its own."""
        self._allowed[openid] = _AFTER_EVENT if after_event else max(_AFTER_MESSAGE, self._allowed.get(openid, 0))

    def fails(self, name: str, *answers: int | float) -> None:
        """The next calls of a path or to a follower fail: an int is an errcode, a float seconds without an answer."""
        self.script.setdefault(name, deque()).extend(answers)

    def calls_of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def sends_to(self, openid: str) -> list[Call]:
        """What was tried to send to a follower by custom/send."""
        return [call for call in self.calls_of(SEND) if _follower_of(call.path, call.raw) == openid]

    def texts_to(self, openid: str) -> list[str]:
        """What a follower got by custom/send."""
        return [text for to, text in self.delivered if to == openid]

    def answer(self, path: str, query: dict[str, str], raw: bytes) -> dict[str, Any]:
        """One call, decided and recorded."""
        with self._lock:
            planned = self.for_ever.get(path)
            for name in (path, _follower_of(path, raw)):
                if planned is None and self.script.get(name):
                    planned = self.script[name].popleft()
        if isinstance(planned, float):
            time.sleep(planned)
            planned = None
        with self._lock:
            code = planned if isinstance(planned, int) else self._code(path, query, raw)
            self.calls.append(Call(path, query, raw, code))
            if code or path != TOKEN:
                return {"errcode": code, "errmsg": _MESSAGES.get(code, "error")}
            return {"access_token": self.token, "expires_in": 7200}

    def _code(self, path: str, query: dict[str, str], raw: bytes) -> int:
        try:
            body = json.loads(raw)
        except ValueError:
            return 47001
        if path == TOKEN:
            wanted = {"grant_type": "client_credential", "appid": self.app_id, "secret": self.secret}
            return 0 if body.items() >= wanted.items() and not body.get("force_refresh") else 40125
        if query.get("access_token") != self.token:
            return 42001 if query.get("access_token", "").startswith("tokenOfTheTests_") else 40001
        return self._send(body) if path == SEND else _menu_code(body) if path == MENU else 40066

    def _send(self, body: dict[str, Any]) -> int:
        openid, text = body["touser"], body["text"]["content"]
        if body["msgtype"] != "text":
            return 40008
        if len(text.encode("utf-8")) > 2048:
            return 45002
        if not self._allowed.get(openid):
            return 45047
        self._allowed[openid] -= 1
        self.delivered.append((openid, text))
        return 0


def _follower_of(path: str, raw: bytes) -> str:
    return str(json.loads(raw)["touser"]) if path == SEND else ""


def _menu_code(body: dict[str, Any]) -> int:
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        return 40016
    for button in buttons:
        below = button.get("sub_button", [])
        if len(below) > 5:
            return 40023
        for item, most in [(button, 16), *((item, 60) for item in below)]:
            if not 0 < len(item.get("name", "").encode("utf-8")) <= most:
                return 40018
            if item is button and below:
                continue
            if not 0 < len(item.get("key", item.get("url", "")).encode("utf-8")) <= (128 if "key" in item else 1024):
                return 40019
    return 0


@contextmanager
def running(host: ApiHost) -> Iterator[ApiHost]:
    """Serve the host on a free port, in threads of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            answer = json.dumps(host.answer(parts.path, dict(parse_qsl(parts.query)), raw)).encode()
            try:
                self.send_response(200)
                # not application/json: the platform is not careful about it either
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                pass  # the caller gave up waiting

        def do_GET(self) -> None:
            host.calls.append(Call(self.path, {}, b"", 43002))
            self.send_error(405)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads, request_queue_size = True, 128

    server = Server(("127.0.0.1", 0), Handler)
    host.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
