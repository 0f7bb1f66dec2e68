"""The supervisor's numbers equal the rows of the journal, for a seeded day that is counted here by hand."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.channels.desk.tables import csv_of
from bot.clock import today
from bot.replies.reply import Kind, Quote, Reply
from bot.storage import corrections as corrections_module
from bot.storage import journal as journal_module
from bot.storage.corrections import Correction
from bot.storage.database import service_engine
from bot.storage.journal import events, misses
from tests.contract.desk.conftest import SUPERVISOR, Desk, Seat, fits, refused

DAY = dt.date(2025, 3, 5)
QUERY = f"?days=1&to={DAY}"
SUMMARY = "/desk/api/insight/summary"
MISSES = "/desk/api/insight/misses"
ASKED = [
    ("公租房怎么申请", "web", 3),
    ("公租房怎样申请", "desk", 1),
    ("公租房申请要什么材料", "wechat", 1),
    ("量子力学难不难学", "web", 2),
]


def reply(kind: Kind, entry: str | None = None, reason: str | None = None, signals: tuple[str, ...] = ()) -> Reply:
    quotes = tuple(Quote(0, 2, signal) for signal in signals)
    return Reply(kind, entry, "v1", "body", "speech", reason=reason, quotes=quotes)


@pytest.fixture(scope="module")
def seeded(desk: Desk) -> Desk:
    """One day with a bit of everything, and rows of the days around it that must not count."""
    at = {"now": 0.0}
    patch = pytest.MonkeyPatch()
    patch.setattr(journal_module.time, "time", lambda: at["now"])
    patch.setattr(corrections_module.time, "time", lambda: at["now"])
    journal = desk.channel.journal
    begin = dt.datetime.combine(DAY, dt.time(), ZoneInfo("Asia/Shanghai")).timestamp()
    for second, inside in ((begin - 1, False), (begin, True), (begin + 86_399, True), (begin + 86_400, False)):
        at["now"] = second
        for number in range(3):
            journal.replied("web", f"a{second}{number}", "", [reply(Kind.ANSWER, "query_where")])
        journal.replied("web", f"a{second}0", "", [reply(Kind.ANSWER, "red_flags"), reply(Kind.LOOKUP, "X-02")])
        journal.replied("wechat", f"w{second}", "", [reply(Kind.ADVERT, None, None, ("guarantee_pass", "sales_talk"))])
        journal.replied("wechat", f"w{second}", "", [reply(Kind.REFUSAL, None, "own_case")])
        journal.replied("desk", f"d{second}", "", [reply(Kind.HANDOVER)])
        journal.noted("desk", f"d{second}", "copied", "query_where", "v1")
        journal.judged("web", f"a{second}0", "2", "query_where", "v1", "wrong", "outdated", "")
        item = Correction(0, 0.0, "query_where", "v1", "unclear", "", "王坐席", "", "", "")
        desk.channel.corrections.add(item, "", [SUPERVISOR], DAY)
        if inside:
            for text, channel, count in ASKED:
                for number in range(count):
                    journal.replied(channel, f"m{second}{number}", text, [reply(Kind.REFUSAL, None, "no_entry")])
    patch.undo()
    return desk


def tables(supervisor: Seat) -> Any:
    return supervisor.send("GET", SUMMARY + QUERY).json["tables"]


def rows_of(desk: Desk, day: dt.date) -> list[Any]:
    """The journal's rows of a day, read on another way than the code under test."""
    with service_engine(desk.channel._settings).connect() as db:
        found = db.execute(sa.select(events)).all()
    return [row for row in found if dt.datetime.fromtimestamp(row.at, ZoneInfo("Asia/Shanghai")).date() == day]


