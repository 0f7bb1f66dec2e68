"""The XML reader takes a flat list of fields and refuses everything else; the writer cannot be broken out of."""

from __future__ import annotations

import time
from contextlib import suppress
from xml.etree import ElementTree

import pytest
import wechatpy
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat import xml
from bot.channels.wechat.messages import incoming
from bot.channels.wechat.refusal import Refusal

TEXT = (
    "<xml><ToUserName><![CDATA[gh_zhengbian]]></ToUserName><FromUserName><![CDATA[oOne]]></FromUserName>"
    "<CreateTime>1764000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{}]]></Content><MsgId>6054768590064713728</MsgId></xml>"
)
BILLION = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "&a;"}' * 1 + '">' for n in range(1, 9)
)


def test_fields() -> None:
    """Names and values; a 64-bit number stays text."""
    found = xml.fields(TEXT.format("什么是<山寨>证书&").encode())
    assert ("什么是<山寨>证书&", "6054768590064713728") == (found["Content"], found["MsgId"])


def test_agrees_with_wechatpy() -> None:
    """The same message read by another implementation."""
    theirs = wechatpy.parse_message(TEXT.format("查证书"))
    ours = incoming(TEXT.format("查证书"), "gh_zhengbian")
    assert (theirs.source, theirs.target, str(theirs.id), theirs.content) == (
        ours.openid,
        ours.account,
        ours.message_id,
        ours.text,
    )


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"\xef\xbb\xbf" + TEXT.format("a").encode(), "a"),
        (TEXT.format("a\x1db\x00c\ufffe").encode(), "abc"),
        (TEXT.format("&#x1d;").encode(), "&#x1d;"),
        (TEXT.replace("<![CDATA[{}]]>", "a&#x1d;&#0;&#xD800;&#99999999999;&#65;").encode(), "aA"),
        (('<?xml version="1.0" encoding="GBK"?>' + TEXT.format("证")).encode(), "证"),
        (TEXT.format("👨‍👩‍👧‍👦𠀀‮").encode(), "👨‍👩‍👧‍👦𠀀‮"),
    ],
    ids=["bom", "forbidden", "no reference in cdata", "references", "declared otherwise", "unicode"],
)
def test_what_is_mended(body: bytes, content: str) -> None:
    """Characters that XML forbids are dropped; a declared encoding has no effect."""
    assert content == xml.fields(body)["Content"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"ToUserName": "x"}',
        b"<foo/>",
        b"<xml>",
        TEXT.format("查证书").encode("gbk"),
        TEXT.format("a").encode("utf-16"),
        b"<!DOCTYPE xml><xml/>",
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml/>',
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]><xml/>',
        (BILLION + "]><xml><Content>&a8;</Content></xml>").encode(),
        ('<!DOCTYPE x [<!ENTITY a "' + "a" * 30_000 + '">]><xml><C>' + "&a;" * 5_000 + "</C></xml>").encode(),
        b"<xml><Content>a</Content><Content>b</Content></xml>",
        b"<xml><Content><b>a</b></Content></xml>",
        b"<xml><MsgId>1e4</MsgId></xml>",
        "<xml><CreateTime>１２</CreateTime></xml>".encode(),
        b"<xml><CreateTime></CreateTime></xml>",
        b"<a>" * 20_000,
        b"<a>" * 9_000 + b"</a>" * 9_000,
        b"<xml " + b" ".join(b'a%d="1"' % n for n in range(5_000)) + b"><b><c/></b></xml>",
    ],
)
def test_what_is_refused(body: bytes) -> None:
    """With our own refusal, within a second."""
    started = time.monotonic()
    with pytest.raises(Refusal):
        xml.fields(body)
    assert time.monotonic() - started < 1


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass"))))
@settings(max_examples=300, deadline=None)
def test_fuzz_of_bytes(body: bytes) -> None:
    """Fields or a refusal, never another exception."""
    with suppress(Refusal):
        assert isinstance(xml.fields(body), dict)


_PIECES = st.sampled_from(
    [
        "<xml>",
        "</xml>",
        "<Content>",
        "</Content>",
        "<![CDATA[",
        "]]>",
        "&#0;",
        "&amp;",
        "&#x110000;",
        "<!--",
        "-->",
        "<?x",
        "?>",
        "<!DOCTYPE",
        "]>",
        "a",
        "证",
        "\x1d",
        "\ufeff",
        "<MsgId>",
        "</MsgId>",
        "1",
        "xmlns:a='b'",
    ]
)


