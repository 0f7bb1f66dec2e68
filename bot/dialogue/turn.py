"""The outcome of one turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.knowledge.store import Snapshot
from bot.replies.reply import ReplyRef


@dataclass(frozen=True)
class Turn:
    """Replies in the order they are sent, and what is remembered; ``missed``: nothing helped."""

    replies: tuple[ReplyRef, ...]
    memory: Memory
    missed: bool = False


Decide = Callable[[Question, Memory, Snapshot], Turn]
