"""``/metrics`` for Prometheus: how fast each channel answers, what it refused, what failed, which versions run.

Counted in the process, without a word of anybody's. Served to the loopback interface, or for a token; never through
the proxy.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sanic import Blueprint
from sanic import response as http
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.knowledge.store import Snapshot, current_snapshot
from bot.replies.reply import ReplyRef
from bot.settings import Settings
from bot.storage.journal import MISS_REASONS

_SECONDS = (0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
_EVENT = re.compile(r"[a-z]+(?:_[a-z]+)+")

registry = CollectorRegistry()
ProcessCollector(registry=registry)
turn_seconds = Histogram(
    "zhengbian_turn_seconds",
    "Seconds of a turn by channel and kind of its first reply",
    ("channel", "kind"),
    buckets=_SECONDS,
    registry=registry,
)
in_flight = Gauge("zhengbian_turns_in_flight", "Turns that run or wait", ("channel",), registry=registry)
refusals = Counter("zhengbian_refusals", "Replies that refuse, by reason", ("channel", "reason"), registry=registry)
misses = Counter("zhengbian_misses", "Turns that left a question open", ("channel",), registry=registry)
rejected = Counter("zhengbian_requests_rejected", "Requests answered by an error code", ("code",), registry=registry)
faults = Counter("zhengbian_faults", "Things that went wrong, by log event", ("event",), registry=registry)
logins = Counter(
    "zhengbian_desk_logins", "Passwords tried at the desk, by what came of it", ("result",), registry=registry
)
info = Gauge("zhengbian_info", "1, with the versions that run", ("content", "model"), registry=registry)


@contextlib.contextmanager
def turn(channel: str) -> Iterator[list[ReplyRef]]:
    """Measure a turn; put its replies into the list."""
    began, references = time.perf_counter(), list[ReplyRef]()
    in_flight.labels(channel).inc()
    try:
        yield references
    finally:
        in_flight.labels(channel).dec()
        snapshot = current_snapshot()
        kinds = [kind_and_reason(reference, snapshot) for reference in references] or [("refusal", "failed")]
        answered(channel, time.perf_counter() - began, kinds)


def answered(channel: str, seconds: float, kinds: Sequence[tuple[str, str]]) -> None:
    """Count one turn by kind and reason of its replies, at least one; for channels without conversations too."""
    turn_seconds.labels(channel, kinds[0][0]).observe(seconds)
    for kind, reason in kinds:
        if kind == "refusal":
            refusals.labels(channel, reason).inc()
    if all(reason in MISS_REASONS for _, reason in kinds):
        misses.labels(channel).inc()


def kind_and_reason(reference: ReplyRef, snapshot: Snapshot) -> tuple[str, str]:
    """What a reference will be composed to, without composing it."""
    content = snapshot.content
    if reference.form == "wording" and reference.key in content.wordings:
        wording = content.wordings[reference.key]
        return wording.kind, wording.reason
    if reference.form == "entry":
        entry = content.entries.get(reference.key)
        return (entry.kind if entry else "answer"), ""
    return reference.form, ""


class FaultCounter(logging.Handler):
    """Counts our own error lines by the event that begins each."""

    def emit(self, record: logging.LogRecord) -> None:
        """One more of the event."""
        event = record.getMessage().partition(" ")[0]
        faults.labels(event if _EVENT.fullmatch(event) else "other").inc()


def count_faults() -> None:
    """Listen to our loggers from now on; repeats are harmless."""
    for name in ("bot", "actions"):
        logger = logging.getLogger(name)
        if not any(isinstance(handler, FaultCounter) for handler in logger.handlers):
            logger.addHandler(FaultCounter(logging.ERROR))


def add_route(blueprint: Blueprint, settings: Settings) -> None:
    """Add ``/metrics`` to a channel's blueprint."""
    token = settings.text("ZHENGBIAN_METRICS_TOKEN")
    count_faults()

    @blueprint.get("/metrics")
    async def metrics(request: Request) -> HTTPResponse:
        if not _may_read(request, token):
            return http.text("这里不对外开放。\n", status=403)
        agent: Any = getattr(request.app.ctx, "agent", None)
        info.clear()
        info.labels(current_snapshot().version, str(getattr(agent, "model_id", None) or "")).set(1)
        return http.raw(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: Request, token: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    # a proxy on this machine comes from the loopback interface too, and says for whom
    return request.ip.startswith(_LOOPBACK) and not any(name in request.headers for name in _FORWARDED)
