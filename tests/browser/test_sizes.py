"""Large letters, small screens: what is told apart, reached and read by whom."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, Bot, Chat, NewChat
from tests.browser.standin import CARD, LINKS, LIST, SLOW
from tests.browser.test_accessibility import findings

_WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.40 NetType/WIFI Language/zh_CN"
)
_SMALL = """least => Array.from(document.querySelectorAll('button, summary, textarea, input, [role=option]'))
  .map(node => [node.textContent || node.id, node.getBoundingClientRect()])
  .filter(([name, box]) => box.width && (box.height < least || box.width < least))
  .map(([name, box]) => name + ' ' + box.width + 'x' + box.height)"""
_CUT = """() => Array.from(document.querySelectorAll('body *'))
  .filter(node => node.clientWidth && !node.closest('.unseen') && node.scrollWidth > node.clientWidth + 1
    && getComputedStyle(node).display !== 'inline' && !node.closest('.scroll'))
  .map(node => node.tagName + '.' + node.className + ' ' + node.scrollWidth + '>' + node.clientWidth)"""
_OVERLAPPING = """() => {
  const found = [];
  // what scrolls lies under the frame: each is compared with its like
  ['header button, h1, form button, textarea', '.choices button, .judge button, .message > p'].forEach(which => {
    const all = Array.from(document.querySelectorAll(which))
      .map(node => [node.textContent || node.id, node.getBoundingClientRect()]).filter(([, box]) => box.width);
    all.forEach(([name, a], at) => all.slice(at + 1).forEach(([other, b]) => {
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1.5 && high > 1.5) found.push(name + ' / ' + other);
    }));
  });
  return found;
}"""
_SIZE_OF = "node => parseFloat(getComputedStyle(node).fontSize)"


async def talk(chat: Chat) -> None:
    """A conversation with everything in it."""
    for text in (CARD, LINKS, LIST):
        await chat.ask(text)
    await chat.replies.last.get_by_role("button", name="没用").click()
    await chat.log.evaluate("log => { log.scrollTop = 0; }")


@pytest.mark.parametrize(("name", "pixels", "target"), [("标准", 18, 44), ("大字", 24, 60), ("特大", 30, 60)])
async def test_sizes(chat: Chat, name: str, pixels: int, target: int) -> None:
    """Letters and targets of each mode, nothing cut or overlapping; the choice outlives a reload."""
    await chat.page.get_by_role("button", name=name, exact=True).click()
    await talk(chat)
    for reloaded in (False, True):
        if reloaded:
            await chat.page.reload()
            await expect(chat.replies).to_have_count(3)
        for part in (chat.replies.last.locator("p").first, chat.own.last, chat.box, chat.page.locator("#send")):
            assert pixels == await part.evaluate(_SIZE_OF)
        assert [] == await chat.page.evaluate(_SMALL, target)
        assert [] == await chat.page.evaluate(_CUT)
        assert [] == await chat.page.evaluate(_OVERLAPPING)
        least = await chat.page.locator("body *:not(script, noscript, svg, path)").evaluate_all(
            "all => Math.min(...all.filter(one => one.offsetWidth > 1 && one.textContent.trim())"
            ".map(one => parseFloat(getComputedStyle(one).fontSize)))"
        )
        assert least >= 18


async def test_size_in_the_address(new_chat: NewChat) -> None:
    """?size=huge begins large; what the person chooses then outlives a reload of the same address."""
    chat = await (await new_chat()).open("/chat?size=huge")
    assert 30 == await chat.page.locator("html").evaluate(_SIZE_OF)
    await chat.page.get_by_role("button", name="大字", exact=True).click()
    await chat.page.reload()
    await expect(chat.page.locator("#hello .choices button")).to_have_count(5)
    assert 24 == await chat.page.locator("html").evaluate(_SIZE_OF)


async def test_contrast_survives_a_reload(chat: Chat) -> None:
    """So does the choice of 高对比."""
    await chat.page.get_by_role("button", name="高对比").click()
    await chat.page.reload()
    await expect(chat.page.get_by_role("button", name="高对比")).to_have_attribute("aria-pressed", "true")
    assert "rgb(255, 255, 255)" == await chat.page.locator("body").evaluate(
        "one => getComputedStyle(one).backgroundColor"
    )


@pytest.mark.parametrize("percent", ["100%", "225%"])
async def test_narrow_screen_and_double_text(new_chat: NewChat, percent: str) -> None:
    """320 pixels, and there with letters twice as large: nothing scrolls sideways but tables in their own box."""
    chat = await (await new_chat(**PHONE | {"viewport": {"width": 320, "height": 640}})).open()
    await talk(chat)
    if percent != "100%":
        await chat.page.evaluate("size => { document.documentElement.style.fontSize = size; }", percent)
    for place in ("html", "body", "header", "#log", "form", "#panel"):
        scrolled = await chat.page.locator(place).evaluate("node => [node.scrollWidth, node.clientWidth]")
        assert scrolled[0] <= scrolled[1] + 1, place
    assert [] == await chat.page.evaluate(_CUT)


async def test_open_keyboard(new_chat: NewChat) -> None:
    """Of 300 pixels the box is whole, the header one row, the last message within reach; letters that iOS does not zoom."""
    chat = await (await new_chat(**PHONE | {"viewport": {"width": 375, "height": 300}, "user_agent": _WECHAT})).open()
    reply = await chat.ask(LIST)
    await expect(chat.box).to_be_in_viewport(ratio=1)
    await expect(chat.page.locator("#send")).to_be_in_viewport(ratio=1)
    assert await chat.box.evaluate(_SIZE_OF) >= 16
    header = await chat.page.get_by_role("banner").bounding_box()
    assert header is not None
    assert header["height"] < 70
    last = reply.get_by_role("button", name="没用")
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport(ratio=1)


async def test_inside_wechat(new_chat: NewChat) -> None:
    """375×667 with WeChat's name: question, button, answer."""
    chat = await (await new_chat(**PHONE | {"viewport": {"width": 375, "height": 667}, "user_agent": _WECHAT})).open()
    await chat.ask(LINKS)
    await chat.replies.first.locator(".choices button").first.tap()
    await expect(chat.replies).to_have_count(2)


