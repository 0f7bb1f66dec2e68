"""Offers that a person retells: their words are flagged although nobody in the text sells anything."""

from __future__ import annotations

import pytest

from bot.advert.check import check
from bot.advert.models import Signals
from bot.advert.retold import is_retold

ASKED_OR_PAID = [
    "有个广告说不用考试包过拿证，是真的吗",
    "朋友说免考就能拿高级工证，靠谱不",
    "听人说交钱不用考试就能拿证，我都付了一半了",
]
NEITHER = ["人社局提醒：不用考试、包过拿证都是骗局", "本机构不承诺包过，严禁代考", "我考过驾照了"]


@pytest.mark.parametrize("text", ASKED_OR_PAID)
def test_told_by_somebody_who_asks_or_has_paid(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """Recognised, and what was offered is quoted."""
    assert is_retold(text)
    assert check(text, signals, hosts).findings


@pytest.mark.parametrize("text", NEITHER)
def test_told_by_somebody_else(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """A warning, a rule and a driving licence are no retold offers, and nothing is flagged."""
    assert not is_retold(text)
    assert () == check(text, signals, hosts).findings
