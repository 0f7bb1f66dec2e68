"""Replies as typed JSON: nothing that a page could take for HTML, links only where allowed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.store import Snapshot, shared_store
from bot.rendering.plain import plain, render
from bot.rendering.web import blocks, is_allowed, message_of
from bot.replies.compose import compose_entry
from bot.replies.lookup import ASPECTS, compose_lookup
from bot.settings import Settings

HOSTS = frozenset({"zscx.osta.org.cn"})
TODAY = dt.date(2026, 11, 22)
CORPUS = (
    "<img src=x onerror=alert(1)>",
    "<script>window.__xss=1</script>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox)",
    "[x](//evil.example)",
    "[x](http://evil.example)",
    "[x](http://zscx.osta.org.cn.evil.example)",
    "[x](http://zscx.osta.org.cn@evil.example)",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "<javascript:alert(1)>",
    "`<b>x</b>`",
    "    <b>code</b>",
    "```html\n<b>x</b>\n```",
    "> <iframe src=x>",
    "# <b>x</b>",
    "| a |\n|---|\n| <img src=x> |",
    "- <img src=x onerror=alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "&lt;script&gt;",
    "---",
)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current


def inlines(found: list[dict[str, Any]]) -> Iterator[Any]:
    for block in found:
        yield from block.get("c", ())
        for item in (*block.get("items", ()), *block.get("head", ())):
            yield from item
        for row in block.get("rows", ()):
            for cell in row:
                yield from cell


def assert_only_known_shapes(found: list[dict[str, Any]], hosts: frozenset[str]) -> None:
    for block in found:
        assert block["t"] in {"p", "h", "ul", "ol", "table"}
        assert set(block) <= {"t", "c", "items", "head", "rows"}
    for inline in inlines(found):
        if isinstance(inline, str):
            continue
        assert inline["t"] in {"b", "a", "br"}
        assert set(inline) <= {"t", "s", "href"}
        assert inline["t"] != "a" or is_allowed(inline["href"], hosts)
    json.dumps(found)


@pytest.mark.parametrize("markdown", CORPUS)
def test_hostile_markdown_is_only_text(markdown: str) -> None:
    """No element beyond the allowed set, no link but the harmless https ones."""
    found = blocks(markdown, HOSTS)
    assert_only_known_shapes(found, HOSTS)
    assert not [i for i in inlines(found) if isinstance(i, dict) and i["t"] == "a" and "https:" not in i["href"]]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://www.gov.cn/x", True),
        ("https://evil.example", True),
        ("http://zscx.osta.org.cn/", True),
        ("http://ZSCX.osta.org.cn", True),
        ("http://evil.example", False),
        ("http://zscx.osta.org.cn.evil.example", False),
        ("http://zscx.osta.org.cn@evil.example", False),
        ("tel:12333", True),
        ("tel:0871-12333", True),
        ("tel:12333;ext=1", False),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("ftp://zscx.osta.org.cn", False),
        ("//evil.example", False),
        ("/chat", False),
        ("https://", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_links(href: str, expected: bool) -> None:
    """https, tel, and http to the official hosts."""
    assert expected is is_allowed(href, HOSTS)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("一段", [{"t": "p", "c": ["一段"]}]),
        ("**重**要", [{"t": "p", "c": [{"t": "b", "s": "重"}, "要"]}]),
        ("# 题", [{"t": "h", "c": ["题"]}]),
        ("- 一\n- 二", [{"t": "ul", "items": [["一"], ["二"]]}]),
        ("1. 一\n2. 二", [{"t": "ol", "items": [["一"], ["二"]]}]),
        ("- 一\n\n- 二", [{"t": "ul", "items": [["一"], ["二"]]}]),
        ("上\n下", [{"t": "p", "c": ["上", {"t": "br"}, "下"]}]),
        ("[12333](tel:12333)", [{"t": "p", "c": [{"t": "a", "s": "12333", "href": "tel:12333"}]}]),
        ("[x](http://evil.example)", [{"t": "p", "c": ["x"]}]),
        ("a & b < c", [{"t": "p", "c": ["a & b < c"]}]),
        ("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |", [{"t": "table", "head": [["甲"], ["乙"]], "rows": [[["1"], ["2"]]]}]),
        ("", []),
    ],
)
def test_blocks(markdown: str, expected: list[dict[str, Any]]) -> None:
    """The subset of Markdown that answers are written in."""
    assert expected == blocks(markdown, HOSTS)


@given(st.text(alphabet=st.sampled_from("[]()<>*_`#-|>!&;:/ \nahtp证"), max_size=60))
def test_any_markdown_gives_known_shapes(markdown: str) -> None:
    """No text makes it fail or leave the protocol."""
    assert_only_known_shapes(blocks(markdown, HOSTS), HOSTS)


def assert_clean(text: str, found: list[dict[str, Any]]) -> None:
    shown = "".join(i if isinstance(i, str) else i.get("s", "") for i in inlines(found))
    assert "**" not in shown + text
    assert "](" not in shown + text
    assert "{" not in shown + text


def test_answers_show_no_markdown(snapshot: Snapshot) -> None:
    """No entry and no route leaves a mark of Markdown or a placeholder on the screen."""
    for entry in (*snapshot.content.entries.values(), *snapshot.content.routes):
        reply = compose_entry(entry, snapshot, TODAY)
        assert_clean(render(reply), message_of(reply, snapshot.official_hosts)["blocks"])


def test_occupations_show_no_markdown(snapshot: Snapshot) -> None:
    """No row of the catalogue either, whichever side of it is asked about."""
    for number, row in snapshot.catalogue.rows.items():
        for aspect in ("", *ASPECTS):
            reply = compose_lookup(number, {"name": row.name, "aspect": aspect}, snapshot, TODAY)
            assert_clean(render(reply), message_of(reply, snapshot.official_hosts)["blocks"])


def test_every_official_address_is_linked(snapshot: Snapshot) -> None:
    """A link that an answer writes is a link on the page: its host is on the list."""
    for entry in (*snapshot.content.entries.values(), *snapshot.content.routes):
        reply = compose_entry(entry, snapshot, TODAY)
        links = [i for i in inlines(blocks(reply.body, snapshot.official_hosts)) if isinstance(i, dict)]
        assert reply.body.count("](") == len([link for link in links if link["t"] == "a"])


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("**重**要", "重要"),
        ("[12333](tel:12333)", "12333"),
        ("[0871-12333](tel:087112333)", "0871-12333"),
        ("[http://a.cn](http://a.cn)", "http://a.cn"),
        ("[a.cn](http://a.cn)", "a.cn"),
        ("[平台](http://a.cn)", "平台 http://a.cn"),
        ("- 一\n- 二", "· 一\n· 二"),
        ("1. 一\n2. 二", "1. 一\n2. 二"),
    ],
)
def test_plain(markdown: str, expected: str) -> None:
    """Marks go, addresses and numbers stay."""
    assert expected == plain(markdown)
