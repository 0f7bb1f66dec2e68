"""The values that ``data/knowledge/occupations/`` is parsed into. Frozen; nothing here reads a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge.models import Confidence, SourceRef

CLASSES = ("准入类", "水平评价类")
IN_CATALOGUE = ("是", "否", "部分")


@dataclass(frozen=True)
class Occupation:
    """One row: an item of the catalogue (专1…技13) or a name often taken for one (X-01…).

    ``class_`` is empty outside the catalogue. Where ``class_sentence`` is set, only that sentence
    may be said about the class. ``see`` names the row that is answered instead. Texts hold
    ``{contact}`` placeholders; ``check`` is the id of the phrase that says where to look it up.
    An empty ``department`` or ``route`` is not known, and said so.
    """

    number: str
    name: str
    in_catalogue: str
    kind: str
    class_: str
    class_sentence: str
    sub_items: tuple[str, ...]
    aliases: tuple[str, ...]
    everyday: tuple[str, ...]
    name_confidence: Confidence
    department: str
    department_ref: SourceRef | None
    status: str
    status_confidence: Confidence
    left_catalogue: bool
    proper: str
    route: str
    route_confidence: Confidence
    false_claim: str
    say: str
    check: str
    see: str
    sources: tuple[SourceRef, ...]
    edition: str
    as_of: str
    version: str


@dataclass(frozen=True)
class Reading:
    """One thing that an ambiguous name may mean: a row, what to call it, what it is for, what to add."""

    row: str
    label: str
    use: str
    note: str = ""


@dataclass(frozen=True)
class Ambiguity:
    """A name with several readings, and the question that decides between them."""

    name: str
    aliases: tuple[str, ...]
    everyday: tuple[str, ...]
    question: str
    readings: tuple[Reading, ...]

    @property
    def rows(self) -> tuple[str, ...]:
        """Numbers of the rows that the name may mean, in the order shown."""
        return tuple(reading.row for reading in self.readings)


@dataclass(frozen=True)
class Phrase:
    """A sentence that answers are put together from; 〔〕 blanks, ``{contact}`` placeholders."""

    id: str
    text: str
    speech: str
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True)
class Words:
    """Word lists for recognising names; what each is for is written in ``words.yml``."""

    cues: tuple[str, ...]
    other_kinds: tuple[str, ...]
    other_kinds_outside: tuple[str, ...]
    other_ends: tuple[str, ...]
    plain_before: frozenset[str]
    not_after: Mapping[str, tuple[str, ...]]
    not_before: Mapping[str, tuple[str, ...]]
    not_names: frozenset[str]
    documents: frozenset[str]
    not_latin: frozenset[str]
    not_titles: frozenset[str]
    stops: frozenset[str]
    lookalikes: Mapping[str, str]


@dataclass(frozen=True)
class Surface:
    """A way of naming rows, as written in the data. ``everyday`` ones need words about certificates nearby."""

    name: str
    rows: tuple[str, ...]
    everyday: bool
