"""Several servers with one Redis: the platform may repeat at any of them, and nobody notices."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import pytest

from tests.contract.conftest import free_port
from tests.system import program
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import TOKEN, ApiHost
from tests.wechat_platform.hosting import Hosted, ScriptedRasa, hosted, opening
from tests.wechat_platform.pushes import Push
from tests.wechat_platform.verdict import judge

QUESTION, OTHER = "什么是山寨证书", "证书有哪几类"
ANSWER = opening("fake_certificate_what")


@contextmanager
def running_redis(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis of the tests' own, in memory: its address and its process."""
    port = free_port()
    command = [program("redis-server"), "--port", str(port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0", process
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for the tests in which it stays."""
    with running_redis(tmp_path_factory.mktemp("redis")) as (address, _):
        yield address


class Pair:
    """Two servers of one account behind a platform that sends each repeat to the other one."""

    def __init__(self, one: Hosted, other: Hosted) -> None:
        self.servers = (one, other)

    async def deliver(self, push: Push, openid: str) -> tuple[str, int]:
        """What is read, and after how many sends."""
        for number in range(3):
            platform = self.servers[number % 2].platform
            response = await platform.send_once(push)
            if response.status:
                verdict = judge(response, platform.account, openid, push.query["nonce"])
                assert not verdict.fault
                return (verdict.reply.text if verdict.reply else ""), number + 1
        raise AssertionError("three sends without an answer")

    @property
    def texts(self) -> list[str]:
        return [text for server in self.servers for text in server.rasa.texts]


async def pair(
    stack: AsyncExitStack, folder: Path, account: Account, redis: str, seconds: float, api: ApiHost | None = None
) -> Pair:
    # one database as well: what is kept for a follower must be found by either
    environment = {"ZHENGBIAN_REDIS": f"{redis[:-1]}{time.monotonic_ns() % 16}"}
    servers = [
        await stack.enter_async_context(
            hosted(folder, account, ScriptedRasa(seconds), environment=environment, api=api)
        )
        for _ in range(2)
    ]
    return Pair(*servers)


async def test_a_repeat_at_the_other_server(tmp_path: Path, account: Account, redis: str) -> None:
    """One turn, its answer on the second or third send, from whichever server."""
    async with AsyncExitStack() as stack:
        both = await pair(stack, tmp_path, account, redis, 1.4)
        follower = both.servers[0].platform.follower()
        read, sends = await both.deliver(follower.push("text", Content=QUESTION), follower.openid)
    assert ANSWER in read
    assert sends in {2, 3}
    assert [QUESTION] == both.texts


async def test_both_in_the_same_moment(tmp_path: Path, account: Account, redis: str) -> None:
    """Whoever is first owns the turn; both give its answer."""
    async with AsyncExitStack() as stack:
        both = await pair(stack, tmp_path, account, redis, 0.2)
        follower = both.servers[0].platform.follower()
        push = follower.push("text", Content=QUESTION)
        answers = await asyncio.gather(*(server.platform.send_once(push) for server in both.servers))
        verdicts = [judge(answer, account, follower.openid, push.query["nonce"]) for answer in answers]
    texts = {verdict.reply.text for verdict in verdicts if verdict.reply}
    assert 1 == len(texts)
    assert ANSWER in texts.pop()
    assert [QUESTION] == both.texts


async def test_a_late_answer_from_the_other_server(tmp_path: Path, account: Account, redis: str) -> None:
    """The notice came from one, the answer comes from the other, once."""
    async with AsyncExitStack() as stack:
        both = await pair(stack, tmp_path, account, redis, 3.4)
        one, other = both.servers
        follower = one.platform.follower()
        read, _ = await both.deliver(follower.push("text", Content=QUESTION), follower.openid)
        assert "继续" in read
        while QUESTION not in one.rasa.finished + other.rasa.finished:
            await asyncio.sleep(0.05)
        one.rasa.seconds = other.rasa.seconds = 0
        await asyncio.sleep(0.3)
        late = await other.platform.follower(follower.openid).says(OTHER)
        assert late.startswith(f"关于您刚才问的“{QUESTION}”")
        assert ANSWER in late
        assert ANSWER not in await one.platform.follower(follower.openid).says(OTHER)


async def test_a_replay_at_the_other_server(tmp_path: Path, redis: str) -> None:
    """A captured address is worth nothing there either."""
    async with AsyncExitStack() as stack:
        both = await pair(stack, tmp_path, Account(mode="plain"), redis, 0)
        follower = both.servers[0].platform.follower()
        push = follower.push("text", Content=QUESTION)
        await both.servers[0].platform.deliver(push)
        forged = Push(push.query, follower.push("text", Content="伪造的话").body)
        assert 403 == (await both.servers[1].platform.send_once(forged)).status
    assert [QUESTION] == both.texts


async def test_one_token_for_all(tmp_path: Path, redis: str, api: ApiHost) -> None:
    """Two servers fetch one token between them."""
    account = Account(customer_service=True)
    async with AsyncExitStack() as stack:
        both = await pair(stack, tmp_path, account, redis, 1.2, api)
        followers = [server.platform.follower() for server in both.servers for _ in range(3)]
        await asyncio.gather(*(follower.sends("text", Content=QUESTION) for follower in followers))
        for _ in range(60):
            if all(api.texts_to(follower.openid) for follower in followers):
                break
            await asyncio.sleep(0.05)
    assert [1] * 6 == [len(api.texts_to(follower.openid)) for follower in followers]
    assert 1 == len(api.calls_of(TOKEN))


async def test_redis_goes_away(tmp_path: Path, account: Account) -> None:
    """Each server goes on by itself: answers, repeats and no fault; nothing of the message in a log."""
    with running_redis(tmp_path) as (address, process):
        async with AsyncExitStack() as stack:
            both = await pair(stack, tmp_path, account, address, 0)
            one = both.servers[0].platform
            assert ANSWER in await one.follower().says(QUESTION)
            process.terminate()
            await asyncio.to_thread(process.wait, 10)
            for server in both.servers:
                push = server.platform.follower().push("text", Content=QUESTION)
                read = [(await server.platform.deliver(push)).text for _ in range(2)]
                assert ANSWER in read[0]
                assert read[0] == read[1]
    assert 3 == len(both.texts)
