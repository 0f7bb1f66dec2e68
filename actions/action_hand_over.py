"""Name the number where a person answers."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionHandOver(TurnAction):
    """See :mod:`bot.dialogue.wording`."""

    concern = "hand_over"
