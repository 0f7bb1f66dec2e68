"""Fill ``{contact}`` placeholders and collect what a filled text must be accompanied by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.knowledge.loader import PLACEHOLDER
from bot.knowledge.models import Confidence, Contact, Source, SourceRef
from bot.knowledge.store import NATIONAL
from bot.replies.reply import Citation

#: 「（外地拨打加区号）」 behind the number.
_ADD_AREA_CODE = re.compile(rf"(?<=\{{{NATIONAL}\}})\s?（外地[^（）]*加区号）")


def fill_markdown(text: str, contacts: Mapping[str, Contact]) -> str:
    """Numbers and addresses become Markdown links, names become text."""

    def link(contact: Contact) -> str:
        return f"[{contact.shown}]({contact.href})" if contact.href else contact.shown

    return PLACEHOLDER.sub(lambda m: _named(contacts[m[1]], m[2]) or link(contacts[m[1]]), _whole(text, contacts))


def fill_plain(text: str, contacts: Mapping[str, Contact]) -> str:
    """The same for plain text and for words to read out."""
    return PLACEHOLDER.sub(lambda m: _named(contacts[m[1]], m[2]) or contacts[m[1]].shown, _whole(text, contacts))


def contacts_in(text: str, contacts: Mapping[str, Contact]) -> tuple[Contact, ...]:
    """Contacts that a text names, in order, without repeats."""
    return tuple({m[1]: contacts[m[1]] for m in PLACEHOLDER.finditer(text)}.values())


def citations(refs: Iterable[SourceRef], contacts: Iterable[Contact]) -> tuple[Citation, ...]:
    """Sources of the text, then those of the numbers and addresses in it; each once."""
    found = {(ref.source.issuer, ref.source.date, ref.source.title): ref.source for ref in refs}
    cited = {(issuer, date) for issuer, date, _ in found}
    for source in (contact.source for contact in contacts):
        if (source.issuer, source.date) not in cited:
            found.setdefault((source.issuer, source.date, source.title), source)
    return tuple(map(cite, found.values()))


def cite(source: Source) -> Citation:
    """How a source is shown."""
    return Citation(source.title, source.issuer, source.date, source.url)


def is_medium(refs: Iterable[SourceRef], contacts: Iterable[Contact]) -> bool:
    """Whether anything stated rests on one source only (other than the dated office numbers)."""
    return any(ref.confidence is Confidence.MEDIUM for ref in refs) or any(
        contact.confidence is Confidence.MEDIUM and not contact.published for contact in contacts
    )


def _whole(text: str, contacts: Mapping[str, Contact]) -> str:
    """Where the place is known the area code is part of the number, and nobody is told to add it."""
    local = NATIONAL in contacts and contacts[NATIONAL].kind == "prefecture"
    return _ADD_AREA_CODE.sub("", text) if local else text


def _named(contact: Contact, field: str | None) -> str:
    return {"name": contact.name, "short": contact.short}.get(field or "", "")
