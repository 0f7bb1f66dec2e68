"""The OpenAPI document is valid, and the server keeps to it whatever is sent: schemathesis asks, boundedly."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.settings import PROJECT
from tests.contract.desk.conftest import SUPERVISOR, Desk, Seat

DOCUMENT = yaml.safe_load((PROJECT / "bot" / "channels" / "desk" / "openapi.yml").read_text(encoding="utf-8"))
CONFIG = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)
OPERATIONS = {operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: Requests of each operation; they end sessions, so logging out has a test of its own.
EXAMPLES = 8
GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
#: A GET without parameters cannot be asked badly.
CASES = [
    (label, mode)
    for label in sorted(set(OPERATIONS) - {"POST /desk/logout"})
    for mode in (GOOD, BAD)
    if mode is GOOD or label.startswith("POST")
]


@pytest.mark.parametrize(("label", "mode"), CASES, ids=lambda each: getattr(each, "name", each))
def test_the_server_keeps_to_the_document(desk: Desk, label: str, mode: GenerationMode) -> None:
    """Every response, to good and to bad requests, has a status and a body that the document describes."""
    seat = Seat(desk.port) if label == "POST /desk/login" else desk.seat(SUPERVISOR)
    headers = {"Cookie": f"zr_desk={seat.cookie}", "X-CSRF-Token": seat.csrf} if seat.cookie else {}
    sent: list[int] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        response = case.call(base_url=f"http://127.0.0.1:{desk.port}", headers=headers)
        sent.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()
    assert sent
    assert not [status for status in sent if status in (401, 403) and label != "POST /desk/login"]


def test_the_document_is_the_one_that_is_served(operator: Seat) -> None:
    """The same file, as JSON."""
    assert DOCUMENT == operator.send("GET", "/desk/api/openapi.json").json
    assert "3.1.0" == DOCUMENT["openapi"]
