"""The chat page on a slow telephone: 400 kbit/s, 400 ms there and back, a processor six times slower, no TLS."""

from __future__ import annotations

import asyncio
import re
import statistics
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from bot.server import environment

environment.prepare()

from bot.channels.web.assets import Assets  # noqa: E402
from tests.browser.conftest import PATIENCE, PHONE, Bot, Chat, running  # noqa: E402
from tests.browser.standin import LIST  # noqa: E402
from tests.system import program  # noqa: E402

RUNS = 3
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PAINT, USABLE, BLOCKED, MOVED = (
    "page on slow 3G, first paint s",
    "page on slow 3G, usable s",
    "page on slow 3G, blocking ms",
    "page on slow 3G, layout shift in thousandths",
)
REQUESTS, PAGE_KB, LOADER_KB = "page, requests to the first answer", "page, compressed KB", "embed.js, compressed KB"
TARGETS = {PAINT: 2.0, USABLE: 2.5, BLOCKED: 200.0, MOVED: 20.0, REQUESTS: 5.0, PAGE_KB: 25.0, LOADER_KB: 3.0}
_WATCH = """
window.blocked = 0; window.moved = 0;
new PerformanceObserver(list => list.getEntries().forEach(one => { blocked += one.duration - 50; })).observe({ type: 'longtask', buffered: true });
new PerformanceObserver(list => list.getEntries().forEach(one => { moved += one.value; })).observe({ type: 'layout-shift', buffered: true });
"""
_READ = """() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0].startTime;
  // the deferred script has run when the document is loaded: from then on the box works
  return [paint / 1000, performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd / 1000, blocked, moved * 1000];
}"""


def page_load() -> dict[str, float]:
    """Median of :data:`RUNS` first visits."""
    return asyncio.run(_measure())


async def _measure() -> dict[str, float]:
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as bot, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=program("chromium"), args=["--no-sandbox", "--disable-background-networking"]
            )
            visits = [await _visit(browser, bot) for _ in range(RUNS)]
            await browser.close()
    figures = {name: statistics.median(visit[name] for visit in visits) for name in visits[0]}
    return figures | _weights()


async def _visit(browser: Browser, bot: Bot) -> dict[str, float]:
    context = await browser.new_context(**PHONE, locale="zh-CN")
    page = await context.new_page()
    debugger = await context.new_cdp_session(page)
    await debugger.send("Network.enable")
    await debugger.send("Network.emulateNetworkConditions", SLOW)
    await debugger.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    await page.add_init_script(_WATCH)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    chat = await Chat(page, bot.origin).open()
    read = await page.evaluate(_READ)
    await chat.ask(LIST)
    await context.close()
    return dict(zip((PAINT, USABLE, BLOCKED, MOVED), read)) | {REQUESTS: float(len(requests))}


def _weights() -> dict[str, float]:
    assets = Assets()
    served = assets.current("12345", ("zscx.osta.org.cn",)).files
    names = re.findall(rb"/chat/static/(chat\.\w+\.(?:css|js))", served["chat.html"].body)
    files = [served["chat.html"], *(assets.hashed(name.decode()) for name in names)]
    weight = sum(len(file.packed) for file in files if file)
    return {PAGE_KB: weight / 1000, LOADER_KB: len(served["embed.js"].packed) / 1000}


if __name__ == "__main__":
    for name, value in page_load().items():
        print(f"{name}: {value:.2f} (≤ {TARGETS[name]:g})")
