"""A choice from the last list: by number, ordinal or words; anything else is none."""

from __future__ import annotations

import pytest

from bot.dialogue.choice import read_choice
from bot.replies.reply import Choice

OFFERED = (
    Choice("职业技能等级证书", "a"),
    Choice("专业技术资格（建造师、护士等）", "b"),
    Choice("在外省取得的", "c"),
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1", "a"),
        ("２", "b"),
        ("②", "b"),
        ("2。", "b"),
        (" 2 ", "b"),
        ("二", "b"),
        ("两", "b"),
        ("第二个", "b"),
        ("第2条", "b"),
        ("选2", "b"),
        ("我选第三个", "c"),
        ("我要问第一个", "a"),
        ("最后一个", "c"),
        ("职业技能等级证书", "a"),
        ("职业技能等级证书！", "a"),
        ("专业技术资格(建造师、护士等)", "b"),
        ("专业技术资格", "b"),
        ("在外省", "c"),
        ("4", None),
        ("0", None),
        ("12", None),
        ("2022", None),
        ("12333", None),
        ("第二阶段是什么时候", None),
        ("", None),
        ("在", None),
        ("证书在哪查", None),
    ],
)
def test_choice(raw: str, expected: str | None) -> None:
    """The intent chosen."""
    found = read_choice(raw, OFFERED)
    assert expected == (found.intent if found else None)


def test_nothing_offered_nothing_chosen() -> None:
    """„2" alone means nothing."""
    assert read_choice("2", ()) is None


def test_an_ambiguous_beginning_chooses_nothing() -> None:
    """Words that begin two titles choose neither."""
    assert read_choice("证书", (Choice("证书在哪查", "a"), Choice("证书是什么", "b"))) is None
