"""Many weak signs together. No single one gives a text away, but few honest texts use several.

Only short texts are weighed: a long one holds scattered weak signs by chance, and a long advert
always shows a grave one as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.advert.context import is_denied, is_meant
from bot.advert.models import Severity, Signal, Span
from bot.advert.reading import Reading
from bot.text.patterns import Patterns

#: Longest folded text that is weighed.
LONGEST = 300
#: Weight from which weak signs tell, where the text speaks of certificates and where it does not.
ENOUGH, ENOUGH_OFF_TOPIC = 2, 2
#: Most that one category adds, and what urging and flattery add together.
_MOST, _MOST_URGING = 2, 1
_URGING = "urgency"
_RELIEF = 2

Found = list[tuple[Signal, tuple[Span, ...]]]


def weigh(reading: Reading) -> Found:
    """The weak signs of a short text if they weigh enough, else nothing."""
    folded, context = reading.folded, reading.context
    # a price counts where somebody is said to ask it
    if context.reported or not folded.text or len(folded.text) > LONGEST:
        return []
    found: Found = []
    weights: dict[str, int] = {}
    for signal in reading.signals.signals.values():
        weak = (signal.in_offer, signal.hints, signal.always if signal.severity is Severity.LOW else None)
        spans = _spans(signal, weak, reading, lambda start, end: is_meant(folded, start, end, context, reading.signals))
        if spans:
            found.append((signal, spans))
            weights[signal.id if signal.category != _URGING else _URGING] = len(spans)
    score = sum(min(weight, _MOST_URGING if name == _URGING else _MOST) for name, weight in weights.items())
    score += context.priced
    score -= _RELIEF * (context.schooling + context.modest + context.elsewhere)
    return found if found and score >= (ENOUGH if context.about else ENOUGH_OFF_TOPIC) else []


def loose(reading: Reading) -> Found:
    """Every sign that is not denied: for a text of which the score says that somebody offers something."""
    found: Found = []
    for signal in reading.signals.signals.values():
        spans = _spans(
            signal,
            (signal.always, signal.in_offer, signal.hints),
            reading,
            lambda start, _: not is_denied(reading.folded, start, reading.signals),
        )
        if spans:
            found.append((signal, spans))
    grave = [pair for pair in found if pair[0].severity is not Severity.LOW]
    return grave or found


def _spans(
    signal: Signal, patterns: Iterable[Patterns | None], reading: Reading, meant: Callable[[int, int], bool]
) -> tuple[Span, ...]:
    if signal.detector:
        return ()
    places = sorted(place for pattern in patterns for place in reading.places(pattern))
    if not places:
        return ()
    honest = reading.places(signal.honest)
    spans, reached = [], 0
    for start, end in places:
        if start < reached or any(a < end and start < b for a, b in honest):
            continue
        if meant(start, end):
            spans.append(reading.folded.span(start, end))
            reached = end
    return tuple(spans)
