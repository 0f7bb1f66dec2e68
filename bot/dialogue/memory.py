"""What a conversation remembers between turns: one small slot, JSON, bounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.replies.reply import Choice

#: Most choices remembered (the last list shown).
MAX_OFFERED = 8


@dataclass(frozen=True)
class Memory:
    """The thread of a conversation.

    ``concern`` and ``entry`` say what was answered last, ``topic`` the certificate type or subject
    it was about, ``occupation`` the row talked about; ``cert_type``, ``place``, ``matter`` and
    ``prefecture`` are details given, ``asked`` the one asked for last; ``offered`` is the last list
    of choices; ``misses`` counts turns in a row that helped with nothing.
    """

    concern: str = ""
    entry: str = ""
    topic: str = ""
    occupation: str = ""
    cert_type: str = ""
    place: str = ""
    matter: str = ""
    prefecture: str = ""
    asked: str = ""
    offered: tuple[Choice, ...] = ()
    misses: int = 0

    def to_json(self) -> dict[str, Any]:
        """JSON-safe, empty fields left out."""
        data: dict[str, Any] = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) and field.name != "offered"
        }
        if self.offered:
            data["offered"] = [choice.to_json() for choice in self.offered[:MAX_OFFERED]]
        return data

    @classmethod
    def from_json(cls, data: object) -> Memory:
        """Inverse of :meth:`to_json`; anything unreadable is an empty memory."""
        if not isinstance(data, Mapping):
            return cls()
        try:
            known = {field.name for field in fields(cls)} - {"offered"}
            offered = tuple(Choice.from_json(choice) for choice in data.get("offered", ()))
            return cls(offered=offered, **{k: v for k, v in data.items() if k in known})
        except (KeyError, TypeError, ValueError):
            return cls()

    def with_(self, **changes: Any) -> Memory:
        """A copy with fields replaced."""
        return replace(self, **changes)
