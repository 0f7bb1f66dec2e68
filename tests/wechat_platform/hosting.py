"""Our channel on a bare server, with a scripted stand-in for Rasa: no model, and seconds shortened on both sides."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urljoin

from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.wechat.channel import WechatChannel
from bot.channels.wechat.settings import read_account
from bot.channels.wechat.turns import Timing
from bot.knowledge.store import shared_store
from bot.replies.reply import Choice, ReplyRef
from bot.settings import Settings
from tests.contract.conftest import free_port
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import ApiHost
from tests.wechat_platform.platform import Platform

#: A platform five times as impatient as WeChat, and the channel's deadlines shortened alike.
QUICK_CUT = 1.0
QUICK = Timing(answer=0.8, hold=1.6, final_age=1.8, turn=60, lost=2.5, claim=2.0)
_count = itertools.count()
#: Every question of the tests has its own answer.
ANSWERS = {
    "什么是山寨证书": "fake_certificate_what",
    "证书在哪查": "query_where",
    "去哪举报": "report_how",
    "证书有哪几类": "cert_types",
}
#: Entries that together take more parts than WeChat allows an account to send by itself.
LONG = (
    *("how_to_tell", "query_where", "report_how", "fake_certificate_what", "cert_types", "scams_common", "cheated"),
    *("verify_body", "query_not_found", "report_evidence", "red_flags", "phones_prefecture"),
)


@dataclass
class ScriptedRasa:
    """Stands where Rasa stands: counts turns, takes its time, answers by references."""

    seconds: float = 0.0
    #: seconds for one text only
    slow: dict[str, float] = field(default_factory=dict)
    answers: dict[str, list[ReplyRef]] = field(default_factory=dict)
    error: Exception | None = None
    silent: bool = False
    turns: list[UserMessage] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)

    async def __call__(self, message: UserMessage) -> None:
        if message.text == "/session_start":
            return
        self.turns.append(message)
        await asyncio.sleep(self.slow.get(message.text, self.seconds))
        if self.error:
            raise self.error
        if not self.silent:
            for reference in self.answer_to(message):
                response = {"text": "好", "reply": reference.to_json()}
                await message.output_channel.send_response(message.sender_id, response)
        self.finished.append(message.text)

    def answer_to(self, message: UserMessage) -> list[ReplyRef]:
        if message.parse_data:
            return [ReplyRef("entry", message.parse_data["intent"]["name"])]
        return self.answers.get(message.text) or [ReplyRef("entry", ANSWERS.get(message.text, "red_flags"))]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.turns]


def choices(*titles_and_intents: tuple[str, str]) -> ReplyRef:
    """A question back with buttons."""
    return ReplyRef(
        "wording", "ask_which", choices=tuple(Choice(title, intent) for title, intent in titles_and_intents)
    )


@dataclass
class Hosted:
    """A running bare server with its platform and its stand-in for Rasa."""

    platform: Platform
    rasa: ScriptedRasa
    channel: WechatChannel
    lines: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.platform.port

    @property
    def turns(self) -> int:
        return len(self.rasa.turns)

    def texts(self, after: int = 0) -> list[str]:
        return self.rasa.texts[after:]

    def senders(self, after: int = 0) -> list[str]:
        return [message.sender_id for message in self.rasa.turns[after:]]

    def logged(self) -> str:
        return "\n".join(self.lines)


@asynccontextmanager
async def hosted(
    folder: Path,
    account: Account,
    rasa: ScriptedRasa | None = None,
    *,
    api: ApiHost | None = None,
    clock: Callable[[], float] = time.time,
    environment: Mapping[str, str] | None = None,
    previous_key: str = "",
    cut: float = QUICK_CUT,
    timing: Timing = QUICK,
    forget_pause: float = 60.0,
    farewell: float = 0.0,
) -> AsyncIterator[Hosted]:
    """Serve the channel at its path, with what it keeps below ``folder``; ``farewell``: seconds that it gets to stop."""
    rasa = rasa or ScriptedRasa()
    values = {"ZHENGBIAN_VAR_DIR": str(folder), "ZHENGBIAN_LIMITS": "off"}
    values |= account.environment(api.base if api else "", previous_key) | dict(environment or {})
    settings = Settings.from_environment(values)
    account_read = read_account(settings)
    channel = WechatChannel(
        settings, account_read, timing=timing, clock=clock, forget_pause=forget_pause, farewell=lambda: farewell
    )
    async with serving(channel, rasa) as port:
        found = Hosted(Platform(account, port, cut, api), rasa, channel)
        with _recorded(found.lines):
            yield found


@contextmanager
def _recorded(lines: list[str]) -> Iterator[None]:
    """Everything that any logger says, at any level, added to ``lines``."""
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.name} {record.getMessage()}")  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@asynccontextmanager
async def serving(channel: Any, rasa: ScriptedRasa) -> AsyncIterator[int]:
    """A bare Sanic server with one channel below its prefix, as Rasa mounts it; its port."""
    port = free_port()
    app = Sanic(f"wechat_test_{port}_{next(_count)}", configure_logging=False)
    app.ctx.agent = SimpleNamespace(tracker_store=object(), lock_store=object())
    app.blueprint(channel.blueprint(rasa), url_prefix=urljoin("/webhooks/", channel.url_prefix()))
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    app.is_running = True
    await server.after_start()
    await server.start_serving()
    try:
        yield port
    finally:
        await server.before_stop()
        app.shutdown_tasks(timeout=0)
        server.close()
        await server.wait_closed()
        await server.after_stop()


def opening(entry: str) -> str:
    """The first words of an entry's answer, without marks: what tells it from every other."""
    return re.split(r"[*\[{\n]", content_of(entry))[0][:24]


def content_of(entry: str) -> str:
    """An entry's answer as its editor wrote it."""
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.content.entries[entry].text
