"""The desk by its keys alone: typing, pinyin, choosing, copying, a new call and taking it back."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.desk.conftest import Console

MISSING = "证书网上查不到怎么办"


async def test_a_call_by_keyboard_alone(at_desk: Console) -> None:
    """Words, Enter, Alt+C: copied in two key actions; then Alt+P, Alt+S; on the cards C, P, digits, arrows, /."""
    page = at_desk.page
    await at_desk.ask("机构不退费找谁投诉")
    script = await at_desk.cards.first.locator(".script").inner_text()
    await page.keyboard.press("Alt+c")
    await expect(at_desk.status).to_contain_text("已复制")
    assert script == await at_desk.clipboard()
    await page.keyboard.press("Alt+p")
    await expect(at_desk.status).to_contain_text("已复制电话")
    number = await at_desk.clipboard()
    assert re.fullmatch(r"[\d-]{3,13}", number)
    await expect(at_desk.status).to_contain_text(f"已复制电话 {number}（")
    await page.keyboard.press("Alt+s")
    await expect(at_desk.status).to_contain_text("依据")
    copied = await at_desk.clipboard()
    assert copied.startswith(script)
    assert "依据：" in copied
    await page.keyboard.press("ArrowDown")
    await expect(at_desk.cards.first).to_be_focused()
    await page.keyboard.press("2")
    await expect(at_desk.cards.nth(1)).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(at_desk.cards.nth(2)).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(at_desk.cards.nth(1)).to_be_focused()
    await page.keyboard.press("/")
    await expect(at_desk.box).to_be_focused()
    await at_desk.box.press("ArrowDown")
    await expect(at_desk.cards.first).to_be_focused()
    await page.keyboard.press("c")
    await expect(at_desk.status).to_contain_text("已复制要念的话")
    await page.keyboard.press("Escape")
    await expect(at_desk.box).to_be_focused()
    await expect(at_desk.box).to_have_value("")
    await expect(at_desk.cards).to_have_count(0)
    await expect(page.locator("#history li")).to_have_count(0)


async def test_keys_are_dead_while_typing_and_composing(at_desk: Console) -> None:
    """Letters go into the box; Enter that ends a composition asks nothing."""
    await at_desk.box.press_sequentially("cpsn/?12")
    await expect(at_desk.box).to_have_value("cpsn/?12")
    await at_desk.box.fill("查证书")
    await expect(at_desk.cards.first).to_be_visible()
    before = len(at_desk.requests)
    await at_desk.box.evaluate(
        "e => e.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await expect(at_desk.box).to_be_focused()
    assert [] == [r for r in at_desk.requests[before:] if r[1].endswith("/assist") and "draft" not in r[2]]


async def test_pinyin_is_not_asked(at_desk: Console) -> None:
    """While an input method composes nothing is sent; the words it ends with are, once."""
    box = at_desk.box
    compose = """(e, [type, text]) => {
      if (type === 'input') e.value = text;
      e.dispatchEvent(type === 'input' ? new InputEvent('input', {data: text, isComposing: true, bubbles: true})
        : new CompositionEvent(type, {data: text, bubbles: true}));
    }"""
    await box.evaluate(compose, ["compositionstart", ""])
    for draft in ("j", "ji", "jian kang"):
        await box.evaluate(compose, ["input", draft])
        await at_desk.page.wait_for_timeout(300)  # longer than the quiet after which a draft is asked
    assert [] == [r for r in at_desk.requests if r[1].endswith("/assist")]
    await box.evaluate(compose, ["input", "健康管理师"])
    await box.evaluate(compose, ["compositionend", "健康管理师"])
    await expect(at_desk.cards.first).to_contain_text("健康管理师")
    assert 1 == len([r for r in at_desk.requests if r[1].endswith("/assist")])


async def test_the_next_question_is_typed_straight_away(at_desk: Console) -> None:
    """After Enter, and on a card: letters go into the box in place of the last question; the call is still there."""
    for step in ("", "ArrowDown"):
        await at_desk.ask("证书在哪里查")
        if step:
            await at_desk.page.keyboard.press(step)
            await expect(at_desk.cards.first).to_be_focused()
        await at_desk.page.keyboard.type("nali kao")
        await expect(at_desk.box).to_have_value("nali kao")
        await expect(at_desk.page.locator("#history li")).to_have_count(1)


async def test_a_cleared_call_can_be_taken_back(at_desk: Console) -> None:
    """Esc clears words, cards, history and place; Alt+Z brings all of them back, once."""
    page = at_desk.page
    await page.locator("#region").select_option(label="大理白族自治州")
    await at_desk.ask(MISSING)
    title = await at_desk.cards.first.locator("h2").inner_text()
    await page.keyboard.press("Escape")
    await expect(at_desk.cards).to_have_count(0)
    await expect(page.locator("#region")).to_have_value("")
    await expect(page.get_by_role("button", name="撤销清空")).to_be_visible()
    await page.keyboard.press("Alt+z")
    await expect(at_desk.box).to_have_value(MISSING)
    await expect(at_desk.cards.first.locator("h2")).to_have_text(title)
    await expect(page.locator("#history li")).to_have_count(1)
    await expect(page.locator("#region option:checked")).to_have_text("大理白族自治州")
    await expect(page.get_by_role("button", name="撤销清空")).to_be_hidden()
    await page.keyboard.press("Alt+n")
    await page.get_by_role("button", name="撤销清空").click()
    await expect(at_desk.box).to_have_value(MISSING)


async def test_what_was_cleared_goes_after_ten_seconds(at_desk: Console) -> None:
    """The offer ends, and nothing of the call is left to bring back."""
    page = at_desk.page
    await page.clock.install()
    await at_desk.ask(MISSING)
    await page.keyboard.press("Escape")
    await page.clock.fast_forward(9_900)
    await expect(page.get_by_role("button", name="撤销清空")).to_be_visible()
    await page.clock.fast_forward(200)
    await expect(page.get_by_role("button", name="撤销清空")).to_be_hidden()
    await page.keyboard.press("Alt+z")
    await expect(at_desk.box).to_have_value("")


async def test_a_stale_answer_is_dimmed_and_not_copied(at_desk: Console) -> None:
    """While the server is away the old card is told from the new question; it is no longer copied."""
    page = at_desk.page
    await at_desk.ask("健康管理师")
    await page.route("**/desk/api/assist", lambda route: route.abort())
    await at_desk.box.fill("退费")
    await page.keyboard.press("Enter")
    await expect(at_desk.status).to_contain_text("连不上")
    await expect(page.get_by_text("还是上一句的答案，先别念")).to_be_visible()
    assert 0.5 > float(await page.locator("#cards").evaluate("e => getComputedStyle(e).opacity"))
    await page.evaluate("navigator.clipboard.writeText('前')")
    await page.keyboard.press("Alt+c")
    await expect(at_desk.status).to_contain_text("没有复制")
    assert "前" == await at_desk.clipboard()
    await page.unroute("**/desk/api/assist")
    await expect(page.locator("#answer.stale")).to_have_count(0)
    await expect(at_desk.cards.first).not_to_contain_text("健康管理师")


async def test_fixed_words_are_copied_too(at_desk: Console) -> None:
    """Where there is no ready answer, Alt+C takes what to say, Alt+P where to pass on."""
    await at_desk.ask("昆明市公积金怎么提取")
    said = await at_desk.page.locator("#said .script").inner_text()
    await at_desk.page.keyboard.press("Alt+c")
    await expect(at_desk.status).to_contain_text("已复制")
    assert said == await at_desk.clipboard()


async def test_keys_of_a_chinese_input_method(at_desk: Console) -> None:
    """On a card 、 and ？ and Ｃ are / and ? and C."""
    page = at_desk.page
    await at_desk.ask(MISSING)
    press = "(key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    await page.keyboard.press("ArrowDown")
    await page.evaluate(press, "Ｃ")
    await expect(at_desk.status).to_contain_text("已复制要念的话")
    await page.evaluate(press, "？")
    await expect(page.get_by_role("dialog", name="按键说明")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.evaluate(press, "、")
    await expect(at_desk.box).to_be_focused()
