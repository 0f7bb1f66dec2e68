"""The catalogue in memory, and its loader: every problem in the files is collected before giving up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from bot.errors import ContentError, Problem
from bot.knowledge.loader import Content
from bot.occupations.models import Ambiguity, Occupation, Phrase, Reading, Surface, Words
from bot.occupations.rows import Rows, read_group, read_inside, read_outside, read_phrase, read_words
from bot.text.normalise import fold
from bot.text.words import add_words

__all__ = ["Ambiguity", "Catalogue", "Occupation", "Phrase", "Reading", "Surface", "Words", "load_catalogue"]

#: Phrases that :mod:`bot.replies.lookup` puts answers together from.
PHRASES = (
    "in_catalogue", "in_catalogue_medium", "in_catalogue_sentence", "not_in_catalogue", "partly_in_catalogue",
    "means_准入类", "means_水平评价类", "means_level", "department_high", "department_medium", "department_none",
    "route_skill_level", "route_none", "issuer_none", "valid_in", "valid_out", "valid_never", "how_in", "exam",
    "exam_out", "date_in", "date_out", "ambiguous", "unknown", "unknown_speech",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Rows by number, ambiguous names, phrases and word lists. ``version`` changes with any file."""

    rows: Mapping[str, Occupation]
    groups: tuple[Ambiguity, ...]
    phrases: Mapping[str, Phrase]
    words: Words
    version: str
    _by_name: Mapping[str, Ambiguity] = field(default_factory=dict, repr=False)

    def names(self) -> tuple[str, ...]:
        """Names, aliases and sub-items that jieba and the homophone correction should know.

        Left out are names of two characters and those of three that end in 证: jieba learns them
        when the catalogue is loaded, and as homophone targets they would swallow ordinary words
        (幼|儿早|教 is not 二造, 假证怎|么办 is not 家政证, baoan is also 报案).
        """
        names = (name for name, _ in _surfaces(self.rows, self.groups))
        return tuple(dict.fromkeys(name for name in names if len(name) > 2 + name.endswith("证")))

    def group(self, name: str) -> Ambiguity | None:
        """The ambiguous name that ``name`` is a way of writing, if any."""
        return self._by_name.get(fold(name))

    def resolve(self, number: str) -> Occupation | None:
        """The row of a number; a comparison row (X-29, X-30) gives the catalogue's own."""
        row = self.rows.get(number)
        return self.rows.get(row.see, row) if row and row.see else row

    @cached_property
    def outside_names(self) -> tuple[str, ...]:
        """Names of three or more characters of rows that are not in the catalogue."""
        outside = (row for row in self.rows.values() if row.in_catalogue == "否")
        return tuple(name for row in outside for name in (row.name, *row.aliases) if len(name) > 2)

    @cached_property
    def index(self) -> Mapping[str, Surface]:
        """Folded way of naming → rows. An ambiguous name wins over a row's own."""
        index: dict[str, Surface] = {}
        for name, surface in _surfaces(self.rows, self.groups):
            index[fold(name).replace(" ", "")] = surface
        return index


def load_catalogue(folder: Path, content: Content) -> Catalogue:
    """Read ``catalogue.yml``, ``not_in_catalogue.yml``, ``ambiguous.yml``, ``phrases.yml``, ``words.yml``.

    Raises:
        ContentError: with every problem found: file, line, field, value and remedy.
    """
    problems: list[Problem] = []
    reader = Rows(folder, content, problems)
    phrases = {phrase.id: phrase for phrase in reader.read("phrases.yml", read_phrase, "id")}
    for missing in (key for key in PHRASES if key not in phrases):
        problems.append(Problem(reader.shown("phrases.yml"), 0, "id", missing, "程序要用这一句，请补上"))
    reader.phrases = phrases
    rows = {row.number: row for row in reader.read("catalogue.yml", read_inside, "number")}
    rows.update({row.number: row for row in reader.read("not_in_catalogue.yml", read_outside, "number")})
    reader.numbers = frozenset(rows)
    groups = tuple(reader.read("ambiguous.yml", read_group, "name"))
    words = read_words(reader)
    if not problems:
        _check_references(reader, rows)
        _check_names(reader, rows, groups)
    if problems:
        raise ContentError(tuple(problems))
    by_name = {fold(name): group for group in groups for name in (group.name, *group.aliases, *group.everyday)}
    catalogue = Catalogue(rows, groups, phrases, words, _version(folder), by_name)
    add_words(surface.name for surface in catalogue.index.values() if not surface.everyday)
    return catalogue


def _check_references(reader: Rows, rows: Mapping[str, Occupation]) -> None:
    for row in rows.values():
        if row.see and (row.see not in rows or rows[row.see].see):
            reader.problem(row.number, "see", row.see, "这里写目录里的编号，例如 专36")


def _check_names(reader: Rows, rows: Mapping[str, Occupation], groups: tuple[Ambiguity, ...]) -> None:
    """A name in two rows is a mistake unless ``ambiguous.yml`` lays its readings side by side."""
    shared = {fold(name) for group in groups for name in (group.name, *group.aliases, *group.everyday)}
    owners: dict[str, str] = {}
    for row in rows.values():
        target = row.see or row.number
        for name in (row.name, *row.aliases, *row.everyday):
            key = fold(name).replace(" ", "")
            if key in shared or owners.setdefault(key, target) == target:
                continue
            remedy = f"{owners[key]} 也有这个叫法：删去一处，或在 ambiguous.yml 里并排列出"
            reader.problem(row.number, "name" if name == row.name else "aliases", name, remedy)


def _surfaces(rows: Mapping[str, Occupation], groups: tuple[Ambiguity, ...]) -> Iterator[tuple[str, Surface]]:
    """Every way of naming, later ones winning.

    Shortened aliases, sub-items and everyday words, aliases and names, ambiguous names.
    """
    for row in rows.values():
        for name in _without_certificate(row.aliases):
            yield name, Surface(name, (row.see or row.number,), False)
    for row in rows.values():
        target = (row.see or row.number,)
        for item in row.sub_items:
            short = item.split("（")[0]
            if "、" not in short:
                yield short, Surface(short, target, False)
        for name in row.everyday:
            yield name, Surface(name, target, True)
    for row in rows.values():
        target = (row.see or row.number,)
        for name in (*row.aliases, row.name):
            if name not in row.everyday:
                yield name, Surface(name, target, False)
    for group in groups:
        for name in group.everyday:
            yield name, Surface(name, group.rows, True)
        for name in (*group.aliases, group.name):
            yield name, Surface(name, group.rows, False)


def _without_certificate(names: tuple[str, ...]) -> Iterator[str]:
    """„期货从业资格证" and „机场安检员证" are also said without 证."""
    for name in names:
        base = name.removesuffix("证")
        if base != name and len(base) >= 4 and base.endswith(("资格", "师", "员", "工", "人")):
            yield base


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
