"""What is not from WeChat, or not for us: refused before anything is done with it, in a few words and few log lines."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.contract.wechat.conftest import in_plain_mode, in_safe_mode
from tests.wechat_platform.account import Account
from tests.wechat_platform.crypto import encrypt, pad, seal, sign
from tests.wechat_platform.hosting import hosted, opening
from tests.wechat_platform.pushes import PATH, Push, Pusher, xml
from tests.wechat_platform.site import Site
from tests.wechat_platform.wire import Response, request

QUESTION = "什么是山寨证书"
SECRET_WORDS = "机密内容不得入日志"
APP_ID = Account().app_id


def signature_name(server: Site) -> str:
    """The argument that protects a POST in the account's mode."""
    return "msg_signature" if server.platform.account.encrypts else "signature"


async def refused(server: Site, response: Response, turns_before: int) -> None:
    """403, the same few bytes whatever was sent, no turn."""
    plainest = await request(server.port, "POST", PATH, b"x")
    assert (403, plainest.body) == (response.status, response.body)
    assert turns_before == server.turns


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "wrong",
    [
        "signature=" + "0" * 40,
        "signature=",
        "",
        "signature={good}&signature={good}",
        "signature={good}&signature=",
        "signature=&signature={good}",
        "signature=%E7%AD%BE%E5%90%8D",
        "signature={upper}",
        "signature={good}%0A",
        "signature={good}0",
        "signature[]={good}",
    ],
)
async def test_signatures(steady: Site, method: str, wrong: str) -> None:
    """Wrong, empty, missing, doubled, no hexadecimal, upper case: always the same refusal."""
    before = steady.turns
    push = steady.platform.follower().push("text", Content=QUESTION)
    name = "signature" if method == "GET" else signature_name(steady)
    good = push.query[name]
    wrong = wrong.format(good=good, upper=good.upper()).replace("signature", name)
    rest = push.with_query(**{name: None, "echostr": "echoMeNot"}).target
    answer = await request(steady.port, method, f"{rest}&{wrong}", None if method == "GET" else push.body)
    assert b"echoMeNot" not in answer.body
    await refused(steady, answer, before)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("missing", ["timestamp", "nonce", "*"])
async def test_missing_arguments(steady: Site, method: str, missing: str) -> None:
    """Without a time, without a nonce, without anything."""
    before = steady.turns
    push = steady.platform.follower().push("text", Content=QUESTION).with_query(echostr="echoMeNot")
    target = PATH if missing == "*" else push.with_query(**{missing: None}).target
    answer = await request(steady.port, method, target, None if method == "GET" else push.body)
    await refused(steady, answer, before)


@pytest.mark.parametrize("nonce", ["", "a" * 65, "1 2", "1/2", "证"])
async def test_nonces(steady: Site, nonce: str) -> None:
    """Even rightly signed, a nonce is letters, digits, hyphens, 64 at most."""
    before, platform = steady.turns, steady.platform
    push = platform.follower().push("text", Content=QUESTION)
    at = push.query["timestamp"]
    parts = (platform.account.token, at, nonce)
    signed = push.with_query(nonce=nonce, signature=sign(*parts))
    if platform.account.encrypts:
        sealed = push.body.decode().split("<Encrypt><![CDATA[")[1].split("]]")[0]
        signed = signed.with_query(msg_signature=sign(*parts, sealed))
    await refused(steady, await platform.send_once(signed), before)


@pytest.mark.parametrize("at", ["-3600", "+3600", "abc", "1e400", "99999999999", "", "１７６４００００００"])
async def test_times(steady: Site, at: str) -> None:
    """An hour early or late, or no time at all, however well signed."""
    before, platform = steady.turns, steady.platform
    if at[:1] in "+-" and at:
        at = str(int(time.time()) + int(at))
    account, pusher = platform.account, platform.pusher
    sealed = encrypt("<xml/>", account.key, account.app_id)
    push = Push({**pusher.query("o1", sealed, at), "timestamp": at}, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode())
    await refused(steady, await platform.send_once(push), before)


async def test_long_signature(steady: Site) -> None:
    """Ten kilobytes: by us or by the server below us."""
    push = steady.platform.follower().push("text", Content=QUESTION)
    answer = await steady.platform.send_once(push.with_query(**{signature_name(steady): "a" * 10_000}))
    assert answer.status in {403, 413, 414}


