"""The whole process under what is large, hostile or many at once: its memory stays, and everybody is answered."""

from __future__ import annotations

import asyncio
import itertools

from tests.contract.wechat.conftest import whole_only
from tests.contract.wechat.test_wechat_content import LAUGHS, message
from tests.wechat_platform.hosting import opening
from tests.wechat_platform.platform import Follower
from tests.wechat_platform.site import Whole
from tests.wechat_platform.wire import request

QUESTION, ANSWER = "什么是山寨证书", "fake_certificate_what"
QUESTIONS = (QUESTION, "专项职业能力证书是什么", "去哪里举报", "健康管理师是国家认可的吗", "包过保过的广告能信吗")
#: Megabytes that a server may grow by, at its peak, while hundreds of megabytes come in.
ROOM = 48
HEADS = (
    f"<!DOCTYPE x [{LAUGHS}]>",
    '<!DOCTYPE x [<!ENTITY e "' + "A" * 20_000 + '">]>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///dev/zero">]>',
)


def peak(site: Whole) -> float:
    """The most megabytes of memory that the process ever had."""
    with open(f"/proc/{site.server.process.pid}/status", encoding="ascii") as status:
        (line,) = [line for line in status if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


async def served_meanwhile(site: Whole, over: asyncio.Event) -> int:
    """Somebody asks all the while; how often he was answered, each time in the first send."""
    follower, answered = site.platform.follower(), 0
    while not over.is_set():
        delivery = await follower.sends("text", Content=QUESTION)
        assert (1, True) == (delivery.sends, opening(ANSWER) in delivery.text)
        answered += 1
    return answered


@whole_only
async def test_memory(steady: Whole) -> None:
    """Bodies of up to ninety megabytes, entities that would grow to gigabytes, deep trees: no room is made for them."""
    platform = steady.platform
    for text in QUESTIONS:
        await platform.follower().says(text)
    before, over = peak(steady), asyncio.Event()
    meanwhile = asyncio.get_running_loop().create_task(served_meanwhile(steady, over))
    for size in (5_000_000,) * 6 + (90_000_000,) * 2:
        push = platform.pusher.of_xml(message(steady), "oFollower")
        large = await request(steady.port, "POST", push.target, push.body.ljust(size))
        assert large.status in {413, 0}, "or the connection was closed while it was still being sent"
    body = message(steady).replace("山寨证书", "]]>&e;&l9;" + "&e;" * 1000 + "<![CDATA[")
    deep = body.replace("</xml>", "<a>" * 6000 + "</a>" * 6000 + "</xml>")
    for hostile in (*(head + body for head in HEADS), deep) * 15:
        await platform.send_once(platform.pusher.of_xml(hostile, "oFollower"))
    over.set()
    assert await meanwhile >= 3
    assert peak(steady) - before < ROOM


@whole_only
async def test_fifty_followers(steady: Whole) -> None:
    """All at once, four questions each: every answer comes with the first send, none is a fault."""
    followers = [steady.platform.follower() for _ in range(50)]

    async def chat(follower: Follower, first: int) -> list[tuple[int, str]]:
        asked = itertools.islice(itertools.cycle(QUESTIONS), first, first + 4)
        deliveries = [await follower.sends("text", Content=text) for text in asked]
        return [(delivery.sends, delivery.verdict.fault) for delivery in deliveries]

    lived = await asyncio.gather(*(chat(follower, number) for number, follower in enumerate(followers)))
    assert {(1, "")} == set(itertools.chain(*lived))


@whole_only
async def test_long_answers(steady: Whole) -> None:
    """Three questions at once: parts within the limit, numbered and in order; 继续 gives each without a turn."""
    before, follower = steady.turns, steady.platform.follower()
    parts = [await follower.says("去哪举报？怎么辨别真假？证书有哪几类？")]
    while "回复“继续”看下文" in parts[-1] and len(parts) < 9:
        parts.append(await follower.says("继续"))
    assert before + 1 == steady.turns
    assert 2 <= len(parts) < 9
    for number, part in enumerate(parts, 1):
        assert len(part.encode()) <= 2000
        assert part.count("<a ") == part.count("</a>")
        assert f"（{number}/{len(parts)}" in part
    whole = "".join(parts)
    places = [whole.find(opening(entry)) for entry in ("report_how", "how_to_tell", "cert_types")]
    assert -1 not in places
    assert sorted(places) == places
