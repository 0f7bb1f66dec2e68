"""Blocks of the wire protocol as HTML, for pages that work without script. Every text is escaped here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape

from bot.rendering.web import Block, Inline, is_allowed, reply_blocks
from bot.replies.reply import Citation, Reply

_NEW_WINDOW = '<span class="hidden">（新窗口打开）</span>'


def reply_html(reply: Reply, hosts: Collection[str]) -> str:
    """Body, notices and source line; ``hosts`` may be linked over plain http."""
    parts = [block_html(block) for block in reply_blocks(reply, hosts)]
    if reply.sources:
        parts.append(f'<p class="source">来源：{"；".join(_source(source, hosts) for source in reply.sources)}</p>')
    return "\n".join(parts)


def block_html(block: Block) -> str:
    """One block; '' for a type that is not known."""
    kind = block["t"]
    if kind in ("ul", "ol"):
        return f"<{kind}>{''.join(f'<li>{_inlines(item)}</li>' for item in block['items'])}</{kind}>"
    if kind == "table":
        rows = [_row(block["head"], "th"), *(_row(row, "td") for row in block["rows"])]
        return f'<div class="table"><table>{"".join(rows)}</table></div>'
    if kind == "warn":
        return f'<p class="warn">{_inlines(block["c"])}</p>'
    tag = {"p": "p", "h": "h4"}.get(kind)
    return f"<{tag}>{_inlines(block['c'])}</{tag}>" if tag else ""


def _row(cells: Iterable[list[Inline]], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{_inlines(cell)}</{tag}>' for cell in cells)}</tr>"


def _inlines(parts: Iterable[Inline]) -> str:
    return "".join(map(_inline, parts))


def _inline(part: Inline) -> str:
    if isinstance(part, str):
        return escape(part)
    if part["t"] == "b":
        return f"<strong>{escape(part['s'])}</strong>"
    if part["t"] == "br":
        return "<br>"
    return _link(part["s"], part["href"]) if part["t"] == "a" else ""


def _link(text: str, href: str) -> str:
    if href.startswith("tel:"):
        return f'<a href="{escape(href)}">{escape(text)}</a>'
    return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">{escape(text)}{_NEW_WINDOW}</a>'


def _source(source: Citation, hosts: Collection[str]) -> str:
    title = _link(source.title, source.url) if is_allowed(source.url, hosts) else escape(source.title)
    return f"{escape(source.issuer)}，{escape(source.date)}（{title}）"
