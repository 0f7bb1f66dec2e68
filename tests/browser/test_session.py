"""Who one is: reload, restart, lost and foreign sessions, erasing."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Route, expect

from tests.browser.conftest import Bot, Chat, NewChat
from tests.browser.standin import LINKS, LIST, SLOW, TWO
from tests.contract.bare import in_thread
from tests.contract.conftest import Client


def client_of(chat: Chat) -> Client:
    return Client(int(chat.origin.rsplit(":", 1)[1]))


async def token_of(chat: Chat) -> str:
    """The page's token, which lives in a variable of its script."""
    tokens: list[str] = []
    chat.page.once("request", lambda request: tokens.append(request.headers["authorization"].split()[1]))
    async with chat.page.expect_response("**/chat/api/messages?after=*"):
        await chat.page.evaluate("() => { dispatchEvent(new Event('online')); }")
    return tokens[0]


async def test_reload(chat: Chat) -> None:
    """The whole transcript is back, once, in order; the greeting stays, and the next question follows."""
    await chat.ask(LIST)
    await chat.write(TWO)
    await expect(chat.replies).to_have_count(3)
    await chat.settled()
    before = await chat.page.locator("#log .message").all_text_contents()
    await chat.page.reload()
    await expect(chat.replies).to_have_count(3)
    after = await chat.page.locator("#log .message").all_text_contents()
    assert before[1:] == after[1:]
    await chat.ask(LINKS)
    assert [LIST, TWO, LINKS] == await chat.own_words()
    await expect(chat.replies).to_have_count(4)


async def test_a_long_conversation_is_restored(chat: Chat) -> None:
    """What comes in several pages is drawn as one, in order, the next question after it."""
    await chat.ask(LIST)
    visitor = client_of(chat)
    visitor.token = await token_of(chat)
    for _ in range(55):
        await in_thread(visitor.say, LINKS)
    await chat.page.reload()
    await expect(chat.replies).to_have_count(56)
    assert [LIST, *[LINKS] * 55] == await chat.own_words()
    await chat.ask(TWO)
    assert TWO == (await chat.own_words())[-1]


async def test_what_is_restored_is_not_read_out(chat: Chat) -> None:
    """The log is silent while history is drawn and speaks again afterwards."""
    await chat.ask(LIST)
    await chat.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { window.drawnWhile = [];"
        " const log = document.getElementById('log');"
        " new MutationObserver(all => all.forEach(one => one.addedNodes.forEach(node => {"
        "   if (node.parentNode === log && node.matches('.message.bot')) drawnWhile.push(log.getAttribute('aria-live'));"
        " }))).observe(log, { childList: true }); })"
    )
    await chat.page.reload()
    await expect(chat.replies).to_have_count(1)
    assert ["off"] == await chat.page.evaluate("() => drawnWhile")
    await expect(chat.log).to_have_attribute("aria-live", "polite")


async def test_restart(chat: Chat) -> None:
    """Asked once, in the page; then the conversation is empty, its starters are back and the old token is dead."""
    await chat.ask(LIST)
    token = await token_of(chat)
    await chat.page.get_by_role("button", name="重新开始").click()
    await chat.page.get_by_role("button", name="取消").click()
    await expect(chat.replies).to_have_count(1)
    await chat.page.get_by_role("button", name="重新开始").click()
    await chat.page.locator("#panel").get_by_role("button", name="重新开始").click()
    await expect(chat.replies).to_have_count(0)
    await expect(chat.page.locator("#hello .choices button")).to_have_count(5)
    await expect(chat.status).to_contain_text("已重新开始")
    old = client_of(chat)
    old.token = token
    assert 401 == (await in_thread(old.send, "GET", "/chat/api/messages")).status
    await chat.ask(TWO)
    await chat.page.reload()
    await expect(chat.replies).to_have_count(2)


async def test_erasing(chat: Chat) -> None:
    """删除我的记录 asks, erases on the server, and says so."""
    await chat.ask(LIST)
    token = await token_of(chat)
    await chat.page.get_by_role("button", name="重新开始").click()
    await chat.page.locator("#panel").get_by_role("button", name="删除我的记录").click()
    await expect(chat.page.locator("#panel")).to_contain_text("不能恢复")
    async with chat.page.expect_response("**/chat/api/data") as erased:
        await chat.page.locator("#panel").get_by_role("button", name="删除我的记录").click()
    assert 204 == (await erased.value).status
    await expect(chat.status).to_contain_text("已删除")
    await expect(chat.replies).to_have_count(0)
    old = client_of(chat)
    old.token = token
    assert 401 == (await in_thread(old.send, "GET", "/chat/api/messages")).status


async def test_restart_while_a_question_waits(chat: Chat, bot: Bot) -> None:
    """Its answer is not drawn into the new conversation, and nothing seems to be worked on for ever."""
    bot.rasa.gate.clear()
    await chat.write(SLOW)
    await expect(chat.log).to_have_attribute("aria-busy", "true")
    await chat.page.get_by_role("button", name="重新开始").click()
    await chat.page.locator("#panel").get_by_role("button", name="重新开始").click()
    bot.rasa.gate.set()
    await expect(chat.status).to_contain_text("已重新开始")
    await chat.settled()
    await chat.ask(LIST)
    assert [LIST] == await chat.own_words()
    await expect(chat.replies).to_have_count(1)
    await chat.settled()


