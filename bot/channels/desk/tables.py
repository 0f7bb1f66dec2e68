"""The supervisor's tables: a title, a head, and rows whose last column is a count; as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from typing import Any

from bot.knowledge.models import Entry
from bot.knowledge.phrasings import grams, likeness
from bot.knowledge.store import Snapshot
from bot.storage.insight import Counts, Period

Table = dict[str, Any]
#: Counts from 1 to below this are hidden in what leaves the house.
LEAST_SHOWN = 5
CHANNELS = {"web": "网页", "wechat": "微信", "desk": "坐席台"}
_KINDS = {
    "answer": "条目",
    "lookup": "查职业",
    "advert": "看广告",
    "urgent": "急事",
    "clarify": "反问",
    "refusal": "没有答",
    "handover": "转人工",
    "smalltalk": "寒暄",
}
REASONS = {
    "other_authority": "归别的部门管",
    "own_case": "个人的事",
    "no_entry": "资料里没有",
    "out_of_scope": "不归这里管",
    "unintelligible": "没看懂",
    "failed": "出了故障",
    "": "其他",
}
_VALUES = {"useful": "有用", "useless": "没用", "wrong": "有误"}
_WHY = {
    "outdated": "过期了",
    "unclear": "看不懂",
    "off_topic": "答非所问",
    "unreachable": "打不通、打不开",
    "wrong": "内容有误",
    "other": "别的",
    "": "没有说原因",
}
_EVENTS = {"displayed": "显示", "opened": "打开", "copied": "复制"}
#: Longest phrasing in characters, and the likeness from which two are one.
_LONGEST, _TOO_ALIKE = 60, 0.7
#: A spreadsheet would take what begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tables(counts: Counts, period: Period, snapshot: Snapshot) -> dict[str, Table]:
    """Every table of a period; the same numbers as the rows of the journal."""
    signals = snapshot.signals.signals

    def title(key: str) -> str:
        entry = snapshot.content.entries.get(key)
        row = snapshot.catalogue.resolve(key) if entry is None else None
        return entry.title if entry else (row.name if row else key or "（不是条目）")

    def marked(event: str) -> list[list[Any]]:
        return [[key, title(key), _EVENTS[event], n] for (key, e), n in counts.marks.most_common() if e == event]

    never = [key for key in snapshot.content.entries if not counts.entries[key]]
    days = [[day, channel, n] for (day, channel), n in sorted(counts.days.items())]
    talks = [[day, channel, n] for (day, channel), n in sorted(counts.conversations.items())]
    answered = [[day, channel, n] for (day, channel), n in sorted(counts.answered.items())]
    entry_rows = [[key, title(key), n] for key, n in counts.entries.most_common()]
    verdicts = [
        [key, title(key), _VALUES.get(value, value), _WHY.get(reason, reason), n]
        for (key, value, reason), n in counts.verdicts.most_common()
    ]
    corrected = [
        [key, title(key), _WHY.get(reason, reason), n] for (key, reason), n in counts.corrections.most_common()
    ]
    signal_rows = [[signals[key].title if key in signals else key, n] for key, n in counts.signals.most_common()]
    return {
        "days": _table("每天各渠道的回复", ["日期", "渠道", "回复"], days),
        "answered": _table("每天各渠道答上来的", ["日期", "渠道", "答上来"], answered),
        "conversations": _table("每天各渠道的会话", ["日期", "渠道", "会话"], talks),
        "kinds": _table("回复的种类", ["种类", "次数"], _named(counts.kinds, _KINDS)),
        "refusals": _table("没有答的原因", ["原因", "次数"], _named(counts.refusals, REASONS)),
        "handovers": _table("转人工", ["渠道", "次数"], _named(counts.handovers, CHANNELS)),
        "signals": _table("广告里的风险信号", ["信号", "次数"], signal_rows),
        "entries": _table("问得多的条目", ["条目", "标题", "次数"], entry_rows),
        "never": _table("没有人问到的条目", ["条目", "标题", "次数"], [[key, title(key), 0] for key in never]),
        "marks": _table(
            "坐席用到的条目", ["条目", "标题", "用法", "次数"], [row for event in _EVENTS for row in marked(event)]
        ),
        "verdicts": _table("群众的评价", ["条目", "标题", "评价", "原因", "次数"], verdicts),
        "corrections": _table("坐席的纠错", ["条目", "标题", "原因", "次数"], corrected),
    }


def csv_of(table: Table) -> bytes:
    """For a spreadsheet: byte order mark, no formula, no count of 1 to 4."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table["head"])
    for row in table["rows"]:
        count = f"<{LEAST_SHOWN}" if 0 < row[-1] < LEAST_SHOWN else row[-1]
        writer.writerow([*map(_harmless, row[:-1]), count])
    return out.getvalue().encode("utf-8-sig")


def counted(names: Iterable[str]) -> dict[str, int]:
    """How often each, in order."""
    return dict(sorted(Counter(names).items()))


def snippet(entry: Entry, texts: list[str], snapshot: Snapshot) -> dict[str, Any]:
    """New examples for an intent's file, without what is masked, too long or there twice."""
    kept: list[str] = []
    for text in (" ".join(text.split()) for text in texts):
        mine = grams(text, snapshot.lexicon)
        alike = any(likeness(mine, grams(other, snapshot.lexicon)) > _TOO_ALIKE for other in kept)
        if 1 < len(text) <= _LONGEST and "〔" not in text and not alike:
            kept.append(text)
    lines = [f"    - {text}" for text in kept]
    topic = entry.file.rsplit("/", 1)[-1]
    yaml = "\n".join([f"- intent: {entry.id}", "  examples: |", *lines]) + "\n" if kept else ""
    return {"file": f"data/nlu/faq/{topic}", "intent": entry.id, "snippet": yaml, "used": len(kept), "of": len(texts)}


def _table(title: str, head: list[str], rows: list[list[Any]]) -> Table:
    return {"title": title, "head": head, "rows": rows, "total": sum(row[-1] for row in rows)}


def _named(counts: Counter[str], names: dict[str, str]) -> list[list[Any]]:
    return [[names.get(key, key), count] for key, count in counts.most_common()]


def _harmless(value: object) -> str:
    text = str(value)
    return "'" + text if text.startswith(_FORMULA) else text
