"""docs/performance.md: one table, both sides, with the aims beside them."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench import page, wechat

Figures = Mapping[str, float]


def median(runs: Sequence[Figures]) -> dict[str, float]:
    """Of each figure over the runs."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]} if runs else {}


def machine() -> str:
    """What it was measured on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return f"{os.cpu_count()} × {model}, {pages:.0f} GB, Linux {platform.release()}, Python {platform.python_version()}"


def write(kept: Mapping[str, Any]) -> str:
    """The report; ``kept`` as :mod:`tests.bench` stores it: lists of runs by side, and single figures."""
    ours, stock = median(kept["ours"]), median(kept.get("stock") or [])
    rows = [
        _ratio("messages/s, 8 at once, all different", "different_rate", "≥ 3 ×", ours, stock, lambda r: r >= 3),
        _ratio(
            "messages/s, 8 at once, repeating (Zipf, s = 1)", "repeating_rate", "≥ 5 ×", ours, stock, lambda r: r >= 5
        ),
        _most("p50 one at a time, all different, ms", "different_p50", 12, ours, stock),
        _most("p50 one at a time, repeating, ms", "repeating_p50", 8, ours, stock),
        _ratio("p99, 8 at once, all different, ms", "different_p99", "≤ 1/4", ours, stock, lambda r: r <= 1 / 4),
        _ratio("p99, 8 at once, repeating, ms", "repeating_p99", "≤ 1/4", ours, stock, lambda r: r <= 1 / 4),
        _ratio("processor time a message, all different, ms", "processor", "", ours, stock, None),
        _ratio("cold training, wall s", "training", "≤ 1/3", ours, stock, lambda r: r <= 1 / 3),
        _ratio("cold training, peak memory MB", "training_memory", "≤ 2/3", ours, stock, lambda r: r <= 2 / 3),
        _ratio("start to first answer, s", "start", "≤ 1/2", ours, stock, lambda r: r <= 1 / 2),
        _ratio("resident after load, MB", "resident", "≤ 2/3", ours, stock, lambda r: r <= 2 / 3),
        _most("first message after the start, ms", "first", 0, ours, stock),
        _most("requests that failed", "failed", 0, ours, stock),
    ]
    single = kept.get("single") or {}
    return "\n".join(
        [
            "# Performance",
            "",
            "Written by `make bench`; do not edit. Compare within the table, not between machines. Medians of "
            f"{len(kept['ours'])} runs of ours and {len(kept.get('stock') or [])} of stock Rasa, in turn.",
            "",
            f"Machine: {machine()}. {kept['when']}, load before the run {kept['load']}.",
            "",
            "Stock is `rasa run` and `rasa run actions` with `tests/bench/stock/`: Rasa's own Chinese pipeline (DIET) and RulePolicy,",
            "trained on our phrasings and rules, our actions, the REST channel, Rasa's SQLite store. Ours is `python -m bot run`, asked",
            "through the web channel, which keeps transcript and journal besides. Both sides: SQLite with `synchronous=NORMAL`, four",
            "messages a conversation, the same questions, wrk on the same machine, limits lifted. The caches of each run begin empty.",
            *_stock_note(kept),
            "",
            "| | stock Rasa | 证辨 | ours : stock | aim | |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            "Only ours:",
            "",
            "| | measured | aim | |",
            "|---|---|---|---|",
            *_singles(single, ours),
            *_surfaces(kept.get("surfaces") or {}),
            "",
            "Before this work (2026-11-24, same kind of machine, quiet): p50 57 ms one at a time, 19 messages/s and p99 586 ms at eight, "
            "training 148 s and 2,849 MB, start 10 s, resident 804 MB.",
            "",
        ]
    )


def _stock_note(kept: Mapping[str, Any]) -> list[str]:
    if not kept.get("stock"):
        return ["", "**Stock Rasa was not run** (`BENCH_STOCK=0`, no earlier figures)."]
    told = [
        "",
        f"Stock was trained for {kept['epochs']} epoch(s) of DIET; its default is 300. What it answers is therefore worse than it could be, what an",
        "answer costs is not.",
    ]
    if kept.get("stock_when") != kept["when"]:
        told += [f"**Stock's figures are those of {kept['stock_when']}**, not of this run."]
    return told


def _ratio(
    label: str, name: str, aim: str, ours: Figures, stock: Figures, holds: Callable[[float], bool] | None
) -> str:
    mine, theirs = ours.get(name), stock.get(name)
    ratio = mine / theirs if mine is not None and theirs else None
    kept = "" if holds is None or ratio is None else _mark(holds(ratio))
    return f"| {label} | {_n(theirs)} | {_n(mine)} | {f'{ratio:.2f}' if ratio else '—'} | {aim} | {kept} |"


def _most(label: str, name: str, most: float, ours: Figures, stock: Figures) -> str:
    mine, theirs = ours.get(name), stock.get(name)
    ratio = f"{mine / theirs:.2f}" if mine is not None and theirs else "—"
    aim = f"≤ {most:g}" if most else ("0" if name == "failed" else "")
    kept = _mark(mine is not None and mine <= most) if aim else ""
    return f"| {label} | {_n(theirs)} | {_n(mine)} | {ratio} | {aim} | {kept} |"


def _singles(single: Figures, ours: Figures) -> list[str]:
    turn, dearest = single.get("turn_2"), single.get("dearest_turn")
    first, hundredth = ours.get("first"), ours.get("different_p50")
    rows = [
        ("the desk's interface, one at a time, p50 ms", single.get("desk_p50"), 15),
        ("the desk's interface, 4 at once beside 5 citizens' messages a second, p99 ms", single.get("desk_p99"), 60),
        ("dearest of turns 2–200 : turn 2", dearest / turn if turn and dearest else None, 1.5),
        ("first message after start : p50 of the following", first / hundredth if first and hundredth else None, 3),
        ("WeChat, plain mode, one at a time, p50 ms", single.get("wechat_p50"), None),
        ("WeChat, plain mode, 8 at once, p99 ms", single.get("wechat_p99"), None),
        ("WeChat, plain mode, 8 at once, messages/s", single.get("wechat_rate"), None),
        ("advert check, 2,000 characters, ms", single.get("advert_2000"), 50),
        ("advert check, slowest of the hostile texts, ms", single.get("advert_hostile"), 50),
        ("an empty Sanic on this machine, requests/s, 8 at once", single.get("echo_rate"), None),
    ]
    told = []
    for label, value, most in rows:
        kept = "" if most is None or value is None else _mark(value <= most)
        told.append(f"| {label} | {_n(value)} | {f'≤ {most:g}' if most else ''} | {kept} |")
    return told


def _surfaces(measured: Figures) -> list[str]:
    aims = wechat.TARGETS | page.TARGETS
    return [
        f"| {label} | {_n(value)} | {f'≤ {aims[label]:g}' if label in aims else ''} | "
        f"{_mark(value <= aims[label]) if label in aims else ''} |"
        for label, value in measured.items()
    ]


def _mark(holds: bool) -> str:
    return "holds" if holds else "**missed**"


def _n(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
