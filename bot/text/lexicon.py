"""The word lists behind :mod:`bot.text.normalise`, compiled once from ``data/lexicon/lexicon.yml``.

Three readings: dialect and typos by replacement, homophones of trade words by pronunciation
(备按 → 备案), and whole questions typed in pinyin (zhengshu zai na cha).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from bot.text.words import cut, dictionary, frequency

_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_LATIN_RUN = re.compile(r"[a-zü]+(?:[ '][a-zü]+)*")
#: A homophone is left alone when it is itself a word that people use this often (jieba's counts):
#: 整数 must not become 证书.
_KNOWN_WORD = 10
_COMMON_WORD = 3000
#: A window that cuts a word of this frequency in two is no unit of its own: 管|家证.
_OVERLAPPED_WORD = 30
#: Characters so common that they are hardly ever a slip for another: X机|是 is no 技师, 证|只 no 整治.
_FUNCTION = frozenset("是的在有不我了吗呢这那个你他她要会能和就都也证一以已写往又好嘛只指报")
#: Terms made of such characters sound like too much (怎么验, 冷不冷) to be heard but exactly.
_ASKING = re.compile(r"怎么|什么|不|有没有")
#: A longer word of jieba's is no slip, whatever a part of it sounds like (货真价|实, 候机|室).
_WHOLE_WORD = 3
#: In Yunnan 呢 and 哩 stand for 的 (正规呢证); before a pronoun, a verb or a question it is what it is everywhere.
_OF = re.compile(
    r"(?<=[考发交报买学领拿])[呢哩](?=[那这])"
    r"|(?<=[\u4e00-\u9fff])(?<![我你您他她它们后那这么话是吗])[呢哩](?=[\u4e00-\u9fff])"
    r"(?![哪怎咋是在又就还我你您他她有能可要为现但到请那这不会去想也都什多给谁几嘛吗啊吧呀噶嘎])"
)
#: A number is a hotline's as a whole word only: no account's (kaozheng110), no house's (人民中路12345号).
_HOTLINE = r"(?<![0-9a-z@._路街巷弄])(?<!大道){}(?![0-9@])"
_MAX_SYLLABLES = 64
#: Ends that southern speech and speech recognition mix up; compared folded for words of 3+ characters.
_FUZZY = ((re.compile(r"^zh"), "z"), (re.compile(r"^ch"), "c"), (re.compile(r"^sh"), "s"),
          (re.compile(r"^l"), "n"), (re.compile(r"(?<=[aei])ng$"), "n"))  # fmt: skip


@lru_cache(maxsize=20_000)
def syllable(character: str) -> str:
    """The usual toneless reading of one 汉字; anything else is returned as it is."""
    reading = lazy_pinyin(character, style=Style.NORMAL, errors="default")
    return reading[0] if reading else character


@lru_cache(maxsize=2_000)
def _fuzzy(reading: str) -> str:
    for pattern, replacement in _FUZZY:
        reading = pattern.sub(replacement, reading)
    return reading


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Compiled word lists; build with :meth:`build`."""

    replacements: Mapping[str, str]
    _replace: re.Pattern[str]
    _fillers: re.Pattern[str]
    _exact: Mapping[tuple[str, ...], str]
    _blurred: Mapping[tuple[str, ...], str]
    _readable: Mapping[tuple[str, ...], tuple[str, float]]
    _syllables: frozenset[str] = field(repr=False)
    _longest: int = 8

    @classmethod
    def build(
        cls,
        *,
        dialect: Mapping[str, str],
        typos: Mapping[str, str],
        fillers: Iterable[str],
        terms: Iterable[str],
        syllables: Mapping[str, str],
        hotlines: Mapping[str, str],
    ) -> Lexicon:
        """Compile the lists. ``hotlines`` maps a number to a word that stands for it (12333 → 人社热线)."""
        words = {**dialect, **typos}
        exact: dict[tuple[str, ...], str] = {}
        blurred: dict[tuple[str, ...], str] = {}
        for term in terms:
            if not _HAN_RUN.fullmatch(term) or len(term) < 2:
                continue
            key = tuple(syllable(ch) for ch in term)
            exact.setdefault(key, term)
            exact.setdefault(tuple(lazy_pinyin(term, style=Style.NORMAL)), term)  # 会计 is kuai ji
            if len(term) >= 3 and not _ASKING.search(term):
                blurred.setdefault(tuple(_fuzzy(s) for s in key), term)
        alternatives = sorted(words, key=len, reverse=True)
        numbers = [_HOTLINE.format(re.escape(number)) for number in sorted(hotlines, key=len, reverse=True)]
        pattern = "|".join([*map(re.escape, alternatives), *numbers]) or r"(?!)"
        filler_list = sorted(fillers, key=len, reverse=True)
        return cls(
            replacements={**words, **hotlines},
            _replace=re.compile(pattern),
            _fillers=re.compile("|".join(map(re.escape, filler_list)) or r"(?!)"),
            _exact=exact,
            _blurred=blurred,
            _readable=_readable_words(exact, syllables),
            _syllables=_all_syllables(),
        )

    def correct(self, text: str) -> str:
        """Dialect, typos and hotline numbers by list, then homophones of trade words by sound."""
        text = _OF.sub("的", self._replace.sub(lambda match: self.replacements[match.group()], text))
        return _HAN_RUN.sub(lambda match: self._correct_run(match.group()), text)

    def drop_fillers(self, text: str) -> str:
        """Remove polite openings and particles; '' when nothing else was said."""
        return self._fillers.sub(_unless_part_of_a_word, text).strip(" ,，。.!！、~")

    def read_pinyin(self, text: str) -> str:
        """Replace runs of pinyin by the words they spell, where they spell words we know."""
        return _LATIN_RUN.sub(lambda match: self._read_run(match.group()), text)

    def _correct_run(self, run: str) -> str:
        sounds = [syllable(ch) for ch in run]
        blurred = [_fuzzy(sound) for sound in sounds]
        out: list[str] = []
        start = 0
        while start < len(run):
            for length in range(min(self._longest, len(run) - start), 1, -1):
                window = run[start : start + length]
                term = self._exact.get(tuple(sounds[start : start + length]))
                if term is None and length >= 3:
                    term = self._blurred.get(tuple(blurred[start : start + length]))
                if term is None:
                    continue
                if term != window and not _is_slip(run, start, window, term):
                    continue
                out.append(term)
                start += length
                break
            else:
                out.append(run[start])
                start += 1
        return "".join(out)

    def _read_run(self, run: str) -> str:
        spelled = self._split_syllables(run)
        if spelled is None or len(spelled) < 2:
            return run
        words, covered = self._best_words(spelled)
        # two syllables in five must belong to words of two or more, else it is English or a name
        return words if covered * 5 >= len(spelled) * 2 else run

    def _split_syllables(self, run: str) -> list[str] | None:
        out: list[str] = []
        for part in re.split(r"[ ']", run):
            pieces = self._split_word(part)
            if pieces is None:
                return None
            out += pieces
            if len(out) > _MAX_SYLLABLES:
                return None
        return out

    def _split_word(self, word: str) -> list[str] | None:
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for size in range(min(6, end), 0, -1):
                before, piece = best[end - size], word[end - size : end]
                if before is None or piece not in self._syllables:
                    continue
                current = best[end]
                if current is None or len(before) + 1 < len(current):
                    best[end] = [*before, piece]
        return best[-1]

    def _best_words(self, spelled: list[str]) -> tuple[str, int]:
        score = [0.0] + [-math.inf] * len(spelled)
        back: list[tuple[int, str, int]] = [(0, "", 0)] * (len(spelled) + 1)
        for end in range(1, len(spelled) + 1):
            for size in range(1, min(self._longest, end) + 1):
                key = tuple(spelled[end - size : end])
                word, weight = self._readable.get(key, ("".join(key), -30.0) if size == 1 else ("", -math.inf))
                if score[end - size] + weight > score[end]:
                    score[end] = score[end - size] + weight
                    back[end] = (end - size, word, size if size > 1 else 0)
        out, covered, end = [], 0, len(spelled)
        while end:
            end, word, gained = back[end]
            out.append(word)
            covered += gained
        return "".join(reversed(out)), covered


