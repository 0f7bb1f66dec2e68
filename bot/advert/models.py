"""The values of the advert check: signals as loaded, and a verdict over one text."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.knowledge.models import SourceRef
from bot.text.patterns import Patterns

if TYPE_CHECKING:
    from bot.advert.foreign import Foreign


class Severity(str, enum.Enum):
    """How much a signal says. ``LOW`` is told only beside another signal: honest schools say it too."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Signal:
    """广告特征: one red flag.

    ``always`` counts anywhere, ``in_offer`` only in a text that offers something, ``hints`` only
    where many come together, ``honest`` takes back what it overlaps. ``detector`` names code that
    finds what no pattern can: ``lookalike`` and ``unlisted`` (web addresses), ``name`` (occupation
    names that the caller passes), ``tone`` (the clause that weighs most, where no pattern says why).
    ``of_certificates``: what ``always`` finds speaks of certificates, though no other word may name them.
    """

    id: str
    category: str
    title: str
    why: str
    severity: Severity
    sources: tuple[SourceRef, ...]
    always: Patterns | None
    in_offer: Patterns | None
    hints: Patterns | None
    honest: Patterns | None
    detector: str
    of_certificates: bool
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


@dataclass(frozen=True)
class Unjudged:
    """What the check cannot know. ``when`` limits it to texts that mention the matter."""

    id: str
    text: str
    when: Patterns | None


@dataclass(frozen=True)
class Spellings:
    """Evasive spellings and what they stand for; see :mod:`bot.advert.folding`."""

    symbols: Mapping[str, str]
    words: Mapping[str, str]
    syllables: Mapping[str, str]
    _find: re.Pattern[str]

    @classmethod
    def build(cls, symbols: Mapping[str, str], words: Mapping[str, str], syllables: Mapping[str, str]) -> Spellings:
        """Compile the lists; a Latin edge of a word must be an edge among letters too."""
        ordered = sorted(words, key=len, reverse=True)
        return cls(symbols, words, syllables, re.compile("|".join(map(_alone, ordered)) or r"(?!)"))

    def finditer(self, text: str) -> list[re.Match[str]]:
        """Listed spellings in a lower-case text, in order, not overlapping."""
        return list(self._find.finditer(text))


def _alone(word: str) -> str:
    before = r"(?<![a-z0-9])" if word[0].isascii() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() else ""
    return before + re.escape(word) + after


@dataclass(frozen=True)
class Weights:
    """How much what stands in a text speaks for an offer; see :mod:`bot.advert.score`.

    ``grams`` weigh characters and sounds, ``facts`` what the patterns and cues found. From
    ``threshold`` on a text is an offer. ``fingerprint`` names the labelled texts and the code.
    """

    grams: Mapping[str, float]
    bias: float
    facts: Mapping[str, float]
    threshold: float
    fingerprint: str


@dataclass(frozen=True, eq=False)
class Signals:
    """Everything under ``data/knowledge/signals/``. ``version`` is 8 hex digits of the file.

    ``cues`` are named patterns that tell offers from warnings and questions. Without ``weights``
    the patterns alone decide.
    """

    signals: Mapping[str, Signal]
    cues: Mapping[str, Patterns]
    spellings: Spellings
    unjudged: Mapping[str, Unjudged]
    version: str
    foreign: Foreign
    weights: Weights | None = None


@dataclass(frozen=True)
class Span:
    """Code points of the cleaned, masked text, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """One signal and where the text shows it; at least one span, in text order."""

    signal: str
    spans: tuple[Span, ...]


class Likeness(enum.Enum):
    """How like a fraud of another kind a text is."""

    NONE = "none"
    DOUBT = "doubt"
    FRAUD = "fraud"


@dataclass(frozen=True)
class Verdict:
    """What a text shows: findings, gravest first, and ids of what could not be judged.

    ``about``: it speaks of certificates, training, examinations or an office of this field; where it does not there
    is no finding. ``likeness`` and ``marks`` (:mod:`bot.advert.foreign`) are looked for where there is none.
    """

    findings: tuple[Finding, ...]
    unjudged: tuple[str, ...]
    about: bool = True
    likeness: Likeness = Likeness.NONE
    marks: tuple[Finding, ...] = ()
