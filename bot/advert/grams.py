"""What the learned score sees of a folded text: characters, sounds and words.

Money, spans of time and addresses are put alike, so that 680元 and 两千二 are one thing. Sounds
make 那正 and na正 neighbours of 拿证: evasive spelling that no list foresaw still weighs.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pypinyin.constants import PINYIN_DICT

from bot.text.lexicon import syllable
from bot.text.words import cut

_ADDRESS = re.compile(r"〔[^〕]{1,6}〕|(?:微信|vx|wx|qq|电话)[：:]?[a-z0-9]{5,20}|1[3-9][0-9]{9}")
_MONEY = re.compile(
    r"¥?(?:[0-9]{1,3}(?:\.[0-9])?[万wk]|[0-9]{3,6}(?:\.[0-9]{1,2})?"
    r"|[0-9.一二两三四五六七八九十百千几]{1,6}(?:多|来|余|个)?(?:元|块|百|千|万|大洋|米))(?:元|块)?钱?"
)
_TIME = re.compile(
    r"[0-9一二两三四五六七八九十半几]{1,3}(?:来|多|几)?个?多?(?:天|周|星期|礼拜|月|小时|分钟|工作日)"
    r"|当天|当日|当场|次日|隔天|明天|下周|月底"
)
_LATIN_RUN = re.compile(r"[a-z]{2,24}|.", re.DOTALL)
_LONGEST_SYLLABLE = 6
#: What all grams of one kind weigh together, as a vector's length.
LENGTH = 3.0


def alike(text: str) -> str:
    """The folded text with ends marked and addresses, money and time put alike."""
    return "^" + _TIME.sub("Ｔ", _MONEY.sub("Ｍ", _ADDRESS.sub("Ｋ", text))) + "$"


def grams(text: str) -> dict[str, float]:
    """Grams of a folded text and how much each counts, prefixed by kind: g characters, p sounds, w words."""
    same = alike(text)
    return {
        **_counted("g", _runs(same, (1, 2, 3))),
        **_counted("p", map(" ".join, _runs(sounds(same), (2, 3)))),
        **_counted("w", map(" ".join, _runs(cut(text), (1, 2)))),
    }


def sounds(text: str) -> list[str]:
    """Toneless syllables; a run of letters that spells some is read as those."""
    out: list[str] = []
    for match in _LATIN_RUN.finditer(text):
        run = match.group()
        out += _spelled(run) if len(run) > 1 else (syllable(run),)
    return out


def _runs(items: Sequence[str], sizes: tuple[int, ...]) -> Iterator[Sequence[str]]:
    for size in sizes:
        for start in range(len(items) - size + 1):
            yield items[start : start + size]


def _counted(kind: str, found: Iterable[Sequence[str]]) -> dict[str, float]:
    names = {f"{kind}{gram}" for gram in found}
    share = LENGTH / math.sqrt(len(names)) if names else 0.0
    return dict.fromkeys(names, share)


@lru_cache(maxsize=4096)
def _spelled(run: str) -> tuple[str, ...]:
    out, at = [], 0
    while at < len(run):
        size = next((n for n in range(_LONGEST_SYLLABLE, 1, -1) if run[at : at + n] in _syllables()), 0)
        if not size:
            return tuple(run)
        out.append(run[at : at + size])
        at += size
    return tuple(out)


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    marked = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    plain = ("".join(ch for ch in unicodedata.normalize("NFKD", reading) if ch.isascii()) for reading in marked)
    return frozenset(reading for reading in plain if len(reading) > 1)
