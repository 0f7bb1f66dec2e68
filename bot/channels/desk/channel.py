"""The desk's channel: one table of routes, each with whom it lets in; page, login and interface under ``/desk``."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import yaml
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import switches
from bot.channels.desk.access import (
    ANYBODY_KNOWN,
    DEVICE_COOKIE,
    PEOPLE,
    SUPERVISORS,
    Caller,
    Doorkeeper,
    cookie_header,
)
from bot.channels.desk.answers import NAME, Answers, describe
from bot.channels.desk.overview import Overview
from bot.channels.desk.pages import Pages
from bot.channels.in_flight import in_flight
from bot.channels.limits import RateLimit
from bot.channels.requests import check_origin, error_response, json_body
from bot.channels.retention import purge_desk_daily
from bot.errors import InputError
from bot.knowledge.store import shared_store
from bot.settings import Settings
from bot.storage.corrections import Corrections
from bot.storage.database import service_engine
from bot.storage.desk_access import DeskAccess
from bot.storage.desk_lock import KNOWN_SECONDS
from bot.storage.insight import Insight
from bot.storage.journal import Journal
from bot.storage.staff import Staff

_HERE = Path(__file__).parent
API_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_BROKEN = InputError(503, "busy", "现在出了点问题，请过一会儿再试。", {"Retry-After": "5"})
#: Sentences of the shared errors send people to the hotline; whoever reads them here sits there.
_CALL_US = re.compile(r"[，；][^，；。]*\{phone\}")
_log = logging.getLogger(__name__)

Handler = Callable[[Request, Caller, dict[str, Any]], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    """One route of the interface; ``allowed`` are roles, and nothing is open that does not say so here."""

    method: str
    path: str
    allowed: tuple[str, ...]
    handler: Handler


class DeskChannel(InputChannel):
    """Routes of docs/channels/desk.md."""

    def __init__(self, settings: Settings) -> None:
        """Opens accounts, journal and content."""
        engine = service_engine(settings)
        switches.connect(engine)
        self._settings = settings
        self._origin = settings.text("ZHENGBIAN_PUBLIC_ORIGIN")
        self._longest = settings.number("ZHENGBIAN_DESK_HOURS", 1) * 3600
        idle = settings.number("ZHENGBIAN_DESK_IDLE_MINUTES", 1) * 60
        self._limit = RateLimit.of(settings, "ZHENGBIAN_DESK_REQUESTS_PER_MINUTE")
        self._store = shared_store(settings.path("ZHENGBIAN_DATA_DIR"))
        self.staff, self.access = Staff(engine), DeskAccess(engine, idle, self._longest)
        self._door = Doorkeeper(self.staff, self.access)
        self.journal, self.corrections, self.insight = Journal(engine), Corrections(engine), Insight(engine)
        places = in_flight(settings)
        answers = Answers(self._store, self.journal, self.corrections, self.insight, self.staff, places)
        overview = Overview(self._store, self.insight, self.corrections)
        self._pages = Pages(self._store)
        self._document = yaml.safe_load((_HERE / "openapi.yml").read_text(encoding="utf-8"))
        #: Every route but login and the pages: the tests walk this table.
        self.routes: tuple[Route, ...] = (
            Route("POST", "/desk/logout", PEOPLE, self._logout),
            Route("GET", "/desk/api/me", PEOPLE, self._me),
            Route("GET", "/desk/api/openapi.json", ANYBODY_KNOWN, self._openapi),
            Route("POST", "/desk/api/assist", ANYBODY_KNOWN, answers.assist),
            Route("GET", "/desk/api/entries/<id>", ANYBODY_KNOWN, answers.entry),
            Route("POST", "/desk/api/events", PEOPLE, answers.events),
            Route("POST", "/desk/api/feedback", PEOPLE, answers.feedback),
            Route("POST", "/desk/api/misses", PEOPLE, answers.misses),
            Route("GET", "/desk/api/insight/summary", SUPERVISORS, overview.summary),
            Route("GET", "/desk/api/insight/charts/<name>", SUPERVISORS, overview.chart),
            Route("GET", "/desk/api/insight/tables/<name>", SUPERVISORS, overview.export),
            Route("GET", "/desk/api/insight/misses", SUPERVISORS, overview.misses),
            Route("POST", "/desk/api/insight/misses", SUPERVISORS, overview.mark_misses),
            Route("POST", "/desk/api/insight/phrasings", SUPERVISORS, overview.phrasing),
            Route("GET", "/desk/api/insight/corrections", SUPERVISORS, overview.corrections),
            Route("POST", "/desk/api/insight/corrections", SUPERVISORS, overview.mark_correction),
        )

    @classmethod
    def name(cls) -> str:
        """The channel's name in events and metrics."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> DeskChannel:
        """Settings come from the environment; nothing secret stands in the file."""
        del credentials
        return cls(Settings.from_environment())

    def url_prefix(self) -> str:
        """The root: Rasa joins this to ``/webhooks/``."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes; no message of the desk goes through a conversation of Rasa's."""
        del on_new_message
        blueprint = Blueprint("zhengbian_desk", strict_slashes=True)
        blueprint.listener("before_server_start")(self._prepare)
        blueprint.listener("after_server_start")(self._start_purging)
        for number, route in enumerate(self.routes):
            self._add(blueprint, route.method, route.path, partial(self._guarded, route), f"desk_{number}")
        self._add(blueprint, "POST", "/desk/login", self._login, "desk_login")
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            unknown = Route(method, "", ANYBODY_KNOWN, _nothing_there)
            self._add(blueprint, method, "/desk/api/<rest:path>", partial(self._guarded, unknown), f"desk_{method}")
        self._pages.add_routes(blueprint)
        return blueprint

    def _prepare(self, app: Any, _: Any) -> None:
        if self._settings.number("ZHENGBIAN_PROXIES"):
            app.config.PROXIES_COUNT = self._settings.number("ZHENGBIAN_PROXIES")

    async def _start_purging(self, app: Any, _: Any) -> None:
        app.add_task(purge_desk_daily(self.access, self.corrections, self._settings), name="purge_desk")

    def _add(self, blueprint: Blueprint, method: str, path: str, handler: Any, name: str) -> None:
        async def wrapped(request: Request, **named: Any) -> HTTPResponse:
            del named
            try:
                return await handler(request)
            except InputError as error:
                return self._refusal(error)
            except Exception as error:  # the edge: a broken store is told politely, never by a stack trace
                _log.error("desk_request_failed error=%s", type(error).__name__)
                return self._refusal(_BROKEN)

        wrapped.__name__ = name
        blueprint.add_route(wrapped, path, methods=[method], stream=method == "POST")

    async def _guarded(self, route: Route, request: Request) -> HTTPResponse:
        """Whom does it come from, may he, did our page send it, is the body one: then the handler."""
        caller = self._door.caller(request, route.allowed)
        check_origin(request, self._origin)
        body: dict[str, Any] = {}
        if request.method != "GET":
            self._door.check_csrf(request, caller)
        wait = self._limit.wait(f"{caller.role}:{caller.name}")
        if wait:
            seconds = str(int(wait) + 1)
            raise InputError(429, "too_many", f"请求太快了，请过 {seconds} 秒再试。", {"Retry-After": seconds})
        if request.method == "POST":
            body = await json_body(request)
        result = await route.handler(request, caller, body)
        return result if isinstance(result, HTTPResponse) else _json(result)

    async def _login(self, request: Request) -> HTTPResponse:
        check_origin(request, self._origin)
        body = await json_body(request)
        address, device = request.remote_addr or request.ip, request.cookies.get(DEVICE_COOKIE, "")
        login = await self._door.login(body, address, device)
        response = _json({"csrf": login.csrf, "role": login.person.role, "name": login.person.name})
        known = cookie_header(request, self._origin, login.device, KNOWN_SECONDS, DEVICE_COOKIE)
        response.headers.add("Set-Cookie", known)
        response.headers.add("Set-Cookie", cookie_header(request, self._origin, login.cookie, self._longest))
        return response

    async def _logout(self, request: Request, caller: Caller, _: dict[str, Any]) -> HTTPResponse:
        self._door.logout(caller)
        headers = {**API_HEADERS, "Set-Cookie": cookie_header(request, self._origin, "", 0)}
        return http.empty(headers=headers)

    async def _me(self, _: Request, caller: Caller, __: dict[str, Any]) -> dict[str, Any]:
        keep = {
            "conversations": self._settings.number("ZHENGBIAN_KEEP_DAYS", 1),
            "events": self._settings.number("ZHENGBIAN_KEEP_EVENT_DAYS", 1),
            "feedback": self._settings.number("ZHENGBIAN_KEEP_FEEDBACK_DAYS", 1),
        }
        return describe(caller, self._store.current, keep)

    async def _openapi(self, *_: Any) -> dict[str, Any]:
        return self._document

    def _refusal(self, error: InputError) -> HTTPResponse:
        told = InputError(error.status, error.code, _CALL_US.sub("", error.message), error.headers)
        return error_response(told, "", API_HEADERS)


async def _nothing_there(*_: Any) -> HTTPResponse:
    raise InputError(404, "no_route", "没有这个接口。")


def _json(body: Any) -> HTTPResponse:
    return http.raw(orjson.dumps(body), headers=API_HEADERS, content_type="application/json")
