"""Read ``foreign.yml`` and prove it: every example shows its mark, no counterexample shows any."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.advert.folding import fold_with_offsets
from bot.advert.foreign import Foreign, Mark
from bot.advert.models import Spellings
from bot.advert.score import load_weights
from bot.errors import Problem
from bot.knowledge.loader import Reader
from bot.knowledge.yaml_lines import Row, read_yaml
from bot.text.patterns import Patterns, compile_all

FILE, WEIGHTS = "foreign.yml", "foreign_weights.json"
_SHOWN = f"data/knowledge/signals/{FILE}"
_CUES = ("subject", "warns", "told", "notice")
_NONE = Patterns(())
_NOTHING = Foreign(_NONE, _NONE, _NONE, _NONE, {})
#: Fewest examples and counterexamples of a mark.
MIN_EXAMPLES, MIN_COUNTEREXAMPLES = 2, 2


def load_foreign(folder: Path, spellings: Spellings, problems: list[Problem]) -> Foreign:
    """Compile the file of ``folder``; where it is wrong the reasons are added to ``problems``, and it is empty."""
    raw: Any = read_yaml(folder / FILE, _SHOWN)
    if not isinstance(raw, Row) or set(raw) != {*_CUES, "words", "marks"}:
        problems.append(Problem(_SHOWN, 1, "文件", "", f"应当分成 {'、'.join((*_CUES, 'words', 'marks'))} 这几节"))
        return _NOTHING
    before = len(problems)
    words = {str(name): str(value) for name, value in raw["words"].items()}
    readers = {name: Reader(_SHOWN, raw[name], problems) for name in _CUES}
    cues = {name: _patterns(reader, reader.texts("patterns"), words) for name, reader in readers.items()}
    rows = [Reader(_SHOWN, row, problems) for row in raw["marks"]]
    marks = [_mark(reader, words) for reader in rows]
    subject, warns, told, notice = (cues[name] for name in _CUES)
    if len(problems) > before or subject is None or warns is None or told is None or notice is None:
        return _NOTHING
    foreign = Foreign(subject, warns, told, notice, {mark.id: mark for mark in marks}, load_weights(folder / WEIGHTS))
    for name, reader in readers.items():
        _prove_cue(reader, cues[name], spellings)
    for reader, mark in zip(rows, marks, strict=True):
        _prove_mark(reader, mark, foreign, spellings)
    return foreign


def _mark(reader: Reader, words: Mapping[str, str]) -> Mark:
    reader.used.add("needs")
    needs = [_patterns(reader, tuple(map(str, need)), words) for need in reader.row.get("needs") or ()]
    if not needs or None in needs:
        reader.problem("needs", "", "至少写一组，每组至少一条")
    mark = Mark(
        id=reader.text("id"),
        title=reader.text("title"),
        needs=tuple(need for need in needs if need),
        unless=_patterns(reader, reader.texts("unless"), words),
        examples=reader.texts("examples"),
        counterexamples=reader.texts("counterexamples"),
    )
    if len(mark.examples) < MIN_EXAMPLES or len(mark.counterexamples) < MIN_COUNTEREXAMPLES:
        reader.problem("examples", mark.id, f"至少写 {MIN_EXAMPLES} 个例子、{MIN_COUNTEREXAMPLES} 个反例")
    reader.finish()
    return mark


def _patterns(reader: Reader, texts: tuple[str, ...], words: Mapping[str, str]) -> Patterns | None:
    try:
        return compile_all([part for text in texts for part in alternatives(text)], words)
    except ValueError as error:
        pattern, _, remedy = str(error).rpartition("　")
        reader.problem("patterns", pattern, remedy)
        return None


def alternatives(pattern: str) -> list[str]:
    """The branches of a pattern that stand in no bracket: one by one most are passed over without a search."""
    parts, depth, start, at, in_class = [], 0, 0, 0, False
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            at += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


def _prove_cue(reader: Reader, cue: Patterns | None, spellings: Spellings) -> None:
    for field, wanted in (("examples", True), ("counterexamples", False)):
        texts = reader.texts(field)
        if not texts:
            reader.problem(field, "", "至少写一个例子")
        for text in texts:
            if cue is not None and (cue.search(fold_with_offsets(text, spellings).text) is not None) is not wanted:
                reader.problem(field, text, "没有认出来" if wanted else "不该认出来")
    reader.finish()


def _prove_mark(reader: Reader, mark: Mark, foreign: Foreign, spellings: Spellings) -> None:
    for text in mark.examples:
        if mark.id not in [finding.signal for finding in foreign.find(fold_with_offsets(text, spellings))]:
            reader.problem("examples", text, "没有认出来：改 needs，或换一个例子")
    for text in mark.counterexamples:
        found = [finding.signal for finding in foreign.find(fold_with_offsets(text, spellings))]
        if found:
            reader.problem("counterexamples", text, f"不该认出来（{'、'.join(found)}）：改 needs 或补 unless")
