"""What a browser is given to look at: the chat page, its files, the loader for other sites, pages without script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from html import escape

from sanic import Blueprint
from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.assets import FRESH, IMMUTABLE, Asset, page_headers, served
from bot.channels.web import faq, problems
from bot.channels.web.assets import Assets, Built
from bot.clock import today
from bot.knowledge.store import Snapshot, Store
from bot.settings import Settings

#: Other sites load this one script; a host that isolates itself wants to be told that it may.
_LOADER = {"Cross-Origin-Resource-Policy": "cross-origin", **FRESH}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}; require-trusted-types-for 'script'"
)
_DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_METHODS = ["GET", "HEAD"]
_DEMO_HEADERS = page_headers(_DEMO_POLICY)


class Pages:
    """Routes without a session; everything comes from memory."""

    def __init__(self, settings: Settings, store: Store) -> None:
        """Reads the files."""
        self._store, self._assets = store, Assets()
        self._origin = settings.text("ZHENGBIAN_PUBLIC_ORIGIN")
        ancestors = " ".join(("'self'", *settings.origins("ZHENGBIAN_EMBED_ORIGINS")))
        self._page_headers = page_headers(_POLICY.format(ancestors=ancestors))
        self._faq: tuple[Snapshot, dt.date, Asset] | None = None
        self._problems: dict[int, tuple[Built, Asset]] = {}

    def add_routes(self, blueprint: Blueprint) -> None:
        """Add the routes to the channel's blueprint."""

        @blueprint.route("/", _METHODS)
        async def root(_: Request) -> HTTPResponse:
            return http.html("", status=302, headers={"Location": "/chat", **FRESH})

        @blueprint.route("/chat", _METHODS)
        async def page(request: Request) -> HTTPResponse:
            return served(request, self._current().files["chat.html"], self._page_headers)

        @blueprint.route("/chat/faq", _METHODS)
        async def list_of_questions(request: Request) -> HTTPResponse:
            return served(request, self._questions(), self._page_headers)

        @blueprint.route("/chat/static/<name:str>", _METHODS)
        async def static_file(request: Request, name: str) -> HTTPResponse:
            self._current()
            found = self._assets.hashed(name)
            return served(request, found, IMMUTABLE) if found else self.problem(404)

        @blueprint.route("/embed.js", _METHODS)
        async def loader(request: Request) -> HTTPResponse:
            return served(request, self._current().files["embed.js"], _LOADER)

        @blueprint.route("/demo", _METHODS)
        async def demo(request: Request) -> HTTPResponse:
            origin = self._origin or f"{request.scheme}://{request.host}"
            source = self._assets.demo.replace("{origin}", escape(origin))
            return served(request, self._current().page(source), _DEMO_HEADERS)

        @blueprint.route("/favicon.ico", _METHODS)
        async def no_icon(_: Request) -> HTTPResponse:
            return http.empty(headers=IMMUTABLE)

    def problem(self, status: int, headers: Mapping[str, str] | None = None) -> HTTPResponse:
        """What is shown where there is no page."""
        built = self._current()
        kept = self._problems.get(status)
        if kept is None or kept[0] is not built:
            kept = self._problems[status] = (built, built.page(problems.source(status)))
        sent = {**self._page_headers, "Cache-Control": "no-store", **(headers or {})}
        return http.raw(kept[1].body, status=status, headers=sent, content_type=kept[1].content_type)

    def _current(self) -> Built:
        snapshot = self._store.current
        return self._assets.current(snapshot.content.contacts["h12333"].phone, snapshot.official_hosts)

    def _questions(self) -> Asset:
        snapshot, day = self._store.current, today()
        if self._faq is None or self._faq[0] is not snapshot or self._faq[1] != day:
            source = self._assets.faq
            for blank, text in faq.contents(snapshot, day).items():
                source = source.replace(blank, text)
            self._faq = (snapshot, day, self._current().page(source))
        return self._faq[2]
