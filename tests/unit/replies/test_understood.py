"""When a person is told how the words were read."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.knowledge.store import Snapshot, shared_store
from bot.replies.compose import compose
from bot.replies.published import GROUPS, group_of, published
from bot.replies.reply import Kind, Reply, ReplyRef
from bot.replies.understood import MAX_TEXT, understood
from bot.settings import Settings

TODAY = dt.date(2026, 11, 22)
SLIP = "证数在哪查"


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.ANSWER, True),
        (Kind.LOOKUP, True),
        (Kind.CLARIFY, True),
        (Kind.REFUSAL, True),
        (Kind.ADVERT, False),
        (Kind.URGENT, False),
        (Kind.SMALLTALK, False),
        (Kind.HANDOVER, False),
    ],
)
def test_by_kind(snapshot: Snapshot, kind: Kind, told: bool) -> None:
    """Where something was looked for; not over an advert, whose own words are quoted, nor when first things come first."""
    assert told == bool(understood(SLIP, [Reply(kind, None, "1", "", "")], snapshot.lexicon))


def test_by_length(snapshot: Snapshot) -> None:
    """A long text is pasted: its corrections would only be noise."""
    answer = compose(ReplyRef("entry", "red_flags"), snapshot, TODAY)
    assert understood(SLIP + "。" * (MAX_TEXT - len(SLIP)), [answer], snapshot.lexicon)
    assert "" == understood(SLIP + "。" * (MAX_TEXT - len(SLIP) + 1), [answer], snapshot.lexicon)
    assert "" == understood(SLIP, [], snapshot.lexicon)


def test_published_by_group(snapshot: Snapshot) -> None:
    """Every entry once, the groups in their order, each file with a heading."""
    found = published(snapshot, TODAY)
    assert set(snapshot.content.entries) == {entry.id for entry in found}
    order = [group_of(entry) for entry in found]
    assert list(GROUPS) == list(dict.fromkeys(order))
    assert sorted(order, key=list(GROUPS).index) == order


def test_not_yet_valid(snapshot: Snapshot) -> None:
    """An entry is suggested from its first day on."""
    first = min(entry.valid_from for entry in snapshot.content.entries.values())
    assert [] == published(snapshot, first - dt.timedelta(days=1))
    assert published(snapshot, first)
