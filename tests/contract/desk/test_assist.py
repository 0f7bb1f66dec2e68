"""What the desk answers: cards, fall-back, reasons, events and corrections, all as the OpenAPI document has them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.channels.desk import answers
from bot.storage.database import service_engine
from bot.storage.journal import Journal, conversation_key, events, misses
from bot.storage.switches import SwitchTable
from tests.contract.desk.conftest import SUPERVISOR, Desk, Seat, fits, refused

ASSIST = "/desk/api/assist"


def rows(desk: Desk, table: sa.Table, call: str) -> list[Any]:
    with service_engine(desk.channel._settings).connect() as db:
        return list(db.execute(sa.select(table).where(table.c.conversation == conversation_key(call))).all())


def test_a_life_in_danger(operator: Seat) -> None:
    """Words to read out with numbers to pass on to, and nothing about certificates beside them."""
    told = operator.assist("我被骗光了钱，想跳楼")
    assert "urgent" == told["kind"]
    assert {"120", "110", "12356"} <= {contact["phone"] for contact in told["say"]["contacts"]}
    assert "12356" in told["say"]["script"]
    assert ["cheated"] == [card["entry"] for card in told["cards"]]
    assert ([], []) == (told["nearest"], told["say"]["choices"])
    assert [] == operator.assist("我不想活了")["cards"]


@pytest.mark.parametrize(
    ("text", "kind", "entry"),
    [
        ("我的证书在哪里查真假", "answer", "query_where"),
        ("健康管理师还有用吗", "lookup", "X-02"),
        ("三天拿证，不用考试，包过，加微信交定金，名额有限", "advert", None),
        ("证书上有国徽就一定是真的吗", "answer", "flag_emblem"),
        ("钱已经转给中介了，现在让我再交解冻费", "urgent", None),
        ("今天昆明天气怎么样", "refusal", None),
        ("我要投诉找人工", "handover", None),
        ("你好", "smalltalk", None),
        ("asdfgh", "refusal", None),
    ],
)
def test_every_kind(operator: Seat, document: Any, text: str, kind: str, entry: str | None) -> None:
    """Each kind of answer fits the document, has something to say, and never an empty page."""
    answer = operator.send("POST", ASSIST, {"text": text, "why": True})
    fits(document, ASSIST, "POST", answer)
    told = answer.json
    if entry != "flag_emblem":
        assert kind == told["kind"]
    if kind in ("answer", "lookup", "advert"):
        assert entry in (told["cards"][0]["entry"], "flag_emblem")
        assert 3 <= told["total"] == len(told["cards"])
    assert told["cards"] or (told["say"]["script"] and told["nearest"])


def test_the_first_card(operator: Seat) -> None:
    """Words to read out, full text, sources with date, validity and confidence in words, the note for staff."""
    card = operator.assist("我的证书在哪里查真假")["cards"][0]
    assert card["answer"] is True
    assert card["script"]
    assert card["script"] not in card["text"]
    assert all(source["title"] and source["date"] for source in card["sources"])
    assert ("current", "high") == (card["status"]["code"], card["confidence"]["level"])
    assert card["note"]
    assert card["note"] not in card["text"]


def test_choices_narrow(operator: Seat) -> None:
    """A choice under a card leads to the route that it stands for, and a made-up one nowhere."""
    choice = next(
        c for c in operator.assist("我的证书在哪里查")["cards"][0]["choices"] if "cert_type=special_work" in c["choice"]
    )
    card = operator.assist(choice["title"], choice=choice["choice"])["cards"][0]
    assert "应急管理部" in card["text"]
    for wrong in ("session_start", "query_where&x", "query_where&cert_type=<b>", "nlu_fallback/", "a" * 300):
        refused(operator.send("POST", ASSIST, {"text": "查", "choice": wrong}), 400, "bad_field")


def test_region(operator: Seat) -> None:
    """The caller's prefecture brings its number, where a 人社 office is the one to ask."""
    told = operator.assist("发现违规培训找谁举报", region="dali")
    assert "dali" == told["cards"][0]["contacts"][0]["id"]
    assert "dali" not in [c["id"] for c in operator.assist("发现违规培训找谁举报")["cards"][0]["contacts"]]
    refused(operator.send("POST", ASSIST, {"text": "你好", "region": "beijing"}), 400, "bad_field")
    refused(operator.send("POST", ASSIST, {"text": "你好", "region": "h110"}), 400, "bad_field")


