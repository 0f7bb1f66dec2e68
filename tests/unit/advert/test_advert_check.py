"""What is flagged and what is not, on tables written apart from the examples in the data."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.advert.check import check
from bot.advert.models import Severity, Signals
from bot.advert.signals import CATEGORIES, load_signals, official_hosts
from bot.knowledge.loader import load_content
from bot.text.clean import MAX_TEXT

_HERE = Path(__file__).parent
_DATA = _HERE.parents[2] / "data" / "knowledge"


def _rows(name: str) -> list[list[str]]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.replace("\\n", "\n").split("\t") for line in lines if line and not line.startswith("# ")]


FRAUD, EVASIVE, HONEST = _rows("fraud.tsv"), _rows("evasive.tsv"), _rows("honest.tsv")


def _ids(text: str, signals: Signals, hosts: frozenset[str], invented: tuple[str, ...] = ()) -> list[str]:
    return [finding.signal for finding in check(text, signals, hosts, invented).findings]


def test_tables_are_large_enough() -> None:
    """At least 80 adverts, 40 evasive ones and 60 honest look-alikes stand in the tables."""
    assert (len(FRAUD) >= 80, len(EVASIVE) >= 40, len(HONEST) >= 60) == (True, True, True)


@pytest.mark.parametrize(("expected", "text"), [*FRAUD, *EVASIVE])
def test_fraud_is_flagged(expected: str, text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """An advert shows the signal that the table names (any: whichever)."""
    found = _ids(text, signals, hosts)
    assert found if expected == "any" else set(expected.split("|")) & set(found)


@pytest.mark.parametrize("text", [row[0] for row in HONEST])
def test_honest_text_is_not_flagged(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """News, rules, warnings, refusals, questions and everyday life show nothing."""
    assert _ids(text, signals, hosts) == []


def test_every_category_has_an_advert(signals: Signals) -> None:
    """Each kind of red flag is met by the table of adverts."""
    named = {name for row in FRAUD for name in row[0].split("|") if name != "any"}
    assert set(CATEGORIES) == {signals.signals[name].category for name in named}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("消防证 包.过 加我", "包.过"),
        ("健管师 Ｂ过，私信", "Ｂ过"),
        ("教资包guo班", "包guo"),
        ("二建 掛 靠 一年两万", "二建 掛 靠"),
        ("免\u200b考\ufe0f，报名加我", "免\u200b考"),
        ("考不过 全 额 退 款！", "考不过 全 额 退 款"),
    ],
)
def test_quotes_are_the_persons_own_words(text: str, quoted: str, signals: Signals, hosts: frozenset[str]) -> None:
    """A quote is cut from the text as typed, decoration between its characters included."""
    spans = [span for finding in check(text, signals, hosts).findings for span in finding.spans]
    assert quoted in [text[span.start : span.end] for span in spans]


def test_warning_of_imitators_does_not_hide_a_scam(signals: Signals, hosts: frozenset[str]) -> None:
    """„谨防假冒，我们是正规包过" is still an offer."""
    assert "guarantee_pass" in _ids("谨防假冒，我们是正规包过，十年老店", signals, hosts)


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("碳排放管理师国家职业资格证火热报名，加微信〔微信号〕", True),
        ("碳排放管理师，挂靠年入十万，扫码报名", True),
        ("碳排放管理师证国家承认吗", False),
        ("人社部提醒：碳排放管理师不是国家职业资格", False),
    ],
)
def test_name_outside_the_catalogue(text: str, flagged: bool, signals: Signals, hosts: frozenset[str]) -> None:
    """A name that the caller passes is flagged where it is sold as a national certificate."""
    assert flagged == ("invented_certificate" in _ids(text, signals, hosts, ("碳排放管理师",)))


@pytest.mark.parametrize(
    "text",
    [
        "养老护理员职业技能等级认定培训，全国通用，报名电话〔电话〕",
        "养老护理员免费培训班开班通知：政府补贴，名额50人，请到县就业局报名，电话0871-12333。",
        "养老护理员按国家职业技能标准培训，学费1200元，报名电话〔电话〕",
    ],
)
def test_honest_course_of_a_passed_name_is_not_flagged(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """A course for the level certificate of an occupation outside the catalogue is honest."""
    assert _ids(text, signals, hosts, ("养老护理员",)) == []


def test_weak_signs_count_only_beside_others(signals: Signals, hosts: frozenset[str]) -> None:
    """„名额有限" of an honest school is nothing; beside 包过 it is told too."""
    honest = "电工培训报名中，名额有限，考试合格后由应急管理局发证"
    assert _ids(honest, signals, hosts) == []
    assert {"guarantee_pass", "urgency_soft"} <= set(_ids("电工证包过，名额有限，报名加我", signals, hosts))


def test_gravest_first(signals: Signals, hosts: frozenset[str]) -> None:
    """Findings are sorted by severity."""
    found = _ids("名额有限，最后一批，国家认可，包过免考，加微信〔微信号〕报名拿证", signals, hosts)
    order = [Severity.HIGH, Severity.MEDIUM, Severity.LOW]
    ranks = [order.index(signals.signals[name].severity) for name in found]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("你好", ("filing", "certificate")),
        ("人社部门办的班，学费2000，查询 abc.com", ("filing", "certificate", "identity", "price", "site")),
    ],
)
def test_open_points(text: str, points: tuple[str, ...], signals: Signals, hosts: frozenset[str]) -> None:
    """What cannot be judged is always named, and more where the text mentions it."""
    assert points == check(text, signals, hosts).unjudged


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(
            st.sampled_from("包过免考证挂靠不退款交钱拿天三7 ，。？！.b😀\u200b➕v薇w国徽guo人社部直属加"), max_size=120
        ).map("".join),
    )
)
def test_never_raises_and_quotes_lie_inside(text: str) -> None:
    """Whatever is sent, there is a verdict, and its spans are ordered and inside the text."""
    signals, hosts = _shipped()
    for finding in check(text, signals, hosts, ("碳排放管理师",)).findings:
        for span in finding.spans:
            assert 0 <= span.start < span.end <= min(len(text), MAX_TEXT)


_LOADED: list[tuple[Signals, frozenset[str]]] = []


def _shipped() -> tuple[Signals, frozenset[str]]:
    if not _LOADED:
        content = load_content(_DATA)
        _LOADED.append((load_signals(_DATA / "signals", content), official_hosts(content)))
    return _LOADED[0]


@pytest.mark.parametrize(
    "text",
    [
        "".join(row[1] for row in FRAUD)[:2000],
        "".join(row[0] for row in HONEST)[:2000],
        "😀🎉" * 500,
        "包😀过🎉" * 500,
        "不用考" * 700,
        "交1元就" * 500,
        "www." * 500,
        "a" * 2000,
        "学历不够我们" * 334,
    ],
    ids=["adverts", "honest", "emoji", "emoji between", "negated", "pay", "hosts", "letters", "gaps"],
)
def test_hostile_texts_are_read_to_their_end(text: str, signals: Signals, hosts: frozenset[str]) -> None:
    """2,000 characters, 1,000 emoji and regex-hostile texts get a verdict; how fast is for the bench."""
    verdict = check(text, signals, hosts)
    assert all(0 <= span.start < span.end <= len(text) for finding in verdict.findings for span in finding.spans)
