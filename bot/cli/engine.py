"""The trained engine without a server: for ``ask``, ``evaluate`` and tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from bot import patches
from bot.clock import today
from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.respond import respond
from bot.dialogue.turn import Turn
from bot.knowledge.store import Store, shared_store
from bot.replies.compose import compose
from bot.replies.reply import Reply
from bot.server.actions import InProcessActions
from bot.server.model import ModelFile
from bot.settings import Settings
from bot.text.clean import clean


@dataclass(frozen=True)
class Engine:
    """Rasa's parse and the core's dialogue; no conversation is stored."""

    agent: Agent
    store: Store

    @classmethod
    def load(cls, settings: Settings) -> Engine:
        """Load the model of the models folder."""
        patches.apply()
        agent = Agent.load(
            str(ModelFile.of(settings).path),
            action_endpoint=InProcessActions(),
            tracker_store=InMemoryTrackerStore(Domain.empty()),
            lock_store=InMemoryLockStore(),
        )
        return cls(agent, shared_store(settings.path("ZHENGBIAN_DATA_DIR")))

    async def parse(self, text: str) -> dict[str, Any]:
        """Rasa's parse result of a cleaned text."""
        return await self.agent.parse_message(clean(text, self.store.current.public_numbers))

    async def turn(self, text: str, memory: Memory | None = None) -> tuple[list[Reply], Turn]:
        """The replies to one message, as every channel gives them, and the turn."""
        snapshot = self.store.current
        turn = respond(Question.from_parse(await self.parse(text)), memory or Memory(), snapshot)
        return [compose(reference, snapshot, today()) for reference in turn.replies], turn
