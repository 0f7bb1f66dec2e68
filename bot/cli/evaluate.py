"""``evaluate``: ask every held-out question and write docs/evaluation.md with what came out."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.look_ups import evaluate_look_ups, shown
from bot.knowledge.yaml_lines import read_yaml
from bot.server import quiet
from bot.settings import PROJECT, Settings

HELD_OUT = PROJECT / "tests" / "nlu"
REPORT = PROJECT / "docs" / "evaluation.md"
HISTORY = PROJECT / "docs" / "evaluation.json"
#: Held-out sets of later days, in :data:`HELD_OUT`: name in the figures, file, who wrote them.
LATER = {
    "second": ("questions2.jsonl", "written later, and never read one by one"),
    "third": ("questions3.jsonl", "half of a set written by the one who then added phrasings; the other half was read"),
    "fourth": ("questions4.jsonl", "by somebody who had read the answers and no phrasing; looked at since"),
    "fifth": ("questions5.jsonl", "by somebody who had read the answers and no phrasing; never read one by one"),
}
OUT_OF_SCOPE = "oos_"
ANSWERED = ("answer", "lookup", "advert")
GOOD_KINDS = (*ANSWERED, "urgent")


@dataclass(frozen=True)
class Asked:
    """A held-out question: its voice and the intents that answer it, the best first."""

    text: str
    voice: str
    accepted: tuple[str, ...]

    @property
    def in_scope(self) -> bool:
        """Whether it ought to be answered."""
        return not self.accepted[0].startswith(OUT_OF_SCOPE)


@dataclass(frozen=True)
class Outcome:
    """What the first bot message was. ``offered``: intents of its buttons."""

    asked: Asked
    kind: str
    entry: str
    intent: str
    support: float
    offered: tuple[str, ...]
    best: str

    @property
    def right(self) -> bool:
        """The first message is an answer with an accepted entry, or the right dialogue act."""
        if self.kind in ("smalltalk", "handover"):
            return self.intent in self.asked.accepted
        return self.kind in GOOD_KINDS and self.entry in self.asked.accepted

    @property
    def offers(self) -> bool:
        """A clarifying question that offers an accepted entry."""
        return self.kind == "clarify" and any(intent in self.asked.accepted for intent in self.offered)


def read_held_out(folder: Path) -> tuple[Asked, ...]:
    """All questions of the Rasa-format files of ``tests/nlu``."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        for row in (read_yaml(path, path.name) or {}).get("nlu") or ():
            for example in row["examples"]:
                metadata = example.get("metadata") or {}
                accepted = (row["intent"], *metadata.get("accept", ()))
                found.append(Asked(example["text"].strip()[2:], str(metadata.get("voice", "plain")), accepted))
    return tuple(found)


def read_later(folder: Path, name: str) -> tuple[Asked, ...]:
    """A set of :data:`LATER`, written when the first had been looked at: one JSON object a line."""
    found = []
    for line in (folder / LATER[name][0]).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        accepted = tuple(OUT_OF_SCOPE if name == "out_of_scope" else name for name in row["accept"])
        found.append(Asked(row["text"], row["voice"], accepted))
    return tuple(found)


