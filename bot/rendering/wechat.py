"""Replies as WeChat shows them: plain text, links, choices to tap or to answer by number."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from bot.knowledge.store import Snapshot
from bot.rendering.parts import MAX_BYTES
from bot.rendering.plain import plain, source_line
from bot.replies.compose import offered
from bot.replies.reply import Choice, Reply

#: Choices are always listed; related questions only as far as they fit into the same message.
MAX_CHOICES = 8
_RELATED = "您还可以问"
_TAP, _TYPE = "（点一下，或者回复数字）", "（回复数字就行）"
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


@dataclass(frozen=True)
class Message:
    """One message to a follower: its text, and the choices listed in it in the order of their numbers.

    ``related`` says that they are further questions, not answers to one of ours.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    related: bool = False


def message_of(replies: Sequence[Reply], snapshot: Snapshot) -> Message:
    """All replies of one turn as one message; it may be longer than WeChat takes at once."""
    body = "\n\n".join(text_of(reply, snapshot.official_hosts) for reply in replies)
    asked = tuple(choice for reply in replies for choice in reply.choices)[:MAX_CHOICES]
    if asked:
        linked = f"{body}\n\n{_TAP}\n{_listed(asked, linked=True)}"
        bare = f"{body}\n\n{_TYPE}\n{_listed(asked, linked=False)}"
        return Message(bare if _size(bare) <= MAX_BYTES < _size(linked) else linked, asked)
    related = offered(replies[-1], snapshot) if replies else ()
    for count in range(len(related), 0, -1):
        for is_linked in (True, False):
            how = _TAP if is_linked else _TYPE
            text = f"{body}\n\n{_RELATED}{how}\n{_listed(related[:count], is_linked)}"
            if _size(text) <= MAX_BYTES:
                return Message(text, related[:count], related=True)
    return Message(body)


def text_of(reply: Reply, hosts: Collection[str]) -> str:
    """One reply without its choices: body (or its own WeChat text), notices, source line."""
    pieces = [_linked(reply.wechat or reply.body, hosts), *(_linked(notice, hosts) for notice in reply.notices)]
    pieces.append(escape(source_line(reply)))
    return "\n\n".join(piece for piece in pieces if piece)


def escape(text: str) -> str:
    """Text that WeChat cannot take for a link."""
    return text.replace("<", "＜")


def _linked(markdown: str, hosts: Collection[str]) -> str:
    """Markdown of our subset as text; an https address of an official host becomes a link."""
    text, end = "", 0
    kept = _LINK.sub(lambda m: m[0] if _is_official(m[2], hosts) else plain(m[0]), markdown)
    flat = plain(_LINK.sub(lambda m: f"\x01{m[1]}\x02{m[2]}\x03", kept))
    for match in re.finditer("\x01([^\x02]*)\x02([^\x03]*)\x03", flat):
        text += escape(flat[end : match.start()]) + f'<a href="{match[2]}">{escape(match[1])}</a>'
        end = match.end()
    return text + escape(flat[end:])


def _is_official(href: str, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.hostname in hosts and '"' not in href


def _listed(choices: Sequence[Choice], linked: bool) -> str:
    return "\n".join(
        f"{number}. {_click(choice.title, number) if linked else escape(choice.title)}"
        for number, choice in enumerate(choices, 1)
    )


def _click(title: str, number: int) -> str:
    """A link that sends its title as the follower's own message."""
    target = f"weixin://bizmsgmenu?msgmenucontent={quote(title, safe='')}&msgmenuid={number}"
    return f'<a href="{target}">{escape(title)}</a>'


def _size(text: str) -> int:
    return len(text.encode("utf-8"))
