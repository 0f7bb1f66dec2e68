"""What understanding one text yields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent and how strongly the training phrasings support it.

    ``support`` is the regression's output cut to 0–1: near 1 for a text like many phrasings of the
    intent, near 0 for one unlike any. Supports do not add up to 1: gibberish supports nothing.
    """

    intent: str
    support: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """All intents, best first, with their supports; both empty for a text without any feature.

    Kept as two tuples, in which Python's collector sees nothing to follow: a thousand are remembered.
    """

    intents: tuple[str, ...] = ()
    supports: tuple[float, ...] = ()

    def __iter__(self) -> Iterator[Candidate]:
        return map(Candidate, self.intents, self.supports)

    @property
    def best(self) -> Candidate:
        """The first candidate; an empty name with support 0 where there is none."""
        return next(iter(self), Candidate("", 0.0))

    @property
    def margin(self) -> float:
        """Support of the first less that of the second."""
        first, second = (*islice(self.supports, 2), 0.0, 0.0)[:2]
        return first - second
