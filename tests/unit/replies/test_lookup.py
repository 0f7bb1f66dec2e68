"""What is said about an occupation: every row, every aspect, ambiguous and unknown names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.loader import Content, load_content
from bot.knowledge.models import Confidence
from bot.occupations.catalogue import Catalogue, load_catalogue
from bot.rendering.plain import plain, render
from bot.replies.lookup import ASPECTS, compose_lookup
from bot.replies.reply import Choice, Kind, Reply

KNOWLEDGE = Path(__file__).parents[3] / "data" / "knowledge"
TODAY = dt.date(2026, 11, 22)
SENTENCE = "列在目录的技能人员部分，人社部2021年说明拟依法调整为准入类"
HEDGE = "以官方公布为准"


@dataclass(frozen=True)
class Snapshot:
    content: Content
    catalogue: Catalogue


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    content = load_content(KNOWLEDGE)
    return Snapshot(content, load_catalogue(KNOWLEDGE / "occupations", content))


@pytest.fixture(scope="module")
def numbers(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(snapshot.catalogue.rows)


def say(snapshot: Snapshot, key: str, **blanks: Any) -> Reply:
    return compose_lookup(key, blanks, snapshot, TODAY)


def names_of(snapshot: Snapshot, number: str) -> tuple[str, ...]:
    row = snapshot.catalogue.rows[number]
    return (row.name, *row.aliases, *row.everyday)


def test_every_row_and_alias_says_its_class(snapshot: Snapshot, numbers: tuple[str, ...]) -> None:
    """The body and the card hold the class, or whether the name is in the catalogue."""
    for number in numbers:
        row = snapshot.catalogue.resolve(number)
        assert row is not None
        for name in names_of(snapshot, number):
            reply = say(snapshot, number, name=name)
            card, body = dict(reply.card), plain(reply.body)
            assert reply.kind is Kind.LOOKUP
            assert reply.entry == row.number
            assert card["是否在目录"].startswith(row.in_catalogue)
            if row.class_sentence:
                assert SENTENCE in body
                assert card["类别"] == SENTENCE
            elif row.in_catalogue == "是":
                assert f"属于{row.class_}" in body
                assert card["类别"].startswith(row.class_)
            else:
                assert {"否": "不在《国家职业资格目录", "部分": "只有部分在《国家职业资格目录"}[
                    row.in_catalogue
                ] in body


def test_three_rows_say_their_class_by_one_sentence_only(snapshot: Snapshot) -> None:
    """技2, 技3 and 技6 are neither called 水平评价类 nor said to be needed or not needed for work."""
    for number in ("技2", "技3", "技6"):
        for aspect in ("", *ASPECTS):
            text = render(say(snapshot, number, aspect=aspect)) + say(snapshot, number, aspect=aspect).speech
            assert SENTENCE in text
            assert "水平评价类" not in text
            assert "有证才能" not in text
            assert "上岗" not in text


def test_departments_are_stated_as_surely_as_they_are_known(snapshot: Snapshot, numbers: tuple[str, ...]) -> None:
    """High is stated, medium is 据公开资料, none is 现有资料不能确认."""
    for number in numbers:
        row = snapshot.catalogue.resolve(number)
        assert row is not None
        if row.in_catalogue != "是":
            continue
        for aspect in ("", "issuer"):
            body = plain(say(snapshot, number, aspect=aspect).body)
            if row.department_ref is None:
                assert "现有资料不能确认由哪个部门实施" in body
            else:
                medium = row.department_ref.confidence is Confidence.MEDIUM
                assert f"实施部门：{'据公开资料，是' if medium else ''}{row.department}。" in body


def test_whatever_is_medium_is_hedged(snapshot: Snapshot, numbers: tuple[str, ...]) -> None:
    """A row with a medium class, status, way or department adds 以官方公布为准."""
    for number in numbers:
        row = snapshot.catalogue.resolve(number)
        assert row is not None
        stated = [row.name_confidence, row.status_confidence if row.status else None]
        stated += [row.route_confidence if row.route else None, row.department_ref and row.department_ref.confidence]
        if Confidence.MEDIUM in stated:
            assert any(HEDGE in notice for notice in say(snapshot, number).notices), number


@pytest.mark.parametrize("aspect", ["", *ASPECTS])
def test_every_answer_is_short_dated_and_sourced(snapshot: Snapshot, numbers: tuple[str, ...], aspect: str) -> None:
    """≤ 400 characters, ≤ 90 to read out, the catalogue's date, sources, no blank left open."""
    for number in numbers:
        reply = say(snapshot, number, aspect=aspect)
        body = plain(reply.body)
        assert len(body) <= 400, number
        assert 0 < len(reply.speech) <= 90, number
        assert "2021-11-23" in body, number
        assert reply.sources, number
        shown = body + reply.speech + "".join(value for _, value in reply.card)
        assert not set("〔〕{}") & set(shown), number
        assert "http" not in reply.speech, number
        assert "X-" not in shown, number


