"""The words that a text was read as, for showing: pinyin, slips and dialect resolved, all else as it was.

Not the form that is matched (:mod:`bot.text.normalise`): politeness and numbers stay.
"""

from __future__ import annotations

import re

from bot.text.letters import canonical
from bot.text.lexicon import Lexicon
from bot.text.normalise import fold

#: Words that every reader takes for their standard form, or that say the same in our field; longest first.
_EVERYDAY = (
    *("不晓得", "晓不得", "啥时候", "咋个办", "咋个整", "我家娃", "假证书", "整哪样", "干哪样", "为哪样"),
    *("哪样", "啥子", "为啥", "干啥", "咋个", "咋样", "咋办", "咋整", "哪儿", "几时"),
    *("没得", "木有", "莫要", "莫去", "晓得", "阔以", "娃娃", "老倌", "婆娘", "恼火", "水货", "忽悠", "坑人", "扯谎"),
    *("遭骗", "遭坑", "着骗", "挨骗", "啥", "咋"),
)
_EVERYDAY_WORDS = re.compile("|".join(_EVERYDAY))
_LATIN, _LATIN_AS_WRITTEN = re.compile(r"[a-z]+"), re.compile(r"[A-Za-z]+")
_NUMBERS = re.compile(r"(\d+)")
_FULL_WIDTH = str.maketrans({",": "，", "?": "？", "!": "！", ";": "；", ":": "："})


def reading(text: str, lexicon: Lexicon) -> str:
    """What ``text`` was read as; '' where nothing was read into other words, or only half of one."""
    folded = fold(text)
    read = _correct(lexicon.read_pinyin(folded), lexicon)
    if read == _EVERYDAY_WORDS.sub(lambda match: lexicon.replacements.get(match[0], match[0]), folded):
        return ""
    if not set(_LATIN.findall(read)) <= set(_LATIN.findall(folded)):
        return ""
    as_written = {word.lower(): word for word in _LATIN_AS_WRITTEN.findall(canonical(text))}
    read = _LATIN.sub(lambda match: as_written.get(match[0], match[0]), read)
    return read.translate(_FULL_WIDTH).strip(" ，。.！？~")


def _correct(text: str, lexicon: Lexicon) -> str:
    """Corrected but for numbers, which the lexicon would turn into the names of hotlines."""
    return "".join(part if part.isdigit() else lexicon.correct(part) for part in _NUMBERS.split(text))
