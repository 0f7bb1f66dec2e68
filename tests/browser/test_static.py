"""What is sent: sizes, number of requests, headers, syntax, and what is left without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from bot.channels.web.assets import Assets
from tests.browser import syntax
from tests.browser.conftest import PATIENCE, PHONE, Bot, NewChat
from tests.browser.standin import LIST
from tests.contract.bare import in_thread
from tests.contract.conftest import Client

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"
)


def test_syntax_and_forbidden_calls() -> None:
    """The same as in make lint."""
    assert [] == list(syntax.faults())


@pytest.mark.parametrize(
    "line",
    ["node.innerHTML = text", "eval(text)", "new Function(text)", "node.setAttribute('style', x)", "document.write(x)"],
)
def test_the_lint_finds(line: str) -> None:
    """A pattern that finds nothing would keep nothing out."""
    assert syntax._FORBIDDEN.search(line)


def test_weight() -> None:
    """Compressed: the page with style and script, and the loader."""
    assets = Assets()
    served = assets.current("12345", ("zscx.osta.org.cn",)).files
    names = re.findall(rb"/chat/static/(chat\.\w+\.(?:css|js))", served["chat.html"].body)
    files = [assets.hashed(name.decode()) for name in names]
    assert 2 == len(files)
    assert len(served["chat.html"].packed) + sum(len(one.packed) for one in files if one) <= 25_000
    assert len(served["embed.js"].packed) <= 3_000


async def test_requests_until_the_first_answer(new_chat: NewChat, bot: Bot) -> None:
    """Page, style, script, session, message; all of them to the bot."""
    chat = await (await new_chat()).open()
    await chat.ask(LIST)
    assert len(chat.requests) <= 5, chat.requests
    assert [] == [url for url in chat.requests if not url.startswith(bot.origin + "/")]


async def test_headers(bot: Bot) -> None:
    """The policy to the letter; the page is asked for each time, its files never again."""
    client = Client(int(bot.origin.rsplit(":", 1)[1]))
    page = await in_thread(client.send, "GET", "/chat")
    assert _POLICY == page.headers["content-security-policy"]
    assert ("nosniff", "no-referrer", "no-cache") == (
        page.headers["x-content-type-options"],
        page.headers["referrer-policy"],
        page.headers["cache-control"],
    )
    assert "x-frame-options" not in page.headers
    script = re.findall(r'src="(/chat/static/[^"]+)"', page.text)[0]
    assert (
        "public, max-age=31536000, immutable" == (await in_thread(client.send, "GET", script)).headers["cache-control"]
    )
    loader = await in_thread(client.send, "GET", "/embed.js")
    assert ("no-cache", "cross-origin") == (
        loader.headers["cache-control"],
        loader.headers["cross-origin-resource-policy"],
    )


async def test_without_javascript(browser: Browser, bot: Bot) -> None:
    """The phone number and the list of questions with answers are there; what would not work is not."""
    context = await browser.new_context(java_script_enabled=False, **PHONE)
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(bot.origin + "/chat")
    await expect(page.locator("noscript a[href='tel:12333']")).to_be_visible()
    await expect(page.locator("form")).to_be_hidden()
    await page.get_by_role("link", name="常见问题和答案").click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url == bot.origin + "/chat/faq"
    await context.close()
