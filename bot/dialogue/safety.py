"""A life in danger: the fixed words with 120, 110 and 12356, then the steps after a fraud where money is gone."""

from __future__ import annotations

from bot.advert.payment import has_paid
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.reply import ReplyRef

CRISIS = "crisis"
#: The fixed words; they come without choices and without questions about certificates.
SAFETY_FIRST = ReplyRef("wording", "say_crisis")
_CHEATED = ReplyRef("entry", "cheated")


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """Nothing of the conversation is used, and nothing of it is lost for the next message."""
    del snapshot
    told = (SAFETY_FIRST, _CHEATED) if has_paid(question.raw) else (SAFETY_FIRST,)
    return Turn(told, memory.with_(concern="protect_life", entry="", asked=""))
