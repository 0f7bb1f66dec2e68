"""What the advert reply says, and how long it may be."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.advert.check import check
from bot.advert.models import Signals
from bot.advert.signals import load_signals, official_hosts
from bot.knowledge.loader import Content, load_content
from bot.rendering.plain import render
from bot.replies.advert import LONGEST_QUOTE, LONGEST_REPLY, advert_blanks, compose_advert
from bot.replies.reply import Kind, Quote, Reply

_DATA = Path(__file__).parents[3] / "data" / "knowledge"
_TODAY = dt.date(2026, 11, 22)
_EVERYTHING = (
    "消防证包过，不过退款，免考代考，7天拿证，交钱就能拿证，人社部直属，挂靠一年3万，有内部名额，最后一批，名额有限，"
    "提供答案，国徽证书，学历不够我们包装，先交定金500，退费要先交税，1元训练营，月入过万，查询www.osta-org.cn"
)


@dataclass(frozen=True)
class _Snapshot:
    content: Content
    signals: Signals


@pytest.fixture(scope="module")
def snapshot() -> _Snapshot:
    """The knowledge of the repository."""
    content = load_content(_DATA)
    return _Snapshot(content, load_signals(_DATA / "signals", content))


def _reply(text: str, snapshot: _Snapshot, *, paid: bool = False) -> Reply:
    verdict = check(text, snapshot.signals, official_hosts(snapshot.content))
    return compose_advert(advert_blanks(verdict, text, paid=paid), snapshot, _TODAY)


def test_verdict_comes_first(snapshot: _Snapshot) -> None:
    """The first words are the number of red flags."""
    assert render(_reply("电工证包过，免考", snapshot)).startswith("发现 2 处风险信号")


def test_nothing_found_is_no_all_clear(snapshot: _Snapshot) -> None:
    """Where nothing is found the reply still asks to check."""
    reply = _reply("养老护理员培训，学费1200元", snapshot)
    assert render(reply).startswith("未发现列出的风险信号，仍请核验")
    assert reply.quotes == ()


@pytest.mark.parametrize("text", [_EVERYTHING, "电工证包过", "养老护理员培训，学费1200元"])
@pytest.mark.parametrize("paid", [True, False])
def test_never_says_safe_and_stays_short(text: str, paid: bool, snapshot: _Snapshot) -> None:
    """No verdict word clears or condemns anybody; the whole text keeps to its limit."""
    reply = _reply(text, snapshot, paid=paid)
    shown = render(reply)
    assert not re.search(r"安全|是真的|合法|可以放心交|是骗子|诈骗机构", shown.replace("不等于可以放心", ""))
    assert len(shown) <= LONGEST_REPLY
    assert 0 < len(reply.speech) <= 90


def test_quotes_reasons_and_rules(snapshot: _Snapshot) -> None:
    """Each red flag shows the words, why it is one, and the document with its date."""
    text = "宝子们，电工证包.过！"
    reply = _reply(text, snapshot)
    assert (reply.kind, reply.entry) == (Kind.ADVERT, None)
    assert (Quote(7, 10, "guarantee_pass"),) == reply.quotes
    assert "「包.过」：培训广告不得保证通过考试、保证拿到证书。依据：《广告法》第24条，现行。" in render(reply)
    assert not re.search(r"\b[NB]-\d", render(reply))


def test_where_to_check_and_report(snapshot: _Snapshot) -> None:
    """Filing, catalogue, certificate and the hotlines are all named, 12333 first."""
    shown = render(_reply("电工证包过", snapshot))
    for expected in ("osta.mohrss.gov.cn", "www.osta.org.cn", "zscx.osta.org.cn", "目录（2021年版）", "12315", "12377"):
        assert expected in shown
    reporting = shown[shown.index("往哪反映") :]
    assert reporting.index("12333") < reporting.index("12315") < reporting.index("12377")


def test_money_paid_comes_right_after_the_verdict(snapshot: _Snapshot) -> None:
    """Somebody who paid reads 96110 and 110 before the list of flags."""
    shown = render(_reply("电工证包过", snapshot, paid=True))
    assert shown.index("110") < shown.index("「包过」")
    assert "马上停止付款" in shown


def test_blanks_are_small_json(snapshot: _Snapshot) -> None:
    """What travels is JSON of at most 2 KB, however much is found and quoted."""
    long = "先" + "交" * 3 + "定金500" + "人社部直属" + "包" + "😀" * 60 + "过，" + _EVERYTHING
    for text in (long, _EVERYTHING):
        verdict = check(text, snapshot.signals, official_hosts(snapshot.content))
        blanks = advert_blanks(verdict, text, paid=True)
        assert len(json.dumps(blanks).encode()) <= 2048
        assert all(text[a:b] == words and len(words) <= LONGEST_QUOTE for _, a, b, words in blanks["findings"])
        assert blanks == json.loads(json.dumps(blanks))
        assert len(render(compose_advert(blanks, snapshot, _TODAY))) <= LONGEST_REPLY


def test_all_quoted_findings_are_shown(snapshot: _Snapshot) -> None:
    """Findings that have no room for a reason are still quoted; what is counted, marked and read out is one number."""
    reply = _reply(_EVERYTHING, snapshot)
    shown = render(reply)
    for quote in reply.quotes:
        assert f"「{_EVERYTHING[quote.start : quote.end]}」" in shown
    count = len(reply.quotes)
    assert count > 12
    assert shown.startswith(f"发现 {count} 处风险信号")
    assert reply.speech.startswith(f"发现{count}处风险信号")
    ends = sorted((quote.start, quote.end) for quote in reply.quotes)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ends))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("电工证3980元3天拿证", ["电工证3980元3天拿证"]),
        ("保育员零基础包过，7天拿证", ["零基础包过", "7天拿证"]),
        ("叉车证（质监局）7个工作日下证 官网可查 先查后付款", ["叉车证（质监局）7个工作日下证", "官网可查 先查后付款"]),
    ],
)
def test_same_words_are_one_place(text: str, words: list[str], snapshot: _Snapshot) -> None:
    """What several signals find in the same words is counted once, and quoted in whole words."""
    reply = _reply(text, snapshot)
    assert [text[quote.start : quote.end] for quote in reply.quotes][: len(words)] == words
    assert render(reply).startswith(f"发现 {len(reply.quotes)} 处")


@pytest.mark.parametrize("words", ["[点我](http://x.cn)", "**包过**", "{h110}", "<b>包过</b>"])
def test_quoted_words_are_no_markup(words: str, snapshot: _Snapshot) -> None:
    """A quote cannot become a link, bold, a tag or a number of ours."""
    reply = compose_advert({"findings": [["guarantee_pass", 0, len(words), words]], "paid": False}, snapshot, _TODAY)
    quoted = reply.body[reply.body.index("「") : reply.body.index("」")]
    assert not re.search(r"[\[\]*<>]", quoted)
    assert ("{h110}" in quoted) == (words == "{h110}")


@pytest.mark.parametrize("blanks", [{}, {"findings": []}, {"findings": [["no_such", 0, 2, "包过"]], "total": 1}])
def test_odd_blanks(blanks: dict[str, object], snapshot: _Snapshot) -> None:
    """Missing findings and signals that are gone since give the careful reply."""
    assert render(compose_advert(blanks, snapshot, _TODAY)).startswith("未发现列出的风险信号，仍请核验")


def test_sources_carry_dates(snapshot: _Snapshot) -> None:
    """Rules and numbers both stand in the source line."""
    reply = _reply("电工证包过", snapshot)
    assert {"法律", "昆明日报／昆明信息港"} <= {source.issuer for source in reply.sources}
    assert all(source.date for source in reply.sources)
    assert reply.notices
