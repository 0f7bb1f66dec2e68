"""One script line on another site: two real servers on two origins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Frame, FrameLocator, Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Bot, Chat, NewChat, running
from tests.browser.host import Host, hosting
from tests.browser.standin import LIST
from tests.browser.test_accessibility import findings
from tests.contract.conftest import free_port

_MAIN = "<main><h1>某某网站</h1><p>正文</p></main>"


@pytest.fixture(scope="session")
async def embedding(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Host, Bot]]:
    """A site, and a bot that lets it embed the conversation."""
    port = free_port()
    async with hosting(port) as host:
        folder = tmp_path_factory.mktemp("embedded")
        async with running(folder, ZHENGBIAN_EMBED_ORIGINS=host.origin) as embedded:
            yield host, embedded


@pytest.fixture
def host(embedding: tuple[Host, Bot]) -> Host:
    return embedding[0]


@pytest.fixture
def embedded(embedding: tuple[Host, Bot]) -> Bot:
    return embedding[1]


def line(bot: Bot) -> str:
    """What a site's owner pastes."""
    return f"<script src='{bot.origin}/embed.js' async data-label='智能客服'></script>"


def launcher(page: Page) -> Locator:
    return page.locator("zr-bot .launcher")


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("zr-bot iframe")


async def frame_of(page: Page) -> Frame:
    """The conversation's frame, usable."""
    await expect(inside(page).locator("#hello")).to_be_visible()
    return next(frame for frame in page.frames if "/chat?embed=1" in frame.url)


async def ask(page: Page, text: str) -> None:
    """In the frame, and wait for the reply."""
    before = await inside(page).locator(".message.bot").count()
    await inside(page).get_by_role("textbox").fill(text)
    await inside(page).get_by_role("textbox").press("Enter")
    await expect(inside(page).locator(".message.bot")).to_have_count(before + 1)


@pytest.fixture
async def visitor(new_chat: NewChat) -> Chat:
    """A desktop; the page to open is the test's."""
    return await new_chat(**DESKTOP)


async def test_strict_policy_of_the_site(visitor: Chat, host: Host, embedded: Bot) -> None:
    """Two entries suffice: script-src and frame-src; no violation in host or frame."""
    policy = f"default-src 'none'; script-src {embedded.origin}; frame-src {embedded.origin}; style-src 'self'; "
    policy += "img-src 'self'; require-trusted-types-for 'script'"
    page = visitor.page
    await page.goto(host.page("/strict", head=line(embedded), body=_MAIN, policy=policy))
    await launcher(page).click()
    await ask(page, LIST)
    box = await launcher(page).bounding_box()
    assert box is not None
    assert box["height"] >= 60
    assert [] == visitor.faults


async def test_one_request_before_the_click(visitor: Chat, host: Host, embedded: Bot) -> None:
    """The script and nothing else; no frame until somebody wants one; a second line changes nothing."""
    twice = line(embedded)
    page = visitor.page
    await page.goto(host.page("/twice", head=twice, body=_MAIN + line(embedded)))
    await expect(launcher(page)).to_have_count(1)
    to_bot = [url for url in visitor.requests if url.startswith(embedded.origin)]
    assert {embedded.origin + "/embed.js"} == set(to_bot)
    await expect(page.locator("zr-bot iframe")).to_have_count(0)
    await expect(page.locator("zr-bot .panel")).to_be_hidden()
    await launcher(page).click()
    await frame_of(page)
    await expect(page.locator("zr-bot")).to_have_count(1)


@pytest.mark.parametrize("attribute", ["", "async", "defer"])
async def test_script_in_the_head(visitor: Chat, host: Host, embedded: Bot, attribute: str) -> None:
    """Before there is a body, the button waits for it."""
    script = f"<script src='{embedded.origin}/embed.js' {attribute}></script>"
    await visitor.page.goto(host.page("/head", head=script, body=_MAIN))
    await expect(launcher(visitor.page)).to_have_text("智能客服")


