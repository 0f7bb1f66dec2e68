"""Authentic pushes with strange insides: XML that hurts, characters that are none, words that look like commands."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.wechat import body as reading
from tests.wechat_platform.account import Account
from tests.wechat_platform.api_host import ApiHost
from tests.wechat_platform.hosting import QUICK, ScriptedRasa, hosted, opening
from tests.wechat_platform.platform import Delivery
from tests.wechat_platform.pushes import new_id, xml
from tests.wechat_platform.site import Site
from tests.wechat_platform.wire import HEADERS, Response, exchange, request

QUESTION = "什么是山寨证书"


async def deliver(server: Site, message: str | bytes, openid: str = "oFollower") -> Delivery:
    return await server.platform.deliver(server.platform.pusher.of_xml(message, openid))


def message(server: Site, **changes: str | None) -> str:
    """A text as WeChat writes it, with fields changed or (None) left out."""
    fields = server.platform.pusher.fields("oFollower", "text", Content=QUESTION) | changes
    return xml({name: value for name, value in fields.items() if value is not None})


def ignored(server: Site, delivery: Delivery, turns_before: int) -> None:
    """Taken or refused without a turn, and never a failure of ours."""
    assert delivery.responses[-1].status in {200, 400, 403}
    if delivery.responses[-1].status == 200:
        assert ("", "") == (delivery.text, delivery.verdict.fault)
    assert turns_before == server.turns


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "{api}/entity">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "{api}/parameter"> %p;]>',
        f"<!DOCTYPE x [{LAUGHS}]>",
        '<!DOCTYPE x [<!ENTITY e "' + "A" * 20_000 + '">]>',
        "<!DOCTYPE xml>",
        '<!DOCTYPE xml SYSTEM "{api}/dtd">',
    ],
    ids=["file", "http", "parameter", "laughs", "quadratic", "doctype", "external"],
)
async def test_doctypes(steady: Site, api: ApiHost, head: str) -> None:
    """No document type, no entity, no fetch, no time spent."""
    before = steady.turns
    body = message(steady).replace("山寨证书", "]]>&e;&l9;" + "&e;" * 1000 + "<![CDATA[")
    delivery = await deliver(steady, head.replace("{api}", api.base) + body)
    ignored(steady, delivery, before)
    assert delivery.responses[-1].seconds < 1
    assert [] == api.calls


@pytest.mark.parametrize("head", ["<!DOCTYPE xml>", '<!DOCTYPE xml SYSTEM "x.dtd">', "<!DOCTYPE xml []>"])
async def test_doctypes_of_good_messages(steady: Site, head: str) -> None:
    """What is sound but for its document type is no message of WeChat's."""
    before = steady.turns
    ignored(steady, await deliver(steady, head + message(steady)), before)


@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 6000 + "</a>" * 6000,
        "<Content " + " ".join(f'a{n}="1"' for n in range(3000)) + ">x</Content>",
        "<FromUserName>oSomebody</FromUserName>",
        "<MsgType>event</MsgType>",
        "<Content>zwei</Content>",
        "<Extra><b>x</b></Extra>",
    ],
    ids=["deep", "attributes", "two senders", "two types", "two contents", "nested"],
)
async def test_structure(steady: Site, inside: str) -> None:
    """Deep, wide or doubled: no turn for what could be read in two ways."""
    before = steady.turns
    ignored(steady, await deliver(steady, message(steady).replace("</xml>", inside + "</xml>")), before)


async def test_nested_content(steady: Site) -> None:
    """A field holds text, never elements."""
    before = steady.turns
    body = message(steady, Content=None).replace("</xml>", "<Content><b>证书</b></Content></xml>")
    ignored(steady, await deliver(steady, body), before)


