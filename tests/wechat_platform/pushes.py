"""What the platform pushes: messages and events as XML, signed and wrapped for the account's mode."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from tests.wechat_platform.account import Account
from tests.wechat_platform.crypto import encrypt, sign

PATH = "/webhooks/wechat/webhook"
#: Fields that stand bare, without CDATA.
_NUMBERS = {"CreateTime", "MsgId", "Location_X", "Location_Y", "Scale", "Latitude", "Longitude", "Precision"}
_ids = itertools.count(24_000_000_000_000_000 + secrets.randbelow(10**12))


@dataclass(frozen=True)
class Push:
    """One push, byte for byte the same on every send."""

    query: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        return f"{PATH}?{urlencode(self.query)}"

    def with_query(self, **changes: str | None) -> Push:
        """The same body under a changed query; None takes a value away."""
        query = {**self.query, **changes}
        return replace(self, query={name: value for name, value in query.items() if value is not None})


def xml(fields: Mapping[str, str]) -> str:
    """As WeChat writes it: text in CDATA, numbers bare."""
    lines = [f"<{k}>{v}</{k}>" if k in _NUMBERS else f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()]
    return "<xml>" + "\n".join(lines) + "</xml>"


def new_id() -> str:
    """A MsgId that was not there before: 64 bits, longer than a float is exact."""
    return str(next(_ids))


class Pusher:
    """Makes pushes for one account. ``clock`` is the platform's, in seconds since 1970."""

    def __init__(self, account: Account, clock: Callable[[], float] = time.time) -> None:
        self.account, self.clock = account, clock

    def fields(self, openid: str, kind: str, **more: str) -> dict[str, str]:
        """A message's fields in WeChat's order; events have no MsgId."""
        head = {
            "ToUserName": self.account.original_id,
            "FromUserName": openid,
            "CreateTime": str(int(self.clock())),
            "MsgType": kind,
        }
        tail = {} if kind == "event" else {"MsgId": new_id()}
        return {**head, **tail, **more}

    def push(self, fields: Mapping[str, str]) -> Push:
        """A well-formed push of a message."""
        return self.of_xml(xml(fields), fields.get("FromUserName", ""))

    def of_xml(self, message: str | bytes, openid: str = "", outer: str | None = None) -> Push:
        """A push of any text or bytes as the message, rightly signed. ``outer``: other plain fields (compatible mode)."""
        if not self.account.encrypts:
            return Push(self.query(openid), message.encode("utf-8") if isinstance(message, str) else message)
        return self.of_encrypted(encrypt(message, self.account.key, self.account.app_id), openid, outer)

    def of_encrypted(self, sealed: str, openid: str = "", outer: str | None = None) -> Push:
        """A push of a finished ``Encrypt``, rightly signed."""
        plain = outer
        if plain is None:
            plain = f"<ToUserName><![CDATA[{self.account.original_id}]]></ToUserName>"
        body = f"<xml>{plain}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        return Push(self.query(openid, sealed), body.encode("utf-8"))

    def query(self, openid: str = "", sealed: str = "", at: str = "") -> dict[str, str]:
        """The URL's arguments; in the encrypting modes with the signature over ``sealed``."""
        token, at, nonce = self.account.token, at or str(int(self.clock())), str(10**8 + secrets.randbelow(10**9))
        query = {"signature": sign(token, at, nonce), "timestamp": at, "nonce": nonce, "openid": openid}
        if self.account.encrypts:
            query |= {"encrypt_type": "aes", "msg_signature": sign(token, at, nonce, sealed)}
        return query
