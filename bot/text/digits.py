"""Read digits however they are written, without moving any character: ８, ⑧, 八 and 捌 are all 8.

The reading has the length of the text, so that what is found in it can be replaced in the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

_HAN_DIGITS = {
    han: digit
    for digit, written in enumerate(
        ("〇零", "一壹幺", "二贰貳两", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for han in written
}
#: 么 said for 一, as on the telephone.
_ONE = re.compile(r"么(?=[三四五六七八九][零一二三四五六七八九])")
_BETWEEN = r"[ \u3000\-－—·.、,，/|*]{0,2}"
#: A number in figures; the sign of a digit before it ends a name (张三13…), behind it begins a word (13… 三天).
_FIGURES = re.compile(
    rf"[{''.join(_HAN_DIGITS)}]?((?:[0-9]{_BETWEEN}){{10,18}}[0-9])(?:[ \u3000]?[{''.join(_HAN_DIGITS)}]{{1,2}})?"
)
#: The end of a name before a number in figures: 李四 6222….
_NAME_END = re.compile(rf"[三四五六七八九十]{_BETWEEN}[0-9][0-9 \u3000\-－—·.、,，/|*]*$")
#: After such a count the number before it is over: 87650001三天.
_MEASURES = frozenset("天个次年月日点块元千百万期班人位遍本张级门种条周星小分")
_WHOLE_NUMBER = frozenset({11, 15, 16, 17, 18, 19})
#: A surname's name of two signs before a mobile number in words: 王五一三八….
_NAMED = re.compile(rf"[三四五六七八九](?=[一幺壹1](?:{_BETWEEN}[0-9{''.join(_HAN_DIGITS)}]){{10}}$)")
#: Fewer may be words: 二〇二二年, 三五个人, 一五一十.
_HAN_RUN = re.compile(rf"[0-9{''.join(_HAN_DIGITS)}](?:{_BETWEEN}[0-9{''.join(_HAN_DIGITS)}]){{4,}}")


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


class _Narrow(dict[int, str]):
    """For ``str.translate``: the one narrow, simplified character that stands for a character."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        digit = unicodedata.digit(character, None)
        narrow = unicodedata.normalize("NFKC", character) if digit is None else str(digit)
        narrow = narrow if len(narrow) == 1 else character
        simple = _converter().convert(narrow)
        self[code] = found = simple if len(simple) == 1 else narrow
        return found


_NARROW = _Narrow()


def read(text: str) -> str:
    """The text in narrow, simplified characters and, in runs of five and more, digits for words of digits."""
    return _HAN_RUN.sub(_in_digits, _ONE.sub("一", text.translate(_NARROW)))


def only(text: str) -> str:
    """The digits of a reading, and the X that may end an identity number."""
    return re.sub(r"[^0-9X]", "", text.upper())


def _in_digits(found: re.Match[str]) -> str:
    run = found.group()
    figures = _FIGURES.fullmatch(run)
    if figures is not None and len(only(figures[1])) in _WHOLE_NUMBER:
        return run
    if _NAME_END.match(run):
        return run
    if run[-1] in _HAN_DIGITS and found.string[found.end() : found.end() + 1] in _MEASURES:
        counted = re.search(rf"(?<=[0-9])[{''.join(_HAN_DIGITS)}]+$", run)
        return _in_words(run[: counted.start()]) + counted.group() if counted else _in_words(run)
    named = 1 if _NAMED.match(run) else 0
    return run[:named] + _in_words(run[named:])


def _in_words(run: str) -> str:
    return "".join(str(_HAN_DIGITS.get(character, character)) for character in run)
