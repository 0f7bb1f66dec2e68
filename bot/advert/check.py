"""Find red flags in a text and say what could not be judged. Never says that anything is safe.

Patterns say which words are a red flag and why; a score over the whole text says whether somebody
offers something at all (:mod:`bot.advert.score`), so that the same words in a warning are none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import islice

from bot.advert.context import is_meant
from bot.advert.folding import fold_with_offsets
from bot.advert.models import Finding, Likeness, Severity, Signal, Signals, Span, Verdict
from bot.advert.reading import Reading, read
from bot.advert.retold import is_retold
from bot.advert.score import score, weightiest_clause
from bot.advert.sites import imitates, is_official
from bot.advert.weigh import Found, loose, weigh

#: Most spans kept of one signal.
MOST_SPANS = 8
#: Grave signs that it takes where another trade is spoken of.
ENOUGH_ELSEWHERE = 2
#: How much less of a seller's voice is wanted where a person tells of an offer and asks, or has paid.
RETOLD = 2.2
#: Score from which a text that names no subject is of this trade: no ordinary text of foreign.tsv has it.
OWN_WORDS = 1.8
_RANK = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
#: How far from an invented name the claim may stand that makes it a national certificate.
_NEAR = 24
_NEAR_SITE = 16
_SCHOOLING = re.compile(r"职业技能等级|技能等级认定|等级证书|专项职业能力")
#: What finds words that no pattern names, and what finds web addresses that pose as official.
_TONE, _LOOKALIKE = "tone", "lookalike"


def check(text: str, signals: Signals, official_hosts: Collection[str], invented: Iterable[str] = ()) -> Verdict:
    """Red flags of a cleaned, masked text.

    ``official_hosts`` are host names (:func:`bot.advert.sites.hosts_of`), ``invented`` names that
    are in no catalogue. Spans are code points of ``text``; at most ``MAX_TEXT`` are read.
    """
    reading = read(text, signals)
    findings = judged(reading, found_by_patterns(reading, official_hosts, tuple(invented)), official_hosts)
    about = reading.names_subject
    if not about and findings and not sounds_like_certificates(reading, findings):
        findings = tuple(finding for finding in findings if _proves_subject(reading, finding))
    about = about or bool(findings)
    open_points = tuple(
        point.id for point in signals.unjudged.values() if point.when is None or point.when.search(reading.folded.text)
    )
    if findings:
        return Verdict(findings, open_points)
    if about and (not reading.marks or reading.context.reported):  # told of or warned of in this field
        return Verdict((), open_points)
    return Verdict((), open_points, about, reading.likeness, reading.marks)


@lru_cache(maxsize=4)
def is_about_certificates(reading: Reading) -> bool:
    """Whether the text names the subject, or what the patterns find in it does, or all of it sounds like it."""
    if reading.names_subject:
        return True
    findings = found_by_patterns(reading, ())
    return sounds_like_certificates(reading, findings) or any(_proves_subject(reading, found) for found in findings)


def sounds_like_certificates(reading: Reading, findings: Collection[Finding]) -> bool:
    """Whether a text that names no subject is offered in the very words of this trade: 内部名额，懂的来.

    Never where it is like another fraud, or sold and sent to many like other things.
    """
    weights = reading.signals.weights
    if weights is None or reading.sent_to_many or reading.likeness is not Likeness.NONE:
        return False
    return score(reading, findings, weights) >= OWN_WORDS


def _proves_subject(reading: Reading, finding: Finding) -> bool:
    """Whether a finding is about certificates though no word names them; never in a text like another fraud."""
    signal = reading.signals.signals[finding.signal]
    if reading.likeness is Likeness.FRAUD:
        return False
    if reading.sent_to_many:
        return signal.detector == _LOOKALIKE
    return signal.detector == _LOOKALIKE or (signal.of_certificates and bool(reading.places(signal.always)))


def judged(
    reading: Reading, findings: tuple[Finding, ...], official_hosts: Collection[str] = ()
) -> tuple[Finding, ...]:
    """What stays of the findings where nobody offers anything, and what is said where somebody does."""
    signals, weights = reading.signals, reading.signals.weights
    if weights is None or not reading.folded.text:
        return findings
    # the words of an offer that somebody was made are told in an honest person's voice
    retold = bool(findings) and is_retold(reading.folded.text)
    if score(reading, findings, weights) < weights.threshold - (RETOLD if retold else 0):
        return tuple(finding for finding in findings if signals.signals[finding.signal].detector == _LOOKALIKE)
    if findings:
        return findings
    if _speaks_for_itself(reading, official_hosts):
        return ()
    found = loose(reading)
    tone = next((signal for signal in signals.signals.values() if signal.detector == _TONE), None)
    clause = weightiest_clause(reading, weights)
    if not found and tone is not None and clause is not None:
        found = [(tone, (clause,))]
    return _ordered(found)


def _speaks_for_itself(reading: Reading, official_hosts: Collection[str]) -> bool:
    """A request to judge what is not there, a citizen's own wish, a text whose only address is an official one.

    The sound of the whole accuses nobody then.
    """
    cues = reading.cues
    if cues["bare_request"]:
        return True
    if any(cues[cue] for cue in ("price", "contact", "retold", "told_by")):
        return False
    official = bool(reading.sites) and all(is_official(site, official_hosts) for site in reading.sites)
    return cues["wish"] or (official and not cues["solicit"])


def found_by_patterns(
    reading: Reading, official_hosts: Collection[str], names: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Red flags by the patterns and cues alone, gravest first."""
    signals, context = reading.signals, reading.context
    found: Found = []
    for signal in signals.signals.values():
        spans = tuple(islice(find(signal, reading, official_hosts, names), MOST_SPANS))
        if spans:
            found.append((signal, spans))
    grave = sum(signal.severity is not Severity.LOW for signal, _ in found)
    # one grave word in the talk of another trade (driving school, passport) is that trade's own
    alone = context.elsewhere and grave < ENOUGH_ELSEWHERE and not any(signal.detector for signal, _ in found)
    return _ordered(weigh(reading) if not grave or alone else found)


