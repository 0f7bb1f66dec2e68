"""Judge a pasted or retold advert by its red flags; money that is already paid comes first."""

from __future__ import annotations

from bot.advert.check import check
from bot.advert.models import Verdict
from bot.advert.payment import has_paid
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.advert import advert_blanks
from bot.replies.reply import ReplyRef

CHEATED = "cheated"


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """The verdict on the person's own words; „first things first" before it where money is gone."""
    paid, verdict = has_paid(question.raw), judge(question.raw, snapshot)
    told: tuple[ReplyRef, ...] = (ReplyRef("advert", "verdict", advert_blanks(verdict, question.raw, paid=paid)),)
    if paid:
        # who has lost money is not told that nothing was found
        told = (ReplyRef("entry", CHEATED), *(told if verdict.findings else ()))
    return Turn(
        told,
        memory.with_(concern="check_advert", entry="", topic="fake", occupation="", cert_type=""),
    )


def judge(text: str, snapshot: Snapshot) -> Verdict:
    """The advert check with the official hosts and the names that are in no catalogue."""
    return check(text, snapshot.signals, snapshot.official_hosts, snapshot.catalogue.outside_names)