@given(st.lists(_PIECES, max_size=14).map("".join))
@settings(max_examples=400, deadline=None)
def test_fuzz_of_fragments(body: str) -> None:
    """The same for what looks like XML."""
    with suppress(Refusal):
        assert isinstance(xml.fields(body), dict)


@given(st.dictionaries(st.sampled_from(["ToUserName", "FromUserName", "MsgType", "CreateTime", "MsgId", "Event",
       "EventKey", "Content", "Recognition"]), st.text(max_size=80)))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_fuzz_of_messages(found: dict[str, str]) -> None:
    """A message or a refusal, whatever the fields hold."""
    body = "<xml>" + "".join(f"<{name}>{xml.cdata(value)}</{name}>" for name, value in found.items()) + "</xml>"
    with suppress(Refusal):
        assert 32 == len(incoming(body.encode("utf-8", "surrogatepass"), "").key)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_reply_keeps_its_structure(text: str) -> None:
    """Whatever is said, it is one Content of one text message, and nothing of it is lost."""
    made = xml.text_reply("oOne", "gh_x", 1764000000, text + "]]></Content><MsgType>news")
    root = ElementTree.fromstring(made)
    assert ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"] == [child.tag for child in root]
    assert ("text", "1764000000") == (root.findtext("MsgType"), root.findtext("CreateTime"))
    said = xml._FORBIDDEN.sub("", text + "]]></Content><MsgType>news")
    assert said.replace("\r\n", "\n").replace("\r", "\n") == root.findtext("Content")


EVENT = (
    "<xml><ToUserName>gh_zhengbian</ToUserName><FromUserName>oOne</FromUserName><CreateTime>1764000000</CreateTime>"
    "<MsgType>event</MsgType><Event>{}</Event><EventKey>{}</EventKey></xml>"
)


def test_keys() -> None:
    """A message is the same by its number, an event by person, second, event and key."""
    first, again = incoming(TEXT.format("一"), ""), incoming(TEXT.format("一"), "")
    other = incoming(TEXT.format("一").replace("6054768590064713728", "6054768590064713729"), "")
    assert first.key == again.key != other.key
    click, view = (incoming(EVENT.format(event, "k"), "") for event in ("CLICK", "VIEW"))
    assert click.key == incoming(EVENT.format("CLICK", "k"), "").key
    assert click.key not in {view.key, incoming(EVENT.format("CLICK", "m"), "").key}


@pytest.mark.parametrize(
    ("event", "key", "scene"),
    [("subscribe", "qrscene_hall", "hall"), ("subscribe", "", ""), ("SCAN", "hall", "hall"), ("CLICK", "hall", "")],
)
def test_scenes(event: str, key: str, scene: str) -> None:
    """A scene is the same whether its QR code made somebody follow or was only scanned."""
    assert scene == incoming(EVENT.format(event, key), "").scene


def test_no_openid_in_print() -> None:
    """A message that ends up in a log by mistake names nobody."""
    shown = repr(incoming(TEXT.format("身份"), ""))
    assert "oOne" not in shown
    assert "身份" not in shown


@pytest.mark.parametrize("field", ["ToUserName", "FromUserName", "MsgType"])
@pytest.mark.parametrize("value", ["", "../../x", "o" * 10_000, "o\nn"])
def test_unanswerable(field: str, value: str) -> None:
    """Without a sender, an account and a kind there is no answer."""
    body = "".join(
        f"<{name}>{xml.cdata(value if name == field else given)}</{name}>"
        for name, given in (("ToUserName", "gh_x"), ("FromUserName", "oOne"), ("MsgType", "text"), ("MsgId", "1"))
    )
    if field == "MsgType" and value:
        assert value == incoming(f"<xml>{body}</xml>", "").kind
    else:
        with pytest.raises(Refusal):
            incoming(f"<xml>{body}</xml>", "")


def test_another_account() -> None:
    """What is addressed to another account is not ours."""
    with pytest.raises(Refusal):
        incoming(TEXT.format("你好"), "gh_other")
