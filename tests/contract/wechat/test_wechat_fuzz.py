"""Random queries, bodies, envelopes and messages over HTTP: no failure of ours, no turn, no plaintext in a log."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.wechat.conftest import in_safe_mode
from tests.wechat_platform.account import Account
from tests.wechat_platform.crypto import encrypt, pad, seal
from tests.wechat_platform.pushes import PATH, xml
from tests.wechat_platform.site import Site
from tests.wechat_platform.wire import Response, request

#: Stands in every plaintext that is sent: a log that has it has plaintext.
MARK = "暗号七四一"
KEY, APP_ID = Account().key, Account().app_id
quick = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)

values = st.text(max_size=60) | st.sampled_from(["", "0" * 40, "aes", "raw", "1764000000", "签名"])
arguments = st.lists(
    st.tuples(
        st.sampled_from(["signature", "msg_signature", "timestamp", "nonce", "echostr", "encrypt_type", "openid", "x"]),
        values,
    ),
    max_size=9,
)
#: Text that may be more or less XML.
pieces = st.sampled_from(
    [
        "<xml>",
        "</xml>",
        "<Content>",
        "</Content>",
        "<![CDATA[",
        "]]>",
        "<MsgType>text</MsgType>",
        "&#0;",
        "&x;",
        "<a b='",
        "<!--",
        "<!DOCTYPE x [",
        "<?xml version='1.1'?>",
        "<Encrypt>",
        "</Encrypt>",
        "\x00",
        "\ud7ff",
        "\ufeff",
        MARK,
    ]
)
markup = st.lists(pieces | st.text(max_size=20), max_size=12).map("".join)
names = st.sampled_from(
    ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "MsgId", "Content"]
)


def check(server: Site, response: Response, turns_before: int) -> None:
    assert response.status, "the connection was closed"
    assert response.status < 500
    assert turns_before == server.turns
    assert MARK not in server.logged()


@quick
@given(method=st.sampled_from(["GET", "POST"]), query=arguments, body=st.binary(max_size=300) | markup.map(str.encode))
async def test_queries_and_bodies(steady: Site, method: str, query: list[tuple[str, str]], body: bytes) -> None:
    """Nothing unsigned gets further than a refusal."""
    before = steady.turns
    target = f"{PATH}?{urlencode(query, quote_via=quote, errors='replace')}"
    response = await request(steady.port, method, target, body if method == "POST" else None)
    assert 403 == response.status
    check(steady, response, before)


@in_safe_mode
@quick
@given(inside=st.binary(max_size=200), fill=st.integers(0, 64), wrapped=st.booleans())
async def test_envelopes(steady: Site, inside: bytes, fill: int, wrapped: bool) -> None:
    """Rightly signed, and anything within: blocks of anything, paddings of any size, messages of any bytes."""
    before = steady.turns
    plain = MARK.encode() + inside
    if wrapped:
        sealed = encrypt(plain, KEY, APP_ID)
    else:
        blocks = pad(plain)
        sealed = seal(blocks[:-1] + bytes([fill]), KEY)
    response = await steady.platform.send_once(steady.platform.pusher.of_encrypted(sealed, "o1"), cut=10)
    check(steady, response, before)


@quick
@given(text=markup)
async def test_messages(steady: Site, text: str) -> None:
    """Authentic, and hardly XML: taken without a turn."""
    before = steady.turns
    response = await steady.platform.send_once(steady.platform.pusher.of_xml(text, "o1"), cut=10)
    check(steady, response, before)
    assert response.status in {200, 403}


@quick
@given(changes=st.dictionaries(names, st.text(st.characters(codec="utf-8"), max_size=80), min_size=1, max_size=4))
async def test_fields(steady: Site, changes: dict[str, str]) -> None:
    """Well-formed, with any words in any field: the follower is never shown a fault."""
    fields = steady.platform.pusher.fields("oFollower", "text", Content=MARK) | changes
    delivery = await steady.platform.deliver(steady.platform.pusher.of_xml(xml(fields), "oFollower"))
    assert delivery.responses[-1].status in {200, 403}
    assert "" == delivery.verdict.fault or fields["FromUserName"] != "oFollower"
    assert MARK not in steady.logged()
