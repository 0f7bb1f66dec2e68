"""Read ``data/knowledge/`` into values, collecting every problem before giving up."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import ContentError, Problem
from bot.knowledge.models import Confidence, Contact, Entry, Source, SourceRef, Wording
from bot.knowledge.yaml_lines import Row, read_yaml

_ID = re.compile(r"^[a-z][a-z0-9_]*$")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.(name|short))?\}")
_ENTRY_KINDS = ("answer", "urgent")
_CONTACT_KINDS = ("office", "prefecture", "hotline", "sms", "site")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Content:
    """Everything under ``data/knowledge/`` but occupations and advert signals."""

    sources: Mapping[str, Source]
    contacts: Mapping[str, Contact]
    entries: Mapping[str, Entry]
    routes: tuple[Entry, ...]
    wordings: Mapping[str, Wording]


class Reader:
    """Takes typed fields out of one YAML row, noting what is wrong instead of raising."""

    def __init__(self, shown: str, row: Any, problems: list[Problem]) -> None:
        self.shown, self.problems = shown, problems
        self.row: Row = row if isinstance(row, Row) else Row()
        if not isinstance(row, Row):
            self.row.line, self.row.lines = 0, {}
            self.problem("条目", str(row), "这里应当是“字段: 值”的一组")
        self.used: set[str] = set()

    def problem(self, name: str, value: object, remedy: str) -> None:
        """Note one problem at the field's line, or at the row's where the field is missing."""
        line = self.row.lines.get(name, self.row.line)
        self.problems.append(Problem(self.shown, line, name, "" if value is None else str(value), remedy))

    def text(self, name: str, *, required: bool = True, choices: Iterable[str] = ()) -> str:
        self.used.add(name)
        value = self.row.get(name)
        if value is None:
            if required:
                self.problem(name, "", "缺少这个字段，请补上")
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            self.problem(name, value, "应当是一段文字；带冒号的文字请加引号")
            return ""
        value = str(value).strip()
        if choices and value not in set(choices):
            self.problem(name, value, f"只能是：{'、'.join(choices)}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        self.used.add(name)
        value = self.row.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, (str, int)) for item in value):
            self.problem(name, value, "应当是一个列表，例如 [甲, 乙]")
            return ()
        return tuple(str(item) for item in value)

    def date(self, name: str, default: dt.date | None = None) -> dt.date | None:
        value = self.text(name, required=False)
        if not value:
            return default
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.problem(name, value, "日期写成 2022-04-08 的样子")
            return default

    def finish(self) -> None:
        for name in self.row:
            if name not in self.used:
                self.problem(name, self.row[name], "不认识这个字段：改正拼写或删去")


def load_content(root: Path) -> Content:
    """Parse the knowledge folder ``root``.

    Raises:
        ContentError: with every problem found in every file.
    """
    problems: list[Problem] = []
    sources = _table(root, "sources.yml", problems, _source)
    contacts = _table(root, "contacts.yml", problems, lambda r: _contact(r, sources))
    entries: dict[str, Entry] = {}
    for path in sorted((root / "faq").glob("*.yml")):
        for entry in _rows(root, path, problems, lambda r: _entry(r, sources, contacts)):
            _add(entries, entry, entry.file, problems)
    routes = tuple(
        route
        for path in sorted((root / "routes").glob("*.yml"))
        for route in _rows(root, path, problems, lambda r: _entry(r, sources, contacts, entries))
    )
    wordings = _table(root, "replies.yml", problems, lambda r: _wording(r, contacts))
    if problems:
        raise ContentError(tuple(problems))
    return Content(sources, contacts, entries, routes, wordings)


def _rows(root: Path, path: Path, problems: list[Problem], parse: Callable[[Reader], _Value]) -> list[_Value]:
    shown = f"data/knowledge/{path.relative_to(root).as_posix()}"
    try:
        raw = read_yaml(path, shown)
    except ContentError as error:
        problems += error.problems
        return []
    if not isinstance(raw, list):
        problems.append(Problem(shown, 1, "文件", "", "整个文件应当是一个列表，每条以“- ”开头"))
        return []
    values = []
    for row in raw:
        reader = Reader(shown, row, problems)
        before = len(problems)
        value = parse(reader)
        reader.finish()
        if len(problems) == before:
            values.append(value)
    return values


def _table(root: Path, name: str, problems: list[Problem], parse: Callable[[Reader], Any]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for value in _rows(root, root / name, problems, parse):
        _add(table, value, f"data/knowledge/{name}", problems)
    return table


def _add(table: dict[str, Any], value: Any, shown: str, problems: list[Problem]) -> None:
    if value.id in table:
        problems.append(Problem(shown, value.lines.get("id", 0), "id", value.id, "编号重复：每个编号只能用一次"))
    table[value.id] = value


def _identifier(reader: Reader) -> str:
    value = reader.text("id")
    if value and not _ID.match(value):
        reader.problem("id", value, "编号用小写字母开头，只含小写字母、数字和下划线")
    return value


def _source(reader: Reader) -> Source:
    return Source(
        id=_identifier(reader),
        title=reader.text("title"),
        issuer=reader.text("issuer"),
        date=reader.text("date"),
        url=reader.text("url", required=False),
        lines=reader.row.lines,
    )


def _contact(reader: Reader, sources: Mapping[str, Source]) -> Contact:
    kind = reader.text("kind", choices=_CONTACT_KINDS)
    phone = reader.text("phone", required=kind != "site")
    url = reader.text("url", required=kind == "site")
    name = reader.text("name")
    return Contact(
        id=_identifier(reader),
        kind=kind,
        name=name,
        short=reader.text("short", required=False) or name,
        region=reader.text("region"),
        source=_known_source(reader, reader.text("source"), sources),
        confidence=_confidence(reader),
        phone=phone,
        url=url,
        takes=reader.text("takes", required=False),
        takes_basis=reader.text("takes_basis", required=False),
        published=reader.text("published", required=False),
        note=reader.text("note", required=False),
        lines=reader.row.lines,
    )


def _known_source(reader: Reader, key: str, sources: Mapping[str, Source]) -> Source:
    if key not in sources:
        reader.problem("source", key, "sources.yml 里没有这个编号")
        return Source(key, key, "", "")
    return sources[key]


def _confidence(reader: Reader) -> Confidence:
    value = reader.text("confidence", required=False, choices=("high", "medium", "")) or "high"
    return Confidence.MEDIUM if value == "medium" else Confidence.HIGH


def _entry(
    reader: Reader,
    sources: Mapping[str, Source],
    contacts: Mapping[str, Contact],
    entries: Mapping[str, Entry] | None = None,
) -> Entry:
    is_route = entries is not None
    identifier = _identifier(reader)
    text, speech = reader.text("text"), reader.text("speech")
    wechat = reader.text("wechat", required=False)
    route_of = reader.text("route_of") if is_route else ""
    if entries is not None and route_of not in entries:
        reader.problem("route_of", route_of, "faq/ 里没有这个条目")
    return Entry(
        id=identifier,
        title=reader.text("title"),
        text=text,
        speech=speech,
        sources=_source_refs(reader, sources),
        contacts=named_contacts(reader, {"text": text, "speech": speech, "wechat": wechat}, contacts),
        region=reader.text("region", required=False) or "全国",
        valid_from=reader.date("valid_from") or dt.date(2022, 4, 8),
        valid_until=reader.date("valid_until"),
        verified_on=reader.date("verified_on") or dt.date(2026, 11, 22),
        version=_digest(reader.row),
        file=reader.shown,
        kind=reader.text("kind", required=False, choices=(*_ENTRY_KINDS, "")) or "answer",
        topic=reader.text("topic", required=False),
        aspect=reader.text("aspect", required=False),
        related=reader.texts("related"),
        wechat=wechat,
        note=reader.text("note", required=False),
        route_of=route_of,
        when=_conditions(reader) if is_route else {},
        lines=reader.row.lines,
    )


def _conditions(reader: Reader) -> dict[str, tuple[str, ...]]:
    reader.used.add("when")
    raw = reader.row.get("when") or {}
    if not isinstance(raw, dict) or not all(isinstance(v, list) for v in raw.values()):
        reader.problem("when", raw, "写成“名称: [值, 值]”")
        return {}
    return {str(name): tuple(str(item) for item in values) for name, values in raw.items()}


def _source_refs(reader: Reader, sources: Mapping[str, Source]) -> tuple[SourceRef, ...]:
    reader.used.add("sources")
    refs = []
    for raw in reader.row.get("sources") or []:
        inner = Reader(reader.shown, raw, reader.problems)
        refs.append(
            SourceRef(_known_source(inner, inner.text("source"), sources), inner.texts("facts"), _confidence(inner))
        )
        inner.finish()
    return tuple(refs)


def _wording(reader: Reader, contacts: Mapping[str, Contact]) -> Wording:
    text, speech = reader.text("text"), reader.text("speech", required=False)
    return Wording(
        id=_identifier(reader),
        kind=reader.text("kind", choices=("refusal", "smalltalk", "handover", "clarify", "urgent", "part")),
        text=text,
        speech=speech or text,
        contacts=named_contacts(reader, {"text": text, "speech": speech}, contacts),
        intents=reader.texts("intents"),
        reason=reader.text("reason", required=False),
        lines=reader.row.lines,
    )


def named_contacts(reader: Reader, texts: Mapping[str, str], contacts: Mapping[str, Contact]) -> tuple[Contact, ...]:
    """Contacts that the fields ``texts`` name by ``{id}``, in the order of their first appearance."""
    found: dict[str, Contact] = {}
    for field, text in texts.items():
        for match in PLACEHOLDER.finditer(text):
            if match[1] not in contacts:
                reader.problem(field, match[0], "contacts.yml 里没有这个编号")
            else:
                found.setdefault(match[1], contacts[match[1]])
    return tuple(found.values())


def _digest(row: Mapping[str, Any]) -> str:
    """Eight hex digits that change with any field: the version stored with replies and feedback."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:8]
