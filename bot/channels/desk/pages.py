"""The desk's pages and their files, from memory: one shell for login, console and insight, nothing of anybody's in it.

``static/js/NN-name.js`` and ``static/css/NN-name.css`` are joined into ``/desk/static/desk.js`` and ``desk.css``, which
are served under names with a hash; ``desk.html`` names the plain ones. The script begins with ``ZR_STRINGS`` (the
object of ``strings.zh-CN.json``) and ``ZR_HOSTS`` (hosts to link over http). ``{phone}`` is filled everywhere.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path

from sanic import Blueprint
from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.assets import CSS, HTML, IMMUTABLE, JS, Asset, joined, page_headers, script, served, text_of
from bot.knowledge.store import Store

STATIC = Path(__file__).parent / "static"
_CHAT = Path(__file__).parent.parent / "web" / "static"
#: What the desk shares with the chat page, joined before its own: nodes, links, blocks, sources; colours.
SHARED_SCRIPTS = tuple(
    _CHAT / "js" / f"{name}.js" for name in ("10-dom", "20-links", "30-blocks", "32-sources", "34-quotes")
)
SHARED_STYLES = (_CHAT / "css" / "10-base.css",)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
#: With ``no-referrer`` a form would be sent with ``Origin: null`` and refused.
PAGE_HEADERS = {**page_headers(POLICY), "Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
_METHODS = ["GET", "HEAD"]
#: Hashed files of earlier content versions that stay available to pages opened before a reload.
_KEPT = 8


class Pages:
    """Routes without data."""

    def __init__(self, store: Store) -> None:
        """Reads the sources once, so that a changed file never mixes with older ones while running."""
        self._store = store
        self._shell = text_of(STATIC / "desk.html")
        self._script, self._style = joined(STATIC, "js", SHARED_SCRIPTS), joined(STATIC, "css", SHARED_STYLES)
        self._strings = json.loads(text_of(STATIC / "strings.zh-CN.json"))
        self._page: tuple[object, Asset] | None = None
        self._hashed: OrderedDict[str, Asset] = OrderedDict()

    def add_routes(self, blueprint: Blueprint) -> None:
        """Add the routes to the channel's blueprint."""

        @blueprint.route("/desk", _METHODS, name="desk_page")
        @blueprint.route("/desk/insight", _METHODS, name="desk_insight_page")
        async def page(request: Request) -> HTTPResponse:
            return served(request, self._current(), PAGE_HEADERS)

        @blueprint.route("/desk/static/<name:str>", _METHODS)
        async def static_file(request: Request, name: str) -> HTTPResponse:
            self._current()
            found = self._hashed.get(name)
            if found is None:
                return http.text("没有这个文件。\n", status=404, headers=PAGE_HEADERS)
            return served(request, found, IMMUTABLE)

    def _current(self) -> Asset:
        snapshot = self._store.current
        phone, hosts = snapshot.content.contacts["h12333"].phone, snapshot.official_hosts
        if self._page is None or self._page[0] != (phone, hosts):
            source = self._shell
            constants = {"ZR_STRINGS": self._strings, "ZR_HOSTS": sorted(hosts)}
            for kind, content_type, text in (("css", CSS, self._style), ("js", JS, script(self._script, constants))):
                asset = Asset.of(text.replace("{phone}", phone), content_type)
                name = f"desk.{asset.tag}.{kind}"
                self._hashed[name] = asset
                source = source.replace(f"/desk/static/desk.{kind}", f"/desk/static/{name}")
            while len(self._hashed) > _KEPT:
                self._hashed.popitem(last=False)
            self._page = ((phone, hosts), Asset.of(source.replace("{phone}", phone), HTML))
        return self._page[1]
