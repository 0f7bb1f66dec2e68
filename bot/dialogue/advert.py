"""Judge a pasted or retold advert by its red flags; money that is already paid comes first.

A text of another subject gets no verdict: what looks like a fraud is told so, the rest is none of our business.
"""

from __future__ import annotations

from bot.advert.check import check
from bot.advert.models import Likeness, Verdict
from bot.advert.payment import has_paid
from bot.advert.request import is_bare_request, offers_something
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Turn
from bot.dialogue.wording import STARTERS
from bot.knowledge.store import Snapshot
from bot.replies.advert import advert_blanks
from bot.replies.foreign import KEY as FOREIGN
from bot.replies.foreign import foreign_blanks
from bot.replies.reply import ReplyRef

CHEATED = "cheated"
#: Fixed words: it may be a fraud, it is none of our business, there is no advert to judge.
IN_DOUBT, NOT_OURS, ASK = "refuse_foreign", "refuse_other", "ask_advert_text"


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """The verdict on the person's own words; "first things first" before it where money is gone."""
    if is_bare_request(question.raw, snapshot.signals):
        return _asking(memory)
    paid, verdict = has_paid(question.raw), judge(question.raw, snapshot)
    if verdict.findings or (verdict.about and not _is_fraud(verdict) and not paid):
        return _judged(question, memory, snapshot, verdict, paid)
    if _is_fraud(verdict):
        reference = ReplyRef("advert", FOREIGN, foreign_blanks(verdict, question.raw, paid=paid))
        return Turn((reference,), _remembered(memory))
    if paid:  # who has lost money is not told that nothing was found
        return Turn((ReplyRef("entry", CHEATED),), _remembered(memory))
    words = IN_DOUBT if verdict.likeness is Likeness.DOUBT else NOT_OURS
    return Turn((ReplyRef("wording", words),), memory.with_(concern="refusal"))


def judge(text: str, snapshot: Snapshot) -> Verdict:
    """The advert check with the official hosts and the names that are in no catalogue."""
    return check(text, snapshot.signals, snapshot.official_hosts, snapshot.catalogue.outside_names)


def _judged(question: Question, memory: Memory, snapshot: Snapshot, verdict: Verdict, paid: bool) -> Turn:
    if not verdict.findings and not offers_something(question.raw, snapshot.signals, snapshot.official_hosts):
        return _asking(memory)
    told = ReplyRef("advert", "verdict", advert_blanks(verdict, question.raw, paid=paid))
    first = (ReplyRef("entry", CHEATED),) if paid else ()
    return Turn((*first, told), _remembered(memory))


def _asking(memory: Memory) -> Turn:
    return Turn((ReplyRef("clarify", ASK, choices=STARTERS),), memory.with_(concern="clarify"))


def _is_fraud(verdict: Verdict) -> bool:
    return verdict.likeness is Likeness.FRAUD


def _remembered(memory: Memory) -> Memory:
    return memory.with_(concern="check_advert", entry="", topic="fake", occupation="", cert_type="")
