"""A reply as plain text: what ``rasa shell``, ``text`` of the wire protocol and a copy show."""

from __future__ import annotations

import re

from bot.replies.reply import Reply

_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_BULLET = re.compile(r"(?m)^(\s*)[-*] ")


def plain(markdown: str) -> str:
    """Markdown of our small subset without its marks; a link becomes the address it shows."""
    text = _LINK.sub(lambda m: m[1] if m[1] in m[2] or m[2].startswith("tel:") else f"{m[1]} {m[2]}", markdown)
    text = _BOLD.sub(r"\1", text)
    return _BULLET.sub(r"\1· ", text).strip()


def source_line(reply: Reply) -> str:
    """„来源：…" with issuer and date of every source; '' for a reply that states no fact."""
    return "来源：" + "；".join(map(str, reply.sources)) if reply.sources else ""


def render(reply: Reply) -> str:
    """The whole reply: body, notices, card, source line, numbered choices."""
    parts = [plain(reply.body)]
    parts += [plain(notice) for notice in reply.notices]
    if reply.sources:
        parts.append(source_line(reply))
    if reply.choices:
        parts.append("\n".join(f"{n}. {choice.title}" for n, choice in enumerate(reply.choices, 1)))
    return "\n\n".join(part for part in parts if part)
