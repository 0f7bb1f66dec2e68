"""Every fact of the notice and every entry is reached by asking: the questions go through the trained engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.cli.evaluate import HELD_OUT, read_held_out
from bot.knowledge.checks import NOTICE_FACTS
from bot.knowledge.loader import load_content
from bot.knowledge.yaml_lines import read_yaml
from bot.rendering.plain import render
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.cli.engine import Engine

TABLE = Path(__file__).parent / "facts.yml"
ROWS: list[dict[str, Any]] = read_yaml(TABLE, TABLE.name)
CONTENT = load_content(Settings.from_environment().path("ZHENGBIAN_DATA_DIR") / "knowledge")


def own_questions() -> Mapping[str, list[str]]:
    """Held-out questions by the entry that they are about."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for asked in read_held_out(HELD_OUT):
        found[asked.accepted[0]].append(asked.text)
    return found


QUESTIONS = own_questions()


def test_no_fact_of_the_notice_is_missing() -> None:
    """The table has one row for each id, in order, each with a question of its own and words to look for."""
    assert list(NOTICE_FACTS) == [row["fact"] for row in ROWS]
    assert len(ROWS) == len({row["ask"] for row in ROWS})
    assert not [row["fact"] for row in ROWS if not row["words"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["fact"])
def test_the_entry_rests_on_its_fact(row: Mapping[str, Any]) -> None:
    """The entry that answers for a fact names the fact among its sources."""
    assert row["fact"] in {fact for ref in CONTENT.entries[row["entry"]].sources for fact in ref.facts}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["fact"])
async def test_asking_for_a_fact_gets_it(row: Mapping[str, Any], engine: Engine) -> None:
    """The first message is the entry, and its whole text holds the fact's date, number, name or path."""
    replies, _ = await engine.turn(row["ask"])
    text = render(replies[0])
    assert row["entry"] == replies[0].entry
    assert not [word for word in row["words"] if word not in text]


@pytest.mark.parametrize("entry", CONTENT.entries)
async def test_every_entry_is_reached_by_its_own_question(entry: str, engine: Engine) -> None:
    """At least one held-out question about an entry gets that entry as its first answer."""
    assert QUESTIONS[entry], "no held-out question"
    for question in QUESTIONS[entry]:
        replies, _ = await engine.turn(question)
        if entry == replies[0].entry:
            return
    pytest.fail(f"{entry}: none of {len(QUESTIONS[entry])} questions reaches it")
