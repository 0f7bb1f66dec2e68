"""What a reply is drawn from: blocks, links, sources, cards, marks; and that nothing of it is ever markup."""

from __future__ import annotations

from typing import Any

from playwright.async_api import expect

from tests.browser.conftest import Bot, Chat
from tests.browser.standin import ADVERT, CARD, LINKS, LIST, REFUSED, URGENT

_ALLOWED = {
    *("SPAN", "P", "H2", "UL", "OL", "LI", "DIV", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "STRONG", "BR", "A"),
    *("BUTTON", "DETAILS", "SUMMARY", "DL", "DT", "DD", "MARK"),
}
_HOSTILE = [
    '<img src=x onerror="window.__xss=1">',
    "<script>window.__xss=1</script>",
    "<svg onload=window.__xss=1>",
    "[点我](javascript:window.__xss=1)",
    "<a href=data:text/html,1>点我</a>",
    "&lt;img src=x onerror=window.__xss=1&gt;",
    "<iframe srcdoc='<script>parent.__xss=1</script>'></iframe>",
    "</p></div><style>*{display:none}</style>",
    "\u202e<b onmouseover=window.__xss=1>x</b>",
]
_BAD_LINKS = [
    "javascript:window.__xss=1",
    "JaVaScRiPt:window.__xss=1",
    "java\tscript:window.__xss=1",
    "\u0001javascript:window.__xss=1",
    "data:text/html,<script>window.__xss=1</script>",
    "vbscript:msgbox(1)",
    "blob:https://example.com/1",
    "http://example.com/",
    "http://zscx.osta.org.cn.example.com/",
    "http://zscx.osta.org.cn@example.com/",
    "https://zscx.osta.org.cn@example.com/",
    "//example.com/",
    "/chat",
    "tel:110;ext=<script>",
    "https://",
]


def answer_with(**message: Any) -> Any:
    """A route that answers any question with one crafted reply."""

    async def fulfil(route: Any) -> None:
        cid = route.request.post_data_json["cid"]
        own = {"seq": 1, "from": "user", "cid": cid, "text": route.request.post_data_json.get("text", "")}
        reply = {"seq": 2, "from": "bot", "kind": "answer", "entry": None, "text": "答", "buttons": [], "sources": []}
        await route.fulfill(json={"messages": [own, reply | message], "last": 2})

    return fulfil


