"""A concern as its row states it, and the claim that a message raises it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.text.patterns import Patterns

#: Facts: the writer says that money is paid; the text names an occupation or a certificate.
PAID, NAMED = "paid", "named"


class Rank(enum.IntEnum):
    """What is said first; a lower number is more urgent."""

    MANNER = 0
    MONEY = 1
    PRACTICE = 2
    ASKED = 3


@dataclass(frozen=True)
class Told:
    """One message: its folded forms (as typed, with dialect and slips put right) and what is known of it otherwise.

    ``facts``: ``paid``, ``named``. What a cue finds is looked for once, however many rows ask.
    """

    forms: tuple[str, ...]
    facts: frozenset[str] = frozenset()
    _seen: dict[int, str | None] = field(default_factory=dict, repr=False)

    def shows(self, patterns: Patterns) -> str | None:
        """The words that a cue finds in any of the forms."""
        if id(patterns) not in self._seen:
            found = next(filter(None, map(patterns.search, self.forms)), None)
            self._seen[id(patterns)] = found[0] if found else None
        return self._seen[id(patterns)]


@dataclass(frozen=True)
class Alternatives:
    """A thing that has to be in the text: any of some cues, or a fact known otherwise (``paid``)."""

    names: tuple[str, ...]
    cues: tuple[Patterns, ...]

    def search(self, told: Told) -> str | None:
        """The words that show it; '' where a fact does; None where nothing does."""
        found = next(filter(None, map(told.shows, self.cues)), None)
        return "" if found is None and told.facts.intersection(self.names) else found


@dataclass(frozen=True)
class Concern:
    """One row of ``concerns.yml``.

    ``to`` is the intent that answers it, ``answered_by`` the intents that answer it as well or better, so that they
    stand. All of ``needs`` and none of ``unless`` must be in a text. ``beats``: intents before which it is said
    however clearly they were understood.
    """

    id: str
    rank: Rank
    to: str
    needs: tuple[Alternatives, ...]
    unless: tuple[Alternatives, ...] = ()
    answered_by: frozenset[str] = frozenset()
    beats: frozenset[str] = frozenset()

    def claim(self, told: Told) -> Claim | None:
        """Whether a message raises it."""
        evidence = []
        for need in self.needs:
            found = need.search(told)
            if found is None:
                return None
            evidence.append(found)
        if any(but.search(told) is not None for but in self.unless):
            return None
        return Claim(self, tuple(filter(None, evidence)))


@dataclass(frozen=True)
class Claim:
    """A concern that a text raises, and the words that show it."""

    concern: Concern
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Concerns:
    """All rows in their order, the more urgent first."""

    rows: Mapping[str, Concern]

    def find(self, told: Told) -> tuple[Claim, ...]:
        """Claims of a message, the more urgent first."""
        return tuple(filter(None, (concern.claim(told) for concern in self.rows.values())))
