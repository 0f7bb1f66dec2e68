"""Whom to report to: matter × region, the right office first."""

from __future__ import annotations

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.routes import choose_route
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.reply import Choice, ReplyRef

REPORT, PREFECTURES = "report_how", "phones_prefecture"

_MATTERS = (
    ("卖假证、造假证", "forged"),
    ("违规培训、评价、发证", "evaluation"),
    ("乱收费、不退费、虚假宣传", "consumer"),
    ("假网站、网上的广告账号", "online"),
    ("怀疑被骗、要我转账", "fraud"),
)
#: Matters that the 人社 offices of a prefecture take, so that their number belongs in front.
_LOCAL = ("evaluation", "professional", "")


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """The office for the matter; the prefecture's own number first where it takes the matter."""
    continuing = memory.concern == "find_office"
    prefecture = question.place(memory.prefecture if continuing else "")
    matter = _matter(question, snapshot) or (memory.matter if continuing else "")
    asked = memory.asked if continuing else ""
    local = {"contacts": [prefecture]} if prefecture and prefecture in snapshot.content.contacts else {}
    if question.intent == PREFECTURES:
        reference = ReplyRef("entry", PREFECTURES, local)
    else:
        route = choose_route(REPORT, {"matter": matter}, snapshot)
        missing = not matter and asked != "matter"
        choices = tuple(Choice(title, REPORT, (("matter", value),)) for title, value in _MATTERS) if missing else ()
        asked = "matter" if choices else asked
        reference = ReplyRef("entry", route.id if route else REPORT, local if matter in _LOCAL else {}, choices)
    return Turn(
        (reference,),
        memory.with_(
            concern="find_office",
            entry=question.intent,
            topic="report",
            matter=matter,
            prefecture=prefecture,
            asked=asked,
            occupation="",
        ),
    )


def _matter(question: Question, snapshot: Snapshot) -> str:
    """The weightiest matter named: „培训机构不退费" is about the money, whoever took it."""
    named = question.entities.get("matter", ())
    return next((matter for matter in snapshot.entity_names.order["matter"] if matter in named), "")
