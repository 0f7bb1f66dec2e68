"""The two look-ups asked for what people hold out: occupations by name, adverts by the check alone."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

#: The first sets, and those that other people wrote later without having seen any of it.
OCCUPATIONS = {"occupations": "occupations.tsv", "occupations, second set": "occupations_second.tsv"}
ADVERTS = {"adverts": "adverts.jsonl", "adverts, second set": "adverts_second.jsonl"}
_OTHER, _UNKNOWN = "另答", "unknown"


async def evaluate_look_ups(engine: Any, folder: Path) -> dict[str, Any]:
    """Figures of every set below ``folder``."""
    figures: dict[str, Any] = {}
    for name, file in OCCUPATIONS.items():
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        figures[name] = await ask_occupations(engine, [(line.split("\t")[0], line.split("\t")[1]) for line in lines])
    for name, file in ADVERTS.items():
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        figures[name] = check_adverts(engine.store.current, [json.loads(line) for line in lines])
    return figures


async def ask_occupations(engine: Any, questions: list[tuple[str, str]]) -> dict[str, Any]:
    """Right: exactly the rows expected, none for ``unknown``. Wrong: states facts about any other row."""
    right, unknown_right, unknown, wrong, misses = 0, 0, 0, 0, []
    for accepted, question in questions:
        expected = set() if accepted == _UNKNOWN else set(accepted.split("+"))
        rows = set(await rows_shown(engine, question))
        right += rows == expected
        wrong += bool(rows - expected - {_OTHER})
        unknown += accepted == _UNKNOWN
        unknown_right += accepted == _UNKNOWN and rows == expected
        if rows != expected:
            misses.append(f"{accepted} ← {question} → {'、'.join(sorted(rows)) or '无'}")
    return {
        "total": len(questions),
        "right": round(right / len(questions), 3),
        "wrong": wrong,
        "unknown": unknown,
        "unknown_right": unknown_right,
        "misses": misses,
    }


async def rows_shown(engine: Any, question: str) -> list[str]:
    """Numbers of the rows that the answer is about; none for an unknown name, 另答 for another kind of answer."""
    _, turn = await engine.turn(question)
    for reference in turn.replies:
        if reference.form == "lookup":
            if reference.key == "ambiguous":
                return list(reference.blanks["rows"])
            return [] if reference.key == _UNKNOWN else [reference.key]
    return [_OTHER] if turn.replies[0].form == "entry" else []


def check_adverts(snapshot: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The share of frauds with a finding, of honest texts with one; as the advert check judges."""
    from bot.dialogue.advert import judge
    from bot.text.clean import clean

    flagged: defaultdict[str, list[bool]] = defaultdict(list)
    misses = []
    for row in rows:
        text = clean(row["text"])
        found = bool(judge(text, snapshot).findings)
        flagged["fraud" if row["fraud"] else "honest"].append(found)
        if row["fraud"] and row.get("evasive"):
            flagged["evasive"].append(found)
        if found != row["fraud"]:
            misses.append(("漏报：" if row["fraud"] else "误报：") + row.get("kind", "") + row["text"][:60])
    shares = {name: [len(values), round(sum(values) / len(values), 3)] for name, values in sorted(flagged.items())}
    return shares | {"misses": misses}


def shown(sets: dict[str, Any]) -> list[str]:
    """Lines for the report."""
    lines = []
    for name in OCCUPATIONS:
        found = sets[name]
        lines.append(
            f"- {name}: {found['total']} questions, right {found['right']:.3f}, "
            f"statements about another row {found['wrong']}; "
            f"unknown or near-miss names {found['unknown_right']} of {found['unknown']}"
        )
    for name in ADVERTS:
        shares = {kind: value for kind, value in sets[name].items() if kind != "misses"}
        told = (f"{kind} {count} texts, flagged {share:.3f}" for kind, (count, share) in shares.items())
        lines.append(f"- {name}: " + "; ".join(told))
    return lines
