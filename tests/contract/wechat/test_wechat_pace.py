"""The whole process at WeChat's own pace: turns of three, seven and thirty seconds, and an API host that refuses.

All scenes of both modes begin together, because they mostly wait; each test is one of them.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.contract.conftest import PREVIOUS_KEY, Server, free_port, prepare, stop
from tests.contract.wechat.conftest import MODES
from tests.faults.breakable import Breakable, launch_breakable
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import SEND, TOKEN, ApiHost, running
from tests.wechat_platform.hosting import opening
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.pushes import PATH
from tests.wechat_platform.site import Whole
from tests.wechat_platform.verdict import FAULT, judge
from tests.wechat_platform.wire import HEADERS, exchange

#: Questions by the seconds that their turns take, and the entries that answer them.
THREE, FIVE, SEVEN, THIRTY, NONE = (
    "什么是山寨证书",
    "专项职业能力证书的对象是哪些人",
    "国家认可的技能人才证书有哪几类？",
    "专项职业能力证书是什么",
    "职业技能等级证书是什么",
)
#: Stands in every hostile text, whose turns take two.
TWO = "真假难辨"
SLOW = {TWO: 2, THREE: 3, FIVE: 5, SEVEN: 7, THIRTY: 30}
ENTRIES = {
    THREE: "fake_certificate_what",
    FIVE: "special_ability_who",
    SEVEN: "cert_types",
    THIRTY: "special_ability_what",
    NONE: "skill_level_what",
}
HOSTILE = (
    "]]></Content><MsgType>news</MsgType><Content><![CDATA[证书" + TWO,
    '<a href="javascript:alert(1)">点我</a>证书' + TWO,
    "&#x0;&lt;证书&amp;" + TWO,
)
#: Error numbers that a follower's messages meet, and how often the service may try to send.
REFUSALS: dict[str, tuple[list[int], int]] = {
    "42001 once": ([42001], 2),
    "40001 for ever": ([40001] * 9, 2),
    "45015": ([45015] * 9, 1),
    "45047": ([45047] * 9, 1),
    "48001": ([48001] * 9, 1),
    "45002": ([45002] * 9, 1),
}


@dataclass(frozen=True)
class Stage:
    """The servers of one mode: an account that lives by WeChat's repeats, and a verified one with its API host."""

    common: Whole
    verified: Whole
    api: ApiHost


def answer_to(question: str) -> str:
    return opening(ENTRIES[question])


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stage]]:
    accounts = [Account(mode, customer_service=verified) for mode in MODES for verified in (False, True)]
    running_servers: list[Server] = []
    with ExitStack() as stack:
        apis = {mode: stack.enter_context(running(ApiHost(accounts[0].app_id, accounts[0].secret))) for mode in MODES}
        stack.callback(lambda: stop(*running_servers))

        def started(account: Account) -> Server:
            folder, port = tmp_path_factory.mktemp(account.mode), free_port()
            environment = prepare(folder, port, account) | account.environment(apis[account.mode].base, PREVIOUS_KEY)
            server = launch_breakable(folder, port, environment)
            running_servers.append(server)
            return server

        with ThreadPoolExecutor(4) as pool:
            servers = list(pool.map(started, accounts))
        sites = [
            Whole(Platform(account, server.port, api=apis[account.mode] if account.customer_service else None), server)
            for account, server in zip(accounts, servers)
        ]
        for site in sites:
            Breakable(site.server).become(f"slow {json.dumps(SLOW, ensure_ascii=False)}")
        yield {mode: Stage(*sites[2 * n : 2 * n + 2], apis[mode]) for n, mode in enumerate(MODES)}
    for server in servers:
        assert "Traceback" not in server.output()


