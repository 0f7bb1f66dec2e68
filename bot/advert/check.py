"""Find red flags in a text and say what could not be judged. Never says that anything is safe."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from bot.advert.context import Context, is_meant, read_context
from bot.advert.folding import Folded, fold_with_offsets
from bot.advert.models import Finding, Severity, Signal, Signals, Span, Verdict
from bot.advert.sites import imitates, is_official, sites
from bot.advert.weigh import weigh
from bot.text.clean import MAX_TEXT

#: Most spans kept of one signal.
MOST_SPANS = 8
#: Grave signs that it takes where another trade is spoken of.
ENOUGH_ELSEWHERE = 2
_RANK = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
#: How far from an invented name the claim may stand that makes it a national certificate.
_NEAR = 24
_NEAR_SITE = 16
_SCHOOLING = re.compile(r"职业技能等级|技能等级认定|等级证书|专项职业能力")


def check(text: str, signals: Signals, official_hosts: Collection[str], invented: Iterable[str] = ()) -> Verdict:
    """Red flags of a cleaned, masked text.

    ``official_hosts`` are host names (:func:`bot.advert.sites.hosts_of`), ``invented`` names that
    are in no catalogue. Spans are code points of ``text``; at most :data:`MAX_TEXT` are read.
    """
    text = text[:MAX_TEXT]
    folded = fold_with_offsets(text, signals.spellings)
    context = read_context(folded, signals)
    findings = findings_of(text, folded, context, signals, official_hosts, tuple(invented))
    open_points = tuple(
        point.id for point in signals.unjudged.values() if point.when is None or point.when.search(folded.text)
    )
    return Verdict(findings, open_points)


def findings_of(
    text: str,
    folded: Folded,
    context: Context,
    signals: Signals,
    official_hosts: Collection[str],
    names: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Red flags of a text already folded and read, gravest first."""
    found: list[tuple[Signal, tuple[Span, ...]]] = []
    for signal in signals.signals.values():
        spans = tuple(islice(find(signal, text, folded, context, signals, official_hosts, names), MOST_SPANS))
        if spans:
            found.append((signal, spans))
    grave = sum(signal.severity is not Severity.LOW for signal, _ in found)
    # one grave word in the talk of another trade (driving school, passport) is that trade's own
    alone = context.elsewhere and grave < ENOUGH_ELSEWHERE and not any(signal.detector for signal, _ in found)
    if not grave or alone:
        found = weigh(folded, context, signals)
    found.sort(key=lambda pair: (_RANK[pair[0].severity], pair[1][0].start))
    return tuple(Finding(signal.id, spans) for signal, spans in found)


def find(
    signal: Signal,
    text: str,
    folded: Folded,
    context: Context,
    signals: Signals,
    official_hosts: Collection[str],
    invented: Collection[str],
) -> Iterator[Span]:
    """Where one signal stands and is meant."""
    if signal.detector == "lookalike":
        for site in sites(text):
            if not context.reported and imitates(site, official_hosts):
                yield site.span
        return
    if signal.detector == "unlisted":
        yield from _unlisted(signal, text, context, official_hosts, signals)
        return
    matches = _matches(signal, folded.text, context, invented)
    honest = [m.span() for m in signal.honest.finditer(folded.text)] if matches and signal.honest else []
    for match in matches:
        start, end = match
        if any(a < end and start < b for a, b in honest):
            continue
        if is_meant(folded, start, end, context, signals):
            yield folded.span(start, end)


def _matches(signal: Signal, text: str, context: Context, invented: Collection[str]) -> list[tuple[int, int]]:
    found = [m.span() for m in signal.always.finditer(text)] if signal.always else []
    if signal.detector == "name":
        found += _invented(signal, text, context, invented)
    elif signal.in_offer and context.offer:
        found += [m.span() for m in signal.in_offer.finditer(text)]
    return _without_overlaps(found)


def _without_overlaps(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _invented(signal: Signal, text: str, context: Context, invented: Collection[str]) -> list[tuple[int, int]]:
    if not context.offer or not invented or signal.in_offer is None:
        return []
    found = []
    for name in sorted({name.lower() for name in invented if len(name) >= 3}, key=len, reverse=True):
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            around = text[max(0, at - _NEAR) : end + _NEAR]
            if signal.in_offer.search(around) and not _SCHOOLING.search(around):
                found.append((at, end))
            at = text.find(name, end)
    return found


def _unlisted(
    signal: Signal, text: str, context: Context, official_hosts: Collection[str], signals: Signals
) -> Iterator[Span]:
    if context.reported or signal.in_offer is None:
        return
    for site in sites(text):
        if is_official(site, official_hosts) or imitates(site, official_hosts):
            continue
        around = text[max(0, site.span.start - _NEAR_SITE) : site.span.end + _NEAR_SITE]
        if signal.in_offer.search(fold_with_offsets(around, signals.spellings).text):
            yield site.span
