"""The advert check on both held-out sets stays in its bands; how it does is in docs/evaluation.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.look_ups import check_adverts
from bot.knowledge.store import shared_store
from bot.settings import Settings

_HERE = Path(__file__).parent
DATA = Settings.from_environment().path("ZHENGBIAN_DATA_DIR")


@pytest.mark.parametrize(
    ("name", "least_fraud", "least_evasive", "most_honest"),
    [("adverts.jsonl", 0.91, 0.86, 0.03), ("adverts_second.jsonl", 0.95, 0.90, 0.03)],
)
def test_adverts(name: str, least_fraud: float, least_evasive: float, most_honest: float) -> None:
    """Frauds are flagged, evasive ones too, honest texts hardly ever."""
    rows = [json.loads(line) for line in (_HERE / name).read_text(encoding="utf-8").splitlines()]
    figures = check_adverts(shared_store(DATA).current, rows)
    assert figures["fraud"][1] >= least_fraud
    assert figures["evasive"][1] >= least_evasive
    assert figures["honest"][1] <= most_honest
