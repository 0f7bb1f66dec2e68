"""Build the validator of action results once: Rasa re-checks its schema on every action, about 20 ms.

What nearly every action of ours returns, messages and slots, is recognised without the schema (0.6 ms).
"""

from __future__ import annotations

from typing import Any

from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.constants import DOCS_BASE_URL

_HINT = (
    ". Failed to validate Action server response from API, "
    "make sure your response from the Action endpoint is valid. "
    f"For more information about the format visit {DOCS_BASE_URL}/custom-actions"
)


def apply() -> None:
    """Replace the method; same result, same exception, same message."""
    schema = RemoteAction.action_response_format_spec()
    validator_class = validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)

    def validate_action_result(_: RemoteAction, result: dict[str, Any]) -> bool:
        if _is_plainly_good(result):
            return True
        error = best_match(validator.iter_errors(result))
        if error is None:
            return True
        error.message += _HINT
        raise error

    RemoteAction._validate_action_result = validate_action_result  # type: ignore[method-assign]


def _is_plainly_good(result: Any) -> bool:
    """Whether a result consists of what the schema allows in its simplest form: nothing that needs looking up."""
    if type(result) is not dict:
        return False
    events, responses = result.get("events", []), result.get("responses", [])
    return (
        type(events) is list
        and type(responses) is list
        and all(type(response) is dict for response in responses)
        and all(
            type(event) is dict
            and event.get("event") == "slot"
            and type(event.get("name")) is str
            and "value" in event
            and event.get("timestamp") is None
            and "metadata" not in event
            for event in events
        )
    )
