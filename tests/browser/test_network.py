"""Lines that break, servers that fail: nothing is lost, nothing is said twice, 12333 is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Bot, Chat, NewChat, running
from tests.browser.standin import LIST, SLOW, TWO
from tests.contract.conftest import free_port


async def test_offline(chat: Chat, bot: Bot) -> None:
    """The status names 12333, the message is marked in words, and a resend works once."""
    await chat.page.context.set_offline(True)
    await expect(chat.status).to_contain_text("12333")
    await chat.write(LIST)
    failure = chat.page.locator(".message.user .failure")
    await expect(failure).to_contain_text("没有发出去")
    await expect(chat.status).to_contain_text("12333")
    assert [] == bot.rasa.texts
    await chat.page.context.set_offline(False)
    await failure.get_by_role("button", name="重新发送").click()
    await expect(chat.replies).to_have_count(1)
    await expect(failure).to_have_count(0)
    await chat.settled()
    assert [LIST] == bot.rasa.texts
    assert [LIST] == await chat.own_words()


async def test_the_phone_number_of_the_status_dials(chat: Chat) -> None:
    """It is a link."""
    await chat.page.context.set_offline(True)
    await expect(chat.status.get_by_role("link", name="12333")).to_have_attribute("href", "tel:12333")
    await chat.page.context.set_offline(False)


async def test_bad_gateway_after_the_work_was_done(chat: Chat, bot: Bot) -> None:
    """The repeat has the same cid: one turn, one answer."""
    cids: list[str] = []

    async def lose_the_first_answer(route: Any) -> None:
        cids.append(json.loads(route.request.post_data)["cid"])
        if len(cids) == 1:
            await route.fetch()
            await route.fulfill(status=502, body="<html>Bad Gateway</html>", content_type="text/html")
        else:
            await route.continue_()

    await chat.page.route("**/chat/api/messages", lose_the_first_answer)
    await chat.ask(LIST)
    assert 2 == len(cids)
    assert 1 == len(set(cids))
    assert [LIST] == bot.rasa.texts
    await expect(chat.replies).to_have_count(1)
    await expect(chat.status).to_have_text("")


async def test_a_server_that_dies_and_comes_back(new_chat: NewChat, tmp_path: Path) -> None:
    """The conversation goes on with the same token, in the same transcript."""
    port = free_port()
    async with running(tmp_path, port):
        chat = await (await new_chat(f"http://127.0.0.1:{port}")).open()
        await chat.ask("停机以前")
    await chat.write(LIST)
    await expect(chat.status).to_contain_text("12333")
    async with running(tmp_path, port) as bot:
        # tried again by itself for seven seconds, then by the person
        resend = chat.page.get_by_role("button", name="重新发送")
        await expect(chat.replies.nth(1).or_(resend)).to_be_visible()
        if await resend.count():
            await resend.click()
        await expect(chat.replies).to_have_count(2)
        assert [LIST] == bot.rasa.texts
        await chat.page.reload()
        await expect(chat.replies).to_have_count(2)
        assert ["停机以前", LIST] == await chat.own_words()


async def test_a_stream_cut_in_the_middle(chat: Chat, bot: Bot) -> None:
    """What is missing after the first of two answers is fetched."""

    async def cut(route: Any) -> None:
        response = await route.fetch()
        events = (await response.text()).split("\n\n")
        first = next(at for at, event in enumerate(events) if '"from": "bot"' in event)
        await route.fulfill(response=response, body="\n\n".join(events[: first + 1]) + "\n\n")

    await chat.page.route("**/chat/api/messages", cut)
    await chat.write(TWO)
    await expect(chat.replies).to_have_count(2)
    await chat.settled()
    assert [TWO] == bot.rasa.texts
    await expect(chat.replies.first).to_contain_text("先书面要求退费")


async def test_a_stream_cut_before_the_answer(chat: Chat, bot: Bot) -> None:
    """The page joins the turn again with the same cid."""
    calls: list[str] = []

    async def cut(route: Any) -> None:
        calls.append(json.loads(route.request.post_data)["cid"])
        if len(calls) == 1:
            body = 'data: {"type":"typing"}\n\n'
            await route.fulfill(status=200, content_type="text/event-stream; charset=utf-8", body=body)
        else:
            await route.continue_()

    await chat.page.route("**/chat/api/messages", cut)
    await chat.ask(LIST)
    assert 1 == len(set(calls))
    assert [LIST] == bot.rasa.texts


async def test_a_person_who_leaves(chat: Chat, bot: Bot) -> None:
    """The turn is finished without him; the answer is there when he comes back."""
    await chat.ask(LIST)
    bot.rasa.gate.clear()
    await chat.write(SLOW)
    async with chat.page.expect_event("close"):
        context = chat.page.context
        page = await context.new_page()
        await chat.page.close()
    bot.rasa.gate.set()
    again = Chat(page, chat.origin)
    await page.goto(chat.origin + "/chat")
    await expect(again.replies.first).to_be_visible()
    for _ in range(100):
        if await again.replies.count() == 2:
            break
        async with page.expect_response("**/chat/api/messages?after=*"):
            await page.evaluate("() => { dispatchEvent(new Event('online')); }")
    assert [LIST, SLOW] == await again.own_words()
    await expect(again.replies).to_have_count(2)


async def test_json_instead_of_events(chat: Chat) -> None:
    """A proxy or server that cannot stream: the same answer."""

    async def without_events(route: Any) -> None:
        await route.continue_(headers=route.request.headers | {"accept": "application/json"})

    await chat.page.route("**/chat/api/messages", without_events)
    await chat.write(TWO)
    await expect(chat.replies).to_have_count(2)


async def test_old_browsers_without_readable_streams(new_chat: NewChat) -> None:
    """The events are read as one text where the body cannot be read in pieces."""
    chat = await new_chat()
    await chat.page.add_init_script("delete Response.prototype.body; delete window.AbortController;")
    await chat.open()
    await chat.write(TWO)
    await expect(chat.replies).to_have_count(2)


async def test_too_many(chat: Chat, bot: Bot) -> None:
    """429: its words are shown, its wait is kept, and then the message goes out."""
    calls: list[str] = []

    async def once(route: Any) -> None:
        calls.append(json.loads(route.request.post_data)["cid"])
        if len(calls) == 1:
            body = {"error": "too_many", "message": "发得太快了，请过 1 秒再发；急事请拨打 12333。"}
            await route.fulfill(status=429, headers={"Retry-After": "1"}, json=body)
        else:
            await route.continue_()

    await chat.page.route("**/chat/api/messages", once)
    await chat.write(LIST)
    await expect(chat.status).to_contain_text("发得太快了")
    await expect(chat.replies).to_have_count(1)
    assert 1 == len(set(calls))
    assert [LIST] == bot.rasa.texts


async def test_a_message_that_is_refused(chat: Chat) -> None:
    """The server's sentence is shown and the bubble marked; nothing is retried in vain."""
    calls: list[str] = []

    async def refuse(route: Any) -> None:
        calls.append(route.request.url)
        await route.fulfill(status=413, json={"error": "too_large", "message": "内容太长了，也可以拨打 12333。"})

    await chat.page.route("**/chat/api/messages", refuse)
    await chat.write("很长")
    await expect(chat.status).to_contain_text("内容太长了")
    await expect(chat.page.locator(".message.user.failed")).to_have_count(1)
    assert 1 == len(calls)


async def test_the_first_request_fails(new_chat: NewChat) -> None:
    """Without a session at the start the page says so and opens one when something is asked."""
    chat = await new_chat()
    await chat.page.route("**/chat/api/session", lambda route: route.abort())
    await chat.page.goto(chat.origin + "/chat")
    await expect(chat.status).to_contain_text("12333")
    await chat.page.unroute_all(behavior="ignoreErrors")
    await chat.ask(LIST)
    await expect(chat.replies).to_have_count(1)