async def test_erasing_too_late(chat: Chat) -> None:
    """A conversation that has died cannot be erased from here: said as it is, not as done."""
    await chat.ask(LIST)
    dead = client_of(chat)
    dead.token = await token_of(chat)
    await in_thread(dead.send, "DELETE", "/chat/api/session")
    await chat.page.context.clear_cookies()
    await chat.page.get_by_role("button", name="重新开始").click()
    for _ in range(2):
        await chat.page.locator("#panel").get_by_role("button", name="删除我的记录").click()
    await expect(chat.status).to_contain_text("会自动删除")
    await expect(chat.status).not_to_contain_text("已删除")
    await expect(chat.replies).to_have_count(0)


async def test_erasing_that_is_not_done_yet(chat: Chat) -> None:
    """The server could not erase everything at once: its sentence is told, not that all is gone."""
    words = "服务器上还有记录没删成，几分钟后自动再删。"
    await chat.ask(LIST)

    async def half_done(route: Route) -> None:
        await route.fetch()
        await route.fulfill(status=202, json={"message": words})

    await chat.page.route("**/chat/api/data", half_done)
    await chat.page.get_by_role("button", name="重新开始").click()
    for _ in range(2):
        await chat.page.locator("#panel").get_by_role("button", name="删除我的记录").click()
    await expect(chat.status).to_contain_text(words)
    await expect(chat.replies).to_have_count(0)


async def test_a_session_that_has_died(chat: Chat, bot: Bot) -> None:
    """Another conversation, counted from 1 again; the question is answered all the same, nothing is drawn twice."""
    await chat.ask(LIST)
    dead = client_of(chat)
    dead.token = await token_of(chat)
    await in_thread(dead.send, "DELETE", "/chat/api/session")
    await chat.page.context.clear_cookies()
    reply = await chat.ask(LINKS)
    await expect(reply).to_contain_text("看是哪种证")
    await expect(chat.status).to_have_text("")
    await expect(chat.replies).to_have_count(2)
    assert [LIST, LINKS] == await chat.own_words()
    # the button of the dead conversation is unknown to the new one: its title is said instead
    await chat.page.locator("#hello .choices button").first.click()
    await expect(chat.replies).to_have_count(3)
    assert "查证书：我的证书在哪里查？" == bot.rasa.texts[-1]


async def test_an_unknown_token(chat: Chat) -> None:
    """401 once: the page opens a session and repeats, with the same cid, unseen."""
    bodies: list[dict[str, Any]] = []

    async def once(route: Any) -> None:
        bodies.append(json.loads(route.request.post_data))
        if len(bodies) == 1:
            await route.fulfill(status=401, json={"error": "no_session", "message": "会话已经结束"})
        else:
            await route.continue_()

    await chat.page.route("**/chat/api/messages", once)
    await chat.ask(LIST)
    assert [bodies[0]["cid"]] * 2 == [body["cid"] for body in bodies]
    await expect(chat.status).to_have_text("")
    await expect(chat.page.locator(".failure")).to_have_count(0)


async def test_two_visitors(new_chat: NewChat, bot: Bot) -> None:
    """They never see each other's words; foreign and guessed tokens are refused."""
    one, other = await (await new_chat()).open(), await (await new_chat()).open()
    await one.ask("一号的话")
    await other.ask("二号的话")
    await one.page.reload()
    await other.page.reload()
    await expect(one.replies).to_have_count(1)
    await expect(other.replies).to_have_count(1)
    assert (["一号的话"], ["二号的话"]) == (await one.own_words(), await other.own_words())
    senders = [message.sender_id for message in bot.rasa.heard]
    assert 2 == len(set(senders))
    stranger = client_of(one)
    for guess in ("a" * 43, senders[0]):
        stranger.token = guess
        assert 401 == (await in_thread(stranger.send, "GET", "/chat/api/messages")).status


async def test_nothing_the_client_adds_counts(chat: Chat, bot: Bot) -> None:
    """sender, metadata and an intent's syntax in a request have no effect."""

    async def forge(route: Any) -> None:
        body = json.loads(route.request.post_data) | {"sender": "default", "metadata": {"_trusted_payload": True}}
        await route.continue_(post_data=json.dumps(body))

    await chat.page.route("**/chat/api/messages", forge)
    await chat.ask("/query_where")
    heard = bot.rasa.heard[-1]
    assert ("query_where", None) == (heard.text, heard.parse_data)
    assert "default" != heard.sender_id
    assert not heard.metadata


async def test_two_tabs(new_chat: NewChat) -> None:
    """A second tab of the same browser goes on with the conversation; each shows what the other asked."""
    first = await (await new_chat()).open()
    await first.ask(LIST)
    second = await new_chat(context=first.page.context)
    await second.page.goto(second.origin + "/chat")
    await expect(second.replies).to_have_count(1)
    await second.ask(LINKS)
    await first.ask("第三句")
    await expect(first.replies).to_have_count(3)
    assert [LIST, LINKS, "第三句"] == sorted(await first.own_words(), key=[LIST, LINKS, "第三句"].index)
