"""The published questions: what the page suggests while somebody types, and what the list without script shows."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

from bot.knowledge.models import Entry, Validity
from bot.knowledge.store import Snapshot

#: Files of data/knowledge/faq/ in the order in which people need them, and their headings.
GROUPS = {
    "query": "查证书",
    "fake": "认山寨证书",
    "fraud": "有人找上门要钱",
    "report": "举报和电话",
    "types": "证书种类和目录",
    "campaign": "专项治理",
    "about": "关于这些内容",
}


def published(snapshot: Snapshot, today: dt.date) -> list[Entry]:
    """Entries that may be given on a day, by group; a file without a heading comes last."""
    order = list(GROUPS)
    found = [entry for entry in snapshot.content.entries.values() if entry.validity(today) is not Validity.FUTURE]
    return sorted(found, key=lambda e: order.index(group_of(e)) if group_of(e) in GROUPS else len(order))


def group_of(entry: Entry) -> str:
    """The name of an entry's file without its ending."""
    return PurePath(entry.file).stem
