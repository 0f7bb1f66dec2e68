"""A reply as a card of the desk: words to read out first, then everything behind them.

Whoever reads a card sits at the hotline: it never sends a caller there. Words to read out are written so in the content
(a test looks at all of them); in the full text, which is what citizens get, the number is marked as this very desk.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.knowledge.models import Contact, Entry, Validity
from bot.knowledge.store import Snapshot
from bot.rendering.plain import plain, render
from bot.rendering.web import blocks
from bot.replies.reply import Choice, Citation, Kind, Reply, ReplyRef

#: The number of the desk itself.
OWN = "h12333"
#: Where everything is passed on that has no office of its own.
ANY_OFFICE = "h12345"
#: Days before the end of its validity from which a card says so.
SOON_DAYS = 60
_HERE = "（本台）"
_AREA_CODE = "（外地[^（）]*加区号）"

Card = dict[str, Any]


def card_of(ref: ReplyRef, reply: Reply, snapshot: Snapshot, today: dt.date, region: str = "") -> Card:
    """The card of one reply, without what depends on the question: confidence, and whether it is the answer.

    ``region`` is the id of a prefecture's number, or ''.
    """
    entry = entry_of(ref, snapshot)
    body = blocks(at_desk(reply.body, snapshot), snapshot.official_hosts)
    for notice in reply.notices:
        drawn = blocks(at_desk(notice, snapshot), snapshot.official_hosts)
        body += [{"t": "warn", "c": block["c"]} for block in drawn]
    card: Card = {
        "entry": reply.entry,
        "id": ref.key,
        "version": reply.version,
        "kind": reply.kind.value,
        "title": entry.title if entry else _title(ref, reply),
        "script": script(reply, entry, today),
        "text": text_at_desk(reply, snapshot),
        "blocks": body,
        "steps": steps(body),
        "contacts": contacts(reply.contacts, snapshot, region),
        "links": [{"name": c.name, "url": c.href} for c in reply.contacts if c.url and not c.phone],
        "sources": [source(citation) for citation in reply.sources],
        "status": status(entry, today),
        "note": own_note(entry, snapshot),
        "related": [{"entry": key, "title": snapshot.content.entries[key].title} for key in reply.related],
        "choices": [{"title": choice.title, "choice": choice_id(choice)} for choice in reply.choices],
    }
    if reply.card:
        own = snapshot.content.contacts[OWN].shown
        bare = re.compile(rf"(?<![\d-])(?<!加){own}(?!公共服务)")
        card["rows"] = [[label, bare.sub(own + _HERE, value)] for label, value in reply.card]
    if reply.kind is Kind.ADVERT:
        signals = snapshot.signals.signals
        card["findings"] = [
            {"signal": q.signal, "title": signals[q.signal].title, "start": q.start, "end": q.end} for q in reply.quotes
        ]
    return card


def script(reply: Reply, entry: Entry | None, today: dt.date) -> str:
    """The words to read out; an ended rule is called so before it is told."""
    if entry is None or entry.valid_until is None or entry.validity(today) is not Validity.EXPIRED:
        return reply.speech
    until = entry.valid_until
    return f"先说明，这是过去的规定，{until.year}年{until.month}月{until.day}日已经到期。{reply.speech}"


def words_of(reply: Reply, snapshot: Snapshot, region: str = "") -> dict[str, Any]:
    """Fixed words where no card answers: what to read out, and where to pass the caller on."""
    passed_on = contacts(reply.contacts, snapshot, region)
    if not passed_on and reply.kind in (Kind.REFUSAL, Kind.HANDOVER):
        passed_on = [_contact(snapshot.content.contacts[ANY_OFFICE])]
    return {
        "script": reply.speech,
        "contacts": passed_on,
        "links": [{"name": c.name, "url": c.href} for c in reply.contacts if c.url and not c.phone],
        "sources": [source(citation) for citation in reply.sources],
        "choices": [{"title": choice.title, "choice": choice_id(choice)} for choice in reply.choices],
    }


def entry_of(ref: ReplyRef, snapshot: Snapshot) -> Entry | None:
    """The entry, or the route, that a reference names."""
    if ref.form != "entry":
        return None
    found = snapshot.content.entries.get(ref.key)
    return found or next((route for route in snapshot.content.routes if route.id == ref.key), None)


def at_desk(markdown: str, snapshot: Snapshot) -> str:
    """Our own number without its link, marked as this desk; another place's keeps its area code."""
    own = snapshot.content.contacts[OWN]
    link = re.escape(f"[{own.shown}]({own.href})")
    marked = re.sub(rf"(?<!区号-)(?<!区号加){link}(?:\s*{_AREA_CODE})?", own.shown + _HERE, markdown)
    return re.sub(link, own.shown, marked)


