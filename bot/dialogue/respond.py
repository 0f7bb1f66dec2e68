"""One turn: read the message in its conversation, decide, keep count of misses.

Question ── resolve (choice, detail, ellipsis) ── concern ── decide ── Turn
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.dialogue import advert, also, answer, clarify, occupation, office, platform, safety, several, wording
from bot.dialogue.context import resolve
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Decide, Turn
from bot.knowledge.loader import Content
from bot.knowledge.store import Snapshot
from bot.replies.compose import PREFECTURE
from bot.replies.reply import Choice, ReplyRef

#: Misses in a row after which it hands over.
MAX_MISSES = 2

DECIDERS: Mapping[str, Decide] = {
    "protect_life": safety.decide,
    "answer": answer.decide,
    "find_platform": platform.decide,
    "find_office": office.decide,
    "look_up_occupation": occupation.decide,
    "check_advert": advert.decide,
    "refuse": wording.decide,
    "hand_over": wording.decide,
    "small_talk": wording.decide,
    "clarify": clarify.decide,
}
_OF_INTENT = {
    safety.CRISIS: "protect_life",
    platform.INTENT: "find_platform",
    office.REPORT: "find_office",
    office.PREFECTURES: "find_office",
    "ask_occupation": "look_up_occupation",
    "paste_advert": "check_advert",
    "nlu_fallback": "clarify",
}
_OF_KIND = {"refusal": "refuse", "handover": "hand_over", "smalltalk": "small_talk"}


def concern_of(intent: str, content: Content) -> str:
    """Which concern (and so which custom action) an intent belongs to."""
    if intent in _OF_INTENT:
        return _OF_INTENT[intent]
    if intent in content.entries:
        return "answer"
    for words in content.wordings.values():
        if intent in words.intents:
            return _OF_KIND[words.kind]
    return "clarify"


def respond(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """Decide the replies to one message."""
    meant = resolve(question, memory, snapshot)
    parts = several.by_urgency(meant.parts if meant is question else (), snapshot)
    answered, left = parts[: several.MAX_ANSWERS], parts[several.MAX_ANSWERS :]
    turns: list[Turn] = []
    for part in answered or (meant,):
        before = turns[-1].memory if turns else memory
        turns.append(_decide(resolve(part, before, snapshot) if turns else part, before, snapshot))
    last = turns[-1]
    replies = _without_repeats(tuple(reference for turn in turns for reference in turn.replies))
    replies = _at(question.place(memory.prefecture), several.offering(replies, left, snapshot))
    return _count_misses(replace(last, replies=replies), memory)


def _at(prefecture: str, replies: tuple[ReplyRef, ...]) -> tuple[ReplyRef, ...]:
    """Every reply to somebody whose prefecture is known gives its own number."""
    if not prefecture:
        return replies
    return tuple(replace(ref, blanks={**ref.blanks, PREFECTURE: prefecture}) for ref in replies)


def _decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    turn = DECIDERS[concern_of(question.intent, snapshot.content)](question, memory, snapshot)
    return also.with_rest(turn, question, snapshot)


def _without_repeats(replies: tuple[ReplyRef, ...]) -> tuple[ReplyRef, ...]:
    found: dict[tuple[str, str, str], ReplyRef] = {}
    for reference in replies:
        found.setdefault((reference.form, reference.key, repr(reference.blanks)), reference)
    return tuple(found.values())


def _count_misses(turn: Turn, before: Memory) -> Turn:
    offered: tuple[Choice, ...] = next((r.choices for r in reversed(turn.replies) if r.choices), ())
    misses = before.misses + 1 if turn.missed else 0
    if turn.missed and not offered:
        offered = before.offered  # who mistyped a number can still choose
    if misses >= MAX_MISSES:
        turn = replace(turn, replies=(ReplyRef("wording", "hand_over_misses", choices=(wording.NO_VOICE,)),))
        misses, offered = 0, (wording.NO_VOICE,)
    return replace(turn, memory=turn.memory.with_(misses=misses, offered=offered))
