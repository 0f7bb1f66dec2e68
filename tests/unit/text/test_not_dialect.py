"""Ordinary words in which a word of dialect happens to stand are left alone."""

from __future__ import annotations

import pytest

from bot.knowledge.store import current_snapshot
from bot.text.normalise import normalise


@pytest.mark.parametrize(
    "text",
    ["我这边个人能报名吗", "那边个体户", "这个证真不真实", "我滴滴司机要证吗", "考点样题", "海边度假村"],
)
def test_left_alone(text: str) -> None:
    """A replacement is by substring, the longest first."""
    assert text == normalise(text, current_snapshot().lexicon)


def test_read() -> None:
    """And the dialect itself is read."""
    assert "我的证去哪里查" == normalise("俺滴證去邊度查", current_snapshot().lexicon)
