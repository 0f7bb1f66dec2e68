"""The web channel asked by machines: schemathesis by a schema of its routes, hypothesis with any text."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.contract.conftest import Client, Server

JSON = "application/json"
ERRORS = {str(code): {"description": "a told error"} for code in (400, 401, 403, 404, 405, 408, 409, 413, 415, 429)}


def operation(*good: str, body: dict[str, Any] | None = None, parameters: tuple[Any, ...] = ()) -> dict[str, Any]:
    """An operation with a body of the schema given; ``good`` are its statuses of success."""
    found: dict[str, Any] = {"responses": {code: {"description": "good"} for code in good} | ERRORS}
    if body is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    if parameters:
        found["parameters"] = list(parameters)
    return found


MESSAGE = {
    "type": "object",
    "properties": {
        "cid": {"type": "string", "pattern": "^[0-9A-Za-z_-]{8,64}$"},
        "text": {"type": "string", "minLength": 1, "maxLength": 2000},
        "button_id": {"type": "string", "maxLength": 64},
    },
    "required": ["cid"],
}
VERDICT = {
    "type": "object",
    "properties": {
        "seq": {"type": "integer"},
        "value": {"enum": ["useful", "useless", "wrong"]},
        "reason": {"type": "string"},
        "note": {"type": "string"},
    },
}
AFTER = {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}}
NAME = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "web channel", "version": "1"},
    "paths": {
        "/chat": {"get": operation("200")},
        "/chat/static/{name}": {"get": operation("200", parameters=(NAME,))},
        "/chat/api/session": {"post": operation("200", body={"type": "object"})},
        "/chat/api/messages": {
            "post": operation("200", body=MESSAGE),
            "get": operation("200", parameters=(AFTER,)),
        },
        "/chat/api/suggestions": {"get": operation("200")},
        "/chat/api/feedback": {"post": operation("204", body=VERDICT)},
        "/healthz": {"get": operation("200")},
        "/metrics": {"get": operation("200")},
    },
}
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict({}))
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
BOUNDED = settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
CASES = [
    (label, mode)
    for label, found in sorted(OPERATIONS.items())
    for mode in (GOOD, BAD)
    if mode is GOOD or label.startswith("POST")
]


@pytest.mark.parametrize(("label", "mode"), CASES, ids=lambda each: getattr(each, "name", each))
def test_no_request_is_a_fault(server: Server, visitor: Client, label: str, mode: GenerationMode) -> None:
    """Good and bad requests get a status of the table in docs/api.md, never a fault of the server's."""
    headers = {"Authorization": f"Bearer {visitor.token}"}

    @BOUNDED
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        response = case.call(base_url=f"http://127.0.0.1:{server.port}", headers=headers)
        case.validate_response(response, checks=[not_a_server_error, status_code_conformance])
        assert "Traceback" not in response.text

    ask()
    assert server.process.poll() is None


def test_any_text_is_answered(server: Server) -> None:
    """Whatever is typed: a message with words in it, or a 400; never silence, never the end of the process."""
    visitor = server.client().open()

    @BOUNDED
    @given(text=st.text(st.characters(codec=None), max_size=300))
    def say(text: str) -> None:
        answer = visitor.post(text=text)
        assert answer.status in {200, 400}
        if answer.status == 200:
            user, *bot = answer.json["messages"]
            assert "user" == user["from"]
            assert bot
            assert all(message["text"] for message in bot)

    say()
    assert server.process.poll() is None
