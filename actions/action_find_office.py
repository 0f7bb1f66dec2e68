"""Send the person to the right office: matter × region."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionFindOffice(TurnAction):
    """See :mod:`bot.dialogue.office`."""

    concern = "find_office"
