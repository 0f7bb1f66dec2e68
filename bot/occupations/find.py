"""Which occupation or certificate a text names. Decides about names only, never about what is asked.

Order: a name written exactly (longest first), one written nearly right, one that is in no row,
an everyday word (护士, 电工) beside words about certificates, a title in no row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.occupations.catalogue import Catalogue
from bot.occupations.fuzzy import FuzzyNames
from bot.occupations.models import Surface
from bot.occupations.unknown import Unknown, unknown_names
from bot.text.lexicon import syllable
from bot.text.words import cut, frequency

#: Longest text searched, in characters.
MAX_TEXT = 300
_SPACE = re.compile(r"(?<![a-z0-9]) +| +(?![a-z0-9])")
#: jieba's counts from which two characters are a word across a short name's edge (一建|筑), for
#: certain, and unless jieba cuts the name out as a word of its own (考|一建|有用).
_COMMON_PAIR, _LIKELY_PAIR = 5000, 1000
#: Names that other occupations are made of by a word before them.
_SHORT_TITLE = re.compile(r"[\u3400-\u9fff]{2}[师员]证?$")
_HAN_BEFORE = re.compile(r"[\u3400-\u9fff]{1,8}$")
_PLACES = ("省", "市", "县", "州", "区", "镇", "厅", "局", "部")


@dataclass(frozen=True)
class Found:
    """What a text names.

    One row; several rows, the readings of an ambiguous name; or none, a name that is not among what
    we know. ``name`` is the name as our data write it, or as the person does where it is unknown.
    """

    rows: tuple[str, ...]
    name: str
    exact: bool


@dataclass(frozen=True)
class _Hit:
    start: int
    end: int
    surface: Surface


def find(text: str, catalogue: Catalogue) -> Found | None:
    """The name in a text normalised by :func:`bot.text.normalise.normalise`; None for no name."""
    words = catalogue.words
    text = _SPACE.sub("", text[:MAX_TEXT].strip())
    for wrong, right in words.lookalikes.items():
        text = text.replace(wrong, right)
    hits, blocked = _exact(text, catalogue)
    plain = [hit for hit in hits if not hit.surface.everyday]
    if plain:
        return _found(min(plain, key=lambda hit: hit.start), exact=True)
    near = _near(text, catalogue)
    if isinstance(near, Unknown):
        blocked.append(near)
    elif near and all(near.start <= name.start and name.start + len(name.name) <= near.end for name in blocked):
        return _found(near, exact=False)
    unknown = unknown_names(text, words)
    certain = [*blocked, *(name for name in unknown if name.certain)]
    if certain:
        first = min(certain, key=lambda name: name.start)
        if not _is_everyday(first, hits):
            return Found((), first.name, False)
    cued = any(cue in text for cue in words.cues)
    everyday = [hit for hit in hits if cued or hit.end - hit.start == len(text)]
    if everyday:
        return _found(min(everyday, key=lambda hit: hit.start), exact=True)
    return Found((), unknown[0].name, False) if unknown and not certain else None


def _found(hit: _Hit, *, exact: bool) -> Found:
    return Found(hit.surface.rows, hit.surface.name, exact)


def _exact(text: str, catalogue: Catalogue) -> tuple[list[_Hit], list[Unknown]]:
    """Names in the text, longest first and none inside another, and longer names of other things."""
    compiled = _compiled(catalogue)
    hits: list[_Hit] = []
    for start in range(len(text)):
        for length in compiled.lengths.get(text[start], ()):
            surface = compiled.index.get(text[start : start + length]) if start + length <= len(text) else None
            if surface:
                hits.append(_Hit(start, start + length, surface))
    hits.sort(key=lambda hit: (hit.start - hit.end, hit.start))
    taken: list[_Hit] = []
    blocked: list[Unknown] = []
    for hit in hits:
        if any(hit.start < other.end and other.start < hit.end for other in taken):
            continue
        if not _stands_alone(text, hit, catalogue):
            continue
        prefix = _other_kind(text[: hit.start], hit.surface, catalogue)
        suffix = _other_end(text[hit.start : hit.end], text[hit.end :], catalogue)
        if prefix or suffix:
            start = hit.start - len(prefix)
            blocked.append(Unknown(start, text[start : hit.end + len(suffix)], True))
            continue
        if not any(hit.start < b.start + len(b.name) and b.start < hit.end for b in blocked):
            taken.append(hit)
    return taken, blocked


def _stands_alone(text: str, hit: _Hit, catalogue: Catalogue) -> bool:
    name, before, after = text[hit.start : hit.end], text[: hit.start], text[hit.end :]
    words = catalogue.words
    if any(name.endswith(end) and after.startswith(nexts) for end, nexts in words.not_after.items()):
        return False
    if any(name.startswith(begin) and before.endswith(ends) for begin, ends in words.not_before.items()):
        return False
    if name[0].isascii() and before[-1:].isascii() and before[-1:].isalnum():
        return False
    if name[-1].isascii() and after[:1].isascii() and after[:1].isalnum():
        return False
    if len(name) > 2 or name.isascii():
        return True
    pair = max(_pair(before[-1:] + name[0]), _pair(name[-1] + after[:1]))
    return pair < _LIKELY_PAIR or (pair < _COMMON_PAIR and name in cut(before[-6:] + name + after[:6]))


def _pair(pair: str) -> int:
    return frequency(pair) if len(pair) == 2 else 0


def _other_kind(before: str, surface: Surface, catalogue: Catalogue) -> str:
    """The word right before a name that makes another name of it (宠物|营养师), or ''."""
    words = catalogue.words
    kinds = words.other_kinds
    outside = all(row.startswith("X") for row in surface.rows)
    if outside:
        kinds += words.other_kinds_outside
    ends = {size: before[-size:] for size in {len(kind) for kind in kinds}}
    heard = (ends[len(kind)] for kind in kinds if _sound(ends[len(kind)]) == _sound(kind))
    listed = max(heard, key=len, default="")
    if listed or not outside or not _SHORT_TITLE.match(surface.name):
        return listed
    run = _HAN_BEFORE.search(before)
    last = cut(run.group())[-1] if run else ""
    known = last in words.stops or last in words.plain_before or all(ch in words.stops for ch in last)
    return "" if known or last.endswith(_PLACES) else last


@lru_cache(maxsize=2000)
def _sound(word: str) -> tuple[str, ...]:
    """Its toneless syllables: what is typed in pinyin is read as some word of that sound (冲无|美容师)."""
    return tuple(map(syllable, word))


def _other_end(name: str, after: str, catalogue: Catalogue) -> str:
    """The title right after a name that makes another name of it (造价师|助理), or ''."""
    if name.endswith(("证", "证书")):
        return ""
    return max((end for end in catalogue.words.other_ends if after.startswith(end)), key=len, default="")


def _near(text: str, catalogue: Catalogue) -> _Hit | Unknown | None:
    for near in _compiled(catalogue).fuzzy.search(text):
        if near.another:
            return Unknown(near.start, text[near.start : near.end], True)
        hit = _Hit(near.start, near.end, near.surface)
        name, after = text[hit.start : hit.end], text[hit.end :]
        if (
            _stands_alone(text, hit, catalogue)
            and not _other_kind(text[: hit.start], hit.surface, catalogue)
            and not _other_end(name, after, catalogue)
        ):
            return hit
    return None


def _is_everyday(unknown: Unknown, hits: list[_Hit]) -> bool:
    """„护士执照": an everyday word that we know with 证 behind it is no unknown name."""
    end = unknown.start + len(unknown.name)
    return any(unknown.start <= hit.start and hit.end <= end for hit in hits)


class _Compiled:
    def __init__(self, catalogue: Catalogue) -> None:
        self.index = catalogue.index
        lengths: dict[str, set[int]] = {}
        for key in self.index:
            lengths.setdefault(key[0], set()).add(len(key))
        self.lengths = {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}
        self.fuzzy = FuzzyNames(self.index.items(), catalogue.words.not_names)


@lru_cache(maxsize=2)
def _compiled(catalogue: Catalogue) -> _Compiled:
    return _Compiled(catalogue)
