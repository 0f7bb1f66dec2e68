"""What was answered, what was not, and what people thought of it: no identity, masked text, and that only of misses.

One row for each reply (``journal_events``), for each question that got none (``journal_misses``) and for each verdict
of a reader (``journal_feedback``). A conversation is known here only by a hash, so that it can be erased.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.replies.reply import Kind, Reply
from bot.storage.database import make_tables

meta = sa.MetaData()
events = sa.Table(
    "journal_events",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("conversation", sa.String(32), nullable=False, index=True),
    #: ``reply`` from the channels; the desk adds ``displayed``, ``opened``, ``copied``.
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("entry", sa.String(64), nullable=False, default=""),
    sa.Column("version", sa.String(32), nullable=False, default=""),
    sa.Column("reason", sa.String(32), nullable=False, default=""),
    #: ids of the red flags of an advert, as a JSON list
    sa.Column("signals", sa.Text, nullable=False, default="[]"),
)
misses = sa.Table(
    "journal_misses",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("conversation", sa.String(32), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reason", sa.String(32), nullable=False),
    #: new, pending, done or ignored: set by the supervisor
    sa.Column("state", sa.String(16), nullable=False, default="new"),
)
feedback = sa.Table(
    "journal_feedback",
    meta,
    sa.Column("conversation", sa.String(32), primary_key=True),
    #: which reply of the conversation; a second verdict on the same one replaces the first
    sa.Column("reply", sa.String(64), primary_key=True),
    sa.Column("at", sa.Float, nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("entry", sa.String(64), nullable=False, default=""),
    sa.Column("version", sa.String(32), nullable=False, default=""),
    sa.Column("value", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False, default=""),
    sa.Column("note", sa.Text, nullable=False, default=""),
)
_ADD_EVENTS = events.insert()
#: Refusals that mean the question was ours, or may have been, and got no answer.
MISS_REASONS = ("no_entry", "out_of_scope", "unintelligible", "failed")
FEEDBACK_VALUES = ("useful", "useless", "wrong")
FEEDBACK_REASONS = ("outdated", "unclear", "off_topic", "unreachable", "other")


def conversation_key(conversation: str) -> str:
    """What the journal keeps of a conversation's id: enough to erase by, not to find it."""
    return hashlib.sha256(conversation.encode("utf-8", "replace")).hexdigest()[:32] if conversation else ""


class Journal:
    """All writing to the journal; reading it is the supervisor's view."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """Tables are made where missing."""
        self._engine = engine
        make_tables(engine, meta)

    def replied(self, channel: str, conversation: str, text: str, replies: Sequence[Reply]) -> None:
        """Note one turn. ``text`` is cleaned and masked, and is kept only where nothing answered it."""
        with self._engine.begin() as db:
            self.write_replies(db, channel, conversation, text, replies)

    def write_replies(
        self, db: sa.engine.Connection, channel: str, conversation: str, text: str, replies: Sequence[Reply]
    ) -> None:
        """The same within a transaction of the same database."""
        now, key = time.time(), conversation_key(conversation)
        rows = [_event(now, channel, key, reply) for reply in replies]
        missed = [reply for reply in replies if is_miss(reply)]
        if rows:
            db.execute(_ADD_EVENTS, rows)
        if missed and text and len(missed) == len(replies):
            db.execute(
                misses.insert().values(
                    at=now, channel=channel, conversation=key, text=text, reason=missed[0].reason or "", state="new"
                )
            )

    def noted(self, channel: str, conversation: str, event: str, entry: str, version: str) -> None:
        """Note what became of an answer at the desk: ``displayed``, ``opened`` or ``copied``."""
        row = {"at": time.time(), "channel": channel, "conversation": conversation_key(conversation), "event": event}
        with self._engine.begin() as db:
            db.execute(events.insert().values(kind=Kind.ANSWER.value, entry=entry, version=version, **row))

    def judged(
        self, channel: str, conversation: str, reply: str, entry: str, version: str, value: str, reason: str, note: str
    ) -> None:
        """Keep a verdict on one reply; a second one replaces it. ``note`` is cleaned and masked."""
        key = conversation_key(conversation)
        row = {"at": time.time(), "channel": channel, "entry": entry, "version": version}
        with self._engine.begin() as db:
            db.execute(feedback.delete().where((feedback.c.conversation == key) & (feedback.c.reply == reply)))
            db.execute(
                feedback.insert().values(conversation=key, reply=reply, value=value, reason=reason, note=note, **row)
            )

    def forget(self, conversation: str) -> None:
        """Erase everything of a conversation."""
        key = conversation_key(conversation)
        with self._engine.begin() as db:
            for table in (events, misses, feedback):
                db.execute(table.delete().where(table.c.conversation == key))

    def purge(self, event_days: int, feedback_days: int) -> None:
        """Erase what is older."""
        now = time.time()
        with self._engine.begin() as db:
            for table, days in ((events, event_days), (misses, event_days), (feedback, feedback_days)):
                db.execute(table.delete().where(table.c.at < now - days * 86_400))


def is_miss(reply: Reply) -> bool:
    """Whether a reply left a question open that may have been ours."""
    return reply.kind is Kind.REFUSAL and reply.reason in MISS_REASONS


def _event(now: float, channel: str, key: str, reply: Reply) -> dict[str, Any]:
    return {
        "at": now,
        "channel": channel,
        "conversation": key,
        "event": "reply",
        "kind": reply.kind.value,
        "entry": reply.entry or "",
        "version": reply.version,
        "reason": reply.reason or "",
        "signals": json.dumps(sorted({quote.signal for quote in reply.quotes})),
    }
