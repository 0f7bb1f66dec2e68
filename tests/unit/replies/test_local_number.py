"""Where the place is known, 12333 is the whole number that is dialled there, in every kind of reply."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.dialogue.memory import Memory
from bot.dialogue.question import Question
from bot.dialogue.respond import respond
from bot.knowledge.entity_names import DENIED_PLACE
from bot.knowledge.store import Snapshot, current_snapshot
from bot.rendering.plain import render
from bot.replies.compose import PREFECTURE, compose
from bot.replies.reply import ReplyRef

TODAY = dt.date(2026, 11, 30)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return current_snapshot()


#: One of each form whose words name 12333.
FORMS = [
    ReplyRef("entry", "hotline_12333"),
    ReplyRef("entry", "report_evaluation"),
    ReplyRef("wording", "hand_over"),
    ReplyRef("wording", "refuse_exam"),
    ReplyRef("lookup", "X-02"),
]


@pytest.mark.parametrize("ref", FORMS, ids=lambda ref: f"{ref.form}-{ref.key}")
def test_every_form_gives_the_local_number(ref: ReplyRef, snapshot: Snapshot) -> None:
    """The number dials with its area code, and nobody is told to put one in front; without a place all is as before."""
    there = compose(replace(ref, blanks={PREFECTURE: "dali"}), snapshot, TODAY)
    shown = render(there)
    assert "0872-12333" in shown
    assert "tel:087212333" in " ".join((there.body, *there.notices))
    assert "12333" not in shown.replace("0872-12333", "").split("来源：")[0]
    assert "加区号" not in shown.split("来源：")[0]
    assert "0872" not in render(compose(ref, snapshot, TODAY))


def test_no_place_of_ours_changes_nothing(snapshot: Snapshot) -> None:
    """An id that is no prefecture is as none."""
    assert compose(FORMS[0], snapshot, TODAY) == compose(
        replace(FORMS[0], blanks={PREFECTURE: "h110"}), snapshot, TODAY
    )


@pytest.mark.parametrize(
    ("entities", "known"),
    [
        ({"prefecture": ("dali",)}, "dali"),
        ({}, ""),
        ({DENIED_PLACE: ("dali",)}, ""),
    ],
)
def test_the_place_comes_from_what_was_said(
    entities: dict[str, tuple[str, ...]], known: str, snapshot: Snapshot
) -> None:
    """Named in the message, or nowhere; a denied place is none."""
    question = Question("大理12333电话多少", "大理12333电话多少", "hotline_12333", entities=entities)
    (ref,) = respond(question, Memory(), snapshot).replies
    assert known == ref.blanks.get(PREFECTURE, "")
