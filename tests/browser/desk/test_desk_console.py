"""The desk's console: login, cards, what is sent, what is lost when something fails (nothing)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.desk.conftest import Console
from tests.browser.test_accessibility import findings
from tests.contract.desk.conftest import SUPERVISOR

MISSING = "证书网上查不到怎么办"
XSS = (
    '<img src=x onerror="window.__xss=1"><script>window.__xss=1</script> 包过 javascript:alert(1) 免考拿证 加微信 980元'
)


async def test_wrong_passwords_are_told_and_then_locked(console: Console) -> None:
    """A sentence each time; after five the account waits, even with the right password."""
    told = console.page.get_by_role("alert")
    for _ in range(5):
        await console.login("张三没有", "wrong-password-1")
        await expect(told).not_to_be_empty()
        await expect(console.page.locator("#password")).to_have_value("")
    await console.login("张三没有", "wrong-password-1")
    await expect(told).to_contain_text("分钟")
    await expect(console.page.locator("#console")).to_be_hidden()


async def test_logging_out_ends_it(at_desk: Console) -> None:
    """The login again, and the server knows nobody."""
    await at_desk.page.get_by_role("button", name="退出").click()
    await expect(at_desk.page.get_by_role("heading", name="登录")).to_be_visible()
    answer = await at_desk.page.request.get(at_desk.page.url.replace("/desk", "/desk/api/me"))
    assert 401 == answer.status


async def test_cards_with_words_sources_and_dates(at_desk: Console) -> None:
    """At least three, the first script in sight, each with issuer and date; the number of them is announced."""
    await at_desk.ask(MISSING)
    assert await at_desk.cards.count() >= 3
    await expect(at_desk.status).to_have_text(re.compile(r"找到 \d 条"))
    script = at_desk.cards.first.locator(".script")
    box = await script.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768
    assert float(await script.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 24
    for at in range(await at_desk.cards.count()):
        await expect(at_desk.cards.nth(at).locator(".foot")).to_contain_text(re.compile(r"依据：.+，.+（.+）"))


async def test_the_next_person_sees_nothing_of_the_call(at_desk: Console) -> None:
    """A session that ended: the same person goes on, another one finds an empty desk; the password is gone."""
    page = at_desk.page
    await at_desk.ask(MISSING)
    await page.context.clear_cookies()
    await at_desk.box.fill("证书丢了")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="登录")).to_be_visible()
    await at_desk.login(SUPERVISOR)
    await expect(at_desk.box).to_be_focused()
    await expect(at_desk.box).to_have_value("")
    await expect(at_desk.cards).to_have_count(0)
    await expect(page.locator("#history li")).to_have_count(0)
    await page.keyboard.press("Alt+z")
    await expect(at_desk.box).to_have_value("")
    assert "" == await page.locator("#password").input_value()


async def test_help_opens_and_closes(at_desk: Console) -> None:
    """? shows the keys, Esc closes, and meanwhile the other keys sleep."""
    await at_desk.ask(MISSING)
    await at_desk.page.keyboard.press("ArrowDown")
    await at_desk.page.keyboard.press("?")
    dialog = at_desk.page.get_by_role("dialog", name="按键说明")
    await expect(dialog).to_be_visible()
    await at_desk.page.keyboard.press("Alt+n")
    await expect(at_desk.cards.first).to_be_attached()
    await at_desk.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert await at_desk.cards.count() >= 3


async def test_drafts_leave_no_trace(at_desk: Console) -> None:
    """Typing shows cards without an entry in the history; the server is told that it is a draft."""
    await at_desk.box.press_sequentially("证书在哪里查")
    await expect(at_desk.cards.first).to_be_visible()
    await expect(at_desk.page.locator("#history li")).to_have_count(0)
    assert {True} == {'"draft":true' in data for _, url, data in at_desk.requests if url.endswith("/assist")}


async def test_expired_is_said_in_words(at_desk: Console) -> None:
    """A policy that has run out says so above its script."""
    await at_desk.ask("中级工补贴多少钱")
    card = at_desk.cards.filter(has=at_desk.page.locator(".validity"))
    await expect(card.first.locator(".validity")).to_contain_text("已经过期")


async def test_no_answer_is_no_empty_page(at_desk: Console) -> None:
    """What to say, where to pass on, what is near, and a button that records it; never our own number."""
    await at_desk.ask("昆明市公积金怎么提取")
    said = at_desk.page.locator("#said")
    await expect(said.locator(".script")).not_to_be_empty()
    await expect(said.locator(".phones .number")).not_to_have_text("12333")
    assert await said.locator(".chip").count() >= 3
    await said.get_by_role("button", name="记录为未解答").click()
    await expect(at_desk.status).to_contain_text("已记录")


async def test_occupation_and_advert_in_the_same_box(at_desk: Console) -> None:
    """An ambiguous name brings chips that settle it; an advert its words, marked."""
    await at_desk.ask("电工证在哪查")
    await at_desk.cards.first.get_by_role("button", name="上岗用").click()
    await expect(at_desk.cards.first.locator("h2")).to_contain_text("特种作业")
    await at_desk.page.keyboard.press("Alt+n")
    await at_desk.ask("高级育婴师证，免考包过，3天出证，1280元，加微信报名")
    await expect(at_desk.cards.first.locator("mark").first).to_be_visible()
    await expect(at_desk.cards.first.locator(".script")).to_contain_text("风险信号")


async def test_correcting_a_card(at_desk: Console) -> None:
    """纠错 becomes an item with an owner and a day, and the focus comes back."""
    await at_desk.ask(MISSING)
    card = at_desk.cards.first
    await card.get_by_role("button", name="纠错").click()
    await card.get_by_label("过时").check()
    await card.get_by_label("说明").fill("平台改版了")
    await card.get_by_role("button", name="提交").click()
    await expect(at_desk.status).to_contain_text(SUPERVISOR)
    await expect(at_desk.status).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d"))
    await expect(card.get_by_role("button", name="纠错")).to_be_focused()


async def test_why_this_answer(at_desk: Console) -> None:
    """On demand: what was read, how it was decided, the candidates with their support."""
    await at_desk.ask(MISSING)
    await at_desk.page.get_by_text("为什么是这个答案").click()
    await expect(at_desk.page.locator(".why .rows")).to_contain_text(re.compile(r"证书在网上查不到怎么办？ \d\.\d\d"))


async def test_the_summary_of_a_call_is_masked(at_desk: Console) -> None:
    """What was asked, without numbers of persons, and what was answered."""
    await at_desk.ask("我的电话13812345678，证书网上查不到")
    await at_desk.page.get_by_role("button", name="复制来电小结").click()
    await expect(at_desk.status).to_contain_text("小结")
    copied = await at_desk.clipboard()
    assert "13812345678" not in copied
    assert "证书网上查不到" in copied


async def test_hostile_words_stay_words(at_desk: Console) -> None:
    """Nothing typed becomes an element or an address, and it stands in no URL."""
    await at_desk.ask(XSS)
    await at_desk.page.get_by_role("button", name="复制来电小结").click()
    assert await at_desk.page.evaluate("window.__xss === undefined")
    assert 0 == await at_desk.page.locator("main img, main script, main a[href^='javascript']").count()
    assert [] == [url for _, url, _ in at_desk.requests if "onerror" in url or "%E5%8C%85%E8%BF%87" in url]


async def test_a_server_that_is_down_loses_nothing(at_desk: Console) -> None:
    """A sentence, the words still in the box, and the answer when it is back."""
    await at_desk.page.route("**/desk/api/assist", lambda route: route.abort())
    await at_desk.box.fill(MISSING)
    await at_desk.page.keyboard.press("Enter")
    await expect(at_desk.status).to_contain_text("连不上")
    await expect(at_desk.box).to_have_value(MISSING)
    await at_desk.page.unroute("**/desk/api/assist")
    await expect(at_desk.cards.first).to_be_visible()


async def test_a_session_that_ends_keeps_what_was_typed(at_desk: Console) -> None:
    """Login again, the words are still there."""
    await at_desk.page.context.clear_cookies()
    await at_desk.box.fill(MISSING)
    await at_desk.page.keyboard.press("Enter")
    await expect(at_desk.page.get_by_role("alert")).to_contain_text("过期")
    await at_desk.login()
    await expect(at_desk.box).to_have_value(MISSING)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(at_desk: Console, scheme: Any) -> None:
    """Idle, cards, no answer, help: in both schemes; and nothing scrolls sideways at 200 %."""
    page = at_desk.page
    await page.emulate_media(color_scheme=scheme)
    for text in ("", MISSING, "昆明市公积金怎么提取", "电工证在哪查"):
        if text:
            await at_desk.ask(text)
        assert [] == await findings(page)
    await page.set_viewport_size({"width": 683, "height": 384})
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
