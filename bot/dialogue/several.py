"""A message that asks several things: money first, and what is too much for one turn is offered as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.question import Question
from bot.knowledge.store import Snapshot
from bot.replies.reply import Choice, Kind, ReplyRef

#: Most questions of one message that are answered at once.
MAX_ANSWERS = 3
LOOK_UP = "ask_occupation"
#: Entries about the asker's own money, beside those that are urgent; and what comes before anything else.
_ABOUT_MONEY = frozenset({"refund", "no_voice"})


def by_urgency(parts: Sequence[Question], snapshot: Snapshot) -> tuple[Question, ...]:
    """Questions about money that is at stake before the others; otherwise as they were asked."""
    return tuple(sorted(parts, key=lambda part: not _is_urgent(part, snapshot)))


def _is_urgent(part: Question, snapshot: Snapshot) -> bool:
    entry = snapshot.content.entries.get(part.intent)
    return entry is not None and (entry.kind == Kind.URGENT.value or entry.id in _ABOUT_MONEY)


def offering(replies: tuple[ReplyRef, ...], left: Sequence[Question], snapshot: Snapshot) -> tuple[ReplyRef, ...]:
    """The replies with a button under the last one for every question left over."""
    choices = tuple(dict.fromkeys(choice for part in left if (choice := choice_of(part, snapshot))))
    if not choices or not replies:
        return replies
    *before, last = replies
    return (*before, replace(last, choices=(*last.choices, *choices)))


def choice_of(part: Question, snapshot: Snapshot) -> Choice | None:
    """A button that asks a question again; None for what no button can ask."""
    if part.intent == LOOK_UP:
        return about_row(part, snapshot)
    entry = snapshot.content.entries.get(part.intent)
    return Choice(entry.title, entry.id) if entry else None


def about_row(question: Question, snapshot: Snapshot) -> Choice:
    """A button for the row of the occupation that a question names."""
    name = question.first("occupation_name")
    rows = (("occupation", row) for row in question.entities.get("occupation", ()))
    title = snapshot.content.wordings["part_about_row"].text.replace("〔name〕", name)
    return Choice(title, LOOK_UP, (*rows, ("occupation_name", name)))