async def until(done: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that happens without us."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.1)


async def three_seconds(stage: Stage) -> None:
    """The first send is answered."""
    delivery = await stage.common.platform.follower().sends("text", Content=THREE)
    assert (1, True) == (delivery.sends, answer_to(THREE) in delivery.text)


async def three_sends_at_once(stage: Stage) -> None:
    """All three get the answer of the one turn, and so does a fourth."""
    platform = stage.common.platform
    follower = platform.follower()
    push = follower.push("text", Content=THREE)
    answers = [*await asyncio.gather(*(platform.send_once(push) for _ in range(3))), await platform.send_once(push)]
    read = [judge(answer, platform.account, follower.openid, push.query["nonce"]).reply for answer in answers]
    assert 1 == len({reply.text if reply else "" for reply in read})
    assert read[0]
    assert answer_to(THREE) in read[0].text
    assert [THREE] == stage.common.said_by(follower.openid)


async def seven_seconds(stage: Stage) -> None:
    """A repeat is answered; Rasa had one turn."""
    follower = stage.common.platform.follower()
    delivery = await follower.sends("text", Content=SEVEN)
    assert delivery.sends in {2, 3}
    assert answer_to(SEVEN) in delivery.text
    assert [SEVEN] == stage.common.said_by(follower.openid)


async def thirty_seconds(stage: Stage) -> None:
    """The third send carries a notice; the next message brings the answer, once, and names the question."""
    began, follower = time.monotonic(), stage.common.platform.follower()
    delivery = await follower.sends("text", Content=THIRTY)
    assert 3 == delivery.sends
    assert "正在查询" in delivery.text
    await asyncio.sleep(began + 31 - time.monotonic())
    read = await follower.says(NONE)
    assert read.startswith(f"关于您刚才问的“{THIRTY}”")
    assert 0 < read.find(answer_to(THIRTY)) < read.find(answer_to(NONE))
    assert "关于您刚才问的" not in await follower.says(NONE)
    assert [THIRTY, NONE, NONE] == stage.common.said_by(follower.openid)


async def closed_at_five_seconds(stage: Stage) -> None:
    """The turn ends in the store, and the next message is answered in less than two seconds."""
    platform = stage.common.platform
    follower = platform.follower()
    assert 0 == (await platform.send_once(follower.push("text", Content=SEVEN))).status
    await until(lambda: stage.common.said_by(follower.openid))
    delivery = await follower.sends("text", Content=NONE)
    assert answer_to(NONE) in delivery.text
    assert delivery.responses[0].seconds < 2


async def sent_by_itself(stage: Stage) -> None:
    """A verified account says success in time and sends the answer itself, once; nothing is repeated."""
    follower = stage.verified.platform.follower()
    delivery = await follower.sends("text", Content=SEVEN)
    assert (1, "", b"success") == (delivery.sends, delivery.text, delivery.responses[0].body)
    await until(lambda: stage.api.texts_to(follower.openid))
    await asyncio.sleep(1)
    (text,) = stage.api.texts_to(follower.openid)
    assert answer_to(SEVEN) in text
    assert 1 == len(stage.api.sends_to(follower.openid))
    assert [SEVEN] == stage.verified.said_by(follower.openid)


async def refused_by_the_host(stage: Stage) -> None:
    """Few tries, one new token for twenty; what the host did not take comes with the next message, and only that."""
    api, platform = stage.api, stage.verified.platform
    followers = {name: platform.follower() for name in (*REFUSALS, "time-out")}
    for name, (numbers, _) in REFUSALS.items():
        api.fails(followers[name].openid, *numbers)
    api.fails(followers["time-out"].openid, 12.0)
    await asyncio.gather(*(follower.sends("text", Content=FIVE) for follower in followers.values()))
    # the host notes a call when it is over, seconds after the service has given it up
    await until(lambda: api.sends_to(followers["time-out"].openid), 60)
    await asyncio.sleep(1)
    assert len(api.calls_of(TOKEN)) <= 4
    for name, follower in followers.items():
        read = await follower.says(NONE)
        is_late = read.startswith(f"关于您刚才问的“{FIVE}”")
        assert is_late == (name != "42001 once"), name
        assert (answer_to(FIVE) in read) == is_late, name
        assert "关于您刚才问的" not in await follower.says(NONE), name
        assert 1 <= len(api.sends_to(follower.openid)) <= REFUSALS.get(name, ([], 1))[1], name
    tokens = len(api.calls_of(TOKEN))
    api.expire()
    crowd = [platform.follower() for _ in range(20)]
    await asyncio.gather(*(follower.sends("text", Content=FIVE) for follower in crowd))
    await until(lambda: all(api.texts_to(follower.openid) for follower in crowd))
    assert tokens + 1 == len(api.calls_of(TOKEN))
    assert [1] * 20 == [len(api.texts_to(follower.openid)) for follower in crowd]


async def words_stay_words(stage: Stage) -> None:
    """An answer that nobody fetched names its question later: no field and no link of the follower's making."""
    platform = stage.common.platform
    followers = [platform.follower() for _ in HOSTILE]
    for follower, text in zip(followers, HOSTILE):
        push = follower.push("text", Content=text.replace("]]>", "]]]]><![CDATA[>"))
        assert 0 == (await platform.send_once(push, cut=1)).status
    await asyncio.sleep(20)
    for follower in followers:
        read = await follower.says(NONE)
        head = read.split("\n")[0]
        assert head.startswith("关于您刚才问的“")
        assert "<" not in head
        assert "javascript:" not in "".join(re.findall(r'<a href="([^"]*)"', read))


async def slow_body(stage: Stage) -> None:
    """Given up after five seconds; another follower is answered meanwhile."""
    platform = stage.common.platform
    push = platform.follower().push("text", Content=NONE)
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "x", **HEADERS, "Content-Length": "500"}.items())
    head = f"POST {push.target} HTTP/1.1\r\n{lines}\r\n<xml>".encode()
    slow, other = await asyncio.gather(exchange(platform.port, head), platform.follower().sends("text", Content=NONE))
    assert (408, True) == (slow.status, slow.seconds < 10)
    assert (1, True) == (other.sends, answer_to(NONE) in other.text)


