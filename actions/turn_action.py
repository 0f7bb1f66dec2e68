"""What all actions share: from the tracker to a question, from a turn to spoken replies."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.clock import today
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.respond import respond
from bot.knowledge.store import Snapshot, current_snapshot
from bot.rendering.plain import render
from bot.replies.compose import FAILED, compose
from bot.replies.reply import ReplyRef

MEMORY_SLOT = "memory"
_log = logging.getLogger(__name__)


class TurnAction(Action, ABC):
    """An action for one concern; the intent of the rule names it, the conversation may overrule."""

    @property
    @abstractmethod
    def concern(self) -> str:
        """Its key in :data:`bot.dialogue.respond.DECIDERS`."""

    def name(self) -> str:
        """``action_`` and the concern."""
        return f"action_{self.concern}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Decide and speak; a failure is told to the person, never silence."""
        snapshot = current_snapshot()
        try:
            question = Question.from_parse(tracker.latest_message)
            turn = respond(question, Memory.from_json(tracker.get_slot(MEMORY_SLOT)), snapshot)
            for reference in turn.replies:
                speak(dispatcher, reference, snapshot)
        except Exception as error:  # the edge: whatever went wrong, the person hears a sentence
            _log.error("action_failed action=%s error=%s", self.name(), type(error).__name__)
            speak(dispatcher, FAILED, snapshot)
            return []
        return [SlotSet(MEMORY_SLOT, turn.memory.to_json())]


def speak(dispatcher: CollectingDispatcher, reference: ReplyRef, snapshot: Snapshot) -> None:
    """The one place where a reply is uttered: its plain text, and its reference for our channels."""
    reply = compose(reference, snapshot, today())
    dispatcher.utter_message(text=render(reply), reply=reference.to_json())
