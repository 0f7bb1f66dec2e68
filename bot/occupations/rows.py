"""Parse the files of ``data/knowledge/occupations/`` row by row, noting what is wrong and where."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import ContentError, Problem
from bot.knowledge.loader import Content, Reader, named_contacts
from bot.knowledge.models import Confidence, SourceRef
from bot.knowledge.yaml_lines import Row, read_yaml
from bot.occupations.models import CLASSES, IN_CATALOGUE, Ambiguity, Occupation, Phrase, Reading, Words

_Value = TypeVar("_Value")
_INSIDE = re.compile(r"^(专|技)[1-9]\d?$")
_OUTSIDE = re.compile(r"^X-\d\d$")
_SKILL_LEVEL = "〔skill_level〕"
_LISTS = (
    "cues",
    "other_kinds",
    "other_kinds_outside",
    "other_ends",
    "plain_before",
    "not_names",
    "documents",
    "not_latin",
    "not_titles",
    "stops",
)


class Rows:
    """Reads the lists of one folder; remembers where each row stands for checks across rows."""

    def __init__(self, folder: Path, content: Content, problems: list[Problem]) -> None:
        self.folder, self.content, self.problems = folder, content, problems
        self.phrases: Mapping[str, Phrase] = {}
        self.numbers: frozenset[str] = frozenset()
        self._places: dict[str, Reader] = {}

    def shown(self, name: str) -> str:
        """The path as an editor knows it."""
        return f"data/knowledge/{self.folder.name}/{name}"

    def raw(self, name: str, kind: type) -> Any:
        """The file's content, or an empty ``kind`` after noting a problem."""
        shown = self.shown(name)
        try:
            raw = read_yaml(self.folder / name, shown)
        except ContentError as error:
            self.problems += error.problems
            return kind()
        if not isinstance(raw, kind):
            form = "列表，每条以“- ”开头" if kind is list else "“字段: 值”的一组"
            self.problems.append(Problem(shown, 1, "文件", "", f"整个文件应当是{form}"))
            return kind()
        return raw

    def read(self, name: str, parse: Callable[[Rows, Reader], _Value], key: str) -> list[_Value]:
        """Parsed rows of one file; ``key`` is the field that no two rows share."""
        values: list[_Value] = []
        for row in self.raw(name, list):
            reader = Reader(self.shown(name), row, self.problems)
            before = len(self.problems)
            value = parse(self, reader)
            reader.finish()
            identity = str(reader.row.get(key, ""))
            if identity in self._places:
                reader.problem(key, identity, "重复了：每个只能用一次")
            self._places.setdefault(identity, reader)
            if len(self.problems) == before:
                values.append(value)
        return values

    def problem(self, identity: str, name: str, value: str, remedy: str) -> None:
        """Note a problem of a row read before, at the field's line."""
        self._places[identity].problem(name, value, remedy)


def read_inside(rows: Rows, reader: Reader) -> Occupation:
    """A row of ``catalogue.yml``."""
    department = reader.text("department", required=False)
    ref = None
    if department:
        confidence = _confidence(reader, "department_confidence")
        refs = _refs(rows, reader, (reader.text("department_source"),), confidence, "department_source")
        ref = refs[0] if refs else None
    return _occupation(
        rows,
        reader,
        form=_INSIDE,
        in_catalogue="是",
        kind=reader.text("kind", choices=("专业技术人员", "技能人员")),
        class_=reader.text("class", choices=CLASSES),
        class_sentence=reader.text("class_sentence", required=False),
        name_confidence=_confidence(reader, "name_confidence"),
        sub_items=reader.texts("sub_items"),
        department=department,
        department_ref=ref,
    )


def read_outside(rows: Rows, reader: Reader) -> Occupation:
    """A row of ``not_in_catalogue.yml``; with ``see``, only its names count."""
    in_catalogue = reader.text("in_catalogue", choices=IN_CATALOGUE)
    see = reader.text("see", required=in_catalogue == "是")
    return _occupation(rows, reader, form=_OUTSIDE, in_catalogue=in_catalogue, see=see, name_confidence=Confidence.HIGH)


