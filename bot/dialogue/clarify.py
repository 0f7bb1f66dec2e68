"""When it is too close to call, or nothing is near: offer full questions, or say so honestly."""

from __future__ import annotations

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.reply import Choice, ReplyRef

#: Support below which a candidate is not worth offering; share of the best that it must reach.
_WORTH, _SHARE = 0.12, 0.45
_MOST = 3
NONE_OF_THESE = "deny"


def candidates(question: Question, snapshot: Snapshot) -> tuple[Choice, ...]:
    """Two or three published questions that the text may mean; fewer than two are none."""
    entries = snapshot.content.entries
    best = next((support for intent, support in question.ranking if intent in entries), 0.0)
    found = [
        Choice(entries[intent].title, intent)
        for intent, support in question.ranking
        if intent in entries and support >= max(_WORTH, best * _SHARE)
    ][:_MOST]
    return tuple(found) if len(found) > 1 else ()


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """„您是想问…" with full questions, or the refusal that names where to ask."""
    choices = candidates(question, snapshot)
    if not choices:
        reference = ReplyRef("wording", "refuse_unknown")
        return Turn((reference,), memory.with_(concern="refusal"), missed=True)
    none = Choice(snapshot.content.wordings["part_none_of_these"].text, NONE_OF_THESE)
    return Turn((ReplyRef("clarify", "ask_which", choices=(*choices, none)),), memory.with_(concern="clarify"))
