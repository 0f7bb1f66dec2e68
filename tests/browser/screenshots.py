"""``make screenshots``: the main states of the page, with real content, for docs/screenshots/."""

from __future__ import annotations

import asyncio
import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.server import environment
from bot.settings import PROJECT

environment.prepare()

from tests.browser.conftest import PATIENCE, Bot, Chat, running  # noqa: E402
from tests.browser.standin import ADVERT, CARD, LINKS, LIST, URGENT  # noqa: E402
from tests.system import program  # noqa: E402

FOLDER = PROJECT / "docs" / "screenshots"
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 768, "height": 1024}
DESKTOP = {"width": 1366, "height": 768}
LIGHT, DARK = "light", "dark"
#: Name: size of the screen, scheme, button to press first, questions.
PICTURES: dict[str, tuple[dict[str, int], str, str, tuple[str, ...]]] = {
    "phone": (PHONE, LIGHT, "", ()),
    "phone-advert": (PHONE, LIGHT, "", (ADVERT,)),
    "phone-urgent-contrast": (PHONE, LIGHT, "高对比", (URGENT,)),
    "phone-huge": (PHONE, LIGHT, "特大", (LIST,)),
    "phone-occupation-dark": (PHONE, DARK, "", (CARD,)),
    "tablet-big": (TABLET, LIGHT, "大字", (LINKS,)),
    "desktop": (DESKTOP, LIGHT, "", (LIST,)),
}


async def take(browser: Browser, bot: Bot, name: str) -> None:
    """One picture of the page."""
    screen, scheme, button, questions = PICTURES[name]
    options: dict[str, Any] = {"viewport": screen, "color_scheme": scheme, "locale": "zh-CN"}
    context = await browser.new_context(**options)
    chat = await Chat(await context.new_page(), bot.origin).open()
    if button:
        await chat.page.get_by_role("button", name=button).click()
    for question in questions:
        await chat.ask(question)
    await save(chat.page, name)
    await context.close()


async def take_embedded(browser: Browser, bot: Bot) -> None:
    """The window on a site's page."""
    page = await browser.new_page(viewport={"width": 1200, "height": 820}, locale="zh-CN", color_scheme="light")
    await page.goto(bot.origin + "/demo")
    await page.locator("zr-bot .launcher").click()
    inside = page.frame_locator("zr-bot iframe")
    await expect(inside.locator("#notice")).to_be_attached()
    await save(page, "embedded")


async def save(page: Page, name: str) -> None:
    """Without a blinking caret, in as few colours as it needs: a third of the size."""
    taken = Image.open(io.BytesIO(await page.screenshot(caret="hide")))
    taken.convert("RGB").quantize(64).save(FOLDER / f"{name}.png", optimize=True)


async def main() -> None:
    """All of them, anew."""
    FOLDER.mkdir(exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as bot, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
            for name in PICTURES:
                await take(browser, bot, name)
            await take_embedded(browser, bot)
            await browser.close()
    for path in sorted(FOLDER.glob("*.png")):
        print(f"{path.relative_to(PROJECT)}　{path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    asyncio.run(main())
