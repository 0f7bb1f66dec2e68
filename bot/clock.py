"""The day in Yunnan; the core takes it as an argument, only the edges ask."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

_YUNNAN = ZoneInfo("Asia/Shanghai")


def today() -> dt.date:
    """Today's date in Yunnan, wherever the server stands."""
    return dt.datetime.now(_YUNNAN).date()
