"""The supervisor's view in Chromium: questions without an answer, numbers, corrections, and who may see them."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.replies.reply import Kind, Reply
from tests.browser.desk.conftest import Console
from tests.browser.test_accessibility import findings
from tests.contract.desk.conftest import OPERATOR, SUPERVISOR, Desk

_UNANSWERED = Reply(Kind.REFUSAL, None, "v1", "body", "speech", reason="no_entry")


@pytest.fixture
async def overview(console: Console, seat_server: Desk) -> Console:
    """The supervisor's view with three questions nobody answered and a correction."""
    for number, text in enumerate(("考证能落户吗", "考了证能不能落户", "孩子积分入学要什么证")):
        seat_server.channel.journal.replied("web", f"talk-{number}", text, [_UNANSWERED])
    seat_server.seat(OPERATOR).post("/desk/api/feedback", entry="query_where", reason="outdated", note="平台改版")
    await console.page.goto(console.page.url + "/insight")
    await console.login(SUPERVISOR)
    await expect(console.page.locator("#misses .group").first).to_be_visible()
    return console


async def test_questions_without_an_answer(overview: Console) -> None:
    """Alike ones stand together; they become phrasings of an entry, and their state can be set."""
    page = overview.page
    group = page.locator("#misses .group").filter(has_text="落户").first
    await expect(group).to_contain_text("网页")
    await group.get_by_role("button", name="加为问法").click()
    await group.get_by_label("这些话问的是哪一条").select_option("query_where")
    await group.get_by_role("button", name="生成").click()
    await expect(group.locator("pre")).to_contain_text("- intent: query_where")
    await expect(group.locator("pre")).to_contain_text("落户")
    before = await page.locator("#misses .group").count()
    await group.get_by_role("button", name="不用管").click()
    await expect(page.locator("#misses .group")).to_have_count(before - 1)


async def test_numbers_are_drawn_written_and_exported(overview: Console) -> None:
    """Each chart loads and has words; its table holds the same total; CSV comes as a file."""
    page = overview.page
    numbers = page.locator(".numbers", has=page.locator("#table-kinds"))
    await expect(numbers.locator("img")).to_have_attribute("alt", re.compile("回复的种类"))
    await expect(numbers.locator("img")).to_have_js_property("complete", True)
    assert await numbers.locator("img").evaluate("e => e.naturalWidth") > 0
    total = int(re.findall(r"\d+", await numbers.locator(".total").inner_text())[0])
    await numbers.locator("summary").click()
    cells = await numbers.locator("td:last-child").all_inner_texts()
    assert total == sum(map(int, cells)) > 0
    async with page.expect_download() as download:
        await numbers.get_by_role("link").click()
    assert (await download.value).suggested_filename.endswith(".csv")


async def test_corrections_are_followed_up(overview: Console) -> None:
    """Who reported, who minds, until when; a state that stays."""
    item = overview.page.locator("#items .group").first
    await expect(item).to_contain_text(SUPERVISOR)
    await item.get_by_label("状态").select_option("done")
    await expect(overview.page.locator("#insight-status")).to_contain_text("已改 1 条")


async def test_operators_do_not_see_it(console: Console) -> None:
    """A sentence instead; no number is asked for."""
    await console.page.goto(console.page.url + "/insight")
    await console.login(OPERATOR)
    await expect(console.page.get_by_role("alert").filter(has_text="只给值班长看")).to_be_visible()
    assert [] == [url for _, url, _ in console.requests if "/api/insight/" in url]


async def test_axe_finds_nothing_in_the_overview(overview: Console) -> None:
    """With an opened table and the form for phrasings."""
    await overview.page.locator("#misses .group").first.get_by_role("button", name="加为问法").click()
    await overview.page.locator(".numbers summary").first.click()
    assert [] == await findings(overview.page)
