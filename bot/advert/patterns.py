"""The small pattern language of ``signals.yml``: regular expressions that stay linear.

``~6`` is a gap of at most six characters within a clause, ``<name>`` a word group. Unbounded and
nested repetition is refused, so that no text of 2,000 characters can make a match slow.
"""

from __future__ import annotations

import re
import sre_constants
import sre_parse
from collections.abc import Iterable, Mapping
from typing import Any

#: Most characters that one repetition may span.
LONGEST_REPEAT = 40
_GAP = re.compile(r"~(\d{1,2})")
_GROUP = re.compile(r"<([\u4e00-\u9fff]{1,6})>")
_REPEATS = (sre_constants.MAX_REPEAT, sre_constants.MIN_REPEAT)


def expand(pattern: str, words: Mapping[str, str]) -> str:
    """Replace gaps and word groups.

    Raises:
        ValueError: a word group is unknown; the message is for the editor, in Chinese.
    """

    def group(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise ValueError(f"words 里没有“{match[1]}”这一组")
        return words[match[1]]

    # a word group may name another one, but that one none
    return _GAP.sub(r"[^，。！？；\\n]{0,\1}", _GROUP.sub(group, _GROUP.sub(group, pattern)))


def compile_all(patterns: Iterable[str], words: Mapping[str, str]) -> re.Pattern[str] | None:
    """One alternation of all patterns; None for no patterns.

    Raises:
        ValueError: a pattern is wrong; the message begins with it and is for the editor, in Chinese.
    """
    expanded = []
    for pattern in patterns:
        try:
            full = expand(pattern, words)
            _refuse_slow(sre_parse.parse(full), inside=False)
            if re.compile(full).search("") is not None and not pattern.startswith("^"):
                raise ValueError("这个写法什么都不写也算，请写具体")
        except re.error as error:
            raise ValueError(f"{pattern}　正则表达式写法有误（{error.msg}），检查括号和转义") from None
        except ValueError as error:
            raise ValueError(f"{pattern}　{error}") from None
        expanded.append(f"(?:{full})")
    return re.compile("|".join(expanded)) if expanded else None


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
