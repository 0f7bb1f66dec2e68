"""The two look-ups on held-out sets stay in their bands; how they do is in docs/evaluation.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli.look_ups import ask_occupations, check_adverts, rows_shown
from bot.knowledge.store import shared_store
from bot.settings import Settings

_HERE = Path(__file__).parent
DATA = Settings.from_environment().path("ZHENGBIAN_DATA_DIR")


@pytest.mark.parametrize(
    ("name", "least_fraud", "least_evasive", "most_honest"),
    [("adverts.jsonl", 0.94, 0.94, 0.02), ("adverts_second.jsonl", 0.97, 0.94, 0.04)],
)
def test_adverts(name: str, least_fraud: float, least_evasive: float, most_honest: float) -> None:
    """Frauds are flagged, evasive ones too, honest texts hardly ever."""
    rows = [json.loads(line) for line in (_HERE / name).read_text(encoding="utf-8").splitlines()]
    figures = check_adverts(shared_store(DATA).current, rows)
    assert figures["fraud"][1] >= least_fraud
    assert figures["evasive"][1] >= least_evasive
    assert figures["honest"][1] <= most_honest


async def test_occupations(engine: Any) -> None:
    """Names are found, unknown ones told as such, and no answer states facts about another row."""
    lines = (_HERE / "occupations_second.tsv").read_text(encoding="utf-8").splitlines()
    figures = await ask_occupations(engine, [(line.split("\t")[0], line.split("\t")[1]) for line in lines])
    assert figures["right"] >= 0.94
    assert figures["wrong"] == 0


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("塔吊", ["技11"]),
        ("医生的证", ["专21"]),
        ("监理证", ["专11"]),
        ("房产中介证", ["专44"]),
        ("国家一级营养师", ["X-03"]),
        ("钳工证", []),
        ("程序员要什么证", []),
        ("挖掘机操作证国家承认吗", []),
    ],
)
async def test_a_name_alone_is_looked_up(engine: Any, text: str, rows: list[str]) -> None:
    """Whoever types nothing but a name is told about it, or that it is not among what we know; never just refused."""
    _, turn = await engine.turn(text)
    assert "lookup" == turn.replies[0].form
    assert rows == await rows_shown(engine, text)
