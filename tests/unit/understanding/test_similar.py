"""Questions that ask alike come together, others stay apart; the encoder of the package is at work."""

from __future__ import annotations

import pytest

from bot.knowledge.store import shared_store
from bot.settings import Settings
from bot.understanding.similar import MOST, groups

SNAPSHOT = shared_store(Settings.from_environment().path("ZHENGBIAN_DATA_DIR")).current
ABOUT = [entry.title for entry in SNAPSHOT.content.entries.values()][:20]


def test_alike_and_apart() -> None:
    """Repeats, other punctuation and near repeats are one group, the largest first; another matter is another."""
    texts = ["量子力学难不难学", "公租房怎么申请", "公租房怎样申请？", "公租房怎么申请", "养老金什么时候涨"]
    assert [[1, 2, 3], [0], [4]] == groups(texts, ABOUT, SNAPSHOT.lexicon)


@pytest.mark.parametrize(("texts", "expected"), [([], []), (["你好"], [[0]]), (["你好", "你好"], [[0, 1]])])
def test_few(texts: list[str], expected: list[list[int]]) -> None:
    """Nothing, one, and the same twice."""
    assert expected == groups(texts, ABOUT, SNAPSHOT.lexicon)


def test_too_many() -> None:
    """The work grows with the square: more are refused, not attempted."""
    with pytest.raises(ValueError, match="at most"):
        groups([f"第{number}个问题" for number in range(MOST + 1)], ABOUT, SNAPSHOT.lexicon)
