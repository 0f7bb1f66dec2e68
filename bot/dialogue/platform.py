"""Which platform shows a certificate: its type × the place of issue.

A missing detail is asked once, with buttons under an answer that already helps; it may also be
typed, given by number, or ignored.
"""

from __future__ import annotations

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.routes import choose_route
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.reply import Choice, ReplyRef

INTENT = "query_where"

_TYPES = (
    ("职业技能等级证书", "skill_level"),
    ("职业资格证书（技能类）", "qualification"),
    ("专项职业能力证书", "special_ability"),
    ("专业技术资格（建造师、护士等）", "professional"),
    ("特种作业操作证（上岗）", "special_work"),
)
_PLACES = (("在云南取得的", "yunnan"), ("在外省取得的", "elsewhere"))
_PLACE_MATTERS = ("qualification", "skill_level", "special_ability")


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """Route by what the question and the conversation say; ask for what is missing."""
    cert_type = question.first("cert_type") or memory.cert_type
    place = _place(question) or (memory.place if memory.concern == "find_platform" else "")
    route = choose_route(INTENT, {"cert_type": cert_type, "place": place}, snapshot)
    choices: tuple[Choice, ...] = ()
    if not cert_type:
        choices = tuple(Choice(title, INTENT, (("cert_type", value),)) for title, value in _TYPES)
    elif not place and cert_type in _PLACE_MATTERS:
        choices = tuple(Choice(title, INTENT, (("cert_type", cert_type), ("place", value))) for title, value in _PLACES)
    missing = f"{cert_type}:place" if cert_type else "cert_type"
    if memory.concern == "find_platform" and memory.asked == missing:
        choices = ()
    reference = ReplyRef("entry", route.id if route else INTENT, choices=choices)
    return Turn(
        (reference,),
        memory.with_(
            concern="find_platform",
            entry=INTENT,
            topic=cert_type or "query",
            cert_type=cert_type,
            place=place,
            asked=missing,
            occupation="",
        ),
    )


def _place(question: Question) -> str:
    if question.first("prefecture"):
        return "yunnan"
    # „在云南查外省的证": the place of issue is the foreign one
    places = question.entities.get("place", ())
    return "elsewhere" if "elsewhere" in places and "外省" in question.text else (places[0] if places else "")
