"""Replies with fixed words: refusals, small talk, handing over."""

from __future__ import annotations

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Turn
from bot.knowledge.models import Wording
from bot.knowledge.store import Snapshot
from bot.replies.reply import Choice, ReplyRef

#: Reasons of a refusal that help with nothing: two of them in a row hand over.
_MISSES = ("no_entry", "unintelligible", "failed")

NO_VOICE = Choice("我不方便打电话（听不见、说不了话）", "no_voice")
STARTERS = (
    Choice("查证书：我的证书在哪里查？", "query_where"),
    Choice("看广告：哪些说法一听就要当心？", "red_flags"),
    Choice("去举报：发现假证书找谁举报？", "report_how"),
    Choice("查职业：职业在不在国家目录里？", "catalogue_check"),
    NO_VOICE,
)


def wording_for(intent: str, snapshot: Snapshot) -> Wording | None:
    """The fixed words that answer an intent."""
    return next((w for w in snapshot.content.wordings.values() if intent in w.intents), None)


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """The words for the intent; greetings and calm words come with the things it can do."""
    wording = wording_for(question.intent, snapshot) or snapshot.content.wordings["refuse_unknown"]
    choices: tuple[Choice, ...] = STARTERS if wording.kind == "smalltalk" and question.intent != "goodbye" else ()
    if wording.kind == "handover":
        choices = (NO_VOICE,)
    if wording.reason == "own_case":
        choices = (STARTERS[0],)
    return Turn(
        (ReplyRef("wording", wording.id, choices=choices),),
        memory.with_(concern=wording.kind),
        missed=wording.kind == "refusal" and wording.reason in _MISSES,
    )
