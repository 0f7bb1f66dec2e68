"""``/healthz``: the process answers. ``/readyz``: it would answer a citizen rightly, a real parse included."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import sqlalchemy as sa
from rasa.shared.core.constants import DEFAULT_INTENTS
from sanic import Blueprint
from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import strict_request
from bot.knowledge.store import current_snapshot
from bot.storage.database import is_away

#: A fixed sentence and the entry it must be understood as.
PROBE, PROBE_ENTRY = "国家认可的技能人才证书有哪几类？", "cert_types"
#: Seconds for which a failure of the tracker store makes the server not ready.
STORE_GRACE = 30
#: Seconds for which the database's last answer holds, and that a new one is waited for.
LOOK_SECONDS, PATIENCE = 2.0, 2.0
_GUARD_NODE, _GUARD = "run_RegexMessageHandler", "GuardedMessageHandler"


class Pulse:
    """Asks the service's database whether it is there: one question at a time, however many want to know."""

    def __init__(self, engine: sa.engine.Engine) -> None:
        """Nothing is asked yet."""
        self._engine = engine
        self._asked = 0.0
        self._answer: asyncio.Future[bool] | None = None

    async def is_gone(self) -> bool:
        """Whether it does not answer, or not in time."""
        if self._answer is None or (self._answer.done() and time.monotonic() - self._asked > LOOK_SECONDS):
            self._asked = time.monotonic()
            self._answer = asyncio.ensure_future(asyncio.to_thread(is_away, self._engine))
        await asyncio.wait({self._answer}, timeout=PATIENCE)
        return not self._answer.done() or self._answer.result()


def add_routes(blueprint: Blueprint, engine: sa.engine.Engine) -> None:
    """Add both routes to a channel's blueprint, and the check of every request's head; ``engine`` is the service's."""
    probed: dict[str, bool] = {}
    pulse = Pulse(engine)
    blueprint.listener("before_server_start")(strict_request.install)

    @blueprint.get("/healthz")
    async def healthz(_: Request) -> HTTPResponse:
        return http.json({"status": "ok"})

    @blueprint.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        agent = getattr(request.app.ctx, "agent", None)
        problem = "database" if await pulse.is_gone() else await first_problem(agent, probed)
        return http.json({"status": problem or "ready"}, status=503 if problem else 200)


async def first_problem(agent: Any, probed: dict[str, bool]) -> str:
    """A code for the first thing that is not as it must be; '' when all is well."""
    if agent is None or not agent.is_ready():
        return "no_model"
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if type(store).__name__ == "InMemoryTrackerStore":
        return "tracker_store"
    error = getattr(store, "last_error", None)
    if error is not None and time.monotonic() - error[0] < STORE_GRACE:
        return "tracker_store_failing"
    # what was put aside in memory while the store failed is never read again
    agent.tracker_store._fallback_tracker_store = None
    if type(agent.lock_store).__name__ == "InMemoryLockStore":
        return "lock_store"
    schema = agent.processor.model_metadata.predict_schema
    if schema.nodes[_GUARD_NODE].uses.__name__ != _GUARD:
        return "unguarded_model"
    content = current_snapshot().content
    known = {intent for words in content.wordings.values() for intent in words.intents}
    known |= {*content.entries, "ask_occupation", "paste_advert"}
    if any(intent not in known for intent in agent.domain.intents if intent not in DEFAULT_INTENTS):
        return "unknown_intent"
    model = str(agent.model_id)
    if model not in probed:
        parsed = await agent.parse_message(PROBE)
        probed[model] = parsed["intent"]["name"] == PROBE_ENTRY
    return "" if probed[model] else "probe"
