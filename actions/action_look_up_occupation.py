"""Look an occupation up in the catalogue."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionLookUpOccupation(TurnAction):
    """See :mod:`bot.dialogue.occupation`."""

    concern = "look_up_occupation"
