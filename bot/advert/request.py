"""Is a message a pasted or retold advert, or a request to judge one?

Short questions about a term („包过能信吗") are for the entries, not for the advert check.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.advert.check import found_by_patterns, is_about_certificates
from bot.advert.folding import fold_with_offsets
from bot.advert.models import Finding, Likeness, Severity, Signals
from bot.advert.reading import Reading, read
from bot.advert.score import score
from bot.advert.sites import is_official

#: Score from which a statement is an offer, however few of the signs below it shows.
SURE = 2.5
#: Score from which the bare words of an offer with a grave red flag are one.
BARE = 0.5
#: From this length a statement can be told by its score alone.
_TELLING = 16
#: What is said before and after an offer that is passed on, apart from it by a mark or a blank.
_OPENING_REQUEST = re.compile(
    r"^[^，。！？；：:\n]{0,8}(?:看看?|瞧瞧?|判断|鉴定|分析|问一?下|请问|问问|咨询)[^，。！？；：:\s]{0,6}[，：:,\s]+"
)
_CLOSING_DOUBT = re.compile(
    r"[，。！？,!?\s]+[^，。！？；\n]{0,8}(?:能信|可信|靠谱|可靠|真的|真假|假的|骗人的?|骗子|正规|信得过|判断|把关)[^，。；\n]{0,8}$"
)
_IN_OWN_WORDS = re.compile(r"[我俺咱说讲]")
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
    """Whether the advert check has something to say of a message: an advert, or a fraud of another kind."""
    reading = read(text, signals)
    if is_bare_request(text, signals):
        return True
    if _is_short_question(reading):  # most messages end here, before every pattern is looked for
        return False
    if not is_about_certificates(reading):
        return reading.likeness is not Likeness.NONE
    return _is_offer(text, reading) or _is_bare_offer(reading) or _is_wrapped_offer(text, signals)


def _is_short_question(reading: Reading) -> bool:
    """Whether it is one that names nobody's offer: no price, no contact, no address, no request to judge."""
    if not reading.context.asks or len(reading.folded.text) > _ASKED or reading.sites:
        return False
    offers = ("price", "contact", "solicit", "pasted", "request", "retold", "told_by")
    return not any(reading.cues[cue] for cue in offers)


def _is_wrapped_offer(text: str, signals: Signals) -> bool:
    """Whether what stands between „帮我看看：" and „，这个能信吗" is an offer: asking takes nothing back."""
    told = _CLOSING_DOUBT.sub("", _OPENING_REQUEST.sub("", text))
    if told == text:
        return False
    reading = read(told, signals)
    if len(reading.folded.text) < _TOLD or _IN_OWN_WORDS.search(told):  # retold, it may be asked about
        return False
    return _is_offer(told, reading)


def offers_something(text: str, signals: Signals, official_hosts: Collection[str]) -> bool:
    """Whether there is an advert to judge, whatever is found in it: a short question or a notice is none."""
    reading = read(text, signals)
    if reading.context.asks and len(reading.folded.text) < _LONG:
        return False
    if any(reading.cues[cue] for cue in ("price", "solicit", "contact")):
        return True
    if reading.sites:  # who names none but official addresses announces
        return not all(is_official(site, official_hosts) for site in reading.sites)
    return reading.cues["invites"]


def is_certain(text: str, signals: Signals) -> bool:
    """Whether a message is the advert check's own, whatever it resembles: another entry would be no answer to it.

    A fraud of another kind; a request to judge an advert that is not there; the bare words of an offer (证名 + 包过).
    """
    reading = read(text, signals)
    if is_bare_request(text, signals):
        return True
    if not is_about_certificates(reading):
        return not reading.context.asks and reading.likeness is Likeness.FRAUD
    return _is_bare_offer(reading)


def is_pasted_fraud(text: str, signals: Signals) -> bool:
    """Whether a message is the text of a fraud of another kind, told by nobody to whom it has happened."""
    reading = read(text, signals)
    if reading.context.asks or reading.likeness is not Likeness.FRAUD or is_about_certificates(reading):
        return False
    return not is_told(text, signals)


def is_told(text: str, signals: Signals) -> bool:
    """Whether somebody tells what has happened to him or his family, in place of passing on what was sent."""
    return signals.foreign.told.search(read(text, signals).folded.text) is not None


def is_bare_request(text: str, signals: Signals) -> bool:
    """Whether somebody asks to judge an advert or a message that is not there."""
    folded = read(text, signals).folded.text
    return len(folded) <= _ASKED and signals.cues["bare_request"].search(folded) is not None


def _is_bare_offer(reading: Reading) -> bool:
    """A certificate's name and what is promised for it, no word of a question or of a wish."""
    signals, cues = reading.signals, reading.cues
    if reading.context.asks or any(cues[cue] for cue in ("doubt", "procedure", "wish", "narrator", "request")):
        return False
    if len(reading.folded.text) > _LONG or signals.weights is None:
        return False
    findings = found_by_patterns(reading, ())
    grave = any(signals.signals[finding.signal].severity is Severity.HIGH for finding in findings)
    named = cues["contact"] or _names_something_else(reading, findings)
    return grave and named and score(reading, findings, signals.weights) >= BARE


def _names_something_else(reading: Reading, findings: tuple[Finding, ...]) -> bool:
    """Whether a certificate is named beside what was found: „包过" alone is a word that is asked about."""
    rest = list(reading.text)
    for finding in findings:
        for span in finding.spans:
            rest[span.start : span.end] = "。" * (span.end - span.start)
    folded = fold_with_offsets("".join(rest), reading.signals.spellings)
    return reading.signals.cues["topic"].search(folded.text) is not None


def is_none_of_ours(text: str, signals: Signals, *, hardly_answered: bool = False) -> bool:
    """Whether a message is of another subject and asks nothing: what is sent to many.

    Where no answer is near (``hardly_answered``) any statement of another subject will do.
    """
    reading = read(text, signals)
    if len(reading.folded.text) < _TELLING or any(reading.cues[cue] for cue in ("asks", "request", "doubt")):
        return False
    sent = hardly_answered or reading.sent_to_many
    return sent and reading.likeness is Likeness.NONE and not is_about_certificates(reading)


def _is_offer(text: str, reading: Reading) -> bool:
    """Adds up price, contact, link, enrolment, solicitation, retelling, request and red flags."""
    signals = reading.signals
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
