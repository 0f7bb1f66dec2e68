"""What arrives: one value for all messages and events, and what makes two of them the same."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.channels.wechat import xml
from bot.channels.wechat.refusal import XML, Refusal

#: Kinds of message that can be read; of any other kind (image, file, link, those to come) it is said that it cannot.
TEXT, VOICE, EVENT = "text", "voice", "event"
#: Events that get an answer, and the one that ends everything; some gateways write them in other letters.
SUBSCRIBE, SCAN, CLICK, UNSUBSCRIBE = "subscribe", "SCAN", "CLICK", "unsubscribe"
_EVENTS = {event.lower(): event for event in (SUBSCRIBE, SCAN, CLICK, UNSUBSCRIBE)}
_SCENE = "qrscene_"
_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Incoming:
    """One message or event, unchecked but for its form; ``openid`` names a person and is never kept or logged."""

    account: str
    openid: str = field(repr=False)
    created: str
    kind: str
    text: str = field(default="", repr=False)
    message_id: str = ""
    event: str = ""
    event_key: str = ""

    @property
    def key(self) -> str:
        """The same for the same message only, however often it is sent; holds no openid."""
        named = (self.openid, self.message_id)
        if not self.message_id:
            named = (self.openid, self.created, self.kind, self.event, self.event_key, self.text)
        return hashlib.sha256("\n".join(named).encode("utf-8", "replace")).hexdigest()[:32]

    @property
    def scene(self) -> str:
        """The scene of a QR code, without its prefix; '' for none."""
        if self.event == SUBSCRIBE:
            return self.event_key.removeprefix(_SCENE) if self.event_key.startswith(_SCENE) else ""
        return self.event_key if self.event == SCAN else ""


def incoming(message: str | bytes, account: str) -> Incoming:
    """Read a message. Raises Refusal for what cannot be answered: broken, or another account's (``account``)."""
    found = xml.fields(message)
    if not _OPENID.fullmatch(found.get("FromUserName", "")) or not found.get("MsgType"):
        raise Refusal("message", XML)
    if not _OPENID.fullmatch(found.get("ToUserName", "")) or (account and found["ToUserName"] != account):
        raise Refusal("account", XML)
    if not found.get("MsgId") and not found.get("CreateTime"):
        raise Refusal("message", XML)
    kind = found["MsgType"].strip().lower()
    return Incoming(
        account=found["ToUserName"],
        openid=found["FromUserName"],
        created=found.get("CreateTime", ""),
        kind=kind,
        text=_text(kind, found),
        message_id=found.get("MsgId", "") if kind != EVENT else "",
        event=_event(found.get("Event", "")) if kind == EVENT else "",
        event_key=found.get("EventKey", "")[:256] if kind == EVENT else "",
    )


def _event(name: str) -> str:
    return _EVENTS.get(name.strip().lower(), name)


def _text(kind: str, found: Mapping[str, str]) -> str:
    return {TEXT: found.get("Content", ""), VOICE: found.get("Recognition", "")}.get(kind, "")
