"""Names written nearly right: by sound and by characters, with rapidfuzz.

What counts as near is measured in ``docs/adr/0002-fuzzy-occupation-names.md``: a name of one other
character is usually another occupation, a name that sounds the same or lacks one character is not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, Indel

from bot.occupations.models import Surface
from bot.text.lexicon import syllable

#: Least similarity of the sounds (Indel, 0…1), measured 2026-11-22.
MIN_SOUND = 0.88
#: Least similarity of the characters themselves, so that chance homophones of a whole name are left alone.
MIN_CHARACTERS = 0.5
#: Names whose own part (without 证, 资格 …) is shorter must sound exactly alike.
MIN_LENGTH = 5
_SHORTEST = 4
_TITLES = "师员士工人者证是"
_GENERIC = re.compile(
    r"(?:职业资格|执业资格|从业资格|专业技术资格|专业资格|技能等级|等级|操作|上岗|资格)?(?:证书|证|考试|资格)?$"
)
_FOLDS = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"^l"), "n"), (re.compile(r"(?<=[aei])ng$"), "n"))
_LATIN = re.compile(r"[a-z]")
_FIRST_SYMBOL = 0xE000


@dataclass(frozen=True)
class Near:
    """A span of the text and the surface that it is nearly, or ``another`` name made from it (管理大师)."""

    start: int
    end: int
    surface: Surface
    score: float
    another: bool = False


class FuzzyNames:
    """Compiled sounds of all names; each folded syllable is one symbol of a string."""

    def __init__(self, names: Iterable[tuple[str, Surface]], skip: Collection[str]) -> None:
        self._symbols: dict[str, str] = {}
        self._skip = skip
        self._entries = [
            (key, self._encode(key), self._mask(self._encode(key)), surface, _reach(key, surface))
            for key, surface in names
            if len(key) >= _SHORTEST and not surface.everyday and not _LATIN.search(key)
        ]

    def search(self, text: str) -> Iterator[Near]:
        """Spans that are nearly a name, best first."""
        sounds = self._encode(text)
        mask = self._mask(sounds)
        found: list[Near] = []
        for key, name, wanted, surface, reach in self._entries:
            if (wanted & ~mask).bit_count() <= reach:
                found += self._windows(text, sounds, key, name, surface, reach)
        return iter(sorted(found, key=lambda near: (-near.score, near.start - near.end, near.start)))

    def _windows(self, text: str, sounds: str, key: str, name: str, surface: Surface, reach: int) -> Iterator[Near]:
        length = len(key)
        for start in range(len(text) - length + reach + 1):
            if sounds[start] != name[0]:
                continue
            for end in range(start + length - reach, min(start + length + reach, len(text)) + 1):
                window = text[start:end]
                if sounds[end - 1] != name[-1] or window in self._skip:
                    continue
                score = _similarity(name, sounds[start:end])
                if score < (MIN_SOUND if reach else 1.0) or not _same_title(key, window, score):
                    continue
                characters = _similarity(key, window)
                # a sound too few or too many is a slip only where the rest is written right
                if characters >= (MIN_CHARACTERS if score == 1.0 else MIN_SOUND):
                    yield Near(start, end, surface, score + characters / 10, _title_lengthened(key, window))

    def _encode(self, text: str) -> str:
        return "".join(self._symbol(_folded(ch)) for ch in text)

    def _symbol(self, sound: str) -> str:
        if sound not in self._symbols:
            self._symbols[sound] = chr(_FIRST_SYMBOL + len(self._symbols))
        return self._symbols[sound]

    def _mask(self, encoded: str) -> int:
        mask = 0
        for symbol in encoded:
            mask |= 1 << (ord(symbol) - _FIRST_SYMBOL)
        return mask


def _reach(key: str, surface: Surface) -> int:
    """How many characters a slip may add or drop: none where little of the name is its own."""
    own = len(_GENERIC.sub("", key))
    return int(len(surface.rows) == 1 and (own >= MIN_LENGTH or (own == MIN_LENGTH - 1 and len(key) >= own + 3)))


def _similarity(name: str, window: str) -> float:
    """Indel similarity; two neighbours exchanged (管理 → 理管) count as alike."""
    if len(name) == len(window) >= MIN_LENGTH and sorted(name) == sorted(window) and OSA.distance(name, window) == 1:
        return 0.95
    return float(Indel.normalized_similarity(name, window))


def _same_title(key: str, window: str, score: float) -> bool:
    """师 and 员 make different occupations; another last character only where all sounds are alike."""
    return key[-1] == window[-1] or (score == 1.0 and window[-1] not in _TITLES)


def _title_lengthened(key: str, window: str) -> bool:
    """„管理大师", „经纪达人": a character put in before the title makes another title of it."""
    own, title = _GENERIC.sub("", key), _GENERIC.sub("", window)
    put_in = title[-2:-1]
    if len(title) != len(own) + 1 or own[:-1] + own[-1:] != title[:-2] + title[-1:] or own[-1:] not in _TITLES:
        return False
    # typed twice is a slip
    return syllable(put_in) not in (syllable(title[-3:-2]), syllable(title[-1:]))


@lru_cache(maxsize=20_000)
def _folded(character: str) -> str:
    sound = syllable(character)
    for pattern, replacement in _FOLDS:
        sound = pattern.sub(replacement, sound)
    return sound
