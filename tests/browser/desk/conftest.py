"""A seat at the desk in Chromium: the real channel with the trained model, and what no page of ours may do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import _TELL_VIOLATIONS, PATIENCE, foreign
from tests.contract.desk.conftest import OPERATOR, PASSWORD, Desk, start


@dataclass
class Console:
    """A page at the desk, what it asked for and what it must not do."""

    page: Page
    faults: list[str] = field(default_factory=list)
    requests: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def box(self) -> Locator:
        return self.page.locator("#q")

    @property
    def cards(self) -> Locator:
        return self.page.locator("#cards > li")

    @property
    def status(self) -> Locator:
        return self.page.locator("#status")

    async def login(self, user: str = OPERATOR, password: str = PASSWORD) -> Console:
        await self.page.get_by_label("账号").fill(user)
        await self.page.get_by_label("密码").fill(password)
        await self.page.keyboard.press("Enter")
        return self

    async def ask(self, text: str) -> Console:
        """Type and Enter; what came is drawn, and the focus is still in the box."""
        await self.box.fill(text)
        await self.page.keyboard.press("Enter")
        await expect(self.status).to_have_text(re.compile("找到|没有找到|先照下面"))
        await expect(self.page.locator("#answer.stale")).to_have_count(0)
        await expect(self.box).to_be_focused()
        return self

    async def clipboard(self) -> str:
        return str(await self.page.evaluate("navigator.clipboard.readText()"))


@pytest.fixture(scope="session")
def seat_server(engine: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    running, stop = start(tmp_path_factory.mktemp("desk-page"), engine.agent)
    yield running
    stop()


@pytest.fixture
async def console(browser: Browser, seat_server: Desk) -> AsyncIterator[Console]:
    """The login page, just opened."""
    context = await browser.new_context(
        locale="zh-CN",
        viewport={"width": 1366, "height": 768},
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    await context.add_init_script(_TELL_VIOLATIONS)
    found = Console(await context.new_page())
    page = found.page
    page.on("pageerror", lambda error: found.faults.append(f"error {error}"))
    page.on("console", lambda line: found.faults.append(line.text) if line.text.startswith("CSP") else None)
    page.on("request", lambda request: found.faults.extend(foreign(request.url)))
    page.on("request", lambda r: found.requests.append((r.method, r.url, r.post_data or "")))
    await page.goto(f"http://127.0.0.1:{seat_server.port}/desk")
    await expect(page.get_by_role("heading", name="登录")).to_be_visible()
    yield found
    await context.close()
    assert [] == found.faults


@pytest.fixture
async def at_desk(console: Console) -> Console:
    """An operator, logged in."""
    await console.login()
    await expect(console.box).to_be_focused()
    return console
