"""Help for a life in danger, before everything else."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionProtectLife(TurnAction):
    """See :mod:`bot.dialogue.safety`."""

    concern = "protect_life"
