"""Look an occupation or certificate up by its name."""

from __future__ import annotations

import re

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.lookup import AMBIGUOUS, UNKNOWN, choices_of
from bot.replies.reply import ReplyRef

#: What is asked about the occupation; the first that matches comes first in the reply.
_ASPECTS = (
    ("where", re.compile(r"哪里?查|怎么查|在哪.{0,4}查|查询|查真|查得到|网站|网址|官网")),
    (
        "exam",
        re.compile(
            r"报名|多少钱|费用|学费|难不难|难考|好考|通过率|几月考|什么时候考|考试时间|成绩|教材|题库|要多久|学多久"
        ),
    ),
    ("issuer", re.compile(r"谁发|哪.{0,3}发|发证|部门|谁管|归谁|哪家发|颁发")),
    ("how", re.compile(r"怎么考|怎么拿|怎么取得|怎么办理|去哪考|哪里考|如何考|怎样考|想考")),
    ("valid", re.compile(r"还有用|有效|作废|以前的|旧证|老证|原来的|取消")),
)


def aspect_of(text: str) -> str:
    """Which side of an occupation a normalised text asks about; '' for the whole."""
    return next((name for name, pattern in _ASPECTS if pattern.search(text)), "")


def decide(question: Question, memory: Memory, snapshot: Snapshot) -> Turn:
    """One row, several readings side by side, or the honest „not among what I know"."""
    rows = question.entities.get("occupation", ())
    name = question.first("occupation_name")
    aspect = aspect_of(question.text) if not question.chosen else ""
    blanks = {key: value for key, value in (("aspect", aspect), ("name", name)) if value}
    if len(rows) == 1:
        reference = ReplyRef("lookup", rows[0], blanks)
    elif rows:
        choices = choices_of(name, rows, snapshot.catalogue)
        reference = ReplyRef("lookup", AMBIGUOUS, {"name": name, "rows": list(rows)}, choices)
    elif name:
        reference = ReplyRef("lookup", UNKNOWN, {"name": name})
    else:
        return Turn(
            (ReplyRef("wording", "ask_occupation_name"),),
            memory.with_(concern="look_up_occupation", entry="", topic="catalogue"),
        )
    return Turn(
        (reference,),
        memory.with_(
            concern="look_up_occupation",
            entry="",
            topic="catalogue",
            occupation=rows[0] if len(rows) == 1 else "",
            cert_type="",
        ),
    )
