"""What a person thinks of a reply: read from the request, kept in the journal with the entry and its version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.channels.requests import HELP
from bot.errors import InputError
from bot.storage.journal import FEEDBACK_REASONS, FEEDBACK_VALUES, Journal
from bot.storage.web_sessions import WebSessions
from bot.text.clean import clean

#: Longest note in characters.
MAX_NOTE = 500


@dataclass(frozen=True)
class Feedback:
    """A verdict on the reply with the number ``seq``; ``note`` is cleaned and masked."""

    seq: int
    value: str
    reason: str
    note: str


def read(body: dict[str, Any], public_numbers: Collection[str]) -> Feedback:
    """A verdict out of its JSON. Raises InputError 400."""
    seq, value, reason, note = (body.get(name) for name in ("seq", "value", "reason", "note"))
    good = (
        isinstance(seq, int)
        and not isinstance(seq, bool)
        and 0 < seq < 10**9
        and value in FEEDBACK_VALUES
        and (reason is None or reason in FEEDBACK_REASONS)
        and (note is None or (isinstance(note, str) and len(note) <= MAX_NOTE))
    )
    if not good:
        raise InputError(400, "bad_feedback", "没有看懂这条评价，请重新选一次" + HELP)
    return Feedback(int(seq or 0), str(value), reason or "", clean(note or "", public_numbers, MAX_NOTE))


def keep(feedback: Feedback, channel: str, conv: str, sessions: WebSessions, journal: Journal) -> None:
    """Keep it; a second verdict on the same reply replaces the first. Raises InputError 409."""
    message = sessions.message(conv, feedback.seq)
    if message is None or message["from"] != "bot":
        raise InputError(409, "unknown_message", "这条回答已经不在对话里了，谢谢您的评价；有急事请拨打 {phone}。")
    entry, version = message["entry"] or "", message["version"]
    journal.judged(channel, conv, str(feedback.seq), entry, version, feedback.value, feedback.reason, feedback.note)
