"""An account is there, or not, or wrong: told by name and remedy, never by a secret's value."""

from __future__ import annotations

import base64

import pytest

from bot.channels.wechat.settings import Mode, read_account
from bot.errors import SettingError
from bot.settings import Settings
from tests.adapters.wechat.conftest import AES_KEY

GOOD = {"WECHAT_TOKEN": "zhengbian", "WECHAT_APP_ID": "wx01", "WECHAT_ENCODING_AES_KEY": AES_KEY}
_SHORT = base64.b64encode(b"x" * 31).decode()


def settings(**changes: str) -> Settings:
    return Settings.from_environment({**GOOD, **changes})


def test_off_by_default() -> None:
    """A fresh clone has no account."""
    assert read_account(Settings.from_environment({})) is None
    assert read_account(Settings.from_environment({"WECHAT_MODE": "plain"})) is None


def test_safe_by_default() -> None:
    """Nothing has to be said to be safe."""
    found = read_account(settings())
    assert found is not None
    assert (Mode.SAFE, bytes(range(32))) == (found.mode, found.keys[0])
    assert "zhengbian" not in repr(found)


def test_plain_needs_no_key() -> None:
    """A key is taken where it is given: it opens envelopes too."""
    found = read_account(settings(WECHAT_MODE="plain", WECHAT_ENCODING_AES_KEY="", WECHAT_APP_ID=""))
    assert found is not None
    assert () == found.keys


def test_two_keys() -> None:
    """The current one first."""
    other = base64.b64encode(b"y" * 32).decode()[:43]
    found = read_account(settings(WECHAT_ENCODING_AES_KEY_PREVIOUS=other))
    assert found is not None
    assert (bytes(range(32)), b"y" * 32) == found.keys


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_TOKEN", ""),
        ("WECHAT_TOKEN", "证辨的令牌"),
        ("WECHAT_TOKEN", "a" * 33),
        ("WECHAT_APP_ID", ""),
        ("WECHAT_ENCODING_AES_KEY", ""),
        ("WECHAT_ENCODING_AES_KEY", "abcde"),
        ("WECHAT_ENCODING_AES_KEY", "*" * 43),
        ("WECHAT_ENCODING_AES_KEY", _SHORT),
        ("WECHAT_ENCODING_AES_KEY_PREVIOUS", "abcde"),
        ("WECHAT_MODE", "none"),
        ("WECHAT_CUSTOMER_SERVICE", "maybe"),
        ("WECHAT_API_BASE", "ftp://x"),
        ("WECHAT_API_BASE", "api.weixin.qq.com"),
    ],
)
def test_refused(name: str, value: str) -> None:
    """By its name, with what to do, and no secret."""
    with pytest.raises(SettingError) as refused:
        read_account(settings(**{name: value}))
    assert name == refused.value.name
    assert refused.value.remedy
    if name.startswith(("WECHAT_ENCODING", "WECHAT_TOKEN")) and value:
        assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"WECHAT_CUSTOMER_SERVICE": "on"}, "WECHAT_APP_SECRET"),
        ({"ZHENGBIAN_REDIS": "redis://127.0.0.1"}, "WECHAT_PSEUDONYM_KEY"),
        ({"WECHAT_MODE": "plain", "WECHAT_APP_ID": ""}, "WECHAT_APP_ID"),
    ],
)
def test_what_needs_more(changes: dict[str, str], name: str) -> None:
    """Some settings ask for others."""
    with pytest.raises(SettingError) as refused:
        read_account(settings(**changes))
    assert name == refused.value.name


def test_two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lives in one process cannot serve two."""
    monkeypatch.setenv("SANIC_WORKERS", "2")
    with pytest.raises(SettingError) as refused:
        read_account(settings())
    assert "SANIC_WORKERS" == refused.value.name
    assert read_account(settings(ZHENGBIAN_REDIS="redis://127.0.0.1", WECHAT_PSEUDONYM_KEY="k")) is not None
