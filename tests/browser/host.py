"""Another site: pages on another origin that embed the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Host:
    """A web site on ``localhost``, which browsers take for another site than ``127.0.0.1``."""

    origin: str
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def page(self, path: str, *, head: str = "", body: str = "", policy: str = "") -> str:
        """Put a page there; returns its address."""
        headers = {"Content-Security-Policy": policy} if policy else {}
        title = "<meta charset='utf-8'><title>某某网站</title><link rel='icon' href='/none'>"
        viewport = "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        html = f"<!doctype html><html lang='zh-CN'><head>{title}{viewport}{head}</head>"
        self.pages[path] = (f"{html}<body>{body}</body></html>", headers)
        return self.origin + path


@asynccontextmanager
async def hosting(port: int) -> AsyncIterator[Host]:
    """The site, as long as it is needed."""
    host = Host(f"http://localhost:{port}")

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith(".css"):
            return web.Response(text=host.pages[request.path][0], content_type="text/css")
        if request.path not in host.pages:
            return web.Response(status=404)
        html, headers = host.pages[request.path]
        return web.Response(text=html, headers=headers, content_type="text/html", charset="utf-8")

    app = web.Application()
    app.router.add_get("/{rest:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "localhost", port).start()
    try:
        yield host
    finally:
        await runner.cleanup()
