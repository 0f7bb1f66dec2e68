"""What is made only once is made before the first person asks: encoder, order of the graph, tables of rules."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu import ahead

_NOBODY = "warm-up"


async def warm_up(agent: Any) -> None:
    """Understand a first question and predict what follows it; nothing is stored.

    Raises what the encoder raises: a server without it does not start, rather than fail one message in three.
    """
    ahead.warm_up()
    if agent is None or not agent.is_ready():
        return
    parsed = await agent.parse_message(ahead.FIRST)
    tracker = DialogueStateTracker(_NOBODY, agent.domain.slots)
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
    tracker.update(UserUttered(ahead.FIRST, parsed["intent"], parsed["entities"], parsed), agent.domain)
    agent.predict_next_with_tracker(tracker)