@in_safe_mode
async def test_no_downgrade(steady: Site) -> None:
    """In safe mode a plain message with a right three-part signature is refused."""
    before = steady.turns
    plain = Account(mode="plain")
    for changes in ({}, {"encrypt_type": "raw"}, {"encrypt_type": "aes"}, {"encrypt_type": ""}):
        pusher = type(steady.platform.pusher)(plain)
        push = pusher.push(pusher.fields("oFollower", "text", Content=QUESTION)).with_query(**changes)
        await refused(steady, await steady.platform.send_once(push), before)


@in_safe_mode
async def test_envelope_signatures(steady: Site) -> None:
    """The three-part signature in the place of the other, another message's, a flipped bit, two envelopes."""
    before, follower = steady.turns, steady.platform.follower()
    push, other = (follower.push("text", Content=text) for text in (QUESTION, "证书在哪查"))
    flipped = push.body.replace(b"<Encrypt><![CDATA[A", b"<Encrypt><![CDATA[B")
    if flipped == push.body:
        flipped = bytearray(push.body)
        flipped[flipped.index(b"<Encrypt>") + 18] ^= 1
    doubled = push.body.replace(b"</xml>", push.body[push.body.index(b"<Encrypt>") :])
    for wrong in (
        push.with_query(msg_signature=push.query["signature"]),
        push.with_query(msg_signature=other.query["msg_signature"]),
        Push(push.query, bytes(flipped)),
        Push(push.query, doubled),
        Push(push.query, b"<xml></xml>"),
        Push(push.query, b"not xml"),
        Push(push.query, b'<!DOCTYPE a [<!ENTITY b "c">]>' + push.body),
    ):
        await refused(steady, await steady.platform.send_once(wrong), before)


def crooked() -> dict[str, str]:
    """Rightly signed envelopes that must not be opened: each holds a whole message, which would make a turn."""
    account = Account()
    key, fill = account.key, b"0123456789abcdef"
    message = xml(Pusher(account).fields("oFollower", "text", Content=SECRET_WORDS)).encode()
    # so long that one byte is missing to whole blocks, or 33 of them
    message += b" " * (-(len(fill) + 4 + len(message) + len(APP_ID) + 1) % 32)
    size = len(message).to_bytes(4, "big")
    whole = fill + size + message + APP_ID.encode()
    longer = fill + (len(message) - 1).to_bytes(4, "big") + message[:-1] + APP_ID.encode()
    return {
        "not base64": "!!!!",
        "base64 with a line break": encrypt(message, key, APP_ID) + "\n",
        "15 bytes": "AAAAAAAAAAAAAAAAAAAA",
        "not whole blocks": encrypt(message, key, APP_ID)[:-8],
        "padding 0": seal(whole + b"\x00", key),
        "padding 33": seal(whole + b"!" * 33, key),
        "padding inconsistent": seal(longer + b"\x01\x02", key),
        "length too big": seal(pad(fill + b"\x00\x00\xff\xff" + message + APP_ID.encode()), key),
        "length beyond 2^31": seal(pad(fill + b"\xff\xff\xff\xff" + message + APP_ID.encode()), key),
        "length 0": seal(pad(fill + b"\x00\x00\x00\x00" + message + APP_ID.encode()), key),
        "AppID wrong": encrypt(message, key, "wxSomebodyElse"),
        "AppID missing": encrypt(message, key, ""),
        "AppID longer": encrypt(message, key, APP_ID + "x"),
        "empty": "",
        "nothing inside": encrypt(b"", key, APP_ID),
        "one block": seal(b"\x20" * 32, key),
    }


def is_kept_out(answer: Response) -> bool:
    """Refused or ignored, never a failure of ours."""
    return 400 <= answer.status < 500 or (answer.status, answer.body) == (200, b"success")


@in_safe_mode
@pytest.mark.parametrize("name", list(crooked()))
async def test_crooked_envelopes(steady: Site, name: str) -> None:
    """Kept out without a turn, and no word of the plaintext in a log."""
    before = steady.turns
    push = steady.platform.pusher.of_encrypted(crooked()[name], "oFollower")
    assert is_kept_out(await steady.platform.send_once(push))
    assert before == steady.turns
    assert SECRET_WORDS not in steady.logged()


