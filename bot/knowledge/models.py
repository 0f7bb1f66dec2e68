"""The values that content files are parsed into. Frozen; nothing here reads a file."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Confidence(str, enum.Enum):
    """How well a fact is founded: high is stated, medium is stated „以官方公布为准"."""

    HIGH = "high"
    MEDIUM = "medium"


class Validity(str, enum.Enum):
    """Whether an entry may be given as current on a day."""

    CURRENT = "current"
    ENDING = "ending"
    EXPIRED = "expired"
    FUTURE = "future"


@dataclass(frozen=True)
class Source:
    """依据: where a fact stands. ``date`` is as published: a day, a month, a year or 现行."""

    id: str
    title: str
    issuer: str
    date: str
    url: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class SourceRef:
    """An entry's use of a source; ``facts`` are ids that stay in the data and are never shown."""

    source: Source
    facts: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True)
class Contact:
    """联系方式: a phone number or a web address; the only place where either is written.

    ``kind`` is office, prefecture, hotline, sms (a number to write to, not to dial) or site. ``published`` is
    set where a number is known from one dated publication only, which every reply that shows it must say.
    """

    id: str
    kind: str
    name: str
    short: str
    region: str
    source: Source
    confidence: Confidence
    phone: str = ""
    url: str = ""
    takes: str = ""
    takes_basis: str = ""
    published: str = ""
    note: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def shown(self) -> str:
        """What a person dials or opens."""
        return self.phone or self.url

    @property
    def href(self) -> str:
        """The link behind it: ``tel:`` or an address with its scheme (http unless written); none to write to."""
        if self.kind == "sms":
            return ""
        if self.phone:
            return f"tel:{self.phone.replace('-', '')}"
        return self.url if "://" in self.url else f"http://{self.url}"


@dataclass(frozen=True)
class Entry:
    """条目: one answer. ``text`` and ``speech`` still hold ``{contact}`` placeholders.

    ``when`` is empty for an entry that people ask for; a route of an entry (which platform, which
    office) says with it for which details it is the answer, and names the entry in ``route_of``.
    ``lines`` says on which line of the file each field stands, for messages to editors.
    """

    id: str
    title: str
    text: str
    speech: str
    sources: tuple[SourceRef, ...]
    contacts: tuple[Contact, ...]
    region: str
    valid_from: dt.date
    valid_until: dt.date | None
    verified_on: dt.date
    version: str
    file: str
    kind: str = "answer"
    topic: str = ""
    aspect: str = ""
    related: tuple[str, ...] = ()
    wechat: str = ""
    note: str = ""
    route_of: str = ""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def validity(self, today: dt.date, soon_days: int = 30) -> Validity:
        """Whether the entry is current on ``today``."""
        if today < self.valid_from:
            return Validity.FUTURE
        if self.valid_until is None:
            return Validity.CURRENT
        if today > self.valid_until:
            return Validity.EXPIRED
        return Validity.ENDING if (self.valid_until - today).days <= soon_days else Validity.CURRENT


@dataclass(frozen=True)
class Wording:
    """The fixed words of a reply that is no entry: a refusal, a greeting, a hand-over.

    ``intents`` are the intents it answers; ``contacts`` are those its text names.
    """

    id: str
    kind: str
    text: str
    speech: str
    contacts: tuple[Contact, ...]
    intents: tuple[str, ...] = ()
    reason: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
