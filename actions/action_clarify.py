"""Too close to call: offer full questions; nothing near: say so and where to ask."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionClarify(TurnAction):
    """See :mod:`bot.dialogue.clarify`."""

    concern = "clarify"
