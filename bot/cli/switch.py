"""``switch``: take one channel out of service and back, for all servers of this database, without a restart."""

from __future__ import annotations

import datetime as dt

from bot.channels.switches import CHANNELS
from bot.settings import Settings
from bot.storage.database import service_engine
from bot.storage.switches import Switch, SwitchTable


def switch(settings: Settings, channel: str = "", state: str = "", text: str = "") -> int:
    """Set one channel, or with neither channel nor state list all; status 2 for half of it."""
    table = SwitchTable(service_engine(settings))
    if channel and not state:
        print(f"要开还是关？例如：python -m bot switch {channel} off")
        return 2
    if channel:
        table.set(channel, state == "on", text.strip())
    known = table.all()
    for name in CHANNELS:
        print(_line(known.get(name, Switch(name))))
    if channel:
        print("几秒钟内生效，不用重启。")
    return 0


def _line(found: Switch) -> str:
    if not found.changed_at:
        return f"{found.channel}　开"
    since = dt.datetime.fromtimestamp(found.changed_at).strftime("%Y-%m-%d %H:%M")
    return f"{found.channel}　{'开' if found.is_on else '关'}（{since} 起）" + (f"　{found.text}" if found.text else "")
