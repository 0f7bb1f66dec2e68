"""The words that a text was read as, for showing: pinyin, slips and dialect resolved, all else as it was.

Not the form that is matched (:mod:`bot.text.normalise`): politeness and numbers stay.
"""

from __future__ import annotations

import re

from bot.text.lexicon import Lexicon
from bot.text.normalise import fold

#: Words that every reader takes for their standard form, or that say the same in our field; longest first.
_EVERYDAY = (
    *("啥时候", "假证书", "为啥", "干啥", "咋样", "咋办", "哪儿", "木有", "晓得", "忽悠", "坑人", "几时", "骗我"),
    *("啥", "咋"),
)
_EVERYDAY_WORDS = re.compile("|".join(_EVERYDAY))
_NUMBERS = re.compile(r"(\d+)")
_FULL_WIDTH = str.maketrans({",": "，", "?": "？", "!": "！", ";": "；", ":": "："})


def reading(text: str, lexicon: Lexicon) -> str:
    """What ``text`` was read as; '' where nothing was read into other words."""
    folded = fold(text)
    read = _correct(lexicon.read_pinyin(folded), lexicon)
    if read == _EVERYDAY_WORDS.sub(lambda match: lexicon.replacements.get(match[0], match[0]), folded):
        return ""
    return read.translate(_FULL_WIDTH).strip(" ，。.！？~")


def _correct(text: str, lexicon: Lexicon) -> str:
    """Corrected but for numbers, which the lexicon would turn into the names of hotlines."""
    return "".join(part if part.isdigit() else lexicon.correct(part) for part in _NUMBERS.split(text))
