"""What the platform makes of a response: what the follower reads, nothing, or „the service is out of order"."""

from __future__ import annotations

import re
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from tests.wechat_platform.account import Account
from tests.wechat_platform.crypto import EnvelopeError, decrypt, sign
from tests.wechat_platform.wire import Response

FAULT = "该公众号提供的服务出现故障，请稍后再试"
#: Bytes of UTF-8 after which the platform is known to refuse a text.
MOST_BYTES = 2048
_ENVELOPE = ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
_TEXT = ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"]


@dataclass(frozen=True)
class Reply:
    """A passive text reply as the platform read it."""

    text: str
    created: int
    #: of the envelope, empty in plain mode
    random: bytes = b""


@dataclass(frozen=True)
class Verdict:
    """Exactly one of: a fault with its reason, a reply, or neither (nothing is shown)."""

    fault: str = ""
    reply: Reply | None = None


class _WrongError(Exception):
    pass


def judge(response: Response, account: Account, openid: str, nonce: str, key: str = "") -> Verdict:
    """Read a complete response to a push of ``openid`` under ``nonce``; ``key`` if not the account's own."""
    if response.status != 200:
        return Verdict(fault=f"status {response.status}")
    if response.body in (b"", b"success"):
        return Verdict()
    try:
        prefix, text = b"", response.body.decode("utf-8")
        if account.encrypts:
            prefix, text = _open(text, account, nonce, key or account.key)
        return Verdict(reply=_reply(text, account, openid, prefix))
    except (_WrongError, EnvelopeError, ET.ParseError, UnicodeError) as error:
        return Verdict(fault=f"{type(error).__name__}: {error}")


def _open(text: str, account: Account, nonce: str, key: str) -> tuple[bytes, str]:
    fields = _fields(text, _ENVELOPE)
    if fields["Nonce"] != nonce:
        raise _WrongError("the nonce is not the one of the URL")
    if not re.fullmatch(r"\d{10}", fields["TimeStamp"]) or abs(int(fields["TimeStamp"]) - time.time()) > 300:
        raise _WrongError("TimeStamp")
    expected = sign(account.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
    if fields["MsgSignature"] != expected:
        raise _WrongError("MsgSignature")
    return decrypt(fields["Encrypt"], key, account.app_id)


def _reply(text: str, account: Account, openid: str, prefix: bytes) -> Reply:
    fields = _fields(text, _TEXT)
    if (fields["ToUserName"], fields["FromUserName"]) != (openid, account.original_id):
        raise _WrongError("To and From")
    if fields["MsgType"] != "text":
        raise _WrongError(f"MsgType {fields['MsgType']}")
    if not 0 < len(fields["Content"].encode("utf-8")) <= MOST_BYTES:
        raise _WrongError(f"a text of {len(fields['Content'].encode())} bytes")
    return Reply(fields["Content"], int(fields["CreateTime"]), prefix)


def _fields(text: str, names: list[str]) -> dict[str, str]:
    root = ET.fromstring(text)
    if root.tag != "xml" or sorted(child.tag for child in root) != sorted(names):
        raise _WrongError(f"{root.tag}: {[child.tag for child in root]}")
    if any(len(child) for child in root):
        raise _WrongError("an element within a field")
    return {child.tag: child.text or "" for child in root}
