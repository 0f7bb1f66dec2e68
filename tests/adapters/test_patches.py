"""The patches of Rasa: same results, same messages, only for the version they were read against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import rasa
import rasa.shared.utils.common
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event

from bot import patches
from bot.patches import event_cache, result_validator

NAMES = sorted(
    {cls.type_name for cls in rasa.shared.utils.common.all_subclasses(Event) if isinstance(cls.type_name, str)}
)
GOOD: tuple[dict[str, Any], ...] = (
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "memory", "value": {"a": [1, None]}}], "responses": [{"text": "好"}]},
)
BAD: tuple[Any, ...] = ({"events": 1}, {"responses": "x"}, {"responses": [1]}, {"events": [{"no": "event"}]}, [], "x")


def walk(type_name: str, default: Any = None) -> Any:
    """What Rasa 3.6.21 does, written down here so that the patch is compared with it."""
    for cls in rasa.shared.utils.common.all_subclasses(Event):
        if cls.type_name == type_name:
            return cls
    if type_name == "topic":
        return None
    if default is not None:
        return default
    raise ValueError(f"Unknown event name '{type_name}'.")


def outcome(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except (ValueError, ValidationError) as error:
        return type(error), getattr(error, "message", str(error))


@pytest.mark.parametrize("name", [*NAMES, "topic", "no_such_event", ""])
def test_events_resolve_as_before(name: str) -> None:
    """Each class, the old „topic", and the error of an unknown name; twice, to hit the cache."""
    event_cache.apply()
    for _ in range(2):
        assert outcome(walk, name) == outcome(Event.resolve_by_type, name)


def test_a_default_is_never_cached() -> None:
    """What a default gave for an unknown name is not remembered for it."""
    event_cache.apply()
    assert dict is Event.resolve_by_type("no_such_event", dict)
    assert int is Event.resolve_by_type("no_such_event", int)
    with pytest.raises(ValueError, match="Unknown event name"):
        Event.resolve_by_type("no_such_event")


def test_applying_twice_wraps_once() -> None:
    """The launcher, a test and a tool may all apply it."""
    event_cache.apply()
    first = Event.resolve_by_type
    event_cache.apply()
    assert first is Event.resolve_by_type


def stock(result: Any) -> bool:
    """Rasa 3.6.21's own method."""
    from jsonschema import validate

    try:
        validate(result, RemoteAction.action_response_format_spec())
    except ValidationError as error:
        error.message += result_validator._HINT
        raise
    return True


@pytest.mark.parametrize("result", [*GOOD, *BAD])
def test_results_are_judged_as_before(result: Any) -> None:
    """Good passes, bad raises the same message."""
    result_validator.apply()
    assert outcome(stock, result) == outcome(RemoteAction("action_x", None)._validate_action_result, result)


def test_hint_is_rasas_own() -> None:
    """The sentence stands in the very source that is replaced."""
    import inspect

    import rasa.core.actions.action as module

    assert "Failed to validate Action server response from API, " in inspect.getsource(module)
    assert "/custom-actions" in result_validator._HINT


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The patches were read against one version."""
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(RuntimeError, match=r"3\.6\.21.*3\.6\.22"):
        patches.apply()