async def test_less_motion(new_chat: NewChat, bot: Bot) -> None:
    """Where motion is unwanted nothing moves, not even the working state."""
    for wanted, expected in (("no-preference", True), ("reduce", False)):
        chat = await (await new_chat(**PHONE | {"reduced_motion": wanted})).open()
        bot.rasa.gate.clear()
        await chat.write(SLOW)
        await expect(chat.status).to_have_class("busy")
        assert expected == (await chat.page.evaluate("() => document.getAnimations().length") > 0)
        bot.rasa.gate.set()
        await chat.settled()


async def test_forced_colours(new_chat: NewChat) -> None:
    """With the system's own colours everything is still told apart: pressed buttons have a frame of their own."""
    options: dict[str, Any] = PHONE | {"forced_colors": "active"}
    chat = await (await new_chat(**options)).open()
    await chat.ask(LIST)
    assert [] == await findings(chat.page)
    widths = await chat.page.locator("#sizes button").evaluate_all(
        "all => all.map(one => getComputedStyle(one).outlineStyle === 'none' ? 0 : parseFloat(getComputedStyle(one).outlineWidth))"
    )
    assert [3, 0, 0] == widths


async def test_lines_and_paragraphs(chat: Chat) -> None:
    """Lines stand 1.6 letters apart, paragraphs at least 1.3 times as far."""
    reply = await chat.ask(CARD)
    lines, gap, size = await reply.locator("p + p").first.evaluate(
        "one => { const style = getComputedStyle(one); return [style.lineHeight, style.marginTop, style.fontSize].map(parseFloat); }"
    )
    assert 1.6 == pytest.approx(lines / size, abs=0.01)
    assert gap >= 1.3 * lines


async def test_on_paper(chat: Chat) -> None:
    """Questions and answers are printed whole, without what can only be pressed."""
    for text in (LIST, LINKS, CARD):
        await chat.ask(text)
    await chat.page.emulate_media(media="print")
    await expect(chat.box).to_be_hidden()
    await expect(chat.replies.first.get_by_role("button", name="有用")).to_be_hidden()
    height, whole = await chat.log.evaluate("log => [log.clientHeight, log.scrollHeight]")
    assert height == whole
