"""Asking and being answered: keyboard, buttons, order, input methods."""

from __future__ import annotations

import json
import re

from playwright.async_api import expect

from tests.browser.conftest import Bot, Chat
from tests.browser.standin import LINKS, SLOW, TWO, URGENT


async def test_question_and_enter(chat: Chat, bot: Bot) -> None:
    """The answer comes, the working state is told while it is waited for, the box is empty and has the focus."""
    bot.rasa.gate.clear()
    await chat.write(SLOW)
    await expect(chat.status).to_contain_text("正在查")
    await expect(chat.log).to_have_attribute("aria-busy", "true")
    await expect(chat.box).to_have_value("")
    await expect(chat.box).to_be_focused()
    bot.rasa.gate.set()
    await expect(chat.replies).to_have_count(1)
    await expect(chat.status).to_have_text("")
    await expect(chat.log).to_have_attribute("aria-busy", "false")
    assert [SLOW] == await chat.own_words()


async def test_the_working_state_needs_no_answer_of_the_server(chat: Chat) -> None:
    """It is there in the very turn of the event loop in which the question is sent."""
    await chat.box.fill("你好")
    told = await chat.page.evaluate(
        "() => { document.getElementById('send').click(); return document.getElementById('status').textContent; }"
    )
    assert "正在查" in told
    await chat.settled()


async def test_a_button_says_its_title(chat: Chat, bot: Bot) -> None:
    """The bubble shows the title; the request carries the id; Rasa is told the intent."""
    sent = []
    chat.page.on("request", lambda request: sent.append(request.post_data) if request.method == "POST" else None)
    button = chat.page.locator("#hello .choices button").first
    title = await button.inner_text()
    await button.click()
    await expect(chat.replies).to_have_count(1)
    assert [title.replace("\n", "")] == await chat.own_words()
    assert {"cid", "button_id"} == set(json.loads(sent[-1]))
    assert bot.rasa.heard[-1].parse_data["intent"]["name"] == "query_where"


async def test_choices_of_a_reply(chat: Chat, bot: Bot) -> None:
    """A question back comes with its choices in a named group; one of them is asked by a tap."""
    reply = await chat.ask(LINKS)
    group = reply.get_by_role("group", name="可选问题")
    await expect(group.get_by_role("button")).to_have_count(2)
    await group.get_by_role("button").last.click()
    await expect(chat.replies).to_have_count(2)
    assert [LINKS, "特种作业操作证（上岗）"] == await chat.own_words()


async def test_parts_come_in_order(chat: Chat) -> None:
    """Two answers to one question are two messages, in the order in which they were asked."""
    await chat.write(TWO)
    await expect(chat.replies).to_have_count(2)
    await expect(chat.replies.first).to_contain_text("先书面要求退费")
    await expect(chat.replies.last).not_to_contain_text("先书面要求退费")


async def test_three_quick_questions(chat: Chat, bot: Bot) -> None:
    """Each answer stands under its own question, although the first took longest."""
    bot.rasa.gate.clear()
    for text in (SLOW, "第二个", URGENT):
        await chat.write(text)
    await expect(chat.own).to_have_count(3)
    bot.rasa.gate.set()
    await expect(chat.replies).to_have_count(3)
    await chat.settled()
    kinds = await chat.page.locator("#log .message:not(#hello)").evaluate_all("all => all.map(one => one.className)")
    assert ["user", "bot", "user", "bot", "user", "bot urgent"] == [kind.removeprefix("message ") for kind in kinds]
    assert [SLOW, "第二个", URGENT] == bot.rasa.texts


async def test_an_unfinished_word_is_not_sent(chat: Chat, bot: Bot) -> None:
    """Enter inside an input method chooses a word; after it Enter sends; Shift+Enter is a line break."""
    await chat.box.fill("zhengshu")
    for event in ({"isComposing": True}, {"keyCode": 229}):
        await chat.box.dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **event})
    assert "zhengshu" == await chat.box.input_value()
    await chat.box.fill("证书")
    await chat.box.press("Shift+Enter")
    await chat.box.press_sequentially("真假")
    assert "证书\n真假" == await chat.box.input_value()
    await chat.box.press("Enter")
    await expect(chat.replies).to_have_count(1)
    assert ["证书\n真假"] == bot.rasa.texts


async def test_nothing_is_no_question(chat: Chat, bot: Bot) -> None:
    """White space alone is not sent."""
    await chat.write("  \n ")
    await chat.ask("证书")
    assert ["证书"] == bot.rasa.texts


async def test_long_text(chat: Chat) -> None:
    """The count of what is left appears with long texts; what does not fit is said, not lost in silence."""
    counter = chat.page.locator("#counter")
    await chat.box.fill("字" * 100)
    await expect(counter).to_have_text("")
    await chat.box.fill("字" * 1990)
    await expect(counter).to_have_text(re.compile("10 字"))
    paste = "box => { const data = new DataTransfer(); data.setData('text', '字'.repeat(50));"
    paste += " box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true })); }"
    await chat.box.evaluate(paste)
    await expect(chat.status).to_contain_text("2000")


async def test_suggestions_by_keyboard_and_touch(chat: Chat, bot: Bot) -> None:
    """Published questions that fit appear while writing; arrows and Enter or a tap ask one; Escape closes them."""
    options = chat.page.get_by_role("listbox", name="常见问题").get_by_role("option")
    await chat.box.focus()
    await chat.box.press_sequentially("包过保过")
    await expect(options.first).to_contain_text("包过")
    assert await options.count() <= 3
    await chat.box.press("Escape")
    await expect(options).to_have_count(0)
    await chat.box.press_sequentially("能信")
    await expect(options.first).to_be_visible()
    title = await options.first.inner_text()
    await chat.box.press("ArrowDown")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await expect(chat.box).to_have_attribute("aria-activedescendant", await options.first.get_attribute("id") or "")
    await chat.box.press("Enter")
    await expect(chat.replies).to_have_count(1)
    assert [title] == bot.rasa.texts
    await chat.box.fill("证书上哪些字样")
    await options.first.tap()
    await expect(chat.replies).to_have_count(2)
    await expect(options).to_have_count(0)


async def test_enter_without_a_choice_sends_what_was_written(chat: Chat, bot: Bot) -> None:
    """An open list never takes the place of the person's own words."""
    await chat.box.focus()
    await chat.box.press_sequentially("包过保过")
    await expect(chat.page.get_by_role("option").first).to_be_visible()
    await chat.box.press("Enter")
    await expect(chat.replies).to_have_count(1)
    assert ["包过保过"] == bot.rasa.texts
