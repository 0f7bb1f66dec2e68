"""A life in danger: the fixed words with 120, 110 and 12356, then the steps after a fraud where money is gone."""

from __future__ import annotations

import re

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
#: Money is gone though nobody says that it was paid: 我被骗了三万, 被騙光了積蓄; debts of those who were cheated.
_LOST = re.compile(r"[骗騙](?:了|光|走|我|他|她|完|去|钱|錢|子)|被[骗騙]|上当|上當|血本无归|(?:培训|培訓|网|網)[贷貸]")


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """Nothing of the conversation is used, and nothing of it is lost for the next message."""
    del snapshot
    told = (SAFETY_FIRST, _CHEATED) if has_paid(question.raw) or _LOST.search(question.raw) else (SAFETY_FIRST,)
    return Turn(told, memory.with_(concern="protect_life", entry="", asked=""))
