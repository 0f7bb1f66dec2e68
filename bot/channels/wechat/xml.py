"""The platform's XML: a flat list of fields in, one text message out. Nothing else is XML here."""

from __future__ import annotations

import re
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Xml

from bot.channels.wechat.refusal import XML, Refusal

#: WeChat itself sends characters that XML 1.0 forbids (0x1D for one), which no parser takes.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,16})|([0-9]{1,16}));")
_DIGITS = re.compile(r"[0-9]{1,32}")
_NUMBERS = ("CreateTime", "MsgId")
_HIGHEST = 0x10FFFF


def fields(body: bytes | str) -> dict[str, str]:
    """The fields below ``<xml>``, each once, without elements of their own. Raises Refusal.

    Bytes are read as UTF-8 whatever they declare themselves to be.
    """
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body.removeprefix("\ufeff")
        root = Xml.fromstring(_cleaned(text), forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeError, ValueError):
        raise Refusal("xml", XML) from None
    found: dict[str, str] = {}
    for child in root:
        if len(child) or child.tag in found:
            raise Refusal("xml_structure", XML)
        found[child.tag] = child.text or ""
    if root.tag != "xml" or any(name in found and not _DIGITS.fullmatch(found[name]) for name in _NUMBERS):
        raise Refusal("xml_structure", XML)
    return found


def text_reply(to: str, sender: str, created: int, text: str) -> str:
    """A passive reply of type text."""
    return (
        f"<xml><ToUserName>{cdata(to)}</ToUserName><FromUserName>{cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(created)}</CreateTime><MsgType>{cdata('text')}</MsgType>"
        f"<Content>{cdata(text)}</Content></xml>"
    )


def envelope(ciphertext: str, signature: str, timestamp: int, nonce: str) -> str:
    """An encrypted reply around its ciphertext."""
    return (
        f"<xml><Encrypt>{cdata(ciphertext)}</Encrypt><MsgSignature>{cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{int(timestamp)}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
    )


def cdata(text: str) -> str:
    """A CDATA section that its content cannot end."""
    return f"<![CDATA[{_FORBIDDEN.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _cleaned(text: str) -> str:
    pieces = _CDATA.split(_FORBIDDEN.sub("", text))
    # references mean something outside CDATA only: the even pieces
    return "".join(piece if n % 2 else _REFERENCE.sub(_allowed, piece) for n, piece in enumerate(pieces))


def _allowed(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if number > _HIGHEST or _FORBIDDEN.match(chr(number)) else reference[0]