def test_every_number(seeded: Desk, supervisor: Seat, document: Any) -> None:
    """Table by table against the rows; the day begins and ends at midnight in Yunnan."""
    fits(document, SUMMARY, "GET", supervisor.send("GET", SUMMARY + QUERY))
    found, rows = tables(supervisor), rows_of(seeded, DAY)
    replies = [row for row in rows if row.event == "reply"]
    assert 2 * (3 + 2 + 2 + 1 + 7) == len(replies)
    assert [[str(DAY), "desk", 4], [str(DAY), "web", 20], [str(DAY), "wechat", 6]] == found["days"]["rows"]
    assert [[str(DAY), "web", 10], [str(DAY), "wechat", 2]] == found["answered"]["rows"]
    talks = Counter(channel for channel, _ in {(row.channel, row.conversation) for row in replies})
    assert sorted([str(DAY), *pair] for pair in talks.items()) == found["conversations"]["rows"]
    assert {"条目": 8, "查职业": 2, "看广告": 2, "没有答": 16, "转人工": 2} == dict(found["kinds"]["rows"])
    assert {"个人的事": 2, "资料里没有": 14} == dict(found["refusals"]["rows"])
    assert [["坐席台", 2]] == found["handovers"]["rows"]
    assert {2} == {count for _, count in found["signals"]["rows"]}
    assert 4 == found["signals"]["total"]
    assert {"query_where": 6, "red_flags": 2, "X-02": 2} == {row[0]: row[-1] for row in found["entries"]["rows"]}
    assert [["query_where", "复制", 2]] == [[row[0], row[2], row[3]] for row in found["marks"]["rows"]]
    assert [["query_where", "有误", "过期了", 2]] == [[row[0], *row[2:]] for row in found["verdicts"]["rows"]]
    assert [["query_where", "看不懂", 2]] == [[row[0], *row[2:]] for row in found["corrections"]["rows"]]
    entries = set(seeded.channel._store.current.content.entries)
    assert entries - {"query_where", "red_flags"} == {row[0] for row in found["never"]["rows"]}
    for name in ("days", "kinds"):
        assert len(replies) == found[name]["total"]


def test_no_day_before_or_after(seeded: Desk, supervisor: Seat) -> None:
    """The day before has its last second's rows only, and an empty day is an empty table."""
    before = supervisor.send("GET", f"{SUMMARY}?days=1&to=2025-03-04").json["tables"]
    assert (
        8
        == before["days"]["total"]
        == len([row for row in rows_of(seeded, DAY - dt.timedelta(1)) if row.event == "reply"])
    )
    empty = supervisor.send("GET", f"{SUMMARY}?days=1&to=2024-03-04").json["tables"]
    assert 0 == sum(empty[name]["total"] for name in empty)


def test_misses_are_grouped(seeded: Desk, supervisor: Seat, document: Any) -> None:
    """The same question in other words is one group, counted by channel and week; another matter is another."""
    answer = supervisor.send("GET", MISSES + QUERY)
    fits(document, MISSES, "GET", answer)
    assert 14 == answer.json["total"] == sum(group["count"] for group in answer.json["groups"])
    first = answer.json["groups"][0]
    assert {"公租房怎么申请", "公租房怎样申请"} <= set(first["texts"])
    assert "量子力学难不难学" not in first["texts"]
    assert first["count"] == sum(first["channels"].values()) == len(first["ids"])
    assert {"2025-W10": first["count"]} == first["weeks"]


def test_states(seeded: Desk, supervisor: Seat, document: Any) -> None:
    """Done and ignored ones leave the list of what is open, and can be found again."""
    group = next(g for g in supervisor.send("GET", MISSES + QUERY).json["groups"] if "量子力学难不难学" in g["texts"])
    answer = supervisor.send("POST", MISSES, {"ids": group["ids"], "state": "ignored"})
    fits(document, MISSES, "POST", answer)
    assert {"changed": 4} == answer.json
    assert 10 == supervisor.send("GET", MISSES + QUERY).json["total"]
    ignored = supervisor.send("GET", f"{MISSES}{QUERY}&state=ignored").json
    assert [{"ignored": 4}] == [g["states"] for g in ignored["groups"]]
    assert 14 == supervisor.send("GET", f"{MISSES}{QUERY}&state=all").json["total"]
    for body in (
        {"ids": [], "state": "done"},
        {"ids": ["1"], "state": "done"},
        {"ids": [1], "state": "gone"},
        {"ids": [True], "state": "done"},
        {"ids": [2**40], "state": "done"},
    ):
        refused(supervisor.send("POST", MISSES, body), 400, "bad_field")


