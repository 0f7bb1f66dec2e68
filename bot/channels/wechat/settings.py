"""The account's settings: read once, checked whole, secrets never printed."""

from __future__ import annotations

import binascii
import enum
import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.channels.wechat.crypto import KEY_CHARACTERS, decode_key
from bot.errors import SettingError
from bot.settings import Settings

#: All three empty: there is no account, and the channel is off.
_ACCOUNT = ("WECHAT_TOKEN", "WECHAT_APP_ID", "WECHAT_ENCODING_AES_KEY")
_HIDDEN = "（不显示）"


class Mode(str, enum.Enum):
    """消息加解密方式, as chosen on the platform's page."""

    SAFE = "safe"
    COMPATIBLE = "compatible"
    PLAIN = "plain"


@dataclass(frozen=True)
class Account:
    """One official account. ``keys`` are AES keys, the current one first; empty ones only in plain mode."""

    mode: Mode
    token: str = field(repr=False)
    app_id: str
    original_id: str = ""
    keys: tuple[bytes, ...] = field(default=(), repr=False)
    customer_service: bool = False
    app_secret: str = field(default="", repr=False)
    pseudonym_key: str = field(default="", repr=False)
    api_base: str = "https://api.weixin.qq.com"
    redis: str = field(default="", repr=False)


def read_account(settings: Settings) -> Account | None:
    """The account, None where none is set up.

    Raises:
        SettingError: some of it is missing or cannot be right.
    """
    if not any(settings.text(name) for name in _ACCOUNT):
        return None
    mode = _mode(settings)
    needed = _ACCOUNT[:1] if mode is Mode.PLAIN else _ACCOUNT
    for name in needed:
        if not settings.text(name):
            raise SettingError(name, "", "公众号没有设全：令牌、AppID、EncodingAESKey 三项都要填；都不填就是不用公众号")
    keys = tuple(filter(None, (_key(settings, name) for name in _KEYS)))
    if keys and not settings.text("WECHAT_APP_ID"):
        raise SettingError("WECHAT_APP_ID", "", "设了 EncodingAESKey 就要填 AppID")
    redis = settings.text("ZHENGBIAN_REDIS")
    _check_workers(redis)
    if redis and not settings.text("WECHAT_PSEUDONYM_KEY"):
        raise SettingError("WECHAT_PSEUDONYM_KEY", "", "几台服务器一起用时必须填，而且各台要一样")
    customer_service = settings.is_on("WECHAT_CUSTOMER_SERVICE")
    if customer_service and not (settings.text("WECHAT_APP_SECRET") and settings.text("WECHAT_APP_ID")):
        raise SettingError("WECHAT_APP_SECRET", "", "开了客服消息就要填 AppID 和 AppSecret")
    return Account(
        mode=mode,
        token=_token(settings.text("WECHAT_TOKEN")),
        app_id=settings.text("WECHAT_APP_ID"),
        original_id=settings.text("WECHAT_ORIGINAL_ID"),
        keys=keys,
        customer_service=customer_service,
        app_secret=settings.text("WECHAT_APP_SECRET"),
        pseudonym_key=settings.text("WECHAT_PSEUDONYM_KEY"),
        api_base=api_base(settings),
        redis=redis,
    )


_KEYS = ("WECHAT_ENCODING_AES_KEY", "WECHAT_ENCODING_AES_KEY_PREVIOUS")


def api_base(settings: Settings) -> str:
    """The address of the platform's interface without a slash at its end. Raises SettingError."""
    value = settings.text("WECHAT_API_BASE").rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingError("WECHAT_API_BASE", value, "应当是 https:// 开头的网址，例如 https://api.weixin.qq.com")
    return value


def _mode(settings: Settings) -> Mode:
    value = settings.text("WECHAT_MODE").lower()
    try:
        return Mode(value)
    except ValueError:
        raise SettingError("WECHAT_MODE", value, "只能是 safe、compatible 或 plain") from None


def _token(value: str) -> str:
    if not (value.isascii() and value.isalnum() and 3 <= len(value) <= 32):
        raise SettingError("WECHAT_TOKEN", _HIDDEN, "令牌是 3 到 32 个英文字母或数字，和公众平台上填的一样")
    return value


def _key(settings: Settings, name: str) -> bytes | None:
    value = settings.text(name)
    if not value:
        return None
    try:
        return decode_key(value)
    except (ValueError, UnicodeError, binascii.Error):
        remedy = f"EncodingAESKey 是 {KEY_CHARACTERS} 个英文字母和数字，现在是 {len(value)} 个字符或有别的字符"
        raise SettingError(name, _HIDDEN, remedy) from None


def _check_workers(redis: str) -> None:
    workers = os.environ.get("SANIC_WORKERS") or "1"
    if workers != "1" and not redis:
        raise SettingError("SANIC_WORKERS", workers, "没有设 ZHENGBIAN_REDIS 时公众号只能用一个工作者")
