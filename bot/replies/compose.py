"""From a reply's reference to the finished :class:`Reply`: one function for every channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.knowledge.models import Entry, Validity, Wording
from bot.knowledge.store import Snapshot
from bot.replies import foreign
from bot.replies.advert import compose_advert
from bot.replies.fill import citations, contacts_in, fill_markdown, fill_plain, is_medium
from bot.replies.lookup import compose_lookup
from bot.replies.reply import Choice, Kind, Reply, ReplyRef

#: Most related questions offered after an answer.
MAX_RELATED = 3
FAILED = ReplyRef("wording", "refuse_failed")
#: Topic of the ways without a telephone: its readers are not told to dial.
SILENT = "silent"
#: Blank of a reference: the contact id of the prefecture that the person is in or asks about.
PREFECTURE = "prefecture"


def compose(ref: ReplyRef, snapshot: Snapshot, today: dt.date) -> Reply:
    """The reply that ``ref`` names, from the snapshot's content as of ``today``.

    Where the person's prefecture is known, the hotline has its area code. A reference to something that a reload
    has taken away becomes the fixed „try again" refusal.
    """
    snapshot = snapshot.at(str(ref.blanks.get(PREFECTURE, "")))
    form = _FORMS.get(ref.form)
    reply = form(ref, snapshot, today) if form else None
    return reply or _wording_reply(snapshot.content.wordings[FAILED.key], snapshot)


def offered(reply: Reply, snapshot: Snapshot) -> tuple[Choice, ...]:
    """The buttons under a reply: its own choices, else the titles of related entries."""
    entries = snapshot.content.entries
    return reply.choices or tuple(Choice(entries[key].title, key) for key in reply.related)


def compose_entry(entry: Entry, snapshot: Snapshot, today: dt.date, blanks: Mapping[str, Any] | None = None) -> Reply:
    """An entry (or one of its routes) as a reply, with every warning that the rules demand."""
    contacts, wordings = snapshot.content.contacts, snapshot.content.wordings
    extra = tuple(contacts[key] for key in (blanks or {}).get("contacts", ()) if key in contacts)
    shown = (*contacts_in(entry.text, contacts), *(c for c in extra if c not in entry.contacts))
    first = [f"**{contact.name}**：[{contact.shown}]({contact.href})" for contact in extra]
    notices: list[str] = []
    if entry.validity(today) is Validity.EXPIRED:
        warning = wordings["part_expired"].text.replace("〔verified_on〕", entry.verified_on.isoformat())
        first.insert(0, fill_markdown(warning, contacts))
        shown = (*shown, *contacts_in(warning, contacts))
    if any(contact.published for contact in shown):
        notices.append("part_single_source")
    if entry.kind != Kind.URGENT.value and is_medium(entry.sources, shown):  # who is being cheated is not sent to check
        notices.append("part_medium_silent" if entry.topic == SILENT else "part_medium")
    for key in notices:
        shown = (*shown, *contacts_in(wordings[key].text, contacts))
    kind = Kind(entry.kind)
    return Reply(
        kind=kind,
        entry=entry.route_of or entry.id,
        version=entry.version,
        body="\n\n".join([*first, fill_markdown(entry.text, contacts).strip()]),
        speech=fill_plain(entry.speech, contacts).strip(),
        notices=tuple(fill_markdown(wordings[key].text, contacts) for key in notices),
        sources=citations(entry.sources, shown),
        contacts=tuple(dict.fromkeys(shown)),
        related=tuple(key for key in entry.related if key in snapshot.content.entries)[:MAX_RELATED],
        wechat="\n\n".join([*first, fill_markdown(entry.wechat, contacts).strip()]) if entry.wechat else "",
    )


def _entry(ref: ReplyRef, snapshot: Snapshot, today: dt.date) -> Reply | None:
    entry = snapshot.content.entries.get(ref.key)
    if entry is None:
        entry = next((route for route in snapshot.content.routes if route.id == ref.key), None)
    if entry is None:
        return None
    return _with_choices(compose_entry(entry, snapshot, today, ref.blanks), ref)


def _wording(ref: ReplyRef, snapshot: Snapshot, today: dt.date) -> Reply | None:
    del today
    wording = snapshot.content.wordings.get(ref.key)
    if wording is None:
        return None
    reply = _with_choices(_wording_reply(wording, snapshot), ref)
    before = str(ref.blanks.get("before", ""))  # an operator's own words stand before the numbers, never in their place
    return replace(reply, body=f"{before}\n\n{reply.body}") if before else reply


def _wording_reply(wording: Wording, snapshot: Snapshot) -> Reply:
    contacts = snapshot.content.contacts
    shown = tuple(contacts[contact.id] for contact in wording.contacts)
    return Reply(
        kind=Kind(wording.kind),
        entry=None,
        version=snapshot.version,
        reason=wording.reason or None,
        body=fill_markdown(wording.text, contacts).strip(),
        speech=fill_plain(wording.speech, contacts).strip(),
        sources=citations((), shown),
        contacts=shown,
    )


def _clarify(ref: ReplyRef, snapshot: Snapshot, today: dt.date) -> Reply | None:
    return _wording(ReplyRef("wording", ref.key or "ask_which", ref.blanks, ref.choices), snapshot, today)


def _lookup(ref: ReplyRef, snapshot: Snapshot, today: dt.date) -> Reply | None:
    reply = compose_lookup(ref.key, ref.blanks, snapshot, today)
    return _with_choices(reply, ref) if ref.choices else reply


def _advert(ref: ReplyRef, snapshot: Snapshot, today: dt.date) -> Reply | None:
    composed = foreign.compose_foreign if ref.key == foreign.KEY else compose_advert
    return composed(ref.blanks, snapshot, today)


def _with_choices(reply: Reply, ref: ReplyRef) -> Reply:
    return replace(reply, choices=ref.choices) if ref.choices else reply


_FORMS: Mapping[str, Callable[[ReplyRef, Snapshot, dt.date], Reply | None]] = {
    "entry": _entry,
    "wording": _wording,
    "clarify": _clarify,
    "lookup": _lookup,
    "advert": _advert,
}
