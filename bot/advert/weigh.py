"""Many weak signs together. No single one gives a text away, but few honest texts use several.

Only short texts are weighed: a long one holds scattered weak signs by chance, and a long advert
always shows a grave one as well.
"""

from __future__ import annotations

import re

from bot.advert.context import Context, is_meant
from bot.advert.folding import Folded
from bot.advert.models import Severity, Signal, Signals, Span

#: Longest folded text that is weighed.
LONGEST = 300
#: Weight from which weak signs tell, where the text speaks of certificates and where it does not.
ENOUGH, ENOUGH_OFF_TOPIC = 2, 2
#: Most that one category adds, and what urging and flattery add together.
_MOST, _MOST_URGING = 2, 1
_URGING = "urgency"
_RELIEF = 2

Found = list[tuple[Signal, tuple[Span, ...]]]


def weigh(folded: Folded, context: Context, signals: Signals) -> Found:
    """The weak signs of a short text if they weigh enough, else nothing."""
    # a price counts where somebody is said to ask it
    if context.reported or not folded.text or len(folded.text) > LONGEST:
        return []
    found: Found = []
    weights: dict[str, int] = {}
    for signal in signals.signals.values():
        spans = _spans(signal, folded, context, signals)
        if spans:
            found.append((signal, spans))
            weights[signal.id if signal.category != _URGING else _URGING] = len(spans)
    score = sum(min(weight, _MOST_URGING if name == _URGING else _MOST) for name, weight in weights.items())
    score += context.priced
    score -= _RELIEF * (context.schooling + context.modest + context.elsewhere)
    return found if found and score >= (ENOUGH if context.about else ENOUGH_OFF_TOPIC) else []


def _spans(signal: Signal, folded: Folded, context: Context, signals: Signals) -> tuple[Span, ...]:
    if signal.detector:
        return ()
    weak: list[re.Pattern[str] | None] = [signal.in_offer, signal.hints]
    if signal.severity is Severity.LOW:
        weak.append(signal.always)
    places = sorted(match.span() for pattern in weak if pattern for match in pattern.finditer(folded.text))
    if not places:
        return ()
    honest = [match.span() for match in signal.honest.finditer(folded.text)] if signal.honest else []
    spans, reached = [], 0
    for start, end in places:
        if start < reached or any(a < end and start < b for a, b in honest):
            continue
        if is_meant(folded, start, end, context, signals):
            spans.append(folded.span(start, end))
            reached = end
    return tuple(spans)
