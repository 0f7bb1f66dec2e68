"""A life in danger: the words of help are there first and whole, whatever else stands in the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.channels import switches
from bot.channels.in_flight import InFlight
from bot.channels.limits import RateLimit
from bot.dialogue.safety import SAFETY_FIRST
from bot.rendering.parts import MAX_BYTES
from bot.replies.reply import ReplyRef
from tests.adapters.wechat.acting import SHORT, Platform, text

DANGER = "被骗了三万块，我不想活了"
CLOSED = ReplyRef("wording", "say_closed")


def help_of(platform: Platform) -> str:
    return platform.turns._talk.words(SAFETY_FIRST.key)


async def closed(_: str) -> ReplyRef:
    return CLOSED


async def test_the_channel_is_off(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """The holding text is for everybody else."""
    monkeypatch.setattr(switches, "closed", closed)
    assert (await platform.say(DANGER)).startswith(help_of(platform))
    assert not (await platform.say("证书在哪查")).startswith(help_of(platform))


async def test_rasa_fails(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """No excuse in its place."""

    async def failing(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(platform, "rasa", failing)
    assert (await platform.say(DANGER)).startswith(help_of(platform))


async def test_the_database_fails(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs nothing that is kept."""

    def failing(_: str) -> None:
        raise OSError

    monkeypatch.setattr(platform.followers, "get", failing)
    assert help_of(platform) == await platform.say(DANGER)


async def test_too_many_messages(platform: Platform) -> None:
    """A limit takes nothing away from it."""
    platform.turns._limit = RateLimit(1)
    await platform.say("证书在哪查")
    assert help_of(platform) == await platform.say(DANGER)


async def test_too_many_people(platform: Platform) -> None:
    """Nor does a full house."""
    platform.turns._in_flight = InFlight(0)
    assert help_of(platform) == await platform.say(DANGER)


async def test_while_the_turn_takes_too_long(platform: Platform) -> None:
    """The last sending gets the help in the place of „being looked up"."""
    gate = platform.rasa.gates[DANGER] = asyncio.Event()
    assert help_of(platform) == await platform.lapse(text(DANGER), replace(SHORT, final_age=0.0))
    gate.set()


async def test_before_late_answers_and_whole(platform: Platform) -> None:
    """It opens the first part, and nothing of it is put off to the next one, however much else is to be said."""
    follower = platform.turns._follower(text(DANGER))
    for n in range(5):
        platform.late.put(follower, f"m{n}", "早先的问题", "早先的答案有一句话。\n\n" * 30)
    platform.rasa.reference = SAFETY_FIRST
    said = await platform.say(DANGER)
    assert said.startswith(help_of(platform))
    assert "（1/" in said
    assert len(said.encode()) <= MAX_BYTES
