"""What the turns of the web channel do beside answering."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.web import turns
from bot.storage.shared import Shared


class Claims(Shared):
    """Notes what is renewed."""

    def __init__(self) -> None:
        self.renewed: list[str] = []
        self.released: list[str] = []

    def claim(self, name: str, seconds: float) -> bool:
        return True

    def renew(self, name: str, seconds: float) -> None:
        self.renewed.append(name)

    def release(self, name: str) -> None:
        self.released.append(name)


async def test_a_living_turn_renews_its_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Again and again while it runs, and never afterwards; an answered claim is left to expire, a failed one released."""
    monkeypatch.setattr(turns, "CLAIM_SECONDS", 0.06)
    claims, unused = Claims(), Any
    served = turns.Turns(unused, unused, unused, unused, claims)  # type: ignore[arg-type]
    async with served._claimed("conv", "1") as done:
        assert [] == done
        for _ in range(500):
            await asyncio.sleep(0.01)
            if len(claims.renewed) >= 3:
                break
    count = len(claims.renewed)
    assert count >= 3
    assert not served._renewing
    assert {"web:conv:1"} == set(claims.renewed)
    with pytest.raises(ZeroDivisionError):
        async with served._claimed("conv", "2"):
            raise ZeroDivisionError
    await asyncio.sleep(0.1)
    assert count == len(claims.renewed)
    assert ["web:conv:2"] == claims.released
