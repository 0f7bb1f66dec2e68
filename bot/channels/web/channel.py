"""The web widget's channel: JSON interface and page, at the root of the server."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic import response as http
from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import health, metrics, switches
from bot.channels.limits import RateLimit
from bot.channels.requests import API_HEADERS, error_response, json_body, spend, too_large
from bot.channels.retention import forget, purge_daily
from bot.channels.web import requests as wire
from bot.channels.web.turns import NAME, Turns
from bot.dialogue.wording import STARTERS
from bot.errors import InputError
from bot.knowledge.store import shared_store
from bot.settings import Settings
from bot.storage.database import service_engine
from bot.storage.journal import Journal
from bot.storage.web_sessions import WebSessions
from bot.text.clean import MAX_TEXT

_STATIC = Path(__file__).parent / "static"
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",
}
_TYPES = {"chat.css": "text/css; charset=utf-8", "chat.js": "text/javascript; charset=utf-8"}
_BROKEN = InputError(503, "busy", "现在出了点问题，请过一会儿再试；急事请拨打 {phone}。", {"Retry-After": "5"})

_log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[HTTPResponse]]


class WebChannel(InputChannel):
    """Routes of docs/api.md; the work is in :mod:`bot.channels.web.turns`."""

    def __init__(self, settings: Settings) -> None:
        """Opens the session store and the content."""
        limits = settings.is_on("ZHENGBIAN_LIMITS")

        def limit(name: str) -> RateLimit:
            return RateLimit(settings.number(name, 1) if limits else 0)

        self._origin = settings.text("ZHENGBIAN_PUBLIC_ORIGIN")
        # ``{phone}`` in them is filled when they are served: numbers stand in contacts.yml only
        self._files = {name: (_STATIC / name).read_text(encoding="utf-8") for name in ("chat.html", *_TYPES)}
        self._proxies = settings.number("ZHENGBIAN_PROXIES")
        self._settings = settings
        self._store = shared_store(settings.path("ZHENGBIAN_DATA_DIR"))
        engine = service_engine(settings)
        switches.connect(engine)
        self.sessions, self.journal = WebSessions(engine), Journal(engine)
        self._turns = Turns(self.sessions, self.journal, self._store, settings.number("ZHENGBIAN_IN_FLIGHT", 1))
        self._per_session = limit("ZHENGBIAN_MESSAGES_PER_MINUTE")
        self._per_address = limit("ZHENGBIAN_ADDRESS_MESSAGES_PER_MINUTE")
        self._sessions_per_address = limit("ZHENGBIAN_ADDRESS_SESSIONS_PER_MINUTE")

    @classmethod
    def name(cls) -> str:
        """The channel's name in events and metrics."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WebChannel:
        """Settings come from the environment; nothing secret stands in the file."""
        del credentials
        return cls(Settings.from_environment())

    def url_prefix(self) -> str:
        """The root: Rasa joins this to ``/webhooks/``."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes."""
        blueprint = Blueprint("zhengbian_web", strict_slashes=True)
        blueprint.listener("before_server_start")(self._prepare)
        blueprint.listener("after_server_start")(self._start_purging)
        health.add_routes(blueprint)
        metrics.add_route(blueprint, self._settings)

        @blueprint.post("/chat/api/session", stream=True)
        @self._api
        async def open_session(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            await json_body(request)
            spend(self._sessions_per_address, request)
            message, buttons = self._turns.greeting(STARTERS, await switches.closed(NAME))
            token, conversation = self.sessions.open(buttons)
            config = {"max_text": MAX_TEXT, "phone": self._phone}
            return _json(
                {
                    "token": token,
                    "conv": conversation.conv,
                    "resumed": False,
                    "greeting": {"seq": 0, **message},
                    "config": config,
                }
            )

        @blueprint.post("/chat/api/messages", stream=True)
        @self._api
        async def post_message(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            conversation = self._conversation(request)
            message = wire.incoming(await json_body(request), self._store.current.public_numbers)
            spend(self._per_session, request, conversation.conv)
            spend(self._per_address, request)
            messages = await self._turns.answer(conversation, message, on_new_message)
            return _json({"messages": messages, "last": messages[-1]["seq"] if messages else 0})

        @blueprint.get("/chat/api/messages")
        @self._api
        async def get_messages(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            conversation = self._conversation(request)
            after = wire.after_number(request)
            messages = self.sessions.after(conversation.conv, after)
            return _json({"messages": messages, "last": messages[-1]["seq"] if messages else after})

        @blueprint.delete("/chat/api/session")
        @self._api
        async def close_session(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            conversation = self._conversation(request)
            self.sessions.close(conversation.conv)
            await forget(request.app.ctx.agent, conversation.sender_id)
            return http.empty(headers=API_HEADERS)

        @blueprint.get("/favicon.ico")
        async def no_icon(_: Request) -> HTTPResponse:
            return http.empty(headers=_PAGE_HEADERS)

        @blueprint.get("/chat")
        async def page(_: Request) -> HTTPResponse:
            return http.html(self._file("chat.html"), headers=_PAGE_HEADERS)

        @blueprint.get("/chat/static/<name:str>")
        async def static_file(_: Request, name: str) -> HTTPResponse:
            if name not in _TYPES:
                return http.text("没有这个文件。\n", status=404, headers=_PAGE_HEADERS)
            return http.text(self._file(name), headers=_PAGE_HEADERS, content_type=_TYPES[name])

        return blueprint

    def _conversation(self, request: Request) -> Any:
        found = self.sessions.find(wire.bearer(request))
        if found is None:
            raise wire.no_session()
        return found

    def _api(self, handler: Handler) -> Handler:
        async def wrapped(request: Request) -> HTTPResponse:
            try:
                return await handler(request)
            except InputError as error:
                return self._refusal(error)
            except Exception as error:  # the edge: a broken store is told politely, never by a stack trace
                _log.error("web_request_failed error=%s", type(error).__name__)
                return self._refusal(_BROKEN)

        wrapped.__name__ = handler.__name__
        return wrapped

    @property
    def _phone(self) -> str:
        return self._store.current.content.contacts["h12333"].phone

    def _refusal(self, error: InputError) -> HTTPResponse:
        return error_response(error, self._phone, API_HEADERS)

    def _file(self, name: str) -> str:
        return self._files[name].replace("{phone}", self._phone)

    async def _start_purging(self, app: Any, _: Any) -> None:
        app.add_task(purge_daily(app, self.sessions, self.journal, self._settings))

    def _prepare(self, app: Any, _: Any) -> None:
        # the server refuses most of the large bodies before any route is found
        app.error_handler.add(PayloadTooLarge, lambda *_: self._refusal(too_large()))
        if self._proxies:
            app.config.PROXIES_COUNT = self._proxies


def _json(body: dict[str, Any]) -> HTTPResponse:
    return http.json(body, headers=API_HEADERS, ensure_ascii=False)
