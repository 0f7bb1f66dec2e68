"""Texts without words: WeChat's faces, emoji, and what WeChat writes in the place of what it cannot pass on."""

from __future__ import annotations

import re
import unicodedata

#: Stickers and whatever the platform does not know arrive as this text.
_UNSUPPORTED = re.compile(r"【收到不支持的消息类型[^】]*】")
#: ``[微笑]`` from telephones of today, ``/::)`` from older ones.
_FACE = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,8}\]|/:[^\s/\u4e00-\u9fff]{1,8}")
#: Categories of the characters that emoji are made of; one of the first at least.
_EMOJI, _JOINED = ("So",), ("So", "Sk", "Cf", "Mn", "Cn")


def is_unsupported(text: str) -> bool:
    """Whether WeChat says that it could not pass the message on."""
    return bool(_UNSUPPORTED.fullmatch(text.strip()))


def is_only_faces(text: str) -> bool:
    """Whether there are faces and nothing to read: friendly, but no question."""
    rest, faces = _FACE.subn("", text)
    kinds = {unicodedata.category(character) for character in "".join(rest.split())}
    return kinds <= set(_JOINED) and bool(faces or kinds & set(_EMOJI))
