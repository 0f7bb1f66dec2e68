"""Is it meant? Tells an offer from a warning, a rule, a report and a question.

Looks at the clause around a match (negation, „警惕…", „…都是骗局") and at the whole text (does
anybody solicit, is it news). A scam that warns of imitators still solicits and stays flagged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.advert.folding import HARD, Folded
from bot.advert.models import Signals

#: Cues that the data file must define.
CUES = (
    "negation", "governed_before", "governed_after", "undo_after", "report", "solicit",
    "price", "enrol", "retold", "narrator", "request", "asks", "contact", "topic", "schooling",
    "newsroom", "elsewhere", "certificate", "told_by", "pasted", "modest", "declined", "frame", "doubt", "procedure",
    "invites", "wish", "bare_request",
)  # fmt: skip
_BEFORE = 24
_AFTER = 40
_SENTENCE_END = re.compile(r"[。！？；\n]")
#: Longest sentence, and longest text, that is still a bare question.
_ASKED_SENTENCE = 40
_ASKED_TEXT = 30
#: From this length a text that names where it comes from is passed on, not asked.
_FRAMED = 20


@dataclass(frozen=True)
class Context:
    """What a whole text is, decided once.

    ``about``: speaks of certificates. ``offer``: something about them is sold. ``elsewhere``: speaks
    of another trade. ``modest``: a job offer or one's own hard work.
    ``priced``: somebody is said to ask a price. ``reported``: news, a rule or a warning.
    ``quiet``: nobody solicits, no price, no retelling. ``asks``: ends on a question. ``asked``:
    quiet, short and a question. ``schooling``: speaks of exams and filing.
    """

    about: bool
    offer: bool
    elsewhere: bool
    modest: bool
    priced: bool
    reported: bool
    quiet: bool
    asks: bool
    asked: bool
    schooling: bool


def read_context(folded: Folded, signals: Signals, cues: Mapping[str, bool]) -> Context:
    """Decide what the text is as a whole; ``cues`` says which cues stand anywhere in it."""
    has = cues.__getitem__

    solicits, retold, contact, price = has("solicit"), has("retold"), has("contact"), has("price")
    framed = len(folded.text) > _FRAMED and has("frame") and (has("request") or has("pasted") or has("doubt"))
    quiet = not (framed or solicits or contact or price or retold)
    # what the text ends on decides whether it asks
    last = _SENTENCE_END.split(folded.text.rstrip("。！？；\n"))[-1]
    asks = _asks(last + folded.text[-1:], signals)
    elsewhere = has("elsewhere") and not has("certificate")
    about = has("topic") and not elsewhere
    # a newsroom may quote an offer word for word; who leaves a number is selling
    told = has("newsroom") and not contact
    refused = has("declined") and not (has("request") or framed)
    reports = (told or (has("report") and not solicits)) and not (has("narrator") or framed)
    return Context(
        offer=about and (not quiet or (has("enrol") and not asks)),
        about=about,
        elsewhere=elsewhere,
        modest=has("modest"),
        priced=price and (solicits or retold or framed),
        reported=refused or reports,
        quiet=quiet,
        asks=asks,
        asked=quiet and asks and len(folded.text) <= _ASKED_TEXT,
        schooling=has("schooling"),
    )


def is_meant(folded: Folded, start: int, end: int, context: Context, signals: Signals) -> bool:
    """Whether the words at ``start``..``end`` are offered, not denied, reported or asked about."""
    if context.reported:
        return False
    before, after = _clause_before(folded, start), _sentence_after(folded, end)
    if signals.cues["negation"].search(before):
        return False
    asked = context.asked or (context.quiet and _is_asked(folded, start, end, signals))
    if not asked and signals.cues["undo_after"].search(after[:12]):
        return True
    if signals.cues["governed_before"].search(before) or signals.cues["governed_after"].search(after):
        return False
    return not asked


def is_denied(folded: Folded, start: int, signals: Signals) -> bool:
    """Whether a negation stands before the words at ``start``, in their clause."""
    return signals.cues["negation"].search(_clause_before(folded, start)) is not None


def _is_asked(folded: Folded, start: int, end: int, signals: Signals) -> bool:
    before = folded.text[max(0, start - _ASKED_SENTENCE) : start]
    ends = [match.end() for match in _SENTENCE_END.finditer(before)]
    sentence = before[ends[-1] if ends else 0 :] + folded.text[start:end] + _sentence_after(folded, end)
    return len(sentence) <= _ASKED_SENTENCE and _asks(sentence, signals)


def _asks(sentence: str, signals: Signals) -> bool:
    return any(signals.cues[cue].search(sentence) for cue in ("asks", "request"))


def _clause_before(folded: Folded, start: int) -> str:
    for at in range(start, max(0, start - _BEFORE), -1):
        if folded.text[at - 1] in HARD:
            return folded.text[at:start]
        # blanks divide clauses, but not where every character is spaced out
        if at in folded.gaps and at - 1 not in folded.gaps and at + 1 not in folded.gaps:
            return folded.text[at:start]
    return folded.text[max(0, start - _BEFORE) : start]


def _sentence_after(folded: Folded, end: int) -> str:
    text = folded.text[end : end + _AFTER]
    match = _SENTENCE_END.search(text)
    return text[: match.end()] if match else text
