"""What understanding one text yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent and how strongly the training phrasings support it.

    ``support`` is the regression's output cut to 0–1: near 1 for a text like many phrasings of the
    intent, near 0 for one unlike any. Supports do not add up to 1: gibberish supports nothing.
    """

    intent: str
    support: float


@dataclass(frozen=True)
class Ranking:
    """All intents, best first; empty for a text without any feature."""

    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        """The first candidate; an empty name with support 0 where there is none."""
        return self.candidates[0] if self.candidates else Candidate("", 0.0)

    @property
    def margin(self) -> float:
        """Support of the first less that of the second."""
        if len(self.candidates) < 2:
            return self.best.support
        return self.candidates[0].support - self.candidates[1].support