def test_region_denied(operator: Seat) -> None:
    """A caller who says that he is not there gets no number of there."""
    told = operator.assist("我不在大理，发现违规培训找谁举报", region="dali")
    assert "dali" not in [c["id"] for c in told["cards"][0]["contacts"]]
    told = operator.assist("我户口不在大理，现在住大理，发现违规培训找谁举报", region="dali")
    assert "dali" == told["cards"][0]["contacts"][0]["id"]


def test_expired(operator: Seat) -> None:
    """An ended policy says so in words, in front of everything, and in the status."""
    card = operator.assist("考了证有补贴吗")["cards"][0]
    assert ("subsidy", "expired") == (card["entry"], card["status"]["code"])
    assert "2025-12-31" in card["status"]["words"]
    assert "有效期已经过了" in card["text"].split("\n")[0]


def test_why(operator: Seat) -> None:
    """Only when asked: what was read, the candidates in order, what the gate said, in words."""
    assert "why" not in operator.assist("我的证书在哪里查")
    why = operator.assist("网上查不到我的证", why=True)["why"]
    scores = [candidate["score"] for candidate in why["candidates"]]
    assert sorted(scores, reverse=True) == scores
    assert "query_not_found" == why["candidates"][0]["entry"] == why["intent"]
    assert "certain" == why["gate"]["decision"]
    assert why["support"] >= why["gate"]["certain"] > why["gate"]["threshold"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": " \n"},
        {"text": 5},
        {"text": "长" * 2001},
        {"text": "查", "call_id": "a b"},
        {"text": "查", "call_id": "a" * 65},
        {"text": "查", "draft": 1},
        {"text": "查", "why": "yes"},
        {"text": "查", "region": ["dali"]},
    ],
)
def test_malformed(operator: Seat, body: dict[str, Any]) -> None:
    """Told which field and why."""
    refused(operator.send("POST", ASSIST, body), 400, "bad_field")


def test_callers_stay_unknown(desk: Desk, operator: Seat) -> None:
    """Personal numbers come back masked; the journal has no text of what was answered, and a hash of the call."""
    told = operator.assist("我叫王小明，手机13812345678，证书在哪里查", call_id="call-1")
    assert "13812345678" not in str(told)
    assert "〔手机号〕" in told["question"]
    (row,) = rows(desk, events, "call-1")
    assert ("desk", "reply", "query_where") == (row.channel, row.event, row.entry)
    assert "call-1" not in str(row)
    assert [] == rows(desk, misses, "call-1")


