"""Does a message speak of a life in danger: suicide, self-harm, violence, somebody who needs a doctor now?

Patterns as data (``data/knowledge/safety/crisis.yml``), no model: it is asked before all understanding, and again where
a turn fails. Exaggeration („笑死我了") and subjects that share the words („跳楼价", 急救员证) do not set it off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import ContentError, Problem
from bot.knowledge.loader import Reader
from bot.knowledge.yaml_lines import Row, read_yaml
from bot.text.normalise import fold
from bot.text.patterns import Patterns, alternatives, compile_all

FILE = "crisis.yml"
_SHOWN = f"data/knowledge/safety/{FILE}"
#: Characters that are looked at; a text is cut there by every channel.
_MOST = 2000
#: Fewest examples and counterexamples of the whole list.
LEAST = 60
_CLAUSE = re.compile(r"[，。！？；、,.!?;:：\n~…—]+")
#: 想、死、了: marks between single characters hide words from a filter, not from a reader.
_SPACED = re.compile(r"(?:[\u4e00-\u9fff][^\w\u4e00-\u9fff]{1,3}){2,}[\u4e00-\u9fff]")
_NOT_WORD = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Rule:
    """One way of saying it: ``pattern`` in a clause, unless ``unless`` is there too; ``given`` anywhere in the text."""

    id: str
    pattern: Patterns
    unless: Patterns | None
    given: Patterns | None

    def speaks(self, text: str, clauses: Sequence[str]) -> bool:
        """Whether it is said in one of the clauses of a text."""
        if self.given is not None and not self.given.search(text):
            return False
        return any(
            self.pattern.search(clause) and not (self.unless is not None and self.unless.search(clause))
            for clause in clauses
        )


@dataclass(frozen=True)
class Crisis:
    """All rules; :meth:`find` is what the rest of the program asks."""

    rules: tuple[Rule, ...]

    def find(self, text: str) -> str:
        """The id of the first rule that a person's text sets off; '' for none. Any text will do."""
        folded = fold(text[:_MOST])
        readings = [folded]
        if _SPACED.search(folded):
            readings.append(_SPACED.sub(lambda spaced: _NOT_WORD.sub("", spaced[0]), folded))
        for reading in readings:
            clauses = _CLAUSE.split(reading)
            for rule in self.rules:
                if rule.speaks(reading, clauses):
                    return rule.id
        return ""


def load_crisis(folder: Path) -> Crisis:
    """Compile ``crisis.yml`` of ``folder`` and prove it.

    Raises:
        ContentError: a wrong pattern; an example that its rule does not find; a counterexample that any rule finds.
    """
    raw: Any = read_yaml(folder / FILE, _SHOWN)
    problems: list[Problem] = []
    if not isinstance(raw, Row) or not {"words", "rules", "harmless"} <= set(raw):
        raise ContentError((Problem(_SHOWN, 1, "文件", "", "整个文件应当分成 words、rules、harmless 三节"),))
    words = {str(name): str(value) for name, value in raw["words"].items()}
    rules: list[Rule] = []
    examples: list[tuple[Row, str]] = []
    for row in raw["rules"]:
        reader = Reader(_SHOWN, row, problems)
        name = reader.text("id")
        reader.text("why")
        pattern = _compiled(reader, "pattern", words)
        if pattern is not None:
            rules.append(Rule(name, pattern, _compiled(reader, "unless", words), _compiled(reader, "given", words)))
        reader.used |= {"examples"}
        reader.finish()
        examples += [(row, str(text)) for text in row.get("examples") or ()]
    crisis = Crisis(tuple(rules))
    harmless = [str(text) for text in raw["harmless"]]
    by_id = {rule.id: Crisis((rule,)) for rule in rules}
    for row, text in examples:
        if str(row["id"]) in by_id and not by_id[str(row["id"])].find(text):
            problems.append(Problem(_SHOWN, row.lines.get("examples", row.line), str(row["id"]), text, "例子没有找到"))
    for text in harmless:
        if found := crisis.find(text):
            problems.append(Problem(_SHOWN, raw.lines.get("harmless", 0), found, text, "这句话没有危险，不应当找到"))
    for name, count in (("examples", len(examples)), ("harmless", len(harmless))):
        if count < LEAST:
            problems.append(Problem(_SHOWN, 0, name, str(count), f"至少要 {LEAST} 句"))
    if problems:
        raise ContentError(tuple(problems))
    return crisis


def _compiled(reader: Reader, field: str, words: dict[str, str]) -> Patterns | None:
    source = reader.text(field, required=field == "pattern")
    try:
        return compile_all(alternatives(source), words) if source else None
    except ValueError as error:
        reader.problem(field, source, str(error))
        return None
