"""The custom menu as the platform takes it, within its limits; it is created by command, never while serving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import SettingError
from bot.knowledge.wechat import MAX_URL_BYTES, Button, Target


@dataclass(frozen=True)
class Menu:
    """``body`` of the platform's menu/create, and the items left out because there is no public address."""

    body: dict[str, Any]
    left_out: tuple[str, ...]


def menu_of(buttons: Sequence[Button], origin: str) -> Menu:
    """The menu; pages need ``origin``, the service's public address.

    Raises:
        SettingError: an address is longer than the platform takes.
    """
    shown, left_out = [], []
    for button in buttons:
        items = [_item(item, origin) for item in button.items if origin or not item.page]
        left_out += [item.name for item in button.items if item.page and not origin]
        if items:
            shown.append({"name": button.name, "sub_button": items})
    return Menu({"button": shown}, tuple(left_out))


def _item(item: Target, origin: str) -> dict[str, str]:
    if not item.page:
        return {"type": "click", "name": item.name, "key": item.key}
    url = origin.rstrip("/") + item.page
    if len(url.encode()) > MAX_URL_BYTES:
        raise SettingError("ZHENGBIAN_PUBLIC_ORIGIN", origin[:60] + "…", f"菜单里的网址不能超过 {MAX_URL_BYTES} 字节")
    return {"type": "view", "name": item.name, "url": url}
