"""Read digits however they are written, without moving any character: ８, ⑧, 八 and 捌 are all 8.

The reading has the length of the text, so that what is found in it can be replaced in the text itself.
"""

from __future__ import annotations

import re
import unicodedata

_HAN_DIGITS = {
    han: digit
    for digit, written in enumerate(
        ("〇零", "一壹幺", "二贰貳两", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for han in written
}
_BETWEEN = r"[ \u3000\-－—·.、]{0,2}"
#: Fewer may be words: 二〇二二年, 三五个人, 一五一十.
_HAN_RUN = re.compile(rf"[0-9{''.join(_HAN_DIGITS)}](?:{_BETWEEN}[0-9{''.join(_HAN_DIGITS)}]){{6,}}")


class _Narrow(dict[int, str]):
    """For ``str.translate``: the one narrow character that stands for a character."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        digit = unicodedata.digit(character, None)
        narrow = unicodedata.normalize("NFKC", character) if digit is None else str(digit)
        self[code] = found = narrow if len(narrow) == 1 else character
        return found


_NARROW = _Narrow()


def read(text: str) -> str:
    """The text with narrow characters and, in runs of seven and more, digits for words of digits."""
    return _HAN_RUN.sub(_in_digits, text.translate(_NARROW))


def only(text: str) -> str:
    """The digits of a reading, and the X that may end an identity number."""
    return re.sub(r"[^0-9X]", "", text.upper())


def _in_digits(found: re.Match[str]) -> str:
    return "".join(str(_HAN_DIGITS.get(character, character)) for character in found.group())
