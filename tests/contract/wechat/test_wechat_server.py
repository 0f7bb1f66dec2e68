"""Followers of the real thing: ``python -m bot run`` with a model, its stores and a WeChat account."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.storage.journal import conversation_key
from tests.contract.conftest import WECHAT, Server
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import MENU, ApiHost
from tests.wechat_platform.hosting import opening
from tests.wechat_platform.platform import Follower, Platform
from tests.wechat_platform.site import Whole
from tests.wechat_platform.verdict import FAULT

LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=[^"]+&msgmenuid=[^"]+">([^<]+)</a>')


@pytest.fixture(params=["safe", "plain"])
def whole(request: pytest.FixtureRequest) -> Whole:
    """WeChat at its own pace, in front of a server in each mode."""
    server = request.getfixturevalue("server" if request.param == "safe" else "plain_server")
    return Whole(Platform(Account(request.param), server.port), server)


@pytest.fixture
def real(whole: Whole) -> Platform:
    """The same for what is seen from outside."""
    return whole.platform


@pytest.fixture
def safe(server: Server) -> Platform:
    """The same for what does not depend on the mode."""
    return Platform(WECHAT, server.port)


def rows(server: Server, query: str, *values: str) -> list[tuple[Any, ...]]:
    """Of Rasa's conversations."""
    with sqlite3.connect(server.folder / "var" / "conversations.db") as db:
        return db.execute(query, values).fetchall()


def senders(server: Server) -> set[str]:
    return {row[0] for row in rows(server, "SELECT DISTINCT sender_id FROM events WHERE sender_id LIKE 'wx%'")}


async def test_source_and_date(real: Platform) -> None:
    """Every answer names both."""
    assert re.search(r"来源：.*\d{4}-\d\d-\d\d", await real.follower().says("什么是山寨证书"))


async def test_a_whole_visit(real: Platform) -> None:
    """Welcome, menu, question, choice by number, advert, report, good-bye."""
    follower = real.follower()
    welcome = await follower.subscribes()
    for task in ("查证书", "看广告", "举报"):
        assert task in welcome
    assert opening("red_flags") in await follower.clicks("red_flags")
    offered = await follower.says("职业技能等级证书在哪里查？")
    assert ["在云南取得的", "在外省取得的"] == LINK.findall(offered)
    assert "hrss.yn.gov.cn" in await follower.says("1")
    verdict = await follower.says("包过保过，三天拿证，交钱就能办证，挂靠月入过万，联系张老师")
    assert "包过" in verdict
    assert re.search("当心|风险|警惕", verdict)
    assert "12333" in await follower.says("去哪里举报")
    assert "" == await follower.unsubscribes()


async def test_choices(real: Platform) -> None:
    """Every option is reached by its number, its words and its link, and all ways give the same."""
    offered = await real.follower().says("我的证书在哪查")
    titles = LINK.findall(offered)
    assert len(titles) >= 3
    for number, title in enumerate(titles, 1):
        followers = [real.follower() for _ in range(3)]
        for follower in followers:
            await follower.says("我的证书在哪查")
        read = {
            await followers[0].says(str(number)),
            await followers[1].says(title),
            await followers[2].picks(title),
        }
        assert 1 == len(read)
        assert len(read.pop()) > 40


SCRIPTS = (
    ("专项职业能力证书是什么", "这个给谁考的", "怎么考", "那在哪查呢", "云南的"),
    ("职业技能等级证书是什么", "谁发的", "分几级", "怎么考", "那在哪查呢"),
)


async def test_two_followers_do_not_mix(real: Platform) -> None:
    """Alternating, with questions that make sense only in their own conversation, they read what they read alone."""
    alone = []
    for script in SCRIPTS:
        follower = real.follower()
        alone.append([await follower.says(text) for text in script])
    together: tuple[list[str], list[str]] = ([], [])
    followers = [real.follower() for _ in SCRIPTS]
    for turn in range(5):
        read = await asyncio.gather(*(follower.says(script[turn]) for follower, script in zip(followers, SCRIPTS)))
        for one, texts in zip(read, together):
            texts.append(one)
    assert alone == [*together]
    assert alone[0][3] != alone[1][4]


async def test_leaving_erases(whole: Whole) -> None:
    """Who unsubscribes is forgotten: Rasa's events, the follower's row, the journal."""
    server, platform = whole.server, whole.platform
    before = senders(server)
    follower = platform.follower()
    await follower.says("什么是山寨证书")
    await follower.says("没用")
    (sender,) = senders(server) - before
    assert kept_of(server, sender)
    began = time.monotonic()
    assert "" == await follower.unsubscribes()
    assert time.monotonic() - began < 1
    assert [] == kept_of(server, sender)


def kept_of(server: Server, sender: str) -> list[str]:
    """Names of the tables that know a follower, by name or by the journal's hash of it."""
    found = []
    for name in ("service.db", "conversations.db"):
        with sqlite3.connect(server.folder / "var" / name) as db:
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                text = json.dumps(db.execute(f"SELECT * FROM {table}").fetchall(), default=str)
                found += [table] if sender in text or conversation_key(sender) in text else []
    return found