SCENES = (
    three_seconds,
    three_sends_at_once,
    seven_seconds,
    thirty_seconds,
    closed_at_five_seconds,
    sent_by_itself,
    refused_by_the_host,
    words_stay_words,
    slow_body,
)


@pytest.fixture(scope="module")
async def played(stages: dict[str, Stage]) -> AsyncIterator[dict[tuple[str, str], asyncio.Task[None]]]:
    """Every scene of every mode, begun."""
    tasks = {
        (mode, scene.__name__): asyncio.get_running_loop().create_task(scene(stages[mode]))
        for mode in MODES
        for scene in SCENES
    }
    yield tasks
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [scene.__name__ for scene in SCENES])
async def test_scenes(played: dict[tuple[str, str], asyncio.Task[None]], mode: str, name: str) -> None:
    """What the scene of this name says."""
    await played[mode, name]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("what", ["action raises", "nlu raises", "no model"])
async def test_broken_turns(
    played: dict[tuple[str, str], asyncio.Task[None]], stages: dict[str, Stage], mode: str, what: str
) -> None:
    """Words and a number, never the platform's fault notice; afterwards all is well."""
    await asyncio.gather(*(task for (of, _), task in played.items() if of == mode))
    site = stages[mode].common
    follower = site.platform.follower()
    with Breakable(site.server).broken(what):
        read = await follower.says(NONE)
    assert read != FAULT
    assert "12333" in read
    assert answer_to(NONE) not in read
    assert answer_to(NONE) in await follower.says(NONE)


@pytest.mark.parametrize("mode", MODES)
async def test_nothing_is_told(
    played: dict[tuple[str, str], asyncio.Task[None]], stages: dict[str, Stage], mode: str
) -> None:
    """After all of that no log, error or status page holds a secret, a token of the host or a follower's words."""
    await asyncio.gather(*(task for (of, _), task in played.items() if of == mode))
    stage = stages[mode]
    for site in (stage.common, stage.verified):
        account = site.platform.account
        pages = [site.server.client().send("GET", path).text for path in ("/webhooks/wechat/", "/metrics", "/readyz")]
        told = site.logged() + "".join(pages) + site.server.client().send("POST", PATH, b"x").text
        openids = [call.json["touser"] for call in stage.api.calls_of(SEND)]
        secrets = (account.secret, account.token, account.key, stage.api.token, stage.api.token[:24])
        assert [] == [secret for secret in (*secrets, *openids, *ENTRIES) if secret in told]
