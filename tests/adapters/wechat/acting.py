"""What the tests of turns act with: a stand-in for Rasa that can be held back, one for the API, messages."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from pathlib import Path

from rasa.core.channels.channel import UserMessage

from bot.channels.wechat.messages import Incoming
from bot.channels.wechat.settings import Account
from bot.channels.wechat.state import LocalState
from bot.channels.wechat.talk import Talk
from bot.channels.wechat.turns import Passive, Timing, Turns
from bot.knowledge.store import shared_store
from bot.replies.reply import ReplyRef
from bot.settings import Settings
from bot.storage.database import sqlite_engine
from bot.storage.journal import Journal
from bot.storage.wechat import Followers, LateAnswers

#: Where an answer is expected, and where none is.
PATIENT, SHORT = Timing(answer=20, hold=20, turn=30), Timing(answer=0.1, hold=0.1, turn=30)
_numbers = itertools.count(1)


class Rasa:
    """Answers every text with one entry; each text may be held back."""

    def __init__(self) -> None:
        self.seen: list[UserMessage] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.entry = "red_flags"
        #: said in its place
        self.reference: ReplyRef | None = None

    async def __call__(self, message: UserMessage) -> None:
        self.seen.append(message)
        gate = self.gates.get(str(message.text))
        if gate is not None:
            await gate.wait()
        reply = (self.reference or ReplyRef("entry", self.entry)).to_json()
        await message.output_channel.send_response(message.sender_id, {"text": "好", "reply": reply})


class Sent:
    """Stands for the API: keeps what is sent, answers with the error numbers it is given."""

    def __init__(self, *errors: int) -> None:
        self.errors, self.texts = list(errors), []  # type: tuple[list[int], list[str]]

    async def send_text(self, openid: str, text: str) -> int:
        assert "oOne" == openid
        self.texts.append(text)
        return self.errors.pop(0) if self.errors else 0


class Platform:
    """Sends messages straight to the turns."""

    def __init__(self, folder: Path, account: Account, sender: Sent | None = None) -> None:
        engine = sqlite_engine(folder / "service.db")
        self.followers, self.late = Followers(engine), LateAnswers(engine)
        talk = Talk(shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")), Journal(engine))
        self.rasa = Rasa()
        self.turns = Turns(account, LocalState(), talk, self.followers, self.late, sender)

    async def send(self, message: Incoming, timing: Timing = PATIENT) -> str:
        self.turns._timing = timing
        passive = await self.turns.reply(message, time.monotonic(), self.rasa)
        return passive.text if isinstance(passive, Passive) else "success"

    async def lapse(self, message: Incoming, timing: Timing = SHORT) -> str:
        """A sending that is not waited for until its turn ends."""
        return await self.send(message, timing)

    async def say(self, words: str, openid: str = "oOne") -> str:
        return await self.send(text(words, openid))


def new_number() -> str:
    """A MsgId."""
    return str(next(_numbers))


def text(words: str, openid: str = "oOne") -> Incoming:
    return Incoming("gh_x", openid, "1764000000", "text", words, new_number())


def event(name: str, key: str = "") -> Incoming:
    return Incoming("gh_x", "oOne", new_number(), "event", event=name, event_key=key)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1500):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")