def test_add_as_phrasing(seeded: Desk, supervisor: Seat, document: Any) -> None:
    """YAML that Rasa reads as it is, for the file of the entry's topic, repeats and masked numbers left out."""
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    with service_engine(seeded.channel._settings).begin() as db:
        db.execute(
            misses.insert().values(
                at=1.0, channel="web", conversation="", text="我〔手机号〕的证", reason="no_entry", state="new"
            )
        )
        ids = [row.id for row in db.execute(sa.select(misses.c.id)).all()]
    answer = supervisor.send("POST", "/desk/api/insight/phrasings", {"ids": ids, "entry": "query_where"})
    fits(document, "/desk/api/insight/phrasings", "POST", answer)
    told = answer.json
    assert ("data/nlu/faq/query.yml", "query_where") == (told["file"], told["intent"])
    assert told["used"] < told["of"] == len(ids)
    read = RasaYAMLReader().reads('version: "3.1"\nnlu:\n' + told["snippet"])
    texts = [message.get("text") for message in read.intent_examples]
    assert told["used"] == len(texts)
    assert "公租房怎么申请" in texts
    assert not [text for text in texts if "〔" in text]
    for body in ({"ids": ids, "entry": "nothing"}, {"ids": [2**30], "entry": "query_where"}):
        refused(supervisor.send("POST", "/desk/api/insight/phrasings", body), 400, "bad_field")


@pytest.mark.parametrize(
    "name",
    [
        "days",
        "answered",
        "conversations",
        "kinds",
        "refusals",
        "handovers",
        "signals",
        "entries",
        "never",
        "marks",
        "verdicts",
        "corrections",
    ],
)
def test_charts_and_exports(seeded: Desk, supervisor: Seat, name: str) -> None:
    """A picture with title and description; a CSV of the same rows that hides counts of 1 to 4."""
    picture = supervisor.send("GET", f"/desk/api/insight/charts/{name}{QUERY}")
    assert (200, "image/svg+xml; charset=utf-8") == (picture.status, picture.headers["content-type"])
    root = ElementTree.fromstring(picture.text)
    tags = [child.tag.rpartition("}")[2] for child in root]
    assert ["title", "desc"] == tags[:2]
    assert "script" not in picture.text
    exported = supervisor.send("GET", f"/desk/api/insight/tables/{name}{QUERY}")
    assert "attachment" in exported.headers["content-disposition"]
    head, *lines = csv.reader(io.StringIO(exported.body.decode("utf-8-sig")))
    table = tables(supervisor)[name]
    assert table["head"] == head
    hidden = ["<5" if 0 < row[-1] < 5 else str(row[-1]) for row in table["rows"]]
    assert hidden == [line[-1] for line in lines]


def test_corrections(seeded: Desk, supervisor: Seat, document: Any) -> None:
    """All items with the title of their entry, open first; their state can be set."""
    path = "/desk/api/insight/corrections"
    items = supervisor.send("GET", path).json["items"]
    fits(document, path, "GET", supervisor.send("GET", path))
    number = items[0]["id"]
    answer = supervisor.send("POST", path, {"id": number, "state": "done"})
    fits(document, path, "POST", answer)
    again = supervisor.send("GET", path).json["items"]
    assert "done" == next(item for item in again if item["id"] == number)["state"]
    assert number == again[-1]["id"] or again[-1]["state"] in ("done", "rejected")
    for body in ({"id": 10**6, "state": "done"}, {"id": number, "state": "lost"}, {"id": "1", "state": "done"}, {}):
        refused(supervisor.send("POST", path, body), 400, "bad_field")


@pytest.mark.parametrize(
    "query", ["?days=0", "?days=400", "?days=x", "?to=yesterday", "?to=1999-01-01", "?days=-1", "?days=%EF%BC%91"]
)
def test_malformed_periods(supervisor: Seat, query: str) -> None:
    """Told in words."""
    refused(supervisor.send("GET", SUMMARY + query), 400, "bad_field")


def test_unknown_tables_and_states(supervisor: Seat) -> None:
    """404 and 400 in the house's form."""
    for path in ("charts/nothing", "tables/nothing"):
        refused(supervisor.send("GET", f"/desk/api/insight/{path}"), 404, "no_table")
    refused(supervisor.send("GET", f"{MISSES}?state=gone"), 400, "bad_field")


def test_the_default_is_the_last_thirty_days(supervisor: Seat) -> None:
    """Up to today in Yunnan."""
    told = supervisor.send("GET", SUMMARY).json
    assert (str(today() - dt.timedelta(days=29)), str(today())) == (told["from"], told["to"])


def test_no_formula_leaves_the_house() -> None:
    """A cell that a spreadsheet would compute is told as text."""
    table = {"title": "", "head": ["条目", "次数"], "rows": [["=1+1", 7], ["@x", 0], ["-2", 4], ["正常", 5]]}
    lines = csv_of(table).decode("utf-8-sig").splitlines()
    assert ["条目,次数", "'=1+1,7", "'@x,0", "'-2,<5", "正常,5"] == lines
