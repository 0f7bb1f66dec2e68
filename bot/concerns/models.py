"""A concern as its row states it, and the claim that a message raises it."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Facts: the writer says that money is paid; the text names an occupation or a certificate.
PAID, NAMED = "paid", "named"


class Rank(enum.IntEnum):
    """What is said first; a lower number is more urgent."""

    MANNER = 0
    MONEY = 1
    PRACTICE = 2
    ASKED = 3


@dataclass(frozen=True)
class Alternatives:
    """A thing that has to be in the text: any of some cues, or a fact known otherwise (``paid``)."""

    names: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]

    def search(self, text: str, facts: frozenset[str]) -> str | None:
        """The words that show it; '' where a fact does; None where nothing does."""
        found = next(filter(None, (pattern.search(text) for pattern in self.patterns)), None)
        if found:
            return found[0]
        return "" if facts.intersection(self.names) else None


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

    def claim(self, text: str, facts: frozenset[str]) -> Claim | None:
        """Whether a folded text raises it."""
        evidence = [need.search(text, facts) for need in self.needs]
        if any(found is None for found in evidence) or any(but.search(text, facts) is not None for but in self.unless):
            return None
        return Claim(self, tuple(found for found in evidence if found))


@dataclass(frozen=True)
class Claim:
    """A concern that a text raises, and the words that show it."""

    concern: Concern
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Concerns:
    """All rows in their order, the more urgent first."""

    rows: Mapping[str, Concern]

    def find(self, text: str, facts: frozenset[str] = frozenset()) -> tuple[Claim, ...]:
        """Claims of a text (folded; several forms of it on lines of their own), the more urgent first.

        ``facts`` are known of the text otherwise: ``paid``.
        """
        claims = (concern.claim(text, facts) for concern in self.rows.values())
        return tuple(claim for claim in claims if claim)