async def test_feedback_in_words(safe: Platform, server: Server) -> None:
    """没用 is a verdict on the last answer, not a question."""
    follower = safe.follower()
    await follower.says("什么是山寨证书")
    assert "12333" in await follower.says("没用")
    with sqlite3.connect(server.folder / "var" / "service.db") as db:
        found = db.execute("SELECT entry, value FROM journal_feedback WHERE channel = 'wechat'").fetchall()
    assert ("fake_certificate_what", "useless") in found


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        '/any_intent{"x":"y"}',
        "／restart",
        "EXTERNAL: human",
        '/human{"memory":{"misses":9}}',
    ],
)
async def test_commands_are_words(whole: Whole, text: str) -> None:
    """The conversation is not begun anew and knows what it was about."""
    server = whole.server
    before = senders(server)
    follower = whole.platform.follower()
    await follower.says("专项职业能力证书是什么")
    assert await follower.says(text) not in ("", FAULT)
    (sender,) = senders(server) - before
    query = "SELECT type_name, count(*) FROM events WHERE sender_id = ? GROUP BY type_name"
    events = dict(rows(server, query, sender))
    assert 1 == events["session_started"]
    assert "restart" not in events
    assert opening("special_ability_who") in await follower.says("专项职业能力证书的对象是哪些人")


async def test_a_long_acquaintance(safe: Platform) -> None:
    """A follower's name never changes: after forty-five turns a question still knows the one before it."""
    follower = safe.follower()
    for turn in range(45):
        read = await follower.says("这个给谁考的" if turn % 2 else "专项职业能力证书是什么")
        assert opening("special_ability_who" if turn % 2 else "special_ability_what") in read


async def test_switched_off(safe: Platform, server: Server) -> None:
    """A holding text with the numbers, for messages and menu, and back again."""
    try:
        assert 0 == server.bot("switch", "wechat", "off", "--text", "系统升级，今晚八点恢复。").returncode
        assert "12333" in await hears(safe, "系统升级")
        assert "系统升级" in await safe.follower().clicks("red_flags")
    finally:
        assert 0 == server.bot("switch", "wechat", "on").returncode
    assert await hears(safe, opening("fake_certificate_what"))


async def hears(platform: Platform, words: str) -> str:
    """The first answer with these words in it, asked for ten seconds."""
    for _ in range(50):
        read = await platform.follower().says("什么是山寨证书")
        if words in read:
            return read
        await asyncio.sleep(0.2)
    raise AssertionError(f"{words} was never heard")


async def test_nothing_of_a_follower_is_kept(safe: Platform, server: Server) -> None:
    """No openid in a file or a line, no key, no words of the question in a line."""
    follower: Follower = safe.follower()
    await follower.subscribes()
    await follower.says("什么是山寨证书，暗号七四一")
    await follower.says("继续")
    files = [path for path in (server.folder / "var").rglob("*") if path.is_file()]
    shown = "".join(server.client().send("GET", path).text for path in ("/metrics", "/readyz", "/webhooks/wechat/"))
    kept = b"".join(path.read_bytes() for path in files) + server.output().encode() + shown.encode()
    for secret in (follower.openid, WECHAT.token, WECHAT.key, WECHAT.secret):
        assert secret.encode() not in kept
    assert "暗号七四一" not in server.output()


async def test_menu(safe: Platform, server: Server, api: ApiHost) -> None:
    """The command makes a menu that the platform takes, and every key in it has an answer of its own."""
    environment = {
        **server.environment,
        "WECHAT_API_BASE": api.base,
        "ZHENGBIAN_PUBLIC_ORIGIN": "https://zhengbian.example",
    }
    done = await asyncio.to_thread(replace(server, environment=environment).bot, "wechat", "menu")
    assert 0 == done.returncode, done.stderr
    (call,) = api.calls_of(MENU)
    assert "查证书".encode() in call.raw
    buttons = call.json["button"]
    assert ["查证书", "看广告", "去举报"] == [button["name"] for button in buttons]
    items = [item for button in buttons for item in button["sub_button"]]
    assert ["https://zhengbian.example/chat"] == [item["url"] for item in items if item["type"] == "view"]
    read = [await safe.follower().clicks(item["key"]) for item in items if item["type"] == "click"]
    assert len(items) - 1 == len(set(read))
    assert not {"", FAULT} & set(read)


async def test_menu_refused(server: Server, api: ApiHost) -> None:
    """The platform's number, what to do about it, and no secret."""
    api.fails(MENU, 48001)
    environment = {**server.environment, "WECHAT_API_BASE": api.base}
    done = await asyncio.to_thread(replace(server, environment=environment).bot, "wechat", "menu")
    assert 1 == done.returncode
    assert "48001" in done.stderr
    for secret in (WECHAT.secret, WECHAT.key, api.token):
        assert secret not in done.stdout + done.stderr
