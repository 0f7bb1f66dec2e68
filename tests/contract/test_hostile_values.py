"""Values that are JSON or an address and yet no sense: each is refused in the house's form, none breaks anything."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.contract.conftest import Answer, Client, Server, cid
from tests.contract.desk.conftest import Seat
from tests.contract.test_private import seat

HUGE, LONGEST = "9" * 400, 10**300
NUMBERS: tuple[Any, ...] = (2**63, LONGEST, -1, True, 1.5, None, "1", [], {})
LISTS: tuple[Any, ...] = ([2**63], [LONGEST], [-1], [True], ["1"], [1.0], list(range(3000)), [[1]], {}, None)
SPANS = (
    *("days=99999999", "days=-1", "days=0", f"days={HUGE}", "days=%00", "days=1&days=2", "days=１", "to=2026-13-45"),
    *(
        "to=9999-12-31&days=1",
        "to=9999-12-31&days=366",
        "to=0001-01-01&days=1",
        "to=0001-01-01&days=30",
        "to=２０２６-01-01",
    ),
)
AFTER = (str(2**63), HUGE, "-1", "1e5", "%EF%BC%91", "0x1", "", "%00", "1;2", "%2B1", "%201")
ENTRIES = (
    *("%00", "%ff%fe", "..%2f..", "a" * 5000, "%2e%2e", "query_where%2f", "%ed%a0%80", "%F0%9F%98%80"),
    *("query_where?region=%00", "query_where?region=" + "x" * 3000),
)
MESSAGES: tuple[dict[str, Any], ...] = (
    *({"cid": ["a"], "text": "x"}, {"cid": "a" * 9000, "text": "x"}, {"cid": "a\0aaaaaaaaaa", "text": "x"}),
    *({"button_id": "b" * 9000}, {"button_id": "\0\ud800x"}, {"button_id": "\ud800abcdefgh"}),
)
QUESTIONS: tuple[dict[str, Any], ...] = (
    *(
        {"text": "x", "region": LONGEST},
        {"text": "x", "call": "\0"},
        {"text": "x", "call": "c" * 9000},
        {"text": ["x"]},
    ),
    *(
        {"text": "x", "choice": "&=%ff&&&" + "a=b&" * 2000},
        {"text": "x", "choice": "red_flags&x=%"},
        {"text": "\ud800"},
    ),
    {"text": "x", "choice": "ask_occupation&occupation=\ud800"},
    *(
        {"text": "x", "why": 1},
        {"text": "x" * 16000},
        {"text": "x", "draft": "yes"},
        {"text": "考" * 5000, "why": True},
    ),
)
LOGINS: tuple[dict[str, Any], ...] = (
    *(
        {"user": "\0", "password": "x"},
        {"user": "x", "password": "\ud800"},
        {"user": "x" * 9000, "password": "y" * 7000},
    ),
    *(
        {"user": ["x"], "password": 1},
        {"user": "' OR 1=1 --", "password": "' OR 1=1"},
        {"user": "%s%n", "password": "{7*7}"},
    ),
)
HEADERS: dict[str, dict[str, str]] = {
    "control characters in the cookie": {"Cookie": "zr_desk=\x01\x02"},
    "bytes in the cookie": {"Cookie": "zr_desk=\xff\xfe"},
    "bytes in the CSRF token": {"X_CSRF_Token": "\xff\xfe"},
    "bytes in the token": {"Authorization": "Bearer \xff"},
    "long token": {"Authorization": "Bearer " + "a" * 7000},
    "no origin": {"Origin": "null"},
    "long origin": {"Origin": "http://" + "a" * 5000},
    "odd addresses": {"X_Forwarded_For": "\xff,,,'; DROP"},
    "forwarded host": {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "javascript"},
    "odd accept": {"Accept": "*/*;q=zz,,,;"},
    "odd range": {"Range": "bytes=0-1,5-99999999999999999999"},
    "odd etag": {"If_None_Match": 'W/"\xff'},
    "foreign host": {"Host": "evil.example"},
    "impossible port": {"Host": "127.0.0.1:99999999"},
    "half a host": {"Host": "[::1"},
    "odd encodings": {"Accept_Encoding": "gzip;q=zz, br;;;,"},
    "odd type": {"Content_Type": "application/json;;;charset=\xff"},
    "another method": {"X_HTTP_Method_Override": "DELETE"},
}
PLACES = (
    *(("GET", "/chat"), ("GET", "/chat/faq"), ("GET", "/embed.js"), ("GET", "/chat/api/messages"), ("GET", "/metrics")),
    *(("POST", "/chat/api/messages"), ("GET", "/desk"), ("GET", "/desk/api/me"), ("POST", "/desk/api/assist")),
    *(("POST", "/desk/logout"), ("POST", "/webhooks/wechat/webhook"), ("GET", "/webhooks/wechat/webhook")),
)


@pytest.fixture(scope="module")
def operator(server: Server) -> Seat:
    return seat(server, "operator")


@pytest.fixture(scope="module")
def supervisor(server: Server) -> Seat:
    return seat(server, "supervisor")


def broken(answers: dict[str, Answer]) -> list[str]:
    """Those that are no answer and no refusal in words."""
    return [
        f"{name}: {answer.status} {answer.body[:100]!r}"
        for name, answer in answers.items()
        if answer.status >= 500 or b"Traceback" in answer.body
    ]


def test_numbers_of_the_page(server: Server) -> None:
    """Numbers of messages that are none, or that no database holds."""
    visitor = server.client().open()
    answers = {f"after={n[:20]}": visitor.send("GET", f"/chat/api/messages?after={n}") for n in AFTER}
    for number in NUMBERS:
        body = {"seq": number, "value": "useful"}
        answers[f"seq {str(number)[:20]}"] = visitor.send("POST", "/chat/api/feedback", body)
    assert [] == broken(answers)
    assert {400, 409, 200} >= {answer.status for answer in answers.values()}


def test_fields_of_a_message(server: Server) -> None:
    """400 each, and nothing is kept."""
    visitor = server.client().open()
    answers = {str(body)[:40]: visitor.post(**body) for body in MESSAGES}
    assert {400} == {answer.status for answer in answers.values()}, broken(answers)
    assert [] == visitor.send("GET", "/chat/api/messages").json["messages"]


def test_periods_and_lists_of_the_desk(supervisor: Seat) -> None:
    """Days before and after all calendars, ids that no database holds."""
    answers: dict[str, Answer] = {}
    for span in SPANS:
        for place in ("summary", "charts/days", "tables/days", "misses"):
            path = f"/desk/api/insight/{place}?{quote(span, safe='=&%-')}"
            answers[path[:60]] = supervisor.send("GET", path)
    for ids in LISTS:
        for place, body in (("misses", {"state": "done"}), ("phrasings", {"entry": "query_where"})):
            answers[f"{place} {str(ids)[:20]}"] = supervisor.send(
                "POST", f"/desk/api/insight/{place}", {"ids": ids, **body}
            )
    for number in NUMBERS:
        body = {"id": number, "state": "done", "resolution": "x"}
        answers[f"correction {str(number)[:20]}"] = supervisor.send("POST", "/desk/api/insight/corrections", body)
    assert [] == broken(answers)


def test_questions_of_the_desk(server: Server, operator: Seat) -> None:
    """Entries, regions, calls, choices and logins that nobody meant."""
    answers = {f"entry {name[:20]}": operator.send("GET", f"/desk/api/entries/{name}") for name in ENTRIES}
    for number, body in enumerate(QUESTIONS):
        for place in ("assist", "misses"):
            answers[f"{place} {number}"] = operator.send("POST", f"/desk/api/{place}", body)
    for number, body in enumerate(LOGINS):
        answers[f"login {number}"] = Seat(server.port).send("POST", "/desk/login", body)
    assert [] == broken(answers)
    assert not {200} & {answer.status for name, answer in answers.items() if name.startswith("login")}


@pytest.mark.parametrize("name", HEADERS)
def test_odd_headers(server: Server, visitor: Client, name: str) -> None:
    """On every door, with a live token: no fault, and none of them lets anybody in."""
    answers = {}
    for method, path in PLACES:
        caller = Client(server.port) if path.startswith("/desk") else Client(server.port, visitor.token, visitor.cookie)
        body = {"cid": cid(), "text": "你好"} if method == "POST" else None
        answers[f"{method} {path}"] = caller.send(method, path, body, **HEADERS[name])
    assert [] == broken(answers)
    assert {401, 400} >= {answer.status for place, answer in answers.items() if " /desk/" in place}
    assert not [place for place, answer in answers.items() if b"evil.example" in answer.body]
    assert server.process.poll() is None