@pytest.mark.parametrize("missing", ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId"])
async def test_each_field_missing(steady: Site, missing: str) -> None:
    """Whatever is not there: no failure; without a sender or a type no turn."""
    before = steady.turns
    delivery = await deliver(steady, message(steady, **{missing: None}))
    assert delivery.responses[-1].status in {200, 400, 403}
    if missing in {"FromUserName", "MsgType", "ToUserName", "Content"}:
        assert before == steady.turns


@pytest.mark.parametrize(
    "body",
    [
        b"<foo/>",
        b"<xml/>",
        b"",
        b"<xml>",
        json.dumps({"MsgType": "text", "FromUserName": "oFollower", "Content": QUESTION}).encode(),
        b"\xff\xfe" + f"<xml><Content>{QUESTION}</Content></xml>".encode("utf-16-le"),
        f'<?xml version="1.0" encoding="GBK"?><xml><Content>{QUESTION}</Content></xml>'.encode("gbk"),
        b"\x00" * 100,
    ],
    ids=["foo", "bare", "nothing", "open", "json", "utf-16", "gbk", "zeros"],
)
async def test_no_xml_of_ours(steady: Site, body: bytes) -> None:
    """Another root, JSON, other encodings, nothing: ignored."""
    before = steady.turns
    ignored(steady, await deliver(steady, body), before)


@pytest.mark.parametrize("head", ["\ufeff", '<?xml version="1.0" encoding="GBK"?>', '<?xml version="1.0"?>'])
async def test_harmless_heads(steady: Site, head: str) -> None:
    """A byte order mark is taken, and a declared encoding changes nothing: it is UTF-8."""
    before = steady.turns
    assert opening("fake_certificate_what") in (await deliver(steady, head + message(steady))).text
    assert [QUESTION] == steady.texts(before)


@pytest.mark.parametrize("junk", ["\x1d", "\x00", "\ufffe", "\uffff", "\x0b"])
async def test_characters_that_are_none(steady: Site, junk: str) -> None:
    """WeChat itself sends some of them: they are dropped and the rest is answered."""
    before = steady.turns
    delivery = await deliver(steady, message(steady, Content=f"什么是{junk}山寨证书"))
    assert opening("fake_certificate_what") in delivery.text
    assert [QUESTION] == steady.texts(before)


@pytest.mark.parametrize("reference", ["&#xD800;", "&#x0;", "&#x1d;", "&#xFFFE;", "&#55296;", "&#0;"])
async def test_references_to_characters_that_are_none(steady: Site, reference: str) -> None:
    """The same outside CDATA, where they are written as references."""
    before = steady.turns
    body = message(steady, Content=None).replace("</xml>", f"<Content>什么是{reference}山寨证书</Content></xml>")
    assert opening("fake_certificate_what") in (await deliver(steady, body)).text
    assert [QUESTION] == steady.texts(before)


HOSTILE = [
    "证书]]>书",
    "]]]]>]]><![CDATA[证书",
    "]]></Content><MsgType>news</MsgType><Content><![CDATA[",
    '<a href="javascript:alert(1)">点我</a>证书',
    '<a href="weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1">x</a>',
    "&#x0;&lt;证书&amp;",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_echoed_words_stay_words(tmp_path: Path, account: Account, text: str) -> None:
    """Where a late answer names its question: one well-formed text, no link and no field of the follower's making."""
    escaped = text.replace("]]>", "]]]]><![CDATA[>")
    rasa = ScriptedRasa(0)
    async with hosted(tmp_path, account, rasa, timing=replace(QUICK, lost=0.2)) as server:
        follower = server.platform.follower()
        rasa.seconds = 0.2
        await server.platform.send_once(follower.push("text", Content=escaped), cut=0.1)
        await asyncio.sleep(0.6)
        rasa.seconds = 0
        read = await follower.says("证书有哪几类")
    assert opening("red_flags") in read
    assert opening("cert_types") in read
    head = read.split("\n")[0]
    assert head.startswith("关于您刚才问的“")
    assert "<" not in head
    assert "javascript:" not in "".join(re.findall(r'<a href="([^"]*)"', read))


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        '/any_intent{"x":"y"}',
        "／restart",
        " / ／/restart",
        "EXTERNAL: human",
        "/human@1.0",
    ],
)
async def test_commands_are_words(steady: Site, text: str) -> None:
    """Rasa gets text without the slash."""
    before = steady.turns
    assert await steady.platform.follower().says(text)
    (text,) = steady.texts(before)
    assert not text.startswith(("/", "／", " "))


