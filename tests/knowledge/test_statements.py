"""What answers once overstated or put to a wrong source stays mended: the whole text and the words read out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.knowledge.store import Snapshot, shared_store
from bot.rendering.plain import render
from bot.replies.compose import compose
from bot.replies.reply import Reply, ReplyRef
from bot.settings import Settings

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("statements.yml").read_text(encoding="utf-8")
)
TODAY = dt.date(2026, 12, 1)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """The content of the repository."""
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current


def cases(kind: str) -> Iterator[Any]:
    for case in CASES[kind]:
        yield pytest.param(case, id="-".join(str(case[key]) for key in ("id", "row", "aspect") if key in case))


def check(case: dict[str, Any], reply: Reply) -> None:
    text = render(reply)
    assert [word for word in case.get("must", ()) if word not in text] == []
    assert [word for word in case.get("never", ()) if word in text] == []
    assert [word for word in case.get("spoken", ()) if word not in reply.speech] == []
    assert 0 < len(reply.speech) <= 90


@pytest.mark.parametrize("case", cases("entries"))
def test_entry(case: dict[str, Any], snapshot: Snapshot) -> None:
    """An entry or a route says what its facts say, under the sources that say it."""
    check(case, compose(ReplyRef("entry", case["id"]), snapshot, TODAY))
    content = snapshot.content
    entry = content.entries.get(case["id"]) or next(route for route in content.routes if route.id == case["id"])
    assert set(case.get("sources", ())) <= {ref.source.id for ref in entry.sources}


@pytest.mark.parametrize("case", cases("rows"))
def test_row(case: dict[str, Any], snapshot: Snapshot) -> None:
    """A name outside of the catalogue: how things stand comes before the way on, in the text and at the desk."""
    blanks = {key: case[key] for key in ("name", "aspect") if key in case}
    check(case, compose(ReplyRef("lookup", case["row"], blanks), snapshot, TODAY))


def test_no_urgent_answer_sends_away_to_check(snapshot: Snapshot) -> None:
    """Medium facts bring a hint to check them under other answers, never under one for who is being cheated."""
    content = snapshot.content
    urgent = [entry for entry in (*content.entries.values(), *content.routes) if entry.kind == "urgent"]
    replies = [compose(ReplyRef("entry", entry.id), snapshot, TODAY) for entry in urgent]
    assert replies
    assert [reply.entry for reply in replies if "以官方公布为准" in render(reply) or "12333核实" in render(reply)] == []
