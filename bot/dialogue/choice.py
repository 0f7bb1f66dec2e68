"""Read a choice from the last list: its number in any form (2, ②, 贰, 回2, 第二个吧谢谢), its words, or both."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.replies.reply import Choice

#: How Chinese writes 1 to 9; 十 and above are no places of our lists.
_HAN_DIGITS = dict(zip("一二两三四五六七八九壹贰叁肆伍陆柒捌玖兩貳參叄陸弌弍弎", "12234567891234567892233" + "6123"))
#: Highest number that is taken for a place in a list; above it numbers mean something of their own (110).
_HIGHEST = 20
#: Characters beyond which a message says more than a place or a title; titles have 38 at most (2026-11-30).
_LONGEST = 200
#: Most places in one message: five numbers apart are a telephone number (1 2 3 4 5).
_MOST = 4
#: What is said before and after a place or a title without changing it; the longest of those that begin alike first.
_GREETING = re.compile(r"(?:您好|你好|老师|同志|师傅|谢谢|多谢|麻烦[您你]?|拜托|好的|好|行|嗯+|哦|请) *")
_THANKS = re.compile(
    r" *(?:谢谢[您你]?了?|多谢|感谢[您你]?|谢了?|麻烦[您你]?了?|拜托了?|辛苦了?|老师|同志|师傅|选项|就行|就好|好了?"
    r"|可以|是吧|那个|这个|ok|[吧啊呀呢嘛哦噢哈啦了咯的哩撒])$"
)
#: How a choice is announced.
_CHOOSING = re.compile(
    r"(?:那就|那|就|我们|我|俺|想|选择的?是?|选项?的?是?|要的?是?|挑|问的?是?|看的?是?|查|点|按|扣|打|输入?|答案?|发送?|回复?|数字"
    r"|编号|序号|no|是) *"
)
_ONE = r"(?:第 ?)?(?<!\d)(\d{1,2})(?!\d)(?: ?[个個项項条條种種号號款])*"
_NUMBERS = re.compile(rf"{_ONE}(?:(?: ?[和跟与及同] ?| ){_ONE})*")
_DIGITS = re.compile(r"\d+")
_FIRST = re.compile(r"(?:头一[个项条]|首[个项条]|最?上面(?:那个|的|一个))")
_LAST = re.compile(r"(?:最后(?:那|一|那一)?[个项条]|最下面(?:那个|的|一个)?|最末(?:那|一)?[个项条]|倒数第一[个项条]?)")


@dataclass(frozen=True)
class _Said:
    """Places in the order said, -1 for the last, and the words after them; ``apart``: they are separated."""

    places: tuple[int, ...]
    words: str = ""
    apart: bool = False


def is_pick(raw: str) -> bool:
    """Whether a message is nothing but places in a list, shown or not: 2, 第二个, 最后一个."""
    said = _read(raw)
    return said is not None and not said.words


def read_choice(raw: str, offered: tuple[Choice, ...], *, beginnings: bool = True) -> Choice | None:
    """The choice that a message makes, or None for any other message; of several numbers it is the first.

    ``beginnings``: the first words of a title are enough, as they are where one was asked to choose.
    """
    if not offered:
        return None
    if len(raw) > _LONGEST:
        return None
    text = _bare(_plain(raw))
    for choice in offered:
        if text == _bare(_plain(choice.title)):
            return choice
    said = _read(raw)
    if said is not None:
        return _chosen(said, offered)
    for words in (text, _bare(_shortened(_plain(raw), _GREETING))):
        found = [choice for choice in offered if _is_title(words, choice, beginnings=beginnings)]
        if len(found) == 1:
            return found[0]
    return None


def _is_title(text: str, choice: Choice, *, beginnings: bool) -> bool:
    title = _bare(_plain(choice.title))
    return len(text) >= 2 and (title == text or (beginnings and title.startswith(text)))


def _chosen(said: _Said, offered: tuple[Choice, ...]) -> Choice | None:
    if said.places == (-1,):
        return offered[-1]
    if max(said.places) > len(offered):
        return None
    choice = offered[said.places[0] - 1]
    return choice if not said.words or _names(said, choice) else None


def _names(said: _Said, choice: Choice) -> bool:
    """Whether the words after a number are its title's: the first ones, or any where they stand apart."""
    words, title = _bare(said.words), _bare(_plain(choice.title))
    return len(words) >= 2 and (title.startswith(words) or (said.apart and words in title))


def _read(raw: str) -> _Said | None:
    """What a message says that begins with a place, once greetings and the like are taken away."""
    if len(raw) > _LONGEST:
        return None
    text = _shortened(_plain(raw), _GREETING, _CHOOSING)
    if _FIRST.fullmatch(text):
        return _Said((1,))
    if _LAST.fullmatch(text):
        return _Said((-1,))
    counted = "".join(_HAN_DIGITS.get(character, character) for character in text)
    match = _NUMBERS.match(counted)
    if match is None:
        return None
    places, words = tuple(map(int, _DIGITS.findall(match[0]))), text[match.end() :]
    is_list = all(1 <= place <= _HIGHEST for place in places) and len(set(places)) == len(places) <= _MOST
    if not is_list:  # 1 1 0 is a telephone number too
        return None
    return _Said(places, words.strip(), words.startswith(" ") or match[0].startswith("第"))


def _shortened(text: str, *before: re.Pattern[str]) -> str:
    """Without what is merely polite, or what ``before`` announces a choice."""
    while match := next(filter(None, (words.match(text) for words in before)), None):
        text = text[match.end() :]
    while match := _THANKS.search(text):
        text = text[: match.start()]
    return text.strip()


def _plain(raw: str) -> str:
    """Numbers of every script as digits, punctuation and pictures as single spaces, lower case."""
    counted = "".join(map(_counted, raw))
    text = unicodedata.normalize("NFKC", counted).lower()
    return " ".join("".join(map(_spaced, text)).split())


def _counted(character: str) -> str:
    """❷, ⓶, Ⅱ, ⒉ and the like as the digits that they stand for."""
    if unicodedata.category(character) not in ("No", "Nl"):
        return character
    value = unicodedata.numeric(character, -1.0)
    return f" {value:.0f} " if value.is_integer() and 0 <= value <= _HIGHEST else character


def _spaced(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):  # what makes a keycap of a digit
        return ""
    return " " if kind[0] in "PSZC" else character


def _bare(text: str) -> str:
    return text.replace(" ", "")
