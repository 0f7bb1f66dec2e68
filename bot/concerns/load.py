"""Read ``concerns.yml`` and prove it: every example raises its concern, no counterexample does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.concerns.models import NAMED, PAID, Alternatives, Concern, Concerns, Rank, Told
from bot.errors import ContentError, Problem
from bot.knowledge.loader import Content, Reader
from bot.knowledge.yaml_lines import Row, read_yaml
from bot.text.normalise import fold
from bot.text.patterns import Patterns, alternatives, compile_all, expand

FILE = "concerns.yml"
_SHOWN = f"data/knowledge/{FILE}"
#: What is known of a text otherwise than by a pattern.
FACTS = (PAID, NAMED)
#: Fewest examples and counterexamples of a row.
MIN_EXAMPLES, MIN_COUNTEREXAMPLES = 3, 2
#: What a gap may not cross: a sentence of folded text, whose commas people set as they like.
SENTENCE = "。！？!?\n"


def prepared(text: str) -> str:
    """The form that patterns read: folded, without spaces."""
    return fold(text).replace(" ", "")


def load_concerns(root: Path, content: Content, paid: Callable[[str], bool] = lambda text: False) -> Concerns:
    """Compile the rows of ``root``; ``paid`` tells the fact of that name.

    Raises:
        ContentError: with every problem found: a wrong pattern, an unknown intent, a row out of order, an example
            that does not raise its concern, a counterexample that does.
    """
    raw: Any = read_yaml(root / FILE, _SHOWN)
    problems: list[Problem] = []
    if not isinstance(raw, Row) or not isinstance(raw.get("cues"), Row) or not isinstance(raw.get("concerns"), list):
        raise ContentError((Problem(_SHOWN, 1, "文件", "", "整个文件应当分成 cues 和 concerns 两节"),))
    cues = _cues(raw["cues"], problems)
    rows: dict[str, Concern] = {}
    known = {*content.entries, *(intent for words in content.wordings.values() for intent in words.intents), *_ASKED}
    for row in raw["concerns"]:
        reader = Reader(_SHOWN, row, problems)
        concern = _concern(reader, cues, known)
        _prove(reader, concern, paid)
        reader.finish()
        if concern.id in rows:
            reader.problem("id", concern.id, "编号重复：每个编号只能用一次")
        if rows and next(reversed(rows.values())).rank > concern.rank:
            reader.problem("rank", concern.rank.name.lower(), "按 manner、money、practice、asked 的先后排列")
        rows[concern.id] = concern
    if problems:
        raise ContentError(tuple(problems))
    return Concerns(rows)


#: Intents that are neither entries nor fixed words.
_ASKED = ("ask_occupation", "paste_advert")


def _cues(raw: Row, problems: list[Problem]) -> dict[str, Patterns]:
    written: dict[str, str] = {}
    cues: dict[str, Patterns] = {}
    for name, pattern in raw.items():
        try:
            written[name] = f"(?:{expand(str(pattern), written, SENTENCE)})"
            compiled = compile_all(alternatives(str(pattern)), written, SENTENCE)
        except ValueError as error:
            problems.append(Problem(_SHOWN, raw.lines.get(name, 0), name, str(pattern), str(error)))
        else:
            cues[name] = compiled or Patterns(())
    return cues


def _concern(reader: Reader, cues: Mapping[str, Patterns], known: set[str]) -> Concern:
    rank = reader.text("rank", choices=[rank.name.lower() for rank in Rank])
    to = reader.text("to")
    answered_by, beats = reader.texts("answered_by"), reader.texts("beats")
    for field, intents in (("to", (to,)), ("answered_by", answered_by), ("beats", beats)):
        for intent in intents:
            if intent not in known:
                reader.problem(field, intent, "没有这个条目或意图")
    reader.text("why")
    return Concern(
        id=reader.text("id"),
        rank=Rank[rank.upper()] if rank.upper() in Rank.__members__ else Rank.ASKED,
        to=to,
        needs=_things(reader, "needs", cues),
        unless=_things(reader, "unless", cues),
        answered_by=frozenset((to, *answered_by)),
        beats=frozenset(beats),
    )


def _things(reader: Reader, field: str, cues: Mapping[str, Patterns]) -> tuple[Alternatives, ...]:
    things = []
    for written in reader.texts(field):
        names = tuple(written.split("|"))
        for name in names:
            if name not in cues and name not in FACTS:
                reader.problem(field, name, "cues 里没有这个名称")
        things.append(Alternatives(names, tuple(cues[name] for name in names if name in cues)))
    return tuple(things)


def _prove(reader: Reader, concern: Concern, paid: Callable[[str], bool]) -> None:
    examples, counterexamples = reader.texts("examples"), reader.texts("counterexamples")
    for field, texts, fewest in (
        ("examples", examples, MIN_EXAMPLES),
        ("counterexamples", counterexamples, MIN_COUNTEREXAMPLES),
    ):
        if len(texts) < fewest:
            reader.problem(field, len(texts), f"至少写 {fewest} 句")
    for text in _wrong(concern, examples, paid, raised=False):
        reader.problem("examples", text, "这一句没有认出来")
    for text in _wrong(concern, counterexamples, paid, raised=True):
        reader.problem("counterexamples", text, "这一句不该认出来")


def _wrong(concern: Concern, texts: Iterable[str], paid: Callable[[str], bool], *, raised: bool) -> list[str]:
    return [
        text
        for text in texts
        if (concern.claim(Told((prepared(text),), frozenset({PAID} if paid(text) else ()))) is not None) is raised
    ]
