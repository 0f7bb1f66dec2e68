"""Which words of a text are quoted for what was found: whole words, every place once.

Findings come with the places of patterns; these overlap, and begin or end inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.advert.models import Finding, Span
from bot.text.words import dictionary

_HAN_WORD = re.compile(r"[\u3400-\u9fff]{2,4}")
#: A certificate goes with the verb before it (下|证) and with the name before it (叉车|证).
_OBJECT = re.compile(r"(?<=[拿出下领領取发發给給办辦考])(?:[证證][书書]?|本(?![次期月周地人]))")
_TAIL = re.compile(r"[证證师師员員]")
_NAME = re.compile(r"(?<![\u3400-\u9fff])[\u3400-\u9fff]{1,4}$")
_EDGE = re.compile(r"[\s，。！？；：、,.!?;:·~…—\-_/|()（）【】\[\]「」『』“”\"']")


@dataclass(frozen=True)
class Place:
    """Words of the text and the signals that they show, the gravest first."""

    span: Span
    signals: tuple[str, ...]


def places(findings: Iterable[Finding], text: str) -> tuple[Place, ...]:
    """Where a text shows its findings, in their order; findings in the same words are one place."""
    words = _words(text)
    found: list[Place] = []
    for finding in findings:
        spans = [whole_words(span, text, words) for span in finding.spans]
        at = next((span for span in spans if not any(_overlap(span, place.span) for place in found)), None)
        if at is not None:
            found.append(Place(at, (finding.signal,)))
            continue
        same = next(index for index, place in enumerate(found) if _overlap(spans[0], place.span))
        union = Span(min(spans[0].start, found[same].span.start), max(spans[0].end, found[same].span.end))
        clear = not any(_overlap(union, place.span) for index, place in enumerate(found) if index != same)
        found[same] = replace(
            found[same], span=union if clear else found[same].span, signals=(*found[same].signals, finding.signal)
        )
    return tuple(found)


def whole_words(span: Span, text: str, words: Sequence[Span] | None = None) -> Span:
    """The span without marks at its edges, and grown to the ends of the Chinese words that it cuts."""
    start, end = span.start, span.end
    words = _words(text) if words is None else words
    if _TAIL.match(text[start]):
        before = next((word.start for word in words if word.end == start), None)
        name = _NAME.search(text[:start])  # of a script that the dictionary does not have
        start = before if before is not None else name.start() if name else start
    for word in words:
        if word.start < start < word.end:
            start = word.start
        if word.start < end < word.end:
            end = word.end
    objects = _OBJECT.match(text, end)
    end = objects.end() if objects else end
    while start < end - 1 and _EDGE.match(text[start]):
        start += 1
    while end > start + 1 and _EDGE.match(text[end - 1]):
        end -= 1
    return Span(start, end)


def shortened(span: Span, text: str, longest: int) -> Span:
    """The span cut to so many characters, at the end of a word where one is near."""
    if span.end - span.start <= longest:
        return span
    end = span.start + longest
    inside = next((word for word in _words(text) if word.start < end < word.end), None)
    return Span(span.start, inside.start if inside and inside.start > span.start else end)


def _words(text: str) -> list[Span]:
    """Words of the dictionary of two to four Chinese characters; a possible new word is none (证包 of 消防证包过)."""
    return [
        Span(start, end) for word, start, end in dictionary().tokenize(text, HMM=False) if _HAN_WORD.fullmatch(word)
    ]


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
