"""From a raw request to the message it proves to carry, and from a reply back to what is sent.

The mode is the account's, never the request's: there is no way to ask for less protection.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.channels.wechat import xml
from bot.channels.wechat.crypto import decrypt, encrypt, is_same, sign
from bot.channels.wechat.refusal import KEY, XML, Refusal
from bot.channels.wechat.settings import Account, Mode

#: Seconds by which a request's time may differ from ours.
WINDOW_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{10}")
_NONCE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_SIGNATURE = re.compile(r"[0-9a-f]{40}")

Arguments = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Opened:
    """An authentic request: its message as XML, and what answering it takes.

    ``key`` is None where the message came in the clear; ``ticket`` names the request for the memory of replays,
    ``digest`` is its body's.
    """

    message: str | bytes
    nonce: str
    key: bytes | None
    ticket: str
    digest: str


class SkewedClock(Refusal):
    """An authentic request whose time is far from ours: one of the two clocks is wrong."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("timestamp")


def check_url(account: Account, arguments: Arguments, now: float) -> str:
    """The ``echostr`` to give back when the platform checks the address. Raises Refusal."""
    timestamp, nonce, signature = _signed(arguments, "signature")
    echo = _one(arguments, "echostr")
    _check(signature, now, timestamp, account.token, timestamp, nonce)
    return echo


def open_request(account: Account, arguments: Arguments, body: bytes, now: float) -> Opened:
    """The message of a POST. Raises Refusal, whatever is wrong with it."""
    if _is_encrypted(arguments):
        if not account.keys:
            raise Refusal("no_key", KEY)
        timestamp, nonce, signature = _signed(arguments, "msg_signature")
        ciphertext = xml.fields(body).get("Encrypt", "")
        if not ciphertext.isascii():
            raise Refusal("xml_structure", XML)
        _check(signature, now, timestamp, account.token, timestamp, nonce, ciphertext)
        message, key = decrypt(ciphertext, account.app_id, account.keys)
        return Opened(message, nonce, key, _ticket(timestamp, nonce, signature), _digest(body))
    if account.mode is not Mode.PLAIN:
        raise Refusal("not_encrypted")
    timestamp, nonce, signature = _signed(arguments, "signature")
    _check(signature, now, timestamp, account.token, timestamp, nonce)
    return Opened(body, nonce, None, _ticket(timestamp, nonce, signature), _digest(body))


def seal(reply: str, account: Account, opened: Opened, now: float) -> str:
    """``reply`` (XML) as it is sent: in an envelope under the key that opened the request, if there was one."""
    if opened.key is None:
        return reply
    ciphertext = encrypt(reply, account.app_id, opened.key)
    signature = sign(account.token, str(int(now)), opened.nonce, ciphertext)
    return xml.envelope(ciphertext, signature, int(now), opened.nonce)


def _is_encrypted(arguments: Arguments) -> bool:
    kinds = list(arguments.get("encrypt_type", ()))
    if kinds not in ([], ["raw"], ["aes"]):
        raise Refusal("encrypt_type")
    return kinds == ["aes"]


def _signed(arguments: Arguments, name: str) -> tuple[str, str, str]:
    timestamp, nonce, signature = (_one(arguments, key) for key in ("timestamp", "nonce", name))
    if not (_TIMESTAMP.fullmatch(timestamp) and _NONCE.fullmatch(nonce) and _SIGNATURE.fullmatch(signature)):
        raise Refusal("query")
    return timestamp, nonce, signature


def _one(arguments: Arguments, name: str) -> str:
    values = list(arguments.get(name, ()))
    if len(values) != 1 or not values[0]:
        raise Refusal("query")
    return values[0]


def _check(signature: str, now: float, timestamp: str, *parts: str) -> None:
    skew = round(now - int(timestamp))
    genuine = is_same(sign(*parts), signature)
    if abs(skew) > WINDOW_SECONDS:
        raise SkewedClock(skew) if genuine else Refusal("timestamp")
    if not genuine:
        raise Refusal("signature")


def _ticket(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()[:32]


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]
