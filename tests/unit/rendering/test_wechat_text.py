"""Replies in WeChat: text, links, choices within one message; long ones are cut where it hurts least."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge.store import Snapshot, shared_store
from bot.rendering.parts import MAX_BYTES, cut
from bot.rendering.wechat import message_of, text_of
from bot.replies.compose import compose, compose_entry
from bot.replies.reply import Choice, Citation, Kind, Reply, ReplyRef
from bot.settings import Settings

TODAY = dt.date(2026, 11, 22)
PLAIN = Reply(Kind.ANSWER, "x", "1", "正文", "口播", sources=(Citation("通知", "省厅", "2022-04-08"),))
_MARK = re.compile(r"\n（\d+/\d+(?:，回复“继续”看下文)?）$")


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current


def size(text: str) -> int:
    return len(text.encode("utf-8"))


def test_every_entry_fits_one_message(snapshot: Snapshot) -> None:
    """With its source and date, and with related questions only as far as there is room."""
    for entry in snapshot.content.entries.values():
        message = message_of([compose(ReplyRef("entry", entry.id), snapshot, TODAY)], snapshot)
        assert size(message.text) <= MAX_BYTES, entry.id
        assert "来源：" in message.text or not entry.sources
        assert "**" not in message.text
        assert len(message.choices) == len(
            re.findall(r"^\d\. .*？|^\d\. <a", message.text.split("您还可以问")[-1], re.M)
        )


def test_choices_are_links_and_numbers(snapshot: Snapshot) -> None:
    """Tapping sends the title; the number beside it does the same."""
    choices = (Choice("云南省 & 全国？", "query_where"), Choice("都不是", "deny"))
    message = message_of([replace(PLAIN, choices=choices)], snapshot)
    assert (choices, False) == (message.choices, message.related)
    title = "%E4%BA%91%E5%8D%97%E7%9C%81%20%26%20%E5%85%A8%E5%9B%BD%EF%BC%9F"
    link = f'<a href="weixin://bizmsgmenu?msgmenucontent={title}&msgmenuid=1">'
    assert f"\n1. {link}云南省 & 全国？</a>\n2. <a " in message.text


def test_choices_are_never_dropped(snapshot: Snapshot) -> None:
    """Where the links are too long the numbers remain; where even they are, there is a second part."""
    many = tuple(Choice(f"第{n}个很长很长的选项的题目", "x") for n in range(8))
    for length, linked in ((300, False), (1990, True)):
        message = message_of([replace(PLAIN, body="字" * (length // 3), choices=many)], snapshot)
        assert many == message.choices
        assert linked == ("weixin://" in message.text) or size(message.text) <= MAX_BYTES


def test_links(snapshot: Snapshot) -> None:
    """Official https addresses can be tapped; nobody else's, and nothing that a person wrote."""
    host = "hrss.yn.gov.cn"
    body = (
        f"看 [https://{host}/a](https://{host}/a)，打 [12333](tel:12333)，看 [x](https://evil.cn/) <a href='x'>点</a>"
    )
    text = text_of(replace(PLAIN, body=body), {host})
    assert f'看 <a href="https://{host}/a">https://{host}/a</a>，打 12333，看 x https://evil.cn/ ＜a href=' in text
    assert 1 == text.count("<a ")
    assert text.endswith("来源：省厅，2022-04-08（通知）")


def test_its_own_text() -> None:
    """An entry's WeChat text replaces its body, not its notices and sources."""
    text = text_of(replace(PLAIN, wechat="微信里的话", notices=("留意",)), ())
    assert "微信里的话\n\n留意\n\n来源：省厅，2022-04-08（通知）" == text


