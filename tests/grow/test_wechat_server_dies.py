"""The official account behind two processes of which one is killed or told to stop in the middle of turns."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.contract.conftest import Server, stop
from tests.faults.breakable import Breakable, launch_breakable
from tests.grow.conftest import Cluster
from tests.wechat_platform.account import Account
from tests.wechat_platform.hosting import opening
from tests.wechat_platform.platform import Follower, Platform
from tests.wechat_platform.pushes import Push
from tests.wechat_platform.verdict import judge

QUICK, SLOW, NOTICED = "什么是山寨证书", "国家认可的技能人才证书有哪几类？", "专项职业能力证书是什么"
ENTRIES = {QUICK: "fake_certificate_what", SLOW: "cert_types", NOTICED: "special_ability_what"}
#: Seconds of a turn that its server does not live to end, and of one that it ends while it is stopping.
HANGS, ENDS = 60, 8


@contextmanager
def two_servers(cluster: Cluster, name: str, account: Account, slow: dict[str, int]) -> Iterator[tuple[Server, Server]]:
    """The one that will go, in which turns are slow, and the one that stays."""
    servers: list[Server] = []
    try:
        servers += [launch_breakable(*cluster.prepared(f"{name}{number}", account)) for number in range(2)]
        Breakable(servers[0]).become(f"slow {json.dumps(slow, ensure_ascii=False)}")
        yield servers[0], servers[1]
        assert "Traceback" not in servers[1].output()
    finally:
        stop(*(server for server in servers if server.process.poll() is None))


def turns(cluster: Cluster, account: Account, follower: Follower) -> int:
    query = "SELECT count(*) FROM events WHERE type_name = 'user' AND sender_id = %s"
    ((number,),) = cluster.postgres.rows(query, account.pseudonym(follower.openid))
    return int(str(number))


def answers(text: str, question: str) -> bool:
    return opening(ENTRIES[question]) in text


async def read_at_last(follower: Follower, said: str) -> str:
    """What a follower reads who was told to ask again, and does."""
    for _ in range(3):
        if "正在查询" not in said:
            return said
        said = await follower.says("继续")
    return said


async def asks(follower: Follower, question: str) -> str:
    """The answer to a question, however long it takes."""
    return await read_at_last(follower, await follower.says(question))


async def repeated(platform: Platform, push: Push, follower: Follower) -> str:
    """What a follower reads after the platform has sent a message again, twice at most, and 继续 where told so."""
    for _ in range(2):
        said = await platform.send_once(push)
        if said.status:
            reply = judge(said, platform.account, follower.openid, push.query["nonce"]).reply
            assert reply
            return await read_at_last(follower, reply.text)
    raise AssertionError("no answer to three sendings")


async def test_killed(cluster: Cluster) -> None:
    """Whoever was in a turn gets its answer by the repeats or by 继续, the next question its own, and each once."""
    account = Account("safe", app_id="wx5f1c0a8e7b3dkill")
    with two_servers(cluster, "killed", account, {SLOW: HANGS, NOTICED: HANGS}) as (dying, staying):
        one, other = Platform(account, dying.port), Platform(account, staying.port)
        resent, noticed, asking = one.follower(), one.follower(), one.follower()
        said = await asyncio.gather(noticed.says(NOTICED), asking.says(NOTICED))
        assert all("正在查询" in text for text in said)
        push = resent.push("text", Content=SLOW)
        assert 0 == (await one.send_once(push, cut=1)).status
        dying.process.kill()
        dying.process.wait()

        async def by_repeats() -> None:
            """A third sending that is still too early says so, and 继续 then brings it."""
            follower = other.follower(resent.openid)
            assert answers(await repeated(other, push, follower), SLOW)
            assert answers(after := await asks(follower, QUICK), QUICK)
            assert not answers(after, SLOW)
            assert 2 == turns(cluster, account, follower)

        async def by_going_on() -> None:
            follower = other.follower(noticed.openid)
            said = await read_at_last(follower, await follower.says("继续"))
            assert said.startswith(f"关于您刚才问的“{NOTICED}”")
            assert answers(said, NOTICED)
            assert answers(after := await asks(follower, QUICK), QUICK)
            assert not answers(after, NOTICED)
            assert 2 == turns(cluster, account, follower)

        async def by_the_next_question() -> None:
            """At once and again later: each time its own answer, and once the one that was promised."""
            follower = other.follower(asking.openid)
            assert answers(first := await asks(follower, QUICK), QUICK)
            await asyncio.sleep(11)
            assert answers(second := await asks(follower, QUICK), QUICK)
            assert 1 == sum(answers(text, NOTICED) for text in (first, second))
            assert 3 == turns(cluster, account, follower)

        await asyncio.gather(by_repeats(), by_going_on(), by_the_next_question())


async def test_told_to_stop(cluster: Cluster) -> None:
    """What it has begun is finished and told by the other, at the next sending, in one turn; then it is gone."""
    account = Account("safe", app_id="wx5f1c0a8e7b3dstop")
    with two_servers(cluster, "stopped", account, {SLOW: ENDS}) as (leaving, staying):
        one, other = Platform(account, leaving.port), Platform(account, staying.port)
        follower = one.follower()
        push = follower.push("text", Content=SLOW)
        first = asyncio.create_task(one.send_once(push))
        await asyncio.sleep(1)
        leaving.process.send_signal(signal.SIGTERM)
        assert 0 == (await first).status, "no false success: the platform asks again"
        follower = other.follower(follower.openid)
        assert answers(await repeated(other, push, follower), SLOW)
        assert answers(after := await asks(follower, QUICK), QUICK)
        assert not answers(after, SLOW)
        assert 2 == turns(cluster, account, follower)
        assert 0 == await asyncio.to_thread(leaving.process.wait, 60)
        assert "Traceback" not in leaving.output()
