"""A message without what does not change its meaning: greetings, thanks, doubled marks, masked data.

Done once, before anything is decided, so that who asks politely is answered as who asks curtly.
"""

from __future__ import annotations

import re

from bot.text.unmasked import without_data

_OPENING = re.compile(
    r"^(?:(?:您好|你好|哈喽|hello|hi|在吗|在不在|有人吗|打扰了?|不好意思|谢谢"
    r"|老师|师傅|同志|亲|领导|小姐姐|大哥|大姐|客服)(?:们|呀|啊|哈|您|你)?[，,。.!！~、\s]+"
    r"|(?:您好|你好)(?=请问|我|想)"
    r"|(?:请问|麻烦|劳驾|我想|想|我要|我)?(?:问|咨询|请教|打听|了解)(?:一下下?|一哈|下|问|一个问题)?(?:您|你|老师)?[，,：:\s]+"
    r"|(?:请问|麻烦问|劳驾问|我想问|想问|我想咨询|想咨询|我想请教|想请教)(?:一下|一哈|下)?(?:您|你|老师)?[，,：:\s]*)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"([?？])?[。.!！，,~～、\s]*(?:谢谢|多谢|谢了|感谢|麻烦(?:您|你|了)|辛苦了?|拜托了?|在线等|急)(?:您|你|老师|啦|了|哈|呀|大家|各位)*[。.!！~～、\s]*$"
)
_MARKS = re.compile(r"([?？!！])[?？!！]+")


def plainly(text: str) -> str:
    """The message itself; one that is nothing but courtesy stays as it is."""
    said = _MARKS.sub(r"\1", without_data(text)).strip()
    while True:
        shorter = _OPENING.sub("", said, count=1)
        if shorter == said or len(shorter.strip(" ?？。")) < 2:
            break
        said = shorter
    shorter = _CLOSING.sub(lambda match: match[1] or "", said)
    said = shorter if len(shorter.strip(" ?？。")) >= 2 else said
    return said or text
