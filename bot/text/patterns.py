"""The small pattern language of the content (signals, concerns, danger to life): regular expressions that stay linear.

``~6`` is a gap of at most six characters within a clause, ``<name>`` a word group. Unbounded and
nested repetition is refused, so that no text of 2,000 characters can make a match slow.
"""

from __future__ import annotations

import re
import sre_constants
import sre_parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

#: Most characters that one repetition may span.
LONGEST_REPEAT = 40
#: What a gap may not cross: a clause of text whose marks are as typed.
CLAUSE = "，。！？；\n"
#: Most sets of necessary characters kept of one pattern, the smallest.
_MOST_NEEDED = 4
_GAP = re.compile(r"~(\d{1,2})")
_GROUP = re.compile(r"<([\u4e00-\u9fff]{1,6})>")
_REPEATS = (sre_constants.MAX_REPEAT, sre_constants.MIN_REPEAT)


@dataclass(frozen=True)
class Patterns:
    """Patterns searched one by one, but for those whose necessary characters a text lacks.

    One long alternation tries every branch at every position: 2,000 characters took 20–50 ms for all
    signals, this a fraction of it.
    """

    each: tuple[tuple[re.Pattern[str], tuple[frozenset[str], ...]], ...]

    @cached_property
    def begins(self) -> frozenset[str] | None:
        """Characters of which any matching text has one; None where some pattern needs no character."""
        if not all(needed for _, needed in self.each):
            return None
        return frozenset().union(*(needed[0] for _, needed in self.each))

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Matches of every pattern, in no order; those of two patterns may overlap."""
        present = _characters(text)
        if self.begins is not None and present.isdisjoint(self.begins):
            return
        lacks = present.isdisjoint
        for pattern, needed in self.each:
            for some in needed:
                if lacks(some):
                    break
            else:
                yield from pattern.finditer(text)

    def search(self, text: str) -> re.Match[str] | None:
        """Any match."""
        return next(self.finditer(text), None)


@lru_cache(maxsize=8)
def _characters(text: str) -> frozenset[str]:
    return frozenset(text)


def expand(pattern: str, words: Mapping[str, str], ends: str = CLAUSE) -> str:
    """Replace gaps and word groups; ``ends``: the characters that no gap crosses, as in a character class.

    Raises:
        ValueError: a word group is unknown; the message is for the editor, in Chinese.
    """

    def group(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise ValueError(f"words 里没有“{match[1]}”这一组")
        return words[match[1]]

    # a word group may name another one, but that one none
    full = _GROUP.sub(group, _GROUP.sub(group, pattern))
    return _GAP.sub(lambda gap: f"[^{ends}]{{0,{gap[1]}}}", full)


def alternatives(pattern: str) -> list[str]:
    """The branches of a pattern that is one long alternation; each is searched only where it can match."""
    branches, depth, start, at = [], 0, 0, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif sign == "[":
            at = pattern.index("]", at + 2)
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            branches.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*branches, pattern[start:]]


def compile_all(patterns: Iterable[str], words: Mapping[str, str], ends: str = CLAUSE) -> Patterns | None:
    """All patterns together; None for no patterns. ``ends`` as in :func:`expand`.

    Raises:
        ValueError: a pattern is wrong; the message begins with it and is for the editor, in Chinese.
    """
    found = []
    for pattern in patterns:
        try:
            full = expand(pattern, words, ends)
            parsed = sre_parse.parse(full)
            _refuse_slow(parsed, inside=False)
            compiled = re.compile(full)
            if compiled.search("") is not None and not pattern.startswith("^"):
                raise ValueError("这个写法什么都不写也算，请写具体")
        except re.error as error:
            raise ValueError(f"{pattern}　正则表达式写法有误（{error.msg}），检查括号和转义") from None
        except ValueError as error:
            raise ValueError(f"{pattern}　{error}") from None
        found.append((compiled, tuple(sorted(_needed(parsed), key=len)[:_MOST_NEEDED])))
    return Patterns(tuple(found)) if found else None


def _needed(parsed: Any) -> list[frozenset[str]]:
    """Sets of characters, of each of which a matching text holds one at least."""
    needed: list[frozenset[str]] = []
    for operator, argument in parsed:
        if operator is sre_constants.LITERAL:
            needed.append(frozenset(chr(argument)))
        elif operator is sre_constants.IN and all(kind is sre_constants.LITERAL for kind, _ in argument):
            needed.append(frozenset(chr(code) for _, code in argument))
        elif operator is sre_constants.SUBPATTERN:
            needed += _needed(argument[3])
        elif operator in _REPEATS and argument[0] > 0:
            needed += _needed(argument[2])
        elif operator is sre_constants.BRANCH:
            branches = [_needed(branch) for branch in argument[1]]
            if all(branches):
                needed.append(frozenset().union(*(min(branch, key=len) for branch in branches)))
    return needed


def _refuse_slow(parsed: Any, *, inside: bool) -> None:
    for operator, argument in parsed:
        if operator in _REPEATS:
            _, most, body = argument
            if most is sre_constants.MAXREPEAT or most > LONGEST_REPEAT:
                raise ValueError(f"不能用 * 和 +，次数最多 {LONGEST_REPEAT}，写成 {{0,8}} 的样子")
            if inside and most > 1:
                raise ValueError("次数里面不能再套次数")
            _refuse_slow(body, inside=inside or (most > 1 and _has_repeat(body)))
        elif operator is sre_constants.GROUPREF:
            raise ValueError("不能回头引用前面的括号")
        elif operator is sre_constants.SUBPATTERN:
            _refuse_slow(argument[3], inside=inside)
        elif operator is sre_constants.BRANCH:
            for branch in argument[1]:
                _refuse_slow(branch, inside=inside)
        elif operator in (sre_constants.ASSERT, sre_constants.ASSERT_NOT):
            _refuse_slow(argument[1], inside=inside)


def _has_repeat(parsed: Any) -> bool:
    return any(operator in _REPEATS and argument[1] > 1 for operator, argument in parsed)
