"""Refuse honestly what is not in the facts, naming one place to go."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionRefuse(TurnAction):
    """See :mod:`bot.dialogue.wording`."""

    concern = "refuse"
