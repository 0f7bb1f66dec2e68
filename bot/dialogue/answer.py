"""Answer with the entry that the intent names."""

from __future__ import annotations

from bot.dialogue.also import reference_for
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot

#: Topics that are certificate types, so that „那在哪查" keeps them.
CERT_TOPICS = ("qualification", "skill_level", "special_ability")


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """The entry, with its topic remembered for the questions that follow."""
    entry = snapshot.content.entries[question.intent]
    named = question.first("cert_type")
    cert_type = named or (entry.topic if entry.topic in CERT_TOPICS else "")
    return Turn(
        (reference_for(entry.id, question, snapshot),),
        memory.with_(
            concern="answer",
            entry=entry.id,
            topic=entry.topic or memory.topic,
            cert_type=cert_type,
            occupation="",
            prefecture=question.place(memory.prefecture),
        ),
    )
