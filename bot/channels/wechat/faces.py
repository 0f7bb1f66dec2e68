"""Texts without words: WeChat's faces, emoji, and what WeChat writes in the place of what it cannot pass on."""

from __future__ import annotations

import re
import unicodedata

#: Stickers and whatever the platform does not know arrive as this text; WeChat for desktops pastes the others in the
#: place of what was copied: [图片], [文件] 证书.pdf, [收到了一个表情，请在手机上查看].
_UNSUPPORTED = re.compile(
    r"【收到不支持的消息类型[^】]*】"
    r"|(?:[\[【](?:图片|照片|动画表情|表情|视频|小视频|语音|文件|位置|名片|链接|音乐|小程序|聊天记录|合并转发|红包|转账"
    r"|(?:收到|发来)(?:了)?一[^\]】]{1,24}|[^\]】]{0,20}请?在手机上?查看[^\]】]{0,10})[\]】]"
    r"(?:\s*[^\s\[\]【】]{0,60}\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|zip|rar|txt|mp[34]|amr))?\s*)+",
    re.IGNORECASE,
)
#: ``[微笑]`` from telephones of today, ``/::)`` from older ones.
_FACE = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,8}\]|/:[^\s/\u4e00-\u9fff]{1,8}")
#: Categories of the characters that emoji are made of; one of the first at least.
_EMOJI, _JOINED = ("So",), ("So", "Sk", "Cf", "Mn", "Cn")


def is_unsupported(text: str) -> bool:
    """Whether WeChat says that it could not pass the message on."""
    return bool(_UNSUPPORTED.fullmatch(text.strip()))


def is_only_faces(text: str) -> bool:
    """Whether there are faces and nothing to read: friendly, but no question."""
    if is_unsupported(text):  # [图片] is written like a face
        return False
    rest, faces = _FACE.subn("", text)
    kinds = {unicodedata.category(character) for character in "".join(rest.split())}
    return kinds <= set(_JOINED) and bool(faces or kinds & set(_EMOJI))