def _is_slip(run: str, start: int, window: str, term: str) -> bool:
    """Whether ``window`` is likely a misspelled ``term``: no word itself, and cutting no word apart."""
    if frequency(window) >= _KNOWN_WORD or any(ch in _FUNCTION and ch not in term for ch in window):
        return False
    end = start + len(window)
    if _is_within_a_word(run, start, end):
        return False
    around = run[max(0, start - 1) : start + 1], run[end - 1 : end + 1]
    return not any(len(pair) == 2 and frequency(pair) >= _OVERLAPPED_WORD for pair in around)


def _is_within_a_word(run: str, start: int, end: int) -> bool:
    """Whether jieba sees a word of three characters or more that the window is a part of, or cuts."""
    at = 0
    for word in cut(run):
        overlaps = at < end and start < at + len(word)
        if overlaps and len(word) >= _WHOLE_WORD and (at < start or at + len(word) > end) and frequency(word):
            return True
        at += len(word)
    return False


def _unless_part_of_a_word(filler: re.Match[str]) -> str:
    """A particle of one character stays where it belongs to a word: 母|亲, 名|额."""
    if len(filler.group()) > 1:
        return ""
    text, start = filler.string, filler.start()
    pairs = text[max(0, start - 1) : start + 1], text[start : start + 2]
    return filler.group() if any(len(pair) == 2 and frequency(pair) >= _KNOWN_WORD for pair in pairs) else ""


def _readable_words(
    terms: Mapping[tuple[str, ...], str], singles: Mapping[str, str]
) -> dict[tuple[str, ...], tuple[str, float]]:
    """Spelling → (word, log weight): trade words first, then what jieba counts as common."""
    tokenizer = dictionary()
    total = math.log(tokenizer.total)
    common: dict[tuple[str, ...], tuple[str, float]] = {}
    for word, count in tokenizer.FREQ.items():
        if count >= _COMMON_WORD and 1 <= len(word) <= 4 and _HAN_RUN.fullmatch(word):
            key = tuple(lazy_pinyin(word, style=Style.NORMAL))
            weight = math.log(count) - total
            if weight > common.get(key, ("", -math.inf))[1]:
                common[key] = (word, weight)
    for spelled, character in singles.items():
        common[(spelled,)] = (character, math.log(_COMMON_WORD * 3) - total)
    for key, term in terms.items():
        common[key] = (term, math.log(_COMMON_WORD * 20) - total)
    return common


@lru_cache(maxsize=1)
def _all_syllables() -> frozenset[str]:
    """Every toneless syllable that some 汉字 has, letters alone excepted but for a, e, o."""
    readings = {syllable(chr(code)) for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FFF}
    return frozenset(r for r in readings if r.isascii() and (len(r) > 1 or r in "aeo"))
