"""A made-up account, and requests signed as the platform signs them, by its own published algorithm."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.channels.wechat.crypto import decode_key
from bot.channels.wechat.settings import Account, Mode
from tests.adapters.wechat.acting import Platform

VECTORS = yaml.safe_load((Path(__file__).parent / "vectors.yml").read_text(encoding="utf-8"))
NOW = 1_764_000_000
AES_KEY = base64.b64encode(bytes(range(32))).decode()[:43]
OLD_AES_KEY = base64.b64encode(bytes(range(1, 33))).decode()[:43]


def account(mode: str = "safe", **changes: Any) -> Account:
    values: dict[str, Any] = {
        "mode": Mode(mode),
        "token": "zhengbian",
        "app_id": "wx0123456789abcdef",
        "original_id": "gh_zhengbian",
        "keys": (decode_key(AES_KEY),),
        "pseudonym_key": "salt",
    }
    return Account(**(values | changes))


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def query(at: int = NOW, nonce: str = "n0nce", **more: str) -> dict[str, list[str]]:
    """The arguments of a request in the clear; ``more`` adds or replaces."""
    arguments = {"timestamp": str(at), "nonce": nonce, "signature": sha1("zhengbian", str(at), nonce)} | more
    return {name: [value] for name, value in arguments.items()}


@pytest.fixture
def safe() -> Account:
    return account()


@pytest.fixture
def plain() -> Account:
    return account("plain")


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Platform]:
    """Turns of the account in safe mode, without the API."""
    made = Platform(tmp_path, account())
    yield made
    made.turns.close()
