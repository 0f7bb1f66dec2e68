"""Blocks as HTML: every text escaped, nothing but the elements of the protocol."""

from __future__ import annotations

import re

import pytest

from bot.rendering.html import block_html, reply_html
from bot.replies.reply import Citation, Kind, Reply

EVIL = (
    "<script>x</script>", '"><img src=x onerror=x>', "<svg onload=x>", "&lt;b&gt;", "[x](javascript:x)", "[x](data:text/html,x)",
    "[x](vbscript:x)", "[x](http://evil.example)", "[x](java&#x73;cript:x)", "<https://evil.example>", "![x](https://a.cn/i.png)",
    "`<b>`", "```\n<b>\n```", "<!-- x -->", "[a\" onclick=x](https://a.cn)", "| <b> |\n|---|\n| <i> |", "# <h>", "> <q>",
)  # fmt: skip


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"t": "p", "c": ["a<", {"t": "b", "s": "b&"}, {"t": "br"}]}, "<p>a&lt;<strong>b&amp;</strong><br></p>"),
        ({"t": "h", "c": ["a"]}, "<h4>a</h4>"),
        ({"t": "warn", "c": ["a"]}, '<p class="warn">a</p>'),
        ({"t": "ul", "items": [["a"], ["b"]]}, "<ul><li>a</li><li>b</li></ul>"),
        ({"t": "ol", "items": [["a"]]}, "<ol><li>a</li></ol>"),
        (
            {"t": "table", "head": [["a"]], "rows": [[["b"]]]},
            '<div class="table"><table><tr><th>a</th></tr><tr><td>b</td></tr></table></div>',
        ),
        ({"t": "p", "c": [{"t": "a", "s": "1", "href": "tel:1"}]}, '<p><a href="tel:1">1</a></p>'),
        (
            {"t": "p", "c": [{"t": "a", "s": "x", "href": 'https://a.cn/?"&'}]},
            '<p><a href="https://a.cn/?&quot;&amp;" target="_blank" rel="noopener noreferrer">x'
            '<span class="hidden">（新窗口打开）</span></a></p>',
        ),
        ({"t": "video", "c": ["a"]}, ""),
        ({"t": "p", "c": [{"t": "img", "s": "a"}]}, "<p></p>"),
    ],
)
def test_blocks(block: dict[str, object], expected: str) -> None:
    """Each type by its element; what is not known is left out."""
    assert expected == block_html(block)


@pytest.mark.parametrize("text", EVIL)
def test_no_text_becomes_markup(text: str) -> None:
    """Wherever it stands, it opens no element but ours, and links lead to allowed places only."""
    source = Citation(text, text, text, text)
    reply = Reply(Kind.ANSWER, "x", "1", text, "", notices=(text,), sources=(source,))
    html = reply_html(reply, {"good.example"})
    allowed = r"</?(p|h4|ul|ol|li|table|tr|td|th|strong|div|span)( class=\"[a-z]+\")?>|<br>|</a>"
    rest = re.sub(allowed, "", html)
    rest = re.sub(r'<a href="(https://[^"<>]*|tel:\d+)" target="_blank" rel="noopener noreferrer">', "", rest)
    assert "<" not in rest


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", "厅，2022（题）"),
        ("http://a.cn/x", "厅，2022（题）"),
        (
            "https://a.cn/x",
            '厅，2022（<a href="https://a.cn/x" target="_blank" rel="noopener noreferrer">题'
            '<span class="hidden">（新窗口打开）</span></a>）',
        ),
    ],
)
def test_sources(url: str, expected: str) -> None:
    """The title leads to the publication where its address may be linked."""
    reply = Reply(Kind.ANSWER, "x", "1", "正文", "", sources=(Citation("题", "厅", "2022", url),))
    assert f'<p>正文</p>\n<p class="source">来源：{expected}</p>' == reply_html(reply, {"b.cn"})


def test_reply() -> None:
    """Body, notices as warnings, source line."""
    reply = Reply(Kind.ANSWER, "x", "1", "正文", "", notices=("注意",), sources=(Citation("题", "厅", "2022"),))
    assert '<p>正文</p>\n<p class="warn">注意</p>\n<p class="source">来源：厅，2022（题）</p>' == reply_html(reply, ())