async def test_hostile_text_is_shown_as_it_is(chat: Chat) -> None:
    """In blocks, lists, tables, titles, sources, cards, marks and the person's own words: no element beyond ours."""
    inline = [*_HOSTILE, *({"t": "b", "s": text} for text in _HOSTILE)]
    blocks = [{"t": kind, "c": inline} for kind in ("p", "h", "warn")]
    blocks += [{"t": "ul", "items": [inline]}, {"t": "table", "head": [inline], "rows": [[inline]]}]
    blocks += [{"t": "script", "c": ["window.__xss=1"]}, {"t": "html", "s": _HOSTILE[0]}]
    sources = [{"title": text, "issuer": text, "date": text, "url": "javascript:1"} for text in _HOSTILE]
    buttons = [{"id": f"button{at}", "title": text} for at, text in enumerate(_HOSTILE)]
    card = {"rows": [[text, text] for text in _HOSTILE]}
    quotes = [{"start": 1, "end": 9, "signal": "x"}]
    message = {"blocks": blocks, "sources": sources, "buttons": buttons, "card": card, "quotes": quotes}
    hostile = "".join(_HOSTILE).replace("\u202e", "")
    await chat.page.route("**/chat/api/messages", answer_with(**message, understood=_HOSTILE[0]))
    reply = await chat.ask(hostile)
    used = await chat.page.locator("#log *").evaluate_all("all => all.map(one => one.tagName)")
    assert set() == set(used) - _ALLOWED
    assert await chat.page.evaluate("() => window.__xss === undefined")
    attributes = await chat.page.locator("#log *").evaluate_all("all => all.flatMap(one => one.getAttributeNames())")
    assert [] == [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc", "src")]
    shown = await reply.inner_text()
    for text in _HOSTILE:
        assert text.replace("\u202e", "") in shown.replace("\u202e", "")
    own = await chat.own.locator(".words").evaluate("node => node.textContent.replace('风险词句：', '')")
    assert hostile == own


async def test_links_that_are_none(chat: Chat) -> None:
    """What may not be linked is its text."""
    parts = [{"t": "a", "s": f"点我{at}。", "href": href} for at, href in enumerate(_BAD_LINKS)]
    await chat.page.route("**/chat/api/messages", answer_with(blocks=[{"t": "p", "c": parts}]))
    reply = await chat.ask("链接")
    await expect(reply.locator("p").first).to_have_text("".join(part["s"] for part in parts))
    await expect(reply.locator("a")).to_have_count(0)


async def test_links(chat: Chat) -> None:
    """https, tel, and http to listed hosts with the whole address; a new window is announced at the name's end."""
    parts = [
        {"t": "a", "s": "国务院", "href": "https://www.gov.cn/a?b=1"},
        {"t": "a", "s": "查询平台", "href": "http://zscx.osta.org.cn"},
        {"t": "a", "s": "zscx.osta.org.cn", "href": "http://zscx.osta.org.cn"},
        {"t": "a", "s": "0871-12333", "href": "tel:0871-12333"},
    ]
    await chat.page.route("**/chat/api/messages", answer_with(blocks=[{"t": "p", "c": parts}]))
    links = (await chat.ask("链接")).locator("p a")
    names = await links.evaluate_all("all => all.map(one => one.textContent)")
    assert [
        "国务院（新窗口打开）",
        "查询平台（http://zscx.osta.org.cn）（新窗口打开）",
        "http://zscx.osta.org.cn（新窗口打开）",
        "0871-12333",
    ] == names
    attributes = await links.evaluate_all("all => all.map(one => [one.target, one.rel])")
    assert [["_blank", "noopener noreferrer"]] * 3 + [["", ""]] == attributes
    assert "tel:0871-12333" == await links.last.get_attribute("href")


async def test_links_of_real_replies(chat: Chat) -> None:
    """The official query platforms, which are http only, can be followed; nothing leads elsewhere."""
    reply = await chat.ask(LINKS)
    found = await reply.locator("a").evaluate_all("all => all.map(one => one.href)")
    assert "http://zscx.osta.org.cn/" in found
    assert [] == [href for href in found if not href.startswith(("https://", "http://", "tel:"))]


async def test_steps_phones_and_sources(chat: Chat) -> None:
    """Numbered steps are a list; numbers dial; issuer and date of the sources are shown, the rest a tap away."""
    reply = await chat.ask(LIST)
    await expect(reply.locator("ol > li")).to_have_count(3)
    await expect(reply.get_by_role("link", name="12315").first).to_have_attribute("href", "tel:12315")
    source = reply.locator(".source")
    await expect(source).to_contain_text("来源：宜昌市猇亭区人民法院，2025-06-16 等 5 处")
    await source.locator("summary").click()
    await expect(source.locator("li")).to_have_count(5)
    await expect(source.locator("li").first).to_be_visible()
    await expect(reply.get_by_role("group", name="可选问题").get_by_role("button")).to_have_count(3)


async def test_card_of_an_occupation(chat: Chat) -> None:
    """The rows at a glance; where to check is linked in the body and not said twice."""
    reply = await chat.ask(CARD)
    rows = await reply.locator(".card dt").all_text_contents()
    assert ["名称", "是否在目录", "该走的证"] == rows[:3]
    assert "在哪查" not in rows
    await expect(reply.get_by_role("link", name="http://zscx.osta.org.cn").first).to_be_visible()


async def test_quotes_are_marked_in_the_persons_own_words(chat: Chat, bot: Bot) -> None:
    """Offsets are code points: an emoji before them shifts nothing; the sign is not colour alone."""
    await chat.ask(ADVERT)
    marks = chat.own.locator("mark")
    marked = await marks.evaluate_all("all => all.map(one => one.lastChild.data)")
    assert {"包过", "三天拿证"} <= set(marked)
    assert ADVERT == await chat.own.locator(".words").evaluate("node => node.textContent.replace(/风险词句：/g, '')")
    line = await marks.first.evaluate("one => getComputedStyle(one).borderBottomWidth")
    assert "3px" == line
    await chat.page.reload()
    await expect(marks).to_have_count(len(marked))
    assert [ADVERT] == bot.rasa.texts


async def test_urgent_is_said_in_words(chat: Chat) -> None:
    """紧急 stands above what comes first."""
    reply = await chat.ask(URGENT)
    await expect(reply.locator(".flag")).to_have_text("紧急")
    await expect(reply.get_by_role("link", name="110").first).to_have_attribute("href", "tel:110")


async def test_masked_numbers_are_shown_masked(chat: Chat) -> None:
    """The bubble shows what is kept, not what was typed."""
    await chat.ask("我的身份证 530102199003078888 能查吗")
    await expect(chat.own).to_contain_text("〔身份证号〕")
    assert "530102" not in await chat.log.inner_text()


async def test_how_words_were_read(chat: Chat) -> None:
    """按…理解, where the server says so."""
    await chat.page.route(
        "**/chat/api/messages", answer_with(understood="证书在哪里查", blocks=[{"t": "p", "c": ["答"]}])
    )
    reply = await chat.ask("zhengshu zai na cha")
    await expect(reply.locator(".understood")).to_have_text("按“证书在哪里查”理解")


async def test_feedback_on_every_reply(chat: Chat) -> None:
    """有用, 没用 with a reason or a note, on refusals too; the last vote counts."""
    sent: list[dict[str, Any]] = []

    async def keep(route: Any) -> None:
        sent.append(route.request.post_data_json)
        await route.continue_()

    await chat.page.route("**/chat/api/feedback", keep)
    await chat.ask(LIST)
    await chat.ask(REFUSED)
    for at, reply in enumerate((chat.replies.first, chat.replies.last)):
        async with chat.page.expect_response("**/chat/api/feedback") as kept:
            await reply.get_by_role("button", name="有用").click()
        assert 204 == (await kept.value).status
        assert {"seq": 2 + 2 * at, "value": "useful"} == sent[-1]
    await expect(chat.status).to_contain_text("谢谢")
    reply = chat.replies.last
    useless = reply.get_by_role("button", name="没用")
    await useless.click()
    await expect(useless).to_have_attribute("aria-pressed", "true")
    reasons = reply.get_by_role("group", name="哪里不好")
    assert ["过时", "看不懂", "答非所问", "打不通", "其他"] == await reasons.get_by_role("button").all_text_contents()
    async with chat.page.expect_response("**/chat/api/feedback") as kept:
        await reasons.get_by_role("button", name="打不通").click()
    assert 204 == (await kept.value).status
    assert {"seq": 4, "value": "useless", "reason": "unreachable"} == sent[-1]
    await useless.click()
    await reasons.get_by_role("button", name="其他").click()
    note = reply.get_by_role("textbox")
    await note.fill("没说在哪个窗口办")
    async with chat.page.expect_response("**/chat/api/feedback") as kept:
        await note.press("Enter")
    assert 204 == (await kept.value).status
    assert {"seq": 4, "value": "useless", "reason": "other", "note": "没说在哪个窗口办"} == sent[-1]


async def test_no_feedback_on_the_greeting(chat: Chat) -> None:
    """It answers nothing."""
    await expect(chat.page.locator("#hello .judge")).to_have_count(0)


async def test_greeting_is_the_contents_own(chat: Chat, bot: Bot) -> None:
    """The words that stand in the page before anything is loaded are those of the content: nothing jumps."""
    answer = await chat.page.request.post(
        bot.origin + "/chat/api/session", data={}, headers={"Content-Type": "application/json", "Cookie": ""}
    )
    source = await (await chat.page.request.get(bot.origin + "/chat")).text()
    assert f"<p>{(await answer.json())['greeting']['blocks'][0]['c'][0]}</p>" in source


async def test_notice_once(chat: Chat) -> None:
    """That this is a machine, what is kept and for how long; read once, it does not come back."""
    notice = chat.page.locator("#notice")
    for words in ("机器助手", "30 天", "180 天", "365 天", "身份证号"):
        await expect(notice).to_contain_text(words)
    await expect(notice.get_by_role("button", name="删除我的记录")).to_be_visible()
    await notice.get_by_role("button", name="知道了").click()
    await expect(notice).to_have_count(0)
    await chat.page.reload()
    await expect(chat.page.locator("#hello .choices button")).to_have_count(5)
    await expect(notice).to_have_count(0)


_VOICE = """
const said = window.said = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => [{ lang: 'zh-CN' }], addEventListener: () => {}, cancel: () => { said.push('（停）'); },
  speak: utterance => { said.push(utterance.text); },
} });
"""


async def test_read_aloud(chat: Chat) -> None:
    """Where there is a Chinese voice: numbers digit by digit, a second press stops; else there is no such button."""
    reply = await chat.ask(LIST)
    await expect(reply.get_by_text("朗读")).to_be_hidden()
    await chat.page.add_init_script(_VOICE)
    await chat.page.reload()
    speak = chat.replies.first.get_by_role("button", name="朗读")
    await speak.click()
    said = "".join(await chat.page.evaluate("() => said"))
    assert "1 2 3 1 5" in said
    assert "来源" not in said
    await expect(speak).to_have_text("停止朗读")
    await speak.click()
    await expect(speak).to_have_text("朗读")
    assert "（停）" == (await chat.page.evaluate("() => said"))[-1]
