"""Is a message a pasted or retold advert, or a request to judge one?

Short questions about a term („包过能信吗") are for the entries, not for the advert check.
"""

from __future__ import annotations

from bot.advert.check import MAX_TEXT, check
from bot.advert.context import read_context
from bot.advert.folding import fold_with_offsets
from bot.advert.models import Severity, Signals
from bot.advert.sites import sites

#: Points from which a message counts as an advert.
ENOUGH = 3
_LONG = 60
_SHORT = 18
#: From this length a statement is told, not a scrap of a question.
_TOLD = 10


def looks_like_advert(text: str, signals: Signals) -> bool:
    """Adds up price, contact, link, enrolment, solicitation, retelling, request and red flags."""
    folded = fold_with_offsets(text[:MAX_TEXT], signals.spellings)
    has = {name: cue.search(folded.text) is not None for name, cue in signals.cues.items()}
    link = next(sites(text[:MAX_TEXT]), None) is not None
    asks = read_context(folded, signals).asks
    flags = _red_flags(folded.text, signals)
    if not flags and not has["topic"]:
        return False
    offers = has["price"] or has["contact"] or has["solicit"] or link
    if asks and not offers and (not has["retold"] or len(folded.text) <= _SHORT):
        return False
    told = not asks and not has["narrator"] and len(folded.text) >= _TOLD
    points = (
        2 * has["contact"] + 2 * has["solicit"] + has["price"] + 2 * link + has["enrol"]
        + has["retold"] + has["request"] + min(flags, 2) + (len(folded.text) >= _LONG)
        + 2 * (told and (link or _is_flagged(text, signals)))
    )  # fmt: skip
    return points >= ENOUGH and (flags > 0 or has["solicit"] or has["contact"] or has["request"] or not asks)


def _is_flagged(text: str, signals: Signals) -> bool:
    """Whether words, not addresses, are flagged and meant."""
    found = check(text, signals, ()).findings
    return any(signals.signals[finding.signal].always is not None for finding in found)


def _red_flags(text: str, signals: Signals) -> int:
    """How many signals that are not weak show in the words, whoever says them."""
    return sum(
        signal.severity is not Severity.LOW and signal.always is not None and signal.always.search(text) is not None
        for signal in signals.signals.values()
    )
