"""The official account behind two processes with one Redis and one PostgreSQL: a repeat may reach the other one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.conftest import Server, stop
from tests.faults.breakable import Breakable, launch_breakable
from tests.grow.conftest import Cluster
from tests.wechat_platform.account import Account
from tests.wechat_platform.hosting import opening
from tests.wechat_platform.platform import Platform
from tests.wechat_platform.verdict import judge
from tests.wechat_platform.wire import Response

QUICK, SLOW, THIRTY = "什么是山寨证书", "国家认可的技能人才证书有哪几类？", "专项职业能力证书是什么"
ENTRIES = {QUICK: "fake_certificate_what", SLOW: "cert_types", THIRTY: "special_ability_what"}
MODES = ("safe", "plain")


@dataclass(frozen=True)
class Pair:
    """Two servers of one account, and the database of both."""

    account: Account
    one: Platform
    other: Platform
    cluster: Cluster

    def read(self, response: Response, openid: str, nonce: str) -> str:
        """What a follower reads of a response that must be a reply."""
        reply = judge(response, self.account, openid, nonce).reply
        assert reply
        return reply.text

    def turns(self, openid: str) -> int:
        query = "SELECT count(*) FROM events WHERE type_name = 'user' AND sender_id = %s"
        ((number,),) = self.cluster.postgres.rows(query, self.account.pseudonym(openid))
        return int(str(number))


@pytest.fixture(scope="module")
def pairs(cluster: Cluster) -> Iterator[dict[str, Pair]]:
    """In each mode two servers with slow turns; each account has an AppID of its own, as accounts have."""
    accounts = [Account(mode, app_id=f"wx5f1c0a8e7b3d92{mode[:2]}") for mode in MODES]
    prepared = [cluster.prepared(f"{account.mode}{n}", account) for account in accounts for n in range(2)]
    running: list[Server] = []

    def started(what: tuple[Path, int, dict[str, str]]) -> Server:
        server = launch_breakable(*what)
        running.append(server)
        return server

    try:
        with ThreadPoolExecutor(4) as pool:
            servers = list(pool.map(started, prepared))
        for server in servers:
            Breakable(server).become(f"slow {json.dumps({SLOW: 7, THIRTY: 30}, ensure_ascii=False)}")
        yield {
            account.mode: Pair(
                account, *(Platform(account, server.port) for server in servers[2 * n : 2 * n + 2]), cluster
            )
            for n, account in enumerate(accounts)
        }
    finally:
        stop(*running)
    for server in servers:
        assert "Traceback" not in server.output()
        assert "database_not_shared" not in server.output()


@pytest.fixture(params=MODES)
def pair(request: pytest.FixtureRequest, pairs: dict[str, Pair]) -> Pair:
    return pairs[request.param]


async def test_both_at_once(pair: Pair) -> None:
    """One turn; both give its answer, and so does either one later."""
    follower = pair.one.follower()
    push = follower.push("text", Content=QUICK)
    answers = [*await asyncio.gather(*(platform.send_once(push) for platform in (pair.one, pair.other)))]
    answers += [await platform.send_once(push) for platform in (pair.one, pair.other)]
    texts = {pair.read(answer, follower.openid, push.query["nonce"]) for answer in answers}
    assert 1 == len(texts)
    assert opening(ENTRIES[QUICK]) in texts.pop()
    assert 1 == pair.turns(follower.openid)


async def test_slow_turns(pairs: dict[str, Pair]) -> None:
    """Both modes side by side, because it is a matter of waiting."""

    async def seven_seconds(pair: Pair) -> None:
        """The first sending is cut at one server, the second is answered by the other, the third alike by the first."""
        follower = pair.one.follower()
        push = follower.push("text", Content=SLOW)
        assert 0 == (await pair.one.send_once(push)).status
        read = [
            pair.read(await p.send_once(push), follower.openid, push.query["nonce"]) for p in (pair.other, pair.one)
        ]
        assert opening(ENTRIES[SLOW]) in read[0]
        assert read[0] == read[1]
        assert 1 == pair.turns(follower.openid)

    async def thirty_seconds(pair: Pair) -> None:
        """The notice comes from one server, the answer from the other, once, with its question."""
        follower = pair.one.follower()
        push = follower.push("text", Content=THIRTY)
        assert 0 == (await pair.one.send_once(push)).status
        assert 0 == (await pair.other.send_once(push)).status
        noticed = await pair.one.send_once(push)
        assert "正在查询" in pair.read(noticed, follower.openid, push.query["nonce"])
        await asyncio.sleep(17.5)
        late = await pair.other.follower(follower.openid).says(QUICK)
        assert late.startswith(f"关于您刚才问的“{THIRTY}”")
        assert 0 < late.find(opening(ENTRIES[THIRTY])) < late.find(opening(ENTRIES[QUICK]))
        assert opening(ENTRIES[THIRTY]) not in await pair.one.follower(follower.openid).says(QUICK)
        assert 3 == pair.turns(follower.openid)

    await asyncio.gather(*(scene(pair) for pair in pairs.values() for scene in (seven_seconds, thirty_seconds)))
