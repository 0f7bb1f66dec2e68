"""Does somebody offer something here? A linear score over grams and facts, explained in ADR 0004.

``grams`` speak for how offers sound, ``facts`` for what patterns and cues found. Both are sums of
weights in ``data/knowledge/signals/weights.json``; nothing else enters.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from bot.advert.folding import HARD
from bot.advert.grams import grams
from bot.advert.models import Finding, Severity, Span, Weights
from bot.advert.reading import Reading

#: From this score on a text is an offer; measured in ``docs/adr/0004-adverts-by-score.md``.
THRESHOLD = 0.05
FILE = "weights.json"
#: The fact that carries the sum over the grams.
WORDS = "words"
#: Folded length from which a text counts as long in full.
LONGEST_FACT_TEXT = 200
_MANY = 4
_SPLIT = frozenset(HARD)


def load_weights(path: Path) -> Weights | None:
    """The stored weights; None where there are none."""
    if not path.is_file():
        return None
    raw = json.loads(path.read_text(encoding="utf-8"))
    tables = {name: {key: value / 100 for key, value in raw[name].items()} for name in ("grams", "facts")}
    return Weights(tables["grams"], raw["bias"] / 100, tables["facts"], THRESHOLD, raw["fingerprint"])


def words_score(counted: dict[str, float], weights: Weights) -> float:
    """The sum over grams of a folded text."""
    known = weights.grams
    return sum(share * known[name] for name, share in counted.items() if name in known)


def score(reading: Reading, findings: Collection[Finding], weights: Weights) -> float:
    """How much speaks for an offer: below 0 more against it than for it."""
    facts = facts_of(reading, findings)
    facts[WORDS] = words_score(grams(reading.folded.text), weights)
    return weights.bias + sum(weights.facts.get(name, 0.0) * value for name, value in facts.items())


def facts_of(reading: Reading, findings: Collection[Finding]) -> dict[str, float]:
    """Named facts, each from 0 to 1: findings of the patterns, what the text is as a whole, its cues."""
    signals, text = reading.signals, reading.folded.text
    levels = [signals.signals[finding.signal].severity for finding in findings]
    loose = [
        pattern is signal.always
        for signal in signals.signals.values()
        for pattern in (signal.always, signal.in_offer, signal.hints)
        if reading.places(pattern)
    ]
    facts = {
        "found": float(bool(levels)),
        "found_grave": float(Severity.HIGH in levels),
        "found_many": min(len(levels), 3) / 3,
        "loose": min(len(loose), _MANY) / _MANY,
        "loose_always": float(any(loose)),
        "length": min(len(text), LONGEST_FACT_TEXT) / LONGEST_FACT_TEXT,
    }
    facts |= {f"is_{name}": float(value) for name, value in vars(reading.context).items()}
    return facts | {f"has_{name}": float(value) for name, value in reading.cues.items()}


def weightiest_clause(reading: Reading, weights: Weights) -> Span | None:
    """The clause whose words speak most for an offer, without the marks around it."""
    text, best, chosen = reading.folded.text, 0.0, None
    start = 0
    for end in range(len(text) + 1):
        if end < len(text) and text[end] not in _SPLIT:
            continue
        if end - start > 1:
            weight = words_score(grams(text[start:end]), weights)
            if chosen is None or weight > best:
                best, chosen = weight, reading.folded.span(start, end)
        start = end + 1
    return chosen
