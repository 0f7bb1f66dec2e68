"""The figures of the advert check on the sets it is developed with hold.

``development.jsonl`` was written before the patterns were widened; ``second.jsonl`` and
``third.jsonl`` afterwards, each measured once before anything was changed for it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.advert.check import check
from bot.advert.models import Signals
from bot.advert.request import looks_like_advert

_HERE = Path(__file__).parent
SETS = ("development", "second", "third")
#: Of fraud flagged at least, of honest texts flagged at most, of fraud seen as an advert at least.
LEAST_FLAGGED, MOST_ACCUSED, LEAST_SEEN = 0.95, 0.02, 0.9
LEAST_DEVELOPMENT = 0.97


def _texts(name: str, label: str) -> list[str]:
    lines = (_HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row["text"] for row in map(json.loads, lines) if row["label"] == label]


def test_sets_are_large_enough() -> None:
    """At least 260 frauds, 140 honest texts and 60 bare questions; 80 and 40 in the second set."""
    sizes = [len(_texts("development", label)) for label in ("fraud", "honest", "question")]
    sizes += [len(_texts("second", label)) for label in ("fraud", "honest")]
    assert all(size >= least for size, least in zip(sizes, (260, 140, 60, 80, 40), strict=True))


@pytest.mark.parametrize("name", SETS)
def test_fraud_is_flagged(name: str, signals: Signals, hosts: frozenset[str]) -> None:
    """Nearly every fraud shows a red flag."""
    texts = _texts(name, "fraud")
    missed = [text for text in texts if not check(text, signals, hosts).findings]
    least = LEAST_DEVELOPMENT if name == "development" else LEAST_FLAGGED
    assert 1 - len(missed) / len(texts) >= least, missed


@pytest.mark.parametrize("name", SETS)
def test_honest_texts_are_not_accused(name: str, signals: Signals, hosts: frozenset[str]) -> None:
    """Hardly any honest text shows one."""
    texts = _texts(name, "honest")
    accused = [text for text in texts if check(text, signals, hosts).findings]
    assert len(accused) / len(texts) <= MOST_ACCUSED, accused


@pytest.mark.parametrize("name", SETS)
def test_fraud_looks_like_an_advert(name: str, signals: Signals) -> None:
    """Pasted and retold offers are taken for adverts."""
    texts = _texts(name, "fraud")
    missed = [text for text in texts if not looks_like_advert(text, signals)]
    assert 1 - len(missed) / len(texts) >= LEAST_SEEN, missed


@pytest.mark.parametrize("text", _texts("development", "question"))
def test_bare_question_is_no_advert(text: str, signals: Signals) -> None:
    """A short question about a claim stays a question."""
    assert not looks_like_advert(text, signals)