def test_what_cannot_be_noted_is_answered(desk: Desk, operator: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller waits: a database that takes nothing is a line in the log, no word in it."""

    def failing(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    lines: list[str] = []
    monkeypatch.setattr(Journal, "replied", failing)
    monkeypatch.setattr(answers._log, "error", lambda text, *values: lines.append(text % values))
    assert "query_where" == operator.assist("证书在哪里查", call_id="call-9")["cards"][0]["entry"]
    assert ["desk_answer_not_noted error=OperationalError"] == lines
    assert [] == rows(desk, events, "call-9")


def test_drafts_leave_no_trace(desk: Desk, operator: Seat) -> None:
    """What is asked while typing is not kept; what is asked with Enter is, and misses with their masked text."""
    operator.assist("asdfgh", call_id="call-2", draft=True)
    assert [] == rows(desk, events, "call-2") + rows(desk, misses, "call-2")
    operator.assist("asdfgh", call_id="call-2")
    assert ["new"] == [row.state for row in rows(desk, misses, "call-2")]


def test_recorded_as_unanswered(desk: Desk, operator: Seat, document: Any) -> None:
    """Once for each call and text: the miss that is there becomes pending, else one is made; masked."""
    operator.assist("火星上能考证吗", call_id="call-3")
    for _ in range(2):
        answer = operator.send("POST", "/desk/api/misses", {"text": "火星上能考证吗", "call_id": "call-3"})
        fits(document, "/desk/api/misses", "POST", answer)
    operator.post("/desk/api/misses", text="打13812345678的人问补办", call_id="call-3")
    kept = {(row.text, row.state) for row in rows(desk, misses, "call-3")}
    assert {("火星上能考证吗", "pending"), ("打〔手机号〕的人问补办", "pending")} == kept
    refused(operator.send("POST", "/desk/api/misses", {"text": "/\u200b"}), 400, "bad_field")


def test_events(desk: Desk, operator: Seat, document: Any) -> None:
    """What became of a card, by entry and version; nothing that does not exist."""
    for event in ("displayed", "opened", "copied"):
        answer = operator.send(
            "POST", "/desk/api/events", {"entry": "query_where", "event": event, "call_id": "call-4"}
        )
        fits(document, "/desk/api/events", "POST", answer)
    assert ["displayed", "opened", "copied"] == [row.event for row in rows(desk, events, "call-4")]
    assert all(row.version for row in rows(desk, events, "call-4"))
    for body in ({"entry": "nothing", "event": "copied"}, {"entry": "query_where", "event": "stolen"}, {}):
        refused(operator.send("POST", "/desk/api/events", body), 400, "bad_field")


def test_corrections(operator: Seat, document: Any) -> None:
    """An item with owner, due date and state; the remark is masked."""
    body = {"entry": "phones_provincial", "reason": "unreachable", "note": "来电人13812345678说打不通", "call_id": "c"}
    answer = operator.send("POST", "/desk/api/feedback", body)
    fits(document, "/desk/api/feedback", "POST", answer)
    item = answer.json
    assert ("王坐席", SUPERVISOR, "open") == (item["reporter"], item["owner"], item["state"])
    assert "来电人〔手机号〕说打不通" == item["note"]
    assert 6 <= (dt.date.fromisoformat(item["due"]) - dt.date.today()).days <= 8
    for wrong in ({"reason": "ugly"}, {"entry": "nothing"}, {"note": "长" * 501}, {"note": 7}):
        refused(operator.send("POST", "/desk/api/feedback", body | wrong), 400, "bad_field")


@pytest.mark.parametrize("key", ["query_where", "report_evaluation", "X-02", "%E4%B8%9314", "subsidy"])
def test_entries(operator: Seat, document: Any, key: str) -> None:
    """An entry, a route, a row of the catalogue."""
    answer = operator.send("GET", f"/desk/api/entries/{key}")
    assert 200 == answer.status, answer.text
    fits(document, "/desk/api/entries/{id}", "GET", answer)


@pytest.mark.parametrize(
    "key", ["nothing", "..%2F..%2Fetc", "refuse_unknown", "%00", "%F0%9F%98%80", "ambiguous", "unknown"]
)
def test_no_such_entry(operator: Seat, key: str) -> None:
    """404 in the house's form."""
    refused(operator.send("GET", f"/desk/api/entries/{key}"), 404, "no_entry")


def test_not_ready(quiet_desk: Any) -> None:
    """Without a model: a polite 503, and the page can still log in."""
    seat = quiet_desk().seat(SUPERVISOR)
    refused(seat.send("POST", ASSIST, {"text": "你好"}), 503, "busy")


def test_text_in_no_url(document: Any) -> None:
    """Callers' words travel in bodies: the only parameter of a path or query that is free text is an entry's id."""
    named = {
        parameter["name"]
        for path in document["paths"].values()
        for operation in path.values()
        for parameter in operation.get("parameters", ())
        if "name" in parameter
    }
    assert {"id", "region"} <= named
    assert named <= {"id", "region", "state", "name", "days", "to"}


def test_switched_off(quiet_desk: Any) -> None:
    """A desk that is switched off says so, in the operator's words where there are some."""
    off = quiet_desk()
    table = SwitchTable(service_engine(off.channel._settings))
    table.set("desk", False)
    answer = off.seat(SUPERVISOR).send("POST", ASSIST, {"text": "证书在哪查"})
    refused(answer, 503, "busy")
    assert "停用" in answer.json["message"]
