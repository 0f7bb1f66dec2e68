"""The one reply value, and the small reference to it that is stored in a conversation."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.knowledge.models import Contact


class Kind(str, enum.Enum):
    """What a reply is; the wire protocol's ``kind``."""

    ANSWER = "answer"
    LOOKUP = "lookup"
    ADVERT = "advert"
    URGENT = "urgent"
    CLARIFY = "clarify"
    REFUSAL = "refusal"
    HANDOVER = "handover"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True)
class Choice:
    """A button: the title the person sees, and the intent (with entities) that it stands for."""

    title: str
    intent: str
    entities: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A form for a slot or a session store."""
        return {"title": self.title, "intent": self.intent, "entities": [list(pair) for pair in self.entities]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Choice:
        """Inverse of :meth:`to_json`."""
        return cls(data["title"], data["intent"], tuple((str(k), str(v)) for k, v in data["entities"]))


@dataclass(frozen=True)
class ReplyRef:
    """What is decided about a reply, without its words: stored in the bot event, ≤ 2 KB as JSON.

    ``form`` names how it is composed (entry, wording, clarify, lookup, advert), ``key`` what
    (an entry id, a wording id, a row number), ``blanks`` the details to fill in.
    """

    form: str
    key: str
    blanks: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-safe; :meth:`from_json` reads it back."""
        data: dict[str, Any] = {"form": self.form, "key": self.key}
        if self.blanks:
            data["blanks"] = dict(self.blanks)
        if self.choices:
            data["choices"] = [choice.to_json() for choice in self.choices]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ReplyRef:
        """Inverse of :meth:`to_json`. Raises KeyError or TypeError on anything else."""
        choices = tuple(Choice.from_json(choice) for choice in data.get("choices", ()))
        return cls(str(data["form"]), str(data["key"]), dict(data.get("blanks", {})), choices)


@dataclass(frozen=True)
class Citation:
    """One source as shown: who published what, when."""

    title: str
    issuer: str
    date: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.issuer}，{self.date}（{self.title}）"


@dataclass(frozen=True)
class Quote:
    """Words of the person's own (cleaned, masked) text: Unicode code points, end exclusive."""

    start: int
    end: int
    signal: str


@dataclass(frozen=True)
class Reply:
    """A finished reply.

    ``body`` is Markdown with addresses and numbers filled in (paragraphs, lists, bold, links);
    ``speech`` the words to read out; ``notices`` sentences that rules add below the body
    (medium confidence, one-source numbers); ``card`` the rows of an occupation; ``wechat`` replaces
    the plain rendering of the body where an entry has its own.
    """

    kind: Kind
    entry: str | None
    version: str
    body: str
    speech: str
    reason: str | None = None
    notices: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    contacts: tuple[Contact, ...] = ()
    choices: tuple[Choice, ...] = ()
    related: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    card: tuple[tuple[str, str], ...] = ()
    wechat: str = ""
