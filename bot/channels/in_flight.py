"""How many messages the whole process answers at once: one count for all channels, beyond it a polite refusal.

A few places more are for the desk alone: when citizens fill the rest, staff on the telephone can still look things up.
"""

from __future__ import annotations

from functools import lru_cache

from bot.settings import Settings

#: Places beyond ``ZHENGBIAN_IN_FLIGHT`` that only the desk gets.
DESK_RESERVE = 8


class InFlight:
    """Places of one process; whoever entered leaves. Used in the event loop only, so no lock is needed."""

    def __init__(self, most: int) -> None:
        """``most`` places for everybody."""
        self._most, self._taken = most, 0

    def enter(self, *, staff: bool = False) -> bool:
        """Take a place; False where there is none, and then nothing is taken."""
        if self._taken >= self._most + (DESK_RESERVE if staff else 0):
            return False
        self._taken += 1
        return True

    def leave(self, *_: object) -> None:
        """Give the place back; fit to be called when a task is done."""
        self._taken -= 1


def in_flight(settings: Settings) -> InFlight:
    """The process's one count, the same for all who ask."""
    return _of(settings.number("ZHENGBIAN_IN_FLIGHT", 1))


@lru_cache(maxsize=4)
def _of(most: int) -> InFlight:
    return InFlight(most)