async def test_hostile_styles_of_the_site(visitor: Chat, host: Host, embedded: Bot) -> None:
    """They reach neither the button nor the frame, and the site's own page does not move."""
    style = "<style>*{font-size:5px!important;color:red!important;letter-spacing:9px!important}"
    style += "button{display:none!important}zr-bot{display:none!important}iframe{width:9px!important}</style>"
    page = visitor.page
    await page.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(one => { moved += one.value; }))"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    await page.goto(host.page("/styles", head=style + line(embedded), body=_MAIN))
    await expect(launcher(page)).to_be_visible()
    style_of = "one => { const s = getComputedStyle(one); return [s.fontSize, s.letterSpacing, s.color]; }"
    assert ["18px", "normal", "rgb(255, 255, 255)"] == await launcher(page).evaluate(style_of)
    box = await launcher(page).bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 60
    await launcher(page).click()
    await frame_of(page)
    assert "18px" == await inside(page).locator("#hello p").evaluate("one => getComputedStyle(one).fontSize")
    assert 0 == await page.evaluate("() => moved")


async def test_by_keyboard(visitor: Chat, host: Host, embedded: Bot) -> None:
    """Enter opens, the focus goes into the frame; Escape in it closes, the focus is back on the button."""
    page = visitor.page
    await page.goto(host.page("/keyboard", head=line(embedded), body=_MAIN))
    await expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    assert [] == await findings(page)
    await page.keyboard.press("Tab")
    await expect(launcher(page)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    frame = await frame_of(page)
    await expect(inside(page).get_by_role("textbox")).to_be_focused()
    assert "IFRAME" == await page.evaluate("() => document.activeElement.shadowRoot.activeElement.tagName")
    assert "智能客服对话窗口" == await page.locator("zr-bot iframe").get_attribute("title")
    assert [] == await findings(page)
    assert [] == await findings(frame)
    await page.keyboard.press("Escape")
    await expect(page.locator("zr-bot .panel")).to_be_hidden()
    await expect(launcher(page)).to_be_focused()
    await expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    await page.evaluate("() => ZrBot.open()")
    await expect(inside(page).get_by_role("textbox")).to_be_focused()
    await inside(page).get_by_role("button", name="关闭").click()
    await expect(launcher(page)).to_be_focused()


async def test_the_conversation_outlives_the_page(visitor: Chat, host: Host, embedded: Bot) -> None:
    """A visitor who goes on reading finds it again, with his size of letters, though the browser stores nothing for a frame."""
    page = visitor.page
    await page.add_init_script(
        "if (self !== top) ['localStorage', 'sessionStorage'].forEach(name => Object.defineProperty(window, name, {"
        " get() { throw new DOMException('no', 'SecurityError'); } }));"
    )
    await page.goto(host.page("/one", head=line(embedded), body=_MAIN))
    await launcher(page).click()
    await frame_of(page)
    await ask(page, LIST)
    await inside(page).get_by_role("button", name="特大").click()
    await page.goto(host.page("/two", head=line(embedded), body=_MAIN))
    await launcher(page).click()
    await expect(inside(page).locator(".message.user .words")).to_have_text(LIST)
    await expect(inside(page).locator(".message.bot")).to_have_count(2)
    assert "30px" == await inside(page).locator("#hello p").evaluate("one => getComputedStyle(one).fontSize")


async def test_forged_messages(visitor: Chat, host: Host, embedded: Bot) -> None:
    """Neither the site's own words nor a third frame's count; the page tells three things, and never a word or a token."""
    page = visitor.page
    third = f"<iframe src='{host.page('/third')}' title='第三方'></iframe>"
    await page.goto(host.page("/forged", head=line(embedded), body=_MAIN + third))
    await page.evaluate(
        "() => { window.told = []; addEventListener('message', one => told.push([one.origin, one.data])); }"
    )
    await launcher(page).click()
    frame = await frame_of(page)
    await ask(page, LIST)
    forged = (
        "target => ['zr:close', 'zr:unread', 'zr:open'].forEach(type => target.postMessage({ type, count: 9 }, '*'))"
    )
    await page.evaluate(f"() => ({forged})(window)")
    other = next(one for one in page.frames if one.url.endswith("/third"))
    await other.evaluate(f"() => ({forged})(parent)")
    # a third frame of the site's own origin can reach into ours; only the embedding page may call for the focus
    await frame.evaluate(
        "() => { document.getElementById('log').focus(); window.got = 0; addEventListener('message', () => { got++; }); }"
    )
    await frame.evaluate(f"() => ({forged})(window)")
    await other.evaluate(
        f"() => ({forged})(parent.document.querySelector('zr-bot').shadowRoot.querySelector('iframe').contentWindow)"
    )
    while await frame.evaluate("() => got") < 6:
        await asyncio.sleep(0.05)
    await expect(inside(page).get_by_role("log")).to_be_focused()
    await other.evaluate("() => { parent.postMessage('zr:close', '*'); }")
    await ask(page, "还有吗")
    await expect(page.locator("zr-bot .panel")).to_be_visible()
    await expect(launcher(page)).to_have_text("智能客服")
    told = [data for origin, data in await page.evaluate("() => told") if origin == embedded.origin]
    assert {"zr:ready", "zr:unread"} == {data["type"] for data in told}
    assert [] == [data for data in told if set(data) - {"type", "count"} or not isinstance(data.get("count", 0), int)]


async def test_answers_while_closed_are_counted(visitor: Chat, host: Host, embedded: Bot) -> None:
    """The button says how many; opening takes it back."""
    page = visitor.page
    await page.goto(host.page("/unread", head=line(embedded), body=_MAIN))
    await launcher(page).click()
    frame = await frame_of(page)
    await page.evaluate("() => ZrBot.close()")
    await frame.evaluate("() => { ask('退费怎么办'); }")
    await expect(launcher(page)).to_contain_text("1 条新消息")
    await launcher(page).click()
    await expect(launcher(page)).to_have_text("智能客服")


async def test_a_site_that_may_not_embed(visitor: Chat, host: Host, bot: Bot) -> None:
    """The browser refuses the frame; within eight seconds a link and the telephone are offered instead."""
    page = visitor.page
    await page.goto(host.page("/refused", head=line(bot), body=_MAIN))
    await launcher(page).click()
    link = page.locator("zr-bot .cover").get_by_role("link", name="打开网页版")
    await expect(link).to_be_visible()
    assert bot.origin + "/chat" == await link.get_attribute("href")
    dial = page.locator("zr-bot .cover").get_by_role("link", name="拨打 12333")
    assert "tel:12333" == await dial.get_attribute("href")
    assert [] == await findings(page)
    await page.locator("zr-bot .cover").get_by_role("button", name="关闭").click()
    await expect(launcher(page)).to_be_focused()
    visitor.faults[:] = [fault for fault in visitor.faults if "frame-ancestors" not in fault]


async def test_on_a_phone(new_chat: NewChat, host: Host, embedded: Bot) -> None:
    """The whole screen, the site behind it does not scroll, and it can be closed with a thumb."""
    chat = await new_chat(**PHONE)
    page = chat.page
    await page.goto(host.page("/phone", head=line(embedded), body=_MAIN + "<p>长</p>" * 200))
    await launcher(page).tap()
    await frame_of(page)
    panel = await page.locator("zr-bot .panel").bounding_box()
    assert {"x": 0, "y": 0, "width": 390, "height": 844} == panel
    assert "hidden" == await page.evaluate("() => getComputedStyle(document.documentElement).overflow")
    button = inside(page).get_by_role("button", name="关闭")
    box = await button.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44
    await button.tap()
    await expect(page.locator("zr-bot .panel")).to_be_hidden()
    assert "visible" == await page.evaluate("() => getComputedStyle(document.documentElement).overflow")


async def test_without_constructed_sheets(visitor: Chat, host: Host, embedded: Bot) -> None:
    """Older browsers: the same button and window, styled piece by piece."""
    page = visitor.page
    await page.add_init_script("delete CSSStyleSheet.prototype.replaceSync;")
    policy = f"default-src 'none'; script-src {embedded.origin}; frame-src {embedded.origin}; style-src 'self'; img-src 'self'"
    await page.goto(host.page("/older", head=line(embedded), body=_MAIN, policy=policy))
    box = await launcher(page).bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 60
    await expect(page.locator("zr-bot .panel")).to_be_hidden()
    await launcher(page).click()
    await ask(page, LIST)
    await page.evaluate("() => ZrBot.close()")
    await expect(page.locator("zr-bot .panel")).to_be_hidden()
    assert [] == visitor.faults


async def test_demo_page(new_chat: NewChat, bot: Bot) -> None:
    """The bot's own page for site owners shows the launcher at work."""
    chat = await new_chat(**DESKTOP)
    await chat.page.goto(bot.origin + "/demo")
    await launcher(chat.page).click()
    await ask(chat.page, LIST)
    assert [] == await findings(chat.page)
