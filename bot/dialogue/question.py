"""An understood question, as the channels' engine hands it to the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.knowledge.entity_names import DENIED_PLACE


def kind_is_whole(kind: str) -> bool:
    """Whether an entity of this kind is about the whole text, not a span of it."""
    return kind in ("occupation", "occupation_name", "concern", "also")


@dataclass(frozen=True)
class Question:
    """One question.

    ``raw`` is what the person wrote (cleaned, masked), ``text`` its normalised form; ``ranking``
    holds intents with their support (0–1), best first; ``entities`` values by kind, in priority
    order, ``lengths`` how many characters their names take; ``parts`` the questions of a message
    that asks several (empty for one).
    """

    raw: str
    text: str
    intent: str
    support: float = 1.0
    ranking: tuple[tuple[str, float], ...] = ()
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lengths: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Question, ...] = ()
    chosen: bool = False

    def first(self, kind: str) -> str:
        """The value of an entity kind; '' when the question names none."""
        values = self.entities.get(kind, ())
        return values[0] if values else ""

    def place(self, remembered: str = "") -> str:
        """The prefecture named, else the remembered one unless this question denies it: „我不在昆明"."""
        denied = self.entities.get(DENIED_PLACE, ())
        return self.first("prefecture") or ("" if remembered in denied else remembered)

    def asking(self, intent: str, **entities: str) -> Question:
        """The same words understood as ``intent``, with details added or replaced."""
        merged = {**self.entities, **{kind: (value,) for kind, value in entities.items() if value}}
        return replace(self, intent=intent, entities=merged, parts=())

    @classmethod
    def from_parse(cls, parse: Mapping[str, Any]) -> Question:
        """From Rasa's parse result (``latest_message`` or ``parse_message``), ours or a button's."""
        raw = str(parse.get("text") or "")
        entities: dict[str, list[str]] = {}
        lengths: dict[str, int] = {}
        for entity in parse.get("entities") or ():
            values = entities.setdefault(str(entity["entity"]), [])
            if str(entity["value"]) not in values:
                values.append(str(entity["value"]))
                if not kind_is_whole(str(entity["entity"])):
                    length = int(entity.get("end") or 0) - int(entity.get("start") or 0)
                    lengths[str(entity["entity"])] = lengths.get(str(entity["entity"]), 0) + length
        intent = parse.get("intent") or {}
        return cls(
            raw=raw,
            text=str(parse.get("normalised") or raw),
            intent=str(intent.get("name") or "nlu_fallback"),
            support=float(intent.get("confidence") or 0.0),
            ranking=tuple((str(row["name"]), float(row["confidence"])) for row in parse.get("intent_ranking") or ()),
            entities={kind: tuple(values) for kind, values in entities.items()},
            lengths=lengths,
            parts=tuple(cls.from_parse(part) for part in parse.get("parts") or ()),
            chosen=bool(parse.get("chosen")),
        )
