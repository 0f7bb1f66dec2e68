"""The supervisor's view: counts, charts and lists of the journal, and what to do about questions without an answer."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import asdict
from typing import Any

from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.desk import fields, tables
from bot.channels.desk.access import Caller
from bot.clock import today
from bot.errors import InputError
from bot.knowledge.store import Store
from bot.rendering import charts
from bot.storage.corrections import STATES, Corrections
from bot.storage.insight import MISS_STATES, Insight, Period, week_of
from bot.understanding.similar import MOST, groups

#: Days looked at unless asked otherwise, and at most.
DAYS, MOST_DAYS = 30, 366
#: Questions shown of one group, and most misses changed at once.
_SHOWN, _MOST_MARKED = 5, 500

Body = dict[str, Any]


class Overview:
    """Handlers: (request, caller, body) to the body of the response. They raise InputError."""

    def __init__(self, store: Store, insight: Insight, corrections: Corrections) -> None:
        """Reads the journal; grouping is one at a time, since it costs seconds of a core."""
        self._store, self._insight, self._corrections = store, insight, corrections
        self._grouping = asyncio.Semaphore(1)

    async def summary(self, request: Request, _: Caller, __: Body) -> Body:
        """Every table of a period."""
        period = _period(request)
        counts = await asyncio.to_thread(self._insight.counts, period)
        found = tables.tables(counts, period, self._store.current)
        return {"from": period.first.isoformat(), "to": period.last.isoformat(), "tables": found}

    async def chart(self, request: Request, _: Caller, __: Body) -> HTTPResponse:
        """One table as a picture; the page shows the table beside it."""
        period, name = _period(request), request.match_info["name"]
        counts = await asyncio.to_thread(self._insight.counts, period)
        table = tables.tables(counts, period, self._store.current).get(name)
        if table is None:
            raise InputError(404, "no_table", "没有这张表。")
        span = f"{period.first} 到 {period.last}"
        by_day = {"days": counts.days, "answered": counts.answered, "conversations": counts.conversations}.get(name)
        if by_day is not None:
            channels = sorted({row[1] for row in table["rows"]})
            series = {tables.CHANNELS.get(c, c): [by_day.get((day, c), 0) for day in period.days()] for c in channels}
            picture = charts.columns(table["title"], f"{span}，按天、按渠道", period.days(), series)
        else:
            first = 1 if table["head"][0] == "条目" else 0  # the title says more than the id beside it
            rows = [(" ".join(map(str, row[first:-1])), int(row[-1])) for row in table["rows"]]
            picture = charts.bars(table["title"], span, rows[:15])
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return http.raw(picture.encode("utf-8"), content_type="image/svg+xml; charset=utf-8", headers=headers)

    async def export(self, request: Request, _: Caller, __: Body) -> HTTPResponse:
        """One table as CSV for a spreadsheet; counts of 1 to 4 are hidden."""
        period, name = _period(request), request.match_info["name"]
        counts = await asyncio.to_thread(self._insight.counts, period)
        table = tables.tables(counts, period, self._store.current).get(name)
        if table is None:
            raise InputError(404, "no_table", "没有这张表。")
        headers = {
            "Content-Disposition": f'attachment; filename="{name}-{period.first}-{period.last}.csv"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return http.raw(tables.csv_of(table), content_type="text/csv; charset=utf-8", headers=headers)

    async def misses(self, request: Request, _: Caller, __: Body) -> Body:
        """Questions without an answer, alike ones together, by channel and week."""
        period, state = _period(request), request.args.get("state", "open")
        states = ("new", "pending") if state == "open" else MISS_STATES if state == "all" else (state,)
        if not set(states) <= set(MISS_STATES):
            raise fields.wrong_field("state", f"只能是 open、all、{'、'.join(MISS_STATES)}")
        snapshot = self._store.current
        found = await asyncio.to_thread(self._insight.misses, period, states, MOST)
        about = [entry.title for entry in snapshot.content.entries.values()]
        async with self._grouping:
            grouped = await asyncio.to_thread(groups, [m.text for m in found], about, snapshot.lexicon)
        out = []
        for members in grouped:
            these = [found[at] for at in members]
            texts = list(dict.fromkeys(miss.text for miss in these))
            out.append(
                {
                    "text": texts[0],
                    "texts": texts[:_SHOWN],
                    "ids": [miss.id for miss in these],
                    "count": len(these),
                    "channels": tables.counted(miss.channel for miss in these),
                    "weeks": tables.counted(week_of(miss.day) for miss in these),
                    "states": tables.counted(miss.state for miss in these),
                    "reasons": tables.counted(miss.reason for miss in these),
                    "last": max(miss.day for miss in these),
                }
            )
        return {"total": len(found), "most": MOST, "groups": out}

    async def mark_misses(self, _: Request, __: Caller, body: Body) -> Body:
        """Set the state of some."""
        state = fields.one_of(body, "state", MISS_STATES)
        return {"changed": await asyncio.to_thread(self._insight.mark, _numbers(body), state)}

    async def phrasing(self, _: Request, __: Caller, body: Body) -> Body:
        """Some questions as phrasings of an entry: a snippet for the editor, and the file it belongs into."""
        snapshot = self._store.current
        entry = snapshot.content.entries.get(str(body.get("entry")))
        if entry is None:
            raise fields.wrong_field("entry", "没有这个条目")
        texts = await asyncio.to_thread(self._insight.texts, _numbers(body))
        if not texts:
            raise fields.wrong_field("ids", "没有这些问题，可能已经到期删除")
        return tables.snippet(entry, texts, snapshot)

    async def corrections(self, *_: Any) -> Body:
        """Every item, open ones first."""
        found = await asyncio.to_thread(self._corrections.all)
        entries = self._store.current.content.entries
        titles = {item.entry: entries[item.entry].title for item in found if item.entry in entries}
        return {"items": [{**asdict(item), "title": titles.get(item.entry, item.entry)} for item in found]}

    async def mark_correction(self, _: Request, __: Caller, body: Body) -> Body:
        """Set the state of one item."""
        state = fields.one_of(body, "state", STATES)
        number = body.get("id")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**31:
            raise fields.wrong_field("id", "应当是一件纠错的编号")
        if not await asyncio.to_thread(self._corrections.mark, number, state):
            raise fields.wrong_field("id", "没有这件纠错")
        return {"changed": 1}


def _period(request: Request) -> Period:
    """``?days=N&to=2026-11-25``: so many days up to one, today unless said."""
    days, last = request.args.get("days", str(DAYS)), request.args.get("to", "")
    if not (days.isascii() and days.isdigit() and len(days) <= 4 and 1 <= int(days) <= MOST_DAYS):
        raise fields.wrong_field("days", f"1 到 {MOST_DAYS}")
    try:
        end = dt.date.fromisoformat(last) if last else today()
    except ValueError:
        raise fields.wrong_field("to", "日期写成 2026-11-25 的样子") from None
    if not 2020 <= end.year <= 2100:
        raise fields.wrong_field("to", "年份不对")
    return Period.until(end, int(days))


def _numbers(body: Body) -> list[int]:
    given = body.get("ids")
    if not isinstance(given, list) or not 1 <= len(given) <= _MOST_MARKED:
        raise fields.wrong_field("ids", f"1 到 {_MOST_MARKED} 个编号的列表")
    if not all(isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31 for number in given):
        raise fields.wrong_field("ids", "编号是整数")
    return given
