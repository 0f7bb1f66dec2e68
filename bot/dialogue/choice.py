"""Read a choice from the last list: 2, 第二个, ②, or the words of one of them."""

from __future__ import annotations

import re
import unicodedata

from bot.replies.reply import Choice

_HAN_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_ORDINAL = re.compile(
    r"^(?:我?(?:想|要)?(?:选|要|问)?(?:的是)?)?第?([1-8一二两三四五六七八])(?:个|项|条|种|号|吧|啊|呀|的)*$"
)
_LAST = re.compile(r"^(?:最后(?:一)?个|最后那个|最下面那个)$")


def is_pick(raw: str) -> bool:
    """Whether a message is nothing but a place in a list, shown or not: 2, 第二个, 最后一个."""
    text = _bare(raw)
    return bool(_ORDINAL.match(text) or _LAST.match(text))


def read_choice(raw: str, offered: tuple[Choice, ...], *, beginnings: bool = True) -> Choice | None:
    """The choice that a message makes, or None for any other message.

    ``beginnings``: the first words of a title are enough, as they are where one was asked to choose.
    """
    if not offered:
        return None
    text = _bare(raw)
    for choice in offered:
        if text == _bare(choice.title):
            return choice
    match = _ORDINAL.match(text)
    if match:
        number = _HAN_DIGITS.get(match[1]) or int(match[1])
        return offered[number - 1] if number <= len(offered) else None
    if _LAST.match(text):
        return offered[-1]
    starting = [choice for choice in offered if beginnings and len(text) >= 2 and choice.title.startswith(text)]
    return starting[0] if len(starting) == 1 else None


def _bare(text: str) -> str:
    return re.sub(r"[\s。.、,，!！?？)）(（]", "", unicodedata.normalize("NFKC", text))