@pytest.mark.parametrize(
    ("number", "aspect", "begins"),
    [
        ("专14", "where", "在哪查：先到中国人事考试网 http://www.cpta.com.cn"),
        ("专36", "where", "在哪查：软考官方网站 ruankao.org.cn"),
        ("技10", "where", "在哪查：应急管理部查询平台 cx.mem.gov.cn"),
        ("技11", "where", "在哪查：住房城乡建设部查询平台 zlaq.mohurd.gov.cn"),
        ("技12", "where", "在哪查：市场监管总局查询平台 cnse.samr.gov.cn"),
        ("技4", "where", "在哪查：到 http://zscx.osta.org.cn 查，或者"),
        ("X-02", "where", "在哪查：全国联网查询平台 http://zscx.osta.org.cn"),
        ("X-27", "where", "在哪查：发证地省级人社部门或职称平台的公示"),
        ("X-26", "where", "在哪查：普通话到 www.cltt.org"),
        ("专1", "issuer", "实施部门：教育部。"),
        ("专16", "issuer", "实施部门：现有资料不能确认由哪个部门实施"),
        ("X-01", "issuer", "2017-09-12公布的目录就没有列入"),
        ("X-03", "how", "考职业技能等级证书"),
        ("X-01", "how", "2017-09-12公布的目录就没有列入"),
        ("专14", "how", "要参加职业资格评价"),
        ("专14", "valid", "没有取消，还在2021年版目录里"),
        ("X-02", "valid", "不在目录，不等于这个职业取消了"),
        ("X-10", "valid", "它不在现行目录里"),
    ],
)
def test_what_is_asked_comes_first(snapshot: Snapshot, number: str, aspect: str, begins: str) -> None:
    """Where, who, how, still valid: the answer opens with it, after the warning of a name outside of the catalogue."""
    assert plain(say(snapshot, number, aspect=aspect).body).startswith(begins)


def test_fees_and_dates_are_refused_honestly(snapshot: Snapshot, numbers: tuple[str, ...]) -> None:
    """报名, 多少钱, 难不难 are not known; 12333 is named."""
    for number in numbers:
        body = plain(say(snapshot, number, aspect="exam").body)
        assert body.startswith("报名、费用和难不难，现有资料不能确认")
        assert "12333" in body


def test_usual_false_claims_are_told(snapshot: Snapshot) -> None:
    """Each row outside the catalogue tells the claim to beware of, where one is known."""
    for row in snapshot.catalogue.rows.values():
        if row.false_claim:
            assert row.false_claim in plain(say(snapshot, row.number).body)


def test_the_named_firm_is_only_quoted(snapshot: Snapshot) -> None:
    """月嫂证 reports the statement with its date and that the firm disagrees, and judges nothing."""
    text = render(say(snapshot, "X-06"))
    assert "2022-04-23声明" in text
    assert "该机构公开表示不认可" in text
    assert "违法" not in text
    assert "诈骗" not in text


