"""Send the person to the right query platform: certificate type × place of issue."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionFindPlatform(TurnAction):
    """See :mod:`bot.dialogue.platform`."""

    concern = "find_platform"
