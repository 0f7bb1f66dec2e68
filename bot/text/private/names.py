"""Where a person's name ends, once a word has told that one may begin: by surname, dictionary and what follows.

How far that word can be trusted is the reading's name, from most to least:

* ``self`` (我叫) and ``said`` (收款人：) also take names without a Chinese surname, ``said`` with more care;
* ``told`` (老师叫) takes any name with a surname;
* ``named`` (我是, 我儿子) takes one whose surname begins no word;
* ``likely`` (给, 找: anything may follow) takes of the doubtful only what stands out;
* ``full`` goes by the form of three signs alone, ``people`` by the first signs of names that have no surname.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.text.private.signs import Signs, is_han
from bot.text.words import frequency

#: The readings that take names with a surname only.
OF_SURNAME = frozenset({"told", "named", "likely", "full"})
Reader = Callable[[str, int], "int | None"]

_ANY = re.compile(r"[\u3400-\u9fff]{2,4}")
#: What joins names, and how many are masked as one.
_AND, _LONGEST_LIST = frozenset("、和及/"), 30
#: The dictionary's counts: from ``_KNOWN`` signs are a word at all, from ``_COMMON`` one that no name has after its
#: surname (李明|明天), from ``_COMMON_GIVEN`` one that is no given name: 建国 has 3,083, 原因 12,682.
_KNOWN, _COMMON, _COMMON_GIVEN = 3, 500, 3_500


class Names:
    """Knows by ``no_names``, a pattern of what begins like a name, and by the dictionary what is none."""

    def __init__(self, signs: Signs, no_names: str) -> None:
        """``no_names`` is read from the first sign of what may be a name; '' for nothing."""
        self._signs = signs
        self._no_names = re.compile(no_names or r"(?!)")

    def reader(self, trust: str) -> Reader:
        """The reading of that name: (digits' reading, begin) → end, None for no name."""
        readers: Mapping[str, Reader] = {
            "self": self._self,
            "said": self._said,
            "told": lambda reading, at: self._surnamed(reading, at, "said"),
            "named": self._named,
            "likely": self._likely,
            "full": self._full,
            "people": self._of_a_people,
        }
        reads = readers[trust]

        def read(reading: str, at: int) -> int | None:
            end = reads(reading, at)
            return None if end is None else self._list_end(reading, end)

        return read

    def _self(self, reading: str, at: int) -> int | None:
        return self._said(reading, at) or self._of_no_surname(reading, at, _COMMON)

    def _said(self, reading: str, at: int) -> int | None:
        dotted = self._signs.dotted.match(reading, at)
        if dotted is not None:
            return dotted.end()
        return (
            self._surnamed(reading, at, "said")
            or self._of_a_people(reading, at)
            or self._of_no_surname(reading, at, _KNOWN)
        )

    def _named(self, reading: str, at: int) -> int | None:
        dotted = self._signs.dotted.match(reading, at)
        if dotted is not None and "." not in dotted.group():
            return dotted.end()
        return self._surnamed(reading, at, "named")

    def _likely(self, reading: str, at: int) -> int | None:
        end = self._surnamed(reading, at, "likely")
        return None if end == at + 2 and reading[at] not in self._signs.frequent else end

    def _full(self, reading: str, at: int) -> int | None:
        signs, given, end = self._signs, reading[at + 1 : at + 3], at + 3
        if reading[at : at + 1] not in signs.surnames - signs.doubtful - signs.rare or not _ANY.fullmatch(given):
            return None
        if set(given) & (signs.never | (signs.follows - signs.in_names)):
            return None
        if given[-1] in signs.trade | signs.verbs | (signs.ends - signs.in_names):
            return None
        if self._begins_other(reading, at) or frequency(given) >= self._least_common(reading, at):
            return None
        if signs.titles.match(reading, at + 1) or signs.titles.match(reading, at + 2):
            return None
        return end if signs.behind.match(reading, end) else None

    def _surnamed(self, reading: str, at: int, trust: str) -> int | None:
        signs, compound = self._signs, self._signs.compound.match(reading, at)
        first = compound.end() if compound else at + 1
        if not compound and not self._is_surname(reading, at):
            return None
        if first >= len(reading) or not is_han(reading[first]) or reading[first] in signs.never:
            return None
        if signs.titles.match(reading, first) or signs.words_after.match(reading, first):
            return None
        end = self._given_end(reading, first)
        if compound:
            return end
        if self._no_names.match(reading, at) or reading[end - 1] in signs.trade:
            return None
        if self._is_word(reading, at) and not self._is_closed(reading, at, end, trust):
            return None
        return end if self._stands_out(reading, at, end, trust) else None

    def _stands_out(self, reading: str, at: int, end: int, trust: str) -> bool:
        """Whether a name with a surname that is a word, too, may be told from its sentence."""
        signs, surname, given = self._signs, reading[at], reading[at + 1 : end]
        closed = signs.clause_end.match(reading, end) is not None
        goes_on = signs.behind.match(reading, end) is not None
        is_three = end - at == 3
        if trust == "said":
            return given[0] not in signs.follows or surname not in signs.doubtful | signs.rare or (closed and is_three)
        if surname in signs.rare:
            return trust == "named" and is_three and goes_on and frequency(reading[at + 1 : at + 3]) < _KNOWN
        if surname in signs.doubtful:
            if frequency(reading[at + 1 : at + 3]) >= _COMMON:
                return False
            return trust == "named" and (goes_on if is_three else closed)
        is_weak = trust == "likely" and surname in signs.doubtful_later
        if is_weak and (set(given) & signs.follows or frequency(given) >= _COMMON):
            return False
        return goes_on or is_three

    def _is_closed(self, reading: str, at: int, end: int, trust: str) -> bool:
        """Whether a word's beginning is a name all the same, the clause being over: 王国|强, 姓名：高峰."""
        if self._signs.clause_end.match(reading, end) is None:
            return False
        is_whole = reading[at:end] in self._signs.words or reading[end - 1] in self._signs.ends
        return trust == "said" or (trust == "named" and end - at == 3 and not is_whole)

    def _given_end(self, reading: str, first: int) -> int:
        """One sign or two; ``first`` is where the given name begins."""
        signs, second = self._signs, first + 1
        if second >= len(reading) or not is_han(reading[second]) or reading[second] in signs.never | signs.verbs:
            return second
        if signs.clause_end.match(reading, second + 1):
            return second + 1
        if reading[second] in signs.follows or signs.words_after.match(reading, second):
            return second
        return second if frequency(reading[second : second + 2]) >= _COMMON else second + 1

    def _list_end(self, reading: str, end: int) -> int:
        """The end of the last of several names, which are masked as one: 张三、李四和王五."""
        for _ in range(_LONGEST_LIST):
            if reading[end : end + 1] not in _AND or not self._is_surname(reading, end + 1):
                break
            further = self._surnamed(reading, end + 1, "named")
            if further is None:
                break
            end = further
        return end

    def _of_a_people(self, reading: str, at: int) -> int | None:
        if self._signs.peoples.match(reading, at) is None or self._no_names.match(reading, at):
            return None
        for end in range(at + 2, min(at + 5, len(reading)) + 1):
            if not is_han(reading[end - 1]) or reading[end - 1] in self._signs.never:
                return None
            if self._signs.behind.match(reading, end):
                return None if frequency(reading[at:end]) >= _COMMON else end
        return None

    def _of_no_surname(self, reading: str, at: int, least: int) -> int | None:
        """Two to four signs up to the end of the clause that hold no word of ``least`` and more."""
        found = _ANY.match(reading, at)
        if found is None or self._no_names.match(reading, at):
            return None
        for end in range(at + 2, found.end() + 1):
            name = reading[at:end]
            if self._signs.never & set(name) or name[-1] in self._signs.trade or frequency(name[:2]) >= _KNOWN:
                return None
            if self._signs.clause_end.match(reading, end) or reading[end] == "的":
                pairs = (name[i : i + 2] for i in range(len(name) - 1))
                return None if frequency(name) or any(frequency(pair) >= least for pair in pairs) else end
        return None

    def _begins_other(self, reading: str, at: int) -> bool:
        return self._no_names.match(reading, at) is not None or self._is_word(reading, at)

    def _is_word(self, reading: str, at: int) -> bool:
        return any(reading[at : at + length] in self._signs.words for length in (4, 3, 2))

    def _is_surname(self, reading: str, at: int) -> bool:
        return reading[at : at + 1] in self._signs.surnames

    def _least_common(self, reading: str, at: int) -> int:
        """From which count a given name is rather a word: any that is one behind a doubtful surname (给张|照片)."""
        doubtful = reading[at] in self._signs.doubtful_later and not frequency(reading[at : at + 3])
        return _KNOWN if doubtful else _COMMON_GIVEN