def _ordered(found: Found) -> tuple[Finding, ...]:
    found.sort(key=lambda pair: (_RANK[pair[0].severity], pair[1][0].start))
    return tuple(Finding(signal.id, spans) for signal, spans in found)


def find(
    signal: Signal, reading: Reading, official_hosts: Collection[str], invented: Collection[str]
) -> Iterator[Span]:
    """Where one signal stands and is meant."""
    folded, context = reading.folded, reading.context
    if signal.detector == _LOOKALIKE:
        for site in reading.sites:
            if not context.reported and imitates(site, official_hosts):
                yield site.span
        return
    if signal.detector == "unlisted":
        yield from _unlisted(signal, reading, official_hosts)
        return
    matches = _matches(signal, reading, invented)
    honest = reading.places(signal.honest) if matches else ()
    for match in matches:
        start, end = match
        if any(a < end and start < b for a, b in honest):
            continue
        if is_meant(folded, start, end, context, reading.signals):
            yield folded.span(start, end)


def _matches(signal: Signal, reading: Reading, invented: Collection[str]) -> list[tuple[int, int]]:
    found = list(reading.places(signal.always))
    if signal.detector == "name":
        found += _invented(signal, reading, invented)
    elif signal.in_offer and reading.context.offer:
        found += reading.places(signal.in_offer)
    return _without_overlaps(found)


def _without_overlaps(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _invented(signal: Signal, reading: Reading, invented: Collection[str]) -> list[tuple[int, int]]:
    text = reading.folded.text
    if not reading.context.offer or not invented or signal.in_offer is None:
        return []
    found = []
    for name in sorted({name.lower() for name in invented if len(name) >= 3 and name.lower() in text}, key=len)[::-1]:
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            around = text[max(0, at - _NEAR) : end + _NEAR]
            if signal.in_offer.search(around) and not _SCHOOLING.search(around):
                found.append((at, end))
            at = text.find(name, end)
    return found


def _unlisted(signal: Signal, reading: Reading, official_hosts: Collection[str]) -> Iterator[Span]:
    if reading.context.reported or signal.in_offer is None:
        return
    for site in reading.sites:
        if is_official(site, official_hosts) or imitates(site, official_hosts):
            continue
        around = reading.text[max(0, site.span.start - _NEAR_SITE) : site.span.end + _NEAR_SITE]
        if signal.in_offer.search(fold_with_offsets(around, reading.signals.spellings).text):
            yield site.span
