"""Judge a pasted advert by its red flags; first things first where money is gone."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionCheckAdvert(TurnAction):
    """See :mod:`bot.dialogue.advert`."""

    concern = "check_advert"
