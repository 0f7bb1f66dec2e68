"""The simulated platform itself: it agrees with Tencent's published examples and with wechatpy."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from wechatpy.crypto import WeChatCrypto

from tests.adapters.wechat.conftest import VECTORS
from tests.wechat_platform.account import Account
from tests.wechat_platform.crypto import EnvelopeError, decrypt, encrypt, seal, sign
from tests.wechat_platform.pushes import Pusher, xml
from tests.wechat_platform.verdict import judge
from tests.wechat_platform.wire import Response

SEALED = [*VECTORS["received"], *VECTORS["sent"]]


@pytest.mark.parametrize(
    "vector", [*VECTORS["url_check"], *VECTORS["plain"], *VECTORS["received"]], ids=lambda v: v["id"]
)
def test_published_signatures(vector: dict[str, str]) -> None:
    """Three parts."""
    assert vector["signature"] == sign(vector["token"], vector["timestamp"], vector["nonce"])


@pytest.mark.parametrize("vector", SEALED, ids=lambda v: v["id"])
def test_published_envelopes(vector: dict[str, str]) -> None:
    """Sealing gives Tencent's very bytes, opening gives the message, four parts give the signature."""
    key, app_id = vector["encoding_aes_key"], vector["appid"]
    assert vector["encrypt"] == encrypt(vector["msg"], key, app_id, vector["random"].encode())
    assert (vector["random"].encode(), vector["msg"]) == decrypt(vector["encrypt"], key, app_id)
    signed = sign(vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert vector["msg_signature"] == signed


def test_wechatpy_reads_the_pushes() -> None:
    """A second opinion on what the simulator sends."""
    account = Account()
    pusher = Pusher(account)
    message = xml(pusher.fields("oFollower", "text", Content="证书在哪查 <&> 😀"))
    push = pusher.of_xml(message, "oFollower")
    reader = WeChatCrypto(account.token, account.key, account.app_id)
    read = reader.decrypt_message(push.body, push.query["msg_signature"], push.query["timestamp"], push.query["nonce"])
    assert message == read


def test_wechatpy_replies_are_judged_good() -> None:
    """A reply that wechatpy wraps is one that the simulated follower reads."""
    account = Account()
    pusher = Pusher(account)
    query = pusher.query("oFollower", "x")
    reply = _reply(account, "oFollower", "您好")
    body = WeChatCrypto(account.token, account.key, account.app_id).encrypt_message(
        reply, query["nonce"], query["timestamp"]
    )
    found = judge(Response(200, {}, body.encode()), account, "oFollower", query["nonce"])
    assert found.reply, found.fault
    assert "您好" == found.reply.text


def _reply(account: Account, openid: str, text: str, **changes: str) -> str:
    fields = {"ToUserName": openid, "FromUserName": account.original_id, "CreateTime": "1764000000", "MsgType": "text"}
    return xml({**fields, "Content": text, **changes})


GOOD: dict[str, Any] = {"status": 200, "body": _reply(Account(mode="plain"), "oFollower", "您好").encode()}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 201, "body": b"success"},
        {"status": 500},
        {"body": b"SUCCESS"},
        {"body": b'{"ok": true}'},
        {"body": GOOD["body"][:-1]},
        {"body": GOOD["body"].replace(b"oFollower", b"oSomebody")},
        {"body": GOOD["body"].replace("您好".encode(), "您好".encode("gbk"))},
        {"body": GOOD["body"].replace(b"text", b"news")},
        {"body": GOOD["body"].replace("您好".encode(), "证".encode() * 683)},
        {"body": GOOD["body"].replace(b"<MsgType>", b"<MsgType>text</MsgType><MsgType>")},
    ],
)
def test_what_is_a_fault(changes: dict[str, Any]) -> None:
    """Anything but status 200 with nothing, ``success`` or one well-formed reply to the sender."""
    account = Account(mode="plain")
    good, bad = Response(**GOOD), dataclasses.replace(Response(**GOOD), **changes)
    assert "您好" == judge(good, account, "oFollower", "1").reply.text
    assert judge(bad, account, "oFollower", "1").fault


@pytest.mark.parametrize(
    "sealed",
    ["!", "AAAA", seal(b"0" * 32, Account().key), encrypt("x", Account().key, "wxOther")],
    ids=["no base64", "short", "padding", "AppID"],
)
def test_crooked_envelopes_are_noticed(sealed: str) -> None:
    """The platform reads nothing that it should not."""
    with pytest.raises(EnvelopeError):
        decrypt(sealed, Account().key, Account().app_id)
