"""Find certificate types, places, offices and matters by their names in a normalised text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ContentError, Problem
from bot.knowledge.models import Contact
from bot.knowledge.yaml_lines import read_yaml

#: Kinds whose values are contact ids.
_CONTACT_KINDS = ("prefecture", "office")
#: The kind that says where somebody is, the kind of the same names where he says that he is not there, and what says
#: so: „不在昆明", „除了昆明和曲靖", „昆明以外"; not what asks („是不是昆明的", „在不在昆明", „不是昆明的吗") or bids
#: („要不在昆明查").
_PLACE, DENIED_PLACE = "prefecture", "denied_prefecture"
_NOT_THERE = re.compile(
    r"(?:(?<!是)(?<!(?<![只主])要)不是在?|(?<!(?<!现)在)(?<!(?<![只主])要)不在|(?<!有)没有?在|(?<![住记])不住在?"
    r"|(?<!归)不归|(?<!属)不属于?|并非在?|(?<![删开解免扣])除了?|(?<![不没有未])离开了?)(?:云南省?)?$"
)
_ELSEWHERE = re.compile(r"(?:市|州)?(?:以外|之外|除外)")
#: Denial before and particle behind that together ask back: „不是昆明的吗", „不在昆明吗".
_RHETORICAL = (
    (
        re.compile(r"不是在?$"),
        re.compile(r"[^，。；！？,;!?能可会还行]{0,6}?(?:[吗嘛吧]|(?<![怎什那这多])么)(?![a-z\u4e00-\u9fff])"),
    ),
    (re.compile(r"不(?:在|属于?|归)$"), re.compile(r"[市州管]{0,2}[吗嘛吧](?![a-z\u4e00-\u9fff])")),
)
#: „怎么不是昆明的电话" wants Kunming's.
_ASKS_WHY = re.compile(r"(?:怎么|为什么|为啥|咋)不(?:是在?|在)$")
#: Between the names of one list, and between a prefecture and its town („西双版纳景洪").
_AND = re.compile(r"(?:市|州)?(?:、|以?及|或者?|和|与|跟)?")
#: „不在昆明市区" says nothing of the prefecture.
_TOWN = re.compile(r"市?(?:区|主城|城)")
#: Characters before a name that tell.
_BEFORE = 10


@dataclass(frozen=True)
class Entity:
    """One name found: what it is, which value, and where (code points of the normalised text)."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class EntityNames:
    """Compiled names of every kind; kind order is priority order of values."""

    _patterns: Mapping[str, re.Pattern[str]]
    _values: Mapping[str, Mapping[str, str]]
    order: Mapping[str, tuple[str, ...]]

    def find(self, text: str) -> tuple[Entity, ...]:
        """Every name, longest first at each place; kinds may overlap, one kind never does.

        A prefecture that somebody says he is not in is of the kind ``denied_prefecture``.
        """
        found: list[Entity] = []
        for kind, pattern in self._patterns.items():
            spans = [match.span() for match in pattern.finditer(text)]
            denied = _denied(text, spans) if kind == _PLACE else ()
            named = self._values[kind]
            found += [
                Entity(DENIED_PLACE if span in denied else kind, named[text[slice(*span)]], *span) for span in spans
            ]
        return tuple(found)

    def words(self) -> tuple[str, ...]:
        """All names, for the tokenizer."""
        return tuple(name for names in self._values.values() for name in names)


def _denied(text: str, spans: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """The spans of names that are denied, each with the list of names that it stands in."""
    lists: list[list[tuple[int, int]]] = []
    for span in spans:
        joined = lists and _AND.fullmatch(text[lists[-1][-1][1] : span[0]])
        if joined:
            lists[-1].append(span)
        else:
            lists.append([span])
    return {span for names in lists if _is_denied(text, names[0][0], names[-1][1]) for span in names}


def _is_denied(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - _BEFORE) : start], text[end:]
    asks = any(denial.search(before) and end.match(after) for denial, end in _RHETORICAL)
    if asks or _TOWN.match(after) or _ASKS_WHY.search(before):
        return False
    return bool(_NOT_THERE.search(before) or _ELSEWHERE.match(after))


def load_entity_names(folder: Path, contacts: Mapping[str, Contact]) -> EntityNames:
    """Read ``data/lexicon/entities.yml``.

    Raises:
        ContentError: wrong form, a doubled name within a kind, an unknown contact id.
    """
    shown = "data/lexicon/entities.yml"
    raw = read_yaml(folder / "entities.yml", shown)
    problems: list[Problem] = []
    patterns, values, order = {}, {}, {}
    for kind, table in raw.items():
        names: dict[str, str] = {}
        for value, spellings in table.items():
            line = table.lines.get(value, 0)
            if kind in _CONTACT_KINDS and value not in contacts:
                problems.append(Problem(shown, line, kind, value, "contacts.yml 里没有这个编号"))
            for name in spellings:
                if names.setdefault(name, value) != value:
                    problems.append(Problem(shown, line, kind, name, f"这个叫法已经给了 {names[name]}，删去一个"))
        longest_first = sorted(names, key=len, reverse=True)
        patterns[kind] = re.compile("|".join(map(re.escape, longest_first)))
        values[kind] = names
        order[kind] = tuple(table)
    if problems:
        raise ContentError(tuple(problems))
    return EntityNames(patterns, values, order)
