"""Rules on the training phrasings: enough of them, truly different, each intent known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import Problem
from bot.knowledge.yaml_lines import read_yaml
from bot.text.lexicon import Lexicon
from bot.text.normalise import fold

#: Phrasings that an entry needs, and out-of-scope examples in all.
MIN_PHRASINGS, MIN_OUT_OF_SCOPE = 40, 800
#: Character-3-gram Jaccard from which two phrasings count as one.
TOO_ALIKE = 0.7
OUT_OF_SCOPE = "oos_"


@dataclass(frozen=True)
class Phrasing:
    """One training example and where it stands."""

    text: str
    intent: str
    file: str
    line: int


def read_phrasings(nlu: Path) -> tuple[Phrasing, ...]:
    """Every example below ``data/nlu``, in the order of files and lines."""
    found = []
    for path in sorted(nlu.rglob("*.yml")):
        shown = f"data/nlu/{path.relative_to(nlu).as_posix()}"
        for row in (read_yaml(path, shown) or {}).get("nlu") or ():
            if "intent" not in row:
                continue
            first = row.lines["examples"] + 1
            for number, line in enumerate(str(row["examples"]).splitlines()):
                if line.startswith("- "):
                    found.append(Phrasing(line[2:].strip(), row["intent"], shown, first + number))
    return tuple(found)


def grams(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Character 3-grams of what is said, without fillers and punctuation."""
    said = "".join(ch for ch in lexicon.drop_fillers(fold(text)) if ch.isalnum())
    return frozenset(said[i : i + 3] for i in range(max(1, len(said) - 2)))


def likeness(left: frozenset[str], right: frozenset[str]) -> float:
    """Jaccard index (0–1) of two sets of grams."""
    return len(left & right) / max(1, len(left | right))


def check_phrasings(
    phrasings: tuple[Phrasing, ...], intents: set[str], entries: set[str], lexicon: Lexicon
) -> Iterator[Problem]:
    """Problems: an unknown intent, too few phrasings, two too alike, too few out of scope."""
    by_intent: defaultdict[str, list[Phrasing]] = defaultdict(list)
    for phrasing in phrasings:
        by_intent[phrasing.intent].append(phrasing)
    for intent, members in by_intent.items():
        if intent not in intents:
            yield Problem(members[0].file, members[0].line, "intent", intent, "没有这个条目或意图")
        if not intent.startswith(f"{OUT_OF_SCOPE}gibberish"):
            yield from _too_alike(members, lexicon)
    for entry in sorted(entries):
        count = len(by_intent[entry])
        if count < MIN_PHRASINGS:
            yield Problem("data/nlu/faq", 0, entry, f"{count} 句", f"每个条目至少要 {MIN_PHRASINGS} 句不同的问法")
    outside = sum(len(members) for intent, members in by_intent.items() if intent.startswith(OUT_OF_SCOPE))
    if outside < MIN_OUT_OF_SCOPE:
        yield Problem(
            "data/nlu/out_of_scope.yml", 0, "examples", f"{outside} 句", f"范围外的至少要 {MIN_OUT_OF_SCOPE} 句"
        )


def _too_alike(members: list[Phrasing], lexicon: Lexicon) -> Iterator[Problem]:
    seen = [(phrasing, grams(phrasing.text, lexicon)) for phrasing in members]
    for index, (later, its) in enumerate(seen):
        for earlier, others in seen[:index]:
            if (
                min(len(its), len(others)) >= TOO_ALIKE * max(len(its), len(others))
                and likeness(its, others) >= TOO_ALIKE
            ):
                where = f"{earlier.file}:{earlier.line}"
                yield Problem(later.file, later.line, "examples", later.text, f"和 {where} 太像，请换个说法或删去")
                break
