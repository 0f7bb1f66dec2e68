"""A short word and the things it can do."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionSmallTalk(TurnAction):
    """See :mod:`bot.dialogue.wording`."""

    concern = "small_talk"
