"""The web widget's channel: JSON interface and page, at the root of the server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import health, metrics, strict_http, switches
from bot.channels.in_flight import in_flight
from bot.channels.limits import RateLimit
from bot.channels.requests import API_HEADERS, error_response, json_body, spend
from bot.channels.retention import Eraser, purge_daily
from bot.channels.web import cookie, events, feedback
from bot.channels.web import requests as wire
from bot.channels.web.pages import Pages
from bot.channels.web.turns import NAME, Turns
from bot.clock import today
from bot.dialogue.wording import STARTERS
from bot.errors import InputError
from bot.knowledge.store import shared_store
from bot.replies.published import published
from bot.settings import Settings
from bot.storage.database import service_engine
from bot.storage.erasures import Erasures
from bot.storage.journal import Journal
from bot.storage.shared import shared
from bot.storage.web_credentials import IDLE_SECONDS
from bot.storage.web_sessions import WebSessions
from bot.text.clean import MAX_TEXT

_BROKEN = InputError(503, "busy", "现在出了点问题，请过一会儿再试；急事请拨打 {phone}。", {"Retry-After": "5"})
_SLOW = InputError(503, "still_running", "还在查，请稍等；急事请拨打 {phone}。", {"Retry-After": "2"})
_ERASE_LATER = "这次对话已经结束，屏幕上的已清掉；服务器上还有记录没删成，已经记下，几分钟后自动再删，直到删完。"
#: Seconds after which the JSON form stops waiting, before the server would: the same ``cid`` joins the turn again.
_ANSWER_SECONDS = 62
#: Most messages in one answer: 500 of them were 868 KB (2026-11-30).
PAGE = 50

_log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[HTTPResponse | None]]


class WebChannel(InputChannel):
    """Routes of docs/api.md; the work is in :mod:`bot.channels.web.turns`."""

    def __init__(self, settings: Settings) -> None:
        """Opens the session store and the content."""

        def limit(name: str) -> RateLimit:
            return RateLimit.of(settings, name)

        self._origin = next(iter(settings.origins("ZHENGBIAN_PUBLIC_ORIGIN")), "")
        self._proxies = settings.number("ZHENGBIAN_PROXIES")
        self._settings = settings
        self._store = shared_store(settings.path("ZHENGBIAN_DATA_DIR"))
        self._pages = Pages(settings, self._store)
        engine = service_engine(settings)
        switches.connect(engine)
        self.sessions, self.journal = WebSessions(engine), Journal(engine)
        self._eraser = Eraser(Erasures(engine), self.journal)
        self._turns = Turns(self.sessions, self.journal, self._store, in_flight(settings), shared(settings))
        self._per_session = limit("ZHENGBIAN_MESSAGES_PER_MINUTE")
        self._reads = limit("ZHENGBIAN_READS_PER_MINUTE")
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
        blueprint.listener("after_server_stop")(self._finish)
        blueprint.middleware("response")(_without_cors)
        health.add_routes(blueprint, service_engine(self._settings))
        self._pages.add_routes(blueprint)
        metrics.add_route(blueprint, self._settings)

        @blueprint.post("/chat/api/session", stream=True)
        @self._api
        async def open_session(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            await json_body(request)
            spend(self._sessions_per_address, request)
            value = cookie.read(request)
            opened = self.sessions.resume(value) if value else None
            if opened is None:
                greeting, buttons = self._turns.greeting(STARTERS, await switches.closed(NAME))
                opened = self.sessions.open({"seq": 0, **greeting}, buttons)
            conv = opened.conversation.conv
            body = {"token": opened.token, "conv": conv, "resumed": opened.last_seq > 0, "config": self._config()}
            if not opened.last_seq:
                body["greeting"] = self.sessions.message(conv, 0)
            return cookie.set_on(_json(body), cookie.given(opened.resume))

        @blueprint.post("/chat/api/messages", stream=True)
        @self._api
        async def post_message(request: Request) -> HTTPResponse | None:
            wire.check_origin(request, self._origin)
            conversation = self._conversation(request)
            message = wire.incoming(await json_body(request), self._store.current.public_numbers)
            turn = self._turns.known(conversation, message)
            if turn is None:
                spend(self._per_session, request, conversation.conv)
                spend(self._per_address, request)
                turn = self._turns.start(conversation, message, on_new_message)
            else:  # a repeat is work once done
                spend(self._reads, request, conversation.conv)
            value = cookie.read(request)
            renewed = cookie.given(value) if value and self.sessions.renew(conversation.conv, value) else ""
            if events.wanted(request):
                await events.write(request, turn, {"Set-Cookie": renewed} if renewed else {}, self._body(_BROKEN))
                return None
            await asyncio.wait({turn}, timeout=_ANSWER_SECONDS)
            if not turn.done():
                raise _SLOW
            messages = turn.result()
            answer = _json({"messages": messages, "last": events.last_of(messages)})
            return cookie.set_on(answer, renewed) if renewed else answer

        @blueprint.get("/chat/api/messages")
        @self._api
        async def get_messages(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            conversation = self._conversation(request)
            after = wire.after_number(request)
            spend(self._reads, request, conversation.conv)
            messages = self.sessions.after(conversation.conv, after, PAGE + 1)
            page = messages[:PAGE]
            body = {"messages": page, "last": events.last_of(page, after)}
            return _json(body | {"more": True} if len(messages) > PAGE else body)

        @blueprint.get("/chat/api/suggestions")
        @self._api
        async def suggestions(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            spend(self._reads, request, self._conversation(request).conv)
            return _json([{"entry": e.id, "title": e.title} for e in published(self._store.current, today())])

        @blueprint.post("/chat/api/feedback", stream=True)
        @self._api
        async def post_feedback(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            conversation = self._conversation(request)
            verdict = feedback.read(await json_body(request), self._store.current.public_numbers)
            spend(self._per_address, request)
            feedback.keep(verdict, NAME, conversation.conv, self.sessions, self.journal)
            return http.empty(headers=API_HEADERS)

        @blueprint.delete("/chat/api/session")
        @self._api
        async def close_session(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            return await self._end(request, journal=False)

        @blueprint.delete("/chat/api/data")
        @self._api
        async def erase_data(request: Request) -> HTTPResponse:
            wire.check_origin(request, self._origin)
            return await self._end(request, journal=True)

        return blueprint

    async def _end(self, request: Request, *, journal: bool) -> HTTPResponse:
        erase = partial(self._eraser.erase, getattr(request.app.ctx, "agent", None))
        gone = await self._turns.end(self._conversation(request), erase, journal=journal)
        answer = http.empty(headers=API_HEADERS) if gone else _json({"message": _ERASE_LATER}, 202)
        return cookie.set_on(answer, cookie.taken())

    def _config(self) -> dict[str, Any]:
        """What the page has to know, and what its notice tells about keeping."""
        number = self._settings.number
        return {
            "max_text": MAX_TEXT,
            "phone": self._phone,
            "idle_minutes": IDLE_SECONDS // 60,
            "keep_days": number("ZHENGBIAN_KEEP_DAYS", 1),
            "keep_event_days": number("ZHENGBIAN_KEEP_EVENT_DAYS", 1),
            "keep_feedback_days": number("ZHENGBIAN_KEEP_FEEDBACK_DAYS", 1),
        }

    def _conversation(self, request: Request) -> Any:
        found = self.sessions.find(wire.bearer(request))
        if found is None:
            raise wire.no_session()
        return found

    def _api(self, handler: Handler) -> Handler:
        async def wrapped(request: Request) -> HTTPResponse | None:
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

    def _unserved(self, request: Request, exception: Exception) -> HTTPResponse:
        """What the server itself refuses, most of it before any route is found."""
        error = wire.refused_by_server(exception) or _BROKEN
        if error is _BROKEN:
            _log.error("web_request_failed error=%s", type(exception).__name__)
        if "/api/" in request.path:
            return self._refusal(error)
        metrics.rejected.labels(error.code).inc()
        return self._pages.problem(error.status, error.headers)

    def _body(self, error: InputError) -> dict[str, str]:
        return {"error": error.code, "message": error.message.replace("{phone}", self._phone)}

    async def _start_purging(self, app: Any, _: Any) -> None:
        app.add_task(self._eraser.retry(app), name="erase")
        purging = purge_daily(app, self.sessions, self.journal, self._eraser, self._settings)
        app.add_task(purging, name="purge_web")

    async def _finish(self, *_: Any) -> None:
        await self._turns.finish(strict_http.seconds_left())

    def _prepare(self, app: Any, _: Any) -> None:
        app.error_handler.add(Exception, self._unserved)
        if self._proxies:
            app.config.PROXIES_COUNT = self._proxies


async def _without_cors(_: Request, response: HTTPResponse) -> None:
    """Rasa's server adds headers that would matter if it allowed foreign origins; it allows none."""
    for name in [name for name in response.headers if name.lower().startswith("access-control-")]:
        del response.headers[name]


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return http.json(body, status=status, headers=API_HEADERS, ensure_ascii=False)
