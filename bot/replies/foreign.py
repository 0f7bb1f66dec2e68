"""Tell of a text that has marks of another fraud: which, what not to do, whom to call. Nothing about certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.advert.models import Verdict
from bot.advert.quote import places
from bot.replies.advert import Knows, neutral, quoted, with_quotes
from bot.replies.fill import citations, contacts_in, fill_markdown, fill_plain
from bot.replies.reply import Kind, Quote, Reply

KEY = "foreign"
#: Most marks named; those named first weigh most.
MOST_MARKS = 4
_MARKS, _OF_OTHER, _PAID = "〔marks〕", "〔other〕", "〔paid〕"


def foreign_blanks(verdict: Verdict, text: str, *, paid: bool) -> dict[str, Any]:
    """The details that travel in a reply reference: JSON. ``other``: the text does not name certificates at all."""
    found = places(verdict.marks[:MOST_MARKS], text)
    rows = [[signal, *quoted(place, text)[1:]] for place in found for signal in place.signals]
    return {"marks": rows, "other": not verdict.about, "paid": paid}


def compose_foreign(blanks: Mapping[str, Any], snapshot: Knows, today: dt.date) -> Reply:
    """The finished reply; a mark that is no longer known is left out. ``today`` is taken like every composer's."""
    del today
    content, marks = snapshot.content, snapshot.signals.foreign.marks
    words = content.wordings
    rows = [row for row in blanks.get("marks", ()) if row[0] in marks]
    lines = [f"- 「\x00{at}」：{marks[row[0]].title}；" for at, row in enumerate(rows)]
    named = "\n".join(lines).rstrip("；") + "。" if lines else words["foreign_by_tone"].text.strip()
    template = (
        words["foreign_fraud"]
        .text.replace(_OF_OTHER, words["foreign_other"].text.strip() if blanks.get("other") else "")
        .replace(_PAID, words["foreign_paid"].text.strip() if blanks.get("paid") else "")
        .replace(_MARKS, named)
    )
    body = fill_markdown(template, content.contacts).strip()
    body = with_quotes(body, [neutral(str(row[3])) for row in rows])
    contacts = contacts_in(template, content.contacts)
    titles = "、".join(dict.fromkeys(marks[row[0]].title for row in rows[:2]))
    speech = words["foreign_fraud"].speech.replace(_MARKS, f"：{titles}" if titles else "")
    return Reply(
        kind=Kind.URGENT,
        entry=None,
        version=snapshot.signals.version,
        body="\n\n".join(part for part in body.split("\n\n") if part.strip()),
        speech=fill_plain(speech, content.contacts).strip(),
        sources=citations((), contacts),
        contacts=contacts,
        quotes=tuple({row[1]: Quote(int(row[1]), int(row[2]), str(row[0])) for row in reversed(rows)}.values())[::-1],
    )
