"""The desk's answering routes: assist, one entry, and what became of an answer."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

from sanic.request import Request
from sqlalchemy.exc import SQLAlchemyError

from bot.channels import metrics, switches
from bot.channels.desk import fields
from bot.channels.desk.access import Caller
from bot.channels.desk.assist import Assisted, assist, gate_of, opened, parse
from bot.channels.in_flight import InFlight
from bot.clock import today
from bot.errors import InputError
from bot.knowledge.store import Snapshot, Store
from bot.storage.corrections import REASONS, Correction, Corrections
from bot.storage.insight import Insight
from bot.storage.journal import Journal
from bot.storage.staff import SUPERVISOR, Staff

NAME = "desk"
_log = logging.getLogger(__name__)
EVENTS = ("displayed", "opened", "copied")
_CLOSED = "坐席台暂时停用，请按人社业务口径人工答复。"

Body = dict[str, Any]


class Answers:
    """Handlers: (request, caller, body) to the body of the response. They raise InputError."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        corrections: Corrections,
        insight: Insight,
        staff: Staff,
        in_flight: InFlight,
    ) -> None:
        """Everything stands on the service's database; ``in_flight``: the places of the process."""
        self._store, self._journal, self._corrections = store, journal, corrections
        self._insight, self._staff, self._in_flight = insight, staff, in_flight

    async def assist(self, request: Request, _: Caller, body: Body) -> Body:
        """Cards for what a caller says. A draft, asked while typing, leaves no trace."""
        snapshot = self._store.current
        region, call = fields.region_of(body, snapshot), fields.call_of(body)
        choice, why = fields.choice_of(body, snapshot), fields.flag_of(body, "why")
        draft = fields.flag_of(body, "draft")
        text = fields.text_of(body, "text", snapshot)
        holding = await switches.closed(NAME)
        if holding is not None:
            raise InputError(503, "busy", str(holding.blanks.get("before", "")) or _CLOSED, {"Retry-After": "60"})
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            raise InputError(503, "busy", "系统还没有准备好，请过一会儿再试。", {"Retry-After": "5"})
        if not self._in_flight.enter(staff=True):
            raise InputError(503, "busy", "现在查询太多，请过一会儿再试。", {"Retry-After": "3"})
        began = time.perf_counter()
        try:
            question = await parse(agent, text, choice)
        finally:
            self._in_flight.leave()
        answer = assist(question, snapshot, today(), gate_of(agent), region=region, why=why)
        if not draft:
            kinds = [(reply.kind.value, reply.reason or "") for reply in answer.replies]
            metrics.answered(NAME, time.perf_counter() - began, kinds or [("refusal", "unintelligible")])
            self._note(call, text, answer)
        return answer.body

    def _note(self, call: str, text: str, answer: Assisted) -> None:
        """A caller waits: what cannot be noted is answered all the same.

        On the loop, where the citizens' turns write: a thread that finds SQLite's one writer taken sleeps up to 100 ms.
        """
        try:
            self._journal.replied(NAME, call, text, answer.replies)
        except SQLAlchemyError as error:
            _log.error("desk_answer_not_noted error=%s", type(error).__name__)

    async def entry(self, request: Request, _: Caller, __: Body) -> Body:
        """One card by the id of its entry, route or row."""
        snapshot = self._store.current
        region = fields.region_of({"region": request.args.get("region", "")}, snapshot)
        card = opened(unquote(request.match_info["id"]), snapshot, today(), region)
        if card is None:
            raise InputError(404, "no_entry", "没有这个条目，可能已经改名或撤下。")
        return card

    async def events(self, _: Request, __: Caller, body: Body) -> Body:
        """A card was displayed, opened or copied."""
        snapshot = self._store.current
        entry, event = fields.entry_in(body, snapshot), fields.one_of(body, "event", EVENTS)
        call = fields.call_of(body)
        self._journal.noted(NAME, call, event, entry, _version(entry, snapshot))
        return {"ok": True}

    async def feedback(self, _: Request, caller: Caller, body: Body) -> Body:
        """纠错: the item as it was kept, with its owner and due date."""
        snapshot = self._store.current
        entry, reason = fields.entry_in(body, snapshot), fields.one_of(body, "reason", REASONS)
        note = fields.text_of(body, "note", snapshot, fields.MAX_NOTE, needed=False)
        call = fields.call_of(body)
        found = Correction(0, 0.0, entry, _version(entry, snapshot), reason, note, caller.name, "", "", "")

        def keep() -> Correction:
            supervisors = [p.name for p in self._staff.all() if p.role == SUPERVISOR and not p.disabled]
            return self._corrections.add(found, call, supervisors, today())

        return asdict(await asyncio.to_thread(keep))

    async def misses(self, _: Request, __: Caller, body: Body) -> Body:
        """记录为未解答: the question is kept, once for each call."""
        snapshot = self._store.current
        text, call = fields.text_of(body, "text", snapshot), fields.call_of(body)
        if not text:
            raise fields.wrong_field("text", "请写下要记录的问题")
        return await asyncio.to_thread(self._insight.report, NAME, call, text)


def describe(caller: Caller, snapshot: Snapshot, keep: dict[str, int]) -> Body:
    """Who is logged in, and what the page needs to know."""
    regions = [
        {"id": contact.id, "name": contact.short}
        for contact in snapshot.content.contacts.values()
        if contact.kind == "prefecture"
    ]
    return {"name": caller.name, "role": caller.role, "csrf": caller.csrf, "regions": regions, "keep_days": keep}


def _version(key: str, snapshot: Snapshot) -> str:
    content = snapshot.content
    entry = content.entries.get(key) or next((route for route in content.routes if route.id == key), None)
    row = snapshot.catalogue.resolve(key)
    return entry.version if entry else (row.version if row else "")