def test_not_found_is_never_called_fake(snapshot: Snapshot) -> None:
    """人事考试网 and the national platform say that not found does not mean fake."""
    for number in ("专14", "技4", "X-02"):
        assert "查不到不等于假" in plain(say(snapshot, number, aspect="where").body)


def test_ambiguous_names_show_each_reading_and_a_button_for_it(snapshot: Snapshot) -> None:
    """Every reading says its class or whether it is in the catalogue; each has a choice."""
    for group in snapshot.catalogue.groups:
        reply = say(snapshot, "ambiguous", name=group.name, rows=list(group.rows))
        lines = [line for line in plain(reply.body).splitlines() if line.startswith("· ")]
        assert len(lines) == len(group.readings) == len(reply.choices)
        assert reply.entry is None
        for reading, line, choice in zip(group.readings, lines, reply.choices, strict=True):
            row = snapshot.catalogue.rows[reading.row]
            expected = {"是": row.class_, "否": "不在目录", "部分": "部分在目录"}[row.in_catalogue]
            assert reading.label in line
            assert expected in line
            assert choice == Choice(f"{reading.use}：{reading.label}", "ask_occupation", (("occupation", reading.row),))
            assert len(choice.title) <= 24
        assert len(plain(reply.body)) <= 400
        assert group.question in reply.body
        assert len(reply.speech) <= 90


def test_rows_without_an_entry_can_still_be_laid_side_by_side(snapshot: Snapshot) -> None:
    """Several rows that share no ambiguity entry are listed under their own names."""
    reply = say(snapshot, "ambiguous", name="工程师", rows=["专11", "专13"])
    assert [choice.title for choice in reply.choices] == ["监理工程师", "造价工程师"]


def test_an_unknown_name_is_neither_fake_nor_genuine(snapshot: Snapshot) -> None:
    """It says what is not known, how to check catalogue and filing, and passes no judgement."""
    reply = say(snapshot, "unknown", name="陪诊师证")
    text = render(reply)
    assert "“陪诊师证”不在我知道的职业和证书里" in text
    assert "72项" in text
    assert "content_5655553.htm" in text
    assert "osta.mohrss.gov.cn" in text
    assert "www.osta.org.cn" in text
    assert not any(word in text for word in ("假的", "真的", "骗", "正规的", "山寨证书”证"))
    assert len(plain(reply.body)) <= 400
    assert len(reply.speech) <= 90
    assert reply.entry is None


def test_a_row_that_is_gone_counts_as_unknown(snapshot: Snapshot) -> None:
    """A stored reference to a row that a reload took away still gets a reply."""
    assert "不在我知道的职业和证书里" in say(snapshot, "专99").body


@pytest.mark.parametrize("name", ["[点我](http://evil.example)", "**粗**<b>证</b>", "〔name〕{h110}证", "证" * 500])
def test_a_name_cannot_smuggle_marks_into_the_reply(snapshot: Snapshot, name: str) -> None:
    """Links, tags, placeholders and overlong names are stripped before they are shown."""
    for key in ("unknown", "专14", "X-02"):
        body = say(snapshot, key, name=name).body
        assert "evil.example" not in body
        assert "<b>" not in body
        assert "证" * 21 not in body
        assert "tel:110" not in body


def test_an_unknown_aspect_gives_the_whole_answer(snapshot: Snapshot) -> None:
    """An aspect that nobody knows changes nothing."""
    assert say(snapshot, "专14", aspect="weather").body == say(snapshot, "专14").body


def test_the_version_is_the_rows_own(snapshot: Snapshot) -> None:
    """Feedback can be tied to the row's wording: eight hex digits, different for each row."""
    versions = {say(snapshot, number).version for number in ("专1", "专2", "X-01")}
    assert len(versions) == 3
    assert all(len(version) == 8 for version in versions)
