"""Read ``signals.yml`` and prove it: every example must be found, no counterexample may be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.advert.check import find
from bot.advert.context import CUES
from bot.advert.foreign_load import load_foreign
from bot.advert.models import Severity, Signal, Signals, Spellings, Unjudged
from bot.advert.reading import read
from bot.advert.score import FILE as WEIGHTS
from bot.advert.score import load_weights
from bot.advert.sites import hosts_of
from bot.errors import ContentError, Problem
from bot.knowledge.loader import Content, Reader
from bot.knowledge.models import Confidence, SourceRef
from bot.knowledge.yaml_lines import Row, read_yaml
from bot.text.patterns import Patterns, compile_all

__all__ = ["Signal", "Signals", "load_signals", "official_hosts"]

_FILE = "signals.yml"
_SHOWN = f"data/knowledge/signals/{_FILE}"
_ID = re.compile(r"^[a-z][a-z0-9_]*$")
_SECTIONS = {"words": Row, "spellings": Row, "cues": Row, "unjudged": list, "signals": list}
_DETECTORS = ("lookalike", "unlisted", "name", "tone")
#: Kinds of red flag that must each have a signal.
CATEGORIES = (
    "guarantee", "exam_free", "pay_for_certificate", "affiliation", "emblem_words", "posing_authority",
    "lookalike_site", "invented_certificate", "forged_experience", "advance_fee", "urgency",
)  # fmt: skip


def load_signals(folder: Path, content: Content) -> Signals:
    """Compile the signals of ``folder``.

    Raises:
        ContentError: with every problem found: a wrong pattern, an unknown source, an example that
            is not found, a counterexample that is.
    """
    raw: Any = read_yaml(folder / _FILE, _SHOWN)
    problems: list[Problem] = []
    _check_sections(raw, problems)
    if problems:
        raise ContentError(tuple(problems))
    signals = replace(_parse(raw, content, problems, folder), weights=load_weights(folder / WEIGHTS))
    if not problems:
        _prove(signals, raw, content, problems)
    if problems:
        raise ContentError(tuple(problems))
    return signals


def official_hosts(content: Content) -> frozenset[str]:
    """Host names of every site in the contacts: what addresses in a text are compared with."""
    return hosts_of([contact.url for contact in content.contacts.values()])


def _check_sections(raw: Any, problems: list[Problem]) -> None:
    if not isinstance(raw, Row):
        problems.append(Problem(_SHOWN, 1, "文件", "", f"整个文件应当分成这几节：{'、'.join(_SECTIONS)}"))
        return
    for section, kind in _SECTIONS.items():
        if not isinstance(raw.get(section), kind):
            line = raw.lines.get(section, 0)
            problems.append(Problem(_SHOWN, line, section, type(raw.get(section)).__name__, "这一节缺少或写法不对"))
    problems += [
        Problem(_SHOWN, raw.lines.get(name, 0), name, "", "不认识这一节：改正拼写或删去")
        for name in raw
        if name not in _SECTIONS
    ]


def _parse(raw: Row, content: Content, problems: list[Problem], folder: Path) -> Signals:
    words = {str(name): str(value) for name, value in raw["words"].items()}
    cues = _cues(raw["cues"], words, problems)
    spellings = _spellings(raw["spellings"], problems)
    unjudged = {point.id: point for point in (_unjudged(row, words, problems) for row in raw["unjudged"])}
    signals: dict[str, Signal] = {}
    for row in raw["signals"]:
        reader = Reader(_SHOWN, row, problems)
        signal = _signal(reader, words, content)
        reader.finish()
        if signal.id in signals:
            reader.problem("id", signal.id, "编号重复：每个编号只能用一次")
        signals[signal.id] = signal
    missing = set(CATEGORIES) - {signal.category for signal in signals.values()}
    problems += [Problem(_SHOWN, 0, "category", name, "这一类一条特征也没有，请补上") for name in sorted(missing)]
    version = hashlib.sha256((folder / _FILE).read_bytes()).hexdigest()[:8]
    return Signals(signals, cues, spellings, unjudged, version, load_foreign(folder, spellings, problems))


def _cues(row: Row, words: Mapping[str, str], problems: list[Problem]) -> dict[str, Patterns]:
    reader = Reader(_SHOWN, row, problems)
    cues = {}
    for name in CUES:
        pattern = _pattern(reader, name, words)
        if pattern is None:
            reader.problem(name, "", "缺少这一组，请补上")
        else:
            cues[name] = pattern
    reader.finish()
    return cues


def _spellings(row: Row, problems: list[Problem]) -> Spellings:
    reader = Reader(_SHOWN, row, problems)
    tables = []
    for name in ("symbols", "words", "syllables"):
        reader.used.add(name)
        table = row.get(name)
        if not isinstance(table, dict) or not all(table.values()):
            reader.problem(name, type(table).__name__, "写成“怪写法: 正常写法”")
            table = {}
        tables.append({str(key).lower(): str(value) for key, value in table.items()})
    reader.finish()
    return Spellings.build(*tables)


def _unjudged(row: Any, words: Mapping[str, str], problems: list[Problem]) -> Unjudged:
    reader = Reader(_SHOWN, row, problems)
    point = Unjudged(reader.text("id"), reader.text("text"), _pattern(reader, "when", words))
    reader.finish()
    return point


def _signal(reader: Reader, words: Mapping[str, str], content: Content) -> Signal:
    identifier = reader.text("id")
    if identifier and not _ID.match(identifier):
        reader.problem("id", identifier, "编号用小写字母开头，只含小写字母、数字和下划线")
    reader.used.add("of_certificates")
    severity = reader.text("severity", choices=[level.value for level in Severity])
    signal = Signal(
        id=identifier,
        category=reader.text("category", choices=CATEGORIES),
        title=reader.text("title"),
        why=reader.text("why"),
        severity=Severity(severity) if severity in {level.value for level in Severity} else Severity.HIGH,
        sources=_sources(reader, content),
        always=_pattern(reader, "patterns", words),
        in_offer=_pattern(reader, "in_offer", words),
        hints=_pattern(reader, "hints", words),
        honest=_pattern(reader, "except", words),
        detector=reader.text("detector", required=False, choices=(*_DETECTORS, "")),
        of_certificates=bool(reader.row.get("of_certificates")),
        examples=reader.texts("examples"),
        counterexamples=reader.texts("counterexamples"),
    )
    if not (signal.always or signal.in_offer or signal.detector):
        reader.problem("patterns", "", "至少写一条 patterns 或 in_offer")
    for name in ("examples", "counterexamples"):
        if not reader.row.get(name):
            reader.problem(name, "", "至少写一个例子")
    return signal


def _pattern(reader: Reader, name: str, words: Mapping[str, str]) -> Patterns | None:
    try:
        return compile_all(reader.texts(name), words)
    except ValueError as error:
        pattern, _, remedy = str(error).rpartition("　")
        reader.problem(name, pattern, remedy)
        return None


def _sources(reader: Reader, content: Content) -> tuple[SourceRef, ...]:
    reader.used.add("sources")
    refs = []
    for raw in reader.row.get("sources") or []:
        inner = Reader(_SHOWN, raw, reader.problems)
        key = inner.text("source")
        level = inner.text("confidence", required=False, choices=("high", "medium", ""))
        if key in content.sources:
            confidence = Confidence.MEDIUM if level == "medium" else Confidence.HIGH
            refs.append(SourceRef(content.sources[key], inner.texts("facts"), confidence))
        else:
            inner.used.add("facts")
            inner.problem("source", key, "sources.yml 里没有这个编号")
        inner.finish()
    if not refs:
        reader.problem("sources", "", "至少写一条依据")
    return tuple(refs)


def _prove(signals: Signals, raw: Row, content: Content, problems: list[Problem]) -> None:
    hosts = official_hosts(content)
    for row, signal in zip(raw["signals"], signals.signals.values(), strict=True):
        if signal.detector == "tone":  # found by weights, which are made after this
            continue
        for name, texts, expected in (
            ("examples", signal.examples, True),
            ("counterexamples", signal.counterexamples, False),
        ):
            for text in texts:
                reading = read(text, signals)
                if any(find(signal, reading, hosts, ())) is not expected:
                    remedy = (
                        "没有认出来：改 patterns，或换一个例子" if expected else "不该认出来：改 patterns 或补 except"
                    )
                    problems.append(Problem(_SHOWN, row.lines.get(name, row.line), name, text, remedy))
