"""The off switch of each channel: every channel asks :func:`closed` before it lets Rasa work.

The state stands in the service's database, so all servers share it; each looks at most every three seconds, in a
thread. Where it cannot be read, the last known state stays.
"""

from __future__ import annotations

import asyncio
import logging
import time

import sqlalchemy as sa

from bot.replies.reply import ReplyRef
from bot.storage.switches import Switch, SwitchTable

#: Channels that can be switched.
CHANNELS = ("web", "wechat", "desk")
#: Seconds for which a reading holds.
LOOK_SECONDS = 3.0
#: What is said on a channel that is off; it names the numbers.
CLOSED = "say_closed"
_log = logging.getLogger(__name__)


class Switches:
    """What a process knows of the switches."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """``engine`` is that of the service's own stores."""
        self._table = SwitchTable(engine)
        self._known: dict[str, Switch] = {}
        self._looked = 0.0

    async def closed(self, channel: str) -> ReplyRef | None:
        """The holding reply of a channel that is switched off, else None."""
        now = time.monotonic()
        if not self._looked or now - self._looked > LOOK_SECONDS:
            self._looked = now  # whoever comes meanwhile takes the state as it was
            try:
                self._known = await asyncio.to_thread(self._table.all)
            except Exception as error:  # the edge: a channel does not close because its switch cannot be read
                _log.error("switch_read_failed error=%s", type(error).__name__)
        switch = self._known.get(channel)
        if switch is None or switch.is_on:
            return None
        return ReplyRef("wording", CLOSED, {"before": switch.text} if switch.text else {})


_of_this_process: list[Switches] = []


def connect(engine: sa.engine.Engine) -> None:
    """Called by each channel when it is made; all of a process share one."""
    _of_this_process[:] = [Switches(engine)]


async def closed(channel: str) -> ReplyRef | None:
    """The holding reply of a channel that is switched off, else None: compose it like any other."""
    return await _of_this_process[0].closed(channel) if _of_this_process else None
