"""Answer with the entry that was asked for."""

from __future__ import annotations

from actions.turn_action import TurnAction


class ActionAnswer(TurnAction):
    """See :mod:`bot.dialogue.answer`."""

    concern = "answer"
