"""Screen readers and keyboards: roles, names, what is read out, where the focus goes; axe without a finding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.async_api import Frame, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Chat, NewChat
from tests.browser.standin import CARD, LINKS, LIST, SLOW, URGENT
from tests.browser.test_markup import answer_with

_AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
#: Size and contrast.
_MODES = {"normal": ("标准", False), "big": ("大字", False), "huge": ("特大", False), "contrast": ("标准", True)}


async def findings(place: Page | Frame) -> list[str]:
    """What axe finds in a page or frame; it is handed over by the debugger, which no policy of the page stops."""
    if not await place.evaluate("() => Boolean(window.axe)"):
        await place.evaluate(_AXE)
    found = await place.evaluate("rules => axe.run(document, { runOnly: rules })", _RULES)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
    ]


async def choose(chat: Chat, mode: str) -> None:
    """One of the four modes."""
    size, contrast = _MODES[mode]
    await chat.page.get_by_role("button", name=size, exact=True).click()
    button = chat.page.get_by_role("button", name="高对比")
    if (await button.get_attribute("aria-pressed") == "true") != contrast:
        await button.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe(new_chat: NewChat, scheme: str) -> None:
    """Empty, long answers with lists, tables, cards, buttons and an opened reason, error: in each of the four modes."""
    chat = await (await new_chat(color_scheme=scheme, **PHONE)).open()
    told: list[str] = []

    async def look(state: str) -> None:
        for mode in _MODES:
            await choose(chat, mode)
            told.extend(f"{state}, {mode}: {one}" for one in await findings(chat.page))

    await look("empty")
    for text in (LIST, CARD, URGENT, LINKS):
        await chat.ask(text)
    table = {"t": "table", "head": [["证书"], ["在哪查"]], "rows": [[["甲" * 30], ["乙" * 30]]]}
    await chat.page.route("**/chat/api/messages", answer_with(blocks=[table, {"t": "h", "c": ["小标题"]}]))
    await chat.page.evaluate("() => { seen = new Set(); }")
    await chat.ask("表格")
    await chat.replies.last.get_by_role("button", name="没用").click()
    await look("answers")
    await chat.page.context.set_offline(True)
    await chat.write("发不出去")
    await expect(chat.page.locator(".failure")).to_be_visible()
    await chat.page.get_by_role("button", name="重新开始").click()
    await look("error")
    await chat.page.context.set_offline(False)
    assert [] == told


async def test_structure(chat: Chat) -> None:
    """Roles, names and language, as a screen reader finds them."""
    page = chat.page
    await page.get_by_role("button", name="知道了").click()
    log = page.get_by_role("log", name="对话记录")
    await expect(log).to_have_count(1)
    for name, value in (("aria-live", "polite"), ("aria-relevant", "additions"), ("tabindex", "0")):
        await expect(log).to_have_attribute(name, value)
    for role, count in (("status", 1), ("main", 1), ("banner", 1)):
        await expect(page.get_by_role(role)).to_have_count(count)
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await expect(page.get_by_role("textbox", name="您的问题")).to_have_count(1)
    await expect(page.get_by_role("button", name="发送", exact=True)).to_have_count(1)
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await chat.ask(LINKS)
    await expect(page.locator("body")).to_match_aria_snapshot(
        """
        - banner:
          - heading "证辨" [level=1]
          - group "字号":
            - button "标准" [pressed]
            - button "大字"
            - button "特大"
          - button "高对比"
          - button "重新开始"
        - main:
          - log "对话记录":
            - paragraph:
              - text: /机器助手回答/
              - link "12333"
            - text: 客服：
            - paragraph: /您好，我是证辨/
            - group "可选问题":
              - 'button "查证书：我的证书在哪里查？"'
              - 'button "看广告：哪些说法一听就要当心？"'
              - 'button "去举报：发现假证书找谁举报？"'
              - 'button "查职业：职业在不在国家目录里？"'
              - 'button "我不方便打电话（听不见、说不了话）"'
            - text: 我：
            - paragraph: 证书在哪里查
            - text: 客服：
            - paragraph: /看是哪种证/
            - list:
              - listitem:
                - strong: 职业资格证书（技能类）、职业技能等级证书
                - link "http://zscx.osta.org.cn （新窗口打开）"
            - group: /来源/
            - group "可选问题":
              - button "职业技能等级证书"
              - button "特种作业操作证（上岗）"
            - group "评价这条回答":
              - button "有用"
              - button "没用"
          - status
          - textbox "您的问题或招生广告"
          - button "发送"
        """
    )


_WATCH = """() => {
  window.changes = [];
  const name = node => node.nodeType === 1 ? node.className : '#text';
  new MutationObserver(all => all.forEach(one => {
    if (one.type === 'childList') {
      one.removedNodes.forEach(node => changes.push('removed ' + name(node)));
      one.addedNodes.forEach(node => { if (one.target.id === 'log') changes.push('added ' + name(node)); });
    } else if (one.type === 'characterData') changes.push('text');
  })).observe(document.getElementById('log'), { childList: true, subtree: true, characterData: true });
}"""


async def test_answers_are_additions_only(chat: Chat) -> None:
    """Nothing that was read is taken away or put in again."""
    await chat.ask(LIST)
    await chat.page.evaluate(_WATCH)
    await chat.ask(LINKS)
    changes = await chat.page.evaluate("() => changes")
    assert ["added message user", "added message bot"] == [change.replace(" pending", "") for change in changes]


async def test_keyboard_order(desk_chat: Chat) -> None:
    """Header, log, links and buttons in it, box, send; each with a focus that is seen; and out again."""
    chat = desk_chat
    await chat.page.get_by_role("button", name="知道了").click()
    await chat.ask(LIST)
    stops: list[dict[str, Any]] = []
    for _ in range(80):
        await chat.page.keyboard.press("Tab")
        stop = await chat.page.evaluate(_FOCUSED)
        if stop["name"] == "BODY":
            continue
        if stop in stops:
            break
        stops.append(stop)
    begin = next(at for at, stop in enumerate(stops) if stop["name"] == "标准")
    stops = stops[begin:] + stops[:begin]
    names = [stop["name"] for stop in stops]
    assert ["标准", "大字", "特大", "高对比", "重新开始", "log"] == names[:6]
    assert ["text", "发送"] == names[-2:]
    assert names.index("log") < names.index("12315") < names.index("有用") < names.index("text")
    assert [] == [stop for stop in stops if stop["outline"] < 2 or stop["contrast"] < 3]


_FOCUSED = """() => {
  const node = document.activeElement, style = getComputedStyle(node);
  const light = color => {
    const parts = color.match(/[0-9.]+/g).slice(0, 3).map(Number).map(v => v / 255);
    const [r, g, b] = parts.map(v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = node.parentElement;
  while (behind && /, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const a = light(style.outlineColor), b = light(getComputedStyle(behind || document.body).backgroundColor);
  return {
    name: node.id === 'log' || node.id === 'text' ? node.id : node.tagName === 'BODY' ? 'BODY' : node.textContent,
    place: Array.from(document.querySelectorAll('*')).indexOf(node),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
  };
}"""


async def test_log_scrolls_by_keyboard(desk_chat: Chat) -> None:
    """It can be focused, and arrow keys move it."""
    for text in (LIST, LINKS, CARD):
        await desk_chat.ask(text)
    await desk_chat.log.focus()
    await desk_chat.page.keyboard.press("Home")
    top = "() => document.getElementById('log').scrollTop"
    await desk_chat.page.keyboard.press("ArrowDown")
    for _ in range(100):
        if await desk_chat.page.evaluate(top) > 0:
            break
        await desk_chat.page.keyboard.press("ArrowDown")
    assert await desk_chat.page.evaluate(top) > 0


async def test_the_panel_by_keyboard(desk_chat: Chat) -> None:
    """Its first button has the focus; Escape closes it and gives the focus back."""
    restart = desk_chat.page.get_by_role("banner").get_by_role("button", name="重新开始")
    await restart.focus()
    await desk_chat.page.keyboard.press("Enter")
    await expect(desk_chat.page.locator("#panel").get_by_role("button", name="重新开始")).to_be_focused()
    await desk_chat.page.keyboard.press("Escape")
    await expect(desk_chat.page.locator("#panel")).to_be_hidden()
    await expect(restart).to_be_focused()


async def test_an_answer_is_read_from_its_beginning(new_chat: NewChat) -> None:
    """The question stands at the top of the log and its long answer begins below it."""
    chat = await (await new_chat(**DESKTOP)).open()
    await chat.ask(SLOW)
    await chat.ask(LINKS)
    log, own = await chat.log.bounding_box(), await chat.own.last.bounding_box()
    assert log is not None
    assert own is not None
    assert 0 <= own["y"] - log["y"] <= 40


async def test_focus_when_what_had_it_is_gone(chat: Chat, desk_chat: Chat) -> None:
    """It goes on into the box; on a touch screen to the conversation, where no keyboard comes up over the answers."""
    for one, expected in ((chat, chat.log), (desk_chat, desk_chat.box)):
        await one.page.get_by_role("button", name="知道了").click()
        await expect(expected).to_be_focused()
        await one.page.get_by_role("button", name="重新开始").click()
        await one.page.locator("#panel").get_by_role("button", name="重新开始").click()
        await expect(one.status).to_contain_text("已重新开始")
        await expect(expected).to_be_focused()
