"""Chromium on the real web channel, which runs on a bare server with a stand-in for Rasa: no model, no network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from tests.browser.standin import StandIn
from tests.contract.bare import serve
from tests.system import program

#: Milliseconds: only a hanging page takes so long, however busy the machine.
PATIENCE = 30_000
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 1,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
_TELL_VIOLATIONS = "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.sourceFile, e.sample))"


@dataclass
class Bot:
    """A running web channel: its address and what its Rasa was given."""

    origin: str
    rasa: StandIn


@dataclass
class Chat:
    """A page with the conversation, and what no page of ours may do: errors, violations, foreign requests."""

    page: Page
    origin: str
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    async def open(self, path: str = "/chat") -> Chat:
        """Go there and wait until it can be used."""
        await self.page.goto(self.origin + path)
        await expect(self.page.locator("#hello .choices button")).to_have_count(5)
        return self

    async def write(self, text: str) -> None:
        """Into the box, by keyboard, and send it."""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def ask(self, text: str) -> Locator:
        """Send and wait for the last reply."""
        before = await self.replies.count()
        await self.write(text)
        await expect(self.replies).not_to_have_count(before)
        await self.settled()
        return self.replies.last

    async def settled(self) -> None:
        """Nothing is being worked on."""
        await expect(self.log).to_have_attribute("aria-busy", "false")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("status")

    @property
    def replies(self) -> Locator:
        """Replies after the greeting."""
        return self.page.locator("#log .message.bot:not(#hello)")

    @property
    def own(self) -> Locator:
        """The person's own messages."""
        return self.page.locator("#log .message.user")

    async def own_words(self) -> list[str]:
        return await self.own.locator(".words").all_text_contents()


NewChat = Callable[..., Awaitable[Chat]]


@asynccontextmanager
async def running(folder: Path, port: int = 0, **settings: str) -> AsyncIterator[Bot]:
    """A bot of one's own."""
    rasa = StandIn()
    async with serve(folder, rasa, port=port, ZHENGBIAN_LIMITS="off", **settings) as client:
        yield Bot(f"http://127.0.0.1:{client.port}", rasa)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests."""
    expect.set_options(timeout=PATIENCE)
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-gpu"]
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program("chromium"), args=arguments)
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
async def shared_bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bot]:
    async with running(tmp_path_factory.mktemp("web")) as bot:
        yield bot


@pytest.fixture
def bot(shared_bot: Bot) -> Bot:
    """The bot of most tests; what it was given is this test's own."""
    shared_bot.rasa.heard.clear()
    shared_bot.rasa.gate.set()
    return shared_bot


@pytest.fixture
async def new_chat(browser: Browser, bot: Bot) -> AsyncIterator[NewChat]:
    """Makes pages of visitors of their own; afterwards none may have done what no page of ours does."""
    contexts: list[BrowserContext] = []
    chats: list[Chat] = []

    async def make(origin: str = "", context: BrowserContext | None = None, **options: Any) -> Chat:
        if context is None:
            context = await browser.new_context(locale="zh-CN", **(options or PHONE))
            context.set_default_timeout(PATIENCE)
            await context.add_init_script(_TELL_VIOLATIONS)
            contexts.append(context)
        chat = Chat(await context.new_page(), origin or bot.origin)
        watch(chat)
        chats.append(chat)
        return chat

    yield make
    for context in contexts:
        await context.close()
    assert [] == [fault for chat in chats for fault in chat.faults]


@pytest.fixture
async def chat(new_chat: NewChat) -> Chat:
    """A phone with the page open."""
    return await (await new_chat()).open()


@pytest.fixture
async def desk_chat(new_chat: NewChat) -> Chat:
    """A desktop with the page open."""
    return await (await new_chat(**DESKTOP)).open()


def watch(chat: Chat) -> None:
    """Errors of scripts, violations of the policy, and the addresses that are asked for."""
    chat.page.on("pageerror", lambda error: chat.faults.append(f"error {error}"))
    chat.page.on("console", lambda line: chat.faults.append(line.text) if line.text.startswith("CSP") else None)
    chat.page.on("request", lambda request: chat.requests.append(request.url))
    chat.page.on("request", lambda request: chat.faults.extend(foreign(request.url)))


def foreign(url: str) -> list[str]:
    """The address, if it leads anywhere but to the servers of the test."""
    return [] if urlsplit(url).hostname in ("127.0.0.1", "localhost") else [f"asked for {url}"]