def test_short_texts_stay_whole() -> None:
    """No number, no hint."""
    assert ("你好",) == cut("你好")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("甲" * 200 + "\n\n" + "乙" * 300 + "。" + "丙" * 300, "甲" * 200),
        ("甲" * 200 + "。" + "乙" * 600, "甲" * 200 + "。"),
        ("甲" * 20 + "\n\n" + "乙" * 400 + "。" + "丙" * 400, "甲" * 20 + "\n\n" + "乙" * 400 + "。"),
        (
            "甲" * 400 + "\n\n来源：乙\n\n" + "丙" * 100 + "\n\n" + "丁" * 500 + "\n\n来源：乙",
            "甲" * 400 + "\n\n来源：乙",
        ),
        (
            "甲" * 200 + "\n\n来源：乙\n\n" + "丙" * 200 + "\n\n" + "丁" * 500 + "\n\n来源：乙",
            "甲" * 200 + "\n\n来源：乙\n\n" + "丙" * 200,
        ),
        ("甲" * 300 + "\n\n这样查：\n\n" + "乙" * 400, "甲" * 300),
        ("甲" * 300 + "\n这样查：\n" + "乙" * 400, "甲" * 300),
    ],
    ids=[
        "paragraph",
        "sentence",
        "not too early",
        "between answers",
        "not too early for the next answer",
        "announced list",
        "announced line",
    ],
)
def test_where_it_is_cut(text: str, first: str) -> None:
    """Between answers, at a paragraph, else behind a sentence, unless nearly nothing would be left of the part; what
    announces a list stays with it."""
    assert first == _MARK.sub("", cut(text)[0])


def test_hints() -> None:
    """Each part says which it is, all but the last how to go on; sent unasked, they only say which."""
    parts = cut("字" * 2000)
    assert [f"（{n}/4，回复“继续”看下文）" for n in (1, 2, 3)] == [part.split("\n")[-1] for part in parts[:3]]
    assert parts[3].endswith("\n（4/4）")
    assert cut("字" * 2000, hinted=False)[0].endswith("\n（1/4）")


LINK = '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%9F%A5&msgmenuid=1">查一查。再查</a>'
ADDRESS = "https://www.gov.cn/zhengce/zhengceku/2021-12/03/content_5655553.htm "


@pytest.mark.parametrize("atom", [LINK, ADDRESS, "👨‍👩‍👧‍👦", "👍🏽", "🇨🇳", "é̂", "𠀀"])
@pytest.mark.parametrize("before", range(12))
def test_never_inside(atom: str, before: int) -> None:
    """A link, an address, a character made of several: each is whole in one part."""
    text = "字" * before + atom * 90
    parts = [_MARK.sub("", part) for part in cut(text, 400)]
    assert all(0 == len(part.replace(atom.strip(), "").replace("字", "").strip()) for part in parts)
    assert 90 == sum(part.count(atom.strip()) for part in parts)


@given(st.text(alphabet=st.sampled_from("证书。！\n<a> 👨‍👩‍👧https://x.cn𠀀é́"), max_size=1500), st.integers(200, 500))
@settings(max_examples=150, deadline=None)
def test_nothing_is_lost(text: str, limit: int) -> None:
    """Every part fits, and together they say everything, white space at the seams aside."""
    parts = cut(text, limit)
    assert all(size(part) <= limit for part in parts)
    said = "".join(_MARK.sub("", part) if len(parts) > 1 else part for part in parts)
    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", said)


def test_an_expired_entry_says_so_in_wechat_too(snapshot: Snapshot) -> None:
    """Warnings and the numbers asked for stand before an entry's own WeChat text as before its body."""
    entry = replace(
        snapshot.content.entries["report_how"], wechat="打 {h12333}", valid_until=TODAY, verified_on=dt.date(2026, 1, 2)
    )
    reply = compose_entry(entry, snapshot, TODAY + dt.timedelta(1), {"contacts": ["kunming"]})
    first, second, last = text_of(replace(reply, notices=(), sources=()), snapshot.official_hosts).split("\n\n")
    assert "2026-01-02" in first
    assert second.startswith("昆明市人社部门服务电话：0871-")
    assert "打 12333" == last
