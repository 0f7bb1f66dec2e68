"""Fold a text for matching and remember where every folded character came from.

Evasive spelling (包.过, 包guo, B过, ➕薇, full-width, traditional, zero-width, emoji between
characters) becomes the plain words; a match maps back to the person's own code points.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import opencc

from bot.advert.models import Span, Spellings
from bot.text.letters import MAX_TEXT, canonical

#: Ends of a clause or sentence; everything else between characters is decoration.
HARD = "，。！？；\n"
_CANONICAL = str.maketrans({",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "｡": "。"})
_KEPT = frozenset(HARD + "、：%¥〔〕")
#: A single character between two of these is spelled out: 包，过.
_SPELLED_OUT = frozenset("，、。；\n")
_SPACE_LIKE = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Cc"})
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff]"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_RUN = re.compile(r"[a-z]{2,24}")


@dataclass(frozen=True)
class Folded:
    """Folded text; ``starts`` and ``ends`` hold the original code points of each character.

    ``gaps`` are folded positions before which decoration with blanks or emoji was dropped.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    gaps: frozenset[int]

    def span(self, start: int, end: int) -> Span:
        """The original code points behind ``text[start:end]``, which is not empty."""
        return Span(self.starts[start], self.ends[end - 1])


class _Piece(NamedTuple):
    character: str
    start: int
    end: int


def fold_with_offsets(text: str, spellings: Spellings) -> Folded:
    """Fold ``text``; never raises, whatever it holds."""
    pieces = _simplify(_characters(text, spellings))
    pieces, gaps = _drop_decoration(pieces)
    pieces, gaps = _respell(pieces, gaps, spellings)
    return Folded(
        "".join(piece.character for piece in pieces),
        tuple(piece.start for piece in pieces),
        tuple(piece.end for piece in pieces),
        frozenset(gaps),
    )


def _characters(text: str, spellings: Spellings) -> list[_Piece]:
    pieces: list[_Piece] = []
    for index, original in enumerate(text):
        for character in spellings.symbols.get(original) or _plain(original):
            pieces.append(_Piece(character, index, index + 1))
        if len(pieces) >= MAX_TEXT:  # one character can stand for eighteen
            break
    return pieces[:MAX_TEXT]


@lru_cache(maxsize=20_000)
def _plain(original: str) -> str:
    if original == "\n":
        return original
    if _INVISIBLE.match(original):
        return ""
    if unicodedata.category(original) in _SPACE_LIKE:
        folded = canonical(original).strip()
        return folded.lower() if folded and folded.isascii() and folded.isalnum() else " "
    return canonical(original).lower().translate(_CANONICAL)


def _simplify(pieces: list[_Piece]) -> list[_Piece]:
    joined = "".join(piece.character for piece in pieces)
    simplified = _converter().convert(joined)
    if len(simplified) != len(joined):
        simplified = "".join(_simple_character(ch) for ch in joined)
    return [_Piece(ch, piece.start, piece.end) for ch, piece in zip(simplified, pieces, strict=True)]


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _simple_character(character: str) -> str:
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


def _is_word(character: str) -> bool:
    return character.isalnum() or character in _KEPT


def _drop_decoration(pieces: list[_Piece]) -> tuple[list[_Piece], set[int]]:
    """Take out what stands between characters, but for marks that end a clause or make a number."""
    kept: list[_Piece] = []
    gaps: set[int] = set()
    pending: list[_Piece] = []
    spelled_out = _spelled_out(pieces)
    for index, piece in enumerate(pieces):
        if not _is_word(piece.character) or index in spelled_out:
            pending.append(piece)
            continue
        if pending and kept:
            before, mark = kept[-1].character, pending[0]
            if before.isascii() and before.isalnum() and piece.character.isascii() and piece.character.isalnum():
                # 3.5万, 3-5天 and English words stay apart
                kept.append(_Piece(mark.character if mark.character in ".-/" else " ", mark.start, mark.end))
            elif any(p.character == " " for p in pending):
                gaps.add(len(kept))
        pending = []
        kept.append(piece)
    return kept, gaps


def _spelled_out(pieces: list[_Piece]) -> set[int]:
    """Positions of marks with one lone 汉字 on either side and 汉字 on both: 包，过 but not 包。过年."""
    if not any(piece.character in _SPELLED_OUT for piece in pieces):
        return set()
    words = [i for i, piece in enumerate(pieces) if _is_word(piece.character)]
    dropped: set[int] = set()
    for at in range(1, len(words) - 1):
        index = words[at]
        if pieces[index].character not in _SPELLED_OUT:
            continue
        left, right = pieces[words[at - 1]].character, pieces[words[at + 1]].character
        if not (_HAN.match(left) and _HAN.match(right)):
            continue
        alone_left = at == 1 or pieces[words[at - 2]].character in _KEPT
        alone_right = at + 2 >= len(words) or pieces[words[at + 2]].character in _KEPT
        if alone_left or alone_right:
            dropped.add(index)
    return dropped


def _respell(pieces: list[_Piece], gaps: set[int], spellings: Spellings) -> tuple[list[_Piece], set[int]]:
    text = "".join(piece.character for piece in pieces)
    changes = [(m.start(), m.end(), spellings.words[m.group()]) for m in spellings.finditer(text)]
    taken = {at for start, end, _ in changes for at in range(start, end)}
    for match in _LATIN_RUN.finditer(text):
        if match.start() in taken or not _touches_han(text, match):
            continue
        read = _read_syllables(match.group(), spellings)
        if read:
            changes.append((match.start(), match.end(), read))
    out: list[_Piece] = []
    moved: set[int] = set()
    position = 0
    for start, end, words in [*sorted(changes), (len(pieces), len(pieces), "")]:
        moved |= {len(out) + gap - position for gap in gaps if position <= gap <= start}
        out += pieces[position:start]
        if words:
            out += [_Piece(ch, pieces[start].start, pieces[end - 1].end) for ch in words]
        position = end
    return out, moved


def _touches_han(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    return bool(_HAN.search(around))


def _read_syllables(run: str, spellings: Spellings) -> str:
    read, position = "", 0
    while position < len(run):
        for size in range(min(6, len(run) - position), 0, -1):
            word = spellings.syllables.get(run[position : position + size])
            if word:
                read, position = read + word, position + size
                break
        else:
            return ""
    return read
