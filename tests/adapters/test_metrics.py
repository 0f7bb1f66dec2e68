"""What is counted, and that no word of anybody's gets into a count or a log line."""

from __future__ import annotations

import logging

import pytest

from bot.channels import metrics
from bot.clock import today
from bot.knowledge.store import shared_store
from bot.replies.compose import FAILED, compose
from bot.replies.reply import ReplyRef
from bot.server.logs import EventFormatter
from bot.settings import Settings

REFERENCES = (
    FAILED,
    ReplyRef("wording", "say_greeting"),
    ReplyRef("wording", "hand_over"),
    ReplyRef("wording", "refuse_unknown"),
    ReplyRef("entry", "red_flags"),
    ReplyRef("entry", "cheated"),
    ReplyRef("wording", "say_closed"),
)


def sample(name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.key)
def test_kind_is_told_without_composing(reference: ReplyRef) -> None:
    """The same kind and reason as the composed reply's."""
    snapshot = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current
    reply = compose(reference, snapshot, today())
    assert (reply.kind.value, reply.reason or "") == metrics.kind_and_reason(reference, snapshot)


def test_a_turn_is_counted() -> None:
    """Once under its channel and first kind; refusals and misses too; in flight only while it runs."""
    before = sample("zhengbian_turn_seconds_count", channel="test", kind="answer")
    with metrics.turn("test") as replies:
        assert 1 == sample("zhengbian_turns_in_flight", channel="test")
        replies.append(ReplyRef("entry", "red_flags"))
    assert before + 1 == sample("zhengbian_turn_seconds_count", channel="test", kind="answer")
    assert 0 == sample("zhengbian_turns_in_flight", channel="test")
    assert 0 == sample("zhengbian_misses_total", channel="test")
    with metrics.turn("test") as replies:
        replies.append(FAILED)
    assert 1 == sample("zhengbian_misses_total", channel="test")
    assert 1 == sample("zhengbian_refusals_total", channel="test", reason="failed")


def test_faults_are_counted_by_event() -> None:
    """The name that begins an error line; anything else is one common label."""
    metrics.count_faults()
    metrics.count_faults()
    log = logging.getLogger("bot.test")
    log.error("%s_turn_failed error=%s", "test", "ValueError")
    log.error("13812345678 我叫张三")
    log.warning("test_turn_failed error=ValueError")
    assert 1 == sample("zhengbian_faults_total", event="test_turn_failed")
    assert 1 == sample("zhengbian_faults_total", event="other")


def record(name: str, message: str, error: Exception | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, None) if error else None
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, None, exc_info)


@pytest.mark.parametrize(
    ("name", "message", "error", "expected"),
    [
        ("bot.channels.web", "web_turn_failed error=OSError", None, "event=web_turn_failed error=OSError from=bot.ch"),
        (
            "rasa.core",
            "text='证书在哪查' 13812345678",
            ValueError("证书"),
            "event=library error=ValueError from=rasa.core",
        ),
        (
            "rasa.core",
            '{"text": "证书", "event": "processor.parse.failed"}',
            None,
            "event=processor.parse.failed from=ra",
        ),
        ("sanic.error", "Exception\nTraceback\n  证书", None, "event=library from=sanic.error"),
    ],
)
def test_log_lines(name: str, message: str, error: Exception | None, expected: str) -> None:
    """One line, our own as written, a library's without its message."""
    formatter = EventFormatter()
    formatter.serving = True
    line = formatter.format(record(name, message, error))
    assert expected in line
    assert "证书" not in line
    assert "138" not in line
    assert "\n" not in line


def test_the_start_tells_more() -> None:
    """Before anybody can have typed, a library's own words help to find what is wrong."""
    line = EventFormatter().format(record("rasa.core.agent", "Could not load model\ndue to x"))
    assert "Could not load model due to x" in line
