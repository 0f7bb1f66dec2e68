"""The score: what it counts, how it is fitted, and that nothing it is tested with was fitted on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.advert.check import check, judged
from bot.advert.grams import alike, grams, sounds
from bot.advert.learn import EXAMPLES, fingerprint, fit, read_examples
from bot.advert.models import Signals
from bot.advert.reading import read
from bot.advert.score import LONGEST_FACT_TEXT, facts_of, score

_HERE = Path(__file__).parent
_FOLDER = _HERE.parents[2] / "data" / "knowledge" / "signals"
_BLIND = [
    line.split("\t")
    for line in (_HERE / "blind.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
#: Of frauds flagged at least, of honest texts at most; measured 2026-11-25, a little below.
LEAST_FLAGGED, MOST_ACCUSED = 0.92, 0.05


def _flagged(label: str, signals: Signals, hosts: frozenset[str]) -> float:
    texts = [text for its, text in _BLIND if its == label]
    return sum(bool(check(text, signals, hosts).findings) for text in texts) / len(texts)


def test_fraud_nobody_looked_at_is_flagged(signals: Signals, hosts: frozenset[str]) -> None:
    """Texts that neither patterns nor weights were made with."""
    assert _flagged("fraud", signals, hosts) >= LEAST_FLAGGED


def test_honest_text_nobody_looked_at_is_not(signals: Signals, hosts: frozenset[str]) -> None:
    """Hardly any is accused."""
    assert _flagged("honest", signals, hosts) <= MOST_ACCUSED


def test_no_test_text_was_fitted_on() -> None:
    """The blind set and both held-out sets stand apart from the labelled examples."""
    fitted = {example.text for example in read_examples(_FOLDER / EXAMPLES)}
    held_out = [
        json.loads(line)["text"]
        for name in ("adverts.jsonl", "adverts_second.jsonl")
        for line in (_HERE.parents[1] / "nlu" / name).read_text(encoding="utf-8").splitlines()
    ]
    assert set() == fitted & {*held_out, *(text for _, text in _BLIND)}


def test_weights_are_those_of_the_examples(signals: Signals) -> None:
    """Whoever changes examples or code generates the weights anew."""
    assert signals.weights is not None
    assert fingerprint(_FOLDER) == signals.weights.fingerprint


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("交680元，三天拿证", "^交Ｍ，Ｔ拿证$"),
        ("交两千二百块，半个月拿证", "^交Ｍ，Ｔ拿证$"),
        ("加微信〔微信号〕", "^加微信Ｋ$"),
    ],
)
def test_money_time_and_addresses_are_alike(text: str, same: str) -> None:
    """How much, how fast and which number makes no difference."""
    assert same == alike(text)


def test_sounds_read_letters() -> None:
    """那正, na正 and nazheng sound like 拿证."""
    assert [["na", "zheng"]] * 4 == [sounds(text) for text in ("拿证", "那正", "na正", "nazheng")]


def test_grams_of_one_kind_weigh_the_same_in_any_text() -> None:
    """A long text weighs no more than a short one."""
    lengths = [
        sum(share**2 for name, share in grams(text).items() if name[0] == "g") for text in ("包过", "包过，" * 50)
    ]
    assert lengths == pytest.approx([9.0, 9.0])


def test_fit_separates() -> None:
    """What only offers have weighs for, what only honest texts have against, what both have little."""
    rows = [{"a": 1.0, "c": 1.0}, {"a": 1.0}, {"b": 1.0, "c": 1.0}, {"b": 1.0}]
    weights, bias = fit(rows, np.array([True, True, False, False]), 1.0)
    assert weights["a"] > 0 > weights["b"]
    assert abs(weights["c"]) < 0.05
    assert abs(bias) < 0.05


def test_facts_lie_between_0_and_1(signals: Signals) -> None:
    """Every fact is a share or a yes."""
    facts = facts_of(read("电工证包过，加我" * LONGEST_FACT_TEXT, signals), ())
    assert all(0 <= value <= 1 for value in facts.values())


@pytest.mark.parametrize(
    ("offer", "warning"),
    [
        ("不用考试，三天拿证，需要的私聊", "警方提醒：不用考试三天拿证都是骗局"),
        ("二建挂靠一年两万，有意加我", "公司严禁员工把二建证挂靠出去，发现开除"),
    ],
)
def test_an_offer_scores_higher_than_a_warning(offer: str, warning: str, signals: Signals) -> None:
    """The same words, offered and warned of."""
    assert signals.weights is not None
    assert score(read(offer, signals), (), signals.weights) > score(read(warning, signals), (), signals.weights)


def test_tone_where_no_pattern_says_why(signals: Signals) -> None:
    """The example of ``tone`` is found by its sound alone, and quotes a clause of it; the other is not."""
    tone = signals.signals["tone"]
    findings = [judged(read(text, signals), ()) for text in (*tone.examples, *tone.counterexamples)]
    assert [True, False] == [bool(found) for found in findings]
