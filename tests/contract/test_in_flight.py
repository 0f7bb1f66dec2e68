"""One count of messages in flight for web, WeChat and desk, with places that staff alone get."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.channels.desk.channel import DeskChannel
from bot.channels.in_flight import DESK_RESERVE, InFlight
from bot.channels.wechat.channel import WechatChannel
from bot.channels.wechat.settings import read_account
from bot.settings import Settings
from tests.contract.bare import good, in_thread, serve
from tests.contract.conftest import WECHAT, Client
from tests.contract.desk.conftest import OPERATOR, PASSWORD, Seat
from tests.contract.desk.conftest import refused as desk_refused
from tests.contract.test_wire_protocol import refused
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.verdict import FAULT

BUSY = "问的人太多"
#: Requests that wait at once need as many threads.
THREADS = 32


class Gated:
    """Stands for Rasa, in conversations and at the desk: nobody is answered before the gate opens."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()

    async def turn(self, message: UserMessage) -> None:
        await self.gate.wait()
        await good(message)

    async def parse_message(self, text: str) -> dict[str, Any]:
        await self.gate.wait()
        intent = {"name": "red_flags", "confidence": 1.0}
        return {"text": text, "intent": intent, "entities": [], "intent_ranking": [intent]}

    def desk(self, settings: Settings) -> DeskChannel:
        channel = DeskChannel(settings)
        channel.staff.add(OPERATOR, "operator", PASSWORD)
        return channel

    def install(self, app: Sanic) -> None:
        nodes = SimpleNamespace(nodes={})
        processor = SimpleNamespace(model_metadata=SimpleNamespace(predict_schema=nodes))
        app.ctx.agent = SimpleNamespace(
            is_ready=lambda: True, parse_message=self.parse_message, processor=processor, tracker_store=object()
        )


def wechat(settings: Settings) -> WechatChannel:
    return WechatChannel(settings, read_account(settings))


async def test_three_channels_share_the_places(tmp_path: Path) -> None:
    """Two citizens fill two places: the third gets a polite word on web and WeChat alike, the desk eight places more."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    rasa = Gated()
    settings = {"ZHENGBIAN_IN_FLIGHT": "2", "ZHENGBIAN_LIMITS": "off", **WECHAT.environment()}
    async with serve(tmp_path, rasa.turn, others=(wechat, rasa.desk), prepare=rasa.install, **settings) as client:
        one, other = Client(client.port), Client(client.port)
        for visitor in (one, other):
            await in_thread(visitor.open)
        platform = Platform(WECHAT, client.port)
        seat = Seat(client.port)
        assert 200 == (await in_thread(seat.login, OPERATOR)).status

        web = asyncio.create_task(in_thread(one.post, text="你好"))
        follower = asyncio.create_task(platform.follower().says("什么是山寨证书"))
        await asyncio.sleep(0.3)
        turned_away = await in_thread(other.post, text="你好")
        refused(turned_away, 503)
        assert 1 <= int(turned_away.headers["retry-after"])
        told = await platform.follower().says("什么是山寨证书")
        assert BUSY in told
        assert "12333" in told

        ask = {"text": "什么是山寨证书"}
        staff = [
            asyncio.create_task(in_thread(seat.send, "POST", "/desk/api/assist", ask)) for _ in range(DESK_RESERVE)
        ]
        await asyncio.sleep(0.5)
        one_more = await in_thread(seat.send, "POST", "/desk/api/assist", ask)
        desk_refused(one_more, 503, "busy")
        assert 1 <= int(one_more.headers["retry-after"])

        rasa.gate.set()
        assert 200 == (await web).status
        assert (await follower) not in {"", FAULT}
        assert [200] * DESK_RESERVE == [answer.status for answer in await asyncio.gather(*staff)]
        # everybody has left: there is room again
        assert 200 == (await in_thread(other.post, text="你好")).status
        assert BUSY not in await platform.follower().says("什么是山寨证书")


async def test_the_desk_alone_fills_everything(tmp_path: Path) -> None:
    """Places of the desk are taken from all: staff who fill them leave none for citizens, who are told so at once."""
    rasa = Gated()
    settings = {"ZHENGBIAN_IN_FLIGHT": "1", "ZHENGBIAN_LIMITS": "off"}
    async with serve(tmp_path, rasa.turn, others=(rasa.desk,), prepare=rasa.install, **settings) as client:
        await in_thread(client.open)
        seat = Seat(client.port)
        await in_thread(seat.login, OPERATOR)
        staff = asyncio.create_task(in_thread(seat.send, "POST", "/desk/api/assist", {"text": "什么是山寨证书"}))
        await asyncio.sleep(0.3)
        refused(await in_thread(client.post, text="你好"), 503)
        rasa.gate.set()
        assert 200 == (await staff).status
        assert 200 == (await in_thread(client.post, text="你好")).status


def test_a_refused_place_is_not_taken() -> None:
    """Who was refused leaves nothing behind, and a place given back is free."""
    places = InFlight(1)
    assert [True, False, False] == [places.enter() for _ in range(3)]
    assert [True] * DESK_RESERVE == [places.enter(staff=True) for _ in range(DESK_RESERVE)]
    assert places.enter(staff=True) is False
    for _ in range(1 + DESK_RESERVE):
        places.leave()
    assert [True, False] == [places.enter() for _ in range(2)]
