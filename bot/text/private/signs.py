"""The signs of names, from ``signs.yml``, and the dictionary's words that begin like a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("signs.yml")
_HAN = "\u3400-\u9fff"
#: From this count in the dictionary a word of two signs, of three and more, is one and no name; and one of two that the
#: dictionary takes for a name, though it may be none: 孙子 has 871, 李强 159.
_TWO, _MORE, _AS_NAME = 10, 3, 200


def is_han(character: str) -> bool:
    """Whether it is a Chinese sign."""
    return "\u3400" <= character <= "\u9fff"


@dataclass(frozen=True)
class Signs:
    """The lists of ``signs.yml``, each explained there, and patterns made of them."""

    surnames: frozenset[str]
    doubtful: frozenset[str]
    doubtful_later: frozenset[str]
    rare: frozenset[str]
    frequent: frozenset[str]
    never: frozenset[str]
    follows: frozenset[str]
    ends: frozenset[str]
    in_names: frozenset[str]
    verbs: frozenset[str]
    trade: frozenset[str]
    compound: re.Pattern[str]
    titles: re.Pattern[str]
    words_after: re.Pattern[str]
    #: What may stand behind a name; the end of a clause is in it.
    behind: re.Pattern[str]
    clause_end: re.Pattern[str]
    peoples: re.Pattern[str]
    dotted: re.Pattern[str]
    #: For patterns: ``surnames`` and ``sounds``, to stand between brackets, and ``peoples``, words.
    pieces: Mapping[str, str]
    #: For the end of a pattern: looks ahead for a surname.
    begins: str

    @cached_property
    def words(self) -> frozenset[str]:
        """Words that begin with a surname and are not known as names, from the dictionary that jieba brings along."""
        words = set()
        with (resources.files("jieba") / "dict.txt").open(encoding="utf-8") as lines:
            for line in lines:
                if line[0] in self.surnames:
                    word, count, kind = line.split()
                    if int(count) >= _least(word, kind):
                        words.add(word)
        return frozenset(words)


def _least(word: str, kind: str) -> float:
    if len(word) > 2:
        return float("inf") if kind.startswith("nr") else _MORE
    return _AS_NAME if kind.startswith("nr") else _TWO


@lru_cache(maxsize=1)
def signs() -> Signs:
    """Read once."""
    data: Mapping[str, str] = {
        name: value.replace(" ", "") for name, value in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items()
    }
    lists = {name: frozenset(data[name]) for name, kind in Signs.__annotations__.items() if kind == "frozenset[str]"}
    after = "".join(sorted(lists["follows"] | lists["never"]))
    behind = rf"[^{_HAN}]|$|[{after}]|{data['words_after']}"
    peoples = rf"(?:{data['peoples']})[{_HAN}]{{0,3}}?|[{data['peoples_sign']}][{_HAN}]{{1,3}}?|和[{_HAN}]{{1,2}}?"
    last = rf"[{data['sounds']}]{{2,6}}|[{_HAN}]{{2,4}}?(?={behind})|[{_HAN}]{{2,3}}"
    return Signs(
        **lists,
        compound=re.compile(data["compound"]),
        titles=re.compile(data["titles"]),
        words_after=re.compile(data["words_after"]),
        behind=re.compile(behind),
        clause_end=re.compile(rf"[^{_HAN}]|$"),
        peoples=re.compile(peoples),
        dotted=re.compile(rf"[{_HAN}]{{2,8}}[·•・.](?:{last})"),
        pieces={name: data[name] for name in ("surnames", "sounds", "peoples")},
        begins=f"(?=[{data['surnames']}]|{data['compound']})",
    )