@pytest.mark.parametrize("name", list(crooked()))
async def test_a_line_for_a_crooked_envelope(tmp_path: Path, name: str) -> None:
    """Exactly one, as long as there are not too many of them."""
    async with hosted(tmp_path, Account(mode="safe")) as server:
        await server.platform.send_once(server.platform.pusher.of_encrypted(crooked()[name], "oFollower"))
    assert 1 == len([line for line in server.lines if line.startswith("bot.channels.wechat")])


@in_safe_mode
async def test_the_straight_envelope(steady: Site) -> None:
    """The same message, rightly sealed, is answered: what the crooked ones lack is what refuses them."""
    before, account = steady.turns, steady.platform.account
    message = xml(Pusher(account).fields("oFollower", "text", Content=SECRET_WORDS)) + "   "
    push = steady.platform.pusher.of_encrypted(encrypt(message, account.key, APP_ID), "oFollower")
    assert (await steady.platform.deliver(push)).verdict.reply
    assert [SECRET_WORDS] == steady.texts(before)


async def test_replay(steady: Site) -> None:
    """The same push later: the same answer, no second turn."""
    before = steady.turns
    push = steady.platform.follower().push("text", Content=QUESTION)
    first = await steady.platform.deliver(push)
    await asyncio.sleep(0.5)
    again = await steady.platform.deliver(push)
    assert opening("fake_certificate_what") in first.text
    assert first.text == again.text
    assert [QUESTION] == steady.texts(before)


@in_plain_mode
async def test_another_body_under_a_used_query(steady: Site) -> None:
    """In plain mode a captured address is worth nothing for another message."""
    before, follower = steady.turns, steady.platform.follower()
    push = follower.push("text", Content=QUESTION)
    await steady.platform.deliver(push)
    forged = Push(push.query, follower.push("text", Content="伪造的话").body)
    await refused(steady, await steady.platform.send_once(forged), before + 1)
    assert opening("fake_certificate_what") in (await steady.platform.deliver(push)).text


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("PUT", PATH, {405}),
        ("DELETE", PATH, {405}),
        ("PATCH", PATH, {405}),
        ("HEAD", PATH, {403, 405}),
        ("GET", f"{PATH}/", {404}),
        ("POST", f"{PATH}/", {404}),
        ("POST", "/webhooks/wechat/", {404, 405}),
        ("GET", "/webhooks/wechat", {404}),
        ("GET", f"{PATH}/../webhook", {403, 404}),
    ],
)
async def test_methods_and_spellings(steady: Site, method: str, path: str, expected: set[int]) -> None:
    """One path, two methods."""
    answer = await request(steady.port, method, path, b"" if method not in {"GET", "HEAD"} else None)
    assert answer.status in expected


async def test_pages_of_other_sites(steady: Site) -> None:
    """Rasa answers a browser that asks for leave; it gives none."""
    answer = await request(steady.port, "OPTIONS", PATH, headers={"Origin": "https://else.example"})
    assert answer.status in {200, 405}
    assert (b"", "") == (
        answer.body if answer.status == 200 else b"",
        answer.headers.get("access-control-allow-origin", ""),
    )


async def test_health_says_nothing_else(steady: Site) -> None:
    """That it is there, and not how it is set up."""
    answer = await request(steady.port, "GET", "/webhooks/wechat/")
    assert (200, b'{"status":"ok"}') == (answer.status, answer.body.replace(b" ", b""))


async def test_a_flood_of_bad_signatures(steady: Site) -> None:
    """A thousand scanners' requests: a handful of log lines, and followers are answered all the while."""
    told = steady.logged().count("wechat_refused")
    push = steady.platform.follower().push("text", Content=QUESTION)
    bad = push.with_query(**{signature_name(steady): "0" * 40})
    gate = asyncio.Semaphore(8)

    async def knock() -> int:
        async with gate:
            return (await steady.platform.send_once(bad, cut=10)).status

    flood = asyncio.gather(*(knock() for _ in range(1000)))
    await asyncio.sleep(0.3)
    genuine = await steady.platform.send_once(steady.platform.follower().push("text", Content=QUESTION), cut=10)
    assert {403} == set(await flood)
    assert 200 == genuine.status
    assert genuine.seconds < 2
    assert 1 <= steady.logged().count("wechat_refused")
    assert steady.logged().count("wechat_refused") - told <= 20
