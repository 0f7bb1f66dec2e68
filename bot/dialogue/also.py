"""What is said after the first answer: the verdict on an advert, a warning, the row of an occupation that was named.

Nothing found is dropped. After a warned-of practice the row follows; after any other answer it is offered.
"""

from __future__ import annotations

from dataclasses import replace

from bot.concerns.models import Rank
from bot.dialogue.advert import judge
from bot.dialogue.question import Question
from bot.dialogue.routes import choose_route
from bot.dialogue.several import LOOK_UP, about_row
from bot.dialogue.turn import Turn
from bot.knowledge.store import Snapshot
from bot.replies.advert import advert_blanks
from bot.replies.lookup import AMBIGUOUS, choices_of
from bot.replies.reply import Choice, ReplyRef

ADVERT = "paste_advert"
#: Most related questions kept beside the offer of a row.
_MOST_RELATED = 2


def with_rest(turn: Turn, question: Question, snapshot: Snapshot) -> Turn:
    """The turn with everything else that was found in the message said or offered after its first reply."""
    concern = snapshot.concerns.rows.get(question.first("concern"))
    after = [reference for topic in question.entities.get("also", ()) for reference in _said(topic, question, snapshot)]
    named = question.entities.get("occupation", ())
    if not turn.replies or not named or turn.replies[0].form != "entry":
        return replace(turn, replies=(*turn.replies, *after))
    if concern is not None and concern.rank is Rank.PRACTICE:
        return replace(turn, replies=(*turn.replies, *after, _row(question, snapshot)))
    first, *others = turn.replies
    return replace(turn, replies=(_offering(first, question, snapshot), *others, *after))


def reference_for(intent: str, question: Question, snapshot: Snapshot) -> ReplyRef:
    """The entry of an intent, or its route for the concern that the message raises."""
    route = choose_route(intent, {"concern": question.first("concern")}, snapshot)
    return ReplyRef("entry", route.id if route else intent)


def _said(topic: str, question: Question, snapshot: Snapshot) -> tuple[ReplyRef, ...]:
    if topic == ADVERT:
        verdict = judge(question.raw, snapshot)
        return (
            (ReplyRef("advert", "verdict", advert_blanks(verdict, question.raw, paid=False)),)
            if verdict.findings
            else ()
        )
    if topic == LOOK_UP:
        return (_row(question, snapshot),) if question.entities.get("occupation") else ()
    intent, _, concern = topic.partition("/")
    asked = question.asking(intent, concern=concern)
    return (reference_for(intent, asked, snapshot),) if intent in snapshot.content.entries else ()


def _row(question: Question, snapshot: Snapshot) -> ReplyRef:
    rows, name = question.entities["occupation"], question.first("occupation_name")
    if len(rows) == 1:
        return ReplyRef("lookup", rows[0], {"name": name} if name else {})
    return ReplyRef("lookup", AMBIGUOUS, {"name": name, "rows": list(rows)}, choices_of(name, rows, snapshot.catalogue))


def _offering(reference: ReplyRef, question: Question, snapshot: Snapshot) -> ReplyRef:
    """The reply with a button for the row before its related questions."""
    if reference.choices:
        return reference
    entry = snapshot.content.entries.get(reference.key) or next(
        (route for route in snapshot.content.routes if route.id == reference.key), None
    )
    related = [key for key in entry.related if key in snapshot.content.entries] if entry else []
    others = (Choice(snapshot.content.entries[key].title, key) for key in related[:_MOST_RELATED])
    return replace(reference, choices=(about_row(question, snapshot), *others))
