"""An occupation's answer: in the 2021 catalogue or not, what that means, who issues, where to check.

Put together from the row and the phrases of ``data/knowledge/occupations/``; nothing is said that
the row does not hold, and what it does not hold is said to be unknown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.knowledge.loader import PLACEHOLDER, Content
from bot.knowledge.models import Confidence, SourceRef
from bot.occupations.catalogue import Ambiguity, Catalogue, Occupation, Reading
from bot.replies.fill import citations, contacts_in, fill_markdown, fill_plain, is_medium
from bot.replies.lookup_parts import Part, Parts
from bot.replies.reply import Choice, Kind, Reply

#: Longest text to be read out, in characters.
MAX_SPEECH = 90
#: Keys of replies that are no row.
AMBIGUOUS, UNKNOWN = "ambiguous", "unknown"
ASPECTS = ("where", "issuer", "how", "valid", "exam")
_HEDGE = "以官方公布为准。"
_HEDGED = re.compile("以官方公布为准|据公开资料")
_INTENT = "ask_occupation"
_MAX_NAME = 20
#: A name is shown inside our own words: letters, digits and 汉字 only.
_NOT_NAME = re.compile(r"[^\u3400-\u9fffA-Za-z0-9（）()、]")


class Snapshot(Protocol):
    """The part of :class:`bot.knowledge.store.Snapshot` that a look-up needs."""

    @property
    def content(self) -> Content: ...

    @property
    def catalogue(self) -> Catalogue: ...


def compose_lookup(key: str, blanks: Mapping[str, Any], snapshot: Snapshot, today: dt.date) -> Reply:
    """The reply to a question about an occupation.

    Args:
        key: a row's number (专14, 技10, X-01), ``ambiguous`` or ``unknown``. A number that is gone
            since counts as unknown.
        blanks: ``name`` as found; ``rows`` of an ambiguous name; ``aspect`` what is asked first,
            one of :data:`ASPECTS`.
        today: not used: the catalogue's own date is said, and nothing in it ends.
    """
    del today
    name = _shown(blanks.get("name"))
    aspect = str(blanks.get("aspect") or "")
    if key == AMBIGUOUS:
        return _ambiguous(name, tuple(blanks.get("rows", ())), snapshot)
    row = snapshot.catalogue.resolve(key)
    if row is None:
        return _unknown(name, aspect, snapshot)
    return _row(row, name, aspect if aspect in ASPECTS else "", snapshot)


def _row(row: Occupation, name: str, aspect: str, snapshot: Snapshot) -> Reply:
    parts = Parts(row, name, snapshot.catalogue)
    lead = [*parts.aspect(aspect), parts.identity()] if aspect else [parts.identity(), *parts.meaning()]
    points = [] if aspect else parts.points()
    closing = [parts.date()]
    used = [*lead, *points, *closing]
    blocks = [part.text for part in lead] + (["\n".join(f"- {part.text}" for part in points)] if points else [])
    body = "\n\n".join([*blocks, *(part.text for part in closing)])
    speech = _speech([*lead, *parts.spoken(aspect)], snapshot)
    reply = _reply(body, speech, _refs(used), snapshot, row.number, row.version, card=_card(parts, snapshot))
    return replace(reply, kind=Kind.REFUSAL, reason="no_entry") if aspect == "exam" else reply


def _card(parts: Parts, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    return tuple((label, _plain(value, snapshot)) for label, value in parts.card())


def _ambiguous(name: str, numbers: tuple[str, ...], snapshot: Snapshot) -> Reply:
    catalogue = snapshot.catalogue
    group = catalogue.group(name) or _made_group(name, numbers, catalogue)
    lines: list[Part] = []
    for reading in group.readings:
        row = catalogue.resolve(reading.row)
        if row is not None:
            lines.append(Parts(row, reading.label, catalogue).line(reading))
    intro = catalogue.phrases["ambiguous"].text.replace("〔name〕", name or group.name)
    edition = next(iter(catalogue.rows.values()))
    date = catalogue.phrases["date_in"].text.replace("〔edition〕", edition.edition).replace("〔as_of〕", edition.as_of)
    body = "\n\n".join([intro + "\n\n" + "\n".join(f"- {line.text}" for line in lines), group.question, date])
    speech = intro.rstrip("：") + "。" + group.question
    return _reply(
        body, speech, _refs(lines), snapshot, None, catalogue.version, choices=choices_of(name, numbers, catalogue)
    )


def choices_of(name: str, numbers: tuple[str, ...], catalogue: Catalogue) -> tuple[Choice, ...]:
    """A button for each reading of an ambiguous name."""
    group = catalogue.group(name) or _made_group(name, numbers, catalogue)
    return tuple(_choice(reading) for reading in group.readings)


def _choice(reading: Reading) -> Choice:
    title = f"{reading.use}：{reading.label}" if reading.use else reading.label
    return Choice(title, _INTENT, (("occupation", reading.row),))


def _made_group(name: str, numbers: tuple[str, ...], catalogue: Catalogue) -> Ambiguity:
    """Rows that share no entry of ``ambiguous.yml``, side by side under their own names."""
    rows = [row for row in map(catalogue.resolve, numbers) if row is not None]
    return Ambiguity(name, (), (), "您问的是哪一种？", tuple(Reading(row.number, row.name, "") for row in rows))


def _unknown(name: str, aspect: str, snapshot: Snapshot) -> Reply:
    phrases = snapshot.catalogue.phrases
    keys = ("exam_out", "unknown") if aspect == "exam" else ("unknown",)
    body = "\n\n".join(phrases[key].text.strip().replace("〔name〕", name or "这个名称") for key in keys)
    refs = [ref for key in keys for ref in phrases[key].sources]
    return _reply(body, phrases["unknown_speech"].text, refs, snapshot, None, snapshot.catalogue.version)


def _reply(
    body: str,
    speech: str,
    refs: Iterable[SourceRef],
    snapshot: Snapshot,
    entry: str | None,
    version: str,
    *,
    choices: tuple[Choice, ...] = (),
    card: tuple[tuple[str, str], ...] = (),
) -> Reply:
    contacts, refs = snapshot.content.contacts, tuple(refs)
    shown = contacts_in(body, contacts)
    notices: tuple[str, ...] = ()
    if is_medium(refs, shown):
        wording = snapshot.content.wordings["part_medium"]
        notices = (fill_markdown(wording.text, contacts).strip(),)
        shown = (*shown, *(contact for contact in wording.contacts if contact not in shown))
    return Reply(
        kind=Kind.LOOKUP,
        entry=entry,
        version=version,
        body=fill_markdown(body, contacts).strip(),
        speech=speech,
        notices=notices,
        sources=citations(refs, shown),
        contacts=shown,
        choices=choices,
        card=card,
    )


def _refs(parts: Iterable[Part]) -> list[SourceRef]:
    """Sources of what is said; one used with both confidences counts as medium."""
    found: dict[str, SourceRef] = {}
    for ref in (ref for part in parts for ref in part.refs):
        if ref.source.id not in found or ref.confidence is Confidence.MEDIUM:
            found[ref.source.id] = ref
    return list(found.values())


def _plain(text: str, snapshot: Snapshot) -> str:
    return fill_plain(text, snapshot.content.contacts).replace("**", "").strip()


def _spoken(sentence: str, snapshot: Snapshot) -> str:
    """A sentence to read out: a web address becomes the site's name."""
    contacts = snapshot.content.contacts
    named = PLACEHOLDER.sub(lambda m: contacts[m[1]].name if contacts[m[1]].kind == "site" else m[0], sentence)
    return _plain(named, snapshot)


def _speech(parts: Iterable[Part], snapshot: Snapshot) -> str:
    """As many of the sentences as can be read out, hedged where one rests on one source only; never nothing."""
    speech, hedge = "", ""
    for part in parts:
        sentence = _spoken(part.speech or part.text, snapshot)
        if any(ref.confidence is Confidence.MEDIUM for ref in part.refs) and not _HEDGED.search(speech + sentence):
            hedge = _HEDGE
        if len(speech + sentence + hedge) > MAX_SPEECH:
            if not speech:  # a first sentence too long to be read out leaves the room to the next
                hedge = ""
                continue
            break
        speech += sentence
    return speech + (hedge if len(speech + hedge) <= MAX_SPEECH else "")


def _shown(name: object) -> str:
    return _NOT_NAME.sub("", str(name))[:_MAX_NAME] if name else ""
