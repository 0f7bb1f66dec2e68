"""The list of questions without script, and the page for owners of other sites."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import DESKTOP, PHONE, Bot, NewChat
from tests.browser.test_accessibility import findings


@pytest.mark.parametrize("path", ["/chat/faq", "/demo"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe(new_chat: NewChat, path: str, scheme: str) -> None:
    """No finding, in either scheme; what can be opened is open."""
    chat = await new_chat(**PHONE, color_scheme=scheme)
    await chat.page.goto(chat.origin + path)
    await chat.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert [] == await findings(chat.page)


@pytest.mark.parametrize("path", ["/chat/faq", "/demo"])
@pytest.mark.parametrize("options", [{**PHONE, "viewport": {"width": 320, "height": 600}}, DESKTOP])
async def test_nothing_sticks_out(new_chat: NewChat, path: str, options: dict[str, object]) -> None:
    """No horizontal scrolling, also at twice the size of letters."""
    chat = await new_chat(**options)
    await chat.page.goto(chat.origin + path)
    await chat.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for size in ("", "200%"):
        await chat.page.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        assert await chat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_without_script(browser: Browser, bot: Bot) -> None:
    """The chat page leads to the list and the number; the list opens an answer by keyboard, and its links work."""
    context = await browser.new_context(java_script_enabled=False, locale="zh-CN", **PHONE)
    page = await context.new_page()
    await page.goto(bot.origin + "/chat")
    await page.get_by_role("link", name="常见问题和答案").click()
    await expect(page).to_have_url(bot.origin + "/chat/faq")
    answer = page.locator("#query_where .source")
    await expect(answer).to_be_hidden()
    await page.locator("#query_where summary").focus()
    await page.keyboard.press("Enter")
    await expect(answer).to_be_visible()
    await expect(page.locator("#query_where a[target=_blank]").first).to_have_attribute("rel", "noopener noreferrer")
    await context.close()


async def test_demo_is_live(new_chat: NewChat) -> None:
    """The button of the page that explains it opens the conversation, with nothing refused by the page's policy."""
    chat = await new_chat(**DESKTOP)
    await chat.page.goto(chat.origin + "/demo")
    await chat.page.get_by_role("button", name="智能客服").click()
    frame = chat.page.frame_locator("iframe")
    await expect(frame.get_by_role("textbox")).to_be_visible()
    await expect(frame.locator("#hello .choices button")).to_have_count(5)
