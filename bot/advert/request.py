"""Is a message a pasted or retold advert, or a request to judge one?

Short questions about a term („包过能信吗") are for the entries, not for the advert check.
"""

from __future__ import annotations

import re

from bot.advert.check import found_by_patterns
from bot.advert.models import Severity, Signals
from bot.advert.reading import Reading, read
from bot.advert.score import score

#: Score from which a statement is an offer, however few of the signs below it shows.
SURE = 2.5
#: From this length a statement can be told by its score alone.
_TELLING = 16
_SENTENCE_END = re.compile(r"[。！？]")
_QUOTE = re.compile(r"[“「『《【\"]")
#: Points from which a message counts as an advert.
ENOUGH = 3
_LONG = 60
_SHORT = 18
#: Up to this length a question about a claim is a question, unless somebody's offer is named in it.
_ASKED = 30
#: Where a doubt stands that makes the whole a question.
_TAIL = 14
#: Where a question about procedure stands that makes the whole one.
_CLOSING = 24
#: From this length a statement is told, not a scrap of a question.
_TOLD = 10


def looks_like_advert(text: str, signals: Signals) -> bool:
    """Adds up price, contact, link, enrolment, solicitation, retelling, request and red flags."""
    reading = read(text, signals)
    folded, has, asks = reading.folded, reading.cues, reading.context.asks
    size = len(folded.text)
    link = bool(reading.sites)
    reachable = has["contact"] or link
    named = has["price"] and has["told_by"]
    last = _SENTENCE_END.split(folded.text.rstrip("。！？"))[-1]
    doubtful = signals.cues["doubt"].search(last[-_TAIL:]) is not None
    if size <= _ASKED and not (reachable or named or has["pasted"]) and (asks or doubtful):
        return False
    closing = signals.cues["procedure"].search(folded.text[-_CLOSING:]) is not None
    if closing and not (reachable or has["pasted"] or has["request"]):
        return False
    # most questions have ended here: what follows looks for every pattern
    findings = found_by_patterns(reading, ())
    # how often words, not addresses, are flagged and meant
    meant = sum(len(finding.spans) for finding in findings if signals.signals[finding.signal].detector in ("", "name"))
    offers = has["price"] or has["solicit"] or reachable
    shown = has["retold"] or (has["request"] and meant > 0)
    shown = shown or has["pasted"] or (has["frame"] and size > _ASKED)
    if asks and not offers and (not shown or (size <= _SHORT and not has["pasted"])):
        return False
    told = not asks and (size >= _TOLD or meant > 1)
    if told and meant and (not has["narrator"] or has["retold"]):
        return True
    if not asks and size >= _TELLING and signals.weights and score(reading, findings, signals.weights) >= SURE:
        return True
    flags = _red_flags(reading)
    if not (flags or meant or has["topic"] or has["pasted"]):
        return False
    points = (
        2 * has["contact"] + 2 * has["solicit"] + has["price"] + 2 * link + has["enrol"]
        + has["retold"] + has["request"] + min(flags, 2) + (size >= _LONG) + 2 * (told and link)
        + (meant > 0) + 3 * has["pasted"]
        + (has["frame"] and size > _ASKED) * (1 + (meant > 0) + has["doubt"] + (_QUOTE.search(text) is not None))
    )  # fmt: skip
    return points >= ENOUGH and (
        flags > 0 or meant > 0 or has["solicit"] or has["contact"] or has["request"] or not asks
    )


def _red_flags(reading: Reading) -> int:
    """How many signals that are not weak show in the words, whoever says them."""
    return sum(
        signal.severity is not Severity.LOW and bool(reading.places(signal.always))
        for signal in reading.signals.signals.values()
    )
