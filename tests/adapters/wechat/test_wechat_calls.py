"""Calls of the platform's API against a stand-in of it: one token for all, bounded tries, raw UTF-8, nothing secret said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.channels.wechat.api import Api
from bot.channels.wechat.menu import menu_of
from bot.channels.wechat.state import LocalState
from bot.errors import SettingError
from bot.knowledge.store import shared_store
from bot.knowledge.wechat import Button, Target
from bot.settings import Settings

SECRET = "s3cret-of-the-account"


class Host:
    """The platform's side: each path answers what it is told to, in order, the last for ever."""

    def __init__(self) -> None:
        self.answers: dict[str, list[dict[str, Any]]] = {
            "/cgi-bin/stable_token": [{"access_token": "token-1", "expires_in": 7200}],
            "/cgi-bin/message/custom/send": [{"errcode": 0, "errmsg": "ok"}],
            "/cgi-bin/menu/create": [{"errcode": 0, "errmsg": "ok"}],
        }
        self.seen: list[tuple[str, str, bytes]] = []
        self.over: dict[str, int] = {}

    async def answer(self, request: web.Request) -> web.Response:
        token = request.query.get("access_token", "")
        self.seen.append((request.path, token, await request.read()))
        if token in self.over:
            return web.json_response({"errcode": self.over[token]}, content_type="text/plain")
        waiting = self.answers[request.path]
        # the platform labels JSON as text
        return web.json_response(waiting.pop(0) if len(waiting) > 1 else waiting[0], content_type="text/plain")

    def calls(self, path: str) -> int:
        return sum(seen[0].endswith(path) for seen in self.seen)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    made = Host()
    app = web.Application()
    app.router.add_post("/{path:.*}", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]  # type: ignore[attr-defined]
    yield made
    await runner.cleanup()


@pytest.fixture
async def api(host: Host) -> AsyncIterator[Api]:
    now = [1_764_000_000.0]
    made = Api(f"http://127.0.0.1:{host.port}", "wx01", SECRET, LocalState(), clock=lambda: now[0])  # type: ignore[attr-defined]
    made.now = now  # type: ignore[attr-defined]
    yield made
    await made.close()


async def test_a_text(api: Api, host: Host) -> None:
    """One token, one call, its words as they are."""
    assert 0 == await api.send_text("oOne", "关于您刚才问的“证书”")
    (token, sent) = host.seen
    assert b'"grant_type": "client_credential"' in token[2]
    assert b'"force_refresh": false' in token[2]
    assert ("/cgi-bin/message/custom/send", "token-1") == sent[:2]
    assert "关于您刚才问的“证书”".encode() in sent[2]


async def test_one_token(api: Api, host: Host) -> None:
    """Kept for nearly as long as it lives, whoever asks."""
    assert {"token-1"} == set(await asyncio.gather(*(api.token() for _ in range(20))))
    api.now[0] += 6800  # type: ignore[attr-defined]
    await api.token()
    assert 1 == host.calls("stable_token")
    api.now[0] += 200  # type: ignore[attr-defined]
    await api.token()
    assert 2 == host.calls("stable_token")


@pytest.mark.parametrize("number", [40001, 40014, 42001])
async def test_a_token_that_is_over(api: Api, host: Host, number: int) -> None:
    """Twenty at once, one refresh, all sent."""
    await api.token()
    host.answers["/cgi-bin/stable_token"] = [{"access_token": "token-2", "expires_in": 7200}]
    host.over["token-1"] = number
    assert [0] * 20 == await asyncio.gather(*(api.send_text("oOne", str(n)) for n in range(20)))
    assert 2 == host.calls("stable_token")


async def test_a_token_that_never_works(api: Api, host: Host) -> None:
    """Twice, not for ever."""
    host.answers["/cgi-bin/message/custom/send"] = [{"errcode": 40001}]
    assert 40001 == await api.send_text("oOne", "x")
    assert (2, 2) == (host.calls("custom/send"), host.calls("stable_token"))


@pytest.mark.parametrize("number", [45015, 45047, 48001, 45002, 45009, 45008])
async def test_other_errors(api: Api, host: Host, number: int) -> None:
    """Told as they are, tried once."""
    host.answers["/cgi-bin/message/custom/send"] = [{"errcode": number, "errmsg": f"no {SECRET}"}]
    assert number == await api.send_text("oOne", "x")
    assert 1 == host.calls("custom/send")


@pytest.mark.parametrize("answer", [{"errcode": 40164, "errmsg": "invalid ip"}, {}, {"access_token": 7}])
async def test_no_token(api: Api, host: Host, answer: dict[str, Any]) -> None:
    """Nothing is sent without one, and the reason is known."""
    host.answers["/cgi-bin/stable_token"] = [answer]
    assert answer.get("errcode", -1) == await api.send_text("oOne", "x")
    assert 0 == host.calls("custom/send")


async def test_nobody_there(caplog: pytest.LogCaptureFixture) -> None:
    """No connection is an error number, and no secret, token or openid is in any line."""
    api = Api("http://127.0.0.1:9", "wx01", SECRET, LocalState())
    await api._state.keep_token("token-1", 9e9)
    with caplog.at_level(logging.DEBUG):
        assert -1 == await api.send_text("oOne", "x")
        assert "" == await api.token(failed="token-1")
    assert "errcode=-1" in caplog.text
    for word in (SECRET, "token-1", "oOne"):
        assert word not in caplog.text
    await api.close()


async def test_the_menu(api: Api, host: Host) -> None:
    """Three places, every item within the platform's limits, Chinese as it is, the page where it is public."""
    buttons = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current.wechat.menu
    menu = menu_of(buttons, "https://zhengbian.example/")
    assert ["查证书", "看广告", "去举报"] == [button["name"] for button in menu.body["button"]]
    items = [item for button in menu.body["button"] for item in button["sub_button"]]
    assert any(item.get("key") == "ask_occupation" and item["name"].startswith("查职业") for item in items)
    assert [{"type": "view", "name": "打开网页版", "url": "https://zhengbian.example/chat"}] == [
        item for item in items if item["type"] == "view"
    ]
    assert all(len(button["sub_button"]) <= 5 for button in menu.body["button"])
    assert all(len(item["name"].encode()) <= 60 and len(item.get("key", "").encode()) <= 128 for item in items)
    assert 0 == await api.create_menu(menu.body)
    assert '"name": "查证书"'.encode() in host.seen[-1][2]
    assert ("打开网页版",) == menu_of(buttons, "").left_out


def test_a_long_address() -> None:
    """Found before anything is sent."""
    with pytest.raises(SettingError):
        menu_of([Button("x", (Target("y", page="/chat"),))], "https://" + "x" * 1100)