@pytest.mark.parametrize(
    "sender", ["", "o" * 10_240, "../../x", "o'; DROP TABLE events;--", "o\n1", "证书"], ids=range(6)
)
async def test_senders(steady: Site, sender: str) -> None:
    """A name that cannot be WeChat's is nobody."""
    before = steady.turns
    ignored(steady, await deliver(steady, message(steady, FromUserName=sender)), before)


async def test_the_address_does_not_name_the_sender(steady: Site) -> None:
    """Only the body does; the query's openid is not signed."""
    before, follower, other = steady.turns, steady.platform.follower(), steady.platform.follower()
    push = follower.push("text", Content=QUESTION).with_query(openid=other.openid)
    answer = await steady.platform.send_once(push)
    assert 200 == answer.status
    await follower.says(QUESTION)
    await other.says(QUESTION)
    first, second, third = steady.senders(before)
    assert first == second != third


async def test_another_account(steady: Site) -> None:
    """A message to somebody else is none of ours."""
    before = steady.turns
    ignored(steady, await deliver(steady, message(steady, ToUserName="gh_somebodyelse")), before)


@pytest.mark.parametrize("size", [65_537, 5_000_000, 90_000_000])
async def test_large_bodies(steady: Site, size: int) -> None:
    """Refused when the limit is reached, not when the rest has come; others are served meanwhile."""
    push = steady.platform.pusher.of_xml(message(steady), "oFollower")
    began = time.monotonic()
    large, other = await asyncio.gather(
        request(steady.port, "POST", push.target, push.body + b" " * (size - len(push.body))),
        steady.platform.send_once(steady.platform.follower().push("text", Content=QUESTION), cut=5),
    )
    assert large.status in {413, 0}, "or the connection was closed while it was still being sent"
    assert size > 100_000 or large.status == 413
    assert time.monotonic() - began < 5
    assert 200 == other.status


async def raw(server: Site, head: str, body: bytes, **more: str) -> Response:
    """A push with a head of its own."""
    push = server.platform.pusher.of_xml(message(server), "oFollower")
    names = {"Host": "x", **HEADERS, **{name.replace("_", "-"): value for name, value in more.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in names.items())
    return await exchange(server.port, f"POST {push.target} HTTP/1.1\r\n{lines}{head}\r\n".encode() + body, cut=8)


async def test_chunks(steady: Site) -> None:
    """A chunked body is counted like any other."""
    endless = (b"%x\r\n" % 8000 + b" " * 8000 + b"\r\n") * 20
    assert (await raw(steady, "Transfer-Encoding: chunked\r\n", endless)).status == 413


async def test_chunked_message(steady: Site) -> None:
    """And read like any other."""
    push = steady.platform.pusher.of_xml(message(steady), "oFollower")
    half = len(push.body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (push.body[:half], push.body[half:]))
    head = f"POST {push.target} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert 200 == (await exchange(steady.port, head.encode() + chunks + b"0\r\n\r\n")).status


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "x"])
async def test_compressed(steady: Site, coding: str) -> None:
    """Nothing is unpacked."""
    body = gzip.compress(message(steady).encode())
    assert 415 == (await raw(steady, f"Content-Length: {len(body)}\r\n", body, Content_Encoding=coding)).status


async def test_slow_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not come within the time is not waited for; others are served meanwhile."""
    monkeypatch.setattr(reading, "BODY_SECONDS", 0.5)
    async with hosted(tmp_path, Account(mode="plain")) as server:
        slow, other = await asyncio.gather(
            raw(server, "Content-Length: 500\r\n", b"<xml>"), server.platform.follower().says(QUESTION)
        )
    assert slow.status in {408, 0}
    assert slow.seconds < 3
    assert opening("fake_certificate_what") in other


async def test_keys_of_no_menu(steady: Site) -> None:
    """Keys and payloads that WeChat never sent: a menu key is looked up, never executed."""
    before, follower = steady.turns, steady.platform.follower()
    for key in ("/restart", "session_start", "../../x", "A" * 5000, new_id(), "{}"):
        assert await follower.clicks(key) == ""
    assert before == steady.turns