def evaluate(settings: Settings, stock: bool) -> int:
    """Print the figures and write the report."""
    quiet.import_sanic_quietly()
    quiet.configure_logging(logging.ERROR)
    from bot.cli.engine import Engine

    engine = Engine.load(settings)
    outcomes = asyncio.run(ask_all(engine, read_held_out(HELD_OUT)))
    figures = summarise(outcomes)
    figures["sets"] = asyncio.run(evaluate_look_ups(engine, HELD_OUT))
    for name in LATER:
        figures[name] = summarise(asyncio.run(ask_all(engine, read_later(HELD_OUT, name))))
    history = json.loads(HISTORY.read_text(encoding="utf-8")) if HISTORY.is_file() else {}
    history.setdefault("first", figures)
    history["present"] = figures
    if stock:
        from bot.cli.stock import evaluate_stock

        history["stock"] = evaluate_stock(settings, read_held_out(HELD_OUT))
    HISTORY.write_text(json.dumps(history, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    report = write_report(history, outcomes)
    REPORT.write_text(report, encoding="utf-8")
    print(report)
    return 0


async def ask_all(engine: Any, questions: Sequence[Asked]) -> list[Outcome]:
    """Ask every question in a conversation of its own."""
    outcomes = []
    for asked in questions:
        parsed = await engine.parse(asked.text)
        replies, _turn = await engine.turn(asked.text)
        first = replies[0]
        offered = tuple(choice.intent for choice in first.choices)
        entry = first.entry or {"lookup": "ask_occupation", "advert": "paste_advert"}.get(first.kind.value, "")
        if first.kind.value == "lookup":
            entry = "ask_occupation"
        ranking = [row for row in parsed["intent_ranking"] if row["name"] != "nlu_fallback"]
        best = ranking[0] if ranking else {"name": "", "confidence": 0.0}
        outcomes.append(
            Outcome(asked, first.kind.value, entry, parsed["intent"]["name"], best["confidence"], offered, best["name"])
        )
    return outcomes


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of one run: shares of questions, 0 to 1, rounded to three places."""
    inside = [o for o in outcomes if o.asked.in_scope]
    outside = [o for o in outcomes if not o.asked.in_scope]
    voices: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in inside:
        voices[outcome.asked.voice].append(outcome)
    return {
        "in_scope": len(inside),
        "out_of_scope": len(outside),
        "right": share(inside, lambda o: o.right),
        "clarified": share(inside, lambda o: o.offers),
        "wrong": share(inside, lambda o: o.kind in GOOD_KINDS and not o.right),
        "refused": share(inside, lambda o: o.kind == "refusal"),
        "out_of_scope_answered": share(outside, lambda o: o.kind in ANSWERED),
        "voices": {voice: [len(rows), share(rows, lambda o: o.right)] for voice, rows in sorted(voices.items())},
        "curve": [_at(outcomes, step / 20) for step in range(13)],
    }


def share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
    """The share of outcomes for which something holds; 0.0 of none."""
    return round(sum(map(holds, outcomes)) / len(outcomes), 3) if outcomes else 0.0


def _at(outcomes: Sequence[Outcome], threshold: float) -> list[float]:
    """The gate alone at a threshold: coverage and error of questions in scope, out of scope let through."""
    inside = [o for o in outcomes if o.asked.in_scope]
    outside = [o for o in outcomes if not o.asked.in_scope]

    def through(outcome: Outcome) -> bool:
        return outcome.support >= threshold and not outcome.best.startswith(OUT_OF_SCOPE)

    return [
        threshold,
        share(inside, through),
        share(inside, lambda o: through(o) and o.best not in o.asked.accepted),
        share(outside, through),
    ]


def write_report(history: dict[str, Any], outcomes: Sequence[Outcome]) -> str:
    """docs/evaluation.md."""
    first, present, stock = history["first"], history["present"], history.get("stock")
    lines = [
        "# Evaluation",
        "",
        "Written by `make evaluate`; do not edit. The questions stand in `tests/nlu/`: never trained on, written by",
        "people who had not seen the training data, committed before the first run. Right: the first bot message is an",
        "answer, look-up, urgent reply or verdict with an accepted entry (or the right dialogue act). A clarifying",
        "question that offers an accepted entry is counted apart. Out of scope answered: answer, look-up or advert.",
        "",
        "| | first run | present |" + (" stock pipeline |" if stock else ""),
        "|---|---|---|" + ("---|" if stock else ""),
    ]
    for name, label in (
        ("in_scope", "questions in scope"),
        ("right", "right"),
        ("clarified", "clarify that offers it"),
        ("wrong", "answered with something else"),
        ("refused", "refused"),
        ("out_of_scope", "questions out of scope"),
        ("out_of_scope_answered", "out of scope answered"),
    ):
        row = f"| {label} | {_shown(first.get(name))} | {_shown(present.get(name))} |"
        lines.append(row + (f" {_shown(stock.get(name))} |" if stock else ""))
    if stock:
        lines += ["", stock["note"]]
    for name, (file, written) in LATER.items():
        later = present[name]
        lines += [
            "",
            f"A {name} set ({file}: {later['in_scope']} in scope, {later['out_of_scope']} out of it), {written}:",
            f"right {_shown(later['right'])}, clarify that offers it {_shown(later['clarified'])},",
            f"answered with something else {_shown(later['wrong'])}, refused {_shown(later['refused'])};",
            f"out of scope answered {_shown(later['out_of_scope_answered'])}.",
        ]
    lines += ["", "## By voice", "", "| voice | questions | right |", "|---|---|---|"]
    lines += [f"| {voice} | {count} | {_shown(right)} |" for voice, (count, right) in present["voices"].items()]
    lines += [
        "",
        "## The gate alone",
        "",
        "| threshold | in scope let through | of these wrong | out of scope let through |",
        "|---|---|---|---|",
    ]
    lines += ["| " + " | ".join(f"{value:.3f}" for value in row) + " |" for row in present["curve"]]
    lines += ["", "## Occupations and adverts", "", *shown(present["sets"]), ""]
    lines += [
        "## Confusions",
        "",
    ]
    confused = Counter((o.asked.accepted[0], o.entry or o.intent) for o in outcomes if not o.right and o.asked.in_scope)
    lines += [f"- {count} × `{asked}` → `{given}`" for (asked, given), count in confused.most_common(40)]
    lines += ["", "## Out of scope but answered", ""]
    lines += [
        f"- `{o.asked.accepted[0]}` → `{o.entry}`：{o.asked.text}"
        for o in outcomes
        if not o.asked.in_scope and o.kind in ANSWERED
    ]
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value if value is not None else "—")