def text_at_desk(reply: Reply, snapshot: Snapshot) -> str:
    """The full text as citizens get it, with our own number marked and without the numbered choices."""
    notices = tuple(at_desk(notice, snapshot) for notice in reply.notices)
    return render(replace(reply, body=at_desk(reply.body, snapshot), notices=notices, choices=()))


def contacts(named: Iterable[Contact], snapshot: Snapshot, region: str = "") -> list[dict[str, str]]:
    """Numbers to pass a caller on to: never our own; the region's 人社 number stands where ours would."""
    named, all_contacts = tuple(named), snapshot.content.contacts
    phones = [contact for contact in named if contact.phone and contact.id != OWN]
    local = all_contacts.get(region)
    ours = any(contact.id == OWN or contact.kind == "prefecture" for contact in named)
    if local is not None and ours:
        phones = [local, *(contact for contact in phones if contact is not local)]
    return [_contact(contact) for contact in phones]


def status(entry: Entry | None, today: dt.date) -> dict[str, str]:
    """Whether an entry may be given as current, as a code and in words."""
    if entry is None:
        return {"code": "current", "words": "", "verified_on": ""}
    validity, until = entry.validity(today, SOON_DAYS), entry.valid_until
    verified = entry.verified_on.isoformat()
    if validity is Validity.EXPIRED:
        words = f"已经过期：有效期到 {until}。只能说是过去的规定，不能当现行规定答"
    elif validity is Validity.ENDING and until is not None:
        words = f"快到期了：还有 {(until - today).days} 天，到 {until} 为止"
    elif validity is Validity.FUTURE:
        words = f"还没有开始：{entry.valid_from} 起"
    else:
        words = f"有效，到 {until} 为止" if until else "有效"
    return {"code": validity.value, "words": words, "verified_on": verified}


def own_note(entry: Entry | None, snapshot: Snapshot) -> str:
    """The note for staff; a route has its own, else that of the entry it belongs to. Never shown to citizens."""
    if entry is None:
        return ""
    parent = snapshot.content.entries.get(entry.route_of)
    return entry.note or (parent.note if parent else "")


def steps(body: list[dict[str, Any]]) -> list[str]:
    """The items of the first numbered list, as plain text; [] where there is none."""
    numbered = next((block for block in body if block["t"] == "ol"), None)
    return ["".join(map(_inline_text, item)).strip() for item in numbered["items"]] if numbered else []


def source(citation: Citation) -> dict[str, str]:
    """A source as the wire protocol has it."""
    given = {"title": citation.title, "issuer": citation.issuer, "date": citation.date}
    return given | ({"url": citation.url} if citation.url else {})


def choice_id(choice: Choice) -> str:
    """What a choice sends back: its intent with the details that it stands for."""
    return choice.intent + "".join(f"&{kind}={value}" for kind, value in choice.entities)


def _title(ref: ReplyRef, reply: Reply) -> str:
    named = dict(reply.card).get("名称") or str(ref.blanks.get("name") or "")
    if reply.kind is Kind.ADVERT:
        return f"广告检查：{len(reply.quotes)} 处风险信号" if reply.quotes else "广告检查：未发现列出的风险信号"
    if ref.form == "lookup":
        return f"职业查询：{named}" if named else "职业查询"
    return plain(reply.body).split("\n", 1)[0]


def _contact(contact: Contact) -> dict[str, str]:
    return {
        "id": contact.id,
        "name": contact.name,
        "phone": contact.phone,
        "takes": contact.takes,
        "note": contact.note or (f"{contact.published} 公布，只有这一个来源" if contact.published else ""),
    }


def _inline_text(inline: str | dict[str, str]) -> str:
    if isinstance(inline, str):
        return inline
    return "\n" if inline["t"] == "br" else inline["s"]
