"""Texts that are not about certificates: is that their subject, and do they show marks of another fraud?

Judges nothing about certificates. What the marks are, and what proves them, stands in ``foreign.yml``; a score over
the whole text (ADR 0008) says how much speaks for a fraud, also where no mark names it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.advert.folding import Folded
from bot.advert.grams import grams
from bot.advert.models import Finding, Likeness, Weights
from bot.advert.score import words_score
from bot.text.patterns import Patterns

#: Score from which a text is told as a fraud, and from which it is left open; both measured by cross-validation on
#: foreign.tsv (ADR 0008): 0.6 % and 3 % of ordinary texts reach them, 94 % and 98 % of frauds.
FRAUD, DOUBT = 0.6, -0.5
#: Shorter folded texts are asked or said, not pasted.
SHORTEST = 10
#: Folded length from which a text counts as long in full, and what a fact weighs beside a gram of full share.
_LONG, _FACT = 100, 0.5


@dataclass(frozen=True)
class Mark:
    """诈骗迹象: each of ``needs`` and nothing of ``unless`` stands in the folded text; the last need is quoted."""

    id: str
    title: str
    needs: tuple[Patterns, ...]
    unless: Patterns | None
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]

    def find(self, folded: Folded) -> Finding | None:
        """The longest words of the last need; None where a need is missing."""
        if self.unless is not None and self.unless.search(folded.text):
            return None
        if not all(need.search(folded.text) for need in self.needs):
            return None
        places = [match.span() for match in self.needs[-1].finditer(folded.text)]
        start, end = max(places, key=lambda place: (place[1] - place[0], -place[0]))
        return Finding(self.id, (folded.span(start, end),))


@dataclass(frozen=True, eq=False)
class Foreign:
    """Everything in ``foreign.yml``.

    ``subject``: words of certificates, qualifications, training, examinations or an office of this field. ``warns``:
    the voice of a warning, ``told``: of somebody to whom it has happened,
    ``notice``: of what is sent to many. Without ``weights`` marks alone decide.
    """

    subject: Patterns
    warns: Patterns
    told: Patterns
    notice: Patterns
    marks: Mapping[str, Mark]
    weights: Weights | None = None

    def names_subject(self, folded: Folded) -> bool:
        """Whether the text is about what this assistant judges."""
        return self.subject.search(folded.text) is not None

    def find(self, folded: Folded) -> tuple[Finding, ...]:
        """Marks of a fraud, in the order of the file; none in a warning that nobody's own story comes with."""
        if self.warns.search(folded.text) and not self.told.search(folded.text):
            return ()
        found = (mark.find(folded) for mark in self.marks.values())
        return tuple(finding for finding in found if finding)

    def likeness(self, folded: Folded, found: Collection[Finding]) -> Likeness:
        """By the score of the text, or by the marks alone where nothing was learned."""
        if len(folded.text) < SHORTEST:
            return Likeness.NONE
        if self.weights is None:
            return Likeness.FRAUD if found else Likeness.NONE
        score = self.score(folded, found, self.weights)
        return Likeness.FRAUD if score >= FRAUD else Likeness.DOUBT if score >= DOUBT else Likeness.NONE

    def score(self, folded: Folded, found: Collection[Finding], weights: Weights) -> float:
        """How much speaks for a fraud: sums of the weights of grams and facts."""
        facts = self.facts(folded, found)
        counted = words_score(grams(folded.text), weights)
        return weights.bias + counted + sum(weights.facts.get(name, 0.0) * value for name, value in facts.items())

    def facts(self, folded: Folded, found: Collection[Finding]) -> dict[str, float]:
        """What stands in a text, by name: marks, each of their needs, the voice, the length."""
        facts = {
            "any": _FACT * bool(found),
            "length": _FACT * min(len(folded.text), _LONG) / _LONG,
            "warns": _FACT * (self.warns.search(folded.text) is not None),
            "told": _FACT * (self.told.search(folded.text) is not None),
        }
        facts |= {f"mark {finding.signal}": _FACT for finding in found}
        for mark in self.marks.values():
            for at, need in enumerate(mark.needs):
                if need.search(folded.text):
                    facts[f"need {mark.id} {at}"] = _FACT
        return facts
