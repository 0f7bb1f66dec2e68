"""How much of the labelled texts is masked that should be, and kept that should be, by kind.

A line of a set: ``{"text": …, "private": [[kind, substring], …], "keep": [substring, …]}``. All of it is invented.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SETS = {name: Path(__file__).with_name(f"{name}.jsonl") for name in ("development", "second", "heldout")}
#: So many figures or letters of a datum in a row that are still there make it a leak, though the whole is gone.
_TELLING = re.compile(r"[0-9A-Za-z]{5,}")
_ROOM = re.compile(r"[0-9]{2,}")


@dataclass(frozen=True)
class Labelled:
    """One text, the private data in it by kind, and what has to stay."""

    text: str
    private: tuple[tuple[str, str], ...]
    keep: tuple[str, ...]


@dataclass
class Figures:
    """Counts by kind, and what failed: (kind, text, masked text)."""

    wanted: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, str, str]] = field(default_factory=list)

    def share(self, *kinds: str) -> float:
        """Share of what was wanted of these kinds; 1.0 where nothing was."""
        wanted = sum(self.wanted[kind] for kind in kinds)
        return sum(self.masked[kind] for kind in kinds) / wanted if wanted else 1.0


def load(path: Path) -> list[Labelled]:
    """The lines of a set."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [
        Labelled(row["text"], tuple((kind, datum) for kind, datum in row["private"]), tuple(row["keep"]))
        for row in rows
    ]


def measure(texts: list[Labelled], mask: Callable[[str], str]) -> Figures:
    """What ``mask`` makes of the texts; what is to be kept counts as the kind ``keep``."""
    figures = Figures()
    for labelled in texts:
        masked = mask(labelled.text)
        for kind, good in _judged(labelled, masked):
            figures.wanted[kind] += 1
            figures.masked[kind] += good
            if not good:
                figures.failed.append((kind, labelled.text, masked))
    return figures


def _judged(labelled: Labelled, masked: str) -> Iterator[tuple[str, bool]]:
    for kind, datum in labelled.private:
        yield kind, not _is_told(kind, datum, labelled.text, masked)
    for kept in labelled.keep:
        yield "keep", kept in masked


def _is_told(kind: str, datum: str, text: str, masked: str) -> bool:
    if datum in masked:
        return True
    narrow = unicodedata.normalize("NFKC", datum)
    left, besides = (unicodedata.normalize("NFKC", each) for each in (masked, text.replace(datum, " ")))
    telling = _ROOM if kind == "address" else _TELLING
    alone = (re.compile(rf"(?<![0-9A-Za-z]){piece}(?![0-9A-Za-z])") for piece in telling.findall(narrow))
    return any(piece.search(left) and not piece.search(besides) for piece in alone)
