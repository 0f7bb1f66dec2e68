"""A reply as the wire protocol's blocks: typed JSON that the page draws without ever parsing HTML.

Markdown is read here with everything but paragraphs, headings, lists, tables, bold, links and
breaks turned off; whatever else comes becomes its text.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.rendering.plain import render
from bot.replies.reply import Kind, Reply

Block = dict[str, Any]
Inline = str | dict[str, str]

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def message_of(reply: Reply, hosts: Collection[str]) -> dict[str, Any]:
    """The reply's part of a wire message: kind, entry, text, blocks, sources …, without seq and buttons.

    ``hosts`` are the official hosts that may be linked over plain http.
    """
    message: dict[str, Any] = {
        "from": "bot",
        "kind": reply.kind.value,
        "entry": reply.entry,
        "version": reply.version,
        "reason": reply.reason,
        "text": render(reply),
        "blocks": reply_blocks(reply, hosts),
        "sources": [
            {
                "title": s.title,
                "issuer": s.issuer,
                "date": s.date,
                **({"url": s.url} if is_allowed(s.url, hosts) else {}),
            }
            for s in reply.sources
        ],
    }
    if reply.quotes:
        message["quotes"] = [{"start": q.start, "end": q.end, "signal": q.signal} for q in reply.quotes]
    if reply.card:
        message["card"] = {"rows": [list(row) for row in reply.card]}
    return message


def reply_blocks(reply: Reply, hosts: Collection[str]) -> list[Block]:
    """The body, and below it the notices, whose paragraphs become warnings. Not to be written to."""
    known = frozenset(hosts)
    # what is said about an advert is about that one only
    body = blocks(reply.body, known) if reply.kind is Kind.ADVERT else _kept_blocks(reply.body, known)
    notices = [block for notice in reply.notices for block in _kept_blocks(notice, known)]
    return [*body, *({**block, "t": "warn"} if "c" in block else block for block in notices)]


def blocks(markdown: str, hosts: Collection[str]) -> list[Block]:
    """Markdown of our subset as blocks of the wire protocol."""
    return [block for node in SyntaxTreeNode(_MARKDOWN.parse(markdown)).children for block in _block(node, hosts)]


@lru_cache(maxsize=500)
def _kept_blocks(markdown: str, hosts: frozenset[str]) -> tuple[Block, ...]:
    """Most answers are always the same text."""
    return tuple(blocks(markdown, hosts))


def _block(node: SyntaxTreeNode, hosts: Collection[str]) -> list[Block]:
    if node.type in ("paragraph", "heading"):
        return [{"t": "p" if node.type == "paragraph" else "h", "c": _inlines(node, hosts)}]
    if node.type in ("bullet_list", "ordered_list"):
        items = [[part for child in item.children for part in _flat(child, hosts)] for item in node.children]
        return [{"t": "ul" if node.type == "bullet_list" else "ol", "items": items}]
    if node.type == "table":
        rows = [[_inlines(cell, hosts) for cell in row.children] for part in node.children for row in part.children]
        return [{"t": "table", "head": rows[0], "rows": rows[1:]}]
    return [{"t": "p", "c": [node.content]}] if node.content else []


def _flat(node: SyntaxTreeNode, hosts: Collection[str]) -> list[Inline]:
    if node.type in ("paragraph", "heading"):
        return _inlines(node, hosts)
    return [part for child in node.children for part in _flat(child, hosts)] or [node.content or ""]


def _inlines(node: SyntaxTreeNode, hosts: Collection[str]) -> list[Inline]:
    inline = node.children[0] if node.children and node.children[0].type == "inline" else node
    out: list[Inline] = []
    for child in inline.children:
        piece = _inline(child, hosts)
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return out


def _inline(node: SyntaxTreeNode, hosts: Collection[str]) -> Inline:
    if node.type == "strong":
        return {"t": "b", "s": _text(node)}
    if node.type in ("softbreak", "hardbreak"):
        return {"t": "br"}
    if node.type == "link":
        href = str(node.attrs.get("href", ""))
        return {"t": "a", "s": _text(node), "href": href} if is_allowed(href, hosts) else _text(node)
    return _text(node)


def _text(node: SyntaxTreeNode) -> str:
    return node.content if not node.children else "".join(_text(child) for child in node.children)


def is_allowed(href: str, hosts: Collection[str]) -> bool:
    """``https:``, ``tel:``, and ``http:`` to the official hosts only."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    if parts.scheme == "tel":
        return parts.path.replace("-", "").isdigit()
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in hosts))