def _occupation(rows: Rows, reader: Reader, *, form: re.Pattern[str], **given: Any) -> Occupation:
    number = reader.text("number")
    if not form.match(number):
        reader.problem("number", number, "编号写成 专14、技10 或 X-01 的样子")
    outside, see = form is _OUTSIDE, given.setdefault("see", "")
    skill_level = rows.phrases.get("route_skill_level")
    route = reader.text("route", required=False) if outside else ""
    status = reader.text("status", required=False) if outside else ""
    texts: dict[str, Any] = {name: reader.text(name, required=False) for name in ("false_claim", "say")}
    check = "" if see else reader.text("check", choices=[key for key in rows.phrases if key.startswith("check_")])
    for name, text in {**texts, "route": route, "status": status}.items():
        named_contacts(reader, {name: text}, rows.content.contacts)
    reader.text("note", required=False)
    defaults: dict[str, Any] = {"kind": "", "class_": "", "class_sentence": "", "sub_items": (), "department": ""}
    return Occupation(
        **{**defaults, "department_ref": None, **given},
        **texts,
        number=number,
        name=reader.text("name"),
        aliases=reader.texts("aliases"),
        everyday=reader.texts("everyday"),
        status=status,
        status_confidence=_confidence(reader, "status_confidence") if outside and not see else Confidence.HIGH,
        left_catalogue=outside and reader.text("left_catalogue", required=False, choices=("是", "")) == "是",
        proper=reader.text("proper", required=False) if outside else "",
        route=route.replace(_SKILL_LEVEL, skill_level.text if skill_level else ""),
        route_confidence=_confidence(reader, "route_confidence") if route else Confidence.HIGH,
        check=check,
        sources=_refs(rows, reader, reader.texts("sources") or ("",), Confidence.HIGH, "sources"),
        edition=reader.text("edition"),
        as_of=reader.text("as_of"),
        version=_digest(reader.row),
    )


def read_group(rows: Rows, reader: Reader) -> Ambiguity:
    """An ambiguous name of ``ambiguous.yml``."""
    reader.used.add("readings")
    readings = []
    for raw in reader.row.get("readings") or []:
        inner = Reader(reader.shown, raw, reader.problems)
        note = inner.text("note", required=False)
        reading = Reading(inner.text("row"), inner.text("label"), inner.text("use"), note)
        if rows.numbers and reading.row not in rows.numbers:
            inner.problem("row", reading.row, "两份目录文件里没有这个编号，写成 专14、技10 或 X-01 的样子")
        readings.append(reading)
        inner.finish()
    if len(readings) < 2:
        reader.problem("readings", len(readings), "至少写两种可能，否则用不着并排列出")
    return Ambiguity(
        reader.text("name"), reader.texts("aliases"), reader.texts("everyday"), reader.text("question"), tuple(readings)
    )


def read_phrase(rows: Rows, reader: Reader) -> Phrase:
    """A sentence of ``phrases.yml``."""
    text, speech = reader.text("text"), reader.text("speech", required=False)
    named_contacts(reader, {"text": text, "speech": speech}, rows.content.contacts)
    medium = reader.text("confidence", required=False, choices=("high", "medium", "")) == "medium"
    refs = _refs(rows, reader, reader.texts("sources"), Confidence.MEDIUM if medium else Confidence.HIGH, "sources")
    return Phrase(reader.text("id"), text, speech, refs)


def read_words(rows: Rows) -> Words:
    """The word lists of ``words.yml``."""
    raw = rows.raw("words.yml", dict)
    reader = Reader(rows.shown("words.yml"), raw if isinstance(raw, Row) else Row(), rows.problems)
    if not isinstance(raw, Row):
        reader.row.line, reader.row.lines = 0, {}
    lists = {name: reader.texts(name) for name in _LISTS}
    neighbours = {name: _neighbours(reader, name) for name in ("not_after", "not_before")}
    reader.used.add("lookalikes")
    lookalikes = reader.row.get("lookalikes") or {}
    reader.finish()
    return Words(
        cues=lists["cues"],
        other_kinds=lists["other_kinds"],
        other_kinds_outside=lists["other_kinds_outside"],
        other_ends=lists["other_ends"],
        plain_before=frozenset(lists["plain_before"]),
        **neighbours,
        not_names=frozenset(lists["not_names"]),
        documents=frozenset(lists["documents"]),
        not_latin=frozenset(lists["not_latin"]),
        not_titles=frozenset(lists["not_titles"]),
        stops=frozenset(lists["stops"]),
        lookalikes={str(wrong): str(right) for wrong, right in lookalikes.items()},
    )


def _neighbours(reader: Reader, name: str) -> Mapping[str, tuple[str, ...]]:
    reader.used.add(name)
    raw = reader.row.get(name) or {}
    if not isinstance(raw, dict) or not all(isinstance(words, list) for words in raw.values()):
        reader.problem(name, raw, "写成“{字: [词, 词]}”")
        return {}
    return {str(beside): tuple(map(str, words)) for beside, words in raw.items()}


def _confidence(reader: Reader, name: str) -> Confidence:
    value = reader.text(name, choices=("high", "medium"))
    return Confidence.MEDIUM if value == "medium" else Confidence.HIGH


def _refs(rows: Rows, reader: Reader, keys: Iterable[str], confidence: Confidence, name: str) -> tuple[SourceRef, ...]:
    refs = []
    for key in keys:
        if key in rows.content.sources:
            refs.append(SourceRef(rows.content.sources[key], (), confidence))
        else:
            reader.problem(name, key, "sources.yml 里没有这个编号" if key else "缺少依据，写 sources.yml 里的编号")
    return tuple(refs)


def _digest(row: Mapping[Any, Any]) -> str:
    """Eight hex digits that change with any field of the row."""
    fields = {str(name): value for name, value in row.items()}
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:8]
